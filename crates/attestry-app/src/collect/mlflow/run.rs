//! Runs, metrics and datasets, as far as they are read.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;
use serde_json::Value;

use crate::import::foreign::{at, text};

/// A run: who, when, and what it logged.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) user: Option<String>,
    pub(super) started_at: Option<Instant>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) metrics: Vec<Metric>,
    pub(super) datasets: Vec<Dataset>,
}

/// A metric's last value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Metric {
    pub(super) name: String,
    /// `None` when it is no finite number.
    pub(super) value: Option<f64>,
    pub(super) shown: String,
    pub(super) at: Option<Instant>,
    pub(super) step: i64,
    pub(super) run_id: Option<String>,
    pub(super) dataset: Option<(String, Option<String>)>,
}

/// A dataset that a run took in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dataset {
    pub(super) name: String,
    pub(super) digest: String,
    pub(super) source_type: Option<String>,
    pub(super) source: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) context: Option<String>,
}

/// The members of a list; none where there is no list.
pub(super) fn list<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    at(value, path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A whole number, which some servers write as text.
pub(super) fn number(value: &Value, path: &[&str]) -> Option<i64> {
    let found = at(value, path)?;
    found.as_i64().or_else(|| found.as_str()?.parse().ok())
}

/// An instant in milliseconds since 1970.
pub(super) fn instant(value: &Value, path: &[&str]) -> Option<Instant> {
    number(value, path).filter(|at| *at > 0)?.checked_mul(1000).map(Instant::from_micros)
}

/// Tags by name; the last of one name counts.
pub(super) fn tags(list: &[Value]) -> BTreeMap<String, String> {
    let pair = |tag: &Value| Some((text(tag, &["key"])?.to_owned(), text(tag, &["value"])?.to_owned()));
    list.iter().filter_map(pair).collect()
}

fn owned(value: &Value, path: &[&str]) -> Option<String> {
    text(value, path).map(str::to_owned)
}

/// A run as the server writes it.
pub(super) fn run(value: &Value) -> Option<Run> {
    let tags = tags(list(value, &["data", "tags"]));
    Some(Run {
        id: owned(value, &["info", "run_id"])?,
        user: owned(value, &["info", "user_id"]).or_else(|| tags.get("mlflow.user").cloned()),
        started_at: instant(value, &["info", "start_time"]),
        metrics: list(value, &["data", "metrics"]).iter().filter_map(metric).collect(),
        datasets: list(value, &["inputs", "dataset_inputs"]).iter().filter_map(dataset).collect(),
        tags,
    })
}

/// A metric as the server writes it.
pub(super) fn metric(value: &Value) -> Option<Metric> {
    let said = at(value, &["value"])?;
    let number = said.as_f64().or_else(|| said.as_str()?.parse().ok()).filter(|number| number.is_finite());
    Some(Metric {
        name: owned(value, &["key"])?,
        value: number,
        shown: said.as_str().map_or_else(|| said.to_string(), str::to_owned),
        at: instant(value, &["timestamp"]),
        step: self::number(value, &["step"]).unwrap_or(0),
        run_id: owned(value, &["run_id"]),
        dataset: owned(value, &["dataset_name"]).map(|name| (name, owned(value, &["dataset_digest"]))),
    })
}

fn dataset(value: &Value) -> Option<Dataset> {
    let context = tags(list(value, &["tags"])).remove("mlflow.data.context");
    let part = |name: &str| owned(value, &["dataset", name]);
    Some(Dataset {
        name: part("name")?,
        digest: part("digest")?,
        source_type: part("source_type"),
        source: part("source"),
        schema: part("schema"),
        profile: part("profile"),
        context,
    })
}
