//! Metrics of registered versions as records of stream `evaluation`.

use std::collections::BTreeSet;

use super::Read;
use super::run::{Metric, Run};
use super::versions::{Passed, Version};
use crate::import::foreign::{Fields, Found, person_key};

/// The records and how they were counted.
pub(super) struct Evaluations {
    pub(super) rows: Vec<Found>,
    /// Metrics that are about a registered version, each once a version.
    pub(super) metrics: u64,
    pub(super) passed: Passed,
    pub(super) tie_out: String,
}

/// The metrics of each version: those logged for its model, which name dataset and run, then those of its run.
pub(super) fn records(read: &Read) -> Evaluations {
    let mut rows = Vec::new();
    let mut undated = 0;
    let mut runs: BTreeSet<&str> = BTreeSet::new();
    let mut taken: BTreeSet<(&str, &str, i64)> = BTreeSet::new();
    for version in &read.versions {
        let logged = version.model_id.as_ref().and_then(|id| read.logged.get(id));
        let mut seen: BTreeSet<(&str, Option<&str>, i64)> = BTreeSet::new();
        for metric in logged.into_iter().flatten() {
            let run = metric.run_id.as_ref().and_then(|id| read.runs.get(id));
            seen.insert((&metric.name, metric.run_id.as_deref(), metric.step));
            taken.extend(metric.run_id.as_deref().map(|run| (run, metric.name.as_str(), metric.step)));
            push(&mut rows, &mut undated, version, run, metric);
        }
        let Some(run) = read.runs_of(version) else { continue };
        runs.insert(&run.id);
        for metric in &run.metrics {
            taken.insert((&run.id, &metric.name, metric.step));
            if seen.insert((&metric.name, Some(&run.id), metric.step)) {
                push(&mut rows, &mut undated, version, Some(run), metric);
            }
        }
    }
    let metrics = rows.len() as u64 + undated;
    let mut passed = Passed::new();
    let all = read.runs.values().flat_map(|run| run.metrics.iter().map(move |metric| (run, metric)));
    let others =
        all.filter(|(run, metric)| !taken.contains(&(&run.id, &metric.name, metric.step))).count() as u64;
    let mut pass = |kind: &str, why, count| {
        if count > 0 {
            passed.insert((kind.to_owned(), why), count);
        }
    };
    pass("metric", "it is of no registered version", others);
    pass("metric", "it has no instant", undated);
    let tie_out = format!(
        "{metrics} metrics of {} versions, from {} runs and {} logged models; {} runs read in {} \
         experiments; {} runs that versions name are not there",
        read.versions.len(),
        runs.len(),
        read.logged.len(),
        read.runs_in_span,
        read.experiments,
        read.lost.len()
    );
    Evaluations { rows, metrics, passed, tie_out }
}

fn push(rows: &mut Vec<Found>, undated: &mut u64, version: &Version, run: Option<&Run>, metric: &Metric) {
    match fields(version, run, metric) {
        Some(fields) => rows.push(Found { stream: "evaluation", item: rows.len() as u64 + 1, fields }),
        None => *undated += 1,
    }
}

fn fields(version: &Version, run: Option<&Run>, metric: &Metric) -> Option<Fields> {
    let at = metric.at?;
    let run_id = metric.run_id.as_deref().or(run.map(|run| run.id.as_str())).unwrap_or_default();
    let (dataset, digest) = match &metric.dataset {
        Some((name, digest)) => (Some(name.as_str()), digest.as_deref()),
        None => (None, None),
    };
    let of = digest.map(|digest| format!("/{digest}")).unwrap_or_default();
    let id = format!("{}/{run_id}/{}/{}/{}{of}", version.id(), metric.name, metric.step, at.micros() / 1000);
    Some(
        Fields::default()
            .with("evaluation_id", id)
            .with("evaluated_at", at.to_string())
            .with("basis", "registry")
            .with("model_version_id", version.id())
            .maybe("dataset", dataset)
            .maybe("dataset_digest", digest.map(|digest| format!("mlflow:{digest}")))
            .with("metric", metric.name.as_str())
            .maybe("metric_value", metric.value)
            .maybe("metric_text", metric.value.is_none().then_some(metric.shown.as_str()))
            .maybe("tool", run.and_then(tool))
            .maybe("run_id", Some(run_id).filter(|id| !id.is_empty()))
            .maybe("evaluator_key", run.and_then(|run| run.user.as_deref()).map(person_key)),
    )
}

/// The program that made the run, with its commit where it names one.
fn tool(run: &Run) -> Option<String> {
    let name = run.tags.get("mlflow.source.name")?;
    let commit = run.tags.get("mlflow.source.git.commit");
    Some(commit.map_or_else(|| name.clone(), |commit| format!("{name}@{commit}")))
}
