//! `adviser/rules.yaml`.

use attestry_domain::advise::{Effect, Force, Rule, Verdict};
use attestry_domain::id::{RuleId, StepId};

use super::{months, named, phase_named, required_condition, source, step_named, steps_named};
use crate::draft::Draft;
use crate::error::{AdviceFault, Fault, Noun};
use crate::fields::{Fields, Located};

const FORCES: [(&str, Force); 2] = [("required", Force::Required), ("advised", Force::Advised)];

const VERDICTS: [(&str, Verdict); 3] =
    [("include", Verdict::Include), ("propose", Verdict::Propose), ("not_needed", Verdict::NotNeeded)];

/// What a note is about when it is about no step.
const GENERAL: &str = "general";

pub(in crate::read) fn read(draft: &mut Draft, mut fields: Fields<'_>) {
    for one in fields.maps("rules") {
        if let Some(rule) = rule(draft, one) {
            draft.rules.push(rule);
        }
    }
    fields.finish();
}

fn rule(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Rule> {
    let id = fields.id::<RuleId>("id");
    if let Some(id) = &id {
        draft.define(Noun::Rule, &id.value, &id.place);
    }
    let when = required_condition(draft, &mut fields, "when");
    let effect = match fields.optional_map("effect") {
        Some(map) => effect(draft, map),
        None => {
            fields.refuse(&fields.place(), Fault::MissingKey("effect"));
            None
        }
    };
    let reason = fields.text("reason");
    let source = source(&mut fields);
    fields.finish();
    Some(Rule { id: id?.value, when: when?, effect: effect?, reason: reason?.value, source: source? })
}

/// The keys that say which effect it is, at most one of which is there.
struct Kinds {
    recommend: Vec<StepId>,
    defer: Vec<StepId>,
    not_needed: Vec<StepId>,
    together: Vec<StepId>,
    category: Option<Located<String>>,
    lead: Option<Located<String>>,
    pace: Option<Located<String>>,
    note: Option<Located<String>>,
}

fn effect(draft: &mut Draft, mut fields: Fields<'_>) -> Option<Effect> {
    let kinds = Kinds {
        recommend: steps_named(draft, &mut fields, "recommend"),
        defer: steps_named(draft, &mut fields, "defer"),
        not_needed: steps_named(draft, &mut fields, "not_needed"),
        together: steps_named(draft, &mut fields, "together"),
        category: fields.optional_text("category"),
        lead: fields.optional_text("lead"),
        pace: fields.optional_text("pace"),
        note: fields.optional_text("note"),
    };
    let effect = match kinds.count() {
        1 => kinds.read(draft, &mut fields),
        count => {
            fields.refuse(&fields.place(), Fault::Advice(AdviceFault::Effects(count)));
            return None;
        }
    };
    fields.finish();
    effect
}

impl Kinds {
    fn count(&self) -> usize {
        let lists = [&self.recommend, &self.defer, &self.not_needed, &self.together];
        let texts = [&self.category, &self.lead, &self.pace, &self.note];
        lists.iter().filter(|list| !list.is_empty()).count()
            + texts.iter().filter(|text| text.is_some()).count()
    }

    fn read(self, draft: &mut Draft, fields: &mut Fields<'_>) -> Option<Effect> {
        if !self.recommend.is_empty() {
            return Some(Effect::Recommend {
                steps: self.recommend,
                force: fields.choice("force", &FORCES)?,
            });
        }
        if !self.defer.is_empty() {
            return Some(Effect::Defer { steps: self.defer, until: fields.text("until")?.value });
        }
        if !self.not_needed.is_empty() {
            return Some(Effect::NotNeeded(self.not_needed));
        }
        if !self.together.is_empty() {
            if self.together.len() < 2 {
                fields.refuse(&fields.place(), Fault::Advice(AdviceFault::Alone));
            }
            return Some(Effect::Together(self.together));
        }
        if let Some(category) = self.category {
            return read_category(draft, fields, category);
        }
        if let Some(lead) = self.lead {
            return read_lead(draft, fields, lead);
        }
        if let Some(pace) = self.pace {
            return read_pace(draft, fields, pace);
        }
        read_note(draft, fields, self.note?)
    }
}

fn read_category(draft: &mut Draft, fields: &mut Fields<'_>, category: Located<String>) -> Option<Effect> {
    draft.refer(Noun::Category, &category.value, &category.place);
    let verdict = fields.choice("verdict", &VERDICTS);
    let cost = fields.optional_text("cost").map(|cost| cost.value);
    Some(Effect::Category { category: category.value, verdict: verdict?, cost })
}

fn read_lead(draft: &mut Draft, fields: &mut Fields<'_>, lead: Located<String>) -> Option<Effect> {
    let step = named(draft, fields, lead);
    let until = fields.text("until");
    if let Some(until) = &until {
        phase_named(draft, step.as_ref(), until);
    }
    let before = steps_named(draft, fields, "before");
    if before.is_empty() {
        fields.refuse(&fields.place(), Fault::MissingKey("before"));
    }
    Some(Effect::Lead { step: step?, until: until?.value, before })
}

fn read_pace(draft: &mut Draft, fields: &mut Fields<'_>, pace: Located<String>) -> Option<Effect> {
    let step = named(draft, fields, pace);
    let phase = fields.text("phase");
    if let Some(phase) = &phase {
        phase_named(draft, step.as_ref(), phase);
    }
    let months = months(fields, "months");
    Some(Effect::Pace { step: step?, phase: phase?.value, months: months? })
}

fn read_note(draft: &mut Draft, fields: &mut Fields<'_>, note: Located<String>) -> Option<Effect> {
    if note.value == GENERAL {
        return Some(Effect::Note { about: None });
    }
    step_named(draft, fields, "note").map(|step| Effect::Note { about: Some(step) })
}
