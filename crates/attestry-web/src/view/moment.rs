//! A day or an instant in words, the exact one on hover.

use askama::Template;
use askama::filters::HtmlSafe;
use attestry_domain::time::{Day, Instant, day_words};
use jiff::tz::TimeZone;

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/moment.html")]
pub struct Moment {
    /// As people read it, such as `12 May 2026`.
    pub words: String,
    /// As machines do: an RFC 3339 instant or an ISO 8601 day.
    pub exact: String,
}

impl HtmlSafe for Moment {}

impl Moment {
    /// The day an instant falls on, the instant on hover.
    pub fn day_of(at: Instant, zone: &TimeZone) -> Self {
        Self { words: day_words(at.day(zone)), exact: at.to_string() }
    }

    /// Day, hour and minute of an instant.
    pub fn minute_of(at: Instant, zone: &TimeZone) -> Self {
        let words = at.timestamp().to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string();
        Self { words, exact: at.to_string() }
    }
}

impl From<Day> for Moment {
    fn from(day: Day) -> Self {
        Self { words: day_words(day), exact: day.to_string() }
    }
}
