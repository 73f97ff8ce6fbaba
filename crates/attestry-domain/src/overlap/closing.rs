//! In which order to work: most requirements closed for the least work.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Item, Kind, Overlap};
use crate::catalog::{Cadence, Catalog, Control, Nature};
use crate::id::{ControlId, RequirementId};

/// How much work a control is, roughly: begun once, then kept up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Days: a person acts a few times a year.
    Low,
    /// Weeks: it comes back every month, or with every event.
    Medium,
    /// More: people act every week or day, or a machine has to be built that watches.
    High,
}

/// A control to begin or widen next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// The control.
    pub control: ControlId,
    /// How much work it is.
    pub effort: Effort,
    /// Requirements that are closed once it and all before it are in place.
    pub closes: Vec<RequirementId>,
    /// Further requirements that it is needed for.
    pub helps: usize,
}

impl Effort {
    /// The work that a control's nature and cadence mean.
    pub const fn of(control: &Control) -> Self {
        match (control.nature, control.cadence) {
            (Nature::Manual, Cadence::Quarterly | Cadence::SemiAnnual | Cadence::Annual) => Self::Low,
            (Nature::Automated, Cadence::Continuous | Cadence::Daily) => Self::High,
            (Nature::Manual, Cadence::Continuous | Cadence::Daily | Cadence::Weekly) => Self::High,
            _ => Self::Medium,
        }
    }

    const fn weight(self) -> usize {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 4,
        }
    }

    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The controls that close what an overlap leaves open, each next one closing most for its work. Controls that are
/// `there` already count as in place.
pub fn closing(catalog: &Catalog, overlap: &Overlap<'_>, there: &BTreeSet<ControlId>) -> Vec<Closing> {
    let open = overlap.items.iter().filter(|item| item.kind != Kind::Reuse);
    let mut missing: BTreeMap<&RequirementId, BTreeSet<&ControlId>> =
        open.map(|item| (&item.requirement, lacking(item, there))).collect();
    missing.retain(|_, controls| !controls.is_empty());
    let mut order = Vec::new();
    while let Some((control, effort)) = next(catalog, &missing) {
        let mut closes = Vec::new();
        let mut helps = 0;
        missing.retain(|requirement, controls| {
            let needed = controls.remove(control);
            if needed && controls.is_empty() {
                closes.push((*requirement).clone());
                return false;
            }
            helps += usize::from(needed);
            true
        });
        order.push(Closing { control: control.clone(), effort, closes, helps });
    }
    order
}

fn lacking<'a>(item: &'a Item<'_>, there: &BTreeSet<ControlId>) -> BTreeSet<&'a ControlId> {
    item.closes_with.iter().filter(|control| !there.contains(*control)).collect()
}

/// The control whose share of open requirements is largest for its work: a requirement that lacks k controls gives
/// each of them 1/k. Compared in whole numbers, so that the order is the same everywhere.
fn next<'a>(
    catalog: &Catalog,
    missing: &BTreeMap<&RequirementId, BTreeSet<&'a ControlId>>,
) -> Option<(&'a ControlId, Effort)> {
    /// Divisible by all counts that occur.
    const WHOLE: usize = 720_720;
    let mut shares: BTreeMap<&ControlId, usize> = BTreeMap::new();
    for controls in missing.values() {
        for control in controls {
            *shares.entry(control).or_default() += WHOLE / controls.len().max(1);
        }
    }
    let effort = |id: &ControlId| catalog.controls.get(id).map_or(Effort::Medium, Effort::of);
    let worth = |(id, share): &(&ControlId, usize)| share * 4 / effort(id).weight();
    let best = shares.into_iter().max_by_key(|entry| (worth(entry), std::cmp::Reverse(entry.0.clone())));
    best.map(|(id, _)| (id, effort(id)))
}
