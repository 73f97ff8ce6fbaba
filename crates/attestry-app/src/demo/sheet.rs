//! Records put together row by row.

use attestry_domain::time::{Day, Instant};
use attestry_stats::{ColumnType, Field, Table, Value};

/// A table of records that grows.
#[derive(Debug, Clone)]
pub(super) struct Sheet(Table);

impl Sheet {
    /// No records of these columns.
    pub(super) fn new(columns: &[(&str, ColumnType)]) -> Self {
        Self(Table::empty(columns.iter().map(|(name, kind)| Field::new(*name, *kind)).collect()))
    }

    /// Adds a record. One that does not fit its columns is left out, which the tests of the generators notice.
    pub(super) fn add(&mut self, record: Vec<Value>) {
        let _fits = self.0.push_row(record);
    }

    /// The records; nothing when there are none.
    pub(super) fn table(self) -> Option<Table> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

pub(super) fn text(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}

pub(super) fn instant(at: Instant) -> Value {
    Value::Timestamp(at.micros())
}

pub(super) fn date(day: Day) -> Value {
    let epoch = jiff::civil::date(1970, 1, 1);
    Value::Date(epoch.until(day).map_or(0, |span| span.get_days()))
}

pub(super) fn maybe<T>(value: Option<T>, wrap: impl Fn(T) -> Value) -> Value {
    value.map_or(Value::Null, wrap)
}

pub(super) fn count(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
