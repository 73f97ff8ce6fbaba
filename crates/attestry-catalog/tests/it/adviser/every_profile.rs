//! Every profile there is, enumerated.
//!
//! The profile space is finite but large: some 10^17 combinations of answers. Two facts, both read off the rules
//! here and not assumed, make it small. Options that no condition tells apart give the same plan, so one stands for
//! all of them. And steps of which no rule or need speaks together are decided apart, so each such group is
//! enumerated over the answers that its own rules read; a sample of whole profiles shows that what a plan has is the
//! union of what its groups have. What orders steps decides nothing about them, and is enumerated by itself in
//! `any_order`.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::advise::{Condition, Effect, Force, PlannedStep, QuestionKind, Rule, Step};
use proptest::prelude::*;

use super::any_order::check_order;
use super::*;

/// The months in which the deadlines of the enumeration lie; today is the twenty-first of November 2026.
const DAYS: [(&str, &str); 4] = [
    ("passed", "2026-11-01"),
    ("within_6_months", "2027-05-21"),
    ("within_12_months", "2027-11-21"),
    ("later", "2028-06-01"),
];

/// The fields whose answers demand something. What is held, and whether buyers take something else, demand nothing.
const DEMANDS: [&str; 8] =
    ["customers", "expands_abroad", "asks", "waits_on", "ai", "eu_market", "sectors", "states"];

/// One question, or one option of a question that takes many: its answers, the first of which is none.
struct Dimension {
    field: String,
    many: bool,
    answers: Vec<Option<String>>,
}

/// Steps that are decided together, by position, and the rules about them.
struct Group {
    steps: BTreeSet<usize>,
    rules: Vec<&'static Rule>,
}

/// Every group, with the answers to enumerate.
static GROUPS: LazyLock<Vec<(Group, Vec<Dimension>)>> = LazyLock::new(|| {
    let told = |group: Group| {
        let dimensions = dimensions(&conditions(&group));
        (group, dimensions)
    };
    groups().into_iter().map(told).collect()
});

/// What became of the steps, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Outcome {
    planned: u64,
    required: u64,
    later: u64,
    held: u64,
}

pub(super) fn position(id: &str) -> usize {
    ADVISER.steps().iter().position(|step| step.id.as_str() == id).unwrap()
}

/// Steps that every profile has, so that nothing else is decided with them.
pub(super) fn constant_steps() -> BTreeSet<usize> {
    let always = |rule: &&Rule| rule.when == Condition::All(Vec::new());
    let required = ADVISER.rules().iter().filter(always).filter_map(|rule| match &rule.effect {
        Effect::Recommend { steps, force: Force::Required } => Some(steps),
        _ => None,
    });
    required.flatten().map(|step| position(step.as_str())).collect()
}

/// The steps that a rule decides about, and those that it rests on.
pub(super) fn steps_of(rule: &Rule) -> BTreeSet<usize> {
    let mut steps = BTreeSet::new();
    let mut add = |id: &str| steps.insert(position(id));
    match &rule.effect {
        Effect::Recommend { steps, .. } | Effect::Defer { steps, .. } => {
            steps.iter().for_each(|id| _ = add(id.as_str()))
        }
        Effect::NotNeeded(steps) => steps.iter().for_each(|id| _ = add(id.as_str())),
        // They do not decide which steps there are.
        _ => return steps,
    }
    rule.when.each_part(&mut |part, _| {
        if let Condition::Planned(planned) = part {
            planned.iter().for_each(|id| _ = add(id.as_str()));
        }
    });
    steps
}

