//! The calls of MLflow's REST interface, and what of their answers is read.

use std::collections::BTreeMap;

use attestry_domain::time::Instant;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::run::{Metric, Run, list, metric, run};
use super::{Access, MlflowError, MlflowOptions};
use crate::collect::batch::Answered;
use crate::collect::http::{Fetch, Request, Response, below, shown};
use crate::collect::journal::Journal;
use crate::import::foreign::text;
use crate::port::World;

/// Objects of one page, the most that all lists allow.
pub(super) const PAGE: u32 = 1000;
/// Experiments that are searched at once.
const EXPERIMENTS: usize = 200;
/// Pages of one list at most.
const PAGES: u32 = 100_000;

/// An MLflow server.
pub(super) struct Server<'a> {
    journal: Journal<'a>,
    options: &'a MlflowOptions,
    calls: BTreeMap<String, u64>,
}

impl<'a> Server<'a> {
    pub(super) fn new(fetch: &'a dyn Fetch, world: &'a dyn World, options: &'a MlflowOptions) -> Self {
        Self { journal: Journal::new(fetch, world), options, calls: BTreeMap::new() }
    }

    pub(super) fn now(&self) -> Instant {
        self.journal.now()
    }

    /// What was asked so far, as `runs/search (3), …`.
    pub(super) fn asked(&self) -> String {
        let calls = self.calls.iter().map(|(path, times)| format!("{path} ({times})"));
        calls.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn answers(self) -> Vec<Answered> {
        self.journal.answers
    }

    /// Every registered model.
    pub(super) async fn models(&mut self) -> Result<Vec<Value>, MlflowError> {
        let fixed = [("order_by", "name ASC")];
        self.list("registered-models/search", &fixed, "registered_models").await
    }

    /// Every version that is not deleted, in an order that later changes do not disturb.
    pub(super) async fn versions(&mut self) -> Result<Vec<Value>, MlflowError> {
        let fixed = [("order_by", "name ASC"), ("order_by", "version_number ASC")];
        self.list("model-versions/search", &fixed, "model_versions").await
    }

    /// The identifiers of all experiments, deleted ones included.
    pub(super) async fn experiments(&mut self) -> Result<Vec<String>, MlflowError> {
        let fixed = [("view_type", "ALL"), ("order_by", "experiment_id ASC")];
        let found = self.list("experiments/search", &fixed, "experiments").await?;
        Ok(found.iter().filter_map(|one| text(one, &["experiment_id"])).map(str::to_owned).collect())
    }

    /// Runs that ended since an instant or have not ended; all of them without one. Deleted runs are among them.
    pub(super) async fn runs_since(
        &mut self,
        experiments: &[String],
        since: Option<Instant>,
    ) -> Result<Vec<Run>, MlflowError> {
        let filters = match since {
            None => vec![String::new()],
            Some(since) => vec![
                format!("attributes.end_time >= {}", since.micros() / 1000),
                "attributes.status = 'RUNNING'".to_owned(),
                "attributes.status = 'SCHEDULED'".to_owned(),
            ],
        };
        let mut runs = Vec::new();
        for some in experiments.chunks(EXPERIMENTS) {
            for filter in &filters {
                let body = json!({
                    "experiment_ids": some, "filter": filter, "run_view_type": "ALL",
                    "max_results": self.page(), "order_by": ["attributes.start_time ASC"],
                });
                runs.extend(self.search("runs/search", body, "runs").await?.iter().filter_map(run));
            }
        }
        Ok(runs)
    }

    /// A run by its identifier; `None` when the server does not have it.
    pub(super) async fn run(&mut self, id: &str) -> Result<Option<Run>, MlflowError> {
        let found = self.get("runs/get", &[("run_id", id)]).await;
        Ok(absent(found)?.as_ref().and_then(|answer| run(answer.get("run")?)))
    }

    /// The metrics logged for a model, of which a version is made in MLflow 3; `None` when the server has no such model.
    pub(super) async fn logged_model(&mut self, id: &str) -> Result<Option<Vec<Metric>>, MlflowError> {
        let found = self.get(&format!("logged-models/{id}"), &[]).await;
        let metrics =
            |answer: &Value| list(answer, &["model", "data", "metrics"]).iter().filter_map(metric).collect();
        Ok(absent(found)?.as_ref().map(metrics))
    }

    fn page(&self) -> u32 {
        self.options.page.clamp(1, PAGE)
    }

    /// All pages of a list that is asked by address.
    async fn list(
        &mut self,
        path: &str,
        fixed: &[(&str, &str)],
        name: &str,
    ) -> Result<Vec<Value>, MlflowError> {
        let size = self.page().to_string();
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let mut query = fixed.to_vec();
            query.push(("max_results", &size));
            if let Some(token) = &token {
                query.push(("page_token", token));
            }
            let answer = self.get(path, &query).await?;
            found.extend(list(&answer, &[name]).iter().cloned());
            let next = text(&answer, &["next_page_token"]).map(str::to_owned);
            if next.is_none() {
                return Ok(found);
            }
            if next == token {
                break;
            }
            token = next;
        }
        Err(MlflowError::Endless { path: path.to_owned() })
    }

