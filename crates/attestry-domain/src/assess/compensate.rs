//! Controls that stand in for others: for their exceptions, and for days on which they were not in place.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::control::ControlAssessment;
use crate::assess::operation::CellState;
use crate::catalog::Catalog;
use crate::id::ControlId;
use crate::programme::{AdoptedControl, Programme};
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

/// Controls by their number in the catalog. Nothing is mapped to one that the catalog does not name.
pub(super) struct ByNumber<'a>(Vec<Option<Judged<'a>>>);

impl<'a> ByNumber<'a> {
    /// All controls, each with what others make up for.
    pub(super) fn of(programme: &Programme, catalog: &Catalog, controls: &'a Controls) -> Self {
        let mut all = Self(Vec::new());
        all.0.resize_with(catalog.control_numbers(), || None);
        for (id, control) in controls {
            if let Some(place) = all.place(catalog, id) {
                *place = Some(Judged { control, compensated: false, before: Vec::new() });
            }
        }
        for (id, control) in programme.controls.iter().filter(|(_, one)| !one.compensations.is_empty()) {
            if let Some(judged) = all.place(catalog, id).and_then(Option::as_mut) {
                judged.compensated = compensated(control, controls, judged.control);
                judged.before = predecessors(control, controls, judged.control);
            }
        }
        all
    }

    /// The control of a number; `None` when it is not adopted.
    pub(super) fn get(&self, number: usize) -> Option<&Judged<'a>> {
        self.0.get(number)?.as_ref()
    }

    fn place(&mut self, catalog: &Catalog, id: &ControlId) -> Option<&mut Option<Judged<'a>>> {
        self.0.get_mut(catalog.number_of(id)?)
    }
}

/// Whether named compensating controls, tested over the same days without exceptions, offset every month
/// in which a control had exceptions.
fn compensated(control: &AdoptedControl, controls: &Controls, assessed: &ControlAssessment) -> bool {
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
fn predecessors(
    control: &AdoptedControl,
    controls: &Controls,
    assessed: &ControlAssessment,
) -> Vec<(ControlId, CellState)> {
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
