//! Objects of the REST API: what is a record, what is passed over, and what is refused.

use serde_json::{Value, json};

use super::*;
use crate::import::foreign::Found;

fn read(object: &Value) -> Out {
    let mut out = Out::default();
    out.begin();
    item(object, &mut out);
    out
}

fn only(object: &Value) -> Found {
    let mut out = read(object);
    assert_eq!((out.found.len(), &out.refused, &out.passed), (1, &vec![], &Default::default()));
    out.found.remove(0)
}

fn column<'f>(found: &'f Found, name: &str) -> Option<&'f str> {
    found.fields.get(name).and_then(Value::as_str)
}

fn refusal(object: &Value) -> String {
    let out = read(object);
    assert!(out.found.is_empty());
    out.refused[0].rule.clone()
}

fn passed(object: &Value) -> &'static str {
    let out = read(object);
    assert!(out.found.is_empty() && out.refused.is_empty(), "{out:?}");
    out.passed.keys().next().unwrap().1
}

const API: &str = "https://api.github.com/repos/acme/shop";

fn merged() -> Value {
    json!({
        "url": format!("{API}/pulls/12"), "number": 12, "title": "Round prices up\nbody", "merged_at": "2026-03-05T12:30:00Z",
        "created_at": "2026-03-04T10:00:00Z", "merge_commit_sha": "5".repeat(40),
        "user": {"login": "Octocat", "type": "User"}, "merged_by": {"login": "hubot", "type": "User"},
        "head": {"sha": "e".repeat(40)},
        "base": {"ref": "main", "repo": {"full_name": "acme/shop", "default_branch": "main"}}
    })
}

fn given(state: &str) -> Value {
    json!({
        "id": 80, "pull_request_url": format!("{API}/pulls/12"), "state": state, "commit_id": "e".repeat(40),
        "submitted_at": "2026-03-05T12:00:00Z", "user": {"login": "octocat", "type": "User"}
    })
}

#[test]
fn a_merged_pull_request_is_a_change() {
    let found = only(&merged());
    assert_eq!((found.stream, found.item), ("change", 1));
    assert_eq!(column(&found, "change_id"), Some("acme/shop#12"));
    assert_eq!(column(&found, "title"), Some("Round prices up"));
    assert_eq!(column(&found, "author_key"), Some(crate::import::foreign::person_key("octocat").as_str()));
    assert_eq!(column(&found, "committer"), Some("hubot"));
    assert_eq!(column(&found, "head_commit"), Some("e".repeat(40).as_str()));
    assert_eq!(found.fields.get("author_is_service"), Some(&json!(false)));
}

#[test]
fn a_pull_request_of_a_list_leaves_the_merger_unsaid() {
    let mut pull = merged();
    pull.as_object_mut().unwrap().remove("merged_by");
    let found = only(&pull);
    assert_eq!((column(&found, "committer"), column(&found, "merger_key")), (None, None));
}

#[test]
fn a_pull_request_into_another_branch_is_passed_over() {
    let mut pull = merged();
    pull["base"]["ref"] = json!("feature");
    assert!(passed(&pull).contains("another branch"));
    let mut out = Out::default();
    pull_request(&pull, Some("feature"), &mut out);
    assert_eq!(out.found.len(), 1, "unless that is the branch that is shipped");
}

#[test]
fn a_pull_request_that_was_not_merged_is_passed_over() {
    let mut pull = merged();
    pull["merged_at"] = Value::Null;
    assert_eq!(passed(&pull), "not merged");
}

#[test]
fn a_deleted_account_reads_ghost_and_an_absent_one_is_refused() {
    let mut pull = merged();
    pull["user"] = Value::Null;
    assert_eq!(column(&only(&pull), "author"), Some("ghost"));
    pull.as_object_mut().unwrap().remove("user");
    assert!(refusal(&pull).contains("acme/shop#12 names no author"));
}

