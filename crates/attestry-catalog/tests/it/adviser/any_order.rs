//! Every set of planned steps with every set of rules that order them, whether or not a profile leads to it.

use std::collections::BTreeSet;

use attestry_domain::advise::{
    Choice, Condition, Effect, Force, PlannedStep, Question, QuestionKind, Rule, Step,
};

use super::every_profile::{constant_steps, steps_of};
use super::*;

/// The rules that put a step first.
static LEADS: LazyLock<Vec<&Rule>> = LazyLock::new(|| {
    ADVISER.rules().iter().filter(|rule| matches!(rule.effect, Effect::Lead { .. })).collect()
});

#[test]
fn whatever_rules_of_order_hold_together_no_step_comes_before_what_it_needs() {
    let adviser = any_order();
    let [orders, plans] = adviser.questions() else { panic!() };
    let names = |question: &Question| question.options.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let (orders, plans) = (names(orders), names(plans));
    let count = 1_usize << (orders.len() + plans.len());
    assert!((10_000..1_000_000).contains(&count), "{count}");
    let check = |number: usize| {
        let mut profile = Profile::default();
        for (at, name) in plans.iter().chain(&orders).enumerate().filter(|(at, _)| number >> at & 1 == 1) {
            profile.add(if at < plans.len() { "plans" } else { "orders" }, name);
        }
        let plan = advise(&adviser, &profile, today());
        plan.steps.iter().for_each(|step| check_order(&profile, &plan, step));
        assert!(plan.steps.is_sorted_by_key(|step| step.starts), "{profile:?}");
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let check = &check;
            scope.spawn(move || (thread..count).step_by(threads).for_each(check));
        }
    });
}

/// The shipped steps that are ordered, with an adviser in which every step that an order is about, and every such
/// order, is an answer of its own.
fn any_order() -> Adviser {
    let is_order = |rule: &&Rule| matches!(rule.effect, Effect::Lead { .. } | Effect::Together(_));
    let orders: Vec<&Rule> = ADVISER.rules().iter().filter(is_order).collect();
    let mut plans = BTreeSet::new();
    for rule in &orders {
        match &rule.effect {
            Effect::Lead { step, before, .. } => plans.extend([step].into_iter().chain(before)),
            Effect::Together(steps) => plans.extend(steps),
            _ => {}
        }
    }
    let question = |id: &str, options: Vec<&str>| Question {
        id: id.parse().unwrap(),
        text: id.to_owned(),
        help: id.to_owned(),
        kind: QuestionKind::Many,
        options: options
            .into_iter()
            .map(|id| Choice { id: id.to_owned(), label: id.to_owned(), within_months: None })
            .collect(),
        when: None,
    };
    let is = |field: &str, option: &str| Condition::Is {
        field: field.parse().unwrap(),
        options: vec![option.to_owned()],
    };
    let questions = vec![
        question("orders", orders.iter().map(|rule| rule.id.as_str()).collect()),
        question("plans", plans.iter().map(|step| step.as_str()).collect()),
    ];
    let mut rules: Vec<Rule> =
        orders.iter().map(|rule| Rule { when: is("orders", rule.id.as_str()), ..(*rule).clone() }).collect();
    for step in plans {
        rules.push(Rule {
            id: format!("plans-{step}").parse().unwrap(),
            when: is("plans", step.as_str()),
            effect: Effect::Recommend { steps: vec![step.clone()], force: Force::Required },
            ..rules[0].clone()
        });
    }
    // What follows from a step being planned still does.
    let follows = |rule: &&Rule| {
        matches!((&rule.when, &rule.effect), (Condition::Planned(_), Effect::Recommend { .. }))
    };
    rules.extend(ADVISER.rules().iter().filter(follows).cloned());
    let mut about: BTreeSet<usize> = rules.iter().flat_map(steps_of).collect();
    about.extend(constant_steps());
    let steps = about.into_iter().map(|at| Step { held: None, ..ADVISER.steps()[at].clone() }).collect();
    Adviser::new(questions, steps, rules)
}

/// What a step waits for is over when it starts, and what it is done within or beside is there at that time.
pub(super) fn check_order(profile: &Profile, plan: &Plan, step: &PlannedStep) {
    assert!(step.starts < step.ends && step.starts >= plan.as_of, "{} for {profile:?}", step.step);
    let content = ADVISER.step(step.step.as_str()).unwrap();
    for need in &content.needs {
        let Some(needed) = plan.step(need.step.as_str()) else {
            let held = plan.not_needed.iter().any(|one| one.held && one.what == need.step);
            assert!(held, "{} lacks {} for {profile:?}", step.step, need.step);
            continue;
        };
        let phase = needed.phases.iter().find(|phase| Some(&phase.phase) == need.phase.as_ref());
        let over = phase.map_or(needed.ends, |phase| phase.ends);
        assert!(step.starts >= over, "{} before {} for {profile:?}", step.step, need.step);
    }
    if let Some(carrier) = &step.within {
        let carrier = plan.step(carrier.as_str()).unwrap();
        assert_eq!((step.starts, step.ends), (carrier.starts, carrier.ends), "{profile:?}");
    }
    assert_eq!(step.within.is_some(), !content.within.is_empty(), "{} for {profile:?}", step.step);
    for other in &step.beside {
        assert_eq!(plan.step(other.as_str()).unwrap().starts, step.starts, "{profile:?}");
    }
    for rule in LEADS.iter().filter(|rule| step.why.iter().any(|why| why.rule == rule.id)) {
        let Effect::Lead { step: first, until, before } = &rule.effect else { continue };
        if before.contains(&step.step) {
            let first = plan.step(first.as_str()).unwrap();
            let over = first.phases.iter().find(|phase| phase.phase == *until).unwrap().ends;
            assert!(step.starts >= over, "{} for {profile:?}", step.step);
        }
    }
}
