//! One query, from text to rows, in a session that holds nothing but what the request names.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use arrow::temporal_conversions::timestamp_us_to_datetime;
use attestry_stats::{ColumnType, Table, Value};
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider};
use datafusion::catalog::{CatalogProviderList, MemoryCatalogProviderList, TableProvider};
use datafusion::common::Column;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionConfig;
use datafusion::sql::parser::Statement as PlanStatement;
use futures::StreamExt;
use tokio::sync::oneshot;

use crate::arithmetic::CheckArithmetic;
use crate::canonical::digest_rows;
use crate::error::{EngineError, Stop};
use crate::files::{self, NamedFiles};
use crate::request::{FileRef, Limits, Mode, NamedTable, Request, Response};
use crate::{convert, functions, guard, source};

/// Stack of the thread a query runs on, in bytes: planning is recursive.
const STACK: usize = 64 << 20;
/// How long past its limit a query may take to notice it.
const GRACE: Duration = Duration::from_millis(500);

/// Answers one request, in this process, on a thread of its own. Dropping the future ends the query.
pub async fn run(request: Request) -> Result<Response, EngineError> {
    on_thread(request.limits, move || async move { query(&request, true).await }).await
}

/// Answers a request whose files were checked before.
pub(crate) async fn run_unchecked(request: Request) -> Result<Response, EngineError> {
    on_thread(request.limits, move || async move { query(&request, false).await }).await
}

/// Runs work on a thread with a large stack and a runtime of its own, within the time limit.
pub(crate) async fn on_thread<T, F, W>(limits: Limits, work: W) -> Result<T, EngineError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, EngineError>>,
    W: FnOnce() -> F + Send + 'static,
{
    let (mut sender, receiver) = oneshot::channel();
    let limit = Duration::from_secs(limits.seconds);
    let late = EngineError::Stopped(Stop::Time { seconds: limits.seconds });
    let timeout = late.clone();
    let thread = move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(2).build();
        let outcome = match runtime {
            Err(error) => Some(Err(EngineError::Worker(error.to_string()))),
            Ok(runtime) => runtime.block_on(async {
                tokio::select! {
                    done = tokio::time::timeout(limit, work()) => Some(done.unwrap_or(Err(timeout))),
                    () = sender.closed() => None,
                }
            }),
        };
        if let Some(outcome) = outcome {
            // Nobody waits any more when this fails.
            let _gone = sender.send(outcome);
        }
    };
    std::thread::Builder::new()
        .name("query".to_owned())
        .stack_size(STACK)
        .spawn(thread)
        .map_err(|error| EngineError::Worker(error.to_string()))?;
    match tokio::time::timeout(limit + GRACE, receiver).await {
        Err(_) => Err(late),
        Ok(Err(_)) => Err(EngineError::Stopped(Stop::Crash { signal: None })),
        Ok(Ok(outcome)) => outcome,
    }
}

async fn query(request: &Request, verify: bool) -> Result<Response, EngineError> {
    let known: BTreeSet<String> = request.tables.iter().map(|table| table.name.clone()).collect();
    let checked = guard::check(&request.sql, &known)?;
    let tables: Vec<&NamedTable> =
        request.tables.iter().filter(|table| checked.tables.contains(&table.name)).collect();
    if verify {
        tables.iter().flat_map(|table| files::of(&table.source)).try_for_each(files::verify)?;
    }
    let providers = tables.iter().map(|table| Ok((table.name.clone(), source::provider(&table.source)?)));
    let providers = providers.collect::<Result<Vec<_>, EngineError>>()?;
    let read = tables.iter().flat_map(|table| files::of(&table.source));
    let state = session(providers, read, request.now, request.limits)?;
    let statement = PlanStatement::Statement(Box::new(checked.statement));
    let planned = state.statement_to_plan(statement).await.map_err(|error| EngineError::planning(&error))?;
    guard::check_plan(&planned)?;
    let (table, truncated) = collect(&state, planned, request.mode, request.limits).await?;
    let (rows, digest) = (table.len() as u64, digest_rows(&table));
    Ok(Response { table, rows, truncated, digest })
}

/// A session with these tables, the open functions, one memory pool and no disk.
pub(crate) fn session<'a>(
    tables: Vec<(String, Arc<dyn TableProvider>)>,
    files: impl IntoIterator<Item = &'a FileRef>,
    now: i64,
    limits: Limits,
) -> Result<SessionState, EngineError> {
    let failed =
        |error: datafusion::error::DataFusionError| EngineError::running(&error, limits.memory_bytes);
    let schema = MemorySchemaProvider::new();
    for (name, provider) in tables {
        schema.register_table(name, provider).map_err(failed)?;
    }
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema("public", Arc::new(schema)).map_err(failed)?;
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog("attestry".to_owned(), Arc::new(catalog));
    let props = timestamp_us_to_datetime(now).map(|at| at.and_utc()).ok_or_else(|| {
        EngineError::refused(format!(
            "its instant {now} µs is not a date between the years −262143 and 262142"
        ))
    })?;
    let builder = SessionStateBuilder::new()
        .with_config(config())
        .with_runtime_env(runtime(files, limits)?)
        .with_catalog_list(Arc::new(catalogs))
        .with_execution_props(ExecutionProps::new().with_query_execution_start_time(props))
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .with_analyzer_rule(Arc::new(CheckArithmetic));
    Ok(functions::register(builder).build())
}

