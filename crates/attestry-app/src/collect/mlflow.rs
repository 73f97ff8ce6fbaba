//! Models, their versions, evaluations and datasets from an MLflow server (REST interface 2.0, servers 2.x and 3.x).
//!
//! Streams:
//!
//! - `model_version`: every version that the registry lists, with stage and aliases, tags and the run that made it;
//! - `evaluation`: the metrics of the runs that made registered versions, and those logged for the model behind a
//!   version (MLflow 3), each with the exact version it is about;
//! - `dataset_version` and `dataset_use`: the datasets that runs name with a digest, and which version used which.
//!
//! **When a state held.** MLflow notes the instant of the last change of a version, but not when an alias or tag was
//! set or removed. So a version is dated by its last change when nothing contradicts that, and by the instant of the
//! list when it carries an alias, or differs from the newest record already held without MLflow naming a newer
//! instant. The caller therefore hands in the newest records ([`Known`]); unchanged versions then come out equal.
//!
//! **What this does not know.** The registry holds the present stage only: moves between two collections are seen as
//! one. Deleted versions are not listed: one that is held already comes out with status `deleted`, dated by the list; of
//! others the missing number is named in the tie-out. A model that is gone as a whole is not noticed. Metrics of runs
//! that no registered version names are counted and passed over, and so are prompts. A metric is its last value in a
//! run.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;
use thiserror::Error;

use super::batch::{Batch, Collection};
use super::http::{self, Fetch, HttpError, Secret, Url};
use crate::import::foreign::Fields;
use crate::port::World;

mod api;
mod datasets;
mod evaluations;
mod run;
#[cfg(test)]
mod tests;
mod versions;

/// The newest record of a stream under a key, as far as one is held already.
pub type Known<'a> = dyn Fn(&str, &[&str]) -> Option<Fields> + Sync + 'a;

/// How the server knows us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Access {
    /// Not at all.
    #[default]
    Open,
    /// By a token.
    Token(Secret),
    /// By a name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// Where and what to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MlflowOptions {
    /// The server.
    pub address: Url,
    /// How it knows us.
    pub access: Access,
    /// Runs that ended at this instant or later, or have not ended; the registry is always read whole.
    pub since: Option<Instant>,
    /// Objects of one page, from 1 to 1000.
    pub page: u32,
}

impl MlflowOptions {
    /// A server, with the access that the environment names as MLflow's own clients read it: `MLFLOW_TRACKING_TOKEN`,
    /// or `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`. Without an address, `MLFLOW_TRACKING_URI` is it.
    ///
    /// # Errors
    /// When there is no address, or it is none of a server.
    pub fn find(
        address: Option<&str>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, MlflowError> {
        let set = |name: &str| variable(name).filter(|text| !text.trim().is_empty());
        let text = address.map(str::to_owned).or_else(|| set("MLFLOW_TRACKING_URI"));
        let address = http::address(&text.ok_or(MlflowError::NoAddress)?)?;
        let access = match (set("MLFLOW_TRACKING_TOKEN"), set("MLFLOW_TRACKING_USERNAME")) {
            (_, Some(user)) => {
                let password = Secret::new(set("MLFLOW_TRACKING_PASSWORD").unwrap_or_default());
                Access::Password { user, password }
            }
            (Some(token), None) => Access::Token(Secret::new(token)),
            (None, None) => Access::Open,
        };
        Ok(Self { address, access, since: None, page: api::PAGE })
    }
}

/// Why nothing was collected.
#[derive(Debug, Error)]
pub enum MlflowError {
    /// No address.
    #[error("no MLflow server: give its address, or set MLFLOW_TRACKING_URI, such as https://mlflow.example")]
    NoAddress,
    /// The network or the server.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// MLflow says no.
    #[error("MLflow refused {path}: `{code}`: {message}")]
    Refused {
        /// The path that was asked.
        path: String,
        /// MLflow's code.
        code: String,
        /// MLflow's explanation.
        message: String,
    },
    /// A list that goes on for ever.
    #[error(
        "MLflow gave the same page of {path} again and again; try again later, and check what lies between"
    )]
    Endless {
        /// The path that was asked.
        path: String,
    },
    /// A registry that was written to while it was read.
    #[error(
        "MLflow listed {model} version {version} twice: the registry was changed meanwhile; collect again"
    )]
    Moved {
        /// The model.
        model: String,
        /// The version.
        version: String,
    },
}

