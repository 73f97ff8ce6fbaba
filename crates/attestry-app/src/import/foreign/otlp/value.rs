//! Attributes as plain values.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::finding::list;

/// Deepest list of lists that is looked into.
const DEEPEST: usize = 16;

/// The attributes of a resource, a log record or a span.
pub(super) struct Attributes<'v>(BTreeMap<&'v str, &'v Value>);

impl<'v> Attributes<'v> {
    /// Those of a holder; the last of the same name counts.
    pub(super) fn of(holder: Option<&'v Value>) -> Self {
        let pairs = holder.map_or(&[][..], |holder| list(holder, "attributes")).iter();
        Self(pairs.filter_map(|pair| Some((pair.get("key")?.as_str()?, pair.get("value")?))).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        plain(self.0.get(name)?, 0)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'v str> {
        self.0.get(name)?.get("stringValue")?.as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        super::super::ai::words(self.get(name).as_ref())
    }

    /// What every record of a resource repeats, in bytes.
    pub(super) fn repeated(&self) -> usize {
        self.0
            .iter()
            .map(|(name, value)| {
                name.len() + value.get("stringValue").map_or(8, |text| text.as_str().map_or(8, str::len))
            })
            .sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'v str, Option<Value>)> {
        self.0.iter().map(|(name, value)| (*name, plain(value, 0)))
    }
}

/// A value of the protocol (`{"intValue":"3"}`) as a plain one, null for one that is empty; `None` for one that is
/// broken, too deep, or no number that can be counted with.
fn plain(value: &Value, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    let Some((kind, held)) = value.as_object()?.iter().next() else { return Some(Value::Null) };
    match (kind.as_str(), held) {
        ("stringValue" | "bytesValue", Value::String(_)) | ("boolValue", Value::Bool(_)) => {
            Some(held.clone())
        }
        ("intValue", Value::String(digits)) => digits.parse::<i64>().ok().map(Value::from),
        ("intValue", Value::Number(number)) => number.as_i64().map(Value::from),
        ("doubleValue", Value::Number(_)) => Some(held.clone()),
        ("doubleValue", Value::String(text)) => {
            text.parse::<f64>().ok().filter(|it| it.is_finite()).map(Value::from)
        }
        ("arrayValue", held) => {
            Some(list(held, "values").iter().filter_map(|one| plain(one, depth + 1)).collect())
        }
        ("kvlistValue", held) => {
            let pairs = held.as_array().map_or_else(|| list(held, "values"), Vec::as_slice).iter();
            let named = pairs.filter_map(|pair| {
                Some((pair.get("key")?.as_str()?.to_owned(), plain(pair.get("value")?, depth + 1)?))
            });
            Some(Value::Object(named.collect::<Map<_, _>>()))
        }
        _ => None,
    }
}

/// Nanoseconds since 1970, as number or digits, as RFC 3339 text; `None` for 0, which means unknown.
pub(super) fn instant(value: &Value) -> Option<String> {
    let nanos = nanos(value)?;
    Timestamp::from_nanosecond(i128::from(nanos)).ok().map(|moment| moment.to_string())
}

/// Nanoseconds since 1970; `None` for 0.
pub(super) fn nanos(value: &Value) -> Option<u64> {
    let nanos = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    (nanos != 0).then_some(nanos)
}
