//! Runs control tests: population and exceptions at an N, stored as objects, recorded as an event.
//!
//! A population may carry three columns that this module understands besides `id` and `occurred_at`:
//! `recorded_at`, `evidence_segment` and `evidence_row`, which lead to the record a row comes from.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::ControlTest;
use attestry_domain::command::Command;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{DayCount, RunRecorded};
use attestry_domain::id::{Digest, RunId, TestId};
use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::{Column, ColumnType, Table, Value};
use serde::Serialize;

use crate::port::{NamedTable, Query, Source};
use crate::readiness::question;
use crate::{AppError, Axis, Sender, Snapshot, Workspace, tables};

/// Rows of a population at most.
pub const POPULATION_LIMIT: usize = 200_000;
/// Recorded more than this after it occurred: shown apart as recorded late.
pub const RECORDING_DELAY_DAYS: i64 = 14;
const DAY_MICROS: i64 = 86_400_000_000;

/// What a run found, as the command line prints it.
#[derive(Debug, Clone, Serialize)]
pub struct Ran {
    /// The run; `None` when nothing was recorded.
    pub run: RunId,
    /// The test.
    pub test: TestId,
    /// Its title.
    pub title: String,
    /// The control.
    pub control: String,
    /// The days it looked at.
    pub period: Period,
    /// What came out.
    pub outcome: RunOutcome,
    /// The first exceptions, with their reasons.
    pub exceptions: Vec<(String, String)>,
}

/// The rows of one execution, before anything is stored.
#[derive(Debug, Clone)]
pub struct Executed {
    /// One row an occurrence.
    pub population: Table,
    /// SHA-256 of its canonical form.
    pub population_digest: Digest,
    /// The population's rows that broke the rule, with `reason` as the last column.
    pub exceptions: Table,
    /// SHA-256 of the exception query's own rows.
    pub exceptions_digest: Digest,
}

/// Runs tests over a period and records what they found.
///
/// # Errors
/// When a test is not known, no day of the period is over, or the store cannot be written. A test whose
/// queries fail is recorded as not tested, with the reason.
pub async fn run(sender: &Sender, wanted: &[TestId], axis: Axis) -> Result<Vec<Ran>, AppError> {
    let workspace = sender.workspace();
    let snapshot = workspace.at(axis.at).await?;
    for id in wanted {
        if !snapshot.catalog.tests.contains_key(id) {
            let near = snapshot.catalog.tests.keys().map(ToString::to_string).collect();
            return Err(AppError::NotFound { kind: "control test", id: id.to_string(), near });
        }
    }
    let today = workspace.today();
    let asked = question(&snapshot.programme, axis, today).period;
    let asked =
        asked.ok_or_else(|| AppError::Input("no period; give one with `--period FROM..TO`".to_owned()))?;
    let period = Period::new(asked.from(), asked.to().min(today))
        .map_err(|_| AppError::Input(format!("no day of {asked} is over; today is {today}")))?;
    let mut ran = Vec::new();
    for test in snapshot.catalog.tests.values() {
        let chosen = wanted.is_empty() || wanted.contains(&test.id);
        if chosen && snapshot.programme.controls.contains_key(&test.control) {
            ran.push(run_one(sender, &snapshot, test, period).await?);
        }
    }
    Ok(ran)
}

async fn run_one(
    sender: &Sender,
    snapshot: &Snapshot,
    test: &ControlTest,
    period: Period,
) -> Result<Ran, AppError> {
    let workspace = sender.workspace();
    let run = RunId::new(workspace.app().ulid());
    let executed = execute(workspace, snapshot, test, period).await;
    let (outcome, exceptions) = match executed {
        Ok(executed) => (store(workspace, snapshot, &executed).await?, reasons(&executed.exceptions)),
        Err(AppError::Query(failure)) => (RunOutcome::NotTested { reason: failure.to_string() }, Vec::new()),
        Err(AppError::Input(reason)) => (RunOutcome::NotTested { reason }, Vec::new()),
        Err(error) => return Err(error),
    };
    let recorded = RunRecorded {
        run,
        test: test.id.clone(),
        control: test.control.clone(),
        period,
        at: snapshot.programme.sequence,
        catalog: snapshot.catalog.digest.unwrap_or(Digest::new([0; 32])),
        program: workspace.app().program.clone(),
        definition: definition(test),
        outcome: outcome.clone(),
    };
    sender.send(Command::RecordRun(recorded)).await?;
    let (id, title, control) = (test.id.clone(), test.title.clone(), test.control.to_string());
    Ok(Ran { run, test: id, title, control, period, outcome, exceptions })
}

/// SHA-256 over what defines a run: both queries and the parameters.
fn definition(test: &ControlTest) -> Digest {
    let parameters: Vec<(&str, &Value)> =
        test.parameters.iter().map(|one| (one.name.as_str(), &one.default)).collect();
    let whole = serde_json::json!([test.population, test.exceptions, parameters]);
    Digest::of(whole.to_string().as_bytes())
}

/// Executes a test at a snapshot, recording nothing.
///
/// # Errors
/// When a query fails, or the exceptions are no part of the population.
pub async fn execute(
    workspace: &Workspace,
    snapshot: &Snapshot,
    test: &ControlTest,
    period: Period,
) -> Result<Executed, AppError> {
    let mut known = tables::programme(snapshot, period)?;
    for stream in snapshot.catalog.streams.values() {
        known.push(tables::stream_table(workspace, snapshot, stream));
    }
    let zone = snapshot.programme.zone();
    let now = workspace.app().world.now();
    let as_of = now.min(period.end_at(&zone));
    known.push(parameters(test, period.start_at(&zone), period.end_at(&zone), as_of)?);
    execute_over(workspace, test, known, as_of).await
}

