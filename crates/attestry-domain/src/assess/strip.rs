//! A control's period month by month.

use crate::assess::control::ControlAssessment;
use crate::assess::occurrence::{OccurrenceState, window_of};
use crate::assess::operation::{Cell, CellState};
use crate::catalog::Cadence;
use crate::time::Period;

/// What fell due in a month.
#[derive(Debug, Clone, Copy, Default)]
struct Due {
    of: u64,
    n: u64,
    waiting: bool,
    missing: bool,
}

/// One cell a month, of days of which those `over` have come, and those `absent` had the control not in place.
pub(super) fn strip(
    assessment: &ControlAssessment,
    months: &[Period],
    over: Period,
    absent: &[Period],
) -> Vec<Cell> {
    let due = due(assessment, months);
    let cell = |(days, due): (&Period, Due)| {
        let (mut of, mut n) = (due.of, due.n);
        for row in assessment.tests.iter().flat_map(|test| test.rows_of(*days)) {
            of = row.population.saturating_add(of);
            n = row.exceptions.saturating_add(n);
        }
        let tested = |days: Period| {
            assessment.tests.iter().all(|test| test.is_tested(days))
                && (!assessment.tests.is_empty() || !assessment.occurrences.is_empty())
        };
        let state = match days.intersection(over) {
            None => CellState::NotYetDue,
            Some(days) if absent.iter().any(|gap| gap.intersection(days).is_some()) => CellState::NotInPlace,
            Some(_) if n > 0 => CellState::Exceptions,
            Some(days) if due.missing || !tested(days) => CellState::NotTested,
            Some(_) if of > 0 => CellState::Met,
            Some(_) if due.waiting => CellState::NotYetDue,
            Some(_) => CellState::NoOccurrences,
        };
        Cell { days: *days, state, of, n }
    };
    months.iter().zip(due).map(cell).collect()
}

/// What fell due in each month.
fn due(assessment: &ControlAssessment, months: &[Period]) -> Vec<Due> {
    let mut due = vec![Due::default(); months.len()];
    let mut at = 0;
    for one in &assessment.occurrences {
        let is_due = |at: usize| months.get(at).is_some_and(|days| days.contains(one.expected.due_on));
        // Most fall due in the month in which the last did.
        if !is_due(at) {
            at = months.partition_point(|days| days.to() <= one.expected.due_on);
        }
        if let Some(due) = due.get_mut(at).filter(|_| is_due(at)) {
            due.count(one.state);
        }
    }
    due
}

/// The calendar months of a period; the first and the last may be parts of one.
pub(super) fn months(period: Period) -> Vec<Period> {
    let mut months = Vec::new();
    let mut from = period.from();
    while let Some(days) = window_of(Cadence::Monthly, from)
        .and_then(|month| Period::new(from, month.to()).ok()?.intersection(period))
    {
        from = days.to();
        months.push(days);
    }
    months
}

impl Due {
    fn count(&mut self, state: OccurrenceState) {
        self.waiting |= state == OccurrenceState::NotYetDue;
        self.missing |= state == OccurrenceState::EvidenceMissing;
        self.of += u64::from(state != OccurrenceState::NotYetDue);
        self.n += u64::from(matches!(state, OccurrenceState::Late | OccurrenceState::Missed));
    }
}
