//! Events as GitHub's webhooks deliver them.
//!
//! The kind of an event stands in a header that a saved payload has lost, so it is told by the payload's members. A
//! saved *delivery*, as the list of deliveries of a hook gives it, is read too: it adds when the event was delivered,
//! which for changes of membership is the only instant there is.
//!
//! The same object read from the REST API gives the same record under the same key, so both ways can be used at once.

use serde_json::Value;

use super::github_rest::{self, Seen, alert, login};
use super::{Out, at, person_key, text};

mod access;

#[cfg(test)]
mod tests;

/// Whether an item is a payload of a webhook, or a delivery with one.
pub fn recognises(item: &Value) -> bool {
    let payload = payload(item);
    let sent = at(payload, &["sender", "login"]).is_some();
    let placed = ["repository", "organization", "enterprise", "installation", "team"];
    let is_object = |member: &str| payload.get(member).is_some_and(Value::is_object);
    sent && placed.into_iter().any(is_object)
        && text(payload, &["url"]).is_none_or(|url| !url.contains("/pulls/"))
}

/// Reads one event.
pub fn item(item: &Value, out: &mut Out) {
    let payload = payload(item);
    let action = text(payload, &["action"]).unwrap_or_default();
    let told_at = text(item, &["delivered_at"]);
    let event = Event { payload, action, told_at };
    let has = |member: &str| payload.get(member).is_some_and(|value| !value.is_null());
    if has("pull_request") && has("review") {
        event.review(out);
    } else if has("pull_request") && has("number") {
        event.pull_request(out);
    } else if has("rule") && at(payload, &["rule", "repository_id"]).is_some() {
        event.protection(out);
    } else if has("alert") {
        event.alert(out);
    } else if has("deployment_status") {
        event.deployment(out);
    } else if has("check_run") {
        event.finished("check_run", github_rest::check_run, out);
    } else if has("workflow_run") {
        event.finished("workflow_run", github_rest::workflow_run, out);
    } else if has("context") && has("sha") && has("state") {
        github_rest::commit_status(payload, out);
    } else if has("member") || has("membership") || has("invitation") || has("team") {
        access::changed(&event, out);
    } else {
        let (kind, why) = other(payload);
        out.pass(event.named(kind), why);
    }
}

/// Events that no stream takes, by a member that only they have.
fn other(payload: &Value) -> (&'static str, &'static str) {
    const DISCUSSION: &str = "a discussion; what was decided is in the review";
    const KINDS: [(&str, &str, &str); 13] = [
        (
            "pusher",
            "push",
            "a push is no change of the shipped branch by itself: the pull request or the repository says what reached it",
        ),
        ("ref_type", "ref", "a branch or tag that is made or removed is no change of the shipped branch"),
        ("deployment", "deployment", "asks for a version; its status says whether that began to serve"),
        ("check_suite", "check_suite", "its check runs are records of their own"),
        ("workflow_job", "workflow_job", "its workflow run is a record of its own"),
        ("comment", "comment", DISCUSSION),
        ("thread", "pull_request_review_thread", DISCUSSION),
        ("issue", "issues", "an issue of GitHub is no record of any stream"),
        ("release", "release", "a release offers a version; a deployment puts it in place"),
        ("zen", "ping", "says only that the hook exists"),
        ("hook", "meta", "about the hook itself"),
        ("repositories_added", "installation_repositories", "about an installed app; the audit log has it"),
        ("changes", "settings", "a change of names or settings that no stream holds; the audit log has it"),
    ];
    let known =
        KINDS.into_iter().find(|(member, ..)| payload.get(member).is_some_and(|value| !value.is_null()));
    let (_, kind, why) = known.unwrap_or(("", "event", "none of the events that our streams are made of"));
    (kind, why)
}

fn payload(item: &Value) -> &Value {
    at(item, &["request", "payload"]).filter(|_| text(item, &["delivered_at"]).is_some()).unwrap_or(item)
}

