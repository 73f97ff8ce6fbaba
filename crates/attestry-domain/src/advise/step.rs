//! What the adviser can plan: a step, its phases, what it needs, costs and shares.

use serde::{Deserialize, Serialize};

use crate::advise::condition::Condition;
use crate::advise::content::Source;
use crate::id::{FrameworkId, RuleId, StepId};
use crate::time::Day;

/// Something to do, from its first month to what comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Name.
    pub id: StepId,
    /// What it is, in a few words.
    pub title: String,
    /// What comes out, as a sentence.
    pub gives: String,
    /// The framework it works on.
    pub framework: Option<FrameworkId>,
    /// What sort of thing it is.
    pub kind: StepKind,
    /// The organisation's own work.
    pub effort: Effort,
    /// One after another, except those inside another.
    pub phases: Vec<Phase>,
    /// What must be planned or held for it.
    pub needs: Vec<Need>,
    /// It is done within one of these steps, the first that is planned, in the same months.
    pub within: Vec<StepId>,
    /// When the organisation has it already.
    pub held: Option<Held>,
    /// Why it is not needed when no rule speaks of it; a step without it is then passed over in silence.
    pub otherwise: Option<String>,
    /// What is paid to others.
    pub costs: Vec<Cost>,
    /// What to know about the cost, above all where no figure is known.
    pub cost_note: Option<String>,
    /// Work that serves another step as well.
    pub shared: Vec<Shared>,
    /// Days from which the law behind it applies.
    pub applies: Vec<AppliesFrom>,
}

/// What sort of thing a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// What everything else stands on.
    Groundwork,
    /// Ends in a CPA firm's report.
    Attestation,
    /// Ends in a registrar's certificate.
    Certification,
    /// Duties of a law.
    Law,
    /// Voluntary guidance.
    Guidance,
    /// Keeps a report or certificate alive.
    Upkeep,
}

/// The organisation's own work on a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Days to a few weeks of one person.
    Small,
    /// Months of one person, with help from several.
    Medium,
    /// A project of several people.
    Large,
}

/// A part of a step with its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Name within the step.
    pub id: String,
    /// What happens in it.
    pub title: String,
    /// Months, at least.
    pub least: u32,
    /// Months, at most.
    pub most: u32,
    /// Months that a plan counts with, unless a rule sets another pace.
    pub planned: u32,
    /// The phase it happens in, at its end; absent when it follows the one before.
    pub inside: Option<String>,
    /// Where the length comes from.
    pub source: Source,
}

/// Another step that must be planned or held, and how far it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Name, as plans print it.
    pub rule: RuleId,
    /// The step needed.
    pub step: StepId,
    /// The phase of it that must be over; all of it, if absent.
    pub phase: Option<String>,
    /// Why.
    pub reason: String,
    /// Where that comes from.
    pub source: Source,
}

/// What makes a step unnecessary because its result is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// When it is there.
    pub when: Condition,
    /// What to tell.
    pub why: String,
}

/// A range of money paid to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// For what.
    pub what: String,
    /// Lower end, in whole units of the currency.
    pub low: u64,
    /// Upper end, in whole units of the currency.
    pub high: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Where the figure comes from.
    pub source: Source,
}

/// Work that serves another step as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The other step.
    pub with: StepId,
    /// What is shared.
    pub what: String,
}

/// A day from which a law applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliesFrom {
    /// The day.
    pub from: Day,
    /// What applies.
    pub what: String,
    /// Where that comes from.
    pub source: Source,
}

impl Step {
    /// The position of a phase by its name.
    pub(super) fn phase(&self, id: &str) -> Option<usize> {
        self.phases.iter().position(|phase| phase.id == id)
    }
}
