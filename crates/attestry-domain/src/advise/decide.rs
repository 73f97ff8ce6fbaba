//! Which steps are planned, which can wait, which are not needed.

use crate::advise::condition::Facts;
use crate::advise::content::{Adviser, Compiled, Effect, Force};

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The organisation has it.
    Held,
    /// It is in the plan; `Required` when somebody demands it or a required step needs it.
    Planned(Force),
    /// It can wait.
    Later,
    /// It is not needed.
    NotNeeded,
}

/// The rules that hold, and what becomes of each step, in the adviser's order.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) rules: Vec<usize>,
    pub(super) states: Vec<State>,
}

/// What the rules that hold say about one step.
#[derive(Debug, Clone, Copy, Default)]
struct Votes {
    recommended: Option<Force>,
    deferred: bool,
}

impl State {
    pub(super) const fn force(self) -> Option<Force> {
        match self {
            Self::Planned(force) => Some(force),
            _ => None,
        }
    }
}

impl Decision {
    pub(super) fn state(&self, step: usize) -> State {
        self.states.get(step).copied().unwrap_or(State::NotNeeded)
    }

    pub(super) fn is_planned(&self, step: usize) -> bool {
        self.state(step).force().is_some()
    }
}

/// Decides until nothing changes. As conditions rest on steps being planned and never on their absence, every round
/// but the last plans one step more.
pub(super) fn decide(adviser: &Adviser, facts: &Facts) -> Decision {
    let mut decision = Decision { rules: Vec::new(), states: Vec::new() };
    let mut holds: Vec<bool> = Vec::new();
    for _ in 0..=adviser.steps().len() {
        let planned = |step: usize| decision.is_planned(step);
        let test = |(at, rule): (usize, &Compiled)| match holds.get(at) {
            Some(before) if !rule.rests_on_plan => *before,
            _ => rule.test.holds(facts, &planned),
        };
        holds = adviser.compiled.iter().enumerate().map(test).collect();
        let rules: Vec<usize> =
            holds.iter().enumerate().filter(|(_, holds)| **holds).map(|(at, _)| at).collect();
        let states = states(adviser, facts, &rules);
        let settled = states == decision.states;
        decision = Decision { rules, states };
        if settled {
            break;
        }
    }
    decision
}

fn states(adviser: &Adviser, facts: &Facts, rules: &[usize]) -> Vec<State> {
    let mut votes = vec![Votes::default(); adviser.steps().len()];
    for at in rules {
        let (Some(rule), Some(compiled)) = (adviser.rules().get(*at), adviser.compiled.get(*at)) else {
            continue;
        };
        for step in &compiled.steps {
            let Some(votes) = votes.get_mut(*step) else { continue };
            match rule.effect {
                Effect::Recommend { force, .. } => votes.recommended = votes.recommended.max(Some(force)),
                Effect::Defer { .. } => votes.deferred = true,
                _ => {}
            }
        }
    }
    let nothing = |_: usize| false;
    let held = adviser.held.iter().map(|test| test.holds(facts, &nothing));
    let mut states: Vec<State> = votes.iter().zip(held).map(|(votes, held)| votes.state(held)).collect();
    while pull(adviser, &mut states) {}
    states
}

impl Votes {
    const fn state(self, held: bool) -> State {
        match (held, self.recommended, self.deferred) {
            (true, ..) => State::Held,
            (_, Some(Force::Required), _) => State::Planned(Force::Required),
            (_, Some(Force::Advised), true) => State::Later,
            (_, Some(Force::Advised), false) => State::Planned(Force::Advised),
            (_, None, _) => State::NotNeeded,
        }
    }
}

/// Plans what planned steps need, as firmly as they are planned; whether anything changed.
fn pull(adviser: &Adviser, states: &mut [State]) -> bool {
    let mut changed = false;
    for (at, (needs, within)) in adviser.needs.iter().zip(&adviser.within).enumerate() {
        let Some(force) = states.get(at).and_then(|state| state.force()) else { continue };
        let carrier = carrier_to_plan(within, states);
        for needed in needs.iter().map(|(needed, _)| *needed).chain(carrier) {
            if let Some(state) = states.get_mut(needed)
                && *state != State::Held
                && state.force() < Some(force)
            {
                *state = State::Planned(force);
                changed = true;
            }
        }
    }
    changed
}

/// The step to plan so that what is done within one of these can be done.
fn carrier_to_plan(within: &[usize], states: &[State]) -> Option<usize> {
    let state = |at: &usize| states.get(*at).copied();
    let planned = within.iter().find(|at| state(at).is_some_and(|state| state.force().is_some()));
    planned.or_else(|| within.iter().find(|at| state(at) != Some(State::Held))).copied()
}