/// An event and what is known about it.
struct Event<'v> {
    payload: &'v Value,
    action: &'v str,
    /// When it was delivered, where that is known.
    told_at: Option<&'v str>,
}

impl<'v> Event<'v> {
    fn named(&self, kind: &str) -> String {
        if self.action.is_empty() { kind.to_owned() } else { format!("{kind}.{}", self.action) }
    }

    fn repository(&self) -> Option<&'v str> {
        text(self.payload, &["repository", "full_name"])
    }

    fn sender(&self) -> Option<&'v str> {
        login(self.payload, "sender")
    }

    fn pull_request(&self, out: &mut Out) {
        let Some(pull) = at(self.payload, &["pull_request"]) else { return };
        if self.action != "closed" {
            out.pass(self.named("pull_request"), "the change is recorded when it is merged");
        } else if text(pull, &["merged_at"]).is_none() {
            out.pass(self.named("pull_request"), "closed without a merge");
        } else {
            github_rest::pull_request(pull, None, out);
        }
    }

    fn review(&self, out: &mut Out) {
        let number = at(self.payload, &["pull_request", "number"]).and_then(Value::as_u64);
        match (self.payload.get("review"), self.repository().zip(number)) {
            (Some(review), Some((repository, number))) => {
                github_rest::review(review, repository, number, out)
            }
            _ => out.refuse("a review whose event names no repository or no pull request"),
        }
    }

    fn protection(&self, out: &mut Out) {
        let Some(rule) = at(self.payload, &["rule"]) else { return };
        let removed = self.action == "deleted";
        // When a rule was removed is not in the rule, which only says when it was last set.
        let set_at = text(rule, &["updated_at"]).filter(|_| !removed);
        let (Some(repository), Some(branch)) = (self.repository(), text(rule, &["name"])) else {
            out.refuse("a rule of branch protection whose event names no repository or no branch");
            return;
        };
        let Some(observed_at) = set_at.or(self.told_at) else {
            out.refuse(format!(
                "the removal of the rule for `{branch}` of {repository} does not say when; the audit log does, as \
                 `protected_branch.destroy`"
            ));
            return;
        };
        let by = self.sender().map(person_key);
        let seen = Seen { repository, branch, observed_at, basis: "event", changed_by_key: by.as_deref() };
        github_rest::rule(rule, seen, removed, out);
    }

    fn alert(&self, out: &mut Out) {
        let (Some(alert), Some(repository)) = (at(self.payload, &["alert"]), self.repository()) else {
            out.pass(self.named("alert"), "not about one repository; the alert of each repository is");
            return;
        };
        let has = |member: &str| alert.get(member).is_some();
        let of = alert::Of {
            alert,
            repository,
            told_at: self.told_at,
            reopened: self.action.contains("reopen") || self.action == "reintroduced",
        };
        if at(self.payload, &["location"]).is_some() {
            out.pass(
                self.named("secret_scanning_alert_location"),
                "a further place of a secret that has its alert",
            );
        } else if has("security_advisory") {
            alert::dependabot(of, out);
        } else if has("secret_type") {
            alert::secret_scanning(of, out);
        } else if has("rule") || has("tool") {
            alert::code_scanning(of, out);
        } else if has("affected_package_name") {
            alert::dependency(of, self.action, out);
        } else {
            out.pass(self.named("alert"), "an alert of a kind that is not known");
        }
    }

    fn deployment(&self, out: &mut Out) {
        let (deployment, status) = (self.payload.get("deployment"), self.payload.get("deployment_status"));
        if let (Some(deployment), Some(status)) = (deployment, status) {
            github_rest::deployment(deployment, std::slice::from_ref(status), out);
        } else {
            out.refuse("a status of a deployment that names no deployment");
        }
    }

    fn finished(&self, member: &str, read: fn(&Value, &mut Out), out: &mut Out) {
        if let Some(run) = at(self.payload, &[member]) {
            read(run, out);
        }
    }
}
