//! Whether the evidence of a day is complete.

use crate::id::StreamId;
use crate::programme::Programme;
use crate::time::{Day, Period, day_words};

/// Why some days of a stream are not complete, as a sentence; `None` when all are.
///
/// A day is complete when every source declared for the stream by then covers it.
pub(super) fn gap(programme: &Programme, stream: &StreamId, period: Period) -> Option<(Period, String)> {
    let Some(state) = programme.streams.get(stream).filter(|state| !state.sources.is_empty()) else {
        return Some((period, format!("no {stream} records: the stream has no source")));
    };
    let missing = state.sources.iter().filter_map(|(source, from)| {
        let counts = Period::new(period.from().max(*from), period.to()).ok()?;
        let covered = state.coverage.iter().filter(|one| one.source == *source).map(|one| one.period);
        let gap = first_gap(counts, covered.collect())?;
        let days = span_words(gap);
        Some((gap, format!("{stream} records of {source} are not known to be complete {days}")))
    });
    let all_later = state.sources.values().all(|from| *from > period.from());
    let before = all_later.then(|| {
        let first = state.sources.values().min().copied().unwrap_or(period.to()).min(period.to());
        let gap = Period::new(period.from(), first).unwrap_or(period);
        (gap, format!("no source of {stream} counts {}", span_words(gap)))
    });
    before.into_iter().chain(missing).min_by_key(|(gap, _)| gap.from())
}

/// The first run of days that no range covers.
fn first_gap(period: Period, mut covered: Vec<Period>) -> Option<Period> {
    covered.sort_unstable();
    let mut reached = period.from();
    for range in covered {
        if range.from() > reached {
            return Period::new(reached, range.from().min(period.to())).ok();
        }
        reached = reached.max(range.to());
    }
    Period::new(reached, period.to()).ok()
}

/// `on 3 Jun 2026` or `from 3 Jun 2026 to 9 Jun 2026`, the last day included.
pub(super) fn span_words(period: Period) -> String {
    if period.len() == 1 {
        return format!("on {}", day_words(period.from()));
    }
    format!("from {} to {}", day_words(period.from()), day_words(period.last()))
}

/// The days of a period for which records arrived after a run looked.
pub(super) fn stale(programme: &Programme, stream: &StreamId, at: u64, period: Period) -> Option<Day> {
    let zone = programme.zone();
    let state = programme.streams.get(stream)?;
    let newer = state.segments.iter().rev().filter_map(|id| programme.segments.get(id));
    let newer = newer.take_while(|segment| segment.at > at);
    let days = newer.filter_map(|segment| {
        let (first, last) = segment.value.occurred?;
        let touched = Period::new(first.day(&zone), crate::time::next(last.day(&zone))).ok()?;
        touched.intersection(period).map(Period::from)
    });
    days.min()
}
