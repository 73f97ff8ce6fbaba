//! What should have happened, and what did.

use std::iter::successors;

use serde::Serialize;

use crate::assess::act::Acts;
use crate::catalog::Cadence;
use crate::id::AttestationId;
use crate::programme::{AdoptedControl, Procedure};
use crate::time::{Day, Period, whole_days};

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
    let approved = approved(control);
    let mut cadences: Vec<Cadence> = approved.iter().map(|(_, one)| one.cadence).collect();
    cadences.sort_unstable();
    cadences.dedup();
    let earliest = period.from().saturating_sub(whole_days(400));
    let mut expected = Vec::new();
    for cadence in cadences {
        // No window expects anything that closed before a procedure of this cadence was in force.
        let mine = approved.iter().filter(|(_, one)| one.cadence == cadence);
        let Some(first) = mine.map(|(from, _)| *from).min() else { continue };
        for window in windows(cadence, earliest.max(first)).take_while(|one| one.from() < period.to()) {
            let last = window.last();
            let in_force = approved.iter().rev().find(|(from, _)| *from <= last);
            let Some((_, procedure)) = in_force.filter(|(_, one)| one.cadence == cadence) else { continue };
            let due_on = last.saturating_add(whole_days(procedure.grace_days.into()));
            if period.contains(due_on) {
                expected.push(Expected { window, due_on });
            }
        }
    }
    expected.sort_by_key(|one| one.window);
    expected
}

/// The procedures that are approved, as they were written, with the first day that each is in force.
fn approved(control: &AdoptedControl) -> Vec<(Day, &Procedure)> {
    let from = |one: &Procedure| one.approved.as_ref().map(|approved| approved.value);
    control.procedures.iter().filter_map(|one| Some((from(one)?, one.as_ref()))).collect()
}

/// The windows of a cadence from the one in which a day lies; none for one without a calendar.
fn windows(cadence: Cadence, day: Day) -> impl Iterator<Item = Period> {
    // At the calendar's end a window has none after it.
    let after = move |one: &Period| window_of(cadence, one.to()).filter(|next| next.from() > one.from());
    successors(window_of(cadence, day), after)
}

/// The window of a periodic cadence in which a day lies.
pub fn window_of(cadence: Cadence, day: Day) -> Option<Period> {
    match cadence {
        Cadence::Continuous | Cadence::PerEvent => None,
        Cadence::Daily => Some(Period::of_day(day)),
        Cadence::Weekly => {
            let since_monday = day.weekday().to_monday_zero_offset();
            let from = day.checked_sub(whole_days(since_monday.into())).ok()?;
            Period::new(from, from.checked_add(whole_days(7)).ok()?).ok()
        }
        Cadence::Monthly => months(1, day),
        Cadence::Quarterly => months(3, day),
        Cadence::SemiAnnual => months(6, day),
        Cadence::Annual => months(12, day),
    }
}

/// So many months, which divide a year, among which a day lies.
fn months(length: i8, day: Day) -> Option<Period> {
    let first = (day.month() - 1) / length * length + 1;
    let from = Day::new(day.year(), first, 1).ok()?;
    let to = match first + length {
        13 => Day::new(day.year() + 1, 1, 1),
        month => Day::new(day.year(), month, 1),
    };
    Period::new(from, to.ok()?).ok()
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
    // All windows before `begin` are served, and `near` is the one named last.
    let (mut begin, mut near) = (0, 0);
    for act in Acts::of(control, as_of).in_turn() {
        let on = act.performed_on;
        begin += all.iter().skip(begin).take_while(|one| one.attestation.is_some()).count();
        let served = match act.window {
            Some(window) if on < window.from() => None,
            Some(window) => named(&all, near, window).inspect(|at| near = *at),
            None => oldest(&all, begin, on),
        };
        let Some(served) = served.and_then(|at| all.get_mut(at)) else { continue };
        served.performed_on = Some(on);
        served.recorded_on = Some(act.recorded_on);
        served.attestation = Some(act.attestation);
        served.state = match () {
            () if on > served.expected.due_on => OccurrenceState::Late,
            () if !act.has_file => OccurrenceState::EvidenceMissing,
            () => OccurrenceState::Met,
        };
    }
    for open in all.iter_mut().filter(|one| one.attestation.is_none() && one.expected.due_on <= through) {
        open.state = OccurrenceState::Missed;
    }
    all.retain(|one| period.contains(one.expected.due_on));
    all
}

/// Where the unserved occurrence of a window is among all, which are in order of their windows. It is looked for a few
/// windows behind the one named last, since people name them in order, before it is searched for.
fn named(all: &[Occurrence], near: usize, window: Period) -> Option<usize> {
    const FEW: usize = 8;
    let before = |one: &Occurrence| one.expected.window < window;
    let behind = all.iter().skip(near).take(FEW).take_while(|one| before(one)).count();
    let from = if (1..FEW).contains(&behind) { near + behind } else { all.partition_point(before) };
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
