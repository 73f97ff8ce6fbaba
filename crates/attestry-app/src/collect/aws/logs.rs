//! The log files that CloudTrail leaves in a bucket, found by the days they were delivered on.
//!
//! CloudTrail files a log under `…AWSLogs/ACCOUNT/CloudTrail/REGION/YEAR/MONTH/DAY/`, the day of its delivery in UTC.
//! Events arrive up to some minutes late, so the folder of the day after the last is looked into as well.

use attestry_domain::time::{Day, Instant, Period};
use jiff::tz::TimeZone;

use super::AwsError;
use super::caller::Caller;
use super::credentials::AwsSettings;
use super::s3::{Bucket, Object};
use crate::collect::batch::Answered;
use crate::collect::http::Fetch;
use crate::port::World;

/// How many folders of one prefix are looked into at most.
const FOLDERS: usize = 20_000;
/// How deep folders lie in each other at most: a prefix, an organisation, account, region and three parts of a day.
const DEPTH: usize = 16;

/// Which of CloudTrail's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// Events.
    Events,
    /// Signed digests, which name the event files and each other.
    Digests,
}

impl LogKind {
    /// The folders of the other kinds.
    const fn others(self) -> [&'static str; 4] {
        match self {
            Self::Events => {
                ["CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "Config"]
            }
            Self::Digests => ["CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "Config"],
        }
    }
}

/// A folder of log files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFolder {
    /// The bucket.
    pub bucket: String,
    /// The prefix without a slash at its end: anything from the top of the bucket down to one region.
    pub prefix: String,
    /// The days of the events, in UTC.
    pub days: Period,
    /// Which files.
    pub kind: LogKind,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// The object's name in its bucket.
    pub key: String,
    /// Its size as the list says, in bytes.
    pub bytes: u64,
    /// When it was written; `None` when the list does not say.
    pub modified_at: Option<Instant>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogList {
    /// The files in the order of their names.
    pub files: Vec<LogFile>,
    /// What was asked, with its parameters.
    pub query: String,
    /// The region of the bucket, to be handed back when files are read.
    pub region: String,
    /// Counts and sizes according to the list.
    pub tie_out: String,
    /// What a reader has to know.
    pub gaps: Vec<String>,
    /// The lists as they came.
    pub answers: Vec<Answered>,
}

impl LogFolder {
    /// A folder from an address such as `s3://bucket/AWSLogs/123456789012`.
    ///
    /// # Errors
    /// When the address is none.
    pub fn parse(address: &str, days: Period, kind: LogKind) -> Result<Self, AwsError> {
        let unfit = |reason| AwsError::Folder { address: address.to_owned(), reason };
        let rest = address.strip_prefix("s3://").ok_or_else(|| unfit("it does not begin with s3://"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(allowed) {
            return Err(unfit("a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens"));
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.trim_end_matches('/').to_owned(), days, kind })
    }

    /// Finds the files.
    ///
    /// # Errors
    /// When S3 cannot be reached, the credentials may not list the bucket, or the prefix holds too much else.
    pub async fn list(
        &self,
        fetch: &dyn Fetch,
        world: &dyn World,
        settings: &AwsSettings,
    ) -> Result<LogList, AwsError> {
        let mut caller = Caller::new(fetch, world, settings);
        let mut bucket = Bucket { name: self.bucket.clone(), region: settings.region.clone() };
        let top = if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) };
        let mut waiting = vec![top];
        let mut folders = 0_usize;
        let (mut files, mut others) = (Vec::new(), 0_u64);
        while let Some(prefix) = waiting.pop() {
            folders += 1;
            if folders > FOLDERS {
                let (bucket, prefix) = (self.bucket.clone(), self.prefix.clone());
                return Err(AwsError::TooManyFolders { bucket, prefix, limit: FOLDERS });
            }
            let level = bucket.level(&mut caller, &prefix).await?;
            waiting.extend(level.prefixes.into_iter().filter(|below| self.leads_on(below)));
            for object in level.objects {
                if self.is_log(&object) {
                    files.push(LogFile {
                        key: object.key,
                        bytes: object.bytes,
                        modified_at: object.modified_at,
                    });
                } else {
                    others += 1;
                }
            }
        }
        files.sort_by(|one, other| one.key.cmp(&other.key));
        let bytes = files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.bytes));
        Ok(LogList {
            query: format!(
                "ListObjectsV2 of s3://{}/{} in {} folders, files delivered {} to {} in UTC, both included",
                self.bucket,
                self.prefix,
                folders,
                self.days.from(),
                self.days.to()
            ),
            tie_out: format!(
                "{} files of {bytes} bytes listed; {others} other objects passed over",
                files.len()
            ),
            gaps: self.gaps(&files, caller.now()),
            region: bucket.region,
            files,
            answers: caller.journal.answers,
        })
    }

    /// The bytes of a file as they lie in the bucket, compressed as they are.
    ///
    /// # Errors
    /// When S3 cannot be reached, the credentials may not read it, or it is not what the list said.
    pub async fn read(
        &self,
        fetch: &dyn Fetch,
        world: &dyn World,
        settings: &AwsSettings,
        list: &LogList,
        file: &LogFile,
    ) -> Result<Vec<u8>, AwsError> {
        let mut caller = Caller::new(fetch, world, settings);
        let mut bucket = Bucket { name: self.bucket.clone(), region: list.region.clone() };
        let bytes = bucket.object(&mut caller, &file.key).await?;
        if bytes.len() as u64 != file.bytes {
            let (bucket, key) = (self.bucket.clone(), file.key.clone());
            return Err(AwsError::Changed { bucket, key, listed: file.bytes, found: bytes.len() as u64 });
        }
        Ok(bytes)
    }

    /// Whether files can lie below a prefix.
    fn leads_on(&self, prefix: &str) -> bool {
        let parts: Vec<_> = prefix.split('/').filter(|part| !part.is_empty()).collect();
        let of_another =
            parts.contains(&"AWSLogs") && parts.last().is_some_and(|last| self.kind.others().contains(last));
        if parts.len() > DEPTH || of_another {
            return false;
        }
        dated(&parts).is_none_or(|days| days.intersection(self.delivered()).is_some())
    }

    fn is_log(&self, object: &Object) -> bool {
        let parts: Vec<_> = object.key.split('/').collect();
        let Some((name, folders)) = parts.split_last() else {
            return false;
        };
        let digest = name.contains("_CloudTrail-Digest_");
        let kind = if self.kind == LogKind::Digests { digest } else { !digest };
        let day = dated(folders).is_some_and(|day| day.intersection(self.delivered()).is_some());
        kind && day && (name.ends_with(".json.gz") || name.ends_with(".json"))
    }

    /// The days on which files of our days can have been delivered.
    fn delivered(&self) -> Period {
        let after = self.days.to().tomorrow().unwrap_or(self.days.to());
        Period::new(self.days.from(), after).unwrap_or(self.days)
    }

    /// Days without a file, up to now. A quiet account can have some; a switched-off trail has them as well.
    fn gaps(&self, files: &[LogFile], now: Instant) -> Vec<String> {
        let day = |file: &LogFile| {
            let mut parts: Vec<_> = file.key.split('/').collect();
            parts.pop();
            dated(&parts).map(Period::from)
        };
        let found: std::collections::BTreeSet<Day> = files.iter().filter_map(day).collect();
        let today = now.day(&TimeZone::UTC);
        let days = self.days.from().series(jiff::Span::new().days(1));
        let days = days.take_while(|day| *day < self.days.to() && *day <= today);
        let missing: Vec<_> = days.filter(|day| !found.contains(day)).map(|day| day.to_string()).collect();
        match missing.as_slice() {
            [] => Vec::new(),
            [first, .., last] => {
                vec![format!("{} days have no log file, the first {first}, the last {last}", missing.len())]
            }
            [only] => vec![format!("{only} has no log file")],
        }
    }
}

/// The days that a folder ending in `CloudTrail…/REGION/YEAR[/MONTH[/DAY]]` is about.
fn dated(parts: &[&str]) -> Option<Period> {
    let at = parts.iter().rposition(|part| part.starts_with("CloudTrail"))?;
    let numbers: Option<Vec<i16>> = parts.get(at + 2..)?.iter().map(|part| part.parse().ok()).collect();
    let day = |year: i16, month: i16, day: i16| {
        Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let (from, to) = match numbers?.as_slice() {
        [year] => (day(*year, 1, 1)?, day(year.checked_add(1)?, 1, 1)?),
        [year, month] => {
            let first = day(*year, *month, 1)?;
            (first, first.last_of_month().tomorrow().ok()?)
        }
        [year, month, one] => {
            let only = day(*year, *month, *one)?;
            (only, only.tomorrow().ok()?)
        }
        _ => return None,
    };
    Period::new(from, to).ok()
}
