//! Controls that stand in for others: for their exceptions, and for days on which they were not in place.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::assess::control::ControlAssessment;
use crate::assess::operation::CellState;
use crate::id::ControlId;
use crate::programme::Programme;
use crate::time::{Day, Period};

type Controls = BTreeMap<ControlId, Arc<ControlAssessment>>;

/// A control with what others make up for: the same for every requirement that it is mapped to.
pub(super) struct Judged<'a> {
    /// What holds for it.
    pub(super) control: &'a ControlAssessment,
    /// Whether others offset all its exceptions.
    pub(super) compensated: bool,
    /// How the controls named for the days before it was in place did in those months.
    pub(super) before: Vec<(ControlId, CellState)>,
}

/// All controls by identifier; what nothing iterates over is looked up fastest by hash.
pub(super) fn judged<'a>(
    programme: &Programme,
    controls: &'a Controls,
) -> HashMap<&'a ControlId, Judged<'a>> {
    let one = |(id, control): (&'a ControlId, &'a Arc<ControlAssessment>)| {
        let compensated = compensated(programme, controls, id);
        let before = predecessors(programme, controls, id);
        (id, Judged { control, compensated, before })
    };
    controls.iter().map(one).collect()
}

/// Whether named compensating controls, tested over the same days without exceptions, offset every month
/// in which a control had exceptions.
fn compensated(programme: &Programme, controls: &Controls, id: &ControlId) -> bool {
    let (Some(control), Some(assessed)) = (programme.controls.get(id), controls.get(id)) else {
        return false;
    };
    let mut failed = assessed.strip.iter().filter(|cell| cell.state == CellState::Exceptions).peekable();
    failed.peek().is_some()
        && failed.all(|cell| {
            control.compensations.iter().map(|one| &one.value).any(|one| {
                let covers = one.period.from() <= cell.days.from() && cell.days.to() <= one.period.to();
                covers && state(controls, &one.by, cell.days) == Some(CellState::Met)
            })
        })
}

/// How the controls named for the days before a control was in place did in those months.
fn predecessors(programme: &Programme, controls: &Controls, id: &ControlId) -> Vec<(ControlId, CellState)> {
    let (Some(control), Some(assessed)) = (programme.controls.get(id), controls.get(id)) else {
        return Vec::new();
    };
    if control.compensations.is_empty() {
        return Vec::new();
    }
    let since = assessed.design.implemented_since.unwrap_or(Day::MAX);
    let come = assessed.strip.iter().filter(|cell| cell.state != CellState::NotYetDue).map(|cell| cell.days);
    let before = come.filter_map(|days| Some((days, Period::between(days.from(), days.to().min(since))?)));
    let named = |(month, gap): (Period, Period)| {
        let named = control.compensations.iter().map(|one| &one.value);
        let named = named.filter(move |one| one.period.intersection(gap).is_some());
        named.filter_map(move |one| Some((one.by.clone(), state(controls, &one.by, month)?)))
    };
    before.flat_map(named).collect()
}

/// What a month of a control that applies shows.
fn state(controls: &Controls, id: &ControlId, month: Period) -> Option<CellState> {
    let control = controls.get(id).filter(|control| control.applicable != Some(false))?;
    control.strip.iter().find(|cell| cell.days == month).map(|cell| cell.state)
}
