//! Finding values in events: paths, conditions, instants and identifiers.
//!
//! A **path** names members separated by `/`; a number picks from a list, `?type=User` the first element of a list
//! whose member `type` is `User`. Alternatives are separated by `|`: the first that holds something counts. An
//! alternative that begins with `'` is the text after it, and the empty path finds nothing. Member names may also
//! be written in lower case, as log stores that fold the names of columns write them.
//!
//! A **condition** is a path that has to hold something, or a path with `=`, `!=`, `^=` (begins with) or `$=` (ends
//! with) and a text; a list meets `=` when it holds the text. Only `*` is always met.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::person_key;

/// The first value that the alternatives of a path find; null and empty text are nothing.
pub(crate) fn find<'v>(item: &'v Value, paths: &str) -> Option<&'v Value> {
    paths.split('|').find_map(|path| path.split('/').try_fold(item, step).filter(|value| says(value)))
}

fn step<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(name).or_else(|| {
            let folds = name.bytes().any(|byte| byte.is_ascii_uppercase());
            folds.then(|| members.get(&name.to_ascii_lowercase())).flatten()
        }),
        Value::Array(list) => match name.strip_prefix('?').and_then(|named| named.split_once('=')) {
            Some((member, wanted)) => {
                list.iter().find(|one| step(one, member).and_then(Value::as_str) == Some(wanted))
            }
            None => list.get(name.parse::<usize>().ok()?),
        },
        _ => None,
    }
}

fn says(value: &Value) -> bool {
    !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty())
}

/// The text, number or truth that a path finds, as text.
pub(crate) fn text(item: &Value, paths: &str) -> Option<String> {
    paths.split('|').find_map(|path| match path.strip_prefix('\'') {
        Some(literal) => Some(literal.to_owned()),
        None => shown(find(item, path)?),
    })
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Whether an event meets a condition.
pub(crate) fn meets(item: &Value, condition: &str) -> bool {
    if condition == "*" {
        return true;
    }
    for (sign, holds) in SIGNS {
        if let Some((path, wanted)) = condition.rsplit_once(sign) {
            return find(item, path).is_some_and(|value| holds(value, wanted));
        }
    }
    match condition.rsplit_once('=') {
        Some((path, wanted)) if !picks(path) => find(item, path).is_some_and(|value| is(value, wanted)),
        _ => find(item, condition).is_some(),
    }
}

/// Whether an event meets all or any of some conditions.
pub(crate) fn meets_all(item: &Value, conditions: &[&str]) -> bool {
    conditions.iter().all(|condition| meets(item, condition))
}

/// Whether an event meets any of some conditions.
pub(crate) fn meets_any(item: &Value, conditions: &[&str]) -> bool {
    conditions.iter().any(|condition| meets(item, condition))
}

/// Whether a path ends within the choice of an element, so that the `=` after it belongs to the path.
fn picks(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|last| last.starts_with('?'))
}

type Holds = fn(&Value, &str) -> bool;

const SIGNS: [(&str, Holds); 3] = [
    ("!=", |value, wanted| !is(value, wanted)),
    ("^=", |value, wanted| shown(value).is_some_and(|text| text.starts_with(wanted))),
    ("$=", |value, wanted| shown(value).is_some_and(|text| text.ends_with(wanted))),
];

fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|one| shown(one).as_deref() == Some(wanted)),
        other => shown(other).as_deref() == Some(wanted),
    }
}

/// RFC 3339 text of an instant: written with an offset, as a local time, or counted since 1970 in seconds, milli-,
/// micro- or nanoseconds, told apart by size. A local time is UTC: every log read here is kept in it.
pub(crate) fn instant(value: &Value) -> Option<String> {
    let timestamp = match value {
        Value::Number(number) => counted(number.as_i64()?),
        Value::String(text) => written(text.trim()),
        _ => None,
    };
    timestamp.map(|timestamp| timestamp.to_string())
}

fn counted(number: i64) -> Option<Timestamp> {
    let unit: i128 = match number {
        ..0 => return None,
        0..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    };
    Timestamp::from_nanosecond(i128::from(number) * unit).ok()
}

fn written(text: &str) -> Option<Timestamp> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return counted(text.parse().ok()?);
    }
    let mut text = text.replacen(' ', "T", 1);
    text.retain(|c| c != ' ');
    text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    })
}

/// Hexadecimal digits of the SHA-256 of an event, which name it where the source gives no identifier.
pub(crate) fn digest(item: &Value) -> String {
    let mut digest = hex::encode(Sha256::digest(item.to_string().as_bytes()));
    digest.truncate(32);
    digest
}

/// The opaque hash of an access in streams `access_grant` and `access_removal`: the same system, holder and
/// entitlement have the same one, so that a removal which names no grant still finds it.
pub(crate) fn access_id(system: &str, person: &str, entitlement: &str) -> String {
    person_key(&format!("{system}\n{person}\n{entitlement}"))
}
