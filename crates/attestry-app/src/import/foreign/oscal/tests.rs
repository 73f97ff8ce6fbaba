use serde_json::json;

use super::super::person_key;
use super::*;

macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../../tests/foreign/oscal/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn read(value: &Value) -> Out {
    assert!(recognises(value));
    let mut out = Out::default();
    out.begin();
    item(value, &mut out);
    out
}

fn rows(out: &Out, names: &[&str]) -> Vec<Vec<String>> {
    let cell = |found: &super::super::Found, name: &str| match found.fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "-".to_owned(),
    };
    out.found.iter().map(|found| names.iter().map(|name| cell(found, name)).collect()).collect()
}

#[test]
fn findings_and_observations_with_a_result_are_states() {
    let out = read(&sample!("hosts"));
    assert!(out.refused.is_empty());
    let rows = rows(&out, &["check_id", "status", "resource_key", "resource_type", "observed_at"]);
    let expected = [
        ["ac-2_obj", "fail", "Payroll", "component", "2026-03-02T03:40:00Z"],
        ["ac-6.1_obj", "pass", "-", "-", "2026-03-02T03:50:00Z"],
        ["disk-encrypted", "pass", "a.example.com", "operating-system", "2026-03-02T03:50:00Z"],
        ["disk-encrypted", "fail", "b.example.com", "inventory-item", "2026-03-02T03:50:00Z"],
        ["Rights of an administrator", "fail", &person_key("Ada Example"), "user", "2026-03-02T03:45:00Z"],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn what_states_no_result_is_passed_over_with_the_reason() {
    let out = read(&sample!("hosts"));
    let passed: Vec<_> =
        out.passed.iter().map(|((kind, why), count)| (kind.as_str(), *why, *count)).collect();
    let expected = [
        ("observation", "it states no result, and no finding relies on it", 1),
        ("observation", "the check was not selected, so it found nothing", 1),
        ("risk", "a risk is no state of a control", 1),
    ];
    assert_eq!(passed, expected);
}

#[test]
fn the_tool_is_the_scanner_and_else_the_document() {
    let out = read(&sample!("hosts"));
    assert!(rows(&out, &["scanner"]).iter().all(|row| *row == ["HostScan"]));
    assert_eq!(rows(&out, &["severity"])[2], ["high"]);
    assert_eq!(rows(&out, &["resource_name"])[4], ["Ada Example"]);
    let out = read(&sample!("ifa-assessment-results"));
    let title = "IFA GoodRead Continuous Monitoring Assessment Results June 2023";
    assert_eq!(rows(&out, &["scanner", "check_id", "status"]), [[title, "ac-6.1_obj", "fail"]]);
    assert_eq!(rows(&out, &["observed_at"]), [["2023-06-02T12:31:20Z"]]);
    assert_eq!(rows(&out, &["resource_key"]), [["551b9706-d6a4-4d25-8207-f2ccec548b89"]]);
}

#[test]
fn results_without_a_document_take_what_stands_on_the_result() {
    let out = read(&sample!("rhel7-results-alone"));
    let rows = rows(&out, &["scanner", "check_id", "status", "severity", "resource_key", "resource_type"]);
    let check = "xccdf_org.ssgproject.content_rule_disable_prelink";
    let host = "kube-c18ler8d06m877hrn7jg-roks8-default-00000319.iks.mycorp";
    assert_eq!(rows, [["OpenSCAP", check, "pass", "medium", host, "rhel7"]]);
    assert_eq!(out.passed.values().sum::<u64>(), 1);
}

#[test]
fn a_state_has_the_same_key_in_the_next_assessment() {
    let mut next = sample!("hosts");
    let now = rows(&read(&next), &["state_id"]);
    let result = &mut next["assessment-results"]["results"][0];
    result["uuid"] = json!("00000000-0000-4000-8000-000000000099");
    result["observations"][0]["collected"] = json!("2026-03-09T03:50:00Z");
    result["observations"][0]["subjects"][0]["props"][0]["value"] = json!("fail");
    assert_eq!(rows(&read(&next), &["state_id"]), now);
    let mut keys = now;
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5);
}

#[test]
fn other_models_are_refused_with_their_place() {
    for (model, place) in [
        ("catalog", "add it with `catalog add`"),
        ("profile", "resolve it to a catalog"),
        ("system-security-plan", "keep it as an artifact"),
        ("assessment-plan", "import the assessment results"),
    ] {
        let mut document = serde_json::Map::new();
        document.insert(model.to_owned(), json!({ "metadata": { "oscal-version": "1.1.2" } }));
        let out = read(&Value::Object(document));
        let rule = &out.refused.first().unwrap().rule;
        assert!(rule.starts_with(&format!("is an OSCAL `{model}`")) && rule.contains(place), "{rule}");
    }
}

#[test]
fn a_finding_without_a_verdict_or_a_target_is_refused() {
    let findings =
        json!([{ "target": { "target-id": "a", "status": { "state": "maybe" } } }, { "title": "b" }]);
    let out = read(&json!({ "assessment-results": { "results": [{ "findings": findings }] } }));
    assert_eq!(out.refused.len(), 2);
    let out = read(&json!({ "assessment-results": { "metadata": { "oscal-version": "2.0.0" } } }));
    assert!(out.refused.first().unwrap().rule.starts_with("is OSCAL `2.0.0`"));
    let out = read(&json!({ "assessment-results": { "results": [] } }));
    assert_eq!(out.passed.len(), 1);
}

#[test]
fn other_documents_are_not_taken_for_assessments() {
    let report = json!({ "results": [{ "errors": [] }] });
    for other in [report, json!({ "catalog": { "id": 1 } }), json!({ "results": [] }), json!([])] {
        assert!(!recognises(&other), "{other}");
    }
}
