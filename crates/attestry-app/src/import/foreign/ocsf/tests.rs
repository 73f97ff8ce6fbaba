use serde_json::json;

use super::*;

macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../../tests/foreign/ocsf/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn read(value: &Value) -> Out {
    assert!(recognises(value), "{value}");
    let mut out = Out::default();
    out.begin();
    item(value, &mut out);
    out
}

fn event(class: u64, rest: Value) -> Value {
    let mut event = json!({
        "class_uid": class, "class_name": "A class", "time": 1_772_359_200_000_i64, "severity_id": 4,
        "metadata": { "uid": "e-1", "version": "1.5.0", "product": { "name": "Guard", "vendor_name": "V" } }
    });
    event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    event
}

fn only(out: &Out) -> (&'static str, Value) {
    assert_eq!((out.found.len(), out.refused.len()), (1, 0), "{out:?}");
    let found = out.found.first().unwrap();
    (found.stream, found.fields.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect())
}

#[test]
fn a_scanners_checks_are_states_of_resources() {
    let findings = sample!("prowler");
    let outs: Vec<Out> = findings.as_array().unwrap().iter().map(read).collect();
    let (stream, bucket) = only(&outs[2]);
    assert_eq!(stream, "config_state");
    assert_eq!(bucket["status"], "pass");
    assert_eq!(bucket["severity"], "high");
    assert_eq!(bucket["observed_at"], "2026-11-21T16:35:37Z");
    assert_eq!(bucket["check_id"], "s3_bucket_cross_account_access");
    assert_eq!(bucket["resource_key"], "arn:aws:s3:::evidence-bucket");
    assert_eq!(bucket["account"], "123456789012");
    assert_eq!(bucket["suppressed"], false);
    assert_eq!(bucket["scan_id"], "01a1fef6-9d61-748d-977d-6f5a34096d85");
    let references = bucket["framework_refs"].as_str().unwrap();
    assert!(references.starts_with("AWS-AI-Security-Framework-1.0:AISF-DATA-04;"), "{references}");
    assert!(references.contains(";NIST-CSF-2.0:ra_1"), "{references}");
}

#[test]
fn a_persons_account_is_named_by_the_persons_key() {
    let findings = sample!("prowler");
    let (_, user) = only(&read(&findings[1]));
    assert_eq!(user["resource_type"], "AwsIamUser");
    assert_eq!(user["resource_key"], person_key("alice"));
    assert_eq!(user["resource_name"], "alice");
    assert!(!user["state_id"].as_str().unwrap().contains("alice"));
}

#[test]
fn a_row_of_the_first_version_with_its_map_as_pairs_is_a_call() {
    let (stream, call) = only(&read(&sample!("update-trail")));
    assert_eq!(stream, "api_activity");
    let expected = json!({
        "event_id": "b7d4398e-b2f0-4faa-9c76-e2d316a8d67f", "occurred_at": "2016-07-14T19:15:45Z",
        "event_name": "UpdateTrail", "event_source": "cloudtrail.amazonaws.com", "event_type": "AwsApiCall",
        "region": "us-east-2", "account": "123456789012", "identity_type": "IAMUser",
        "identity_arn": "arn:aws:iam::123456789012:user/Alice", "user_name": "Alice",
        "source_ip": "205.251.233.182", "user_agent": "aws-cli/1.10.32 Python/2.7.9 Windows/7 botocore/1.4.22",
        "error_code": "TrailNotFoundException", "read_only": false
    });
    assert_eq!(call, expected);
}

#[test]
fn a_map_can_be_an_object_pairs_or_entries() {
    for map in [
        json!({ "recipientAccountId": "7" }),
        json!([["eventType", "x"], ["recipientAccountId", "7"]]),
        json!([{ "key": "recipientAccountId", "value": "7" }]),
    ] {
        assert_eq!(unmapped(&json!({ "unmapped": map }), "recipientAccountId"), Some(&json!("7")));
    }
    assert_eq!(unmapped(&json!({ "unmapped": [[], [1], null, 3] }), "recipientAccountId"), None);
}

#[test]
fn a_console_sign_in_is_a_call_and_a_sign_in() {
    let out = read(&sample!("console-login"));
    let streams: Vec<_> = out.found.iter().map(|found| found.stream).collect();
    assert_eq!(streams, ["api_activity", "login"]);
    let call = &out.found[0].fields;
    assert_eq!(call.get("console_login_result"), Some(&json!("Success")));
    assert_eq!(call.get("mfa_used"), Some(&json!(false)));
    assert_eq!(call.get("account"), None, "the row names only the caller's account");
    let login = &out.found[1].fields;
    for (name, value) in [
        ("system", json!("aws")),
        ("result", json!("success")),
        ("step", json!("session")),
        ("kind", json!("interactive")),
        ("person_key", json!(person_key("anaya"))),
        ("account_id", json!("AIDACKCEVSQ6C2EXAMPLE")),
        ("mfa_used", json!(false)),
    ] {
        assert_eq!(login.get(name), Some(&value), "{name}");
    }
}

