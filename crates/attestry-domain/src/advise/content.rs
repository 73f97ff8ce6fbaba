//! What the adviser knows: the questions it asks, the steps it can advise, and the rules between them.

use serde::{Deserialize, Serialize};

use crate::advise::condition::{Condition, Facts, Test};
use crate::advise::profile::Profile;
use crate::advise::step::{Need, Step};
use crate::id::{FieldId, RuleId, StepId};
use crate::time::Day;

/// Questions, steps and rules of one version. Empty when a catalog has no adviser.
#[derive(Debug, Clone, Default)]
pub struct Adviser {
    questions: Vec<Question>,
    steps: Vec<Step>,
    rules: Vec<Rule>,
    /// The rules with their names looked up, in the same order.
    pub(super) compiled: Vec<Compiled>,
    /// When each step is held.
    pub(super) held: Vec<Test>,
    /// What each step needs: a step, and the phase of it that must be over.
    pub(super) needs: Vec<Vec<(usize, Option<usize>)>>,
    /// The steps that each step can be done within.
    pub(super) within: Vec<Vec<usize>>,
}

/// A rule with its names looked up: positions in the adviser's lists instead of identifiers.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) test: Test,
    /// Whether the condition speaks of what is planned.
    pub(super) rests_on_plan: bool,
    /// The steps that the effect is about; for `lead` the one that leads.
    pub(super) steps: Vec<usize>,
    /// The steps that a leading one comes before.
    pub(super) before: Vec<usize>,
    /// The phase that `lead` waits for or that `pace` sets.
    pub(super) phase: Option<usize>,
}

/// One field of the profile, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The field that the answer fills.
    pub id: FieldId,
    /// The question.
    pub text: String,
    /// What helps to answer it.
    pub help: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The answers to choose from; `yes` and `no` for a flag, spans of time for a date.
    pub options: Vec<Choice>,
    /// When it is worth asking; always, if there is no condition.
    pub when: Option<Condition>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of the options.
    One,
    /// Any number of the options.
    Many,
    /// Yes or no.
    Flag,
    /// A day; the options are spans of time that it falls into.
    Date,
}

/// One answer to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Name in files.
    pub id: String,
    /// As people read it.
    pub label: String,
    /// For a date: the span holds days up to so many months from today that no earlier span holds; without
    /// end if absent.
    pub within_months: Option<u32>,
}

/// Where a statement comes from, and the day it was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Author, site or publication.
    pub text: String,
    /// The day it was checked.
    pub as_of: Day,
}

/// If its condition holds, its effect does, for its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Name.
    pub id: RuleId,
    /// When it holds.
    pub when: Condition,
    /// What follows.
    pub effect: Effect,
    /// Why, as a sentence.
    pub reason: String,
    /// Where that comes from.
    pub source: Source,
}

/// What follows from a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Do these steps.
    Recommend {
        /// The steps.
        steps: Vec<StepId>,
        /// How firmly.
        force: Force,
    },
    /// Do these steps later when they are advised; a rule that requires one wins.
    Defer {
        /// The steps.
        steps: Vec<StepId>,
        /// Until when, such as `customers ask for it`.
        until: String,
    },
    /// These steps are not needed, unless another rule says otherwise.
    NotNeeded(Vec<StepId>),
    /// What to do with a category of a framework whose work is planned.
    Category {
        /// Qualified name, such as `soc2:availability`.
        category: String,
        /// What to do with it.
        verdict: Verdict,
        /// What taking it in costs, in words.
        cost: Option<String>,
    },
    /// A step comes first.
    Lead {
        /// The step that leads.
        step: StepId,
        /// The phase of it that the others wait for.
        until: String,
        /// The others.
        before: Vec<StepId>,
    },
    /// These steps start together.
    Together(Vec<StepId>),
    /// A phase takes so many months in the plan, within what is known of it.
    Pace {
        /// The step.
        step: StepId,
        /// Its phase.
        phase: String,
        /// Months.
        months: u32,
    },
    /// Something to know.
    Note {
        /// The step it is about; printed only if that step is planned.
        about: Option<StepId>,
    },
}

/// How firmly a step is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Force {
    /// Good to do; a rule may defer it.
    Advised,
    /// Somebody demands it; nothing defers it.
    Required,
}

/// What to do with a category, from the weakest to the strongest word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Leave it out.
    NotNeeded,
    /// Consider it.
    Propose,
    /// Take it in.
    Include,
}

impl Adviser {
    /// Puts an adviser together. A name that nothing has makes the part that uses it hold never and do nothing;
    /// whoever loads one checks names first. Of a question's options, the first 64 can be told apart.
    pub fn new(questions: Vec<Question>, steps: Vec<Step>, rules: Vec<Rule>) -> Self {
        let mut adviser = Self { questions, steps, rules, ..Self::default() };
        adviser.compiled = adviser.rules.iter().map(|rule| adviser.compile(rule)).collect();
        let held = |step: &Step| match &step.held {
            Some(held) => Test::of(&adviser, &held.when),
            None => Test::NEVER,
        };
        adviser.held = adviser.steps.iter().map(held).collect();
        adviser.needs = adviser.steps.iter().map(|step| adviser.compile_needs(step)).collect();
        adviser.within = adviser.steps.iter().map(|step| adviser.positions(&step.within)).collect();
        adviser
    }

    /// The questions in the order to ask them.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The steps in the order of the file.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The rules, the ones that win first.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A question by its field.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id.as_str() == id)
    }

    /// A step by its name.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id.as_str() == id)
    }

    /// Whether a question is worth asking, given what is answered.
    pub fn is_worth_asking(&self, question: &Question, profile: &Profile, today: Day) -> bool {
        let facts = Facts::of(self, profile, today);
        question.when.as_ref().is_none_or(|when| Test::of(self, when).holds(&facts, &|_| false))
    }

    pub(super) fn position(&self, id: &StepId) -> Option<usize> {
        self.steps.iter().position(|step| step.id == *id)
    }

    pub(super) fn positions(&self, ids: &[StepId]) -> Vec<usize> {
        ids.iter().filter_map(|id| self.position(id)).collect()
    }

    fn compile_needs(&self, step: &Step) -> Vec<(usize, Option<usize>)> {
        let need = |need: &Need| {
            let at = self.position(&need.step)?;
            let phase = need.phase.as_ref().and_then(|phase| self.steps.get(at)?.phase(phase));
            Some((at, phase))
        };
        step.needs.iter().filter_map(need).collect()
    }

    fn compile(&self, rule: &Rule) -> Compiled {
        let phase = |step: &StepId, phase: &str| self.step(step.as_str())?.phase(phase);
        let (steps, before, phase) = match &rule.effect {
            Effect::Recommend { steps, .. }
            | Effect::Defer { steps, .. }
            | Effect::NotNeeded(steps)
            | Effect::Together(steps) => (self.positions(steps), Vec::new(), None),
            Effect::Lead { step, until, before } => {
                (self.position(step).into_iter().collect(), self.positions(before), phase(step, until))
            }
            Effect::Pace { step, phase: name, .. } => {
                (self.position(step).into_iter().collect(), Vec::new(), phase(step, name))
            }
            Effect::Note { about } => {
                (about.iter().filter_map(|id| self.position(id)).collect(), Vec::new(), None)
            }
            Effect::Category { .. } => (Vec::new(), Vec::new(), None),
        };
        Compiled {
            test: Test::of(self, &rule.when),
            rests_on_plan: rule.when.rests_on_plan(),
            steps,
            before,
            phase,
        }
    }
}