#[test]
fn a_review_is_tied_to_its_change_and_commit() {
    let found = only(&given("APPROVED"));
    assert_eq!(found.stream, "review");
    assert_eq!(column(&found, "review_id"), Some("acme/shop#12/review/80"));
    assert_eq!(column(&found, "change_id"), column(&only(&merged()), "change_id"));
    assert_eq!(column(&found, "verdict"), Some("approved"));
    assert_eq!(column(&found, "reviewed_commit"), Some("e".repeat(40).as_str()));
    assert_eq!(column(&found, "withdraws_review_id"), None);
}

#[test]
fn a_dismissal_is_a_record_of_its_own_that_names_what_it_takes_back() {
    let (approved, dismissed) = (only(&given("APPROVED")), only(&given("DISMISSED")));
    assert_ne!(column(&approved, "review_id"), column(&dismissed, "review_id"));
    assert_eq!(column(&dismissed, "withdraws_review_id"), column(&approved, "review_id"));
}

#[test]
fn a_review_without_a_known_verdict_is_refused_and_a_pending_one_passed_over() {
    assert!(refusal(&given("LOOKED")).contains("`looked`"));
    assert_eq!(passed(&given("PENDING")), "not submitted yet");
    let mut review = given("APPROVED");
    review["submitted_at"] = Value::Null;
    assert!(refusal(&review).contains("`submitted_at`"));
}

#[test]
fn finished_checks_of_a_wrapped_list_are_builds() {
    let run = |id: u64, done: Value| {
        json!({"id": id, "url": format!("{API}/check-runs/{id}"), "head_sha": "e".repeat(40), "name": "unit",
               "conclusion": "startup_failure", "completed_at": done, "app": {"slug": "github-actions"}})
    };
    let wrapped =
        json!({"total_count": 2, "check_runs": [run(1, json!("2026-03-05T11:00:00Z")), run(2, Value::Null)]});
    let out = read(&wrapped);
    assert_eq!((out.items, out.found.len(), out.passed.len()), (1, 1, 1));
    assert_eq!(column(&out.found[0], "build_id"), Some("acme/shop/check-runs/1"));
    assert_eq!(column(&out.found[0], "result"), Some("failure"));
    let short = json!({"total_count": 1, "check_runs": [run(1, Value::Null), run(2, Value::Null)]});
    assert!(refusal(&short).contains("counts 1"));
}

#[test]
fn every_attempt_of_a_workflow_is_a_build() {
    let run = |attempt: u64| {
        json!({"id": 9, "url": format!("{API}/actions/runs/9"), "head_sha": "e".repeat(40), "run_number": 4,
               "run_attempt": attempt, "status": "completed", "conclusion": "success", "updated_at": "2026-03-05T11:00:00Z",
               "actor": {"login": "hubot"}})
    };
    let ids = [1, 2].map(|attempt| column(&only(&run(attempt)), "build_id").unwrap().to_owned());
    assert_eq!(ids, ["acme/shop/actions/runs/9/attempts/1", "acme/shop/actions/runs/9/attempts/2"]);
}

#[test]
fn a_deployment_counts_from_its_first_success() {
    let deployment = |statuses: Value| {
        json!({"id": 3, "url": format!("{API}/deployments/3"), "statuses_url": format!("{API}/deployments/3/statuses"),
               "sha": "a".repeat(40), "ref": "refs/tags/v2", "environment": "live-eu", "creator": {"login": "hubot"},
               "statuses": statuses})
    };
    let at = |state: &str, at: &str| json!({"state": state, "created_at": at});
    let served = only(&deployment(json!([
        at("inactive", "2026-03-07T00:00:00Z"),
        at("success", "2026-03-06T00:45:00Z"),
        at("success", "2026-03-06T02:00:00+02:00"),
        at("success", "2026-03-06T00:30:00Z")
    ])));
    assert_eq!(column(&served, "deployed_at"), Some("2026-03-06T02:00:00+02:00"));
    assert_eq!(
        (column(&served, "version"), column(&served, "environment")),
        (Some("v2"), Some("production"))
    );
    assert_eq!(passed(&deployment(json!([at("failure", "2026-03-06T00:00:00Z")]))), "did not succeed");
    assert!(passed(&deployment(json!([]))).contains("only its statuses"));
}

