//! From when provisions of a law apply.

use attestry_domain::catalog::{CitedSource, LawDate};
use attestry_domain::id::FrameworkId;

use super::qualified;
use crate::draft::Draft;
use crate::error::{Fault, Noun};
use crate::fields::Fields;
use crate::read::day;

pub(super) fn date(draft: &mut Draft, mut fields: Fields<'_>, framework: &FrameworkId) -> Option<LawDate> {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::LawDate, format!("{framework}:{}", id.value), &id.place);
    }
    let provisions = fields.texts("provisions");
    let provisions: Vec<_> =
        provisions.into_iter().filter_map(|code| qualified(&fields, framework, code)).collect();
    for provision in &provisions {
        draft.refer(Noun::Requirement, &provision.value, &provision.place);
    }
    let applies_from = fields.text("applies_from").and_then(|text| day(&fields, &text));
    let until = fields.optional_text("until");
    let ends_at = until.as_ref().map(|text| text.place.clone());
    let until = until.and_then(|text| day(&fields, &text));
    if let (Some(from), Some(until), Some(place)) = (applies_from, until, ends_at)
        && until < from
    {
        fields.refuse(&place, Fault::EndsEarlier { from, until });
    }
    let superseded_by = fields.optional_text("superseded_by");
    let note = fields.text("note");
    let source = fields.text("source");
    let as_of = fields.text("as_of").and_then(|text| day(&fields, &text));
    fields.finish();
    Some(LawDate {
        id: id?.value,
        provisions: provisions.into_iter().map(|one| one.value).collect(),
        applies_from: applies_from?,
        until,
        superseded_by: superseded_by.map(|text| text.value).unwrap_or_default(),
        note: note?.value,
        source: CitedSource { source: source?.value, as_of: as_of? },
    })
}
