use serde_json::{Value, json};

use super::super::audit::tests::{column, events, fits, keys, one, read};
use super::super::{Out, person_key};
use super::{item, recognises};

fn real() -> Vec<(String, Value)> {
    events(include_str!("../../../../tests/foreign/okta/events.jsonl"))
}

fn out(event: &Value) -> Out {
    read(event, item)
}

/// An event in the form of the System Log, by an administrator.
fn event(kind: &str, result: &str, target: Value, debug: Value) -> Value {
    json!({
        "uuid": "f790999f-fe87-467a-9880-6982a583986c",
        "published": "2026-03-02T09:15:20.001Z",
        "eventType": kind,
        "version": "0",
        "legacyEventType": "core.of.old",
        "displayMessage": "as people read it",
        "actor": { "id": "00u1", "type": "User", "alternateId": "admin@example.com", "displayName": "A. Min" },
        "client": { "ipAddress": "192.0.2.7", "userAgent": { "rawUserAgent": "Mozilla/5.0" } },
        "outcome": { "result": result, "reason": null },
        "authenticationContext": { "externalSessionId": "trs1" },
        "debugContext": { "debugData": debug },
        "target": target,
    })
}

fn user() -> Value {
    json!({ "id": "00u2", "type": "User", "alternateId": "Leaver@example.com", "displayName": "L. Eaver" })
}

#[test]
fn every_real_event_is_recognised_and_fits_its_stream() {
    for (test, event) in real() {
        assert!(recognises(&event), "{test}");
        let out = out(&event);
        assert_eq!(out.items, 1);
        assert_eq!(out.found.len() + out.refused.len() + out.passed.len(), 1, "{test}: {out:?}");
        out.found.iter().for_each(fits);
    }
}

#[test]
fn a_real_sign_in_is_a_session_with_its_person_and_no_word_about_a_second_factor() {
    let event = one(&real(), |event| event["eventType"] == "user.session.start");
    let out = out(&event);
    let [login] = out.found.as_slice() else { panic!("{out:?}") };
    assert_eq!(login.stream, "login");
    assert_eq!(column(login, "step"), "session");
    assert_eq!(column(login, "result"), "success");
    assert_eq!(column(login, "person_key"), json!(person_key("dude.lightbulb@example.co")));
    assert_eq!(column(login, "session_id"), "EXAMPLE_SESSION_ID");
    assert_eq!(column(login, "mfa_used"), Value::Null);
    assert_eq!(column(login, "reason"), Value::Null);
}

#[test]
fn members_written_in_lower_case_and_instants_without_offset_are_read_too() {
    let event = one(&real(), |event| {
        event["eventtype"] == "user.authentication.auth_via_mfa" && event["outcome"]["result"] == "FAILURE"
    });
    let out = out(&event);
    let [login] = out.found.as_slice() else { panic!("{out:?}") };
    assert_eq!(column(login, "step"), "second_factor");
    assert_eq!(column(login, "result"), "failure");
    assert_eq!(column(login, "occurred_at"), "2022-06-22T18:18:29.015Z");
    assert_eq!(column(login, "session_id"), "100-abc-9999");
}

#[test]
fn an_event_without_its_instant_is_refused_and_says_so() {
    let event =
        one(&real(), |event| event["eventType"] == "user.authentication.sso" && event["published"].is_null());
    let out = out(&event);
    assert!(out.found.is_empty());
    assert_eq!(out.refused[0].rule, "has no `published`, without which it is no record");
}

#[test]
fn a_warning_about_traffic_is_passed_over_with_the_reason() {
    let event = one(&real(), |event| event["eventtype"] == "application.integration.rate_limit_exceeded");
    let out = out(&event);
    assert!(out.found.is_empty() && out.refused.is_empty());
    let ((kind, why), count) = out.passed.first_key_value().unwrap();
    assert_eq!((kind.as_str(), *count), ("okta application.integration.rate_limit_exceeded", 1));
    assert!(why.contains("how much Okta was used"));
}

