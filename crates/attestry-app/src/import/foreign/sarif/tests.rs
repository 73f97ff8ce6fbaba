use serde_json::json;

use super::super::Found;
use super::*;

macro_rules! sample {
    ($name:literal) => {
        read(include_str!(concat!("../../../../tests/foreign/sarif/", $name, ".sarif")))
    };
}

fn read(text: &str) -> Out {
    log(&serde_json::from_str(text).unwrap())
}

fn log(value: &Value) -> Out {
    assert!(recognises(value));
    let mut out = Out::default();
    out.begin();
    item(value, &mut out);
    out
}

fn run(rest: Value) -> Out {
    let mut run = json!({ "tool": { "driver": { "name": "T" } } });
    run.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    log(&json!({ "version": "2.1.0", "runs": [run] }))
}

fn column<'o>(out: &'o Out, name: &str) -> Vec<Option<&'o str>> {
    let of = |found: &'o Found| found.fields.get(name).and_then(Value::as_str);
    out.found.iter().map(of).collect()
}

#[test]
fn a_result_that_is_absent_from_the_newer_scan_is_fixed() {
    let out = sample!("Baseline");
    assert_eq!(column(&out, "status"), [Some("fixed"), Some("open"), Some("open"), Some("open")]);
    assert_eq!(column(&out, "rule_id"), [Some("TUT1001"); 4]);
    assert_eq!(column(&out, "observed_at"), [None; 4]);
    assert_eq!(column(&out, "asset_key"), [None; 4]);
}

#[test]
fn a_contested_suppression_is_not_in_force() {
    let out = sample!("Suppressions");
    let suppressed: Vec<_> =
        out.found.iter().map(|found| found.fields.get("suppressed").and_then(Value::as_bool)).collect();
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(suppressed, [None, yes, yes, no, yes, no, no, no, no]);
    assert_eq!(column(&out, "status").iter().filter(|status| **status == Some("accepted")).count(), 3);
}

#[test]
fn a_scan_that_failed_and_found_nothing_is_refused_with_its_reason() {
    let out = sample!("Catastrophic-execution-error");
    assert_eq!(
        out.refused.first().unwrap().rule,
        "run 1 failed (`Out of memory.`) and looked at nothing; scan again"
    );
    let out = sample!("Notifications");
    assert!(out.found.is_empty());
    assert!(out.refused.first().unwrap().rule.starts_with("run 1 failed (`continue`)"));
}

#[test]
fn what_a_scan_that_failed_did_find_is_taken_and_said() {
    let out = run(json!({
        "invocations": [{ "executionSuccessful": false }],
        "results": [{ "ruleId": "R1", "message": { "text": "m" } }]
    }));
    assert_eq!(out.found.len(), 1);
    assert_eq!(out.passed.len(), 1);
}

#[test]
fn the_level_comes_from_the_rule_with_the_index_and_else_is_warning() {
    let out = sample!("DefaultRuleConfiguration");
    assert_eq!(column(&out, "severity"), [Some("high"), Some("medium")]);
    assert_eq!(column(&out, "location").first().unwrap(), &Some("file:///C:/code/myProject/io/kb.c"));
}

#[test]
fn the_caller_of_a_tool_overrides_the_level_of_a_rule() {
    let out = run(json!({
        "tool": { "driver": { "name": "T", "rules": [{ "id": "R1", "defaultConfiguration": { "level": "error" } }] } },
        "invocations": [{
            "executionSuccessful": true,
            "ruleConfigurationOverrides": [{ "descriptor": { "index": 0 }, "configuration": { "level": "note" } }]
        }],
        "results": [
            { "ruleIndex": 0, "message": { "text": "a" } },
            { "ruleIndex": 0, "level": "error", "message": { "text": "b" } }
        ]
    }));
    assert_eq!(column(&out, "severity"), [Some("low"), Some("high")]);
    assert_eq!(column(&out, "rule_id"), [Some("R1"); 2]);
}

#[test]
fn a_rule_of_an_extension_is_found_by_index_name_or_identifier() {
    let rules = json!([{ "id": "E1", "shortDescription": { "text": "Said by E" },
        "properties": { "security-severity": "9.8", "tags": ["secret"] } }]);
    let out = run(json!({
        "tool": { "driver": { "name": "T", "rules": [{ "id": "D1" }] },
            "extensions": [{ "name": "E", "rules": rules }] },
        "results": [
            { "rule": { "index": 0, "toolComponent": { "index": 0 } }, "message": { "text": "a" } },
            { "rule": { "id": "E1", "toolComponent": { "name": "E" } }, "message": { "text": "b" } },
            { "ruleId": "E1/sub", "message": { "text": "c" } },
            { "ruleIndex": 0, "message": { "text": "d" } },
            { "rule": { "id": "D1", "toolComponent": { "name": "E" } }, "message": { "text": "e" } }
        ]
    }));
    let titles = [Some("Said by E"), Some("Said by E"), Some("Said by E"), Some("d"), Some("e")];
    assert_eq!(column(&out, "title"), titles);
    let severities = [Some("critical"), Some("critical"), Some("critical"), Some("medium"), Some("medium")];
    assert_eq!(column(&out, "severity"), severities);
    assert_eq!(column(&out, "kind").first().unwrap(), &Some("secret"));
}

