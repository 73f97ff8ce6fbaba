//! The overview: a sentence and a map for each framework, what is due, what broke, what was recorded.

use std::cmp::Reverse;
use std::sync::Arc;

use askama::Template;
use attestry_app::explain;
use attestry_domain::assess::{CellState, ControlAssessment, Occurrence, OccurrenceState, Operation};
use attestry_domain::time::day_words;
use axum::response::Response;

use crate::context::Context;
use crate::pages::late::{self, LateRow};
use crate::pages::reasons::{self, window};
use crate::pages::rows::{self, EventRow, FrameworkSummary, RecordLink, SystemLink};
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
    /// What was recorded long after it occurred.
    pub late: Vec<LateRow>,
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
    /// Its newest exceptions.
    pub found: Vec<FoundRow>,
    /// How many there are besides.
    pub more: usize,
}

/// An exception in short.
#[derive(Debug, Clone)]
pub struct FoundRow {
    /// When it happened, or fell due.
    pub when: Option<Moment>,
    /// What was wrong.
    pub reason: String,
    /// Whether management answered.
    pub answered: bool,
    /// The records that show it.
    pub records: Vec<RecordLink>,
    /// The AI system that it is about.
    pub system: Option<SystemLink>,
}

/// How many rows of each list.
const SHOWN: usize = 8;
/// How many exceptions of one control.
const FOUND: usize = 3;

/// The page of a workspace.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let newest = context.programme().sequence;
    let events =
        context.reader.state.workspace.events(newest.saturating_sub(SHOWN as u64), SHOWN as u32).await?;
    page(&OverviewPage {
        frame: context.frame(Place::Overview, "Readiness"),
        frameworks: context.frameworks().into_iter().map(|one| rows::summary(&context, one)).collect(),
        due: due(&context),
        exceptions: exceptions(&context).await?,
        late: late::rows(&context).await?,
        recent: sentences::rows(&context, &events),
    })
}

fn due(context: &Context) -> Vec<DueRow> {
    let controls = context.readiness().controls.values().filter(|control| control.applicable != Some(false));
    let open = controls.flat_map(|control| control.occurrences.iter().map(move |one| (control, one)));
    let mut open: Vec<_> = open.filter(|(_, one)| one.state == OccurrenceState::NotYetDue).collect();
    open.sort_by_key(|(control, one)| (one.expected.due_on, &control.id));
    let row = |(control, one): (&Arc<ControlAssessment>, &Occurrence)| DueRow {
        due: one.expected.due_on.into(),
        control: control.id.to_string(),
        title: rows::control_title(context, &control.id),
        window: window(one.expected.window),
        owner: context.owner_of(&control.id),
    };
    open.into_iter().take(SHOWN).map(row).collect()
}

/// The controls with exceptions, the one with the newest first.
async fn exceptions(context: &Context) -> Result<Vec<ControlRow>, Problem> {
    let controls = context.readiness().controls.values().filter(|control| control.applicable != Some(false));
    let broken = controls.filter_map(|control| {
        let operation = control.operation.as_ref()?;
        let newest = control.strip.iter().rfind(|cell| cell.n > 0 || cell.state == CellState::Exceptions);
        let any = matches!(operation, Operation::Exceptions { .. }) || newest.is_some();
        any.then_some((control, operation, newest.map(|cell| cell.days)))
    });
    let mut broken: Vec<_> = broken.collect();
    broken.sort_by_key(|(control, _, newest)| (Reverse(*newest), &control.id));
    let mut rows = Vec::new();
    for (control, operation, _) in broken {
        let mut found = found(context, control).await?;
        let more = found.len().saturating_sub(FOUND);
        found.truncate(FOUND);
        rows.push(ControlRow {
            id: control.id.to_string(),
            title: rows::control_title(context, &control.id),
            state: operation.into(),
            strip: Strip::of(control),
            found,
            more,
        });
    }
    Ok(rows)
}

/// The exceptions of a control in short, newest first.
async fn found(context: &Context, control: &Arc<ControlAssessment>) -> Result<Vec<FoundRow>, Problem> {
    let explained = explain::control(&context.reader.state.workspace, &context.status, &control.id).await?;
    let tested = explained.tests.iter().flat_map(|test| test.exceptions()).map(|row| {
        let row = reasons::exception(context, row);
        FoundRow {
            when: row.occurred,
            reason: row.reason,
            answered: row.response.is_some(),
            records: row.records,
            system: row.system,
        }
    });
    let mut found: Vec<FoundRow> = tested.chain(control.occurrences.iter().filter_map(broken)).collect();
    found.sort_by(|one, other| exact(other).cmp(&exact(one)));
    Ok(found)
}

fn exact(row: &FoundRow) -> Option<&str> {
    row.when.as_ref().map(|when| when.exact.as_str())
}

/// An occurrence of the calendar that was late or missed.
fn broken(one: &Occurrence) -> Option<FoundRow> {
    let window = window(one.expected.window);
    let reason = match one.state {
        OccurrenceState::Late => {
            let performed = one.performed_on.map(day_words).unwrap_or_default();
            format!("that of {window} was performed late, on {performed}")
        }
        OccurrenceState::Missed => format!("that of {window} fell due and was not performed"),
        _ => return None,
    };
    let when = Some(one.expected.due_on.into());
    Some(FoundRow { when, reason, answered: false, records: Vec::new(), system: None })
}