fn groups() -> Vec<Group> {
    let constant = constant_steps();
    let mut groups: Vec<BTreeSet<usize>> =
        (0..ADVISER.steps().len()).map(|at| BTreeSet::from([at])).collect();
    let mut tie = |steps: BTreeSet<usize>| {
        let steps: BTreeSet<usize> = steps.difference(&constant).copied().collect();
        let (tied, apart): (Vec<_>, Vec<_>) =
            std::mem::take(&mut groups).into_iter().partition(|group| !group.is_disjoint(&steps));
        groups = apart;
        groups.push(tied.into_iter().flatten().collect());
    };
    ADVISER.rules().iter().for_each(|rule| tie(steps_of(rule)));
    for (at, step) in ADVISER.steps().iter().enumerate() {
        let others = step.needs.iter().map(|need| &need.step).chain(&step.within);
        tie(others.map(|id| position(id.as_str())).chain([at]).collect());
    }
    let groups = groups.into_iter().filter(|group| !group.is_empty());
    let rules = |steps: &BTreeSet<usize>| {
        ADVISER.rules().iter().filter(|rule| !steps_of(rule).is_disjoint(steps)).collect()
    };
    groups.map(|steps| Group { rules: rules(&steps), steps }).collect()
}

/// The conditions that decide about a group.
fn conditions(group: &Group) -> Vec<&'static Condition> {
    let held = group.steps.iter().filter_map(|at| ADVISER.steps()[*at].held.as_ref()).map(|held| &held.when);
    group.rules.iter().map(|rule| &rule.when).chain(held).collect()
}

/// The answers that conditions tell apart, one for each kind.
fn dimensions(conditions: &[&Condition]) -> Vec<Dimension> {
    let mut told: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    for condition in conditions {
        condition.each_part(&mut |part, _| {
            if let Condition::Is { field, options } = part {
                told.entry(field.as_str()).or_default().push(options);
            }
        });
    }
    let mut dimensions = Vec::new();
    for (field, sets) in told {
        let question = ADVISER.question(field).unwrap();
        let mut kinds: BTreeMap<Vec<bool>, &str> = BTreeMap::new();
        for option in &question.options {
            let kind: Vec<bool> = sets.iter().map(|set| set.contains(&option.id)).collect();
            if kind.contains(&true) {
                kinds.entry(kind).or_insert(&option.id);
            }
        }
        let answers = kinds.into_values().map(str::to_owned);
        if question.kind == QuestionKind::Many {
            dimensions.extend(answers.map(|answer| Dimension {
                field: field.to_owned(),
                many: true,
                answers: vec![None, Some(answer)],
            }));
        } else {
            let answers = [None].into_iter().chain(answers.map(Some)).collect();
            dimensions.push(Dimension { field: field.to_owned(), many: false, answers });
        }
    }
    dimensions
}

fn size(dimensions: &[Dimension]) -> usize {
    dimensions.iter().map(|dimension| dimension.answers.len()).product()
}

/// The answer of each dimension in the profile of a number, the first dimension the slowest.
fn digits(dimensions: &[Dimension], number: usize) -> Vec<usize> {
    let mut rest = number;
    let mut digits: Vec<usize> = dimensions
        .iter()
        .rev()
        .map(|dimension| {
            let digit = rest % dimension.answers.len();
            rest /= dimension.answers.len();
            digit
        })
        .collect();
    digits.reverse();
    digits
}

fn profile(dimensions: &[Dimension], number: usize) -> Profile {
    let mut profile = Profile::default();
    for (dimension, digit) in dimensions.iter().zip(digits(dimensions, number)) {
        let Some(answer) = &dimension.answers[digit] else { continue };
        if dimension.many {
            profile.add(&dimension.field, answer);
        } else if dimension.field == "deadline" {
            let day = DAYS.iter().find(|(span, _)| span == answer).unwrap().1;
            profile = profile.with("deadline", day);
        } else {
            profile = profile.with(&dimension.field, answer.as_str());
        }
    }
    profile
}

