//! Rules over the adviser: that deciding ends, that every question and step counts, that lengths are known ones.

use attestry_domain::advise::{Condition, Effect, Phase, Rule, Step};

use crate::draft::Draft;
use crate::error::{AdviceFault, CatalogError, Fault, Noun};
use crate::fields::Place;

pub(super) fn content(draft: &Draft) -> Vec<CatalogError> {
    let mut errors: Vec<CatalogError> = draft.rules.iter().flat_map(|one| rule(draft, one)).collect();
    errors.extend(draft.steps.iter().flat_map(|one| step(draft, one)));
    errors.extend(draft.questions.iter().filter_map(|question| {
        let place = draft.place(Noun::Field, question.id.as_str());
        let is_unplanned = question.when.as_ref().is_some_and(Condition::rests_on_plan);
        is_unplanned.then(|| fault(&place, AdviceFault::Unplanned))
    }));
    // Whether something is never read or reached can only be said when everything could be read.
    if draft.errors.is_empty() {
        errors.extend(unread(draft));
        errors.extend(unreached(draft));
    }
    errors
}

fn fault(place: &Place, fault: AdviceFault) -> CatalogError {
    place.error(Fault::Advice(fault))
}

fn rule(draft: &Draft, rule: &Rule) -> Vec<CatalogError> {
    let place = draft.place(Noun::Rule, rule.id.as_str());
    let mut errors = Vec::new();
    let mut absence = false;
    rule.when.each_part(&mut |part, negated| absence |= negated && matches!(part, Condition::Planned(_)));
    if absence {
        errors.push(fault(&place, AdviceFault::Absence));
    }
    let takes_away = matches!(rule.effect, Effect::Defer { .. } | Effect::NotNeeded(_));
    if takes_away && rule.when.rests_on_plan() {
        errors.push(fault(&place, AdviceFault::Unplanned));
    }
    if let Effect::Pace { step, phase, months } = &rule.effect {
        let step = draft.steps.iter().find(|one| one.id == *step);
        let known = step.and_then(|step| step.phases.iter().find(|one| one.id == *phase));
        if let Some(Phase { least, most, .. }) = known.filter(|one| !(one.least..=one.most).contains(months))
        {
            let phase = format!("{}.{phase}", step.map(|step| step.id.as_str()).unwrap_or_default());
            let (months, least, most) = (*months, *least, *most);
            errors.push(fault(&place, AdviceFault::Pace { months, phase, least, most }));
        }
    }
    errors
}

fn step(draft: &Draft, step: &Step) -> Vec<CatalogError> {
    let place = draft.place(Noun::Step, step.id.as_str());
    let mut errors: Vec<CatalogError> = phases(draft, step);
    match (step.phases.is_empty(), step.within.is_empty()) {
        (true, true) => errors.push(fault(&place, AdviceFault::Idle(step.id.to_string()))),
        (false, false) => errors.push(fault(&place, AdviceFault::TwoCourses(step.id.to_string()))),
        _ => {}
    }
    if step.held.as_ref().is_some_and(|held| held.when.rests_on_plan()) {
        errors.push(fault(&place, AdviceFault::Unplanned));
    }
    if needs_itself(draft, step) {
        errors.push(fault(&place, AdviceFault::Circle(step.id.to_string())));
    }
    errors.extend(days(draft, step, &place));
    errors
}

fn phases(draft: &Draft, step: &Step) -> Vec<CatalogError> {
    let mut errors = Vec::new();
    for (at, phase) in step.phases.iter().enumerate() {
        let place = draft.place(Noun::Phase, &format!("{}.{}", step.id, phase.id));
        let (planned, least, most) = (phase.planned, phase.least, phase.most);
        if !(least..=most).contains(&planned) {
            errors.push(fault(&place, AdviceFault::Planned { planned, least, most }));
        }
        let stands = |name: &&String| {
            step.phases.iter().take(at).any(|earlier| earlier.id == **name && earlier.inside.is_none())
        };
        if let Some(name) = phase.inside.as_ref().filter(|name| !stands(name)) {
            errors.push(fault(&place, AdviceFault::Inside(name.clone())));
        }
    }
    errors
}

/// Whether a step waits for itself, directly or by way of others.
fn needs_itself(draft: &Draft, step: &Step) -> bool {
    let mut reached = vec![&step.id];
    let mut at = 0;
    while let Some(id) = reached.get(at) {
        let needs = draft.steps.iter().filter(|one| one.id == **id).flat_map(|one| one.needs.iter());
        let needed: Vec<_> = needs.map(|need| &need.step).collect();
        if needed.contains(&&step.id) {
            return true;
        }
        reached.extend(needed.into_iter().filter(|id| !reached.contains(id)).collect::<Vec<_>>());
        at += 1;
    }
    false
}

/// The days that a step names are days that its framework's file has, where that file has any.
fn days(draft: &Draft, step: &Step, place: &Place) -> Vec<CatalogError> {
    let framework = draft.frameworks.iter().map(|(framework, _)| framework);
    let framework = framework.filter(|one| Some(&one.id) == step.framework.as_ref() && !one.dates.is_empty());
    let unknown = framework.flat_map(|framework| {
        let known =
            |day: &attestry_domain::time::Day| framework.dates.iter().any(|date| date.applies_from == *day);
        let days = step.applies.iter().map(|applies| applies.from).filter(move |day| !known(day));
        days.map(|day| AdviceFault::NoSuchDay { day: day.to_string(), framework: framework.id.to_string() })
    });
    unknown.map(|unknown| fault(place, unknown)).collect()
}

fn unread(draft: &Draft) -> Vec<CatalogError> {
    let mut read = Vec::new();
    let held = draft.steps.iter().filter_map(|step| step.held.as_ref()).map(|held| &held.when);
    for condition in draft.rules.iter().map(|rule| &rule.when).chain(held) {
        condition.each_part(&mut |part, _| {
            if let Condition::Is { field, .. } = part {
                read.push(field);
            }
        });
    }
    let unread = draft.questions.iter().map(|question| &question.id).filter(|id| !read.contains(id));
    let error = |id: &attestry_domain::id::FieldId| {
        fault(&draft.place(Noun::Field, id.as_str()), AdviceFault::Unread(id.to_string()))
    };
    unread.map(error).collect()
}

fn unreached(draft: &Draft) -> Vec<CatalogError> {
    let recommends = |rule: &Rule, step: &Step| matches!(&rule.effect, Effect::Recommend { steps, .. } if steps.contains(&step.id));
    let reached = |step: &&Step| {
        draft.rules.iter().any(|rule| recommends(rule, step))
            || draft.steps.iter().flat_map(|one| &one.needs).any(|need| need.step == step.id)
    };
    let unreached = draft.steps.iter().filter(|step| !reached(step));
    let error = |step: &Step| {
        fault(&draft.place(Noun::Step, step.id.as_str()), AdviceFault::Unreached(step.id.to_string()))
    };
    unreached.map(error).collect()
}
