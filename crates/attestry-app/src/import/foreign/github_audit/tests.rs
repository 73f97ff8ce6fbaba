//! Events of the audit log: labelled ones of others, and the shapes that GitHub documents.

use serde_json::{Value, json};

use super::*;
use crate::import::foreign::Found;

const EVENTS: &str = include_str!("../../../../tests/foreign/github_audit/events.ndjson");

fn read(event: &Value) -> Out {
    assert!(recognises(event), "{event}");
    let mut out = Out::default();
    out.begin();
    item(event, &mut out);
    out
}

fn of<'o>(out: &'o Out, stream: &str) -> Option<&'o Found> {
    out.found.iter().find(|found| found.stream == stream)
}

fn is(found: &Found, name: &str) -> Value {
    found.fields.get(name).cloned().unwrap_or_default()
}

fn event(action: &str, more: &Value) -> Value {
    let mut event = json!({"action": action, "actor": "octocat", "org": "acme", "_document_id": "d1",
                           "@timestamp": 1_772_712_001_000_i64, "created_at": 1_772_712_001_000_i64});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

#[test]
fn each_event_with_an_instant_is_a_call_and_each_without_is_refused() {
    let (mut calls, mut refused) = (0, 0);
    for line in EVENTS.lines() {
        let out = read(&serde_json::from_str(line).unwrap());
        assert_eq!(
            out.found.iter().filter(|found| found.stream == "api_activity").count() + out.refused.len(),
            1
        );
        calls += out.found.iter().filter(|found| found.stream == "api_activity").count();
        refused += out.refused.len();
    }
    assert_eq!((calls, refused), (8, 2));
}

#[test]
fn members_of_organisations_and_repositories_come_and_go() {
    let streams = |wanted: &str| -> Vec<String> {
        let outs = EVENTS.lines().map(|line| read(&serde_json::from_str(line).unwrap()));
        outs.flat_map(|out| out.found)
            .filter(|found| found.stream == wanted)
            .map(|found| is(&found, "entitlement_id").as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(streams("access_grant"), ["my-org", "my-org/my-repo"]);
    assert_eq!(streams("access_removal"), ["my-org", "my-org/my-repo"]);
}

#[test]
fn administration_of_a_repository_is_privileged_and_its_name_is_not() {
    let grant = |role: &str| {
        let out = read(&event(
            "repo.add_member",
            &json!({"user": "hubot", "repo": "acme/admin-tools", "permission": role}),
        ));
        is(of(&out, "access_grant").unwrap(), "privileged")
    };
    assert_eq!((grant("admin"), grant("read")), (json!(true), Value::Null));
}

#[test]
fn a_bypass_is_a_call_that_names_who_and_where() {
    let out = read(&event("protected_branch.policy_override", &json!({"repo": "acme/shop"})));
    let call = of(&out, "api_activity").unwrap();
    assert_eq!(is(call, "event_name"), json!("protected_branch.policy_override"));
    assert_eq!((is(call, "target"), is(call, "account")), (json!("acme/shop"), json!("acme")));
    assert_eq!(is(call, "person_key"), json!(person_key("octocat")));
    assert_eq!(out.found.len(), 1);
}

#[test]
fn a_push_that_was_refused_is_a_call_that_failed() {
    let error = |action: &str| {
        let out = read(&event(action, &json!({"repo": "acme/shop"})));
        is(of(&out, "api_activity").unwrap(), "error_code")
    };
    assert_eq!(error("protected_branch.rejected_ref_update"), json!("rejected"));
    assert_eq!(error("protected_branch.policy_override"), Value::Null);
}

#[test]
fn a_rule_that_is_made_or_removed_is_a_state_and_one_that_is_changed_is_a_call_only() {
    let made = json!({"repo": "acme/shop", "name": "main", "admin_enforced": true,
                      "pull_request_reviews_enforcement_level": "everyone", "required_approving_review_count": 2});
    let out = read(&event("protected_branch.create", &made));
    let state = of(&out, "branch_protection").unwrap();
    assert_eq!((is(state, "required_reviews"), is(state, "admins_enforced")), (json!(2), json!(true)));
    let out = read(&event("protected_branch.destroy", &json!({"repo": "acme/shop", "name": "main"})));
    assert_eq!(is(of(&out, "branch_protection").unwrap(), "protected"), json!(false));
    let out = read(&event("protected_branch.update_admin_enforced", &made));
    assert!(of(&out, "branch_protection").is_none() && of(&out, "api_activity").is_some());
}

#[test]
fn a_program_has_no_person() {
    let out = read(&event(
        "workflows.created_workflow_run",
        &json!({"actor": "github-actions[bot]", "actor_is_bot": true}),
    ));
    assert_eq!(is(of(&out, "api_activity").unwrap(), "person_key"), Value::Null);
}

#[test]
fn a_sign_in_that_failed_is_a_failure() {
    let out = read(&event("user.failed_login", &json!({"actor_ip": "203.0.113.7"})));
    let login = of(&out, "login").unwrap();
    assert_eq!((is(login, "result"), is(login, "source_ip")), (json!("failure"), json!("203.0.113.7")));
    assert!(of(&out, "api_activity").is_none());
}

#[test]
fn the_same_event_twice_has_the_same_identifier() {
    let mut other = event("repo.create", &json!({"repo": "acme/shop"}));
    other.as_object_mut().unwrap().remove("_document_id");
    let id = |event: &Value| is(of(&read(event), "api_activity").unwrap(), "event_id");
    let first = id(&other);
    assert_eq!(id(&other), first);
    other["repo"] = json!("acme/till");
    assert_ne!(id(&other), first);
}

#[test]
fn events_of_other_products_are_not_recognised() {
    for other in [
        json!({"action": "user_login", "actor": {"type": "user"}, "date_create": 1}),
        json!({"action": "closed", "sender": {"login": "a"}, "repository": {}}),
        json!({"action": "Create.Thing", "actor": "a", "org": "b"}),
        json!({"eventName": "CreateUser"}),
        json!(["action"]),
    ] {
        assert!(!recognises(&other), "{other}");
    }
}
