//! Whether the evidence of a day is complete.

use std::ops::Bound;

use crate::assess::days::Days;
use crate::catalog::{Catalog, ControlTest, Keeping};
use crate::id::StreamId;
use crate::programme::Programme;
use crate::time::{Day, Period, day_words};

/// Days without complete evidence.
pub(super) struct Gap {
    /// The days, in order.
    pub(super) days: Vec<Period>,
    /// Why, as a sentence about the first of them.
    pub(super) why: String,
}

/// The days of a stream that are not complete, with the reason of the first; `None` when all are.
///
/// A day is complete when every source declared for the stream by then covers it.
pub(super) fn gap(programme: &Programme, stream: &StreamId, period: Period) -> Option<Gap> {
    let Some(state) = programme.streams.get(stream).filter(|state| !state.sources.is_empty()) else {
        return Some(Gap {
            days: vec![period],
            why: format!("no {stream} records: the stream has no source"),
        });
    };
    let missing = state.sources.iter().filter_map(|(source, from)| {
        let counts = Period::between(period.from().max(*from), period.to())?;
        let covered = state.coverage.iter().filter(|one| one.source == *source).map(|one| one.period);
        let days = uncovered(counts, covered.collect());
        let first = span_words(*days.first()?);
        Some(Gap { days, why: format!("{stream} records of {source} are not known to be complete {first}") })
    });
    let all_later = state.sources.values().all(|from| *from > period.from());
    let before = all_later.then(|| {
        let first = state.sources.values().min().copied().unwrap_or(period.to()).min(period.to());
        let gap = Period::new(period.from(), first).unwrap_or(period);
        Gap { days: vec![gap], why: format!("no source of {stream} counts {}", span_words(gap)) }
    });
    let first = |gap: &Gap| gap.days.first().map(|days| days.from());
    before.into_iter().chain(missing).reduce(|one, other| {
        let (mut earlier, later) = if first(&other) < first(&one) { (other, one) } else { (one, other) };
        earlier.days.extend(later.days);
        earlier
    })
}

/// The days of a period that are not complete for a stream, in order and without overlap; empty when all are.
pub fn incomplete_days(programme: &Programme, stream: &StreamId, period: Period) -> Vec<Period> {
    let open = gap(programme, stream, period).map(|gap| gap.days).unwrap_or_default();
    open.into_iter().collect::<Days>().into_runs()
}

/// The runs of days that no range covers.
fn uncovered(period: Period, mut covered: Vec<Period>) -> Vec<Period> {
    covered.sort_unstable();
    let mut reached = period.from();
    let mut open = Vec::new();
    for range in covered {
        open.extend(Period::between(reached, range.from().min(period.to())));
        reached = reached.max(range.to());
    }
    open.extend(Period::between(reached, period.to()));
    open
}

/// `on 3 Jun 2026` or `from 3 Jun 2026 to 9 Jun 2026`, the last day included.
pub(super) fn span_words(period: Period) -> String {
    if period.len() == 1 {
        return format!("on {}", day_words(period.from()));
    }
    format!("from {} to {}", day_words(period.from()), day_words(period.last()))
}

/// What a run of a test did not see of the evidence that bears on its days.
pub(super) struct Stale {
    /// The days it bears on.
    pub(super) days: Period,
    /// What came after the run, as the beginning of a sentence.
    pub(super) what: String,
}

/// What came to a test's evidence after the event that a run looked at last. An effect is never earlier than
/// its cause, so records bear on all days from the first they speak of: a test may count by another day, such
/// as the day something fell due.
pub(super) fn stale(programme: &Programme, catalog: &Catalog, test: &ControlTest, at: u64) -> Vec<Stale> {
    if test.streams.is_empty() {
        let changed = systems_version(programme) > at;
        let what = "a change of an AI system was recorded".to_owned();
        return changed.then(|| Stale { days: ever(), what }).into_iter().collect();
    }
    test.streams.iter().filter_map(|stream| newer(programme, catalog, stream, at)).collect()
}

/// The newest event about any AI system, which tests without a stream read.
pub(super) fn systems_version(programme: &Programme) -> u64 {
    let kind = "ai_system/";
    let from = (Bound::Included(kind), Bound::Unbounded);
    let systems = programme.touched.range::<_, str>(from).take_while(|(entity, _)| entity.starts_with(kind));
    systems.map(|(_, at)| *at).max().unwrap_or(0)
}

/// The days on which records of a stream bear that came after an event.
fn newer(programme: &Programme, catalog: &Catalog, stream: &StreamId, at: u64) -> Option<Stale> {
    let zone = programme.zone();
    let segments = &programme.streams.get(stream)?.segments;
    let newer = segments.iter().rev().filter_map(|id| programme.segments.get(id));
    let newer = newer.take_while(|segment| segment.at > at).filter(|segment| segment.value.rows > 0);
    let first = newer.map(|segment| segment.value.occurred.map_or(Day::MIN, |(first, _)| first.day(&zone)));
    let first = first.min()?;
    let upserts = catalog.streams.get(stream).is_none_or(|stream| stream.keeping == Keeping::Upsert);
    match Period::new(first, Day::MAX) {
        Ok(days) if !upserts && first > Day::MIN => {
            Some(Stale { days, what: format!("records of {first} arrived") })
        }
        _ => Some(Stale { days: ever(), what: format!("records of {stream} arrived") }),
    }
}

/// All days of the calendar.
fn ever() -> Period {
    Period::new(Day::MIN, Day::MAX).unwrap_or_else(|_| Period::of_day(Day::MIN))
}
