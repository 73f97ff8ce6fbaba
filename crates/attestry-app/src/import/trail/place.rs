//! Where CloudTrail puts its files: what a path says of account, region, trail and time.
//!
//! `…/AWSLogs/[ORGANISATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHMMZ_….json.gz`
//! and `…/CloudTrail-Digest/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOME_YYYYMMDDTHHMMSSZ.json.gz`,
//! with `_backfill` before the ending where the digest names files that an earlier one left out.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const ROOT: &str = "AWSLogs";
const DIGESTS: &str = "CloudTrail-Digest";
const BACKFILL: &str = "_backfill";

/// What a path of CloudTrail's layout says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The part of the path from `AWSLogs` on: the same in the bucket and in any copy of it.
    pub tail: String,
    /// The organisation, where the trail is an organisation's.
    pub organisation: Option<String>,
    /// The account whose calls are recorded, 12 digits.
    pub account: String,
    /// The region the calls were made in.
    pub region: String,
    /// Log or digest.
    pub kind: PlaceKind,
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceKind {
    /// A file of events.
    Log {
        /// When it was written, to the minute.
        written: Timestamp,
    },
    /// A digest file.
    Digest {
        /// The trail's name.
        trail: String,
        /// The region the trail was made in, whose keys are not the ones that sign: those are of [`Place::region`].
        home_region: String,
        /// The end of the time it covers.
        ends: Timestamp,
        /// Whether it names files that an earlier digest left out.
        backfill: bool,
    },
}

/// Reads a path or an S3 key; `None` if it is not of CloudTrail's layout.
pub fn place(path: &str) -> Option<Place> {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let start = parts.iter().position(|part| *part == ROOT)?;
    let parts = parts.get(start..)?;
    let (organisation, rest) = match parts {
        [_, organisation, account, rest @ ..] if organisation.starts_with("o-") => {
            (Some((*organisation).to_owned()), (*account, rest))
        }
        [_, account, rest @ ..] => (None, (*account, rest)),
        _ => return None,
    };
    let (account, [folder, region, _, _, _, name]) = rest else {
        return None;
    };
    if account.len() != 12
        || !account.bytes().all(|b| b.is_ascii_digit())
        || !folder.starts_with("CloudTrail")
    {
        return None;
    }
    let bare = name.strip_suffix(".gz").unwrap_or(name).strip_suffix(".json")?;
    let rest = bare.strip_prefix(account)?.strip_prefix('_')?.strip_prefix(folder)?;
    let rest = rest.strip_prefix('_')?.strip_prefix(region)?.strip_prefix('_')?;
    let kind = if *folder == DIGESTS { digest(rest)? } else { log(rest)? };
    Some(Place {
        tail: parts.join("/"),
        organisation,
        account: account.to_owned(),
        region: (*region).to_owned(),
        kind,
    })
}

fn log(rest: &str) -> Option<PlaceKind> {
    let (written, _) = rest.split_once('_').unwrap_or((rest, ""));
    Some(PlaceKind::Log { written: instant(written)? })
}

/// A trail's name may hold underscores, a region and an instant may not.
fn digest(rest: &str) -> Option<PlaceKind> {
    let (rest, backfill) = rest.strip_suffix(BACKFILL).map_or((rest, false), |rest| (rest, true));
    let (rest, ends) = rest.rsplit_once('_')?;
    let (trail, home_region) = rest.rsplit_once('_')?;
    let (trail, home_region) = (trail.to_owned(), home_region.to_owned());
    Some(PlaceKind::Digest { trail, home_region, ends: instant(ends)?, backfill })
}

/// `20150817T1445Z` or `20150817T144501Z`.
fn instant(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    if date.len() != 8
        || ![4, 6].contains(&time.len())
        || !(date.to_owned() + time).bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let part = |text: &str, at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let second = if time.len() == 6 { part(time, 4)? } else { 0 };
    let year: i16 = date.get(..4)?.parse().ok()?;
    let civil =
        DateTime::new(year, part(date, 4)?, part(date, 6)?, part(time, 0)?, part(time, 2)?, second, 0)
            .ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
