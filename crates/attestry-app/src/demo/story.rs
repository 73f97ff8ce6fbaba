//! What every part of the demo's story is told from.

use std::sync::Arc;

use attestry_domain::catalog::{Catalog, Control};
use attestry_domain::id::{ControlId, PersonId};

use crate::demo::calendar::Calendar;
use crate::demo::people::People;
use crate::demo::world::Seed;

/// The seed, the year, the people, and the controls that the company adopted.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) seed: Seed,
    pub(super) calendar: Calendar,
    pub(super) people: People,
    pub(super) catalog: Arc<Catalog>,
    pub(super) adopted: Vec<ControlId>,
}

impl Story {
    /// Whoever holds a title.
    pub(super) fn titled(&self, title: &str) -> PersonId {
        self.people.titled(title).id
    }

    /// Those of the codes that are adopted controls.
    pub(super) fn known(&self, codes: &[&str]) -> Vec<ControlId> {
        self.adopted.iter().filter(|id| codes.contains(&id.as_str())).cloned().collect()
    }

    /// The adopted controls, as the catalog describes them.
    pub(super) fn controls(&self) -> impl Iterator<Item = &Control> {
        self.adopted.iter().filter_map(|id| self.catalog.controls.get(id))
    }

    /// Whether a control test judges a control.
    pub(super) fn tested(&self, control: &Control) -> bool {
        self.catalog.tests_of(&control.id).next().is_some()
    }
}
