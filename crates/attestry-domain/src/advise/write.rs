//! From what was decided to the plan that people read.

use crate::advise::condition::Facts;
use crate::advise::content::{Adviser, Effect, Force, Rule, Source};
use crate::advise::decide::{Decision, State};
use crate::advise::plan::{
    CategoryAdvice, CostAdvice, DISCLAIMER, Later, NotNeeded, Note, Plan, PlannedPhase, PlannedStep,
    SharedWork, Why,
};
use crate::advise::profile::months_after;
use crate::advise::schedule::Schedule;
use crate::advise::step::{Need, Step};
use crate::id::{RuleId, StepId};
use crate::time::Day;

/// Everything that a plan is written from.
pub(super) struct Context<'a> {
    pub(super) adviser: &'a Adviser,
    pub(super) decision: &'a Decision,
    pub(super) schedule: &'a Schedule,
    pub(super) facts: &'a Facts,
    pub(super) today: Day,
}

pub(super) fn plan(context: &Context<'_>) -> Plan {
    let mut order: Vec<usize> = Vec::new();
    let (mut later, mut not_needed) = (Vec::new(), Vec::new());
    for (at, step) in context.adviser.steps().iter().enumerate() {
        match context.decision.state(at) {
            State::Planned(_) => order.push(at),
            State::Later => later.push(context.later(at, step)),
            State::NotNeeded => not_needed.extend(context.not_needed(at, step)),
            State::Held => not_needed.extend(held(step)),
        }
    }
    order.sort_by_key(|at| context.schedule.whole(*at).from);
    let steps = order.into_iter().filter_map(|at| context.step(at)).collect();
    Plan {
        as_of: context.today,
        deadline: context.facts.deadline,
        steps,
        later,
        not_needed,
        categories: context.categories(),
        notes: context.notes(),
        disclaimer: DISCLAIMER.to_owned(),
    }
}

impl<'a> Context<'a> {
    /// The rules that hold, by position.
    fn rules(&self) -> impl Iterator<Item = (usize, &'a Rule)> {
        self.decision.rules.iter().filter_map(|at| Some((*at, self.adviser.rules().get(*at)?)))
    }

    /// The rules that hold and whose effect is about a step.
    fn rules_about(&self, step: usize) -> impl Iterator<Item = (usize, &'a Rule)> {
        let is_about =
            move |at: usize| self.adviser.compiled.get(at).is_some_and(|rule| rule.steps.contains(&step));
        self.rules().filter(move |(at, _)| is_about(*at))
    }

    fn day(&self, month: u32) -> Day {
        months_after(self.today, month)
    }

    fn step(&self, at: usize) -> Option<PlannedStep> {
        let step = self.adviser.steps().get(at)?;
        let whole = self.schedule.whole(at);
        let ends = self.day(whole.to);
        let within = self.schedule.carrier(at).and_then(|at| self.adviser.steps().get(at));
        let beside = self.schedule.beside(at).into_iter().filter_map(|at| self.name(at)).collect();
        Some(PlannedStep {
            step: step.id.clone(),
            title: step.title.clone(),
            gives: step.gives.clone(),
            framework: step.framework.clone(),
            kind: step.kind,
            force: self.decision.state(at).force().unwrap_or(Force::Advised),
            starts: self.day(whole.from),
            ends,
            phases: self.phases(at, within.unwrap_or(step)),
            within: within.map(|step| step.id.clone()),
            beside,
            why: self.why(at, step),
            cost: CostAdvice { ranges: step.costs.clone(), note: step.cost_note.clone() },
            effort: step.effort,
            shared: self.shared(step),
            applies: step.applies.clone(),
            after_deadline: self.facts.deadline.is_some_and(|deadline| ends > deadline),
        })
    }

    fn name(&self, at: usize) -> Option<StepId> {
        self.adviser.steps().get(at).map(|step| step.id.clone())
    }

    fn phases(&self, at: usize, of: &Step) -> Vec<PlannedPhase> {
        let spans = self.schedule.phases(at);
        let phase =
            |(phase, span): (&crate::advise::step::Phase, crate::advise::schedule::Span)| PlannedPhase {
                phase: phase.id.clone(),
                title: phase.title.clone(),
                starts: self.day(span.from),
                ends: self.day(span.to),
                least: phase.least,
                most: phase.most,
                source: phase.source.clone(),
            };
        of.phases.iter().zip(spans).map(phase).collect()
    }

    /// What recommends the step, what plans it because it is needed, and what shaped when it happens.
    fn why(&self, at: usize, step: &Step) -> Vec<Why> {
        let recommends = |rule: &Rule| matches!(rule.effect, Effect::Recommend { .. });
        let recommended = self.rules_about(at).filter(|(_, rule)| recommends(rule));
        let mut why: Vec<Why> = recommended.map(|(_, rule)| Why::of(rule)).collect();
        if why.is_empty() {
            why.extend(self.needing(step).map(Why::of_need));
        }
        let orders = |rule: &Rule| {
            matches!(rule.effect, Effect::Lead { .. } | Effect::Together(_) | Effect::Pace { .. })
        };
        let shaping =
            self.rules().filter(|(at_rule, rule)| orders(rule) && self.schedule.is_shaped(at, *at_rule));
        why.extend(shaping.map(|(_, rule)| Why::of(rule)));
        why
    }

