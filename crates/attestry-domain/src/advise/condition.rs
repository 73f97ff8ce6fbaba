//! When a rule holds: conditions over the profile, as written and as looked up.

use crate::advise::content::Adviser;
use crate::advise::profile::Profile;
use crate::id::{FieldId, StepId};
use crate::time::Day;

/// A condition over the fields of a profile and over what is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of them hold; with none, always.
    All(Vec<Condition>),
    /// At least one of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The field has at least one of these answers.
    Is {
        /// The field.
        field: FieldId,
        /// Names of options.
        options: Vec<String>,
    },
    /// At least one of these steps is planned.
    Planned(Vec<StepId>),
}

impl Condition {
    /// Calls a function with every part that is no longer made of parts, and whether it stands under a `not`.
    pub fn each_part<'a>(&'a self, visit: &mut impl FnMut(&'a Self, bool)) {
        self.walk(false, visit);
    }

    /// Whether any part speaks of what is planned.
    pub fn rests_on_plan(&self) -> bool {
        let mut rests = false;
        self.each_part(&mut |part, _| rests |= matches!(part, Self::Planned(_)));
        rests
    }

    fn walk<'a>(&'a self, negated: bool, visit: &mut impl FnMut(&'a Self, bool)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.walk(negated, visit)),
            Self::Not(part) => part.walk(!negated, visit),
            Self::Is { .. } | Self::Planned(_) => visit(self, negated),
        }
    }
}

/// A condition with its names looked up.
#[derive(Debug, Clone)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// The answers to a question meet these.
    Is(usize, u64),
    Planned(Vec<usize>),
}

impl Test {
    pub(super) const NEVER: Self = Self::Any(Vec::new());

    pub(super) fn of(adviser: &Adviser, condition: &Condition) -> Self {
        let all = |parts: &[Condition]| parts.iter().map(|part| Self::of(adviser, part)).collect();
        match condition {
            Condition::All(parts) => Self::All(all(parts)),
            Condition::Any(parts) => Self::Any(all(parts)),
            Condition::Not(part) => Self::Not(Box::new(Self::of(adviser, part))),
            Condition::Planned(steps) => Self::Planned(adviser.positions(steps)),
            Condition::Is { field, options } => {
                let at = adviser.questions().iter().position(|question| question.id == *field);
                at.map_or(Self::NEVER, |at| {
                    Self::Is(at, mask(adviser, at, options.iter().map(String::as_str)))
                })
            }
        }
    }

    pub(super) fn holds(&self, facts: &Facts, planned: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(facts, planned)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts, planned)),
            Self::Not(part) => !part.holds(facts, planned),
            Self::Is(at, mask) => facts.answers.get(*at).is_some_and(|answers| answers & mask != 0),
            Self::Planned(steps) => steps.iter().any(|step| planned(*step)),
        }
    }
}

/// What a profile says, as bits: for each question, one bit an option.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    answers: Vec<u64>,
    /// The day that the profile names as its deadline, if it is still to come.
    pub(super) deadline: Option<Day>,
}

impl Facts {
    pub(super) fn of(adviser: &Adviser, profile: &Profile, today: Day) -> Self {
        let mut facts = Self { answers: Vec::new(), deadline: None };
        for (at, question) in adviser.questions().iter().enumerate() {
            let day = profile.day(question);
            facts.deadline = facts.deadline.or(day.filter(|day| *day > today));
            let answers = profile.options(question, today);
            facts.answers.push(mask(adviser, at, answers.into_iter()));
        }
        facts
    }
}

fn mask<'a>(adviser: &Adviser, question: usize, options: impl Iterator<Item = &'a str>) -> u64 {
    let Some(question) = adviser.questions().get(question) else { return 0 };
    let bit = |option: &str| {
        let at = question.options.iter().position(|choice| choice.id == option)?;
        1_u64.checked_shl(u32::try_from(at).ok()?)
    };
    options.filter_map(bit).fold(0, |mask, bit| mask | bit)
}
