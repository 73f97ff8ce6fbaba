//! When: the order of the planned steps, and the months that each phase takes.

use crate::advise::content::{Adviser, Effect};
use crate::advise::decide::Decision;
use crate::advise::step::Step;

/// Months of every step, counted from the day of asking.
#[derive(Debug)]
pub(super) struct Schedule {
    starts: Vec<u32>,
    phases: Vec<Vec<Span>>,
    carriers: Vec<Option<usize>>,
    waits: Vec<Wait>,
    pairs: Vec<Pair>,
    paces: Vec<(usize, usize)>,
}

/// The months of a phase: from the first, up to and not including the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: u32,
    pub(super) to: u32,
}

/// A step that waits until another has come so far.
#[derive(Debug, Clone, Copy)]
struct Wait {
    step: usize,
    first: usize,
    /// The phase that must be over; all of it, if absent.
    phase: Option<usize>,
    /// The rule that says so; absent when the step needs the other.
    rule: Option<usize>,
}

/// Two steps that start together, and the rule that says so.
#[derive(Debug, Clone, Copy)]
struct Pair {
    steps: (usize, usize),
    rule: usize,
}

impl Schedule {
    pub(super) fn of(adviser: &Adviser, decision: &Decision) -> Self {
        let mut schedule = Self {
            starts: vec![0; adviser.steps().len()],
            phases: Vec::new(),
            carriers: carriers(adviser, decision),
            waits: Vec::new(),
            pairs: Vec::new(),
            paces: Vec::new(),
        };
        schedule.add_needs(adviser, decision);
        for at in &decision.rules {
            schedule.add_rule(adviser, decision, *at);
        }
        let lengths = adviser.steps().iter().enumerate().map(|(at, step)| schedule.spans(adviser, at, step));
        schedule.phases = lengths.collect();
        schedule.settle();
        schedule
    }

    /// The phases of a step, or of the one it is done within, in months from the day of asking.
    pub(super) fn phases(&self, step: usize) -> impl Iterator<Item = Span> {
        let carrier = self.carrier(step).unwrap_or(step);
        let start = self.start(carrier);
        let phases = self.phases.get(carrier).into_iter().flatten();
        phases.map(move |span| Span {
            from: start.saturating_add(span.from),
            to: start.saturating_add(span.to),
        })
    }

    /// The step that a step is done within.
    pub(super) fn carrier(&self, step: usize) -> Option<usize> {
        self.carriers.get(step).copied().flatten()
    }

    /// The months from the first to the last phase.
    pub(super) fn whole(&self, step: usize) -> Span {
        let from = self.start(self.carrier(step).unwrap_or(step));
        let to = self.phases(step).map(|span| span.to).max().unwrap_or(from);
        Span { from, to }
    }

    /// Whether a rule shaped when this step happens.
    pub(super) fn is_shaped(&self, step: usize, rule: usize) -> bool {
        let waits =
            self.waits.iter().any(|one| one.rule == Some(rule) && [one.step, one.first].contains(&step));
        waits
            || self.pairs.iter().any(|one| one.rule == rule && [one.steps.0, one.steps.1].contains(&step))
            || self.paces.contains(&(step, rule))
    }

    /// The steps that start together with a step because a rule says so.
    pub(super) fn beside(&self, step: usize) -> Vec<usize> {
        let other = |pair: &Pair| match pair.steps {
            (a, b) if a == step => Some(b),
            (a, b) if b == step => Some(a),
            _ => None,
        };
        self.pairs.iter().filter_map(other).collect()
    }

    /// What steps need comes before what rules wish: it cannot be left out.
    fn add_needs(&mut self, adviser: &Adviser, decision: &Decision) {
        for (step, needs) in adviser.needs.iter().enumerate().filter(|(step, _)| decision.is_planned(*step)) {
            for (first, phase) in needs.iter().copied().filter(|(first, _)| decision.is_planned(*first)) {
                self.add_wait(Wait { step, first, phase, rule: None });
            }
        }
    }