#[test]
fn taking_on_a_role_is_a_call_and_no_sign_in() {
    let (stream, call) = only(&read(&sample!("assume-role-with-web-identity")));
    assert_eq!(stream, "api_activity");
    assert_eq!(call["account"], "444455556666");
    assert_eq!(call.get("read_only"), None);
}

#[test]
fn a_later_version_names_account_factor_and_type_differently() {
    let (_, call) = only(&read(&event(
        6003,
        json!({
            "category_uid": 6, "activity_id": 2, "api": { "operation": "GetItem", "service": { "name": "db" } },
            "metadata": { "uid": "e-2", "event_code": "AwsApiCall", "product": { "name": "CloudTrail" } },
            "cloud": { "provider": "AWS", "account": { "uid": "1" }, "region": "r" },
            "actor": { "user": { "type": "AssumedRole", "uid": "AROA:x", "uid_alt": "arn:aws:sts::1:assumed-role/a/x" },
                "session": { "is_mfa": true } },
            "src_endpoint": { "domain": "cloudformation.amazonaws.com" }
        }),
    )));
    let expected = [
        ("account", json!("1")),
        ("event_type", json!("AwsApiCall")),
        ("identity_arn", json!("arn:aws:sts::1:assumed-role/a/x")),
        ("mfa_used", json!(true)),
        ("read_only", json!(true)),
        ("source_ip", json!("cloudformation.amazonaws.com")),
    ];
    for (name, value) in expected {
        assert_eq!(call[name], value, "{name}");
    }
    assert_eq!(call.get("user_name"), None);
}

#[test]
fn a_call_without_identifier_or_operation_is_refused() {
    let calls = [
        event(6003, json!({ "api": { "operation": "Get" }, "metadata": { "product": { "name": "A" } } })),
        event(6003, json!({})),
    ];
    for call in calls {
        assert_eq!(read(&call).refused.len(), 1);
    }
}

#[test]
fn an_identity_providers_sign_in_names_its_product_as_system() {
    let (stream, login) = only(&read(&event(
        3002,
        json!({
            "activity_id": 1, "status_id": 2, "status_detail": "INVALID_CREDENTIALS", "is_mfa": false, "logon_type_id": 2,
            "auth_protocol": "OAUTH 2.0", "session": { "uid": "s-1" },
            "user": { "name": "Ada", "email_addr": "Ada@Example.com", "uid": "00u1" },
            "src_endpoint": { "ip": "192.0.2.1", "location": { "country": "DE" } }
        }),
    )));
    assert_eq!(stream, "login");
    let expected = json!({
        "login_id": "e-1", "occurred_at": "2026-03-01T10:00:00Z", "system": "guard", "step": "session",
        "result": "failure", "person_key": person_key("ada@example.com"), "account_id": "00u1",
        "user_name": "Ada@Example.com", "kind": "interactive", "method": "OAUTH 2.0", "mfa_used": false,
        "reason": "INVALID_CREDENTIALS", "session_id": "s-1", "source_ip": "192.0.2.1", "country": "DE"
    });
    assert_eq!(login, expected);
}

#[test]
fn a_sign_in_that_does_not_say_how_it_ended_is_passed_over() {
    let out = read(&event(3002, json!({ "activity_id": 1, "user": { "name": "a" } })));
    assert_eq!((out.found.len(), out.passed.len()), (0, 1));
    let out = read(&event(3002, json!({ "activity_id": 2, "status_id": 1 })));
    assert_eq!((out.found.len(), out.passed.len()), (0, 1));
}

#[test]
fn a_compliance_finding_gives_a_state_for_each_resource() {
    let out = read(&event(
        2003,
        json!({
            "compliance": { "status_id": 3, "control": "S3.1", "standards": ["CIS"], "requirements": ["2.1", "2.2"] },
            "finding_info": { "uid": "f", "title": "Buckets are closed" },
            "resources": [{ "uid": "b1", "type": "Bucket" }, { "uid": "b2", "type": "Bucket" }]
        }),
    ));
    let keys: Vec<_> = out.found.iter().map(|found| found.fields.get("resource_key").unwrap()).collect();
    assert_eq!(keys, ["b1", "b2"]);
    let first = &out.found[0].fields;
    assert_eq!(first.get("status"), Some(&json!("fail")));
    assert_eq!(first.get("framework_refs"), Some(&json!("CIS:2.1;CIS:2.2")));
    assert_ne!(first.get("state_id"), out.found[1].fields.get("state_id"));
}

#[test]
fn words_of_checks_are_understood_and_a_warning_is_no_verdict() {
    let word = |status: &str| check::word(&json!({ "status_code": status }));
    assert_eq!(["PASS", "FAIL", "MANUAL"].map(word), [Some("pass"), Some("fail"), Some("manual")]);
    assert_eq!(word("a code"), None);
    assert!(
        check::stated(&json!({ "status_code": "FAIL" }))
            && !check::stated(&json!({ "status_code": "Success" }))
    );
    assert_eq!(check::word(&json!({ "compliance": { "status_id": 2 } })), Some("unknown"));
    assert_eq!(check::suppressed(&json!({ "status_id": 3 })), Some(true));
    assert_eq!(check::suppressed(&json!({ "status_code": "MUTED" })), Some(true));
    assert_eq!(check::suppressed(&json!({ "status_id": 0 })), None);
}

