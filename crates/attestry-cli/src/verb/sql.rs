//! A question in SQL to the programme and its evidence.

use std::io::Read;
use std::process::ExitCode;

use attestry_app::port::Query;
use attestry_app::tables;
use attestry_stats::{ColumnType, Table as Rows, Value};
use serde_json::json;

use crate::args::{Place, Sql, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, Out, Table};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Sql) -> Done {
    let workspace = home::workspace(place).await?;
    let axis = home::axis(view, args.period);
    let status = workspace.status(axis).await?;
    let period = status.readiness.question.period;
    let period = period.ok_or_else(|| Fault::wrong("no period").help("give one with --period FROM..TO"))?;
    let known = tables::all(&workspace, &status.snapshot, Some(&status.readiness), period)?;
    let (now, sql) = (workspace.now_at(&status.snapshot.programme, axis), text(args.query)?);
    let tables = tables::for_query(&known, &sql);
    let query = Query { sql, tables, now, rows: args.rows, population: false };
    let answer = workspace.app().engine.run(query).await.map_err(attestry_app::AppError::from)?;
    let rows = &answer.table;
    let document = json!({
        "at": status.snapshot.programme.sequence,
        "columns": rows.fields(),
        "rows": (0..rows.len()).map(|row| rows.row(row).iter().map(json_value).collect()).collect::<Vec<Vec<_>>>(),
        "truncated": answer.truncated,
        "digest": answer.digest,
    });
    out.show(&document, |page| {
        page.table(&printed(rows));
        let count = counted(u64::try_from(rows.len()).unwrap_or(0), "row");
        let more = if answer.truncated { "; there are more, ask for them with --rows N" } else { "" };
        page.note(format!("{count}{more}"));
    })?;
    Ok(ExitCode::SUCCESS)
}

fn text(query: String) -> Result<String, Fault> {
    if query != "-" {
        return Ok(query);
    }
    let mut text = String::new();
    let read = std::io::stdin().take(1 << 20).read_to_string(&mut text);
    read.map_err(|error| Fault::wrong(format!("standard input cannot be read: {error}")))?;
    Ok(text)
}

fn printed(rows: &Rows) -> Table {
    let mut table = Table::new();
    for field in rows.fields() {
        table = match field.kind {
            ColumnType::Integer | ColumnType::Float => table.number(&field.name),
            ColumnType::Text => table.text(&field.name),
            ColumnType::Boolean | ColumnType::Timestamp | ColumnType::Date => table.column(&field.name),
        };
    }
    for row in 0..rows.len() {
        table.row(rows.row(row).iter().map(|value| words(value).into()).collect());
    }
    table
}

/// A value as people read it; nothing for null.
pub(crate) fn words(value: &Value) -> String {
    match json_value(value) {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Instants and days as text; integers beyond 2^53 too, so that every reader keeps them.
pub(crate) fn json_value(value: &Value) -> serde_json::Value {
    const SAFE: u64 = 1 << 53;
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) if number.unsigned_abs() >= SAFE => number.to_string().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) if number.is_finite() => (*number).into(),
        Value::Float(number) => number.to_string().into(),
        Value::Boolean(truth) => (*truth).into(),
        Value::Timestamp(micros) => attestry_domain::time::Instant::from_micros(*micros).to_string().into(),
        Value::Date(days) => day(*days).into(),
    }
}

fn day(days: i32) -> String {
    let span = jiff::Span::new().try_days(days);
    let day = span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span));
    day.map_or_else(|_| format!("day {days}"), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_meaning_in_json() {
        assert_eq!(json_value(&Value::Integer((1 << 53) + 1)), json!("9007199254740993"));
        assert_eq!(json_value(&Value::Date(20_454)), json!("2026-01-01"));
        assert_eq!(json_value(&Value::Timestamp(0)), json!("1970-01-01T00:00:00Z"));
        assert_eq!(json_value(&Value::Float(f64::NAN)), json!("NaN"));
    }
}