    fn add_rule(&mut self, adviser: &Adviser, decision: &Decision, at: usize) {
        let (Some(rule), Some(compiled)) = (adviser.rules().get(at), adviser.compiled.get(at)) else {
            return;
        };
        let movable = |step: &usize| decision.is_planned(*step) && self.carrier(*step).is_none();
        let steps: Vec<usize> = compiled.steps.iter().copied().filter(movable).collect();
        let before: Vec<usize> = compiled.before.iter().copied().filter(movable).collect();
        match rule.effect {
            Effect::Lead { .. } => {
                for (first, step) in
                    steps.iter().flat_map(|first| before.iter().map(move |step| (*first, *step)))
                {
                    self.add_wait(Wait { step, first, phase: compiled.phase, rule: Some(at) });
                }
            }
            Effect::Together(_) => {
                for pair in steps.windows(2) {
                    if let [a, b] = pair {
                        self.add_pair(Pair { steps: (*a, *b), rule: at });
                    }
                }
            }
            Effect::Pace { .. } => {
                let phase = |rule: &usize| adviser.compiled.get(*rule).and_then(|rule| rule.phase);
                for step in steps {
                    if !self.paces.iter().any(|(one, rule)| *one == step && phase(rule) == compiled.phase) {
                        self.paces.push((step, at));
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes a wait in unless it is there, or the first already comes after the second or starts with it.
    fn add_wait(&mut self, wait: Wait) {
        let same = |one: &Wait| (one.step, one.first, one.phase) == (wait.step, wait.first, wait.phase);
        if !self.waits.iter().any(same) && !self.reaches(wait.step, wait.first) {
            self.waits.push(wait);
        }
    }

    /// Takes a pair in unless one already comes before the other.
    fn add_pair(&mut self, pair: Pair) {
        let (a, b) = pair.steps;
        if self.group(a).contains(&b) || !self.reaches(a, b) && !self.reaches(b, a) {
            self.pairs.push(pair);
        }
    }

    /// Whether the second starts with the first or comes anywhere after it.
    fn reaches(&self, from: usize, to: usize) -> bool {
        if self.waits.is_empty() && self.pairs.is_empty() {
            return from == to;
        }
        let mut reached = self.group(from);
        let mut at = 0;
        while let Some(step) = reached.get(at).copied() {
            for wait in self.waits.iter().filter(|wait| wait.first == step) {
                let new: Vec<usize> =
                    self.group(wait.step).into_iter().filter(|one| !reached.contains(one)).collect();
                reached.extend(new);
            }
            at += 1;
        }
        reached.contains(&to)
    }

    /// The steps that start together with a step, itself among them.
    fn group(&self, step: usize) -> Vec<usize> {
        let mut group = vec![step];
        if self.pairs.is_empty() {
            return group;
        }
        let mut at = 0;
        while let Some(one) = group.get(at).copied() {
            let new: Vec<usize> =
                self.beside(one).into_iter().filter(|other| !group.contains(other)).collect();
            group.extend(new);
            at += 1;
        }
        group
    }

    /// The phases of a step as if it started at once.
    fn spans(&self, adviser: &Adviser, at: usize, step: &Step) -> Vec<Span> {
        let pace = |phase: usize| {
            let rules = self.paces.iter().filter(|(one, _)| *one == at);
            let mut rules = rules
                .filter_map(|(_, rule)| Some((adviser.compiled.get(*rule)?, adviser.rules().get(*rule)?)));
            let (_, rule) = rules.find(|(compiled, _)| compiled.phase == Some(phase))?;
            if let Effect::Pace { months, .. } = rule.effect { Some(months) } else { None }
        };
        let mut spans: Vec<Span> = Vec::new();
        let mut now = 0_u32;
        for (index, phase) in step.phases.iter().enumerate() {
            let months = pace(index).unwrap_or(phase.planned);
            let outer = phase.inside.as_ref().and_then(|name| spans.get(step.phase(name)?)).copied();
            spans.push(match outer {
                Some(outer) => Span { from: outer.to.saturating_sub(months).max(outer.from), to: outer.to },
                None => {
                    let from = now;
                    now = now.saturating_add(months);
                    Span { from, to: now }
                }
            });
        }
        spans
    }

    /// Moves every step to the first month in which nothing holds it back. Nothing waits in a circle, so as many
    /// rounds as there are steps are enough.
    fn settle(&mut self) {
        for _ in 0..=self.starts.len() {
            let mut changed = false;
            for wait in self.waits.clone() {
                changed |= self.push(wait.step, self.over(wait.first, wait.phase));
            }
            for pair in self.pairs.clone() {
                changed |= self.push(pair.steps.0, self.start(pair.steps.1));
                changed |= self.push(pair.steps.1, self.start(pair.steps.0));
            }
            if !changed {
                return;
            }
        }
    }

    fn push(&mut self, step: usize, to: u32) -> bool {
        match self.starts.get_mut(step) {
            Some(start) if *start < to => {
                *start = to;
                true
            }
            _ => false,
        }
    }

    fn start(&self, step: usize) -> u32 {
        self.starts.get(step).copied().unwrap_or_default()
    }

    /// The month in which a phase of a step, or all of it, is over.
    fn over(&self, step: usize, phase: Option<usize>) -> u32 {
        let spans = self.phases.get(step).map(Vec::as_slice).unwrap_or_default();
        let length = match phase {
            Some(phase) => spans.get(phase).map(|span| span.to),
            None => spans.iter().map(|span| span.to).max(),
        };
        self.start(step).saturating_add(length.unwrap_or_default())
    }
}

/// For each planned step the planned one that it is done within.
fn carriers(adviser: &Adviser, decision: &Decision) -> Vec<Option<usize>> {
    let carrier = |(at, within): (usize, &Vec<usize>)| {
        let planned = |one: &&usize| decision.is_planned(at) && decision.is_planned(**one) && **one != at;
        within.iter().find(planned).copied()
    };
    adviser.within.iter().enumerate().map(carrier).collect()
}