    /// All pages of a list that is asked by a body.
    async fn search(&mut self, path: &str, mut body: Value, name: &str) -> Result<Vec<Value>, MlflowError> {
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            if let (Some(token), Some(members)) = (&token, body.as_object_mut()) {
                members.insert("page_token".to_owned(), json!(token));
            }
            let request = Request::post(self.address(path), "application/json", body.to_string());
            let answer = self.ask(path, request, &format!(" {body}")).await?;
            found.extend(list(&answer, &[name]).iter().cloned());
            let next = text(&answer, &["next_page_token"]).map(str::to_owned);
            if next.is_none() {
                return Ok(found);
            }
            if next == token {
                break;
            }
            token = next;
        }
        Err(MlflowError::Endless { path: path.to_owned() })
    }

    async fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Result<Value, MlflowError> {
        let mut address = self.address(path);
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        let shown: Vec<_> = query.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        // What is one call to a person: models are asked one by one.
        let name = if path.starts_with("logged-models/") { "logged-models/get" } else { path };
        let shown = if name == path { shown.concat() } else { format!(" {path}") };
        self.ask(name, Request::get(address), &shown).await
    }

    fn address(&self, path: &str) -> reqwest::Url {
        let fixed = ["api", "2.0", "mlflow"];
        below(&self.options.address, &fixed.into_iter().chain(path.split('/')).collect::<Vec<_>>())
    }

    async fn ask(&mut self, path: &str, request: Request, shown: &str) -> Result<Value, MlflowError> {
        *self.calls.entry(path.to_owned()).or_default() += 1;
        let request = match &self.options.access {
            Access::Open => request,
            Access::Token(token) => request.secret("authorization", format!("Bearer {}", token.reveal())),
            Access::Password { user, password } => {
                let pair = STANDARD.encode(format!("{user}:{}", password.reveal()));
                request.secret("authorization", format!("Basic {pair}"))
            }
        };
        let response = self.journal.ask(&request, &format!("{path}{shown}")).await?;
        if !matches!(response.status, 200..=299) {
            return Err(refusal(path, response));
        }
        let answer = response.json()?;
        if answer.is_object() { Ok(answer) } else { Err(response.unreadable("JSON, but no object").into()) }
    }
}

/// MLflow explains itself in JSON; what is between us and it, does not.
fn refusal(path: &str, response: Response) -> MlflowError {
    let said = response.json().ok();
    let part = |name: &str| said.as_ref().and_then(|said| text(said, &[name])).map(shown);
    match (part("error_code"), response.status) {
        (Some(code), status) if status != 401 && status != 403 => {
            MlflowError::Refused { path: path.to_owned(), code, message: part("message").unwrap_or_default() }
        }
        _ => response.accepted().map_or_else(MlflowError::Http, |other| other.refusal().into()),
    }
}

/// `None` where MLflow says that there is no such thing.
fn absent(found: Result<Value, MlflowError>) -> Result<Option<Value>, MlflowError> {
    match found {
        Err(MlflowError::Refused { code, .. }) if code == "RESOURCE_DOES_NOT_EXIST" => Ok(None),
        Err(MlflowError::Http(error)) if error.status() == Some(404) => Ok(None),
        other => other.map(Some),
    }
}