    /// The needs of other planned steps that a step meets.
    fn needing(&self, step: &'a Step) -> impl Iterator<Item = &'a Need> {
        let steps = self.adviser.steps().iter().enumerate();
        let planned = steps.filter(|(at, _)| self.decision.is_planned(*at));
        planned.flat_map(|(_, other)| &other.needs).filter(|need| need.step == step.id)
    }

    fn shared(&self, step: &Step) -> Vec<SharedWork> {
        let mut shared = Vec::new();
        for one in &step.shared {
            let Some(at) = self.adviser.position(&one.with) else { continue };
            let is_there = matches!(self.decision.state(at), State::Planned(_) | State::Held);
            if let Some(other) = self.adviser.steps().get(at).filter(|_| is_there) {
                let (with, title) = (other.id.clone(), other.title.clone());
                shared.push(SharedWork { with, title, what: one.what.clone() });
            }
        }
        shared
    }

    fn later(&self, at: usize, step: &Step) -> Later {
        let (mut until, mut why, mut wish) = (None, Vec::new(), Vec::new());
        for (_, rule) in self.rules_about(at) {
            match &rule.effect {
                Effect::Defer { until: when, .. } => {
                    until = until.or_else(|| Some(when.clone()));
                    why.push(Why::of(rule));
                }
                Effect::Recommend { .. } => wish.push(Why::of(rule)),
                _ => {}
            }
        }
        why.extend(wish);
        Later { step: step.id.clone(), title: step.title.clone(), until: until.unwrap_or_default(), why }
    }

    /// The reason of the first rule that says so, else the step's own; a step without one is passed over.
    fn not_needed(&self, at: usize, step: &Step) -> Option<NotNeeded> {
        let mut rules = self.rules_about(at).filter(|(_, rule)| matches!(rule.effect, Effect::NotNeeded(_)));
        let rule = rules.next().map(|(_, rule)| rule);
        let why = rule.map(|rule| rule.reason.clone()).or_else(|| step.otherwise.clone())?;
        Some(NotNeeded {
            what: step.id.clone(),
            title: step.title.clone(),
            why,
            held: false,
            rule: rule.map(|rule| rule.id.clone()),
            source: rule.map(|rule| rule.source.clone()),
        })
    }

    /// One answer for each category of a framework whose work is planned: the strongest word, with its reasons.
    fn categories(&self) -> Vec<CategoryAdvice> {
        let mut advice: Vec<CategoryAdvice> = Vec::new();
        for (_, rule) in self.rules() {
            let Effect::Category { category, verdict, cost } = &rule.effect else { continue };
            let new = CategoryAdvice {
                category: category.clone(),
                verdict: *verdict,
                cost: cost.clone(),
                why: vec![Why::of(rule)],
            };
            match advice.iter_mut().find(|one| one.category == *category) {
                None if self.is_planned_framework(category) => advice.push(new),
                Some(one) if one.verdict < *verdict => *one = new,
                Some(one) if one.verdict == *verdict => {
                    one.cost = one.cost.take().or(new.cost);
                    one.why.extend(new.why);
                }
                _ => {}
            }
        }
        advice
    }

    fn is_planned_framework(&self, category: &str) -> bool {
        let framework = category.split_once(':').map(|(framework, _)| framework);
        let steps = self.adviser.steps().iter().enumerate();
        let mut planned = steps.filter(|(at, _)| self.decision.is_planned(*at));
        planned.any(|(_, step)| step.framework.as_ref().map(|id| id.as_str()) == framework)
    }

    fn notes(&self) -> Vec<Note> {
        let is_said = |about: &Option<StepId>| {
            let at = about.as_ref().map(|id| self.adviser.position(id));
            at.is_none_or(|at| at.is_some_and(|at| self.decision.is_planned(at)))
        };
        let note = |(_, rule): (usize, &Rule)| match &rule.effect {
            Effect::Note { about } if is_said(about) => Some(Note {
                about: about.clone(),
                rule: rule.id.clone(),
                text: rule.reason.clone(),
                source: rule.source.clone(),
            }),
            _ => None,
        };
        self.rules().filter_map(note).collect()
    }
}

fn held(step: &Step) -> Option<NotNeeded> {
    let held = step.held.as_ref()?;
    Some(NotNeeded {
        what: step.id.clone(),
        title: step.title.clone(),
        why: held.why.clone(),
        held: true,
        rule: None,
        source: None,
    })
}

impl Why {
    fn of(rule: &Rule) -> Self {
        Self::new(&rule.id, &rule.reason, &rule.source)
    }

    fn of_need(need: &Need) -> Self {
        Self::new(&need.rule, &need.reason, &need.source)
    }

    fn new(rule: &RuleId, reason: &str, source: &Source) -> Self {
        Self { rule: rule.clone(), reason: reason.to_owned(), source: source.clone() }
    }
}
