use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Found, Out, okta, person_key};
use super::value::{find, instant, meets, text};
use super::{item, product, products, recognises};

const STREAMS: [(&str, &str); 5] = [
    ("login", include_str!("../../../../../../catalogs/streams/login.yaml")),
    ("account", include_str!("../../../../../../catalogs/streams/account.yaml")),
    ("access_grant", include_str!("../../../../../../catalogs/streams/access_grant.yaml")),
    ("access_removal", include_str!("../../../../../../catalogs/streams/access_removal.yaml")),
    ("api_activity", include_str!("../../../../../../catalogs/streams/api_activity.yaml")),
];

/// Real events with the names of the tests they come from.
pub(crate) fn events(lines: &str) -> Vec<(String, Value)> {
    let unwrap = |line: &str| {
        let mut whole: Value = serde_json::from_str(line).unwrap();
        let name = format!("{}: {}", whole["rule_id"], whole["test"]);
        (name, whole["event"].take())
    };
    lines.lines().map(unwrap).collect()
}

/// The first event of which something holds.
pub(crate) fn one(events: &[(String, Value)], wanted: impl Fn(&Value) -> bool) -> Value {
    events.iter().map(|(_, event)| event).find(|event| wanted(event)).expect("such an event").clone()
}

/// Reads one event.
pub(crate) fn read(event: &Value, item: fn(&Value, &mut Out)) -> Out {
    let mut out = Out::default();
    out.begin();
    item(event, &mut out);
    out
}

/// What a column holds, or null.
pub(crate) fn column(found: &Found, name: &str) -> Value {
    found.fields.get(name).cloned().unwrap_or_default()
}

/// The streams of what was found.
pub(crate) fn keys(out: &Out) -> Vec<&'static str> {
    out.found.iter().map(|found| found.stream).collect()
}

/// Every column exists and has its type, and no required one is missing.
pub(crate) fn fits(found: &Found) {
    let (_, stream) = STREAMS.iter().find(|(name, _)| *name == found.stream).expect("a stream");
    let columns: Vec<(&str, &str, bool)> = stream.lines().filter_map(declared).collect();
    for (name, value) in found.fields.iter() {
        let (_, kind, _) = columns.iter().find(|(column, ..)| *column == name).expect(name);
        let right = match *kind {
            "boolean" => value.is_boolean(),
            "timestamp" => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
            _ => value.as_str().is_some_and(|text| !text.is_empty()),
        };
        assert!(right, "{name} is {value}");
    }
    for (name, _, required) in columns {
        assert!(!required || found.fields.get(name).is_some(), "{} without {name}", found.stream);
    }
}

fn declared(line: &str) -> Option<(&str, &str, bool)> {
    let (name, rest) = line.strip_prefix("  - { name: ")?.split_once(", type: ")?;
    let (kind, rest) = rest.split_once(", required: ")?;
    Some((name, kind, rest.starts_with("true")))
}

fn real() -> Vec<(String, Value)> {
    events(include_str!("../../../../tests/foreign/audit/events.jsonl"))
}

fn out(event: &Value) -> Out {
    read(event, item)
}

/// The record of a stream that the first real event of a product gives, of which something holds.
fn record(system: &str, stream: &str, wanted: impl Fn(&Value) -> bool) -> Found {
    let event = one(&real(), |event| product(event) == Some(system) && wanted(event));
    let out = out(&event);
    out.found.into_iter().find(|found| found.stream == stream).expect("a record of that stream")
}

#[test]
fn every_real_event_is_recognised_says_what_became_of_it_and_fits_its_stream() {
    for (test, event) in real() {
        assert!(recognises(&event), "{test}");
        assert!(!okta::recognises(&event), "{test}");
        let out = out(&event);
        assert!(out.found.len() + out.refused.len() + out.passed.len() > 0, "{test}");
        out.found.iter().for_each(fits);
    }
}

#[test]
fn every_product_is_met_by_a_real_event() {
    let real = real();
    for system in products() {
        assert!(real.iter().any(|(_, event)| product(event) == Some(system)), "{system}");
    }
}

