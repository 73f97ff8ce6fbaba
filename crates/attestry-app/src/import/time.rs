//! Instants and days as files write them. Instants are kept to the microsecond; finer digits are cut off.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, Unit};

pub(super) const NO_INSTANT: &str = "is no instant; expected a form like 2026-05-12T08:30:00Z";
pub(super) const NO_DAY: &str = "is no day; expected a form like 2026-05-12";
const NO_OFFSET: &str =
    "has no offset from UTC; write one, such as 2026-05-12T08:30:00+02:00, or state `time_zone` in a map";
const NO_EPOCH: &str =
    "is a number, not an instant; state a `format` in a map, such as `epoch_seconds` or `epoch_millis`";
const OUT_OF_RANGE: &str = "is outside the years that a calendar holds, -9999 to 9999";
const SKIPPED: &str =
    "never was on the clock: that day the clock was put forward; correct it or write the offset";

/// A form other than ISO 8601.
#[derive(Debug, Clone)]
pub(super) enum TimeFormat {
    /// A count since 1970-01-01T00:00:00Z, with so many nanoseconds a unit.
    Epoch(i128),
    /// A strptime pattern.
    Pattern(String),
}

impl TimeFormat {
    pub(super) fn new(text: &str) -> Self {
        match text {
            "epoch_seconds" => Self::Epoch(1_000_000_000),
            "epoch_millis" => Self::Epoch(1_000_000),
            "epoch_micros" => Self::Epoch(1_000),
            "epoch_nanos" => Self::Epoch(1),
            pattern => Self::Pattern(pattern.to_owned()),
        }
    }
}

/// Microseconds since the epoch of a written instant. A local time needs the zone; where the clock was put back
/// and a local time happened twice, the earlier instant counts.
pub(super) fn instant(
    text: &str,
    format: Option<&TimeFormat>,
    zone: Option<&TimeZone>,
) -> Result<i64, String> {
    match format {
        Some(TimeFormat::Epoch(_)) => {
            let number =
                text.parse().map_err(|_| "is no whole number, as the map's `format` asks".to_owned())?;
            epoch(number, format)
        }
        Some(TimeFormat::Pattern(pattern)) => {
            let parts = strtime::parse(pattern, text).map_err(|_| unlike(pattern))?;
            if let Ok(timestamp) = parts.to_timestamp() {
                return micros(timestamp);
            }
            let local = parts.to_datetime().or_else(|_| parts.to_date().map(|day| day.at(0, 0, 0, 0)));
            resolve(local.map_err(|_| unlike(pattern))?, zone)
        }
        None if !is_date_and_time(text) => Err(NO_INSTANT.to_owned()),
        None => match text.parse::<Timestamp>() {
            Ok(timestamp) => micros(timestamp),
            Err(_) if is_local(text) => {
                let local: DateTime = text.parse().map_err(|_| NO_INSTANT.to_owned())?;
                resolve(local, zone)
            }
            Err(_) => Err(NO_INSTANT.to_owned()),
        },
    }
}

/// Microseconds since the epoch of a count in the format's unit.
pub(super) fn epoch(number: i64, format: Option<&TimeFormat>) -> Result<i64, String> {
    let Some(TimeFormat::Epoch(unit)) = format else {
        return Err(NO_EPOCH.to_owned());
    };
    let nanos = i128::from(number) * unit;
    micros(Timestamp::from_nanosecond(nanos).map_err(|_| OUT_OF_RANGE.to_owned())?)
}

/// Days since 1970-01-01 of a written day.
pub(super) fn day(text: &str, format: Option<&TimeFormat>) -> Result<i32, String> {
    let date = match format {
        Some(TimeFormat::Pattern(pattern)) => {
            strtime::parse(pattern, text).and_then(|parts| parts.to_date()).map_err(|_| unlike(pattern))?
        }
        Some(TimeFormat::Epoch(_)) => return Err(NO_DAY.to_owned()),
        None if text.len() == 10 && is_dashed(text) => text.parse().map_err(|_| NO_DAY.to_owned())?,
        None => return Err(NO_DAY.to_owned()),
    };
    days(date).ok_or_else(|| OUT_OF_RANGE.to_owned())
}

fn days(date: Date) -> Option<i32> {
    let span = Date::constant(1970, 1, 1).until((Unit::Day, date)).ok()?;
    Some(span.get_days())
}

fn micros(timestamp: Timestamp) -> Result<i64, String> {
    Ok(timestamp.as_microsecond())
}

fn resolve(local: DateTime, zone: Option<&TimeZone>) -> Result<i64, String> {
    let ambiguous = zone.ok_or(NO_OFFSET)?.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(SKIPPED.to_owned());
    }
    micros(ambiguous.earlier().map_err(|_| OUT_OF_RANGE.to_owned())?)
}

fn is_dashed(text: &str) -> bool {
    matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', ..])
}

/// Whether a text has the shape of a day, a `T` or a space, and a time.
fn is_date_and_time(text: &str) -> bool {
    is_dashed(text) && matches!(text.as_bytes().get(10..), Some([b'T' | b't' | b' ', _, _, b':', ..]))
}

/// Whether a date and time says nothing about offset or zone.
fn is_local(text: &str) -> bool {
    text.bytes().skip(11).all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b','))
}

fn unlike(pattern: &str) -> String {
    format!("does not read as the map's format `{pattern}`")
}
