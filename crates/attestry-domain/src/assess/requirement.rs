//! One requirement, judged by its key controls.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::assess::Question;
use crate::assess::compensate::{compensated, predecessors};
use crate::assess::control::ControlAssessment;
use crate::assess::design::DesignLevel;
use crate::assess::operation::{CellState, Operation};
use crate::catalog::{Catalog, Mapping, Requirement};
use crate::id::{ControlId, RequirementId};
use crate::programme::Programme;

/// A requirement in design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirementDesign {
    /// All key controls are implemented.
    Met,
    /// Some mapped control is documented.
    Partial,
    /// None is.
    Gap,
    /// Whether some key control applies is undecided.
    Unknown,
    /// Left out, with a reason.
    Excluded,
}

/// A requirement in operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirementOperation {
    /// Every key control with occurrences had no exceptions, and there is one.
    Met,
    /// A key control had exceptions that nothing compensates.
    WithExceptions,
    /// A key control was not in place, or there is none.
    NotMet,
    /// A key control was not tested.
    NotTested,
    /// No key control had an occurrence.
    NoOccurrences,
    /// Left out, with a reason.
    Excluded,
}

/// What holds for a requirement.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementAssessment {
    /// The requirement.
    pub id: RequirementId,
    /// In design.
    pub design: RequirementDesign,
    /// In operation; `None` when no period was asked for.
    pub operation: Option<RequirementOperation>,
    /// Key controls that count.
    pub key: Vec<ControlId>,
    /// The controls that decide the state in operation, or else in design.
    pub decided_by: Vec<ControlId>,
    /// Why it is left out, when it is.
    pub excluded: Option<String>,
}

impl RequirementDesign {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partial => "partial",
            Self::Gap => "gap",
            Self::Unknown => "unknown",
            Self::Excluded => "excluded",
        }
    }
}

impl RequirementOperation {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::WithExceptions => "with exceptions",
            Self::NotMet => "not met",
            Self::NotTested => "not tested",
            Self::NoOccurrences => "no occurrences",
            Self::Excluded => "excluded",
        }
    }
}

pub(super) fn assess_requirement(
    programme: &Programme,
    catalog: &Catalog,
    controls: &BTreeMap<ControlId, Arc<ControlAssessment>>,
    requirement: &Requirement,
    question: Question,
) -> RequirementAssessment {
    let operating = question.period.is_some();
    let excluded = programme.excluded_on(&requirement.id, question.as_of).map(str::to_owned);
    let mapped: Vec<(ControlId, &Mapping)> =
        catalog.mapped(&requirement.id).map(|(control, mapping)| (control.id.clone(), mapping)).collect();
    let applies = |id: &ControlId| controls.get(id).is_none_or(|control| control.applicable != Some(false));
    let key: Vec<ControlId> = mapped
        .iter()
        .filter(|(id, mapping)| mapping.kind.is_key() && applies(id))
        .map(|(id, _)| id.clone())
        .collect();
    let mut assessment = RequirementAssessment {
        id: requirement.id.clone(),
        design: RequirementDesign::Excluded,
        operation: operating.then_some(RequirementOperation::Excluded),
        key,
        decided_by: Vec::new(),
        excluded,
    };
    if assessment.excluded.is_none() {
        let all: Vec<&ControlId> = mapped.iter().map(|(id, _)| id).filter(|id| applies(id)).collect();
        assessment.design = design(controls, &assessment.key, &all);
        if operating {
            let (operation, decided_by) = operation(programme, controls, &assessment.key);
            assessment.operation = Some(operation);
            assessment.decided_by = decided_by;
        }
    }
    assessment
}

fn design(
    controls: &BTreeMap<ControlId, Arc<ControlAssessment>>,
    key: &[ControlId],
    mapped: &[&ControlId],
) -> RequirementDesign {
    let undecided = |id: &&ControlId| controls.get(*id).is_some_and(|control| control.applicable.is_none());
    let level =
        |id: &ControlId| controls.get(id).map_or(DesignLevel::NotDocumented, |control| control.design.level);
    match () {
        () if key.iter().any(|id| undecided(&id)) => RequirementDesign::Unknown,
        () if !key.is_empty() && key.iter().all(|id| level(id) == DesignLevel::Implemented) => {
            RequirementDesign::Met
        }
        () if mapped.iter().any(|id| level(id) >= DesignLevel::Documented) => RequirementDesign::Partial,
        () => RequirementDesign::Gap,
    }
}

/// The state by the worst key control, and which controls those are.
fn operation(
    programme: &Programme,
    controls: &BTreeMap<ControlId, Arc<ControlAssessment>>,
    key: &[ControlId],
) -> (RequirementOperation, Vec<ControlId>) {
    let state = |id: &ControlId| controls.get(id).and_then(|control| control.operation.as_ref());
    let those = |wanted: fn(&Operation) -> bool| -> Vec<ControlId> {
        key.iter().filter(|id| state(id).is_some_and(wanted)).cloned().collect()
    };
    let absent: Vec<ControlId> = key.iter().filter(|id| state(id).is_none()).cloned().collect();
    let not_in_place = those(|one| matches!(one, Operation::NotInPlace { .. }));
    if key.is_empty() || !absent.is_empty() || !not_in_place.is_empty() {
        return (RequirementOperation::NotMet, [absent, not_in_place].concat());
    }
    let exceptions = those(|one| matches!(one, Operation::Exceptions { .. }));
    let (offset, exceptions): (Vec<_>, Vec<_>) =
        exceptions.into_iter().partition(|id| compensated(programme, controls, id));
    let before = || key.iter().flat_map(|id| predecessors(programme, controls, id));
    let failed = before().filter(|(_, state)| *state == CellState::Exceptions).map(|(id, _)| id);
    let exceptions: Vec<ControlId> = exceptions.into_iter().chain(failed).collect();
    if !exceptions.is_empty() {
        return (RequirementOperation::WithExceptions, exceptions);
    }
    let mut not_tested = those(|one| matches!(one, Operation::NotTested { .. }));
    let gaps = |id: &ControlId| controls.get(id).is_some_and(|control| control.gaps);
    not_tested.extend(offset.into_iter().filter(gaps));
    let shown = |state: &CellState| matches!(state, CellState::Met | CellState::NoOccurrences);
    not_tested.extend(before().filter(|(_, state)| !shown(state)).map(|(id, _)| id));
    if !not_tested.is_empty() {
        return (RequirementOperation::NotTested, not_tested);
    }
    let none = those(|one| matches!(one, Operation::NoOccurrences));
    if none.len() == key.len() {
        return (RequirementOperation::NoOccurrences, none);
    }
    (RequirementOperation::Met, Vec::new())
}
