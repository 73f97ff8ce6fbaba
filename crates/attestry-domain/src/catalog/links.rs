//! What is linked with what in a catalog, found without a search.

use std::collections::{BTreeMap, HashMap};

use super::{Control, ControlTest, Crosswalk, MappingKind, Requirement};
use crate::id::{ControlId, FrameworkId, RequirementId, TestId};

/// What is linked to the requirements and controls that a catalog names, and a number for each: whoever goes through
/// many of them can keep a list by number, where a set of identifiers would compare texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    requirements: HashMap<RequirementId, OfRequirement>,
    controls: HashMap<ControlId, OfControl>,
    /// Of each framework, its first requirement by identifier, and how far behind it each lies, in the framework's order.
    places: HashMap<FrameworkId, (RequirementId, Vec<usize>)>,
}

/// What is linked to a requirement.
#[derive(Debug, Clone)]
pub(crate) struct OfRequirement {
    /// The requirement's number.
    pub(crate) number: usize,
    /// The controls mapped to it.
    pub(crate) mapped: Vec<Mapped>,
    /// The rows that name it.
    pub(crate) rows: Vec<InRow>,
}

/// A control that is mapped to a requirement.
#[derive(Debug, Clone)]
pub(crate) struct Mapped {
    /// The control.
    pub(crate) control: ControlId,
    /// Its number.
    pub(crate) number: usize,
    /// Which of its mappings that is.
    pub(super) at: usize,
    /// How much it gives.
    pub(crate) kind: MappingKind,
}

/// A row that names a requirement.
#[derive(Debug, Clone)]
pub(crate) struct InRow {
    /// Number of the requirement on the row's other side.
    pub(crate) other: usize,
    pub(super) crosswalk: usize,
    pub(super) row: usize,
    /// Whether the requirement is the row's second side.
    pub(super) is_second: bool,
}

/// What is linked to a control.
#[derive(Debug, Clone)]
struct OfControl {
    number: usize,
    /// Its tests, in order of identifier.
    tests: Vec<TestId>,
}

/// Which numbers were marked.
#[derive(Debug)]
pub(crate) struct Marks(Vec<bool>);

impl Links {
    /// Links a control's mappings.
    pub(super) fn add_control(&mut self, control: &Control) {
        let number = self.of_control(&control.id).number;
        for (at, mapping) in control.mappings.iter().enumerate() {
            let mapped = Mapped { control: control.id.clone(), number, at, kind: mapping.kind };
            self.of_requirement(&mapping.requirement).mapped.push(mapped);
        }
    }

    /// Links a test to its control.
    pub(super) fn add_test(&mut self, test: &ControlTest) {
        self.of_control(&test.control).tests.push(test.id.clone());
    }

    /// Links the rows of crosswalks to both their sides.
    pub(super) fn add_rows(&mut self, crosswalks: &[Crosswalk]) {
        for (crosswalk, rows) in crosswalks.iter().map(|one| &one.rows).enumerate() {
            for (row, one) in rows.iter().enumerate() {
                let [first, second] = [&one.from, &one.to].map(|id| self.of_requirement(id).number);
                let of_first = InRow { other: second, crosswalk, row, is_second: false };
                self.of_requirement(&one.from).rows.push(of_first);
                let of_second = InRow { other: first, crosswalk, row, is_second: true };
                self.of_requirement(&one.to).rows.push(of_second);
            }
        }
    }

    /// Numbers a framework's requirements, and notes where they lie among all.
    pub(super) fn add_framework(
        &mut self,
        framework: &FrameworkId,
        order: &[RequirementId],
        requirements: &BTreeMap<RequirementId, Requirement>,
    ) {
        order.iter().for_each(|id| _ = self.of_requirement(id));
        self.places.extend(place(order, requirements).map(|place| (framework.clone(), place)));
    }

    /// What is linked to a requirement.
    pub(super) fn requirement(&self, id: &RequirementId) -> Option<&OfRequirement> {
        self.requirements.get(id)
    }

    /// The number of a control.
    pub(super) fn number_of(&self, control: &ControlId) -> Option<usize> {
        self.controls.get(control).map(|one| one.number)
    }

    /// The tests of a control, in order of identifier.
    pub(super) fn tests_of(&self, control: &ControlId) -> &[TestId] {
        self.controls.get(control).map_or(&[], |one| &one.tests)
    }

    /// A framework's first requirement by identifier, and how far behind it each lies, in the framework's order.
    pub(super) fn places(&self, framework: &FrameworkId) -> Option<&(RequirementId, Vec<usize>)> {
        self.places.get(framework)
    }

    /// Numbers of requirements are below this.
    pub(super) fn requirements(&self) -> usize {
        self.requirements.len()
    }

    /// Numbers of controls are below this.
    pub(super) fn controls(&self) -> usize {
        self.controls.len()
    }

    fn of_requirement(&mut self, id: &RequirementId) -> &mut OfRequirement {
        let number = self.requirements.len();
        let new = || OfRequirement { number, mapped: Vec::new(), rows: Vec::new() };
        self.requirements.entry(id.clone()).or_insert_with(new)
    }

    fn of_control(&mut self, id: &ControlId) -> &mut OfControl {
        let number = self.controls.len();
        self.controls.entry(id.clone()).or_insert_with(|| OfControl { number, tests: Vec::new() })
    }
}

/// Where requirements lie among all, when they follow one another in the order of their identifiers.
fn place(
    order: &[RequirementId],
    requirements: &BTreeMap<RequirementId, Requirement>,
) -> Option<(RequirementId, Vec<usize>)> {
    let mut sorted: Vec<&RequirementId> = order.iter().collect();
    sorted.sort();
    let first = (*sorted.first()?).clone();
    let found = requirements.range(&first..).map(|(id, _)| id).take(sorted.len());
    if !found.eq(sorted.iter().copied()) {
        return None;
    }
    let places: Option<Vec<usize>> = order.iter().map(|id| sorted.binary_search(&id).ok()).collect();
    Some((first, places?))
}

impl Marks {
    /// None of so many numbers is marked.
    pub(super) fn none(of: usize) -> Self {
        Self(vec![false; of])
    }

    /// Marks a number.
    pub(crate) fn mark(&mut self, number: usize) {
        if let Some(mark) = self.0.get_mut(number) {
            *mark = true;
        }
    }

    /// Whether a number is marked.
    pub(crate) fn has(&self, number: usize) -> bool {
        self.0.get(number).copied().unwrap_or_default()
    }
}