/// Executes a test over given tables; `now()` in its queries is the given instant.
///
/// # Errors
/// When a query fails, or the exceptions are no part of the population.
pub async fn execute_over(
    workspace: &Workspace,
    test: &ControlTest,
    mut known: Vec<NamedTable>,
    now: Instant,
) -> Result<Executed, AppError> {
    let engine = &workspace.app().engine;
    let query = |sql: &str, tables, population| Query {
        sql: sql.to_owned(),
        tables,
        now,
        rows: POPULATION_LIMIT,
        population,
    };
    let population = engine.run(query(&test.population, known.clone(), true)).await?;
    let source = Source::Inline(population.table.clone());
    known.push(NamedTable { name: "population".to_owned(), source });
    let broken = engine.run(query(&test.exceptions, known, true)).await?;
    let exceptions = join(&population.table, &broken.table)?;
    Ok(Executed {
        population: population.table,
        population_digest: population.digest,
        exceptions,
        exceptions_digest: broken.digest,
    })
}

/// The one-row table that a test's queries read its period and parameters from.
///
/// # Errors
/// When two parameters have one name.
pub fn parameters(
    test: &ControlTest,
    start: Instant,
    end: Instant,
    as_of: Instant,
) -> Result<NamedTable, AppError> {
    let moment = |at: Instant| Column::Timestamp(vec![Some(at.micros())]);
    let mut columns = vec![
        ("period_start".to_owned(), moment(start)),
        ("period_end".to_owned(), moment(end)),
        ("as_of_at".to_owned(), moment(as_of)),
    ];
    for parameter in &test.parameters {
        let mut column = Column::empty(parameter.default.kind().unwrap_or(ColumnType::Text));
        let _fits = column.push(parameter.default.clone());
        columns.push((parameter.name.clone(), column));
    }
    let table = Table::new(columns).map_err(|error| AppError::Catalog(error.to_string()))?;
    Ok(NamedTable { name: "parameter".to_owned(), source: Source::Inline(table) })
}

/// The population's rows that are exceptions, with the reason.
fn join(population: &Table, broken: &Table) -> Result<Table, AppError> {
    let mut reasons = BTreeMap::new();
    for row in 0..broken.len() {
        if let (Value::Text(id), Value::Text(reason)) = (broken.value(row, "id"), broken.value(row, "reason"))
        {
            reasons.insert(id, reason);
        }
    }
    if reasons.len() != broken.len() {
        return Err(AppError::Input(
            "the exception query must give an id and a reason, one row for each id".to_owned(),
        ));
    }
    let mut fields = population.fields().to_vec();
    fields.push(attestry_stats::Field::new("reason", ColumnType::Text));
    let mut table = Table::empty(fields);
    for row in 0..population.len() {
        let id = population.value(row, "id");
        let Some(reason) = id.as_text().and_then(|id| reasons.remove(id)) else { continue };
        let mut cells = population.row(row);
        cells.push(Value::Text(reason));
        table.push_row(cells).map_err(|error| AppError::Input(error.to_string()))?;
    }
    match reasons.into_keys().next() {
        None => Ok(table),
        Some(id) => Err(AppError::Input(format!("the exception `{id}` is no part of the population"))),
    }
}

async fn store(
    workspace: &Workspace,
    snapshot: &Snapshot,
    executed: &Executed,
) -> Result<RunOutcome, AppError> {
    let days = days(snapshot, executed)?;
    let days = serde_json::to_vec(&days).map_err(|error| AppError::Catalog(error.to_string()))?;
    let app = workspace.app();
    let objects = app.store.objects();
    let count = |table: &Table| u64::try_from(table.len()).unwrap_or(u64::MAX);
    Ok(RunOutcome::Ran {
        population: count(&executed.population),
        exceptions: count(&executed.exceptions),
        population_digest: executed.population_digest,
        exceptions_digest: executed.exceptions_digest,
        population_rows: objects.put(&app.engine.canonical_rows(&executed.population)).await?,
        exception_rows: objects.put(&app.engine.canonical_rows(&executed.exceptions)).await?,
        days: objects.put(&days).await?,
    })
}

/// Counts per day of the organisation's calendar.
fn days(snapshot: &Snapshot, executed: &Executed) -> Result<Vec<DayCount>, AppError> {
    let zone = snapshot.programme.zone();
    let broken: BTreeSet<String> = (0..executed.exceptions.len())
        .filter_map(|row| executed.exceptions.value(row, "id").as_text().map(str::to_owned))
        .collect();
    let mut days: BTreeMap<Day, DayCount> = BTreeMap::new();
    let population = &executed.population;
    for row in 0..population.len() {
        let Some(at) = population.value(row, "occurred_at").as_timestamp() else {
            return Err(AppError::Input(
                "every row of a population needs its instant, `occurred_at`".to_owned(),
            ));
        };
        let day = Instant::from_micros(at).day(&zone);
        let empty = DayCount { day, population: 0, exceptions: 0, recorded_late: 0 };
        let count = days.entry(day).or_insert(empty);
        count.population += 1;
        count.exceptions +=
            u64::from(population.value(row, "id").as_text().is_some_and(|id| broken.contains(id)));
        let recorded = population.value(row, "recorded_at").as_timestamp();
        count.recorded_late +=
            u64::from(recorded.is_some_and(|recorded| recorded - at > RECORDING_DELAY_DAYS * DAY_MICROS));
    }
    Ok(days.into_values().collect())
}

fn reasons(exceptions: &Table) -> Vec<(String, String)> {
    let cell = |row, name| exceptions.value(row, name).as_text().unwrap_or_default().to_owned();
    (0..exceptions.len()).take(1_000).map(|row| (cell(row, "id"), cell(row, "reason"))).collect()
}