/// Everything read from a server.
#[derive(Debug, Default)]
struct Read {
    versions: Vec<versions::Version>,
    runs: BTreeMap<String, run::Run>,
    logged: BTreeMap<String, Vec<run::Metric>>,
    experiments: u64,
    runs_in_span: u64,
    /// Runs that versions name and the server does not have.
    lost: Vec<String>,
}

/// Reads the registry and the runs that it rests on.
///
/// # Errors
/// When the server cannot be reached, refuses, or answers something that MLflow would not.
pub async fn collect(
    fetch: &dyn Fetch,
    world: &dyn World,
    options: &MlflowOptions,
    known: &Known<'_>,
) -> Result<Collection, MlflowError> {
    let mut server = api::Server::new(fetch, world, options);
    let begun = server.now();
    let models = server.models().await?;
    let listed = server.versions().await?;
    let (found, mut passed) = versions::of_registry(&models, &listed)?;
    let mut read = Read { versions: found, ..Read::default() };
    let experiments = server.experiments().await?;
    read.experiments = experiments.len() as u64;
    for run in server.runs_since(&experiments, options.since).await? {
        read.runs.insert(run.id.clone(), run);
    }
    read.runs_in_span = read.runs.len() as u64;
    read.fill(&mut server).await?;
    let asked = server.asked();
    let covers = Some(options.since.unwrap_or(Instant::from_micros(0))..begun);
    let place = http::place(&options.address);
    let since = options.since.map(|at| format!("that ended from {at} on, or have not ended"));
    let since = since.unwrap_or_else(|| "of any time".to_owned());
    let query =
        |what: &str| format!("{what} of MLflow at {place}, runs {since}, asked from {begun}: {asked}");
    let of_versions = Batch {
        stream: "model_version",
        rows: versions::records(&read.versions, begun, known),
        query: query("every registered model and version"),
        at_source: Some(read.versions.len() as u64),
        tie_out: versions::tie_out(&read.versions),
        covers: Some(begun..server.now()),
        gaps: Vec::new(),
    };
    let evaluations = evaluations::records(&read);
    passed.extend(evaluations.passed);
    let of_evaluations = Batch {
        stream: "evaluation",
        at_source: Some(evaluations.metrics),
        tie_out: evaluations.tie_out,
        rows: evaluations.rows,
        query: query("metrics of the runs and models behind registered versions"),
        covers: covers.clone(),
        gaps: Vec::new(),
    };
    let datasets = datasets::versions(&read, known);
    let uses = datasets::uses(&read);
    let of_datasets = Batch {
        stream: "dataset_version",
        at_source: None,
        tie_out: datasets::tie_out(&read, datasets.len()),
        rows: datasets,
        query: query("datasets that runs name"),
        covers: covers.clone(),
        gaps: Vec::new(),
    };
    let of_uses = Batch {
        stream: "dataset_use",
        at_source: None,
        tie_out: format!("{} uses by {} registered versions", uses.len(), read.versions.len()),
        rows: uses,
        query: query("datasets of the runs that made registered versions"),
        covers,
        gaps: Vec::new(),
    };
    let batches = vec![of_versions, of_evaluations, of_datasets, of_uses];
    Ok(Collection { batches, answers: server.answers(), passed })
}

impl Read {
    /// Adds the runs and models that versions name and the span left out.
    async fn fill(&mut self, server: &mut api::Server<'_>) -> Result<(), MlflowError> {
        let mut models = Vec::new();
        let mut runs = Vec::new();
        for version in &self.versions {
            models.extend(version.model_id.clone());
            runs.extend(version.run_id.clone());
        }
        models.sort();
        models.dedup();
        for model in models {
            if let Some(metrics) = server.logged_model(&model).await? {
                runs.extend(metrics.iter().filter_map(|metric| metric.run_id.clone()));
                self.logged.insert(model, metrics);
            }
        }
        runs.sort();
        runs.dedup();
        for id in runs {
            if self.runs.contains_key(&id) {
                continue;
            }
            match server.run(&id).await? {
                Some(run) => {
                    self.runs.insert(id, run);
                }
                None => self.lost.push(id),
            }
        }
        Ok(())
    }

    /// The runs that made a version or measured its model.
    fn runs_of<'r>(&'r self, version: &'r versions::Version) -> Option<&'r run::Run> {
        self.runs.get(version.run_id.as_ref()?)
    }
}