#[test]
fn a_change_of_a_google_cloud_policy_gives_the_role_to_people_only() {
    let event = json!({
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "methodName": "SetIamPolicy",
            "serviceName": "cloudresourcemanager.googleapis.com",
            "resourceName": "projects/p1",
            "authenticationInfo": { "principalEmail": "admin@example.com" },
            "serviceData": { "policyDelta": { "bindingDeltas": [
                { "action": "ADD", "role": "roles/owner", "member": "user:new@example.com" },
                { "action": "ADD", "role": "roles/viewer", "member": "serviceAccount:a@p1.iam.gserviceaccount.com" },
                { "action": "REMOVE", "role": "roles/viewer", "member": "user:old@example.com" },
            ] } },
        },
        "insertId": "abc", "timestamp": "2026-03-02T09:15:20Z",
    });
    let out = out(&event);
    assert_eq!(keys(&out), ["access_grant", "access_removal", "api_activity"]);
    assert_eq!(column(&out.found[0], "entitlement"), "roles/owner on projects/p1");
    assert_eq!(column(&out.found[0], "privileged"), true);
    assert_eq!(column(&out.found[0], "person_key"), json!(person_key("new@example.com")));
    assert_eq!(column(&out.found[1], "person_key"), json!(person_key("old@example.com")));
    out.found.iter().for_each(fits);
}

#[test]
fn an_event_of_a_cluster_is_read_within_the_event_of_its_cloud() {
    let inner = json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": "7", "stage": "ResponseComplete",
        "stageTimestamp": "2026-03-02T09:15:20.5Z", "verb": "create", "user": { "username": "a@example.com" },
        "objectRef": { "resource": "pods", "subresource": "exec", "namespace": "shop", "name": "web" },
        "responseStatus": { "code": 403, "reason": "Forbidden" },
    });
    let outer = |log: &str| json!({ "category": "kube-audit", "operationName": "Read", "properties": { "log": log } });
    let within = out(&outer(&inner.to_string()));
    assert_eq!(within.found, out(&inner).found);
    assert_eq!(column(&within.found[0], "event_name"), "create pods exec");
    assert_eq!(column(&within.found[0], "error_code"), "Forbidden");
    assert_eq!(out(&outer("cut sho")).refused.len(), 1);
    let mut begun = inner.clone();
    begun["stage"] = json!("RequestReceived");
    assert_eq!(out(&begun).passed.len(), 1);
}

#[test]
fn entra_tells_one_factor_from_two_and_a_locked_account_from_a_wrong_password() {
    let single = record("entra", "login", |event| event["resulttype"] == 0);
    assert_eq!(column(&single, "result"), "success");
    assert_eq!(column(&single, "mfa_used"), false);
    assert_eq!(column(&single, "kind"), "interactive");
    let service = record("entra", "login", |event| event["category"] == "ServicePrincipalSignInLogs");
    assert_eq!(column(&service, "kind"), "service");
    assert_eq!(column(&service, "person_key"), Value::Null);
    assert_eq!(column(&service, "reason"), "7000215");
    let graph = json!({
        "id": "1", "createdDateTime": "2026-03-02T09:15:20Z", "userPrincipalName": "a@example.com",
        "conditionalAccessStatus": "failure", "isInteractive": true, "status": { "errorCode": 53003 },
    });
    let out = out(&graph);
    assert_eq!(keys(&out), ["login"]);
    assert_eq!(column(&out.found[0], "result"), "denied");
    assert_eq!(column(&out.found[0], "mfa_used"), Value::Null);
}

#[test]
fn entra_names_role_and_member_of_an_assignment() {
    let role = json!([{ "displayName": "Role.DisplayName", "oldValue": null, "newValue": "\"Global Administrator\"" }]);
    let event = json!({
        "id": "Directory_1", "activityDateTime": "2026-03-02T09:15:20.1234567Z", "category": "RoleManagement",
        "activityDisplayName": "Add member to role", "result": "success",
        "initiatedBy": { "user": { "id": "9", "userPrincipalName": "admin@example.com" } },
        "targetResources": [{ "id": "7", "type": "User", "userPrincipalName": "new@example.com", "modifiedProperties": role }],
    });
    let out = out(&event);
    assert_eq!(keys(&out), ["access_grant", "api_activity"]);
    assert_eq!(column(&out.found[0], "entitlement"), "Global Administrator");
    assert_eq!(column(&out.found[0], "privileged"), true);
    assert_eq!(column(&out.found[0], "granted_by_key"), json!(person_key("admin@example.com")));
}

