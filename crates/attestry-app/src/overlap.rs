//! What a programme gives today towards a framework: its requirements whose design is met are what is had, and its
//! controls that are implemented are what need not be begun.

use std::collections::BTreeSet;

use attestry_domain::assess::{DesignLevel, RequirementAssessment, RequirementDesign};
use attestry_domain::catalog::Catalog;
use attestry_domain::id::{ControlId, FrameworkId, RequirementId};
use attestry_domain::overlap::{Closing, Kind, Overlap, Wish, closing, overlap};
use serde::Serialize;

use crate::readiness::Status;

/// What is asked of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Of the frameworks in scope only these; all of them when none is named.
    pub have: BTreeSet<FrameworkId>,
    /// The framework that is wanted.
    pub want: FrameworkId,
    /// Its categories; when none is named those in scope, or all of them where it is not in scope.
    pub categories: BTreeSet<String>,
    /// Whether the AI systems lie in the scope of what is had.
    pub ai_in_scope: bool,
}

/// What a programme gives towards a framework.
#[derive(Debug, Clone, Serialize)]
pub struct Towards<'a> {
    /// The frameworks in scope that count as had.
    pub have: BTreeSet<FrameworkId>,
    /// What their requirements whose design is met give.
    pub overlap: Overlap<'a>,
    /// The controls that close what is left, in order; those implemented already are not among them.
    pub closing: Vec<Closing>,
    /// Wanted requirements whose design the programme meets by itself, since the framework is in scope too.
    pub met: BTreeSet<RequirementId>,
    /// Wanted requirements that the programme left out with a reason; they are no items.
    pub excluded: BTreeSet<RequirementId>,
    /// Controls that are implemented.
    pub there: BTreeSet<ControlId>,
}

/// What a programme gives, on the day of its status, towards a framework.
pub fn towards<'a>(status: &'a Status, asked: &Asked) -> Towards<'a> {
    let (programme, catalog) = (&status.snapshot.programme, &*status.snapshot.catalog);
    let counts = |id: &&FrameworkId| asked.have.is_empty() || asked.have.contains(*id);
    let chosen = |id: &FrameworkId| -> BTreeSet<String> {
        let adoption = programme.frameworks.get(id);
        adoption.map(|one| one.categories.iter().cloned().collect()).unwrap_or_default()
    };
    let have = programme.frameworks.keys().filter(counts).filter(|id| **id != asked.want);
    let categories = if asked.categories.is_empty() { chosen(&asked.want) } else { asked.categories.clone() };
    let met = in_design(status, RequirementDesign::Met);
    let wish = Wish {
        have: have.map(|id| (id.clone(), chosen(id))).collect(),
        met: Some(met.clone()),
        want: asked.want.clone(),
        categories,
        ai_in_scope: asked.ai_in_scope,
    };
    let excluded = in_design(status, RequirementDesign::Excluded);
    let overlap = without(overlap(catalog, &wish), &excluded);
    let there = implemented(status);
    let is_wanted = |id: &RequirementId| id.framework() == asked.want.as_str();
    Towards {
        closing: open(catalog, &overlap, &met, &there),
        have: wish.have.into_keys().collect(),
        overlap,
        met: met.into_iter().filter(is_wanted).collect(),
        excluded: excluded.into_iter().filter(is_wanted).collect(),
        there,
    }
}

/// The requirements in scope whose design is in a state.
fn in_design(status: &Status, state: RequirementDesign) -> BTreeSet<RequirementId> {
    let all = status.readiness.frameworks.iter().flat_map(|framework| &framework.requirements);
    let is_so = |one: &&RequirementAssessment| one.design == state;
    all.filter(is_so).map(|one| one.id.clone()).collect()
}

fn implemented(status: &Status) -> BTreeSet<ControlId> {
    let controls = status.readiness.controls.iter();
    let is_there = controls.filter(|(_, one)| one.design.level == DesignLevel::Implemented);
    is_there.map(|(id, _)| id.clone()).collect()
}

/// An overlap without some of its items, counted anew.
fn without<'a>(mut overlap: Overlap<'a>, left_out: &BTreeSet<RequirementId>) -> Overlap<'a> {
    overlap.items.retain(|item| !left_out.contains(&item.requirement));
    let count = |kind| overlap.items.iter().filter(|item| item.kind == kind).count();
    let (reuse, extend, new) = (count(Kind::Reuse), count(Kind::Extend), count(Kind::New));
    Overlap { reuse, extend, new, total: overlap.items.len(), ..overlap }
}