#[test]
fn a_vulnerability_finding_gives_a_record_for_each_flaw_and_package() {
    let out = read(&event(
        2002,
        json!({
            "status_id": 4, "activity_id": 3, "finding_info": { "uid": "f", "title": "Flaws" },
            "resources": [{ "uid": "arn:aws:ec2:i-1", "type": "AwsEc2Instance" }],
            "vulnerabilities": [
                { "cve": { "uid": "CVE-2020-0001", "cvss": [{ "base_score": 7.5 }], "created_time": 1_577_836_800_000_i64 },
                  "severity": "Critical", "title": "Overflow", "first_seen_time": 1_772_272_800_000_i64,
                  "affected_packages": [{ "name": "a", "version": "1", "fixed_in_version": "2" }, { "name": "b", "version": "1" }] },
                { "advisory": { "uid": "ADV-1" }, "affected_code": [{ "file": { "path": "x.py" }, "start_line": 7 }] }
            ]
        }),
    ));
    assert_eq!(out.found.len(), 3);
    let first = &out.found[0].fields;
    for (name, value) in [
        ("asset_key", json!("arn:aws:ec2:i-1")),
        ("cve_id", json!("CVE-2020-0001")),
        ("component", json!("a")),
        ("fixed_version", json!("2")),
        ("severity", json!("critical")),
        ("cvss_score", json!(7.5)),
        ("status", json!("fixed")),
        ("fixed_at", json!("2026-03-01T10:00:00Z")),
        ("first_seen_at", json!("2026-02-28T10:00:00Z")),
        ("published_at", json!("2020-01-01T00:00:00Z")),
    ] {
        assert_eq!(first.get(name), Some(&value), "{name}");
    }
    let last = &out.found[2].fields;
    assert_eq!((last.get("location"), last.get("kind")), (Some(&json!("x.py:7")), Some(&json!("code"))));
    assert_eq!(last.get("severity"), Some(&json!("high")));
}

#[test]
fn a_finding_that_would_explode_into_records_is_refused() {
    let out = read(&event(
        2002,
        json!({
            "vulnerabilities": vec![json!({}); 400], "resources": vec![json!({ "uid": "r" }); 400]
        }),
    ));
    assert_eq!((out.found.len(), out.refused.len()), (0, 1));
}

#[test]
fn a_detection_is_an_alert_with_its_verdict() {
    let (stream, alert) = only(&read(&event(
        2004,
        json!({
            "status_id": 4, "verdict_id": 1, "comment": "a test of ours\nmore",
            "finding_info": { "uid": "f-1", "title": "Strange call", "created_time": 1_772_355_600_000_i64,
                "modified_time": 1_772_359_000_000_i64, "analytic": { "uid": "rule-1" } },
            "resources": [{ "type": "AwsIamUser", "name": "alice", "uid": "arn:aws:iam::1:user/alice" }]
        }),
    )));
    assert_eq!(stream, "alert");
    let expected = json!({
        "alert_id": "f-1", "updated_at": "2026-03-01T09:56:40Z", "raised_at": "2026-03-01T09:00:00Z",
        "detector": "Guard", "rule_id": "rule-1", "title": "Strange call", "severity": "high", "status": "closed",
        "verdict": "false_positive", "close_reason": "a test of ours", "resource_key": person_key("alice")
    });
    assert_eq!(alert, expected);
}

#[test]
fn an_incident_keeps_when_it_began_and_ended() {
    let (stream, incident) = only(&read(&event(
        2005,
        json!({
            "status_id": 5, "start_time": 1_772_272_800_000_i64, "end_time": 1_772_355_600_000_i64, "desc": "Outage",
            "assignee": { "email_addr": "ada@example.com" }, "ticket": { "uid": "INC-1" }
        }),
    )));
    assert_eq!(stream, "incident");
    assert_eq!(incident["incident_id"], "INC-1");
    assert_eq!(incident["opened_at"], "2026-02-28T10:00:00Z");
    assert_eq!(incident["closed_at"], "2026-03-01T09:00:00Z");
    assert_eq!(incident["status"], "closed");
    assert_eq!(read(&event(2005, json!({}))).refused.len(), 1);
}

#[test]
fn other_classes_are_passed_over_by_name() {
    for class in [4001, 2002, 3001, 3005, 1007] {
        let out = read(&event(class, json!({})));
        assert_eq!(out.passed.keys().next().unwrap().0, "A class", "{class}");
    }
}

#[test]
fn other_documents_are_not_taken_for_events() {
    let trail = json!({ "eventVersion": "1.08", "eventName": "CreateUser" });
    for other in [
        trail,
        json!({ "class_uid": "6003", "metadata": {}, "time": 1 }),
        json!({ "class_uid": 6003 }),
        json!(1),
    ] {
        assert!(!recognises(&other), "{other}");
    }
}
