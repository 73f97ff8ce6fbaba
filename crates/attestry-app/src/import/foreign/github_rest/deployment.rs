//! Deployments.

use jiff::Timestamp;
use serde_json::Value;

use super::super::{Fields, Out, at, person_key, text};
use super::{id_of, login, repository_in};

const DEPLOYMENT: &str = "deployment";

/// A deployment as a `deployment`, from its first successful status on. One that never succeeded put no version in
/// place and is passed over.
pub fn deployment(deployment: &Value, statuses: &[Value], out: &mut Out) {
    if statuses.is_empty() {
        out.pass(DEPLOYMENT, "asks for a version; only its statuses say whether that began to serve");
        return;
    }
    let succeeded = statuses.iter().filter(|status| text(status, &["state"]) == Some("success"));
    let instants = succeeded.filter_map(|status| text(status, &["created_at"]));
    let first = instants.filter_map(|at| Some((at.parse::<Timestamp>().ok()?, at))).min();
    let Some((_, deployed_at)) = first else {
        out.pass(DEPLOYMENT, "did not succeed");
        return;
    };
    let url = ["url", "statuses_url"].into_iter().find_map(|member| text(deployment, &[member]));
    let (Some(repository), Some(id)) = (url.and_then(repository_in), id_of(deployment, &["id"])) else {
        out.refuse("a deployment without `id`, or whose `url` names no repository");
        return;
    };
    let (Some(commit), Some(named)) = (text(deployment, &["sha"]), text(deployment, &["environment"])) else {
        out.refuse(format!("deployment {id} of {repository} without `sha` or `environment`"));
        return;
    };
    let tag = text(deployment, &["ref"]).and_then(|name| name.strip_prefix("refs/tags/"));
    let fields = Fields::default()
        .with("deployment_id", format!("{repository}/deployments/{id}"))
        .with("system_key", repository.as_str())
        .with("version", tag.unwrap_or(commit))
        .with("environment", environment(deployment, named))
        .with("deployed_at", deployed_at)
        .maybe("deployer_key", login(deployment, "creator").map(person_key))
        .with("repository", repository.as_str())
        .with("commit", commit)
        .with("environment_name", named);
    out.record("deployment", fields);
}

/// production, staging or test, as the platform marks the environment or its name says; else the name as it is.
fn environment(deployment: &Value, name: &str) -> String {
    let marked = |member| at(deployment, &[member]).and_then(Value::as_bool) == Some(true);
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let says = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let our = if marked("production_environment") {
        "production"
    } else if says(&["staging", "stage", "preprod", "preproduction", "uat", "pre", "nonprod"]) {
        "staging"
    } else if says(&[
        "test",
        "testing",
        "dev",
        "development",
        "qa",
        "ci",
        "preview",
        "sandbox",
        "integration",
    ]) || marked("transient_environment")
    {
        "test"
    } else if says(&["production", "prod", "live"]) {
        "production"
    } else {
        return name.to_owned();
    };
    our.to_owned()
}
