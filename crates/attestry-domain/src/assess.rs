//! From a programme to what holds: design at a date, operation over a period. Derived each time, never stored.
//!
//! A control is judged by [`control`], a requirement by its key controls in [`requirement`], and
//! [`assess`] puts them together for every framework in scope. What the runs of tests counted per day is
//! evidence in the object store; the caller loads it and hands it in.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::event::DayCount;
use crate::id::{ControlId, Digest, RunId};
use crate::programme::Programme;
use crate::time::{Day, Period};

pub use complete::incomplete_days;
pub use control::{ControlAssessment, assess_control, control_version};
pub use design::{Design, DesignLevel};
pub use framework::{DesignTotals, FrameworkAssessment, OperationTotals};
pub use occurrence::{
    Expected, Occurrence, OccurrenceState, RECORDING_DELAY_DAYS, expected_occurrences, occurrences, window_of,
};
pub use operation::{Cell, CellState, Operation};
pub use requirement::{RequirementAssessment, RequirementDesign, RequirementOperation};
pub use test::TestAssessment;

use control::Asked;

mod act;
mod compensate;
mod complete;
mod control;
mod days;
mod design;
mod framework;
mod occurrence;
mod operation;
mod requirement;
mod strip;
mod test;

/// On which day, and over which period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Question {
    /// The day on which design is judged, and up to which operation is.
    pub as_of: Day,
    /// The last day that is over: operation is judged up to it, since no evidence of a day still running is complete.
    pub through: Day,
    /// The period over which operation is judged; without one only design is.
    pub period: Option<Period>,
}

/// What test runs counted per day, by run.
pub type Counts = BTreeMap<RunId, Arc<[DayCount]>>;

/// What holds in a programme.
#[derive(Debug, Clone)]
pub struct Readiness {
    /// Number of events it was made from.
    pub at: u64,
    /// The catalog it was made from.
    pub catalog: Option<Digest>,
    /// What was asked.
    pub question: Question,
    /// Frameworks in scope.
    pub frameworks: Vec<FrameworkAssessment>,
    /// Adopted controls.
    pub controls: BTreeMap<ControlId, Arc<ControlAssessment>>,
}

/// What holds, for every control and every requirement in scope.
pub fn assess(programme: &Programme, catalog: &Catalog, counts: &Counts, question: Question) -> Readiness {
    let asked = Asked::new(programme, catalog, counts, question);
    let judged = programme.controls.iter().map(|(id, control)| (id, asked.judge(id, Some(control))));
    let controls = judged.map(|(id, control)| (id.clone(), Arc::new(control))).collect();
    from_controls(programme, catalog, question, controls)
}

/// The same from controls judged before: a caller keeps those whose [`control_version`] has not moved.
pub fn from_controls(
    programme: &Programme,
    catalog: &Catalog,
    question: Question,
    controls: BTreeMap<ControlId, Arc<ControlAssessment>>,
) -> Readiness {
    let frameworks = framework::assess_all(programme, catalog, &controls, question);
    Readiness { at: programme.sequence, catalog: programme.catalog, question, frameworks, controls }
}
