//! The overview: a sentence and a map for each framework, what is due, what broke, what was recorded.

use askama::Template;
use attestry_domain::assess::{Cell, CellState, ControlAssessment, Occurrence, OccurrenceState, Operation};
use axum::response::Response;

use crate::context::Context;
use crate::pages::reasons::window;
use crate::pages::rows::{self, EventRow, FrameworkSummary};
use crate::pages::sentences;
use crate::problem::Problem;
use crate::router::page;
use crate::view::{Frame, Mark, Moment, Place, Strip};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// Around it.
    pub frame: Frame,
    /// Frameworks in scope.
    pub frameworks: Vec<FrameworkSummary>,
    /// What falls due next.
    pub due: Vec<DueRow>,
    /// Controls with exceptions.
    pub exceptions: Vec<ControlRow>,
    /// Newest events.
    pub recent: Vec<EventRow>,
}

/// Something that falls due.
#[derive(Debug, Clone)]
pub struct DueRow {
    /// The day.
    pub due: Moment,
    /// The control.
    pub control: String,
    /// Its title.
    pub title: String,
    /// The days it is about.
    pub window: String,
    /// Who owes it.
    pub owner: String,
}

/// A control with exceptions.
#[derive(Debug, Clone)]
pub struct ControlRow {
    /// The control.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: Mark,
    /// Month by month.
    pub strip: Strip,
    /// The newest month with one.
    pub newest: String,
}

/// How many rows of each list.
const SHOWN: usize = 8;

/// The page of a workspace.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let newest = context.programme().sequence;
    let events =
        context.reader.state.workspace.events(newest.saturating_sub(SHOWN as u64), SHOWN as u32).await?;
    page(&OverviewPage {
        frame: context.frame(Place::Overview, "Readiness"),
        frameworks: context.frameworks().into_iter().map(|one| rows::summary(&context, one)).collect(),
        due: due(&context),
        exceptions: exceptions(&context),
        recent: sentences::rows(&context, &events),
    })
}

fn due(context: &Context) -> Vec<DueRow> {
    let controls = context.readiness().controls.values().filter(|control| control.applicable != Some(false));
    let open = controls.flat_map(|control| control.occurrences.iter().map(move |one| (control, one)));
    let mut open: Vec<_> = open.filter(|(_, one)| one.state == OccurrenceState::NotYetDue).collect();
    open.sort_by_key(|(control, one)| (one.expected.due_on, &control.id));
    let row = |(control, one): (&std::sync::Arc<ControlAssessment>, &Occurrence)| DueRow {
        due: one.expected.due_on.into(),
        control: control.id.to_string(),
        title: rows::control_title(context, &control.id),
        window: window(one.expected.window),
        owner: context.owner_of(&control.id),
    };
    open.into_iter().take(SHOWN).map(row).collect()
}

fn exceptions(context: &Context) -> Vec<ControlRow> {
    let controls = context.readiness().controls.values().filter(|control| control.applicable != Some(false));
    let found = controls.filter_map(|control| {
        let operation = control.operation.as_ref()?;
        let newest = control.strip.iter().rfind(|cell| cell.n > 0 || cell.state == CellState::Exceptions);
        let broken = matches!(operation, Operation::Exceptions { .. }) || newest.is_some();
        broken.then_some((control, operation, newest))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(control, _, newest)| (std::cmp::Reverse(newest.map(|cell| cell.days)), &control.id));
    let row =
        |(control, operation, newest): (&std::sync::Arc<ControlAssessment>, &Operation, Option<&Cell>)| {
            ControlRow {
                id: control.id.to_string(),
                title: rows::control_title(context, &control.id),
                state: operation.into(),
                strip: Strip::of(control),
                newest: newest.map(|cell| cell.days.from().strftime("%B %Y").to_string()).unwrap_or_default(),
            }
        };
    found.into_iter().map(row).collect()
}
