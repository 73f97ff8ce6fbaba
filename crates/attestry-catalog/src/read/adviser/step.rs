//! `adviser/steps.yaml`.

use attestry_domain::advise::{AppliesFrom, Cost, Effort, Held, Need, Phase, Shared, Step, StepKind};
use attestry_domain::id::{FrameworkId, RuleId, StepId};

use super::super::day;
use super::{months, phase_named, required_condition, source, step_named, steps_named};
use crate::draft::Draft;
use crate::error::{AdviceFault, Fault, Noun};
use crate::fields::{Fields, Located};

const KINDS: [(&str, StepKind); 6] = [
    ("groundwork", StepKind::Groundwork),
    ("attestation", StepKind::Attestation),
    ("certification", StepKind::Certification),
    ("law", StepKind::Law),
    ("guidance", StepKind::Guidance),
    ("upkeep", StepKind::Upkeep),
];

const EFFORTS: [(&str, Effort); 3] =
    [("small", Effort::Small), ("medium", Effort::Medium), ("large", Effort::Large)];

pub(in crate::read) fn read(draft: &mut Draft, mut fields: Fields<'_>) {
    for one in fields.maps("steps") {
        if let Some(step) = step(draft, one) {
            draft.steps.push(step);
        }
    }
    fields.finish();
}

fn step(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Step> {
    let id = fields.id::<StepId>("id");
    if let Some(id) = &id {
        draft.define(Noun::Step, &id.value, &id.place);
    }
    let name = id.as_ref().map(|id| id.value.clone());
    let title = fields.text("title");
    let gives = fields.text("gives");
    let framework = framework(draft, &mut fields);
    let kind = fields.choice("kind", &KINDS);
    let effort = fields.choice("effort", &EFFORTS);
    let phases = fields.maps("phases");
    let phases = phases.into_iter().filter_map(|one| phase(draft, one, name.as_ref())).collect();
    let needs = fields.optional_maps("needs");
    let needs = needs.into_iter().filter_map(|one| need(draft, one)).collect();
    let within = steps_named(draft, &mut fields, "within");
    let held = fields.optional_map("held").and_then(|one| held(draft, one));
    let otherwise = fields.optional_text("otherwise");
    let costs = fields.maps("costs").into_iter().filter_map(cost).collect();
    let cost_note = fields.optional_text("cost_note");
    let shared = fields.optional_maps("shared");
    let shared = shared.into_iter().filter_map(|one| shared_work(draft, one)).collect();
    let applies = fields.optional_maps("applies").into_iter().filter_map(applies).collect();
    fields.finish();
    Some(Step {
        id: id?.value,
        title: title?.value,
        gives: gives?.value,
        framework,
        kind: kind?,
        effort: effort?,
        phases,
        needs,
        within,
        held,
        otherwise: otherwise.map(|text| text.value),
        costs,
        cost_note: cost_note.map(|text| text.value),
        shared,
        applies,
    })
}

fn framework(draft: &mut Draft, fields: &mut Fields<'_>) -> Option<FrameworkId> {
    let framework = fields.optional_text("framework")?;
    draft.refer(Noun::Framework, &framework.value, &framework.place);
    fields.parse(framework).map(|framework| framework.value)
}

fn phase(draft: &mut Draft, mut fields: Fields<'_>, step: Option<&StepId>) -> Option<Phase> {
    let id = fields.text("id");
    if let (Some(id), Some(step)) = (&id, step) {
        draft.define(Noun::Phase, format!("{step}.{}", id.value), &id.place);
    }
    let title = fields.text("title");
    let least = months(&mut fields, "least");
    let most = months(&mut fields, "most");
    let planned = months(&mut fields, "planned");
    let inside = fields.optional_text("inside");
    if let Some(inside) = &inside {
        phase_named(draft, step, inside);
    }
    let source = source(&mut fields);
    fields.finish();
    Some(Phase {
        id: id?.value,
        title: title?.value,
        least: least?,
        most: most?,
        planned: planned?,
        inside: inside.map(|phase| phase.value),
        source: source?,
    })
}

fn need(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Need> {
    let rule = fields.id::<RuleId>("rule");
    if let Some(rule) = &rule {
        draft.define(Noun::Rule, &rule.value, &rule.place);
    }
    let step = step_named(draft, &mut fields, "step");
    let phase = fields.optional_text("phase");
    if let Some(phase) = &phase {
        phase_named(draft, step.as_ref(), phase);
    }
    let reason = fields.text("reason");
    let source = source(&mut fields);
    fields.finish();
    let phase = phase.map(|phase| phase.value);
    Some(Need { rule: rule?.value, step: step?, phase, reason: reason?.value, source: source? })
}

fn held(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Held> {
    let when = required_condition(draft, &mut fields, "when");
    let why = fields.text("why");
    fields.finish();
    Some(Held { when: when?, why: why?.value })
}

fn cost(mut fields: Fields<'_>) -> Option<Cost> {
    let what = fields.text("what");
    let low = fields.text("low").and_then(|text| amount(&fields, &text));
    let high = fields.text("high").and_then(|text| amount(&fields, &text));
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        fields.refuse(&fields.place(), Fault::Advice(AdviceFault::Range { low, high }));
    }
    let currency = fields.text("currency");
    let source = source(&mut fields);
    fields.finish();
    Some(Cost { what: what?.value, low: low?, high: high?, currency: currency?.value, source: source? })
}

fn amount(fields: &Fields<'_>, text: &Located<String>) -> Option<u64> {
    let amount = text.value.parse().ok();
    if amount.is_none() {
        fields.refuse(&text.place, Fault::Advice(AdviceFault::Amount(text.value.clone())));
    }
    amount
}

fn shared_work(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Shared> {
    let with = step_named(draft, &mut fields, "with");
    let what = fields.text("what");
    fields.finish();
    Some(Shared { with: with?, what: what?.value })
}

fn applies(mut fields: Fields<'_>) -> Option<AppliesFrom> {
    let from = fields.text("from").and_then(|text| day(&fields, &text));
    let what = fields.text("what");
    let source = source(&mut fields);
    fields.finish();
    Some(AppliesFrom { from: from?, what: what?.value, source: source? })
}
