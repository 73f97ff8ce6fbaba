//! A framework's file.

use attestry_domain::catalog::{Category, Framework, FrameworkKind, Requirement};
use attestry_domain::id::{FrameworkId, RequirementId};

use super::{day, expect_name};
use crate::draft::Draft;
use crate::error::Noun;
use crate::fields::{Fields, Located};

mod law;
mod scheme;

const KINDS: [(&str, FrameworkKind); 4] = [
    ("attestation", FrameworkKind::Attestation),
    ("certification", FrameworkKind::Certification),
    ("law", FrameworkKind::Law),
    ("guidance", FrameworkKind::Guidance),
];

pub(super) fn read(draft: &mut Draft, mut fields: Fields<'_>, name: &str) {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::Framework, &id.value, &id.place);
        expect_name(&fields, Noun::Framework, id, name, format!("frameworks/{}.yaml", id.value));
    }
    let Some(id) = id.and_then(|id| fields.parse::<FrameworkId, _>(id)).map(|id| id.value) else { return };
    let framework = framework(draft, &mut fields, &id);
    let has_categories = framework.as_ref().is_some_and(|known| !known.categories.is_empty());
    let dates = fields.optional_maps("dates");
    let dates = dates.into_iter().filter_map(|one| law::date(draft, one, &id)).collect();
    let requirements = fields.maps("requirements");
    let requirements =
        requirements.into_iter().filter_map(|one| requirement(draft, one, &id, has_categories)).collect();
    fields.finish();
    if let Some(framework) = framework {
        draft.frameworks.push((Framework { dates, ..framework }, requirements));
    }
}

fn framework(draft: &mut Draft, fields: &mut Fields<'_>, id: &FrameworkId) -> Option<Framework> {
    let title = fields.text("title");
    let short = fields.text("short");
    let version = fields.text("version");
    let publisher = fields.text("publisher");
    let kind = fields.choice("kind", &KINDS);
    let licence_note = fields.text("licence_note");
    let as_of = fields.text("as_of");
    let categories = fields.optional_maps("categories");
    let categories = categories.into_iter().filter_map(|one| category(draft, one, id)).collect();
    let as_of = as_of.and_then(|text| day(fields, &text));
    let scheme = fields.optional_map("scheme").and_then(scheme::read);
    Some(Framework {
        id: id.clone(),
        title: title?.value,
        short: short?.value,
        version: version?.value,
        publisher: publisher?.value,
        kind: kind?,
        licence_note: licence_note?.value,
        as_of: as_of?,
        categories,
        scheme,
        dates: Vec::new(),
    })
}

fn category(draft: &mut Draft, mut fields: Fields<'_>, framework: &FrameworkId) -> Option<Category> {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::Category, format!("{framework}:{}", id.value), &id.place);
    }
    let title = fields.text("title");
    let required = fields.flag("required");
    if let Some(root) = fields.optional_text("root") {
        draft.refer(Noun::Requirement, format!("{framework}:{}", root.value), &root.place);
    }
    let ai_gap = fields.optional_text("ai_gap").map(|gap| gap.value).unwrap_or_default();
    fields.finish();
    Some(Category { id: id?.value, title: title?.value, required: required?, ai_gap })
}

fn requirement(
    draft: &mut Draft,
    mut fields: Fields<'_>,
    framework: &FrameworkId,
    has_categories: bool,
) -> Option<Requirement> {
    let id = fields.text("id").and_then(|id| qualified(&fields, framework, id));
    if let Some(id) = &id {
        draft.define(Noun::Requirement, &id.value, &id.place);
    }
    let parent = fields.optional_text("parent").and_then(|parent| qualified(&fields, framework, parent));
    if let Some(parent) = &parent {
        draft.refer(Noun::Requirement, &parent.value, &parent.place);
    }
    let kind = fields.text("kind");
    let is_point = kind.as_ref().is_some_and(|kind| kind.value == "point_of_focus");
    let title = if is_point { fields.optional_text("title") } else { fields.text("title") };
    let assessable = fields.flag("assessable");
    let excludable = fields.optional_flag("excludable");
    let category = fields.optional_text("category");
    if let Some(category) = &category {
        draft.refer(Noun::Category, format!("{framework}:{}", category.value), &category.place);
    }
    let summary = fields.optional_text("summary");
    let looks_for = fields.optional_text("looks_for");
    let evidence = fields.optional_text("evidence");
    let roles_of = has_categories.then_some(framework);
    let applies = fields.optional_map("applies").map(|one| scheme::applies(draft, one, roles_of));
    let unmapped = fields.optional_text("unmapped");
    fields.finish();
    let said = |text: Option<Located<String>>| text.map(|text| text.value).unwrap_or_default();
    Some(Requirement {
        id: id?.value,
        parent: parent.map(|parent| parent.value),
        kind: kind?.value,
        title: said(title),
        assessable: assessable?,
        excludable,
        category: category.map(|category| category.value),
        summary: said(summary),
        looks_for: said(looks_for),
        evidence: said(evidence),
        applies,
        unmapped: said(unmapped),
    })
}

/// The identifier with its framework before it.
pub(super) fn qualified(
    fields: &Fields<'_>,
    framework: &FrameworkId,
    bare: Located<String>,
) -> Option<Located<RequirementId>> {
    fields.parse(Located { value: format!("{framework}:{}", bare.value), place: bare.place })
}