#[test]
fn a_second_factor_that_was_confirmed_shows_on_its_own_step() {
    let kind = "user.authentication.auth_via_mfa";
    let given = out(&event(kind, "SUCCESS", json!([user()]), json!({ "factor": "OKTA_VERIFY_PUSH" })));
    assert_eq!(column(&given.found[0], "mfa_used"), true);
    assert_eq!(column(&given.found[0], "method"), "OKTA_VERIFY_PUSH");
    let refused = out(&event(kind, "FAILURE", json!([user()]), json!({})));
    assert_eq!(column(&refused.found[0], "mfa_used"), Value::Null);
}

#[test]
fn an_entry_to_an_application_names_it() {
    let target = json!([{ "type": "AppInstance", "id": "0oa1", "displayName": "Payroll", "alternateId": "Payroll prod" }]);
    let out = out(&event("user.authentication.sso", "SUCCESS", target, json!({})));
    assert_eq!(column(&out.found[0], "step"), "application");
    assert_eq!(column(&out.found[0], "application"), "Payroll");
    assert_eq!(column(&out.found[0], "privileged"), Value::Null);
}

#[test]
fn a_refusal_by_a_rule_is_denied_and_a_wrong_password_is_a_failure() {
    let mut locked = event("user.session.start", "FAILURE", Value::Null, json!({}));
    locked["outcome"]["reason"] = json!("LOCKED_OUT");
    let mut wrong = locked.clone();
    wrong["outcome"]["reason"] = json!("INVALID_CREDENTIALS");
    assert_eq!(column(&out(&locked).found[0], "result"), "denied");
    let wrong = out(&wrong);
    assert_eq!(column(&wrong.found[0], "result"), "failure");
    assert_eq!(column(&wrong.found[0], "reason"), "INVALID_CREDENTIALS");
}

#[test]
fn a_removal_from_a_group_finds_the_grant_by_its_access_id() {
    let group =
        json!({ "id": "00g7", "type": "UserGroup", "displayName": "Production", "alternateId": "unknown" });
    let given = out(&event("group.user_membership.add", "SUCCESS", json!([user(), group]), json!({})));
    let taken = out(&event("group.user_membership.remove", "SUCCESS", json!([group, user()]), json!({})));
    let (grant, removal) = (&given.found[0], &taken.found[0]);
    assert_eq!((grant.stream, removal.stream), ("access_grant", "access_removal"));
    assert_eq!(column(grant, "access_id"), column(removal, "access_id"));
    assert_eq!(column(grant, "person_key"), json!(person_key("leaver@example.com")));
    assert_eq!(column(grant, "entitlement"), "Production");
    assert_eq!(column(grant, "entitlement_id"), "00g7");
    assert_eq!(column(grant, "granted_by_key"), json!(person_key("admin@example.com")));
    assert_eq!(column(removal, "removed_at"), "2026-03-02T09:15:20.001Z");
    assert_eq!(given.found[1].stream, "api_activity", "who gave it is a call as well");
    given.found.iter().chain(&taken.found).for_each(fits);
}

#[test]
fn an_assignment_gives_access_to_the_application_and_not_to_okta() {
    let app = json!({ "id": "0oa1", "type": "AppInstance", "displayName": "Payroll" });
    let seat = json!({ "id": "0ua1", "type": "AppUser", "alternateId": "leaver@example.com" });
    let out =
        out(&event("application.user_membership.add", "SUCCESS", json!([seat, app, user()]), json!({})));
    assert_eq!(column(&out.found[0], "system"), "Payroll");
    assert_eq!(column(&out.found[0], "account_id"), "00u2");
    assert_eq!(column(&out.found[0], "kind"), "application");
}

#[test]
fn every_administrator_role_of_one_event_is_a_grant_of_its_own() {
    let debug = json!({ "privilegeGranted": "Organization administrator, Group administrator (Sales, Ops)" });
    let out = out(&event("user.account.privilege.grant", "SUCCESS", json!([user()]), debug));
    let grants: Vec<_> = out.found.iter().filter(|found| found.stream == "access_grant").collect();
    assert_eq!(grants.len(), 2);
    assert_eq!(column(grants[0], "entitlement"), "Organization administrator");
    assert_eq!(column(grants[1], "entitlement"), "Group administrator (Sales, Ops)");
    assert!(grants.iter().all(|grant| column(grant, "privileged") == true));
    assert_ne!(column(grants[0], "grant_id"), column(grants[1], "grant_id"));
    assert_ne!(column(grants[0], "access_id"), column(grants[1], "access_id"));
}

