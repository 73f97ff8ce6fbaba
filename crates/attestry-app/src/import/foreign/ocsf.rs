//! OCSF, the common schema of security products, versions 1.0.0-rc.2 to 1.x: JSON events and the rows of Parquet
//! files. What an item becomes is decided by its class:
//!
//! - checks of settings (`Compliance Finding`, and detections that state pass or fail) into `config_state`,
//! - `Vulnerability Finding` into `vulnerability`, other findings into `alert` or `incident`,
//! - calls of a control plane, whatever their class, into `api_activity`,
//! - `Authentication` into `login`, where it is a person's or program's sign-in and not a change of role.
//!
//! A row of a Parquet file writes a map as a list of keys and values; both forms are read.

mod activity;
mod alarm;
mod check;
mod flaw;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::finding::{self, list};
use super::{Fields, Out, at, person_key, text};

/// Whether an item is an event of OCSF.
pub fn recognises(item: &Value) -> bool {
    let class = item.get("class_uid").is_some_and(Value::is_u64);
    class && item.get("metadata").is_some_and(Value::is_object) && item.get("time").is_some()
}

/// Reads an event.
pub fn item(item: &Value, out: &mut Out) {
    let Some(class) = item.get("class_uid").and_then(Value::as_u64) else {
        return out.refuse("has no number `class_uid`; every OCSF event has one");
    };
    let called = at(item, &["api", "operation"]).is_some();
    match class {
        2001 if at(item, &["compliance"]).is_some() => check::read(item, out),
        2003 => check::read(item, out),
        2004 if check::stated(item) => check::read(item, out),
        2001 | 2002 | 2007 if !list(item, "vulnerabilities").is_empty() => flaw::read(item, out),
        2002 | 2007 => out.pass(name(item), "it names no vulnerability"),
        2001 | 2004 | 2006 => alarm::alert(item, out),
        2005 => alarm::incident(item, out),
        3002 => activity::authentication(item, out),
        // Until 1.0.0 the number of calls was 3005, which now is a change of a person's rights.
        3001 | 3003..=3006 | 6003 if called => activity::call(item, out),
        6003 => out.refuse("states no `api.operation`; a call without it is no record"),
        3001 | 3003..=3006 => out.pass(name(item), "it is no call of a control plane"),
        _ => out.pass(name(item), "no stream takes this class"),
    }
}

/// The class by its name, else by its number.
fn name(item: &Value) -> String {
    match text(item, &["class_name"]) {
        Some(name) => name.chars().take(60).collect(),
        None => format!("class {}", item.get("class_uid").unwrap_or(&Value::Null)),
    }
}

/// The instant of an event, as the number that every event has, else as text.
fn occurred(item: &Value) -> Option<String> {
    moment(item, "time")
}

/// The instant under a name, or under the same name with `_dt`.
fn moment(item: &Value, name: &str) -> Option<String> {
    let number = item.get(name).and_then(finding::instant);
    number.or_else(|| finding::instant(item.get(format!("{name}_dt"))?))
}

/// The product that wrote the event.
fn product(item: &Value) -> Option<&str> {
    text(item, &["metadata", "product", "name"])
        .or_else(|| text(item, &["metadata", "product", "vendor_name"]))
}

/// The word of our scale for the number of severity.
fn severity(item: &Value) -> &'static str {
    match item.get("severity_id").and_then(Value::as_u64) {
        Some(1) => "info",
        Some(2) => "low",
        Some(3) => "medium",
        Some(4) => "high",
        Some(5 | 6) => "critical",
        Some(_) => "unknown",
        None => text(item, &["severity"]).map_or("unknown", finding::severity),
    }
}

/// What a finding is about: `finding_info`, or `finding` until 1.0.0.
fn subject(item: &Value) -> Option<&Value> {
    at(item, &["finding_info"]).or_else(|| at(item, &["finding"]))
}

/// The account an event belongs to, in the words of every version.
fn account(item: &Value) -> Option<&str> {
    [&["cloud", "account", "uid"][..], &["cloud", "account_uid"], &["cloud", "project_uid"]]
        .iter()
        .find_map(|path| text(item, path))
}

/// A member that the product could not map, from a map or from a list of keys and values.
fn unmapped<'v>(item: &'v Value, name: &str) -> Option<&'v Value> {
    let entry = |entry: &'v Value| match entry {
        Value::Array(pair) => match pair.as_slice() {
            [key, value] if key == name => Some(value),
            _ => None,
        },
        _ if text(entry, &["key"]) == Some(name) => entry.get("value"),
        _ => None,
    };
    match item.get("unmapped")? {
        Value::Object(map) => map.get(name),
        Value::Array(entries) => entries.iter().find_map(entry),
        _ => None,
    }
    .filter(|value| !value.is_null())
}

/// A resource of a finding.
struct Resource<'v> {
    /// Full name, or the opaque key of the person whose account it is.
    key: Option<String>,
    kind: Option<&'v str>,
    name: Option<&'v str>,
    account: Option<&'v str>,
    region: Option<&'v str>,
    /// What tells it apart, never shown: it may name a person.
    uid: &'v str,
}

impl<'v> Resource<'v> {
    fn new(item: &'v Value, resource: &'v Value) -> Self {
        let kind = text(resource, &["type"]);
        let name = text(resource, &["name"]);
        let uid = text(resource, &["uid"]).or(name);
        let lower = kind.map(str::to_ascii_lowercase).unwrap_or_default();
        let named = uid.is_some_and(|uid| uid.starts_with("arn:") && uid.contains(":user/"));
        let person = named || lower.ends_with("user") || lower.ends_with("users");
        let key = if person { name.or(uid).map(person_key) } else { uid.map(str::to_owned) };
        Self {
            key,
            kind,
            name,
            account: text(resource, &["account_uid"]).or_else(|| account(item)),
            region: text(resource, &["region"]).or_else(|| text(item, &["cloud", "region"])),
            uid: uid.unwrap_or_default(),
        }
    }

    /// The resources of a finding; one without a name where it lists none.
    fn all(item: &'v Value) -> Vec<Self> {
        let listed = list(item, "resources");
        let single = at(item, &["resource"]).map(std::slice::from_ref).unwrap_or_default();
        let all = if listed.is_empty() { single } else { listed };
        match all {
            [] => vec![Self::new(item, &Value::Null)],
            all => all.iter().map(|resource| Self::new(item, resource)).collect(),
        }
    }

    fn place(&self, fields: Fields) -> Fields {
        fields
            .maybe("resource_key", self.key.as_deref())
            .maybe("account", self.account)
            .maybe("region", self.region)
    }
}
