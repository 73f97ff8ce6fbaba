//! Rules over crosswalks: everything assessed is spoken of, no two rows contradict each other, and none contradicts
//! what the controls are mapped to.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::{Crosswalk, MappingKind, Relation, Row};
use attestry_domain::id::{ControlId, RequirementId};

use crate::draft::Draft;
use crate::error::{CatalogError, Fault, Noun, RowFault};
use crate::fields::Place;
use crate::read::row_name;

/// Of each requirement, the controls that are mapped to it.
type Mapped<'a> = BTreeMap<&'a RequirementId, Vec<(&'a ControlId, MappingKind)>>;

/// Checks every crosswalk; what is passed over, and what contradicts the controls, can only be said when everything
/// could be read.
pub(super) fn check(draft: &Draft, complete: bool) -> Vec<CatalogError> {
    let mut errors: Vec<CatalogError> =
        draft.crosswalks.iter().flat_map(|crosswalk| completeness(draft, crosswalk, complete)).collect();
    errors.extend(inverse(draft));
    if complete {
        let mapped = mapped(draft);
        for crosswalk in &draft.crosswalks {
            let faults = crosswalk.rows.iter().filter_map(|row| Some((row, against_controls(&mapped, row)?)));
            errors.extend(faults.map(|(row, fault)| place(draft, crosswalk, row).error(Fault::Row(fault))));
            errors.extend(alone(draft, &mapped, crosswalk));
        }
    }
    errors
}

/// Every assessable requirement of both sides is related by a row, or stands alone with a reason; none does both.
fn completeness(draft: &Draft, crosswalk: &Crosswalk, complete: bool) -> Vec<CatalogError> {
    let related: BTreeSet<&RequirementId> = crosswalk
        .rows
        .iter()
        .filter(|row| row.relation != Relation::NoRelation)
        .flat_map(|row| [&row.from, &row.to])
        .collect();
    let sides = draft.frameworks.iter().filter(|(one, _)| one.id == crosswalk.from || one.id == crosswalk.to);
    let assessed: BTreeSet<&RequirementId> =
        sides.flat_map(|(_, all)| all).filter(|one| one.assessable).map(|one| &one.id).collect();
    // What is unknown was told already.
    let is_known = |id: &RequirementId| draft.places.contains_key(&(Noun::Requirement, id.to_string()));
    let mut errors = Vec::new();
    let of_crosswalk = draft.place(Noun::Crosswalk, &crosswalk.id);
    for id in &assessed {
        if complete && !related.contains(id) && !crosswalk.alone.contains_key(*id) {
            errors.push(of_crosswalk.error(Fault::Row(RowFault::PassedOver(id.to_string()))));
        }
    }
    for id in crosswalk.alone.keys() {
        let place = draft.place(Noun::Alone, &format!("{}: {id}", crosswalk.id));
        if related.contains(id) {
            errors.push(place.error(Fault::Row(RowFault::NotAlone(id.to_string()))));
        } else if !assessed.contains(id) && is_known(id) {
            let frameworks = format!("{} or {}", crosswalk.from, crosswalk.to);
            let fault = match id.framework() == crosswalk.from.as_str()
                || id.framework() == crosswalk.to.as_str()
            {
                true => Fault::NotAssessable(id.to_string()),
                false => Fault::Row(RowFault::Foreign { requirement: id.to_string(), framework: frameworks }),
            };
            errors.push(place.error(fault));
        }
    }
    let headings = crosswalk.rows.iter().flat_map(|row| [(row, &row.from), (row, &row.to)]);
    for (row, id) in headings.filter(|(_, id)| !assessed.contains(id) && is_known(id)) {
        errors.push(place(draft, crosswalk, row).error(Fault::NotAssessable(id.to_string())));
    }
    errors
}

/// Two crosswalks between the same frameworks judge every pair alike, each from its own side; a pair that only one
/// of them has must be unrelated there.
fn inverse(draft: &Draft) -> Vec<CatalogError> {
    let mut errors = Vec::new();
    for (at, one) in draft.crosswalks.iter().enumerate() {
        let others = draft.crosswalks.iter().enumerate();
        for (other_at, other) in others.filter(|(_, other)| (&other.from, &other.to) == (&one.to, &one.from))
        {
            let told: BTreeMap<_, _> =
                other.rows.iter().map(|row| ((&row.to, &row.from), row.relation.inverse())).collect();
            for row in &one.rows {
                let there = told.get(&(&row.from, &row.to)).copied();
                // A pair that both have is told at the later file, one that the other lacks where it stands.
                let is_told = match there {
                    Some(there) => at > other_at && there != row.relation,
                    None => row.relation != Relation::NoRelation,
                };
                if is_told {
                    let fault = RowFault::NotInverse {
                        from: row.from.to_string(),
                        to: row.to.to_string(),
                        here: row.relation.as_str(),
                        there: there.map_or("absent", Relation::as_str),
                        file: format!("crosswalks/{}.yaml", other.id),
                    };
                    errors.push(place(draft, one, row).error(Fault::Row(fault)));
                }
            }
        }
    }
    errors
}

fn mapped(draft: &Draft) -> Mapped<'_> {
    let mut mapped = Mapped::new();
    for control in &draft.controls {
        for mapping in &control.mappings {
            mapped.entry(&mapping.requirement).or_default().push((&control.id, mapping.kind));
        }
    }
    mapped
}

