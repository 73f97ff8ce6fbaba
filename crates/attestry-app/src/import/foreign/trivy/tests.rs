use serde_json::json;

use super::*;

fn read(value: &Value) -> Out {
    assert!(recognises(value));
    let mut out = Out::default();
    out.begin();
    item(value, &mut out);
    out
}

fn sample(text: &str) -> Out {
    read(&serde_json::from_str(text).unwrap())
}

fn report(result: Value) -> Out {
    read(&json!({
        "SchemaVersion": 2, "CreatedAt": "2026-03-01T10:00:00Z", "ArtifactName": "shop", "ArtifactType": "repository",
        "Results": [result]
    }))
}

fn column<'o>(out: &'o Out, name: &str) -> Vec<Option<&'o str>> {
    out.found.iter().map(|found| found.fields.get(name).and_then(Value::as_str)).collect()
}

#[test]
fn a_flaw_with_a_fixed_version_is_still_open() {
    let out = sample(include_str!("../../../../tests/foreign/trivy/gomod.json"));
    assert_eq!(out.found.len(), 5);
    assert_eq!(column(&out, "status"), [Some("open"); 5]);
    assert_eq!(column(&out, "fixed_version").first().unwrap(), &Some("v2.8.0"));
    assert_eq!(column(&out, "location")[3..], [Some("submod/go.mod"), Some("submod2/go.mod")]);
    assert_eq!(column(&out, "observed_at"), [Some("2021-08-25T12:20:30.000000005Z"); 5]);
    assert_eq!(column(&out, "severity").first().unwrap(), &Some("unknown"));
    assert_eq!(column(&out, "cve_id").first().unwrap(), &None);
    assert_eq!(column(&out, "asset_key"), [Some("testdata/fixtures/repo/gomod"); 5]);
}

#[test]
fn a_flaw_of_a_system_is_in_no_file() {
    let out = sample(include_str!("../../../../tests/foreign/trivy/debian-buster.json"));
    assert_eq!(column(&out, "location"), [None, None]);
    assert_eq!(column(&out, "component"), [Some("bash"), Some("libidn2-0")]);
    assert_eq!(column(&out, "kind"), [Some("dependency"); 2]);
    let score = out.found.first().unwrap().fields.get("cvss_score").and_then(Value::as_f64);
    assert_eq!(score, Some(7.8));
}

#[test]
fn a_finding_keeps_its_key_when_its_component_is_updated_in_vain() {
    let key = |version: &str| {
        let flaw =
            json!({ "VulnerabilityID": "CVE-2019-11358", "PkgName": "jquery", "InstalledVersion": version });
        let out =
            report(json!({ "Target": "package-lock.json", "Class": "lang-pkgs", "Vulnerabilities": [flaw] }));
        column(&out, "finding_id").first().unwrap().unwrap().to_owned()
    };
    assert_eq!(key("3.3.8"), key("3.3.9"));
}

#[test]
fn versions_tell_findings_apart_where_there_are_several() {
    let flaw = |version: &str| json!({ "VulnerabilityID": "CVE-2019-11358", "PkgName": "jquery", "InstalledVersion": version });
    let keys = |flaws: Value| {
        let out =
            report(json!({ "Target": "package-lock.json", "Class": "lang-pkgs", "Vulnerabilities": flaws }));
        column(&out, "finding_id").iter().map(|key| key.unwrap().to_owned()).collect::<Vec<_>>()
    };
    let one = keys(json!([flaw("1"), flaw("2")]));
    let other = keys(json!([flaw("2"), flaw("1")]));
    assert_ne!(one[0], one[1]);
    assert_eq!([&one[0], &one[1]], [&other[1], &other[0]]);
}