/// What holds for every plan, and what became of the steps.
fn check(profile: &Profile, plan: &Plan) -> Outcome {
    let mut outcome = Outcome::default();
    let mut absent = 0_u64;
    assert!(!plan.steps.is_empty(), "{profile:?}");
    for step in &plan.steps {
        let bit = 1 << position(step.step.as_str());
        assert_eq!(outcome.planned & bit, 0, "twice {} for {profile:?}", step.step);
        outcome.planned |= bit;
        outcome.required |= if step.force == Force::Required { bit } else { 0 };
        check_step(profile, plan, step);
    }
    for later in &plan.later {
        outcome.later |= 1 << position(later.step.as_str());
        assert!(!later.until.is_empty() && later.why.len() >= 2, "{} for {profile:?}", later.step);
    }
    for one in &plan.not_needed {
        let bit = 1 << position(one.what.as_str());
        if one.held {
            outcome.held |= bit
        } else {
            absent |= bit
        }
        assert!(!one.why.is_empty(), "{} for {profile:?}", one.what);
    }
    let all = [outcome.planned, outcome.later, outcome.held, absent];
    let (sum, union) =
        (all.iter().map(|set| set.count_ones()).sum::<u32>(), all.iter().fold(0, |a, b| a | b));
    assert_eq!(sum, union.count_ones(), "a contradiction for {profile:?}");
    outcome
}

fn check_step(profile: &Profile, plan: &Plan, step: &PlannedStep) {
    assert!(!step.why.is_empty(), "no reason for {} for {profile:?}", step.step);
    check_order(profile, plan, step);
}

/// Plans every profile of a group, on as many threads as there are, and checks each.
fn outcomes(dimensions: &[Dimension]) -> Vec<Outcome> {
    let count = size(dimensions);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(threads).max(1);
    let part = |from: usize| {
        let numbers = from..(from + share).min(count);
        numbers.map(|number| {
            let profile = profile(dimensions, number);
            check(&profile, &advise(&ADVISER, &profile, today()))
        })
    };
    let mut outcomes = Vec::with_capacity(count);
    std::thread::scope(|scope| {
        let starts = (0..count).step_by(share);
        let parts: Vec<_> = starts.map(|from| scope.spawn(move || part(from).collect::<Vec<_>>())).collect();
        parts.into_iter().for_each(|part| outcomes.extend(part.join().unwrap()));
    });
    outcomes
}

/// From a profile's number to that of the same profile with another answer in one dimension.
fn stride(dimensions: &[Dimension], at: usize) -> usize {
    dimensions[at + 1..].iter().map(|dimension| dimension.answers.len()).product()
}

/// What goes in silence with what waits: upkeep, and what would be done within it.
fn silent(later: u64) -> u64 {
    let waits = |id: &attestry_domain::id::StepId| later & 1 << position(id.as_str()) != 0;
    let goes = |step: &Step| step.needs.iter().any(|need| waits(&need.step)) || step.within.iter().any(waits);
    ADVISER.steps().iter().enumerate().filter(|(_, step)| goes(step)).map(|(at, _)| 1 << at).sum()
}

/// With a demand added, what was required is still planned, and what was planned or later still is one of them.
fn check_demands(dimensions: &[Dimension], outcomes: &[Outcome]) {
    for (at, dimension) in dimensions.iter().enumerate() {
        if !DEMANDS.contains(&dimension.field.as_str()) {
            continue;
        }
        let stride = stride(dimensions, at);
        for (number, before) in outcomes.iter().enumerate() {
            if !(number / stride).is_multiple_of(dimension.answers.len()) {
                continue;
            }
            for answer in 1..dimension.answers.len() {
                let after = outcomes[number + answer * stride];
                let context = || format!("{:?} and {}", profile(dimensions, number), dimension.field);
                assert_eq!(before.required & !after.required, 0, "drops required: {}", context());
                let (there, still) = (before.planned | before.later, after.planned | after.later);
                assert_eq!(there & !still & !silent(after.later), 0, "drops: {}", context());
            }
        }
    }
}

