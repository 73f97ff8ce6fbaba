//! Example payloads of GitHub, cut, and deliveries made of them.

use serde_json::{Value, json};

use super::*;
use crate::import::foreign::{Found, github_audit};

macro_rules! payload {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../../tests/foreign/github_webhook/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn read(event: &Value) -> Out {
    assert!(recognises(event) && !github_audit::recognises(event) && !github_rest::recognises(event));
    let mut out = Out::default();
    out.begin();
    item(event, &mut out);
    out
}

fn only(event: &Value) -> Found {
    let mut out = read(event);
    assert_eq!((out.found.len(), out.refused.len(), out.passed.len()), (1, 0, 0), "{out:?}");
    out.found.remove(0)
}

fn passed(event: &Value) -> (String, &'static str) {
    let out = read(event);
    assert!(out.found.is_empty() && out.refused.is_empty(), "{out:?}");
    out.passed.keys().next().unwrap().clone()
}

fn refusal(event: &Value) -> String {
    let out = read(event);
    assert!(out.found.is_empty() && out.passed.is_empty(), "{out:?}");
    out.refused[0].rule.clone()
}

fn delivered(payload: Value) -> Value {
    json!({"id": 1, "guid": "0b98", "event": "member", "delivered_at": "2026-03-05T12:00:01Z", "request": {"payload": payload}})
}

fn is(found: &Found, name: &str) -> Value {
    found.fields.get(name).cloned().unwrap_or_default()
}

#[test]
fn only_a_merge_makes_a_pull_request_a_change() {
    let mut closed = payload!("pull_request_closed");
    assert_eq!(passed(&closed), ("pull_request.closed".to_owned(), "closed without a merge"));
    closed["pull_request"]["merged_at"] = json!("2019-05-15T15:21:18Z");
    let change = only(&closed);
    assert_eq!((change.stream, is(&change, "change_id")), ("change", json!("Codertocat/Hello-World#2")));
    assert_eq!(passed(&payload!("pull_request_opened")).0, "pull_request.opened");
}

#[test]
fn reviews_and_their_dismissals_are_told_apart() {
    let (submitted, dismissed) =
        (payload!("pull_request_review_submitted"), payload!("pull_request_review_dismissed"));
    let (submitted, dismissed) = (only(&submitted), only(&dismissed));
    assert_eq!(is(&submitted, "verdict"), json!("commented"));
    assert_eq!(is(&dismissed, "withdraws_review_id"), is(&submitted, "review_id"));
}

#[test]
fn an_event_and_the_api_give_the_same_record_of_a_review() {
    let event = payload!("pull_request_review_submitted");
    let mut saved = event["review"].clone();
    saved["state"] = json!("COMMENTED");
    saved["pull_request_url"] = json!("https://api.github.com/repos/Codertocat/Hello-World/pulls/2");
    let mut out = Out::default();
    github_rest::item(&saved, &mut out);
    assert_eq!(out.found[0].fields, only(&event).fields);
}

#[test]
fn a_rule_is_read_with_its_levels_and_not_only_its_numbers() {
    let edited = only(&payload!("branch_protection_rule_edited"));
    assert_eq!(is(&edited, "branch"), json!("production"));
    assert_eq!(
        (is(&edited, "required_reviews"), is(&edited, "required_status_checks")),
        (json!(0), json!(1))
    );
    assert_eq!(is(&edited, "allows_force_pushes"), json!(false));
    let created = only(&payload!("branch_protection_rule_created.1"));
    assert_eq!((is(&created, "required_reviews"), is(&created, "admins_enforced")), (json!(1), json!(false)));
}

#[test]
fn the_removal_of_a_rule_needs_its_instant() {
    let mut deleted = payload!("branch_protection_rule_edited");
    deleted["action"] = json!("deleted");
    assert!(refusal(&deleted).contains("`protected_branch.destroy`"));
    let removed = only(&delivered(deleted));
    assert_eq!(
        (is(&removed, "protected"), is(&removed, "observed_at")),
        (json!(false), json!("2026-03-05T12:00:01Z"))
    );
}

#[test]
fn alerts_of_dependabot_are_findings() {
    let created = only(&payload!("dependabot_alert_created"));
    assert_eq!(is(&created, "finding_id"), json!("wolfy1339/pika-pack/dependabot/20"));
    assert_eq!(
        (is(&created, "cve_id"), is(&created, "severity")),
        (json!("CVE-2022-25883"), json!("medium"))
    );
    assert_eq!((is(&created, "status"), is(&created, "fixed_version")), (json!("open"), json!("7.5.2")));
    let fixed = only(&payload!("dependabot_alert_fixed"));
    assert_eq!(
        (is(&fixed, "status"), is(&fixed, "fixed_at")),
        (json!("fixed"), json!("2022-06-15T13:55:40Z"))
    );
    let older = only(&payload!("repository_vulnerability_alert_create"));
    assert_eq!(
        (is(&older, "finding_id"), is(&older, "severity")),
        (json!("Codertocat/Hello-World/dependabot/2"), json!("medium"))
    );
}

#[test]
fn an_alert_that_a_person_closed_is_no_fix() {
    let closed = only(&payload!("code_scanning_alert_closed-by-user"));
    assert_eq!((is(&closed, "status"), is(&closed, "suppressed")), (json!("false_positive"), json!(true)));
    assert_eq!(is(&closed, "observed_at"), json!("2021-02-11T02:59:08Z"));
    assert_eq!(is(&closed, "fixed_at"), Value::Null);
}

#[test]
fn an_alert_that_does_not_say_since_when_is_refused() {
    assert!(refusal(&payload!("code_scanning_alert_fixed")).contains("code scanning alert 10"));
    assert!(refusal(&payload!("secret_scanning_alert_reopened")).contains("secret scanning alert 191"));
    let mut raised = payload!("code_scanning_alert_fixed");
    raised["alert"]["state"] = json!("open");
    raised["action"] = json!("created");
    assert_eq!(is(&only(&raised), "observed_at"), json!("2021-02-11T03:10:43Z"));
    raised["action"] = json!("reopened");
    assert!(refusal(&raised).contains("code scanning alert 10"));
    let reopened = only(&delivered(payload!("secret_scanning_alert_reopened")));
    assert_eq!((is(&reopened, "status"), is(&reopened, "severity")), (json!("open"), json!("unknown")));
}

#[test]
fn membership_has_an_instant_only_in_a_delivery() {
    let added = payload!("member_added");
    assert!(passed(&added).1.contains("does not say when"));
    let grant = only(&delivered(added));
    assert_eq!(
        (grant.stream, is(&grant, "entitlement_id")),
        ("access_grant", json!("Codertocat/Hello-World"))
    );
    assert_eq!(is(&grant, "granted_at"), json!("2026-03-05T12:00:01Z"));
    let removed = only(&delivered(payload!("membership_removed")));
    assert_eq!((removed.stream, is(&removed, "kind")), ("access_removal", json!("group")));
}

#[test]
fn a_grant_and_its_removal_have_the_same_access_also_when_the_audit_log_tells_the_removal() {
    let grant = only(&delivered(payload!("member_added")));
    let removal = json!({"action": "repo.remove_member", "actor": "Codertocat", "user": "hacktocat", "org": "Codertocat",
                         "repo": "Codertocat/Hello-World", "created_at": 1_772_712_001_000_i64, "_document_id": "x"});
    let mut out = Out::default();
    github_audit::item(&removal, &mut out);
    let removed = out.found.iter().find(|found| found.stream == "access_removal").unwrap();
    assert_eq!(is(removed, "access_id"), is(&grant, "access_id"));
    assert_ne!(is(removed, "grant_id"), is(&grant, "grant_id"));
}

#[test]
fn an_invitation_is_no_access_and_a_team_names_no_people() {
    assert!(passed(&payload!("organization_member_invited")).1.contains("until it is accepted"));
    assert_eq!(passed(&payload!("team_edited")).0, "team.edited");
    assert_eq!(passed(&payload!("organization_renamed")).0, "settings.renamed");
}

#[test]
fn a_status_of_a_deployment_brings_its_version_into_place() {
    let api = "https://api.github.com/repos/acme/shop/deployments/3";
    let event = |state: &str| {
        json!({"action": "created", "sender": {"login": "hubot"}, "repository": {"full_name": "acme/shop"},
               "deployment": {"id": 3, "url": api, "sha": "a", "environment": "production", "creator": null},
               "deployment_status": {"state": state, "created_at": "2026-03-06T00:00:00Z"}})
    };
    let served = only(&event("success"));
    assert_eq!((served.stream, is(&served, "version")), ("deployment", json!("a")));
    assert_eq!(passed(&event("pending")).1, "did not succeed");
}

#[test]
fn what_no_stream_takes_is_named() {
    let event = |member: &str| json!({"action": "x", member: {}, "sender": {"login": "a"}, "repository": {"full_name": "a/b"}});
    assert_eq!(passed(&event("pusher")).0, "push.x");
    assert_eq!(passed(&event("check_suite")).1, "its check runs are records of their own");
    assert_eq!(passed(&event("something")).0, "event.x");
}
