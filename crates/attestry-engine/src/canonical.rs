//! The bytes a digest over rows is taken of.
//!
//! One JSON array per line, each line ended by a newline. The first line holds a pair `[name, type]` per column, with the
//! types `text`, `integer`, `float`, `boolean`, `timestamp` and `date`; every further line is one row, in row order.
//! Strings and floats are written as RFC 8785 says (floats in the shortest form that reads back the same, in the notation
//! of ECMAScript); what JSON cannot say is the string `NaN`, `Infinity` or `-Infinity`. Integers beyond ±(2^53 − 1) are
//! strings. Instants are RFC 3339 in UTC with six decimals, days are `YYYY-MM-DD`. No space between tokens.

use arrow::temporal_conversions::{date32_to_datetime, timestamp_us_to_datetime};
use attestry_stats::{ColumnType, Table, Value};
use sha2::{Digest, Sha256};

const SAFE: i64 = (1 << 53) - 1;

/// The canonical bytes of a table.
pub fn canonical_rows(table: &Table) -> Vec<u8> {
    let mut out = String::new();
    let header = table.fields().iter().map(|field| {
        let mut pair = String::from("[");
        text(&mut pair, &field.name);
        pair.push_str(",\"");
        pair.push_str(type_name(field.kind));
        pair.push_str("\"]");
        pair
    });
    line(&mut out, header);
    for row in 0..table.len() {
        line(&mut out, table.columns().iter().map(|column| cell(&column.value(row))));
    }
    out.into_bytes()
}

/// SHA-256 of the canonical bytes, in hex.
pub fn digest_rows(table: &Table) -> String {
    hex::encode(Sha256::digest(canonical_rows(table)))
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    out.push('[');
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("]\n");
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Integer => "integer",
        ColumnType::Float => "float",
        ColumnType::Boolean => "boolean",
        ColumnType::Timestamp => "timestamp",
        ColumnType::Date => "date",
    }
}

fn cell(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Null => out.push_str("null"),
        Value::Text(value) => text(&mut out, value),
        Value::Integer(value) if (-SAFE..=SAFE).contains(value) => out.push_str(&value.to_string()),
        Value::Integer(value) => text(&mut out, &value.to_string()),
        Value::Float(value) if value.is_finite() => out.push_str(&number(*value)),
        Value::Float(value) if value.is_nan() => text(&mut out, "NaN"),
        Value::Float(value) => text(&mut out, if *value > 0.0 { "Infinity" } else { "-Infinity" }),
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Timestamp(micros) => text(&mut out, &instant(*micros)),
        Value::Date(days) => text(&mut out, &day(*days)),
    }
    out
}

fn text(out: &mut String, value: &str) {
    out.push('"');
    for letter in value.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A finite double as ECMAScript writes it.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let split = |at: i32| digits.split_at_checked(usize::try_from(at).unwrap_or(0)).unwrap_or((&digits, ""));
    let magnitude = if (length..=21).contains(&point) {
        format!("{digits}{}", zeros(point - length))
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = split(point);
        format!("{whole}.{fraction}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = split(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let sign = if point > 0 { "+" } else { "-" };
        format!("{first}{dot}{rest}e{sign}{}", (point - 1).abs())
    };
    if value < 0.0 { format!("-{magnitude}") } else { magnitude }
}

fn instant(micros: i64) -> String {
    timestamp_us_to_datetime(micros)
        .map_or_else(|| micros.to_string(), |at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

fn day(days: i32) -> String {
    date32_to_datetime(days).map_or_else(|| days.to_string(), |at| at.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use attestry_stats::Column;

    #[test]
    fn floats_are_written_as_ecmascript_writes_them() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-9, "1.5e-9"),
            (123_456.789, "123456.789"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (9_007_199_254_740_993.0, "9007199254740992"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn every_type_has_one_spelling() {
        let table = Table::new(vec![
            ("t".into(), Column::Text(vec![Some("a\"\n\u{1}é".into()), None])),
            ("i".into(), Column::Integer(vec![Some(7), Some(i64::MAX)])),
            ("f".into(), Column::Float(vec![Some(f64::NAN), Some(f64::NEG_INFINITY)])),
            ("b".into(), Column::Boolean(vec![Some(true), Some(false)])),
            ("at".into(), Column::Timestamp(vec![Some(1_700_000_000_000_001), Some(-1)])),
            ("d".into(), Column::Date(vec![Some(0), Some(-1)])),
        ])
        .unwrap();
        let expected = concat!(
            r#"[["t","text"],["i","integer"],["f","float"],["b","boolean"],["at","timestamp"],["d","date"]]"#,
            "\n",
            r#"["a\"\n\u0001é",7,"NaN",true,"2023-11-14T22:13:20.000001Z","1970-01-01"]"#,
            "\n",
            r#"[null,"9223372036854775807","-Infinity",false,"1969-12-31T23:59:59.999999Z","1969-12-31"]"#,
            "\n"
        );
        assert_eq!(String::from_utf8(canonical_rows(&table)).unwrap(), expected);
    }
}
