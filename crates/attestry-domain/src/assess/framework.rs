//! A framework: its requirements in scope, counted by state.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::assess::Question;
use crate::assess::compensate::ByNumber;
use crate::assess::control::ControlAssessment;
use crate::assess::requirement::{
    RequirementAssessment, RequirementDesign, RequirementOperation, assess_requirement,
};
use crate::catalog::{Catalog, Requirement};
use crate::id::{ControlId, FrameworkId};
use crate::programme::{Adoption, Programme};

/// What holds for a framework.
#[derive(Debug, Clone, Serialize)]
pub struct FrameworkAssessment {
    /// The framework.
    pub id: FrameworkId,
    /// Its assessable requirements in scope, in its own order.
    pub requirements: Vec<RequirementAssessment>,
    /// Counted by state in design.
    pub design: DesignTotals,
    /// Counted by state in operation; `None` when no period was asked for.
    pub operation: Option<OperationTotals>,
}

/// Requirements counted by state in design.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DesignTotals {
    /// All key controls implemented.
    pub met: usize,
    /// Some mapped control documented.
    pub partial: usize,
    /// None documented.
    pub gap: usize,
    /// Applicability undecided.
    pub unknown: usize,
    /// Left out with a reason.
    pub excluded: usize,
    /// All in scope, those left out with a reason among them.
    pub total: usize,
}

/// Requirements counted by state in operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OperationTotals {
    /// Met.
    pub met: usize,
    /// With exceptions.
    pub with_exceptions: usize,
    /// Not met.
    pub not_met: usize,
    /// Not tested.
    pub not_tested: usize,
    /// No occurrences.
    pub no_occurrences: usize,
    /// Left out with a reason.
    pub excluded: usize,
    /// All in scope, those left out with a reason among them.
    pub total: usize,
}

pub(super) fn assess_all(
    programme: &Programme,
    catalog: &Catalog,
    controls: &BTreeMap<ControlId, Arc<ControlAssessment>>,
    question: Question,
) -> Vec<FrameworkAssessment> {
    let operating = question.period.is_some();
    let judged = ByNumber::of(programme, catalog, controls);
    let one = |(id, adoption): (&FrameworkId, &Arc<Adoption>)| {
        let framework = catalog.frameworks.get(id);
        let in_scope = |one: &&Requirement| {
            framework.is_some_and(|known| known.has_in_scope(one, |part| adoption.categories.contains(part)))
        };
        let requirements = catalog.requirements_of(id).filter(|one| one.assessable).filter(in_scope);
        let requirements: Vec<RequirementAssessment> = requirements
            .map(|requirement| assess_requirement(programme, catalog, &judged, requirement, question))
            .collect();
        let design = DesignTotals::count(&requirements);
        let operation = operating.then(|| OperationTotals::count(&requirements));
        FrameworkAssessment { id: id.clone(), requirements, design, operation }
    };
    programme.frameworks.iter().map(one).collect()
}

impl DesignTotals {
    fn count(requirements: &[RequirementAssessment]) -> Self {
        let mut totals = Self { total: requirements.len(), ..Self::default() };
        for one in requirements {
            *match one.design {
                RequirementDesign::Met => &mut totals.met,
                RequirementDesign::Partial => &mut totals.partial,
                RequirementDesign::Gap => &mut totals.gap,
                RequirementDesign::Unknown => &mut totals.unknown,
                RequirementDesign::Excluded => &mut totals.excluded,
            } += 1;
        }
        totals
    }
}

impl OperationTotals {
    fn count(requirements: &[RequirementAssessment]) -> Self {
        let mut totals = Self { total: requirements.len(), ..Self::default() };
        for state in requirements.iter().filter_map(|one| one.operation) {
            *match state {
                RequirementOperation::Met => &mut totals.met,
                RequirementOperation::WithExceptions => &mut totals.with_exceptions,
                RequirementOperation::NotMet => &mut totals.not_met,
                RequirementOperation::NotTested => &mut totals.not_tested,
                RequirementOperation::NoOccurrences => &mut totals.no_occurrences,
                RequirementOperation::Excluded => &mut totals.excluded,
            } += 1;
        }
        totals
    }
}
