//! The adviser: its questions, steps and rules, and what the three have in common.

use attestry_domain::advise::{Condition, Source};
use attestry_domain::id::{FieldId, StepId};

use super::day;
use crate::draft::Draft;
use crate::error::{AdviceFault, Fault, Noun};
use crate::fields::{Fields, Located, Place};
use crate::yaml::{Entry, Kind, Node};

pub(super) mod question;
pub(super) mod rule;
pub(super) mod step;

/// Longer than anything is planned, in months.
const LONGEST: u8 = 120;

/// Where a statement comes from; must be there.
fn source(fields: &mut Fields<'_>) -> Option<Source> {
    let Some(mut source) = fields.optional_map("source") else {
        fields.refuse(&fields.place(), Fault::MissingKey("source"));
        return None;
    };
    let text = source.text("text");
    let as_of = source.text("as_of").and_then(|text| day(&source, &text));
    source.finish();
    Some(Source { text: text?.value, as_of: as_of? })
}

/// A number of months; must be there.
fn months(fields: &mut Fields<'_>, key: &'static str) -> Option<u32> {
    fields.text(key)?;
    fields.optional_number(key, 0, LONGEST).map(u32::from)
}

/// A step by its name; must be there.
fn step_named(draft: &mut Draft, fields: &mut Fields<'_>, key: &'static str) -> Option<StepId> {
    let step = fields.text(key)?;
    named(draft, fields, step)
}

/// The steps of a list; none when it is not there.
fn steps_named(draft: &mut Draft, fields: &mut Fields<'_>, key: &'static str) -> Vec<StepId> {
    let steps = fields.optional_texts(key);
    steps.into_iter().filter_map(|step| named(draft, fields, step)).collect()
}

fn named(draft: &mut Draft, fields: &Fields<'_>, step: Located<String>) -> Option<StepId> {
    draft.refer(Noun::Step, &step.value, &step.place);
    fields.parse(step).map(|step| step.value)
}

/// A phase of a step by its name.
fn phase_named(draft: &mut Draft, step: Option<&StepId>, phase: &Located<String>) {
    if let Some(step) = step {
        draft.refer(Noun::Phase, format!("{step}.{}", phase.value), &phase.place);
    }
}

/// The condition under a key, if it is there.
fn optional_condition(draft: &mut Draft, fields: &mut Fields<'_>, key: &'static str) -> Option<Condition> {
    let (node, place) = fields.optional_node(key)?;
    condition(draft, fields, node, &place)
}

/// The condition under a key; must be there.
fn required_condition(draft: &mut Draft, fields: &mut Fields<'_>, key: &'static str) -> Option<Condition> {
    let (node, place) = fields.node(key)?;
    condition(draft, fields, node, &place)
}

/// `always`, or a map whose entries must all hold.
fn condition(draft: &mut Draft, fields: &Fields<'_>, node: &Node, place: &Place) -> Option<Condition> {
    match &node.kind {
        Kind::Scalar { text, .. } if text == "always" => Some(Condition::All(Vec::new())),
        Kind::Map(entries) if entries.is_empty() => {
            fields.refuse(place, Fault::Advice(AdviceFault::Hollow));
            None
        }
        Kind::Map(entries) => {
            let mut parts: Vec<Option<Condition>> =
                entries.iter().map(|entry| part(draft, fields, entry, place)).collect();
            if parts.len() == 1 { parts.pop().flatten() } else { all_known(parts).map(Condition::All) }
        }
        _ => {
            let expected = "`always` or a map from fields to answers";
            fields.refuse(place, Fault::Shape { expected, found: node.shape() });
            None
        }
    }
}

/// One entry of a condition.
fn part(draft: &mut Draft, fields: &Fields<'_>, entry: &Entry, above: &Place) -> Option<Condition> {
    let key = above.key.clone().unwrap_or_default();
    let place = Place { line: Some(entry.line), key: Some(format!("{key}.{}", entry.key)), ..above.clone() };
    match entry.key.as_str() {
        "all" => conditions(draft, fields, &entry.value, &place).map(Condition::All),
        "any" => conditions(draft, fields, &entry.value, &place).map(Condition::Any),
        "not" => condition(draft, fields, &entry.value, &place).map(|part| Condition::Not(Box::new(part))),
        "planned" => {
            let steps = words(fields, &entry.value, &place)?;
            let steps = steps.into_iter().map(|step| named(draft, fields, step)).collect();
            all_known(steps).map(Condition::Planned)
        }
        field => {
            draft.refer(Noun::Field, field, &place);
            let options = words(fields, &entry.value, &place)?;
            for option in &options {
                draft.refer(Noun::Answer, format!("{field}.{}", option.value), &option.place);
            }
            let field = fields.parse::<FieldId, _>(Located { value: field.to_owned(), place })?.value;
            Some(Condition::Is { field, options: options.into_iter().map(|option| option.value).collect() })
        }
    }
}

/// The conditions of a list that is not empty.
fn conditions(draft: &mut Draft, fields: &Fields<'_>, node: &Node, place: &Place) -> Option<Vec<Condition>> {
    let items = items(fields, node, place)?;
    all_known(items.into_iter().map(|(item, place)| condition(draft, fields, item, &place)).collect())
}

/// One word, or the words of a list that is not empty.
fn words(fields: &Fields<'_>, node: &Node, place: &Place) -> Option<Vec<Located<String>>> {
    if let Kind::Scalar { .. } = node.kind {
        return word(fields, node, place.clone()).map(|word| vec![word]);
    }
    all_known(
        items(fields, node, place)?.into_iter().map(|(item, place)| word(fields, item, place)).collect(),
    )
}

fn word(fields: &Fields<'_>, node: &Node, place: Place) -> Option<Located<String>> {
    match &node.kind {
        Kind::Scalar { text, .. } if !text.trim().is_empty() => {
            return Some(Located { value: text.trim().to_owned(), place });
        }
        Kind::Scalar { .. } => fields.refuse(&place, Fault::Empty),
        _ => fields.refuse(&place, Fault::Shape { expected: "a text", found: node.shape() }),
    }
    None
}

/// The items of a list that is not empty, each with its place.
fn items<'a>(fields: &Fields<'_>, node: &'a Node, place: &Place) -> Option<Vec<(&'a Node, Place)>> {
    let key = place.key.clone().unwrap_or_default();
    let Kind::List(items) = &node.kind else {
        fields.refuse(place, Fault::Shape { expected: "a list", found: node.shape() });
        return None;
    };
    if items.is_empty() {
        fields.refuse(place, Fault::Advice(AdviceFault::Hollow));
        return None;
    }
    let at = |(at, item): (usize, &'a Node)| {
        (item, Place { line: Some(item.line), key: Some(format!("{key}[{at}]")), ..place.clone() })
    };
    Some(items.iter().enumerate().map(at).collect())
}

/// All of them, once each has been read; what could not be is noted already.
fn all_known<T>(parts: Vec<Option<T>>) -> Option<Vec<T>> {
    parts.into_iter().collect()
}
