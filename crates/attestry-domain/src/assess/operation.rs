//! The operation of a control over a period.

use serde::Serialize;

use crate::assess::complete::span_words;
use crate::assess::occurrence::{Occurrence, OccurrenceState};
use crate::time::Period;
use crate::words::grouped;

/// A control over a period. Only the first is green.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Operation {
    /// It had occurrences and none broke the rule.
    NoExceptions {
        /// Occurrences.
        of: u64,
    },
    /// Some occurrences broke the rule.
    Exceptions {
        /// These.
        n: u64,
        /// Of all.
        of: u64,
    },
    /// Complete evidence shows that nothing happened that the control could act on.
    NoOccurrences,
    /// Evidence or a test is missing.
    NotTested {
        /// Why.
        reasons: Vec<String>,
    },
    /// On some day of the period the control was not in place.
    NotInPlace {
        /// The first such days.
        days: Period,
    },
}

/// One month of a control's strip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The days.
    pub days: Period,
    /// What they show.
    pub state: CellState,
    /// Occurrences.
    pub of: u64,
    /// Of these, exceptions.
    pub n: u64,
}

/// What a cell of a strip shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// Occurrences, none of them an exception.
    Met,
    /// Exceptions among them.
    Exceptions,
    /// Complete, and nothing happened.
    NoOccurrences,
    /// Not complete, or no test looked.
    NotTested,
    /// Not in place.
    NotInPlace,
    /// Days to come.
    NotYetDue,
}

/// What was found, before it is put into one word.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) uncovered: Option<Period>,
    pub(super) of: u64,
    pub(super) n: u64,
    pub(super) gaps: Vec<String>,
}

impl Found {
    /// The rule of the house, the first that applies: not in place, exceptions, not tested, no occurrences,
    /// no exceptions. So adding an exception never improves anything.
    pub(super) fn conclude(self) -> Operation {
        let Self { uncovered, of, n, gaps } = self;
        match uncovered {
            Some(days) => Operation::NotInPlace { days },
            None if n > 0 => Operation::Exceptions { n, of },
            None if !gaps.is_empty() => Operation::NotTested { reasons: gaps },
            None if of == 0 => Operation::NoOccurrences,
            None => Operation::NoExceptions { of },
        }
    }

    /// Adds expected occurrences to what was found.
    pub(super) fn count(&mut self, occurrences: &[Occurrence]) {
        for one in occurrences {
            match one.state {
                OccurrenceState::Met => self.of += 1,
                OccurrenceState::Late | OccurrenceState::Missed => {
                    self.of += 1;
                    self.n += 1;
                }
                OccurrenceState::NotYetDue => {}
                OccurrenceState::EvidenceMissing => {
                    self.of += 1;
                    self.gaps
                        .push(format!("no file shows the occurrence {}", span_words(one.expected.window)));
                }
            }
        }
    }
}

impl Operation {
    /// The state's name in files and addresses.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoExceptions { .. } => "no_exceptions",
            Self::Exceptions { .. } => "exceptions",
            Self::NoOccurrences => "no_occurrences",
            Self::NotTested { .. } => "not_tested",
            Self::NotInPlace { .. } => "not_in_place",
        }
    }

    /// As a sentence's beginning.
    pub fn words(&self) -> String {
        match self {
            Self::NoExceptions { of } => format!("no exceptions in {}", grouped(*of)),
            Self::Exceptions { n, of } => format!("exceptions {} of {}", grouped(*n), grouped(*of)),
            Self::NoOccurrences => "no occurrences".to_owned(),
            Self::NotTested { reasons } => match reasons.first() {
                Some(reason) => format!("not tested: {reason}"),
                None => "not tested".to_owned(),
            },
            Self::NotInPlace { days } => format!("not in place {}", span_words(*days)),
        }
    }
}