#[test]
fn an_environment_keeps_its_name_where_it_says_nothing_of_its_kind() {
    let named = |name: &str| {
        let deployment =
            json!({"id": 3, "url": format!("{API}/deployments/3"), "sha": "a", "environment": name});
        let mut out = Out::default();
        let status = json!({"state": "success", "created_at": "2026-03-06T00:00:00Z"});
        deployment_of(&deployment, &status, &mut out);
        column(&out.found[0], "environment").unwrap().to_owned()
    };
    let names = ["Production", "pre-production", "qa 2", "github-pages", "nonprod"].map(named);
    assert_eq!(names, ["production", "staging", "test", "github-pages", "staging"]);
}

fn deployment_of(deployment: &Value, status: &Value, out: &mut Out) {
    super::deployment(deployment, std::slice::from_ref(status), out);
}

const SEEN: Seen<'_> = Seen {
    repository: "acme/shop",
    branch: "main",
    observed_at: "2026-03-31T00:00:00Z",
    basis: "snapshot",
    changed_by_key: None,
};

#[test]
fn the_stricter_of_own_protection_and_rules_counts() {
    let own = json!({
        "required_pull_request_reviews": {"required_approving_review_count": 1, "dismiss_stale_reviews": true,
            "bypass_pull_request_allowances": {"users": [{"login": "hubot"}], "teams": [], "apps": []}},
        "enforce_admins": {"enabled": false}, "allow_force_pushes": {"enabled": true}
    });
    let rules = [
        json!({"type": "pull_request", "parameters": {"required_approving_review_count": 2}}),
        json!({"type": "non_fast_forward"}),
    ];
    let mut out = Out::default();
    settings(Some(&own), &rules, SEEN, &mut out);
    let is = |name: &str| out.found[0].fields.get(name).cloned();
    assert_eq!(is("required_reviews"), Some(json!(2)));
    assert_eq!(is("dismisses_stale_reviews"), Some(json!(true)));
    assert_eq!(is("allows_force_pushes"), Some(json!(false)), "the rule forbids what own protection allows");
    assert_eq!(is("allows_bypass"), Some(json!(true)));
    assert_eq!(is("admins_enforced"), Some(json!(false)));
    assert_eq!(is("required_status_checks"), Some(json!(0)));
}

#[test]
fn a_branch_without_protection_is_a_state_of_its_own() {
    let mut out = Out::default();
    settings(None, &[], SEEN, &mut out);
    let is = |name: &str| out.found[0].fields.get(name).cloned();
    assert_eq!(is("protected"), Some(json!(false)));
    assert_eq!((is("required_reviews"), is("allows_force_pushes")), (Some(json!(0)), Some(json!(true))));
    assert_eq!(is("admins_enforced"), None);
}

#[test]
fn reviews_that_are_switched_off_are_not_required_whatever_number_the_rule_keeps() {
    let off = json!({"pull_request_reviews_enforcement_level": "off", "required_approving_review_count": 2,
                     "dismiss_stale_reviews_on_push": true});
    let mut out = Out::default();
    rule(&off, SEEN, false, &mut out);
    let is = |name: &str| out.found[0].fields.get(name).cloned();
    assert_eq!((is("requires_pull_request"), is("required_reviews")), (Some(json!(false)), Some(json!(0))));
    assert_eq!(is("dismisses_stale_reviews"), Some(json!(false)));
    assert_eq!(is("admins_enforced"), None, "what a rule does not state stays absent");
}

#[test]
fn a_fixed_alert_needs_the_instant_of_its_fix() {
    let alert = |more: Value| {
        let mut alert = json!({"url": format!("{API}/code-scanning/alerts/4"), "number": 4, "state": "fixed",
                               "created_at": "2026-01-01T00:00:00Z", "rule": {"severity": "error"}, "tool": {"name": "CodeQL"}});
        alert.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        alert
    };
    assert!(refusal(&alert(json!({}))).contains("does not say when"));
    let fixed = only(&alert(json!({"fixed_at": "2026-02-01T00:00:00Z"})));
    assert_eq!(column(&fixed, "observed_at"), Some("2026-02-01T00:00:00Z"));
    assert_eq!((column(&fixed, "severity"), column(&fixed, "status")), (Some("high"), Some("fixed")));
}