/// A deadline moves steps from the plan to later, with a rule about deadlines as the reason, and takes none away.
fn check_deadline(dimensions: &[Dimension], outcomes: &[Outcome]) -> usize {
    let Some(at) = dimensions.iter().position(|dimension| dimension.field == "deadline") else { return 0 };
    let stride = stride(dimensions, at);
    let mut deferred = 0;
    for (number, before) in outcomes.iter().enumerate() {
        for answer in 1..dimensions[at].answers.len() {
            if !(number / stride).is_multiple_of(dimensions[at].answers.len()) {
                continue;
            }
            let after = outcomes[number + answer * stride];
            assert_eq!(before.required & !after.required, 0, "{:?}", profile(dimensions, number));
            let gone = before.planned & !after.planned & !after.later;
            assert_eq!(gone & !silent(after.later), 0, "{:?}", profile(dimensions, number));
            let moved = before.planned & after.later;
            if moved != 0 {
                deferred += 1;
                let profile = profile(dimensions, number + answer * stride);
                let plan = advise(&ADVISER, &profile, today());
                for later in plan.later.iter().filter(|later| moved & 1 << position(later.step.as_str()) != 0)
                {
                    let by_deadline = later.why.iter().any(|why| reads_deadline(why.rule.as_str()));
                    assert!(by_deadline, "{} for {profile:?}", later.step);
                }
            }
        }
    }
    deferred
}

fn reads_deadline(rule: &str) -> bool {
    let rule = ADVISER.rules().iter().find(|one| one.id.as_str() == rule).unwrap();
    let mut reads = false;
    rule.when.each_part(&mut |part, _| {
        reads |= matches!(part, Condition::Is { field, .. } if field.as_str() == "deadline")
    });
    reads
}

#[test]
fn every_profile_has_a_plan_without_contradiction_that_no_demand_or_deadline_takes_from() {
    let (mut profiles, mut deferred) = (0, 0);
    for (group, dimensions) in GROUPS.iter() {
        let outcomes = outcomes(dimensions);
        check_demands(dimensions, &outcomes);
        deferred += check_deadline(dimensions, &outcomes);
        profiles += outcomes.len();
        let names: Vec<&str> = group.steps.iter().map(|at| ADVISER.steps()[*at].id.as_str()).collect();
        println!("{} profiles decide about {}", outcomes.len(), names.join(", "));
    }
    assert!(profiles > 9_000, "{profiles}");
    assert!(deferred > 500, "{deferred}");
}

/// Any answers to all questions.
fn any_profile() -> impl Strategy<Value = Profile> {
    let bits = prop::collection::vec(any::<u64>(), ADVISER.questions().len());
    bits.prop_map(|bits| {
        let mut profile = Profile::default();
        for (question, bits) in ADVISER.questions().iter().zip(bits) {
            let options = question.options.iter().map(|choice| choice.id.as_str()).enumerate();
            match question.kind {
                QuestionKind::Many => {
                    let chosen = options.filter(|(at, _)| bits >> at & 1 == 1);
                    chosen.for_each(|(_, option)| profile.add(question.id.as_str(), option));
                }
                kind => {
                    let chosen = bits as usize % (question.options.len() + 1);
                    if let Some((_, option)) = options.into_iter().nth(chosen) {
                        let day = DAYS.iter().find(|(span, _)| kind == QuestionKind::Date && *span == option);
                        profile = profile.with(question.id.as_str(), day.map_or(option, |(_, day)| day));
                    }
                }
            }
        }
        profile
    })
}

/// The answers of a profile that a group's conditions can tell from none.
fn cut(whole: &Profile, dimensions: &[Dimension]) -> Profile {
    let mut profile = Profile::default();
    for dimension in dimensions {
        for answer in whole.texts(&dimension.field) {
            if !profile.texts(&dimension.field).contains(&answer) {
                profile.add(&dimension.field, answer);
            }
        }
    }
    profile
}

proptest! {
    #[test]
    fn a_plan_is_the_union_of_the_plans_of_its_groups(whole in any_profile()) {
        let plan = plan(&whole);
        let outcome = check(&whole, &plan);
        let mut together = Outcome::default();
        for (group, dimensions) in GROUPS.iter() {
            let part = cut(&whole, dimensions);
            let part_plan = super::plan(&part);
            let own: u64 = group.steps.iter().map(|at| 1 << at).sum();
            let part = check(&part, &part_plan);
            together.planned |= part.planned & own;
            together.required |= part.required & own;
            together.later |= part.later & own;
            together.held |= part.held & own;
        }
        prop_assert_eq!(together, outcome);
    }
}
