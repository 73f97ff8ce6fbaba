//! Answers of GitHub's REST API, saved as they came, and the records of its objects.
//!
//! A saved answer does not say what was asked. What an object is, is told by its members and by the addresses in it;
//! those name the repository too. Answers that wrap a list (`check_runs`, `workflow_runs`) are one item with many
//! records.
//!
//! - A merged pull request is a `change`, when it went into the repository's default branch. Pull requests between
//!   other branches reach the shipped branch with the one that merges those, and are counted there.
//! - A review is a `review`. One that was dismissed is a record of its own, which names the one it takes back, so that
//!   neither overwrites the other.
//! - Finished check runs, workflow runs and commit statuses are `build`.
//! - A deployment is a `deployment` from its first successful status on. Without statuses it only says what was asked for.
//! - Alerts of Dependabot, code scanning and secret scanning are `vulnerability`.
//! - Settings and lists of members state no instant, and a record needs one: the collector, which knows when it asked,
//!   makes records of settings; the audit log has grants with their instants.
//!
//! People are named by their logins. An account that was deleted reads `ghost`, as GitHub shows it, so all deleted
//! accounts read as one person: a rule about two different people then errs towards an exception.

use serde_json::Value;

use super::{Out, at, text};

pub(super) mod alert;
mod build;
mod deployment;
mod protection;
mod pull;

pub use build::{check_run, commit_status, workflow_run};
pub use deployment::deployment;
pub use protection::{Seen, rule, settings};
pub use pull::{pull_request, review};

#[cfg(test)]
mod tests;

/// Whether an item is an object, or a wrapped list, of the REST API.
pub fn recognises(item: &Value) -> bool {
    kind(item).is_some()
}

/// Reads one saved object or wrapped list.
pub fn item(item: &Value, out: &mut Out) {
    let Some(kind) = kind(item) else {
        out.pass("object", "none of the objects of the REST API that our streams are made of");
        return;
    };
    match kind {
        Kind::Pull => pull_request(item, None, out),
        Kind::Review => saved_review(item, out),
        Kind::CheckRun => check_run(item, out),
        Kind::WorkflowRun => workflow_run(item, out),
        Kind::Status => commit_status(item, out),
        Kind::Wrapped(member, read) => wrapped(item, member, read, out),
        Kind::Deployment => deployment(item, list(item, "statuses"), out),
        Kind::Alert(read) => saved_alert(item, read, out),
        Kind::Other(name, why) => out.pass(name, why),
    }
}

type Read = fn(&Value, &mut Out);