#[test]
fn settings_and_members_state_no_instant_and_are_passed_over() {
    let protection =
        json!({"url": format!("{API}/branches/main/protection"), "enforce_admins": {"enabled": true}});
    assert_eq!(passed(&protection), SETTINGS);
    let member = json!({"login": "octocat", "permissions": {"pull": true, "admin": true}});
    assert_eq!(passed(&member), MEMBERS);
}

/// Answers that were recorded from GitHub.
macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../../tests/foreign/github_rest/", $name)))
            .unwrap()
    };
}

#[test]
fn recorded_statuses_are_builds_and_their_combination_says_too_little() {
    let statuses = recorded!("statuses.json");
    let results =
        statuses.as_array().unwrap().iter().map(|status| column(&only(status), "result").unwrap().to_owned());
    assert_eq!(results.collect::<Vec<_>>(), ["success", "failure"]);
    let first = only(&statuses[0]);
    assert_eq!(column(&first, "source_commit"), Some("0000000000000000000000000000000000000001"));
    assert_eq!(column(&first, "builder"), Some("octokit-fixture-user-a"));
    assert!(passed(&recorded!("combined-status.json")).contains("who set it"));
}

#[test]
fn recorded_settings_of_a_branch_are_read() {
    let own = recorded!("branch-protection.json");
    assert_eq!(passed(&own), SETTINGS);
    let mut out = Out::default();
    settings(Some(&own), &[], SEEN, &mut out);
    let is = |name: &str| out.found[0].fields.get(name).cloned();
    assert_eq!(
        (is("required_status_checks"), is("requires_up_to_date")),
        (Some(json!(1)), Some(json!(true)))
    );
    assert_eq!((is("requires_pull_request"), is("required_reviews")), (Some(json!(true)), Some(json!(1))));
    assert_eq!((is("admins_enforced"), is("restricts_pushes")), (Some(json!(true)), Some(json!(true))));
}

#[test]
fn recorded_members_and_searches_are_passed_over() {
    for member in recorded!("collaborators.json").as_array().unwrap() {
        assert_eq!(passed(member), MEMBERS);
    }
    assert!(passed(&recorded!("search.json")).contains("without what a record needs"));
}

#[test]
fn the_repository_of_a_server_of_ones_own_is_found() {
    let found = repository_in("https://git.acme.example/api/v3/repos/acme/shop/pulls/12");
    assert_eq!(found.as_deref(), Some("acme/shop"));
    assert_eq!(repository_in("https://api.github.com/repos/acme"), None);
}

#[test]
fn other_json_is_not_recognised() {
    for other in [
        json!({}),
        json!([]),
        json!("x"),
        json!({"url": "https://acme.example/pulls/1", "merged_at": null, "base": 1}),
    ] {
        assert!(!recognises(&other), "{other}");
    }
}

proptest::proptest! {
    /// Members of any kind at the places that are read: a record, a reason or a rule, never a panic.
    #[test]
    fn whatever_stands_in_an_object_is_accounted_for(
        which in 0..5_usize, member in 0..12_usize, value in proptest::sample::select(vec![
            json!(null), json!(-1), json!(1.5), json!("x"), json!([]), json!([null]), json!({}), json!(true), json!(u64::MAX)
        ])
    ) {
        let mut object = [merged(), given("APPROVED"), given("DISMISSED"),
            json!({"id": 1, "url": format!("{API}/check-runs/1"), "head_sha": "e", "completed_at": "2026-03-05T11:00:00Z"}),
            json!({"total_count": 1, "check_runs": [{}]})][which].clone();
        let names: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
        object[&names[member % names.len()]] = value;
        let out = read(&object);
        proptest::prop_assert!(out.found.len() + out.refused.len() + out.passed.len() > 0);
    }
}
