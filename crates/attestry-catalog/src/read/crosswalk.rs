//! A crosswalk's file.

use std::collections::BTreeMap;

use attestry_domain::catalog::{Answers, Crosswalk, Relation, Row};
use attestry_domain::id::{FrameworkId, RequirementId};

use super::framework::qualified;
use super::{day, expect_name};
use crate::draft::Draft;
use crate::error::{Fault, Noun, RowFault};
use crate::fields::{Fields, Located};

const RELATIONS: [(&str, Relation); 5] = [
    ("equal", Relation::Equal),
    ("subset_of", Relation::SubsetOf),
    ("superset_of", Relation::SupersetOf),
    ("intersects", Relation::Intersects),
    ("no_relation", Relation::NoRelation),
];

pub(super) fn read(draft: &mut Draft, mut fields: Fields<'_>, name: &str) {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::Crosswalk, &id.value, &id.place);
    }
    let sides = ["from", "to"].map(|key| {
        let framework = fields.id::<FrameworkId>(key)?;
        draft.refer(Noun::Framework, &framework.value, &framework.place);
        Some(framework.value)
    });
    let basis = fields.text("basis");
    let as_of = fields.text("as_of").and_then(|text| day(&fields, &text));
    let note = fields.text("note");
    let answers = fields.optional_map("answers").and_then(answers);
    let (rows, alone) = (fields.maps("rows"), fields.optional_maps("alone"));
    if let (Some(id), [Some(from), Some(to)]) = (&id, &sides) {
        let expected = format!("{from}--{to}");
        if id.value == expected {
            expect_name(&fields, Noun::Crosswalk, id, name, format!("crosswalks/{expected}.yaml"));
        } else {
            let (noun, id, place) = (Noun::Crosswalk, id.value.clone(), &id.place);
            let expected = format!("crosswalks/{expected}.yaml, with `id: {expected}`");
            fields.refuse(place, Fault::Misplaced { noun, id, expected });
        }
    }
    fields.finish();
    let [Some(from), Some(to)] = sides else { return };
    let crosswalk = id.as_ref().map(|id| id.value.as_str()).unwrap_or_default();
    let sides = (&from, &to);
    let rows: Vec<Row> = rows.into_iter().filter_map(|one| row(draft, one, crosswalk, sides)).collect();
    let alone: BTreeMap<RequirementId, String> =
        alone.into_iter().filter_map(|one| without(draft, one, crosswalk)).collect();
    let (Some(id), Some(basis), Some(as_of), Some(note)) = (id, basis, as_of, note) else { return };
    let (id, basis, note) = (id.value, basis.value, note.value);
    draft.crosswalks.push(Crosswalk { id, from, to, basis, as_of, note, answers, rows, alone });
}

fn answers(mut fields: Fields<'_>) -> Option<Answers> {
    let [same, both, first] = ["same", "both", "first"].map(|key| fields.text(key));
    fields.finish();
    Some(Answers { same: same?.value, both: both?.value, first: first?.value })
}

fn row(
    draft: &mut Draft,
    mut fields: Fields<'_>,
    crosswalk: &str,
    (from, to): (&FrameworkId, &FrameworkId),
) -> Option<Row> {
    let place = fields.place();
    let mut side = |key, framework| {
        let code = fields.text(key)?;
        let id = qualified(&fields, framework, code)?;
        draft.refer(Noun::Requirement, &id.value, &id.place);
        Some(id.value)
    };
    let (from, to) = (side("from", from), side("to", to));
    if let (Some(from), Some(to)) = (&from, &to) {
        draft.define(Noun::Row, row_name(crosswalk, from, to), &place);
    }
    let relation = fields.choice("relation", &RELATIONS);
    let strength = fields.optional_number("strength", 1, 10);
    let is_refused = strength.is_none() && fields.optional_text("strength").is_some();
    let why = fields.optional_text("why");
    let left_to = said(fields.optional_text("left_to"));
    let left_from = said(fields.optional_text("left_from"));
    match &why {
        Some(why) => draft.reasons.push((Noun::Row, crosswalk.to_owned(), why.clone())),
        None => fields.refuse(&place, Fault::Row(RowFault::NoWhy)),
    }
    fields.finish();
    let (from, to, relation, why) = (from?, to?, relation?, why?.value);
    if is_refused {
        return None;
    }
    let row = Row { from, to, relation, strength: strength.unwrap_or(0), why, left_to, left_from };
    for fault in faults(&row) {
        draft.errors.push(place.error(Fault::Row(fault)));
    }
    Some(row)
}

/// What a relation demands of its row, and what it rules out.
fn faults(row: &Row) -> Vec<RowFault> {
    let relation = row.relation.as_str();
    let mut faults = Vec::new();
    match (row.relation, row.strength) {
        (Relation::NoRelation, 0) => {}
        (Relation::NoRelation, _) => faults.push(RowFault::StrengthOfNothing),
        (_, 0) => faults.push(RowFault::NoStrength(relation)),
        _ => {}
    }
    if row.relation == Relation::NoRelation {
        return faults;
    }
    let sides = [
        (row.relation.meets(), &row.to, &row.left_to, "left_to"),
        (row.relation.inverse().meets(), &row.from, &row.left_from, "left_from"),
    ];
    for (is_met, of, left, key) in sides {
        let of = of.to_string();
        match (is_met, left.is_empty()) {
            (true, false) => faults.push(RowFault::LeftOver { relation, of, key }),
            (false, true) => faults.push(RowFault::NothingLeft { relation, of, key }),
            _ => {}
        }
    }
    faults
}

/// The name of a crosswalk's row.
pub(crate) fn row_name(crosswalk: &str, from: &RequirementId, to: &RequirementId) -> String {
    format!("{crosswalk}: {from} and {to}")
}

fn without(draft: &mut Draft, mut fields: Fields<'_>, crosswalk: &str) -> Option<(RequirementId, String)> {
    let requirement = fields.id::<RequirementId>("requirement");
    if let Some(requirement) = &requirement {
        draft.refer(Noun::Requirement, &requirement.value, &requirement.place);
        draft.define(Noun::Alone, format!("{crosswalk}: {}", requirement.value), &requirement.place);
    }
    let why = fields.text("why");
    fields.finish();
    Some((requirement?.value, why?.value))
}

fn said(text: Option<Located<String>>) -> String {
    text.map(|text| text.value).unwrap_or_default()
}