#[test]
fn suppressed_findings_say_how_they_are_dealt_with() {
    let modified = |status: &str| {
        json!({ "Type": "vulnerability", "Status": status, "Statement": "not reached",
        "Finding": { "VulnerabilityID": "CVE-2020-0001", "PkgName": status, "Severity": "HIGH" } })
    };
    let out = report(json!({ "Target": "go.mod", "Class": "lang-pkgs",
        "ExperimentalModifiedFindings": (["ignored", "not_affected", "fixed", "affected"].map(modified)) }));
    let statuses = [Some("accepted"), Some("false_positive"), Some("fixed"), Some("open")];
    assert_eq!(column(&out, "status"), statuses);
    assert_eq!(column(&out, "suppression_reason"), [Some("not reached"); 4]);
    assert_eq!(column(&out, "fixed_at"), [None, None, Some("2026-03-01T10:00:00Z"), None]);
}

#[test]
fn a_misconfiguration_is_a_state_and_a_secret_is_a_flaw_without_its_text() {
    let out = report(json!({ "Target": "main.tf", "Class": "config",
        "Misconfigurations": [
            { "Type": "Terraform Security Check", "ID": "AWS-0086", "Title": "Block public ACLs", "Severity": "HIGH", "Status": "FAIL",
              "Message": "No public access block", "CauseMetadata": { "Resource": "aws_s3_bucket.a", "Provider": "AWS" } },
            { "ID": "AWS-0087", "Severity": "LOW", "Status": "PASS" },
            { "ID": "AWS-0088", "Status": "EXCEPTION" }
        ],
        "Secrets": [{ "RuleID": "aws-access-key-id", "Severity": "CRITICAL", "Title": "A key", "StartLine": 3, "Match": "hidden" }]
    }));
    let streams: Vec<_> = out.found.iter().map(|found| found.stream).collect();
    assert_eq!(streams, ["vulnerability", "config_state", "config_state", "config_state"]);
    assert_eq!(column(&out, "status"), [Some("open"), Some("fail"), Some("pass"), Some("unknown")]);
    assert_eq!(
        column(&out, "resource_key")[1..3],
        [Some("shop#main.tf#aws_s3_bucket.a"), Some("shop#main.tf")]
    );
    assert_eq!(column(&out, "location").first().unwrap(), &Some("main.tf:3"));
    assert!(out.found.iter().all(|found| found.fields.iter().all(|(_, value)| value != "hidden")));
}

#[test]
fn a_part_of_an_old_report_names_its_target_and_no_instant() {
    let flaw = json!({ "VulnerabilityID": "CVE-2020-0001", "PkgName": "a", "Severity": "LOW" });
    let out = read(&json!({ "Target": "alpine:3.10 (alpine 3.10.2)", "Vulnerabilities": [flaw] }));
    assert_eq!(column(&out, "asset_key"), [Some("alpine:3.10 (alpine 3.10.2)")]);
    assert_eq!(column(&out, "observed_at"), [None]);
}

#[test]
fn a_report_of_a_cluster_names_each_resource() {
    let flaw = json!({ "VulnerabilityID": "CVE-2020-0001", "PkgName": "a" });
    let out = read(&json!({ "ClusterName": "prod", "Resources": [
        { "Namespace": "default", "Kind": "Pod", "Name": "web", "Results": [{ "Target": "t", "Class": "os-pkgs", "Vulnerabilities": [flaw] }] },
        { "Kind": "Node", "Name": "n1" }
    ] }));
    assert_eq!(column(&out, "asset_key"), [Some("prod/default/Pod/web")]);
    assert_eq!(out.passed.values().sum::<u64>(), 1);
}

#[test]
fn a_report_without_findings_is_no_error() {
    let out = read(&json!({ "SchemaVersion": 2, "ArtifactName": "shop" }));
    assert_eq!((out.refused.len(), out.passed.len()), (0, 1));
    let out = report(json!({ "Target": "go.mod", "Vulnerabilities": [{ "PkgName": "a" }] }));
    assert_eq!((out.refused.len(), out.passed.len()), (1, 0));
}

#[test]
fn other_documents_are_not_taken_for_reports() {
    for other in
        [json!({ "Results": [] }), json!({ "SchemaVersion": "2" }), json!({ "Target": "a" }), json!(null)]
    {
        assert!(!recognises(&other), "{other}");
    }
}
