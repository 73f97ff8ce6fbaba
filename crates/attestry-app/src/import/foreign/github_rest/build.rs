//! Check runs, workflow runs and commit statuses.

use serde_json::Value;

use super::super::{Fields, Out, at, person_key, text};
use super::{id_of, login, repository_in};

const UNFINISHED: &str = "not finished: the record is made when the outcome is known";

/// A finished check run as a `build` of kind check.
pub fn check_run(run: &Value, out: &mut Out) {
    let Some(finished_at) = text(run, &["completed_at"]) else {
        out.pass("check run", UNFINISHED);
        return;
    };
    let Some((repository, id)) = text(run, &["url"]).and_then(repository_in).zip(id_of(run, &["id"])) else {
        out.refuse("a check run without `id`, or whose `url` names no repository");
        return;
    };
    let fields = Fields::default()
        .with("build_id", format!("{repository}/check-runs/{id}"))
        .with("built_at", finished_at)
        .with("time_basis", "finished")
        .with("kind", "check")
        .with("basis", "platform")
        .maybe("name", text(run, &["name"]))
        .with("repository", repository)
        .maybe("source_commit", text(run, &["head_sha"]))
        .maybe("builder", text(run, &["app", "slug"]))
        .maybe("invocation", text(run, &["html_url"]))
        .maybe("started_at", text(run, &["started_at"]))
        .with("finished_at", finished_at)
        .maybe("result", text(run, &["conclusion"]).map(result));
    out.record("build", fields);
}

/// A finished run of a workflow as a `build` of kind build; every attempt is a record.
pub fn workflow_run(run: &Value, out: &mut Out) {
    let conclusion = text(run, &["conclusion"]);
    if conclusion.is_none() || text(run, &["status"]).is_some_and(|status| status != "completed") {
        out.pass("workflow run", UNFINISHED);
        return;
    }
    let named = text(run, &["repository", "full_name"]).map(str::to_owned);
    let repository = named.or_else(|| text(run, &["url"]).and_then(repository_in));
    let (Some(repository), Some(id)) = (repository, id_of(run, &["id"])) else {
        out.refuse("a workflow run without `id` or repository");
        return;
    };
    let Some(finished_at) = text(run, &["updated_at"]) else {
        out.refuse(format!("workflow run {id} of {repository} does not say when it ended, in `updated_at`"));
        return;
    };
    let attempt = at(run, &["run_attempt"]).and_then(Value::as_u64).unwrap_or(1);
    let starter = ["triggering_actor", "actor"].into_iter().find_map(|who| login(run, who));
    let fields = Fields::default()
        .with("build_id", format!("{repository}/actions/runs/{id}/attempts/{attempt}"))
        .with("built_at", finished_at)
        .with("time_basis", "finished")
        .with("kind", "build")
        .with("basis", "platform")
        .maybe("name", text(run, &["name"]))
        .with("repository", repository)
        .maybe("source_commit", text(run, &["head_sha"]))
        .maybe("source_ref", text(run, &["head_branch"]))
        .with("builder", "github-actions")
        .maybe("invocation", text(run, &["html_url"]))
        .maybe("started_at", text(run, &["run_started_at"]))
        .with("finished_at", finished_at)
        .maybe("result", conclusion.map(result))
        .maybe("requester_key", starter.map(person_key));
    out.record("build", fields);
}

/// A decided commit status, as the API or an event states it, as a `build` of kind check.
pub fn commit_status(status: &Value, out: &mut Out) {
    let state = text(status, &["state"]).unwrap_or_default();
    if state == "pending" {
        out.pass("commit status", UNFINISHED);
        return;
    }
    let url = text(status, &["url"]).unwrap_or_default();
    let told_at = text(status, &["updated_at"]).or_else(|| text(status, &["created_at"]));
    let named = text(status, &["repository", "full_name"]).map(str::to_owned);
    let repository = named.or_else(|| repository_in(url));
    let (Some(repository), Some(id), Some(told_at)) = (repository, id_of(status, &["id"]), told_at) else {
        out.refuse("a commit status without `id`, instant or repository");
        return;
    };
    let named = text(status, &["sha"]);
    let commit = named.or_else(|| url.rsplit('/').next().filter(|end| is_commit(end)));
    let creator = ["creator", "sender"].into_iter().find_map(|who| login(status, who));
    let fields = Fields::default()
        .with("build_id", format!("{repository}/statuses/{id}"))
        .with("built_at", told_at)
        .with("time_basis", "finished")
        .with("kind", "check")
        .with("basis", "platform")
        .maybe("name", text(status, &["context"]))
        .with("repository", repository)
        .maybe("source_commit", commit)
        .maybe("builder", creator)
        .maybe("invocation", text(status, &["target_url"]))
        .with("finished_at", told_at)
        .with("result", result(state))
        .maybe("requester_key", creator.map(person_key));
    out.record("build", fields);
}

/// Our word for an outcome: a status that could not be decided failed, whatever else passes as it is.
fn result(outcome: &str) -> String {
    let outcome = outcome.to_lowercase();
    match outcome.as_str() {
        "error" | "startup_failure" => "failure".to_owned(),
        _ => outcome,
    }
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
