//! What should have happened, and what did.

use jiff::ToSpan;
use serde::Serialize;

use crate::catalog::Cadence;
use crate::id::AttestationId;
use crate::programme::AdoptedControl;
use crate::time::{Day, Period};

/// Days from performance to record that are usual, for statements and for rows of a test alike: what took
/// longer is shown apart as recorded late.
pub const RECORDING_DELAY_DAYS: i32 = 14;

/// An occurrence that a cadence expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// The days it is about.
    pub window: Period,
    /// The last day on which it is in time: the window's last day plus the procedure's grace.
    pub due_on: Day,
}

/// What became of an expected occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OccurrenceState {
    /// Performed in time, with evidence.
    Met,
    /// Performed after it was due: an exception.
    Late,
    /// Not performed although due: an exception.
    Missed,
    /// Not performed and not yet due.
    NotYetDue,
    /// Said to be performed in time, and nothing shows it.
    EvidenceMissing,
}

/// An expected occurrence with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// What was expected.
    #[serde(flatten)]
    pub expected: Expected,
    /// What became of it.
    pub state: OccurrenceState,
    /// The day it was performed.
    pub performed_on: Option<Day>,
    /// The day it was recorded.
    pub recorded_on: Option<Day>,
    /// The statement that says so.
    pub attestation: Option<AttestationId>,
}

impl OccurrenceState {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::NotYetDue => "not yet due",
            Self::EvidenceMissing => "evidence missing",
        }
    }
}

impl Occurrence {
    /// Whether it was recorded long after it was performed.
    pub fn recorded_late(&self) -> bool {
        let days =
            |(performed, recorded): (Day, Day)| performed.until(recorded).map_or(0, |span| span.get_days());
        self.performed_on.zip(self.recorded_on).map(days).is_some_and(|days| days > RECORDING_DELAY_DAYS)
    }
}

/// The occurrences of a periodic control that fall due in a period, in order of their windows.
///
/// Each is judged by the procedure in force on the last day of its window; a window that closed without one
/// expects nothing. None for controls whose occurrences do not follow from the calendar.
pub fn expected_occurrences(control: &AdoptedControl, period: Period) -> Vec<Expected> {
    let mut expected = Vec::new();
    let mut cadences: Vec<Cadence> = control.procedures.iter().map(|one| one.cadence).collect();
    cadences.sort_unstable();
    cadences.dedup();
    let earliest = period.from().saturating_sub(400.days());
    for cadence in cadences.into_iter().filter(|cadence| cadence.is_periodic()) {
        // No window expects anything that closed before a procedure of this cadence was in force.
        let mine = control.procedures.iter().filter(|one| one.cadence == cadence);
        let first = mine.filter_map(|one| one.approved.as_ref()).map(|one| one.value).min();
        let Some(first) = first else { continue };
        let mut window = window_of(cadence, earliest.max(first));
        while let Some(one) = window.filter(|one| one.from() < period.to()) {
            let procedure = control.procedure_on(one.last()).filter(|procedure| procedure.cadence == cadence);
            if let Some(procedure) = procedure {
                let due_on = one.last().saturating_add(i64::from(procedure.grace_days).days());
                if period.contains(due_on) {
                    expected.push(Expected { window: one, due_on });
                }
            }
            window = window_of(cadence, one.to()).filter(|next| next.from() > one.from());
        }
    }
    expected.sort_by_key(|one| one.window);
    expected
}

/// The window of a periodic cadence in which a day lies.
pub fn window_of(cadence: Cadence, day: Day) -> Option<Period> {
    let months = |length: i8| {
        let from = Day::new(day.year(), (day.month() - 1) / length * length + 1, 1).ok()?;
        Period::new(from, from.checked_add(i32::from(length).months()).ok()?).ok()
    };
    match cadence {
        Cadence::Continuous | Cadence::PerEvent => None,
        Cadence::Daily => Some(Period::of_day(day)),
        Cadence::Weekly => {
            let from = day.checked_sub(i32::from(day.weekday().to_monday_zero_offset()).days()).ok()?;
            Period::new(from, from.checked_add(7.days()).ok()?).ok()
        }
        Cadence::Monthly => months(1),
        Cadence::Quarterly => months(3),
        Cadence::SemiAnnual => months(6),
        Cadence::Annual => months(12),
    }
}

/// What became of the expected occurrences of a period, by the acts performed up to and with `as_of`, when
/// `through` is the last day that is over: what was due by then and is not performed is missed.
///
/// An act that names its window serves that window, those with a file first; else it serves the oldest
/// unserved one that closed before it, or, when all those are served, the one in which it was performed. An
/// act serves one window. Which one does not depend on the period asked about.
pub fn occurrences(control: &AdoptedControl, period: Period, as_of: Day, through: Day) -> Vec<Occurrence> {
    let first = control.procedures.iter().filter_map(|one| one.approved.as_ref()).map(|one| one.value).min();
    let first = first.map_or(period.from(), |first| first.min(period.from()));
    let ever = Period::new(first, period.to()).unwrap_or(period);
    let mut all: Vec<Occurrence> = expected_occurrences(control, ever).into_iter().map(unserved).collect();
    let mut acts: Vec<_> =
        control.attestations.iter().filter(|act| act.value.performed_on <= as_of).collect();
    acts.sort_by_cached_key(|act| {
        let named = act.value.window.is_some();
        (!named, named && act.value.artifact.is_none(), act.value.performed_on, act.at)
    });
    // All windows before this one are served.
    let mut begin = 0;
    for act in acts {
        let on = act.value.performed_on;
        begin += all.iter().skip(begin).take_while(|one| one.attestation.is_some()).count();
        let served = match act.value.window {
            Some(window) if on < window.from() => None,
            Some(window) => named(&all, window),
            None => oldest(&all, begin, on),
        };
        let Some(served) = served.and_then(|at| all.get_mut(at)) else { continue };
        served.performed_on = Some(on);
        served.recorded_on = Some(act.recorded_on);
        served.attestation = Some(act.value.attestation);
        served.state = match () {
            () if on > served.expected.due_on => OccurrenceState::Late,
            () if act.value.artifact.is_none() => OccurrenceState::EvidenceMissing,
            () => OccurrenceState::Met,
        };
    }
    for open in all.iter_mut().filter(|one| one.attestation.is_none() && one.expected.due_on <= through) {
        open.state = OccurrenceState::Missed;
    }
    all.retain(|one| period.contains(one.expected.due_on));
    all
}

/// Where the unserved occurrence of a window is among all, which are in order of their windows.
fn named(all: &[Occurrence], window: Period) -> Option<usize> {
    let from = all.partition_point(|one| one.expected.window < window);
    let mut same = all.iter().enumerate().skip(from).take_while(|(_, one)| one.expected.window == window);
    same.find(|(_, one)| one.attestation.is_none()).map(|(at, _)| at)
}

/// Where the oldest unserved window is that closed by a day, else the first in which the day lies.
fn oldest(all: &[Occurrence], begin: usize, on: Day) -> Option<usize> {
    let come = all.iter().enumerate().skip(begin).take_while(|(_, one)| one.expected.window.from() <= on);
    let mut open = come.filter(|(_, one)| one.attestation.is_none());
    let closed = open.clone().find(|(_, one)| one.expected.window.to() <= on);
    closed.or_else(|| open.find(|(_, one)| one.expected.window.contains(on))).map(|(at, _)| at)
}

fn unserved(expected: Expected) -> Occurrence {
    let (performed_on, recorded_on, attestation) = (None, None, None);
    Occurrence { expected, state: OccurrenceState::NotYetDue, performed_on, recorded_on, attestation }
}
