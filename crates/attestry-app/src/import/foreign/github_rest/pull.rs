//! Pull requests and their reviews.

use serde_json::Value;

use super::super::{Fields, Out, at, person_key, text};
use super::{id_of, is_service, login, repository_in};

const PULL: &str = "pull request";

/// A merged pull request as a `change`. `branch` is the branch that is shipped; without it the repository's default
/// branch is.
///
/// The merge's own person is only in an answer about a single pull request, not in a list.
pub fn pull_request(pull: &Value, branch: Option<&str>, out: &mut Out) {
    let Some(merged_at) = text(pull, &["merged_at"]) else {
        out.pass(PULL, "not merged");
        return;
    };
    let target = text(pull, &["base", "ref"]);
    let shipped = branch.or_else(|| text(pull, &["base", "repo", "default_branch"]));
    if let (Some(target), Some(shipped)) = (target, shipped)
        && target != shipped
    {
        out.pass(PULL, "merged into another branch than the one that is shipped");
        return;
    }
    let Some((repository, number)) = repository(pull).zip(at(pull, &["number"]).and_then(Value::as_u64))
    else {
        out.refuse("a merged pull request without a repository or a number");
        return;
    };
    let Some(author) = login(pull, "user") else {
        out.refuse(format!("pull request {repository}#{number} names no author in `user`"));
        return;
    };
    let merger = merger(pull);
    let fields = Fields::default()
        .with("change_id", change_id(&repository, number))
        .with("repository", repository)
        .maybe("commit", text(pull, &["merge_commit_sha"]))
        .with("merged_at", merged_at)
        .maybe("title", text(pull, &["title"]).and_then(|title| title.lines().next()))
        .with("author_key", person_key(author))
        .with("author", author)
        .maybe("committer", merger)
        .maybe("branch", target)
        .maybe("head_commit", text(pull, &["head", "sha"]))
        .maybe("opened_at", text(pull, &["created_at"]))
        .maybe("merger_key", merger.map(person_key))
        .maybe("author_is_service", is_service(pull, "user"));
    out.record("change", fields);
}

/// A review of a pull request, whether that is merged or not.
pub fn review(review: &Value, repository: &str, number: u64, out: &mut Out) {
    let verdict = text(review, &["state"]).unwrap_or_default().to_lowercase();
    if verdict == "pending" {
        out.pass("review", "not submitted yet");
        return;
    }
    if !["approved", "commented", "changes_requested", "dismissed"].contains(&verdict.as_str()) {
        out.refuse(format!("`state` is `{verdict}`, none of the four that a submitted review can have"));
        return;
    }
    let (Some(id), Some(reviewed_at)) = (id_of(review, &["id"]), text(review, &["submitted_at"])) else {
        out.refuse(format!("a review of {repository}#{number} without `id` or `submitted_at`"));
        return;
    };
    let Some(reviewer) = login(review, "user") else {
        out.refuse(format!("review {id} of {repository}#{number} names no reviewer in `user`"));
        return;
    };
    let change_id = change_id(repository, number);
    let given = format!("{change_id}/review/{id}");
    let dismissal = (verdict == "dismissed").then(|| format!("{given}/dismissed"));
    let fields = Fields::default()
        .with("change_id", change_id)
        .with("repository", repository)
        .with("reviewed_at", reviewed_at)
        .with("reviewer_key", person_key(reviewer))
        .with("reviewer", reviewer)
        .with("verdict", verdict)
        .with("basis", "platform")
        .maybe("reviewed_commit", text(review, &["commit_id"]))
        .maybe("withdraws_review_id", dismissal.is_some().then(|| given.clone()))
        .maybe("reviewer_is_service", is_service(review, "user"));
    out.record("review", fields.with("review_id", dismissal.unwrap_or(given)));
}

/// Who merged; a list of pull requests does not say, and the deleted account is null.
fn merger(pull: &Value) -> Option<&str> {
    pull.get("merged_by")?;
    login(pull, "merged_by")
}

fn repository(pull: &Value) -> Option<String> {
    let named = text(pull, &["base", "repo", "full_name"]).map(str::to_owned);
    named.or_else(|| text(pull, &["url"]).and_then(repository_in))
}

fn change_id(repository: &str, number: u64) -> String {
    format!("{repository}#{number}")
}