/// A control that satisfies both ends of a pair said to be unrelated, and a requirement said to meet another with
/// which it shares no control, cannot both be right.
fn against_controls(mapped: &Mapped<'_>, row: &Row) -> Option<RowFault> {
    let of = |id| mapped.get(id).map_or(&[][..], Vec::as_slice);
    let (first, second) = (of(&row.from), of(&row.to));
    let satisfies = |(_, kind): &&(&ControlId, MappingKind)| *kind == MappingKind::Satisfies;
    let shared = |wanted: &dyn Fn(&&(&ControlId, MappingKind)) -> bool| {
        let ends = first.iter().filter(wanted);
        ends.map(|(id, _)| *id).find(|id| second.iter().filter(wanted).any(|(other, _)| other == id))
    };
    match row.relation {
        Relation::NoRelation => Some(RowFault::SatisfiedTogether(shared(&satisfies)?.to_string())),
        Relation::Intersects => None,
        _ if shared(&|_| true).is_some() => None,
        relation => {
            let (had, wanted) = if relation.meets() { (&row.from, &row.to) } else { (&row.to, &row.from) };
            Some(RowFault::NothingShared { had: had.to_string(), wanted: wanted.to_string() })
        }
    }
}

/// A requirement said to have no counterpart is satisfied by no control that satisfies one of the other framework too.
fn alone(draft: &Draft, mapped: &Mapped<'_>, crosswalk: &Crosswalk) -> Vec<CatalogError> {
    let satisfying = |id| {
        let controls = mapped.get(id).map_or(&[][..], Vec::as_slice).iter();
        controls.filter(|(_, kind)| *kind == MappingKind::Satisfies).map(|(control, _)| *control)
    };
    let mut errors = Vec::new();
    for id in crosswalk.alone.keys() {
        let is_from = id.framework() == crosswalk.from.as_str();
        let across = if is_from { &crosswalk.to } else { &crosswalk.from };
        let others = mapped.keys().copied().filter(|other| other.framework() == across.as_str());
        let both = others.flat_map(|other| satisfying(other).map(move |control| (other, control)));
        let both = both.filter(|(_, control)| satisfying(id).any(|one| one == *control));
        if let Some((other, control)) = both.into_iter().next() {
            let place = draft.place(Noun::Alone, &format!("{}: {id}", crosswalk.id));
            let (alone, control, other) = (id.to_string(), control.to_string(), other.to_string());
            errors.push(place.error(Fault::Row(RowFault::SatisfiedElsewhere { alone, control, other })));
        }
    }
    errors
}

fn place(draft: &Draft, crosswalk: &Crosswalk, row: &Row) -> Place {
    draft.place(Noun::Row, &row_name(&crosswalk.id, &row.from, &row.to))
}
