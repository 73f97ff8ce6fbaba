//! Datasets of runs as records of streams `dataset_version` and `dataset_use`.
//!
//! MLflow's digest is a short one of its own making: it tells two versions of a dataset apart, and is the version here.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;
use serde_json::Value;

use super::run::Dataset;
use super::versions::same;
use super::{Known, Read};
use crate::import::foreign::{Fields, Found};

/// The identifier of a dataset's version in all streams.
fn id(dataset: &Dataset) -> String {
    format!("{}@{}", dataset.name, dataset.digest)
}

const STREAM: &str = "dataset_version";

/// Each dataset once, as the first run that named it described it, and dated by that run. A span that leaves the first
/// run out must not date it anew: what is held already and equal keeps its instant.
pub(super) fn versions(read: &Read, known: &Known<'_>) -> Vec<Found> {
    let mut first: BTreeMap<String, (Instant, &str, &Dataset)> = BTreeMap::new();
    for run in read.runs.values() {
        let Some(at) = run.started_at else { continue };
        for dataset in &run.datasets {
            let found = (at, run.id.as_str(), dataset);
            let earliest = first.entry(id(dataset)).or_insert(found);
            if (found.0, found.1) < (earliest.0, earliest.1) {
                *earliest = found;
            }
        }
    }
    let record = |((id, (at, _, dataset)), item): ((&String, &(Instant, &str, &Dataset)), u64)| {
        let found = fields(id, *at, dataset);
        let held = known(STREAM, &[id, "registry"]).filter(|held| same(held, &found));
        Found { stream: STREAM, item, fields: held.unwrap_or(found) }
    };
    first.iter().zip(1..).map(record).collect()
}

fn fields(id: &str, at: Instant, dataset: &Dataset) -> Fields {
    let parsed =
        |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let profile = parsed(&dataset.profile);
    let rows = profile.as_ref().and_then(|profile| profile.get("num_rows")?.as_u64());
    Fields::default()
        .with("dataset_version_id", id)
        .with("basis", "registry")
        .with("dataset", dataset.name.as_str())
        .with("version", dataset.digest.as_str())
        .with("digest", format!("mlflow:{}", dataset.digest))
        .maybe("location", dataset.source.as_deref().and_then(location))
        .maybe("origin", dataset.source_type.as_deref())
        .maybe("row_count", rows)
        .maybe("column_count", parsed(&dataset.schema).as_ref().and_then(columns))
        .with("updated_at", at.to_string())
}

/// The address in a source's description. Credentials in it are cut off.
fn location(source: &str) -> Option<String> {
    let described = serde_json::from_str::<Value>(source).ok()?;
    let names = ["uri", "url", "path", "table_name", "name"];
    let found = names.iter().find_map(|name| described.get(*name)?.as_str())?;
    let Ok(mut url) = reqwest::Url::parse(found) else {
        return Some(found.to_owned());
    };
    if url.has_host() && (url.query().is_some() || url.password().is_some() || !url.username().is_empty()) {
        url.set_query(None);
        let _ = url.set_password(None);
        let _ = url.set_username("");
        return Some(url.to_string());
    }
    Some(found.to_owned())
}

/// The columns of a schema: a plain list, or one that is nested by what the columns are for.
fn columns(schema: &Value) -> Option<u64> {
    let spec = schema.get("mlflow_colspec")?;
    match spec {
        Value::Array(columns) => Some(columns.len() as u64),
        Value::Object(parts) => {
            Some(parts.values().filter_map(Value::as_array).map(|part| part.len() as u64).sum())
        }
        _ => None,
    }
}

/// Which registered version used which dataset, and for what, by the run that made it.
pub(super) fn uses(read: &Read) -> Vec<Found> {
    type Use = (String, String, &'static str);
    let mut uses: BTreeMap<Use, (Instant, &str)> = BTreeMap::new();
    for version in &read.versions {
        let Some(run) = read.runs_of(version) else { continue };
        let Some(at) = run.started_at else { continue };
        for dataset in &run.datasets {
            let key = (version.id(), id(dataset), purpose(dataset.context.as_deref()));
            uses.entry(key).or_insert((at, &dataset.digest));
        }
    }
    let record = |(((model, dataset, purpose), (at, digest)), item): ((Use, (Instant, &str)), u64)| Found {
        stream: "dataset_use",
        item,
        fields: Fields::default()
            .with("model_version_id", model)
            .with("dataset_version_id", dataset)
            .with("purpose", purpose)
            .with("basis", "registry")
            .with("digest", format!("mlflow:{digest}"))
            .with("updated_at", at.to_string()),
    };
    uses.into_iter().zip(1..).map(record).collect()
}

/// The purpose that the run's author wrote; words that are not clear stay unstated.
fn purpose(context: Option<&str>) -> &'static str {
    match context.unwrap_or_default().to_lowercase().as_str() {
        "train" | "training" => "training",
        "val" | "valid" | "validation" => "validation",
        "test" | "testing" | "eval" | "evaluation" => "test",
        "grounding" | "retrieval" => "grounding",
        _ => "unstated",
    }
}

pub(super) fn tie_out(read: &Read, found: usize) -> String {
    let named: usize = read.runs.values().map(|run| run.datasets.len()).sum();
    format!("{named} mentions in {} runs are {found} datasets by name and digest", read.runs.len())
}
