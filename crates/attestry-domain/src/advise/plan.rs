//! A plan, as printed and as JSON.

use serde::{Deserialize, Serialize};

use crate::advise::content::{Force, Source, Verdict};
use crate::advise::step::{AppliesFrom, Cost, Effort, StepKind};
use crate::id::{FrameworkId, RuleId, StepId};
use crate::time::Day;

/// Printed with every plan.
pub const DISCLAIMER: &str = "Not legal advice. Which laws apply to you is for a lawyer to confirm. Costs and \
durations are ranges seen in the named sources, not offers; a plan counts whole months from the day it is asked for.";

/// What to do, in order; what can wait; what is not needed; each with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The day it was asked for.
    pub as_of: Day,
    /// The day by which the profile says something must be there, if it is still to come.
    pub deadline: Option<Day>,
    /// Steps by start; those that start together in the order in which they matter.
    #[serde(rename = "plan")]
    pub steps: Vec<PlannedStep>,
    /// What can wait.
    pub later: Vec<Later>,
    /// What is not needed, and what is there already.
    pub not_needed: Vec<NotNeeded>,
    /// What to do with each category of a framework that is planned.
    pub categories: Vec<CategoryAdvice>,
    /// What else to know.
    pub notes: Vec<Note>,
    /// What a plan is not.
    pub disclaimer: String,
}

/// The rule behind something, its reason and source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The rule.
    pub rule: RuleId,
    /// Its reason.
    pub reason: String,
    /// Where that comes from.
    pub source: Source,
}

/// A step with its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Its name.
    pub step: StepId,
    /// What it is.
    pub title: String,
    /// What comes out.
    pub gives: String,
    /// The framework it works on.
    pub framework: Option<FrameworkId>,
    /// What sort of thing it is.
    pub kind: StepKind,
    /// Whether somebody demands it.
    pub force: Force,
    /// First day.
    pub starts: Day,
    /// The day by which it is done.
    pub ends: Day,
    /// Its parts with their dates; those of `within` when it is done within another.
    pub phases: Vec<PlannedPhase>,
    /// The step that it is done within.
    pub within: Option<StepId>,
    /// Steps that start together with it because a rule says so.
    pub beside: Vec<StepId>,
    /// Why it is here, and why then.
    pub why: Vec<Why>,
    /// What is paid to others.
    pub cost: CostAdvice,
    /// The organisation's own work.
    pub effort: Effort,
    /// Work that serves another planned or held step as well.
    pub shared: Vec<SharedWork>,
    /// Days from which the law behind it applies.
    pub applies: Vec<AppliesFrom>,
    /// Whether it ends after the deadline.
    pub after_deadline: bool,
}

/// A part of a step with its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPhase {
    /// Name within the step.
    pub phase: String,
    /// What happens in it.
    pub title: String,
    /// First day.
    pub starts: Day,
    /// First day after it.
    pub ends: Day,
    /// Months it takes at least.
    pub least: u32,
    /// Months it takes at most.
    pub most: u32,
    /// Where the length comes from.
    pub source: Source,
}

/// What a step costs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAdvice {
    /// What was seen to be paid, each for what it says.
    pub ranges: Vec<Cost>,
    /// What to know about it, above all where no figure is known.
    pub note: Option<String>,
}

/// Work that serves another step as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedWork {
    /// The other step, planned or held.
    pub with: StepId,
    /// Its title.
    pub title: String,
    /// What is shared.
    pub what: String,
}

/// A step that can wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// The step.
    pub step: StepId,
    /// What it is.
    pub title: String,
    /// Until when.
    pub until: String,
    /// Why it waits, then why it would be good to have.
    pub why: Vec<Why>,
}

/// A step that is not needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotNeeded {
    /// The step.
    pub what: StepId,
    /// What it is.
    pub title: String,
    /// Why not.
    pub why: String,
    /// Whether that is because its result is there.
    pub held: bool,
    /// The rule that says so; absent when no rule speaks of it.
    pub rule: Option<RuleId>,
    /// Where that comes from.
    pub source: Option<Source>,
}

/// What to do with a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryAdvice {
    /// Qualified name, such as `soc2:availability`.
    pub category: String,
    /// What to do with it.
    pub verdict: Verdict,
    /// What taking it in costs, in words.
    pub cost: Option<String>,
    /// Why.
    pub why: Vec<Why>,
}

/// Something to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The step it is about.
    pub about: Option<StepId>,
    /// The rule that says it.
    pub rule: RuleId,
    /// What to know.
    pub text: String,
    /// Where that comes from.
    pub source: Source,
}

/// One month of a plan, from the day of the month on which it was asked for to the same day a month later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Its number, from 0.
    pub number: u32,
    /// First day.
    pub starts: Day,
    /// Step and phase, both by position, of everything that happens in it.
    pub doing: Vec<(usize, usize)>,
}

impl Plan {
    /// The planned step of a name.
    pub fn step(&self, id: &str) -> Option<&PlannedStep> {
        self.steps.iter().find(|step| step.step.as_str() == id)
    }

    /// Month by month, up to the end of the last step.
    pub fn months(&self) -> Vec<Month> {
        let last = self.steps.iter().map(|step| step.ends).max().unwrap_or(self.as_of);
        let mut months = Vec::new();
        for number in 0.. {
            let starts = super::profile::months_after(self.as_of, number);
            if starts >= last {
                break;
            }
            months.push(Month { number, starts, doing: self.doing(starts) });
        }
        months
    }

    fn doing(&self, day: Day) -> Vec<(usize, usize)> {
        let mut doing = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let phases = step.phases.iter().enumerate();
            let phases = phases.filter(|(_, phase)| phase.starts <= day && day < phase.ends);
            doing.extend(phases.map(|(phase, _)| (at, phase)));
        }
        doing
    }
}
