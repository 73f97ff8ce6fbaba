//! What is had, and what of it bears on a wanted requirement.

use std::cmp::Reverse;

use super::{Wish, in_scope};
use crate::catalog::{Catalog, Crosswalk, Marks, OfRequirement, Related, Relation, Requirement};
use crate::id::{ControlId, FrameworkId, RequirementId};

/// What is had.
pub(super) struct Had<'a> {
    catalog: &'a Catalog,
    requirements: Marks,
    /// Controls that are key for something had.
    key: Marks,
    /// What somebody reasoned about had frameworks and the wanted one, in order of the had ones.
    reasoned: Vec<(FrameworkId, &'a Crosswalk)>,
    /// Whether all that is had is of frameworks with such a crosswalk.
    all_reasoned: bool,
}

/// Whether something had needs a control, and the control.
pub(super) type Key<'a> = (bool, &'a ControlId);

impl<'a> Had<'a> {
    pub(super) fn of(catalog: &'a Catalog, wish: &Wish) -> Self {
        let scopes = wish.have.iter().filter(|(framework, _)| **framework != wish.want);
        let reasoned = scopes.clone().map(|(framework, _)| framework);
        let reasoned = reasoned.filter_map(|one| Some((one.clone(), catalog.crosswalk(one, &wish.want)?)));
        let (requirements, key) = (catalog.requirement_marks(), catalog.control_marks());
        let mut had = Self { catalog, requirements, key, reasoned: reasoned.collect(), all_reasoned: true };
        for (framework, categories) in scopes {
            for requirement in in_scope(catalog, framework, categories) {
                if wish.met.as_ref().is_none_or(|met| met.contains(&requirement.id)) {
                    had.add(&requirement.id);
                }
            }
        }
        had
    }

    fn add(&mut self, requirement: &RequirementId) {
        let mut frameworks = self.reasoned.iter().map(|(framework, _)| framework.as_str());
        self.all_reasoned = self.all_reasoned && frameworks.any(|one| one == requirement.framework());
        let Some(linked) = self.catalog.linked(requirement) else { return };
        self.requirements.mark(linked.number);
        for control in linked.mapped.iter().filter(|mapped| mapped.kind.is_key()) {
            self.key.mark(control.number);
        }
    }

    /// The key controls of what is linked to a wanted requirement.
    pub(super) fn key_controls(&self, linked: Option<&'a OfRequirement>) -> Vec<Key<'a>> {
        let mapped = linked.into_iter().flat_map(|linked| &linked.mapped);
        let key = mapped.filter(|mapped| mapped.kind.is_key());
        key.map(|mapped| (self.key.has(mapped.number), &mapped.control)).collect()
    }

    /// The rows between had requirements and a wanted one, the strongest first.
    pub(super) fn rows(&self, linked: Option<&'a OfRequirement>) -> Vec<Related<'a>> {
        let rows = linked.into_iter().flat_map(|linked| &linked.rows);
        let rows = rows.filter(|row| self.requirements.has(row.other));
        let rows = rows.filter_map(|row| self.catalog.row(row));
        let mut rows: Vec<_> = rows.filter(|row| row.relation != Relation::NoRelation).collect();
        rows.sort_by_key(|row| (!row.relation.meets(), Reverse(row.strength), row.had));
        rows
    }

    /// Whether a crosswalk to another framework has all to say about a requirement.
    pub(super) fn is_spoken_for(&self, requirement: &Requirement) -> bool {
        let mut frameworks = self.reasoned.iter().map(|(framework, _)| framework.as_str());
        self.all_reasoned && frameworks.any(|one| one != requirement.id.framework())
    }

    /// Why a crosswalk finds no counterpart for a requirement.
    pub(super) fn alone(&self, requirement: &Requirement) -> Option<&'a str> {
        self.reasoned
            .iter()
            .find_map(|(_, crosswalk)| crosswalk.alone.get(&requirement.id))
            .map(String::as_str)
    }
}