#[test]
fn a_packed_report_of_google_workspace_is_as_many_events_as_it_packs() {
    let event = json!({
        "kind": "admin#reports#activity",
        "id": { "time": "2026-03-02T09:15:20.123Z", "uniqueQualifier": "-7", "applicationName": "admin" },
        "actor": { "email": "admin@example.com", "profileId": "1" },
        "events": [
            { "type": "DELEGATED_ADMIN_SETTINGS", "name": "ASSIGN_ROLE", "parameters": [
                { "name": "ROLE_NAME", "value": "_SEED_ADMIN_ROLE" }, { "name": "USER_EMAIL", "value": "new@example.com" } ] },
            { "type": "USER_SETTINGS", "name": "SUSPEND_USER", "parameters": [
                { "name": "USER_EMAIL", "value": "old@example.com" } ] },
        ],
    });
    let out = out(&event);
    assert_eq!(keys(&out), ["access_grant", "api_activity", "account", "api_activity"]);
    assert_eq!(column(&out.found[2], "status"), "suspended");
    assert_ne!(column(&out.found[1], "event_id"), column(&out.found[3], "event_id"));
    out.found.iter().for_each(fits);
}

#[test]
fn a_second_factor_of_google_workspace_is_known_by_its_challenge() {
    let event = |methods: Value| {
        json!({
            "id": { "time": "2026-03-02T09:15:20Z", "uniqueQualifier": "1", "applicationName": "login" },
            "actor": { "email": "a@example.com" }, "type": "login", "name": "login_success",
            "parameters": { "login_type": "google_password", "login_challenge_method": methods },
        })
    };
    assert_eq!(column(&out(&event(json!(["password", "security_key"]))).found[0], "mfa_used"), true);
    assert_eq!(column(&out(&event(json!(["none"]))).found[0], "mfa_used"), Value::Null);
}

#[test]
fn snowflake_tells_whether_a_password_stood_alone() {
    let with = record("snowflake", "login", |event| !event["SECOND_AUTHENTICATION_FACTOR"].is_null());
    assert_eq!(column(&with, "mfa_used"), true);
    let alone =
        |event: &Value| event["SECOND_AUTHENTICATION_FACTOR"].is_null() && event["IS_SUCCESS"] == "YES";
    assert_eq!(column(&record("snowflake", "login", alone), "mfa_used"), false);
    let failed = record("snowflake", "login", |event| event["IS_SUCCESS"] == "NO");
    assert_eq!(column(&failed, "result"), "failure");
    assert_eq!(column(&failed, "mfa_used"), Value::Null);
}

#[test]
fn an_administrator_who_signs_in_as_somebody_is_not_that_person() {
    let atlassian = record("atlassian", "login", |_| true);
    assert_eq!(column(&atlassian, "person_key"), json!(person_key("example.user@example.io")));
    assert_eq!(column(&atlassian, "impersonator_key"), json!(person_key("example.admin@example.com")));
    let salesforce = record("salesforce", "login", |event| event["EVENT_TYPE"] == "LoginAs");
    assert_eq!(column(&salesforce, "impersonator_key"), json!(person_key("admin.user@yourcompany.io")));
    assert_eq!(column(&salesforce, "person_key"), Value::Null);
}

#[test]
fn a_new_role_in_asana_is_granted_and_an_ordinary_member_loses_none() {
    let event = one(&real(), |event| event["event_type"] == "user_workspace_admin_role_changed");
    let out = out(&event);
    assert_eq!(keys(&out), ["access_grant", "api_activity"]);
    assert_eq!(column(&out.found[0], "entitlement"), "domain_admin on Workspace Name");
    assert_eq!(column(&out.found[0], "person_key"), json!(person_key("target@example.io")));
}

#[test]
fn an_assignment_of_openai_and_its_end_are_one_access() {
    let person = |name: &str| {
        json!({
            "object": "organization.audit_log", "id": name, "effective_at": 1_702_857_600, "type": name,
            "actor": { "type": "session", "session": { "user": { "id": "u", "email": "admin@example.com" } } },
            name: { "id": "role_assignment_owner", "principal_id": "user-1", "principal_type": "user" },
        })
    };
    let given = out(&person("role.assignment.created"));
    let taken = out(&person("role.assignment.deleted"));
    assert_eq!(keys(&given), ["access_grant", "api_activity"]);
    assert_eq!(keys(&taken), ["access_removal", "api_activity"]);
    assert_eq!(column(&given.found[0], "access_id"), column(&taken.found[0], "access_id"));
    assert_eq!(column(&given.found[0], "granted_at"), "2023-12-18T00:00:00Z");
    assert_eq!(column(&given.found[0], "privileged"), true);
}

#[test]
fn an_account_that_anthropic_deletes_is_deleted() {
    let account = record("anthropic", "account", |event| event["type"] == "org_user_deleted");
    assert_eq!(column(&account, "status"), "deleted");
    assert_eq!(column(&account, "person_key"), json!(person_key("deleted-user@example.com")));
}

