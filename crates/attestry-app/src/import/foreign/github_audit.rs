//! GitHub's audit log, of an organisation or an enterprise, as exported or streamed.
//!
//! Every event is a call in `api_activity`, so that bypasses, changes of settings and what a person did after leaving
//! can be tested over all of them: merges, `protected_branch.policy_override` and the like are told by `event_name`.
//! Besides, people who are given or lose membership of an organisation, a team or a repository are `access_grant` and
//! `access_removal`, and rules of branch protection that are made or removed are `branch_protection`. An event that
//! changes one setting of a rule states no other, so it is a call only. A merge names no author, so it is no `change`:
//! pull requests are.

use serde_json::Value;

use super::audit::{
    ACCESS, ACCOUNT, Access, Account, Actor, Gives, LOGIN, Login, PRODUCT, Product, Rule, read, rule, value,
};
use super::github_rest::{self, Seen};
use super::{Out, person_key, text};

#[cfg(test)]
mod tests;

const TIME: &str = "created_at|@timestamp|at_sign_timestamp";

const GITHUB: Product = Product {
    system: "github",
    event: &["action"],
    id: &["~_document_id"],
    time: TIME,
    actor: Actor {
        address: "actor",
        account: "actor",
        kind: "programmatic_access_type|actor_type",
        service: &["actor_is_bot=true", "actor$=[bot]"],
    },
    ip: "actor_ip",
    agent: "user_agent",
    country: "actor_location/country_code",
    category: "operation_type",
    tenant: "org|business",
    target: "repo|team|data/team|user",
    reads: &["action=git.clone", "action=git.fetch", "operation_type=access"],
    // The platform refused the push: nothing reached the branch.
    failed: &["action=protected_branch.rejected_ref_update"],
    why: "'rejected",
    rules: &RULES,
    ..PRODUCT
};

const HELD: Access =
    Access { person: "user", account: "user", privileged: &[": admin", ": owner", ": maintain"], ..ACCESS };
const OF_ORGANISATION: Access = Access {
    entitlement: &["org|business", "permission|role"],
    entitlement_id: "org|business",
    kind: "membership",
    ..HELD
};
const OF_TEAM: Access =
    Access { entitlement: &["team|data/team"], entitlement_id: "team|data/team", kind: "group", ..HELD };
const OF_REPOSITORY: Access =
    Access { entitlement: &["repo", "permission|role"], entitlement_id: "repo", kind: "permission", ..HELD };
const ADMINISTRATION: Access = Access {
    entitlement: &["'enterprise administration", "business"],
    entitlement_id: "business",
    kind: "role",
    privileged: &["administration"],
    ..HELD
};
const ACCOUNT_OF_USER: Account = Account { account: "user", ..ACCOUNT };

const RULES: [Rule; 15] = [
    rule(&["user.login"], Gives::Login(LOGIN)),
    rule(&["user.failed_login"], Gives::Login(Login { success: &[], ..LOGIN })),
    rule(
        &["user.two_factor_challenge_success"],
        Gives::Login(Login { step: "second_factor", mfa: &["*"], ..LOGIN }),
    ),
    rule(
        &["user.two_factor_challenge_failure"],
        Gives::Login(Login { step: "second_factor", success: &[], ..LOGIN }),
    ),
    rule(
        &["org.add_member", "org.add_outside_collaborator", "org.update_member"],
        Gives::Grant(OF_ORGANISATION),
    ),
    rule(&["org.remove_member", "org.remove_outside_collaborator"], Gives::Removal(OF_ORGANISATION)),
    rule(&["team.add_member"], Gives::Grant(OF_TEAM)),
    rule(&["team.remove_member"], Gives::Removal(OF_TEAM)),
    rule(&["repo.add_member", "repo.update_member"], Gives::Grant(OF_REPOSITORY)),
    rule(&["repo.remove_member"], Gives::Removal(OF_REPOSITORY)),
    rule(&["business.add_admin"], Gives::Grant(ADMINISTRATION)),
    rule(&["business.remove_admin"], Gives::Removal(ADMINISTRATION)),
    rule(&["user.suspend"], Gives::Account(Account { status: "suspended", ..ACCOUNT_OF_USER })),
    rule(&["user.unsuspend"], Gives::Account(Account { status: "active", ..ACCOUNT_OF_USER })),
    rule(&["user.destroy"], Gives::Account(Account { status: "deleted", ..ACCOUNT_OF_USER })),
];

/// Whether an item is an event of GitHub's audit log.
pub fn recognises(item: &Value) -> bool {
    let is_text = |member: &str| text(item, &[member]).is_some();
    let placed = ["org", "repo", "business", "_document_id", "actor_location", "programmatic_access_type"];
    let by_somebody = is_text("actor") || is_text("programmatic_access_type");
    text(item, &["action"]).is_some_and(is_action)
        && by_somebody
        && placed.into_iter().any(|member| item.get(member).is_some())
}

/// Reads one event.
pub fn item(item: &Value, out: &mut Out) {
    read(&GITHUB, item, out);
    match text(item, &["action"]) {
        Some("protected_branch.create") => protection(item, false, out),
        Some("protected_branch.destroy") => protection(item, true, out),
        _ => {}
    }
}

/// Whether a text is a category and an operation, as `repo.create`.
fn is_action(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
    };
    text.contains('.') && text.split('.').all(is_word)
}

/// Only a rule that names its branch; the call itself is recorded in any case.
fn protection(item: &Value, removed: bool, out: &mut Out) {
    let named = text(item, &["name"]).or_else(|| text(item, &["branch"]));
    let observed_at = value::find(item, TIME).and_then(value::instant);
    let (Some(repository), Some(branch), Some(observed_at)) = (text(item, &["repo"]), named, observed_at)
    else {
        return;
    };
    let by = text(item, &["actor"]).map(person_key);
    let seen = Seen {
        repository,
        branch,
        observed_at: &observed_at,
        basis: "audit_log",
        changed_by_key: by.as_deref(),
    };
    github_rest::rule(item, seen, removed, out);
}
