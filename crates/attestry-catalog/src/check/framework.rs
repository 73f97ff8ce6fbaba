//! Rules over a framework: what is assessed is explained, dated where it is law, and answered by a control or by a
//! reason why none can.

use std::collections::BTreeMap;

use attestry_domain::catalog::{Framework, FrameworkKind, Requirement};
use attestry_domain::id::{ControlId, RequirementId};

use crate::draft::Draft;
use crate::error::{CatalogError, Fault, Noun};

/// Of each requirement, the first control that is key for it.
type Key<'a> = BTreeMap<&'a RequirementId, &'a ControlId>;

/// Checks every assessable requirement. Whether one lacks a control or a date can only be said when everything could
/// be read.
pub(super) fn check(draft: &Draft, complete: bool) -> Vec<CatalogError> {
    let key = key(draft);
    let mut errors = Vec::new();
    for (framework, requirements) in &draft.frameworks {
        for one in requirements.iter().filter(|one| one.assessable) {
            let place = draft.place(Noun::Requirement, one.id.as_str());
            let mut faults = guidance(framework, one);
            if complete {
                faults.extend(answer(&key, one));
            }
            errors.extend(faults.into_iter().map(|fault| place.error(fault)));
        }
        if complete && framework.kind == FrameworkKind::Law {
            errors.extend(undated(draft, framework, requirements));
        }
    }
    errors
}

fn key(draft: &Draft) -> Key<'_> {
    let mut key = Key::new();
    for control in &draft.controls {
        for mapping in control.mappings.iter().filter(|mapping| mapping.kind.is_key()) {
            key.entry(&mapping.requirement).or_insert(&control.id);
        }
    }
    key
}

/// What is asked is said; in a framework of which it is said what it is in practice, also how it is judged.
fn guidance(framework: &Framework, requirement: &Requirement) -> Vec<Fault> {
    let mut faults = Vec::new();
    if requirement.summary.is_empty() {
        faults.push(Fault::NoSummary(requirement.id.to_string()));
    }
    let said = [
        (&requirement.looks_for, "looks_for", "what an auditor looks for"),
        (&requirement.evidence, "evidence", "what usually shows it"),
    ];
    for (_, key, what) in said.into_iter().filter(|(text, ..)| framework.scheme.is_some() && text.is_empty())
    {
        faults.push(Fault::NoGuidance { requirement: requirement.id.to_string(), key, what });
    }
    faults
}

/// Some control is key, or it is said why none can be; not both.
fn answer(key: &Key<'_>, requirement: &Requirement) -> Option<Fault> {
    let id = requirement.id.to_string();
    match (key.get(&requirement.id), requirement.unmapped.is_empty()) {
        (None, true) => Some(Fault::NoKeyControl(id)),
        (Some(control), false) => Some(Fault::MappedAnyway { requirement: id, control: control.to_string() }),
        _ => None,
    }
}

/// The assessable provisions of a law that no date covers.
fn undated(draft: &Draft, law: &Framework, requirements: &[Requirement]) -> Vec<CatalogError> {
    let parents: BTreeMap<&RequirementId, &RequirementId> =
        requirements.iter().filter_map(|one| Some((&one.id, one.parent.as_ref()?))).collect();
    let assessed = requirements.iter().filter(|one| one.assessable);
    let undated = assessed.filter(|one| law.dates_of(&one.id, |id| parents.get(id).copied()).is_empty());
    undated
        .map(|one| draft.place(Noun::Requirement, one.id.as_str()).error(Fault::NoDate(one.id.to_string())))
        .collect()
}