fn config() -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema("attestry", "public")
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false)
        .with_target_partitions(1);
    let options = config.options_mut();
    options.execution.time_zone = Some("UTC".to_owned());
    options.sql_parser.map_string_types_to_utf8view = false;
    config
}

fn runtime<'a>(
    files: impl IntoIterator<Item = &'a FileRef>,
    limits: Limits,
) -> Result<Arc<RuntimeEnv>, EngineError> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build_arc()
        .map_err(|error| EngineError::Worker(error.to_string()))?;
    // In the place of the whole file system: the files of this request.
    let store = NamedFiles::new(files)?;
    runtime.register_object_store(ObjectStoreUrl::local_filesystem().as_ref(), Arc::new(store));
    Ok(runtime)
}

async fn collect(
    state: &SessionState,
    plan: LogicalPlan,
    mode: Mode,
    limits: Limits,
) -> Result<(Table, bool), EngineError> {
    let plan = finish(plan, mode, limits)?;
    let (schema, batches) = execute(state, &plan, limits).await?;
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let truncated = rows > limits.rows;
    if truncated && mode == Mode::Population {
        let why = format!("it has more than {} rows; narrow the period or raise the limit", limits.rows);
        return Err(EngineError::Population(why));
    }
    let table = convert::table(&schema, &first(batches, limits.rows))?;
    if mode == Mode::Population {
        distinct(&table)?;
    }
    Ok((table, truncated))
}

/// The plan with the engine's own order and one row more than allowed.
fn finish(plan: LogicalPlan, mode: Mode, limits: Limits) -> Result<LogicalPlan, EngineError> {
    let schema = Arc::clone(plan.schema());
    let mut builder = LogicalPlanBuilder::from(plan);
    if mode == Mode::Population {
        let ids: Vec<_> = schema.iter().filter(|(_, field)| field.name() == "id").collect();
        let [(qualifier, field)] = ids.as_slice() else {
            return Err(EngineError::Population("it needs exactly one column `id`".to_owned()));
        };
        if convert::column_type(field)? != ColumnType::Text {
            return Err(EngineError::Population("its column `id` must be text; cast it".to_owned()));
        }
        let id = Expr::Column(Column::from((*qualifier, *field)));
        builder = builder.sort([id.sort(true, true)]).map_err(|error| EngineError::planning(&error))?;
    }
    let limited = builder.limit(0, Some(limits.rows.saturating_add(1)));
    limited.and_then(LogicalPlanBuilder::build).map_err(|error| EngineError::planning(&error))
}

/// Runs a plan to its end within the memory limit.
pub(crate) async fn execute(
    state: &SessionState,
    plan: &LogicalPlan,
    limits: Limits,
) -> Result<(SchemaRef, Vec<RecordBatch>), EngineError> {
    let failed =
        |error: datafusion::error::DataFusionError| EngineError::running(&error, limits.memory_bytes);
    let plan = state.create_physical_plan(plan).await.map_err(failed)?;
    let mut stream = execute_stream(plan, state.task_ctx()).map_err(failed)?;
    let (mut batches, mut bytes) = (Vec::new(), 0_usize);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(failed)?;
        bytes = bytes.saturating_add(batch.get_array_memory_size());
        if bytes > limits.memory_bytes {
            return Err(EngineError::Stopped(Stop::memory(limits.memory_bytes)));
        }
        batches.push(batch);
    }
    Ok((stream.schema(), batches))
}

fn first(batches: Vec<RecordBatch>, rows: usize) -> Vec<RecordBatch> {
    let mut left = rows;
    let mut kept = Vec::with_capacity(batches.len());
    for batch in batches {
        let take = left.min(batch.num_rows());
        left -= take;
        kept.push(batch.slice(0, take));
    }
    kept
}

fn distinct(table: &Table) -> Result<(), EngineError> {
    let mut previous = Value::Null;
    for row in 0..table.len() {
        let id = table.value(row, "id");
        match &id {
            Value::Text(text) if id == previous => {
                return Err(EngineError::Population(format!("`{text}` occurs more than once as `id`")));
            }
            Value::Text(_) => previous = id,
            _ => return Err(EngineError::Population("a row has no `id`".to_owned())),
        }
    }
    Ok(())
}