#[test]
fn an_event_that_names_no_identifier_is_named_by_its_digest_each_time_alike() {
    let event = one(&real(), |event| product(event) == Some("zoom") && !event["operator"].is_null());
    let id = column(&out(&event).found[0], "event_id");
    assert_eq!(id, column(&out(&event).found[0], "event_id"));
    let mut other = event.clone();
    other["operation_detail"] = json!("something else");
    assert_ne!(id, column(&out(&other).found[0], "event_id"));
}

#[test]
fn an_event_of_okta_among_others_goes_its_own_way_and_a_stranger_is_passed_over() {
    let okta = json!({ "uuid": "1", "published": "2026-03-02T09:15:20Z", "version": "0",
        "eventType": "user.session.start", "outcome": { "result": "SUCCESS" },
        "actor": { "type": "User", "alternateId": "a@example.com" } });
    assert_eq!(column(&out(&okta).found[0], "system"), "okta");
    let stranger = out(&json!({ "event_type_id": 8 }));
    assert!(stranger.found.is_empty() && stranger.refused.is_empty());
    assert_eq!(stranger.passed.len(), 1);
}

#[test]
fn the_events_an_interface_answers_with_are_items_of_their_own() {
    let event = one(&real(), |event| event["EVENT_TYPE"] == "LOGIN");
    let answer = json!({ "next": "page", "items": [event, event, { "strange": true }] });
    assert!(recognises(&answer) && !recognises(&json!({ "items": [{ "strange": true }], "data": {} })));
    let out = out(&answer);
    assert_eq!((out.items, keys(&out), out.passed.len()), (3, vec!["login", "login"], 1));
    assert_eq!(out.found[1].item, 2);
}

#[test]
fn instants_are_read_in_every_form_the_logs_write() {
    let forms = [
        (json!("2026-03-02T09:15:20.5Z"), "2026-03-02T09:15:20.5Z"),
        (json!("2026-03-02 09:15:20.500000000"), "2026-03-02T09:15:20.5Z"),
        (json!("2026-03-02 09:15:20Z"), "2026-03-02T09:15:20Z"),
        (json!("2026-03-02 01:15:20.500 -0800"), "2026-03-02T09:15:20.5Z"),
        (json!("2026-03-02T09:15:20.1234567+00:00"), "2026-03-02T09:15:20.1234567Z"),
        (json!(1_772_442_920), "2026-03-02T09:15:20Z"),
        (json!("1772442920500"), "2026-03-02T09:15:20.5Z"),
        (json!(1_772_442_920_500_000_u64), "2026-03-02T09:15:20.5Z"),
    ];
    for (written, read) in forms {
        assert_eq!(instant(&written).as_deref(), Some(read), "{written}");
    }
    for wrong in [json!("soon"), json!(-5), json!(1.5), json!("2026-13-02T00:00:00Z"), json!({}), json!("")] {
        assert_eq!(instant(&wrong), None, "{wrong}");
    }
}

#[test]
fn paths_choose_elements_and_conditions_compare() {
    let item = json!({ "list": [{ "type": "A", "n": 1 }, { "type": "B", "n": 2 }], "empty": " ", "lower": { "x": "yz" } });
    assert_eq!(text(&item, "list/?type=B/n").as_deref(), Some("2"));
    assert_eq!(text(&item, "empty|list/0/n").as_deref(), Some("1"));
    assert_eq!(text(&item, "none|'literal").as_deref(), Some("literal"));
    assert_eq!(text(&item, "Lower/X").as_deref(), Some("yz"));
    assert_eq!(find(&item, ""), None);
    assert!(meets(&item, "list/?type=A") && !meets(&item, "list/?type=C"));
    assert!(meets(&item, "list/?type=B/n=2") && meets(&item, "lower/x^=y") && meets(&item, "lower/x$=z"));
    assert!(meets(&item, "lower/x!=a") && !meets(&item, "none!=a"));
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every place of a value that holds something, by its pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inside = |name: &str, value: &Value| {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        places(value, &at, found);
        found.push(at);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| inside(name, value)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, value)| inside(&n.to_string(), value)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_damaged_event_never_disappears_and_what_is_found_still_fits(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        instead in anything(),
    ) {
        let real = real();
        let (_, mut event) = real[which.index(real.len())].clone();
        let mut all = Vec::new();
        places(&event, "", &mut all);
        *event.pointer_mut(&all[place.index(all.len())]).unwrap() = instead;
        let out = out(&event);
        prop_assert!(out.found.len() + out.refused.len() + out.passed.len() > 0);
        out.found.iter().for_each(fits);
    }

    #[test]
    fn no_input_makes_a_reader_stumble(value in anything()) {
        read(&value, item);
        read(&value, okta::item);
    }
}
