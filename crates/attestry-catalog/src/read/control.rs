//! A family of controls.

use attestry_domain::catalog::{Cadence, Control, ControlType, Mapping, MappingKind, Nature};
use attestry_domain::id::{ControlId, RequirementId, StreamId};

use super::expect_name;
use crate::draft::Draft;
use crate::error::{Fault, Noun};
use crate::fields::{Fields, Located};

const NATURES: [(&str, Nature); 2] = [("manual", Nature::Manual), ("automated", Nature::Automated)];

const TYPES: [(&str, ControlType); 3] = [
    ("preventive", ControlType::Preventive),
    ("detective", ControlType::Detective),
    ("corrective", ControlType::Corrective),
];

const CADENCES: [(&str, Cadence); 8] = [
    ("continuous", Cadence::Continuous),
    ("daily", Cadence::Daily),
    ("weekly", Cadence::Weekly),
    ("monthly", Cadence::Monthly),
    ("quarterly", Cadence::Quarterly),
    ("semi_annual", Cadence::SemiAnnual),
    ("annual", Cadence::Annual),
    ("per_event", Cadence::PerEvent),
];

/// Whether a mapping says that the requirement is met by it alone.
#[derive(Clone, Copy)]
enum Gives {
    Satisfies,
    Contributes,
}

/// How a contribution counts.
#[derive(Clone, Copy)]
enum Role {
    Key,
    Supporting,
}

pub(super) fn read(draft: &mut Draft, mut fields: Fields<'_>, name: &str) {
    let family = fields.text("family");
    if let Some(family) = &family {
        draft.define(Noun::Family, &family.value, &family.place);
        expect_name(&fields, Noun::Family, family, name, format!("controls/{}.yaml", family.value));
    }
    let title = fields.text("title");
    let (family, title) = (text(family), text(title));
    for one in fields.maps("controls") {
        if let Some(control) = control(draft, one, &family, &title) {
            draft.controls.push(control);
        }
    }
    fields.finish();
}

fn control(draft: &mut Draft, mut fields: Fields<'_>, family: &str, family_title: &str) -> Option<Control> {
    let id = fields.id::<ControlId>("id");
    if let Some(id) = &id {
        draft.define(Noun::Control, &id.value, &id.place);
    }
    let title = fields.text("title");
    let objective = fields.text("objective");
    let practice = fields.text("practice");
    let nature = fields.choice("nature", &NATURES);
    let kind = fields.choice("type", &TYPES);
    let cadence = fields.choice("cadence", &CADENCES);
    let owner = fields.text("owner");
    let evidence = fields.texts("evidence");
    let streams = fields.ids::<StreamId>("streams");
    for stream in &streams {
        draft.refer(Noun::Stream, &stream.value, &stream.place);
    }
    let maps = fields.maps("mappings");
    let name = id.as_ref().map(|id| id.value.as_str());
    let mappings = maps.into_iter().filter_map(|one| mapping(draft, one, name)).collect();
    fields.finish();
    Some(Control {
        id: id?.value,
        family: family.to_owned(),
        family_title: family_title.to_owned(),
        title: title?.value,
        objective: objective?.value,
        practice: practice?.value,
        nature: nature?,
        kind: kind?,
        cadence: cadence?,
        owner: owner?.value,
        evidence: evidence.into_iter().map(|one| one.value).collect(),
        streams: streams.into_iter().map(|one| one.value).collect(),
        mappings,
    })
}

fn mapping(draft: &mut Draft, mut fields: Fields<'_>, control: Option<&str>) -> Option<Mapping> {
    let requirement = fields.id::<RequirementId>("requirement");
    if let Some(requirement) = &requirement {
        draft.refer(Noun::Requirement, &requirement.value, &requirement.place);
        let name = format!("{} to {}", control.unwrap_or_default(), requirement.value);
        draft.define(Noun::Mapping, name, &requirement.place);
    }
    let kind = mapping_kind(&mut fields);
    let rationale = fields.optional_text("rationale");
    if rationale.is_none() {
        let requirement = requirement.as_ref().map(|one| one.value.to_string()).unwrap_or_default();
        fields.refuse(&fields.place(), Fault::NoRationale(requirement));
    }
    if let Some(rationale) = &rationale {
        draft.reasons.push((Noun::Mapping, String::new(), rationale.clone()));
    }
    fields.finish();
    Some(Mapping { requirement: requirement?.value, kind: kind?, rationale: rationale?.value })
}

fn mapping_kind(fields: &mut Fields<'_>) -> Option<MappingKind> {
    let choices = [("satisfies", Gives::Satisfies), ("contributes", Gives::Contributes)];
    let gives = fields.choice("kind", &choices);
    let given = fields.optional_text("role").is_some();
    let role = fields.optional_choice("role", &[("key", Role::Key), ("supporting", Role::Supporting)]);
    match (gives?, role) {
        (Gives::Satisfies, _) if given => {
            fields.refuse(&fields.place(), Fault::RoleOnSatisfies);
            None
        }
        (Gives::Contributes, None) if !given => {
            fields.refuse(&fields.place(), Fault::NoRole);
            None
        }
        (Gives::Satisfies, _) => Some(MappingKind::Satisfies),
        (Gives::Contributes, Some(Role::Key)) => Some(MappingKind::ContributesKey),
        (Gives::Contributes, Some(Role::Supporting)) => Some(MappingKind::ContributesSupporting),
        (Gives::Contributes, None) => None,
    }
}

fn text(text: Option<Located<String>>) -> String {
    text.map(|text| text.value).unwrap_or_default()
}
