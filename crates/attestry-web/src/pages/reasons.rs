//! A control with its reasons: design, strip, tests with their exceptions, expected occurrences.

use crate::pages::rows::ExceptionRow;
use crate::view::{Mark, Moment, Strip};

/// A control with everything its state rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlReasons {
    /// The control.
    pub id: String,
    /// What holds when it works.
    pub title: String,
    /// Who owns it.
    pub owner: String,
    /// How it is mapped to the requirement of the page; empty on the control's own page.
    pub mapping: &'static str,
    /// Why it is.
    pub rationale: String,
    /// Whether it stands open: it decides the requirement's state.
    pub open: bool,
    /// In operation, or in design when no period was asked for.
    pub state: Mark,
    /// In design.
    pub design: Mark,
    /// Since when, or what is missing.
    pub design_sentence: String,
    /// Its operation as a sentence with dates.
    pub sentence: String,
    /// The period month by month.
    pub strip: Strip,
    /// Its tests.
    pub tests: Vec<TestReasons>,
    /// Its expected occurrences.
    pub occurrences: Vec<OccurrenceRow>,
}

/// A control test with what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReasons {
    /// The test.
    pub id: String,
    /// What it finds out.
    pub title: String,
    /// What an occurrence is.
    pub unit: String,
    /// What it found.
    pub state: Mark,
    /// Occurrences, grouped.
    pub of: String,
    /// Occurrences recorded long after they happened.
    pub recorded_late: u64,
    /// Runs, newest first.
    pub runs: Vec<RunLink>,
    /// Why some day is not tested.
    pub gaps: Vec<String>,
    /// The exceptions.
    pub exceptions: Vec<ExceptionRow>,
}

/// A test run, to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLink {
    /// The run.
    pub id: String,
    /// Such as `the run of 3 Nov 2026`.
    pub words: String,
}

/// An occurrence that the calendar expects.
#[derive(Debug, Clone, PartialEq)]
pub struct OccurrenceRow {
    /// The days it is about.
    pub window: String,
    /// The last day on which it is in time.
    pub due: Moment,
    /// What became of it.
    pub state: Mark,
    /// When it was performed.
    pub performed: Option<Moment>,
    /// When that was recorded.
    pub recorded: Option<Moment>,
    /// Whether it was recorded long after.
    pub recorded_late: bool,
    /// What shows it.
    pub evidence: String,
    /// The event that says so.
    pub event: Option<u64>,
}
