//! A control of the organisation, as its events left it.

use std::sync::Arc;

use imbl::Vector;

use crate::catalog::Cadence;
use crate::event::{Actor, AttestationRecorded};
use crate::id::{ArtifactId, ControlId, Digest, PersonId};
use crate::time::{Day, Instant, Period};

/// Something said in one event: what, when recorded, by whom, where in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<T> {
    /// What was said.
    pub value: T,
    /// When the ledger learned of it.
    pub recorded_at: Instant,
    /// That instant's day in the organisation's calendar.
    pub recorded_on: Day,
    /// Who said it.
    pub by: Actor,
    /// The event.
    pub at: u64,
}

/// A version of a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// SHA-256 of its text.
    pub text: Digest,
    /// How often the control is performed.
    pub cadence: Cadence,
    /// Days after a window's end until performance is late.
    pub grace_days: u16,
    /// When and by whom it was written.
    pub written: Recorded<()>,
    /// When and by whom it was approved, and from which day it is in force.
    pub approved: Option<Recorded<Day>>,
}

/// A walked-through instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walkthrough {
    /// The day of the instance.
    pub on: Day,
    /// What was seen.
    pub seen: String,
    /// The file that shows it.
    pub artifact: Option<ArtifactId>,
}

/// A statement that the control was performed.
pub type Attested = Recorded<AttestationRecorded>;

/// A control that stands in for another on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compensation {
    /// The control that stands in.
    pub by: ControlId,
    /// The days.
    pub period: Period,
    /// Why it compensates.
    pub reason: String,
}

/// A control of the organisation.
#[derive(Debug, Clone)]
pub struct AdoptedControl {
    /// When it was adopted.
    pub adopted: Recorded<()>,
    /// The newest decision whether it applies, and why; `None` while undecided.
    pub applicability: Option<Recorded<(bool, String)>>,
    /// All such decisions, oldest first.
    pub decisions: Vector<Recorded<(bool, String)>>,
    /// Owners, oldest first.
    pub owners: Vector<Recorded<PersonId>>,
    /// Versions of its procedure, oldest first.
    pub procedures: Vector<Arc<Procedure>>,
    /// Reasons why it meets its risk, oldest first.
    pub rationales: Vector<Recorded<String>>,
    /// Walked-through instances, oldest first.
    pub walkthroughs: Vector<Recorded<Walkthrough>>,
    /// Statements of performance, oldest first.
    pub attestations: Vector<Arc<Attested>>,
    /// Controls that stand in for it.
    pub compensations: Vector<Recorded<Compensation>>,
    /// The newest event about it.
    pub at: u64,
}

impl AdoptedControl {
    /// Whether it applies as of a day: by the last decision recorded on or before it.
    pub fn applies_on(&self, day: Day) -> Option<bool> {
        let decided = self.decisions.iter().rev().find(|decided| decided.recorded_on <= day);
        decided.map(|decided| decided.value.0)
    }

    /// Whether it applies by the newest decision; `None` while undecided.
    pub fn applies(&self) -> Option<bool> {
        self.applicability.as_ref().map(|decided| decided.value.0)
    }

    /// The owner as of a day: the last one named on or before it.
    pub fn owner_on(&self, day: Day) -> Option<PersonId> {
        self.owners.iter().rev().find(|owner| owner.recorded_on <= day).map(|owner| owner.value)
    }

    /// The procedure in force on a day.
    pub fn procedure_on(&self, day: Day) -> Option<&Arc<Procedure>> {
        let in_force = |procedure: &&Arc<Procedure>| {
            procedure.approved.as_ref().is_some_and(|approved| approved.value <= day)
        };
        self.procedures.iter().rev().find(in_force)
    }
}
