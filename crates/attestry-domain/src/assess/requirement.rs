//! One requirement, judged by its key controls.

use serde::Serialize;

use crate::assess::Question;
use crate::assess::compensate::{ByNumber, Judged};
use crate::assess::design::DesignLevel;
use crate::assess::operation::{CellState, Operation};
use crate::catalog::{Catalog, Requirement};
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

/// A control that a requirement has, and what holds for it; `None` when it is not adopted.
type Mapped<'a> = (&'a ControlId, Option<&'a Judged<'a>>);

pub(super) fn assess_requirement(
    programme: &Programme,
    catalog: &Catalog,
    judged: &ByNumber<'_>,
    requirement: &Requirement,
    question: Question,
) -> RequirementAssessment {
    let operating = question.period.is_some();
    let excluded = programme.excluded_on(&requirement.id, question.as_of).map(str::to_owned);
    let (mut all, mut key): (Vec<Mapped<'_>>, Vec<Mapped<'_>>) = (Vec::new(), Vec::new());
    for mapped in catalog.linked(&requirement.id).into_iter().flat_map(|linked| &linked.mapped) {
        let one = judged.get(mapped.number);
        if one.is_some_and(|one| one.control.applicable == Some(false)) {
            continue;
        }
        all.push((&mapped.control, one));
        if mapped.kind.is_key() {
            key.push((&mapped.control, one));
        }
    }
    let mut assessment = RequirementAssessment {
        id: requirement.id.clone(),
        design: RequirementDesign::Excluded,
        operation: operating.then_some(RequirementOperation::Excluded),
        key: key.iter().map(|(id, _)| (*id).clone()).collect(),
        decided_by: Vec::new(),
        excluded,
    };
    if assessment.excluded.is_none() {
        assessment.design = design(&key, &all);
        if operating {
            let (operation, decided_by) = operation(&key);
            assessment.operation = Some(operation);
            assessment.decided_by = decided_by;
        }
    }
    assessment
}

fn design(key: &[Mapped<'_>], mapped: &[Mapped<'_>]) -> RequirementDesign {
    let undecided = |(_, one): &Mapped<'_>| one.is_some_and(|judged| judged.control.applicable.is_none());
    let level =
        |(_, one): &Mapped<'_>| one.map_or(DesignLevel::NotDocumented, |judged| judged.control.design.level);
    match () {
        () if key.iter().any(undecided) => RequirementDesign::Unknown,
        () if !key.is_empty() && key.iter().all(|one| level(one) == DesignLevel::Implemented) => {
            RequirementDesign::Met
        }
        () if mapped.iter().any(|one| level(one) >= DesignLevel::Documented) => RequirementDesign::Partial,
        () => RequirementDesign::Gap,
    }
}

/// The state by the worst key control, and which controls those are.
fn operation(key: &[Mapped<'_>]) -> (RequirementOperation, Vec<ControlId>) {
    let those = |wanted: fn(&Judged<'_>, &Operation) -> bool| -> Vec<ControlId> {
        let is_wanted =
            |one: &Judged<'_>| one.control.operation.as_ref().is_some_and(|state| wanted(one, state));
        let found = key.iter().filter(|(_, one)| one.is_some_and(is_wanted));
        found.map(|(id, _)| (*id).clone()).collect()
    };
    let is_absent = |(_, one): &&Mapped<'_>| one.is_none_or(|one| one.control.operation.is_none());
    let absent: Vec<ControlId> = key.iter().filter(is_absent).map(|(id, _)| (*id).clone()).collect();
    let not_in_place = those(|_, state| matches!(state, Operation::NotInPlace { .. }));
    if key.is_empty() || !absent.is_empty() || !not_in_place.is_empty() {
        return (RequirementOperation::NotMet, [absent, not_in_place].concat());
    }
    let mut exceptions =
        those(|one, state| matches!(state, Operation::Exceptions { .. }) && !one.compensated);
    let before = || key.iter().filter_map(|(_, one)| *one).flat_map(|one| &one.before);
    let failed = before().filter(|(_, state)| *state == CellState::Exceptions);
    exceptions.extend(failed.map(|(id, _)| id.clone()));
    if !exceptions.is_empty() {
        return (RequirementOperation::WithExceptions, exceptions);
    }
    let mut not_tested = those(|_, state| matches!(state, Operation::NotTested { .. }));
    not_tested.extend(those(|one, state| {
        matches!(state, Operation::Exceptions { .. }) && one.compensated && one.control.gaps
    }));
    let shown = |state: &CellState| matches!(state, CellState::Met | CellState::NoOccurrences);
    not_tested.extend(before().filter(|(_, state)| !shown(state)).map(|(id, _)| id.clone()));
    if !not_tested.is_empty() {
        return (RequirementOperation::NotTested, not_tested);
    }
    let none = those(|_, state| matches!(state, Operation::NoOccurrences));
    if none.len() == key.len() {
        return (RequirementOperation::NoOccurrences, none);
    }
    (RequirementOperation::Met, Vec::new())
}