enum Kind {
    Pull,
    Review,
    CheckRun,
    WorkflowRun,
    Status,
    Wrapped(&'static str, Read),
    Deployment,
    Alert(fn(alert::Of<'_>, &mut Out)),
    Other(&'static str, &'static str),
}

const SETTINGS: &str = "settings state no instant at which they held; a collector reads them with one";
const MEMBERS: &str = "says who has access now, not since when; the audit log has grants with their instants";

fn kind(item: &Value) -> Option<Kind> {
    let in_url = |member: &str, part: &str| {
        text(item, &[member]).is_some_and(|url| url.contains("/repos/") && url.contains(part))
    };
    let has = |member: &str| item.get(member).is_some();
    let is_list = |member: &str| item.get(member).is_some_and(Value::is_array);
    let kind = if in_url("url", "/pulls/") && has("merged_at") && has("base") {
        Kind::Pull
    } else if in_url("pull_request_url", "/pulls/") && has("diff_hunk") {
        Kind::Other("review comment", "a remark belongs to a review, which has a record of its own")
    } else if in_url("pull_request_url", "/pulls/") && has("state") && has("commit_id") {
        Kind::Review
    } else if is_list("check_runs") && has("total_count") {
        Kind::Wrapped("check_runs", check_run)
    } else if is_list("workflow_runs") && has("total_count") {
        Kind::Wrapped("workflow_runs", workflow_run)
    } else if is_list("statuses") && has("sha") && in_url("commit_url", "/commits/") {
        Kind::Other("combined status", "says of no status who set it; the list of statuses does")
    } else if in_url("url", "/check-runs/") && has("head_sha") {
        Kind::CheckRun
    } else if in_url("url", "/actions/runs/") && has("head_sha") && has("run_number") {
        Kind::WorkflowRun
    } else if in_url("url", "/statuses/") && has("context") && has("state") {
        Kind::Status
    } else if in_url("statuses_url", "/deployments/") && has("environment") && has("sha") {
        Kind::Deployment
    } else if in_url("deployment_url", "/deployments/") && has("state") {
        Kind::Other("deployment status", "does not say which version it is about; its deployment does")
    } else if in_url("url", "/dependabot/alerts/") {
        Kind::Alert(alert::dependabot)
    } else if in_url("url", "/code-scanning/alerts/") {
        Kind::Alert(alert::code_scanning)
    } else if in_url("url", "/secret-scanning/alerts/") {
        Kind::Alert(alert::secret_scanning)
    } else if in_url("url", "/branches/")
        && text(item, &["url"]).is_some_and(|url| url.ends_with("/protection"))
    {
        Kind::Other("branch protection", SETTINGS)
    } else if in_url("protection_url", "/branches/") && has("protected") {
        Kind::Other("branch", SETTINGS)
    } else if has("ruleset_id") && has("ruleset_source_type") {
        Kind::Other("rule of a branch", SETTINGS)
    } else if has("login") && at(item, &["permissions", "pull"]).is_some() {
        Kind::Other("collaborator", MEMBERS)
    } else if in_url("url", "/commits/") && has("commit") && has("parents") {
        Kind::Other(
            "commit",
            "how a commit reached the branch is said by its pull request, or by the repository itself",
        )
    } else if has("invitee") && has("inviter") {
        Kind::Other("invitation", "gives no access until it is accepted")
    } else if is_list("items") && has("incomplete_results") {
        Kind::Other("search", "finds things without what a record needs; ask for each of them")
    } else if in_url("url", "/issues/") && has("title") {
        Kind::Other("issue", "no record of any stream; a pull request's own answer says when it was merged")
    } else if has("full_name") && has("default_branch") {
        Kind::Other("repository", "about the repository itself")
    } else {
        return None;
    };
    Some(kind)
}

fn wrapped(item: &Value, member: &str, read: Read, out: &mut Out) {
    let all = list(item, member);
    let stated = at(item, &["total_count"]).and_then(Value::as_u64);
    if let Some(stated) =
        stated.filter(|stated| usize::try_from(*stated).is_ok_and(|stated| stated < all.len()))
    {
        out.refuse(format!("holds {} `{member}` and counts {stated}", all.len()));
        return;
    }
    if all.is_empty() {
        out.pass(member, "an empty list");
    }
    for one in all {
        read(one, out);
    }
}

fn saved_review(item: &Value, out: &mut Out) {
    let place =
        text(item, &["pull_request_url"]).and_then(|url| Some((repository_in(url)?, last_number(url)?)));
    match place {
        Some((repository, number)) => review(item, &repository, number, out),
        None => out.refuse("`pull_request_url` names no pull request"),
    }
}

fn saved_alert(item: &Value, read: fn(alert::Of<'_>, &mut Out), out: &mut Out) {
    match text(item, &["url"]).and_then(repository_in) {
        Some(repository) => {
            read(alert::Of { alert: item, repository: &repository, told_at: None, reopened: false }, out)
        }
        None => out.refuse("`url` names no repository"),
    }
}

/// The elements of a member that is a list.
pub(super) fn list<'v>(item: &'v Value, member: &str) -> &'v [Value] {
    item.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// `owner/name` in an address of the API.
pub(super) fn repository_in(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/repos/")?;
    let mut parts = rest.split(['/', '?', '#', '{']);
    let (owner, name) = (parts.next()?, parts.next()?);
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{owner}/{name}"))
}

/// The number that an address ends with.
fn last_number(url: &str) -> Option<u64> {
    url.rsplit('/').next()?.parse().ok()
}

/// The login of the account in a member; a deleted account is null there and reads `ghost`.
pub(super) fn login<'v>(item: &'v Value, member: &str) -> Option<&'v str> {
    match item.get(member)? {
        Value::Null => Some("ghost"),
        account => text(account, &["login"]),
    }
}

/// Whether the account in a member is a program's; `None` where it does not say.
fn is_service(item: &Value, member: &str) -> Option<bool> {
    text(item, &[member, "type"]).map(|kind| kind == "Bot")
}

/// An identifier that is a number or a text.
pub(super) fn id_of(item: &Value, path: &[&str]) -> Option<String> {
    match at(item, path)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}