/// What closes the items that the programme does not meet by itself.
fn open(
    catalog: &Catalog,
    overlap: &Overlap<'_>,
    met: &BTreeSet<RequirementId>,
    there: &BTreeSet<ControlId>,
) -> Vec<Closing> {
    closing(catalog, &without(overlap.clone(), met), there)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use attestry_domain::assess::{DesignTotals, FrameworkAssessment, Question, Readiness};
    use attestry_domain::programme::{Adoption, Programme};
    use attestry_domain::time::day;

    use super::*;
    use crate::Snapshot;

    /// A programme with SOC 2 Security and ISO/IEC 42001 in scope, in which these requirements are in these states.
    fn status(states: &[(&str, RequirementDesign)]) -> Status {
        let catalog = Arc::new(attestry_catalog::embedded().unwrap());
        let mut programme = Programme::default();
        let security = ["security".to_owned()].into_iter().collect();
        programme.frameworks.insert(id("soc2"), Arc::new(Adoption { categories: security, at: 1 }));
        let none = Adoption { categories: Default::default(), at: 1 };
        programme.frameworks.insert(id("iso42001"), Arc::new(none));
        let assessed = |framework: &FrameworkId| {
            let inside = states.iter().filter(|(one, _)| one.starts_with(framework.as_str()));
            let requirements = inside.map(|(one, design)| RequirementAssessment {
                id: one.parse().unwrap(),
                design: *design,
                operation: None,
                key: Vec::new(),
                decided_by: Vec::new(),
                excluded: None,
            });
            FrameworkAssessment {
                id: framework.clone(),
                requirements: requirements.collect(),
                design: DesignTotals::default(),
                operation: None,
            }
        };
        let as_of = day("2026-06-01").unwrap();
        let readiness = Readiness {
            at: 1,
            catalog: None,
            question: Question { as_of, through: as_of, period: None },
            frameworks: programme.frameworks.keys().map(assessed).collect(),
            controls: Default::default(),
        };
        let snapshot = Snapshot { programme: Arc::new(programme), catalog };
        Status { snapshot, readiness: Arc::new(readiness) }
    }

    fn id(text: &str) -> FrameworkId {
        text.parse().unwrap()
    }

    fn asked(want: &str) -> Asked {
        Asked { have: BTreeSet::new(), want: id(want), categories: BTreeSet::new(), ai_in_scope: true }
    }

    #[test]
    fn a_programme_that_meets_nothing_gives_nothing_and_one_that_meets_a_criterion_gives_something() {
        let nothing_status = status(&[]);
        let nothing = towards(&nothing_status, &asked("iso42001"));
        assert_eq!(nothing.overlap.new, nothing.overlap.total);
        let something_status = status(&[("soc2:CC8.1", RequirementDesign::Met)]);
        let something = towards(&something_status, &asked("iso42001"));
        assert!(something.overlap.extend > 0, "{:?}", something.overlap);
        assert_eq!(something.have, [id("soc2")].into(), "what is wanted is not what is had");
        let gap_status = status(&[("soc2:CC8.1", RequirementDesign::Partial)]);
        let gap = towards(&gap_status, &asked("iso42001"));
        assert_eq!(gap.overlap, nothing.overlap, "only what is met counts");
    }

    #[test]
    fn what_is_left_out_is_no_item_and_what_is_met_needs_no_control() {
        let nothing_status = status(&[]);
        let nothing = towards(&nothing_status, &asked("iso42001"));
        let states =
            [("iso42001:A.2.2", RequirementDesign::Excluded), ("iso42001:A.3.2", RequirementDesign::Met)];
        let some_status = status(&states);
        let some = towards(&some_status, &asked("iso42001"));
        assert_eq!(some.overlap.total + 1, nothing.overlap.total);
        assert_eq!((some.met.len(), some.excluded.len()), (1, 1));
        let closes = |one: &Towards, id: &str| {
            one.closing.iter().flat_map(|one| &one.closes).any(|closed| closed.as_str() == id)
        };
        assert!(closes(&nothing, "iso42001:A.3.2") && !closes(&some, "iso42001:A.3.2"));
    }

    #[test]
    fn of_what_is_in_scope_only_what_is_named_counts() {
        let states = [("soc2:CC8.1", RequirementDesign::Met), ("iso42001:A.3.2", RequirementDesign::Met)];
        let all_status = status(&states);
        let all = towards(&all_status, &asked("iso27001"));
        let one_status = status(&states);
        let one = towards(&one_status, &Asked { have: [id("soc2")].into(), ..asked("iso27001") });
        assert_eq!((all.have.len(), one.have.len()), (2, 1));
        assert!(
            one.overlap
                .items
                .iter()
                .flat_map(|item| &item.from)
                .all(|from| from.requirement.framework() == "soc2")
        );
    }
}
