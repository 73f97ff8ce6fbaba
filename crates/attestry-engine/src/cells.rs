//! The one reduction behind a bias table: rows of a labelled dataset to counts per cell.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::DataType;
use attestry_stats::{ColumnType, Field, Table, Value};
use datafusion::catalog::TableProvider;
use datafusion::common::Column;
use datafusion::datasource::provider_as_source;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};

use crate::error::EngineError;
use crate::request::CellsRequest;
use crate::session::{execute, on_thread, session};
use crate::{convert, files, source};

/// Counts rows by every `by` column (as text, null kept) × label × prediction.
///
/// The table has the `by` columns in their order, then `label` and `prediction` (booleans, each only if asked for) and
/// `count`, ordered by the cell. 0/1 in any number type or as text, and true/false in any case, are truth values; another value is an
/// error.
pub async fn count_cells(request: CellsRequest) -> Result<Table, EngineError> {
    on_thread(request.limits, move || async move { cells(&request, true).await }).await
}

/// The same for a file that was checked before.
pub(crate) async fn count_cells_unchecked(request: CellsRequest) -> Result<Table, EngineError> {
    on_thread(request.limits, move || async move { cells(&request, false).await }).await
}

async fn cells(request: &CellsRequest, verify: bool) -> Result<Table, EngineError> {
    if verify {
        files::verify(&request.file)?;
    }
    let provider = source::provider_as_text(std::slice::from_ref(&request.file), request.format)?;
    let state = session(Vec::new(), [&request.file], 0, request.limits)?;
    let plan = plan(request, provider)?;
    let (schema, batches) = execute(&state, &plan, request.limits).await?;
    let counted = convert::table(&schema, &batches)?;
    let merged = merge(request, &counted)?;
    if counted.len() > request.limits.rows {
        return Err(EngineError::refused(format!(
            "the columns make more than {} cells; group by fewer columns, or by columns with fewer values",
            request.limits.rows
        )));
    }
    shape(request, merged)
}

/// The columns whose values name a cell, in order.
fn keys(request: &CellsRequest) -> Vec<&String> {
    request.by.iter().chain(&request.label).chain(&request.prediction).collect()
}

fn plan(request: &CellsRequest, provider: Arc<dyn TableProvider>) -> Result<LogicalPlan, EngineError> {
    let schema = provider.schema();
    if let Some(name) = keys(request).into_iter().find(|name| schema.field_with_name(name).is_err()) {
        let known: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        return Err(EngineError::Query(format!(
            "there is no column `{name}`; known columns: {}",
            known.join(", ")
        )));
    }
    let text = |(at, name): (usize, &String)| {
        cast(Expr::Column(Column::new(Some("data"), name)), DataType::Utf8).alias(format!("{at}"))
    };
    let group: Vec<Expr> = keys(request).into_iter().enumerate().map(text).collect();
    let build = || {
        LogicalPlanBuilder::scan("data", provider_as_source(provider), None)?
            .aggregate(group, [count(lit(1_i64)).alias("count")])?
            .limit(0, Some(request.limits.rows.saturating_add(1)))?
            .build()
    };
    build().map_err(|error| EngineError::planning(&error))
}

/// A cell: its groups, label and prediction, each as it is written in the result.
type Cell = Vec<Option<String>>;

/// Cells whose labels are spelled differently are one.
fn merge(request: &CellsRequest, counted: &Table) -> Result<BTreeMap<Cell, i64>, EngineError> {
    let mut cells = BTreeMap::new();
    for row in 0..counted.len() {
        let mut cell = Cell::new();
        for (at, name) in keys(request).into_iter().enumerate() {
            let value = match counted.value(row, &at.to_string()) {
                Value::Text(text) => Some(text),
                _ => None,
            };
            cell.push(if at < request.by.len() { value } else { truth(name, value)? });
        }
        let count = counted.value(row, "count").as_integer().unwrap_or(0);
        *cells.entry(cell).or_insert(0) += count;
    }
    Ok(cells)
}

fn truth(column: &str, value: Option<String>) -> Result<Option<String>, EngineError> {
    let Some(text) = value else { return Ok(None) };
    let written = text.trim().to_ascii_lowercase();
    let truth = match (written.as_str(), written.parse::<f64>()) {
        ("", _) => return Ok(None),
        ("true", _) => true,
        ("false", _) => false,
        (_, Ok(1.0)) => true,
        (_, Ok(0.0)) => false,
        _ => {
            let why = "which is neither 0 or 1 nor true or false".to_owned();
            return Err(EngineError::Value { column: column.to_owned(), value: text, why });
        }
    };
    Ok(Some(truth.to_string()))
}

fn shape(request: &CellsRequest, cells: BTreeMap<Cell, i64>) -> Result<Table, EngineError> {
    let mut fields: Vec<Field> = request.by.iter().map(|name| Field::new(name, ColumnType::Text)).collect();
    fields.extend(request.label.iter().map(|_| Field::new("label", ColumnType::Boolean)));
    fields.extend(request.prediction.iter().map(|_| Field::new("prediction", ColumnType::Boolean)));
    fields.push(Field::new("count", ColumnType::Integer));
    let repeated =
        |(at, field): &(usize, &Field)| fields.iter().take(*at).any(|other| other.name == field.name);
    if let Some((_, field)) = fields.iter().enumerate().find(repeated) {
        let why =
            format!("two columns of the result would be called `{}`; rename the one in the file", field.name);
        return Err(EngineError::Query(why));
    }
    let mut table = Table::empty(fields);
    for (cell, count) in cells {
        let by = request.by.len();
        let mut row: Vec<Value> = cell
            .into_iter()
            .enumerate()
            .map(|(at, value)| match value {
                None => Value::Null,
                Some(text) if at < by => Value::Text(text),
                Some(text) => Value::Boolean(text == "true"),
            })
            .collect();
        row.push(Value::Integer(count));
        table.push_row(row).map_err(|error| EngineError::Failed(error.to_string()))?;
    }
    Ok(table)
}
