//! One value as a file wrote it, and as its column wants it.

use attestry_stats::{ColumnType, Value};

use super::error::shown;
use super::plan::Target;
use super::time;

/// Every integer below this is exact in a double; this one can also be the next one rounded.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value as a file wrote it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Text(&'a str),
    Integer(i64),
    /// Past the largest signed integer.
    Unsigned(u64),
    Float(f64),
    Boolean(bool),
    Timestamp(i64),
    Date(i32),
    /// An object or a list.
    Nested,
}

impl Cell<'_> {
    /// The value as an error repeats it.
    pub(super) fn shown(&self) -> Option<String> {
        match self {
            Self::Null | Self::Nested => None,
            Self::Text(text) => Some(shown(text)),
            Self::Integer(number) => Some(number.to_string()),
            Self::Unsigned(number) => Some(number.to_string()),
            Self::Float(number) => Some(number.to_string()),
            Self::Boolean(truth) => Some(truth.to_string()),
            Self::Timestamp(micros) => Some(attestry_domain::time::Instant::from_micros(*micros).to_string()),
            Self::Date(days) => Some(format!("day {days} since 1970-01-01")),
        }
    }
}

/// The value that a column gets, or the rule that the cell breaks. An empty text is absent.
pub(super) fn convert(cell: Cell<'_>, target: &Target) -> Result<Value, String> {
    match cell {
        Cell::Null | Cell::Text("") => return Ok(Value::Null),
        Cell::Nested => {
            return Err("is an object or a list; say in a map which part is meant, such as `a.b`".to_owned());
        }
        _ => {}
    }
    if let Some(values) = &target.values {
        let text = cell.shown().unwrap_or_default();
        let listed = if let Cell::Text(text) = cell { values.get(text) } else { values.get(&text) };
        return listed.cloned().ok_or_else(|| "is not among the `values` that the map lists".to_owned());
    }
    match target.kind {
        ColumnType::Text => text(cell),
        ColumnType::Integer => integer(cell).map(Value::Integer),
        ColumnType::Float => float(cell).map(Value::Float),
        ColumnType::Boolean => boolean(cell).map(Value::Boolean),
        ColumnType::Timestamp => timestamp(cell, target).map(Value::Timestamp),
        ColumnType::Date => date(cell, target).map(Value::Date),
    }
}

fn text(cell: Cell<'_>) -> Result<Value, String> {
    match cell {
        Cell::Text(text) => Ok(Value::Text(text.to_owned())),
        Cell::Integer(number) => Ok(Value::Text(number.to_string())),
        Cell::Unsigned(number) => Ok(Value::Text(number.to_string())),
        _ => Err("is no text; expected text or a whole number".to_owned()),
    }
}

fn integer(cell: Cell<'_>) -> Result<i64, String> {
    let number = match cell {
        Cell::Integer(number) => Some(number),
        Cell::Float(number) => whole(number),
        Cell::Text(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
        }
        _ => None,
    };
    number.ok_or_else(|| "is no whole number between -2^63 and 2^63 - 1".to_owned())
}

/// The integer that a double is exactly; `None` for a fraction or from 2^53 on.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, so nothing is cut off")]
    let exact = (number.abs() < EXACT && number == number.trunc()).then_some(number as i64);
    exact
}

fn float(cell: Cell<'_>) -> Result<f64, String> {
    let number = match cell {
        Cell::Float(number) => Some(number),
        #[expect(clippy::cast_precision_loss, reason = "below 2^53, so every integer is a double")]
        Cell::Integer(number) => (number.unsigned_abs() <= 1 << 53).then_some(number as f64),
        Cell::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| "is no finite number".to_owned())
}

fn boolean(cell: Cell<'_>) -> Result<bool, String> {
    let truth = match cell {
        Cell::Boolean(truth) => Some(truth),
        Cell::Integer(0) => Some(false),
        Cell::Integer(1) => Some(true),
        Cell::Text(text) => match text.trim() {
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
        _ => None,
    };
    truth.ok_or_else(|| "is neither true nor false; expected true, false, 1 or 0".to_owned())
}

fn timestamp(cell: Cell<'_>, target: &Target) -> Result<i64, String> {
    match cell {
        Cell::Timestamp(micros) => Ok(micros),
        Cell::Text(text) => time::instant(text.trim(), target.format.as_ref(), target.zone.as_ref()),
        Cell::Integer(number) => time::epoch(number, target.format.as_ref()),
        _ => Err(time::NO_INSTANT.to_owned()),
    }
}

fn date(cell: Cell<'_>, target: &Target) -> Result<i32, String> {
    match cell {
        Cell::Date(days) => Ok(days),
        Cell::Text(text) => time::day(text.trim(), target.format.as_ref()),
        _ => Err(time::NO_DAY.to_owned()),
    }
}
