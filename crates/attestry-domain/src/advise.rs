//! From a profile to an ordered plan: what to get first, what runs beside it, what can wait, what is not needed,
//! when and for how much, each with the rule that says so and its source.
//!
//! What is known is data: questions, steps and rules, loaded from `catalogs/adviser/` into an [`Adviser`].
//! [`advise`] only knows how rules work together. It reads no clock, and no date of a law stands here.
//!
//! # How rules work together
//!
//! 1. A rule whose condition holds has its effect. Conditions may rest on a step being planned, never on one
//!    being absent, so that deciding comes to an end and one demand cannot undo another.
//! 2. A step is the first of these that applies: *held* already; *planned*, when a rule requires it; *later*, when
//!    a rule advises it and another defers it; *planned*, when a rule advises it; *not needed*. What a planned step
//!    needs is planned too.
//! 3. `lead` and `together` order the planned steps. Rules that come earlier in the file win: what would close a
//!    circle is left out.
//! 4. A step starts when everything it waits for is done, counted in whole months from the day of asking.

use crate::time::Day;

pub use condition::Condition;
pub use content::{Adviser, Choice, Effect, Force, Question, QuestionKind, Rule, Source, Verdict};
pub use plan::{
    CategoryAdvice, CostAdvice, DISCLAIMER, Later, Month, NotNeeded, Note, Plan, PlannedPhase, PlannedStep,
    SharedWork, Why,
};
pub use profile::{Answer, Profile, ProfileFault};
pub use step::{AppliesFrom, Cost, Effort, Held, Need, Phase, Shared, Step, StepKind};

mod condition;
mod content;
mod decide;
mod plan;
mod profile;
mod schedule;
mod step;
mod write;

/// The plan for a profile, as seen on a day. What the profile leaves open is taken as not known, and answers that
/// the adviser does not know are passed over; [`Profile::faults`] names them.
pub fn advise(adviser: &Adviser, profile: &Profile, today: Day) -> Plan {
    let facts = condition::Facts::of(adviser, profile, today);
    let decision = decide::decide(adviser, &facts);
    let schedule = schedule::Schedule::of(adviser, &decision);
    write::plan(&write::Context { adviser, decision: &decision, schedule: &schedule, facts: &facts, today })
}
