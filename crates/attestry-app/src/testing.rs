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
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::port::{NamedTable, Query, QueryFailure, Source};
use crate::{AppError, Axis, Sender, Snapshot, Workspace, tables};

/// Rows of a population at most.
pub const POPULATION_LIMIT: usize = 200_000;
/// Recorded more than this after it occurred: shown apart as recorded late.
pub const RECORDING_DELAY_DAYS: i64 = attestry_domain::assess::RECORDING_DELAY_DAYS as i64;
const DAY_MICROS: i64 = 86_400_000_000;

/// What a run found, as the command line prints it.
#[derive(Debug, Clone, Serialize)]
pub struct Ran {
    /// The run.
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
    let now = workspace.now_at(&snapshot.programme, axis);
    let today = now.day(&snapshot.programme.zone());
    let asked = workspace.question(&snapshot.programme, axis)?.period;
    let asked =
        asked.ok_or_else(|| AppError::Input("no period; give one with `--period FROM..TO`".to_owned()))?;
    let period = Period::new(asked.from(), asked.to().min(today))
        .map_err(|_| AppError::Input(format!("no day of {asked} is over; today is {today}")))?;
    let known = known(workspace, &snapshot, period)?;
    let over = Over { snapshot, period, now, known };
    let mut ran = Vec::new();
    for test in over.snapshot.catalog.tests.values() {
        let chosen = wanted.is_empty() || wanted.contains(&test.id);
        if chosen && over.snapshot.programme.controls.contains_key(&test.control) {
            ran.push(run_one(sender, &over, test).await?);
        }
    }
    Ok(ran)
}

/// What the tests of one call run over.
#[derive(Debug, Clone)]
pub struct Over {
    /// The programme and catalog.
    pub snapshot: Snapshot,
    /// The days.
    pub period: Period,
    /// The present instant, or that of an earlier N.
    pub now: Instant,
    /// Every table but the parameters of a test.
    pub known: Vec<NamedTable>,
}

/// The programme's tables and the streams, for every test alike.
fn known(workspace: &Workspace, snapshot: &Snapshot, period: Period) -> Result<Vec<NamedTable>, AppError> {
    let mut known = tables::programme(snapshot, period)?;
    let streams = snapshot.catalog.streams.values();
    known.extend(streams.map(|stream| tables::stream_table(workspace, snapshot, stream)));
    Ok(known)
}

async fn run_one(sender: &Sender, over: &Over, test: &ControlTest) -> Result<Ran, AppError> {
    let workspace = sender.workspace();
    let run = RunId::new(workspace.app().ulid());
    let executed = execute(workspace, over, test).await;
    let (outcome, exceptions) = match executed {
        Ok((executed, days)) => (store(workspace, &executed, &days).await?, reasons(&executed.exceptions)),
        Err(error @ AppError::Query(QueryFailure::Damaged(_))) => return Err(error),
        Err(AppError::Query(failure)) => (RunOutcome::NotTested { reason: failure.to_string() }, Vec::new()),
        Err(AppError::Input(reason)) => (RunOutcome::NotTested { reason }, Vec::new()),
        Err(error) => return Err(error),
    };
    let (snapshot, period) = (&over.snapshot, over.period);
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
pub(crate) fn definition(test: &ControlTest) -> Digest {
    let parameters: Vec<(&str, &Value)> =
        test.parameters.iter().map(|one| (one.name.as_str(), &one.default)).collect();
    let whole = serde_json::json!([test.population, test.exceptions, parameters]);
    Digest::of(whole.to_string().as_bytes())
}

/// Executes a test, recording nothing, and counts what it found per day of the organisation's calendar.
///
/// # Errors
/// When a query fails, the exceptions are no part of the population, or a row of that lies outside the period.
pub async fn execute(
    workspace: &Workspace,
    over: &Over,
    test: &ControlTest,
) -> Result<(Executed, Vec<DayCount>), AppError> {
    let Over { snapshot, period, now, known } = over;
    let zone = snapshot.programme.zone();
    let as_of = (*now).min(period.end_at(&zone));
    let mut known = tables::for_query(known, &format!("{}\n{}", test.population, test.exceptions));
    known.push(parameters(test, period.start_at(&zone), period.end_at(&zone), as_of)?);
    let executed = execute_over(workspace, test, known, as_of).await?;
    let days = days(&executed, *period, &zone)?;
    Ok((executed, days))
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
    let tables = tables::for_query(&known, &test.population);
    let population = engine.run(query(&test.population, tables, true)).await?;
    let source = Source::Inline(population.table.clone());
    known.push(NamedTable { name: "population".to_owned(), source });
    let tables = tables::for_query(&known, &test.exceptions);
    let broken = engine.run(query(&test.exceptions, tables, true)).await?;
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
    executed: &Executed,
    days: &[DayCount],
) -> Result<RunOutcome, AppError> {
    let days = serde_json::to_vec(days).map_err(|error| AppError::Catalog(error.to_string()))?;
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
fn days(executed: &Executed, period: Period, zone: &TimeZone) -> Result<Vec<DayCount>, AppError> {
    let broken: BTreeSet<String> = (0..executed.exceptions.len())
        .filter_map(|row| executed.exceptions.value(row, "id").as_text().map(str::to_owned))
        .collect();
    let mut days: BTreeMap<Day, DayCount> = BTreeMap::new();
    let population = &executed.population;
    for row in 0..population.len() {
        let id = population.value(row, "id");
        let id = id.as_text().unwrap_or_default();
        let Some(at) = population.value(row, "occurred_at").as_timestamp() else {
            return Err(AppError::Input(format!(
                "the row `{id}` of the population has no instant; its query must give every row `occurred_at`"
            )));
        };
        let day = Instant::from_micros(at).day(zone);
        if !period.contains(day) {
            return Err(AppError::Input(format!(
                "the row `{id}` of the population is of {day}, outside the days {period}; its query must keep to `parameter.period_start` and `parameter.period_end`"
            )));
        }
        let empty = DayCount { day, population: 0, exceptions: 0, recorded_late: 0 };
        let count = days.entry(day).or_insert(empty);
        count.population += 1;
        count.exceptions += u64::from(broken.contains(id));
        let recorded = population.value(row, "recorded_at").as_timestamp();
        let delay = recorded.map_or(0, |recorded| recorded.saturating_sub(at));
        count.recorded_late += u64::from(delay > RECORDING_DELAY_DAYS * DAY_MICROS);
    }
    Ok(days.into_values().collect())
}

fn reasons(exceptions: &Table) -> Vec<(String, String)> {
    let cell = |row, name| exceptions.value(row, name).as_text().unwrap_or_default().to_owned();
    (0..exceptions.len()).take(1_000).map(|row| (cell(row, "id"), cell(row, "reason"))).collect()
}
