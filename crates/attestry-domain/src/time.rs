//! Instants, days and periods. A day is a day of the organisation's calendar, half-open at local midnight.

use std::fmt;
use std::iter::successors;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A calendar day.
pub type Day = Date;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// Why a text is no instant, day or period.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidTime {
    /// No RFC 3339 time.
    #[error("`{0}` is no instant; expected a form like 2026-05-12T08:30:00Z")]
    Instant(String),
    /// No day.
    #[error("`{0}` is no day; expected a form like 2026-05-12")]
    Day(String),
    /// No period.
    #[error(
        "`{0}` is no period; expected FROM..TO, such as 2026-01-01..2027-01-01, the last day not included"
    )]
    Period(String),
    /// It ends before it starts.
    #[error("the period `{0}` is empty: its end must come after its start")]
    Empty(String),
    /// No time zone of the IANA database.
    #[error("`{0}` is no time zone; expected a name like America/New_York or UTC")]
    Zone(String),
}

impl Instant {
    /// The instant so many microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The day it falls on in a time zone.
    pub fn day(self, zone: &TimeZone) -> Day {
        self.timestamp().to_zoned(zone.clone()).date()
    }

    /// The same instant for calendar arithmetic; clamped to what a calendar can hold.
    pub fn timestamp(self) -> Timestamp {
        let edge = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_microsecond(self.0).unwrap_or(edge)
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl FromStr for Instant {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let timestamp: Timestamp = text.parse().map_err(|_| InvalidTime::Instant(text.to_owned()))?;
        Ok(timestamp.into())
    }
}

/// Days from `from` up to and not including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct Period {
    from: Day,
    to: Day,
}

/// A period as read, before it is known to have a day.
#[derive(Deserialize)]
struct Bounds {
    from: Day,
    to: Day,
}

impl TryFrom<Bounds> for Period {
    type Error = InvalidTime;

    fn try_from(bounds: Bounds) -> Result<Self, InvalidTime> {
        Self::new(bounds.from, bounds.to)
    }
}

impl Period {
    /// The period between two days, the last not included.
    ///
    /// # Errors
    /// When `to` is not after `from`.
    pub fn new(from: Day, to: Day) -> Result<Self, InvalidTime> {
        if from < to { Ok(Self { from, to }) } else { Err(InvalidTime::Empty(format!("{from}..{to}"))) }
    }

    /// The period between two days, the last not included; `None` when there is no day between them.
    pub(crate) fn between(from: Day, to: Day) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// The one day.
    pub fn of_day(day: Day) -> Self {
        Self { from: day, to: next(day) }
    }

    /// First day.
    pub const fn from(self) -> Day {
        self.from
    }

    /// First day after it.
    pub const fn to(self) -> Day {
        self.to
    }

    /// Its last day.
    pub fn last(self) -> Day {
        self.to.yesterday().unwrap_or(self.to)
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day < self.to
    }

    /// The common days of two periods.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::between(self.from.max(other.from), self.to.min(other.to))
    }

    /// The most days that a question can sensibly span, some 20 years: whoever reads one from a person refuses more.
    pub const MOST_DAYS: i64 = 7_305;

    /// Number of days.
    pub fn len(self) -> i64 {
        self.from.until(self.to).map_or(0, |span| i64::from(span.get_days()))
    }

    /// Never: a period has at least one day.
    pub const fn is_empty(self) -> bool {
        false
    }

    /// Its days in order.
    pub fn days(self) -> impl Iterator<Item = Day> {
        successors(Some(self.from), |day| day.tomorrow().ok()).take_while(move |day| *day < self.to)
    }

    /// First instant of the period in a time zone.
    pub fn start_at(self, zone: &TimeZone) -> Instant {
        midnight(self.from, zone)
    }

    /// First instant after the period in a time zone.
    pub fn end_at(self, zone: &TimeZone) -> Instant {
        midnight(self.to, zone)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

impl FromStr for Period {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let (from, to) = text.split_once("..").ok_or_else(|| InvalidTime::Period(text.to_owned()))?;
        Self::new(day(from)?, day(to)?)
    }
}

/// Reads a day.
///
/// # Errors
/// When the text is not like `2026-05-12`.
pub fn day(text: &str) -> Result<Day, InvalidTime> {
    text.trim().parse().map_err(|_| InvalidTime::Day(text.to_owned()))
}

/// The day after; the calendar's last day is its own successor.
pub fn next(day: Day) -> Day {
    day.tomorrow().unwrap_or(day)
}

/// So many whole days: one step of arithmetic, where a span of calendar units goes through each of its units.
pub(crate) fn whole_days(days: i32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

/// The first instant of a day in a time zone, also where that day starts later than at 0:00.
pub fn midnight(day: Day, zone: &TimeZone) -> Instant {
    zone.to_ambiguous_zoned(day.at(0, 0, 0, 0))
        .compatible()
        .map_or_else(|_| Instant::from_micros(i64::MAX), |zoned| zoned.timestamp().into())
}

/// A time zone by its IANA name.
///
/// # Errors
/// When the database has no such name.
pub fn zone(name: &str) -> Result<TimeZone, InvalidTime> {
    TimeZone::get(name).map_err(|_| InvalidTime::Zone(name.to_owned()))
}

/// A day as people read it: `12 May 2026`.
pub fn day_words(day: Day) -> String {
    day.strftime("%-d %b %Y").to_string()
}
