//! The demo's year: its days, weeks and months in the company's time zone.

use attestry_domain::time::{Day, Instant, Period, midnight};
use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::AppError;

/// Days between the first event and the first day of the year.
const LEAD_DAYS: i64 = 14;

/// The year and what comes before it.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// The company's time zone.
    pub(super) zone: TimeZone,
    /// The day of the first event.
    pub(super) begins: Day,
    /// The year.
    pub(super) year: Period,
}

impl Calendar {
    /// The twelve months before a day.
    pub(super) fn new(until: Day, zone: TimeZone) -> Result<Self, AppError> {
        let whole = || {
            let (last, before) = (Self::plus(until, -1), Self::plus(until.first_of_month(), -1));
            AppError::Input(format!(
                "the demo's year has whole months and cannot end on {last}; end it with a month, such as on {before}"
            ))
        };
        if until.day() != 1 {
            return Err(whole());
        }
        let from = until.checked_sub(12.months()).map_err(|_| whole())?;
        let begins = from.checked_sub(LEAD_DAYS.days()).map_err(|_| whole())?;
        let year = Period::new(from, until).map_err(|_| whole())?;
        Ok(Self { zone, begins, year })
    }

    /// An instant of a day, by the clock on the wall.
    pub(super) fn at(&self, day: Day, hour: i64, minute: i64) -> Instant {
        let after = (hour * 60 + minute) * 60_000_000;
        Instant::from_micros(midnight(day, &self.zone).micros().saturating_add(after))
    }

    /// The day so many days after another.
    pub(super) fn plus(day: Day, days: i64) -> Day {
        day.saturating_add(days.days())
    }

    /// That day, or the Monday after it when it lies on a weekend.
    pub(super) fn working(day: Day) -> Day {
        let wait = match i64::from(day.weekday().to_monday_zero_offset()) {
            5 => 2,
            6 => 1,
            _ => 0,
        };
        Self::plus(day, wait)
    }

    /// The day of that month and date in the year.
    pub(super) fn date(&self, month: i8, day: i8) -> Day {
        let year = self.year.from().year();
        let first = Day::new(year, month, 1).unwrap_or(self.year.from());
        let year = if first < self.year.from() { year.saturating_add(1) } else { year };
        Day::new(year, month, day).unwrap_or(first)
    }

    /// The day of that date in a month of the year, the first counted as 0.
    pub(super) fn nth(&self, month: i64, day: i64) -> Day {
        Self::plus(self.year.from().saturating_add(month.months()), day - 1)
    }

    /// The months of the year.
    pub(super) fn months(&self) -> Vec<Period> {
        self.pieces(self.year.from(), |day| day.first_of_month().saturating_add(1.month()))
    }

    /// The calendar months from the first event to the end of the year, the first one begun.
    pub(super) fn months_with_lead(&self) -> Vec<Period> {
        self.pieces(self.begins, |day| day.first_of_month().saturating_add(1.month()))
    }

    /// The weeks from Monday, from the first event to the end of the year; the first and the last may be short.
    pub(super) fn weeks(&self) -> Vec<Period> {
        self.pieces(self.begins, |day| Self::plus(day, 7 - i64::from(day.weekday().to_monday_zero_offset())))
    }

    /// The calendar quarters' shares of the year.
    pub(super) fn quarters(&self) -> Vec<Period> {
        let next = |day: Day| {
            let left = 3 - (i64::from(day.month()) - 1) % 3;
            day.first_of_month().saturating_add(left.months())
        };
        self.pieces(self.year.from(), next)
    }

    fn pieces(&self, from: Day, next: impl Fn(Day) -> Day) -> Vec<Period> {
        let mut pieces = Vec::new();
        let mut reached = from;
        while let Ok(piece) = Period::new(reached, next(reached).min(self.year.to())) {
            reached = piece.to();
            pieces.push(piece);
        }
        pieces
    }
}