#[test]
fn what_failed_gives_no_access_and_is_a_call_with_its_error() {
    let group = json!({ "id": "00g7", "type": "UserGroup", "displayName": "Production" });
    let out = out(&event("group.user_membership.add", "FAILURE", json!([user(), group]), json!({})));
    assert_eq!(keys(&out), ["api_activity"]);
    assert_eq!(column(&out.found[0], "error_code"), "FAILURE");
}

#[test]
fn access_of_nobody_it_names_is_a_call_and_is_counted() {
    let group = json!({ "id": "00g7", "type": "UserGroup", "displayName": "Production" });
    let out = out(&event("group.user_membership.add", "SUCCESS", json!([group]), json!({})));
    assert_eq!(keys(&out), ["api_activity"]);
    let ((kind, why), _) = out.passed.first_key_value().unwrap();
    assert_eq!(kind, "okta group.user_membership.add");
    assert!(why.contains("names no person"));
}

#[test]
fn the_life_of_an_account_is_its_newest_state() {
    let states = [
        ("user.lifecycle.create", "invited"),
        ("user.lifecycle.activate", "active"),
        ("user.lifecycle.suspend", "suspended"),
        ("user.account.lock", "locked"),
        ("user.lifecycle.deactivate", "deactivated"),
        ("user.lifecycle.delete.completed", "deleted"),
    ];
    for (kind, status) in states {
        let out = out(&event(kind, "SUCCESS", json!([user()]), json!({})));
        let account = out.found.iter().find(|found| found.stream == "account").unwrap();
        fits(account);
        assert_eq!(column(account, "status"), status);
        assert_eq!(column(account, "account_id"), "00u2");
        let ended = matches!(status, "deactivated" | "deleted");
        assert_eq!(column(account, "ended_at").is_string(), ended, "{kind}");
    }
}

#[test]
fn a_program_that_calls_is_no_person() {
    let mut event = event("policy.rule.update", "SUCCESS", Value::Null, json!({}));
    event["actor"]["type"] = json!("SystemPrincipal");
    let out = out(&event);
    assert_eq!(keys(&out), ["api_activity"]);
    assert_eq!(column(&out.found[0], "person_key"), Value::Null);
    assert_eq!(column(&out.found[0], "identity_type"), "SystemPrincipal");
}

#[test]
fn support_that_signs_in_as_somebody_is_told_apart_from_that_person() {
    let out = out(&event("user.session.impersonation.initiate", "SUCCESS", json!([user()]), json!({})));
    assert_eq!(column(&out.found[0], "impersonator_key"), json!(person_key("admin@example.com")));
    assert_eq!(column(&out.found[0], "person_key"), json!(person_key("leaver@example.com")));
    assert_eq!(column(&out.found[0], "privileged"), true);
}

#[test]
fn the_events_of_a_hook_are_items_of_their_own() {
    let start = event("user.session.start", "SUCCESS", Value::Null, json!({}));
    let sso = event("user.authentication.sso", "SUCCESS", Value::Null, json!({}));
    let hook =
        json!({ "eventType": "com.okta.event_hook", "eventId": "1", "data": { "events": [start, sso] } });
    assert!(recognises(&hook));
    let out = out(&hook);
    assert_eq!((out.items, keys(&out)), (2, vec!["login", "login"]));
    assert_eq!((out.found[0].item, out.found[1].item), (1, 2));
}

#[test]
fn other_products_are_not_taken_for_okta() {
    let others = [
        json!({ "eventType": "AwsConsoleSignIn", "eventName": "ConsoleLogin", "eventID": "1", "eventVersion": "1.08" }),
        json!({ "action": "org.add_member", "actor": "cat", "created_at": 1_621_305_118_553_u64 }),
        json!({ "eventType": "logout" }),
        json!([]),
        json!(null),
    ];
    for other in others {
        assert!(!recognises(&other), "{other}");
    }
}