#[test]
fn a_message_is_filled_in_from_the_rule() {
    let out = sample!("RuleMetadata");
    assert!(column(&out, "title").first().unwrap().unwrap().starts_with("Properties defined with the 'uri'"));
    let out = run(json!({
        "tool": { "driver": { "name": "T", "rules": [{ "id": "R", "messageStrings": { "m": { "text": "{{{1}}} is {0}{9}" } } }] } },
        "results": [{ "ruleIndex": 0, "message": { "id": "m", "arguments": ["x", "y"] } }]
    }));
    assert_eq!(column(&out, "title"), [Some("{y} is x{9}")]);
}

#[test]
fn the_run_says_when_and_what_was_scanned() {
    let out = run(json!({
        "versionControlProvenance": [{ "repositoryUri": "https://example.com/shop" }],
        "invocations": [
            { "executionSuccessful": true, "endTimeUtc": "2026-03-01T10:00:00Z" },
            { "executionSuccessful": true, "startTimeUtc": "2026-03-01T11:00:00Z" }
        ],
        "results": [{ "ruleId": "CVE-2019-11358", "baselineState": "absent", "message": { "text": "m" } }]
    }));
    assert_eq!(column(&out, "asset_key"), [Some("https://example.com/shop")]);
    assert_eq!(column(&out, "observed_at"), [Some("2026-03-01T11:00:00Z")]);
    assert_eq!(column(&out, "fixed_at"), [Some("2026-03-01T11:00:00Z")]);
    assert_eq!(column(&out, "cve_id"), [Some("CVE-2019-11358")]);
    assert_eq!(column(&out, "kind"), [Some("dependency")]);
}

#[test]
fn a_finding_with_fingerprints_keeps_its_key_when_it_moves() {
    let key = |line: u64, print: &str| {
        let out = run(json!({ "results": [{
            "ruleId": "R", "message": { "text": "m" }, "partialFingerprints": { "hash/v1": print },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "a.rs" }, "region": { "startLine": line } } }]
        }] }));
        column(&out, "finding_id").first().unwrap().unwrap().to_owned()
    };
    assert_eq!(key(1, "x"), key(40, "x"));
    assert_ne!(key(1, "x"), key(1, "y"));
}

#[test]
fn a_finding_without_fingerprints_keeps_its_key_when_its_code_moves() {
    let keys = |lines: &[u64]| {
        let result = |line: &u64| {
            json!({ "ruleId": "R", "message": { "text": "m" }, "locations": [{ "physicalLocation":
            { "artifactLocation": { "uri": "a.rs" }, "region": { "startLine": line } } }] })
        };
        let out = run(json!({ "results": lines.iter().map(result).collect::<Vec<_>>() }));
        column(&out, "finding_id").iter().map(|key| key.unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(keys(&[1, 2]), keys(&[7, 9]));
    assert_ne!(keys(&[1, 2])[0], keys(&[1, 2])[1]);
}

#[test]
fn findings_that_differ_in_place_or_message_have_different_keys() {
    let out = sample!("Suppressions");
    let mut keys = column(&out, "finding_id");
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 9);
}

#[test]
fn what_reports_no_flaw_is_passed_over() {
    let out = run(json!({ "results": [
        { "kind": "pass", "ruleId": "R", "message": { "text": "m" } },
        { "kind": "review", "ruleId": "R", "message": { "text": "m" } }
    ] }));
    assert_eq!(column(&out, "severity"), [Some("unknown")]);
    assert_eq!(out.passed.keys().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["result of kind pass"]);
}

#[test]
fn logs_without_results_are_no_error() {
    let empty = log(&json!({ "version": "2.1.0", "runs": [] }));
    let described = run(json!({}));
    let clean = run(json!({ "results": [] }));
    for out in [empty, described, clean] {
        assert!(out.refused.is_empty() && out.found.is_empty());
        assert_eq!(out.passed.values().sum::<u64>(), 1);
    }
}

#[test]
fn logs_that_cannot_be_read_are_refused() {
    for (value, expected) in [
        (json!({ "version": "2.1.0", "runs": null }), "`runs` is null"),
        (json!({ "version": "2.0.0", "runs": [{ "tool": {} }] }), "is SARIF `2.0.0`"),
        (json!({ "version": "2.1.0", "runs": [{ "tool": {} }] }), "run 1 does not name its tool"),
        (json!({ "$schema": "sarif-2.1.0", "runs": [] }), "names no `version`"),
    ] {
        let out = log(&value);
        assert!(out.refused.first().unwrap().rule.starts_with(expected), "{:?}", out.refused);
    }
    let out = run(
        json!({ "externalPropertyFileReferences": { "results": [{ "location": { "uri": "r.json" } }] } }),
    );
    assert_eq!(out.refused.len(), 1);
}

#[test]
fn other_documents_are_not_taken_for_logs() {
    for other in [
        json!({ "version": "2.1.0" }),
        json!({ "runs": [] }),
        json!([]),
        json!({ "version": "1", "runs": [] }),
    ] {
        assert!(!recognises(&other), "{other}");
    }
}

#[test]
fn a_message_of_nothing_but_braces_is_read_in_its_length() {
    assert_eq!(run(json!({ "results": [{ "message": { "text": "{".repeat(200_000) } }] })).found.len(), 1);
}
