use serde_json::{Value, json};

use super::super::{Fields, Out};
use super::{item, recognises};

fn read(bill: &Value) -> Out {
    let mut out = Out::default();
    out.begin();
    item(bill, &mut out);
    out
}

fn real(text: &str) -> Out {
    read(&serde_json::from_str(text).unwrap())
}

fn of<'o>(out: &'o Out, stream: &str) -> Vec<&'o Fields> {
    out.found.iter().filter(|found| found.stream == stream).map(|found| &found.fields).collect()
}

fn get(fields: &Fields, column: &str) -> Value {
    fields.get(column).cloned().unwrap_or_default()
}

fn bill(members: Value) -> Value {
    let mut bill = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "timestamp": "2026-03-01T00:00:00Z",
                      "component": { "type": "application", "name": "shop", "version": "2" } } });
    bill.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    bill
}

#[test]
fn every_part_of_a_real_bill_is_a_component_of_its_product() {
    let out = real(include_str!("../../../../tests/foreign/cyclonedx/laravel.json"));
    let parts = of(&out, "component");
    assert_eq!((parts.len(), out.refused.len(), out.passed.len()), (4, 0, 0));
    assert_eq!(get(parts[0], "listed_in"), "cyclonedx/cyclonedx-php-composer-demo@dev-master");
    assert_eq!(get(parts[0], "component_id"), "pkg:composer/asm89/stack-cors@1.3.0");
    assert_eq!(get(parts[0], "name"), "asm89/stack-cors");
    assert_eq!(get(parts[0], "license"), "MIT");
    assert_eq!(get(parts[0], "supplier"), Value::Null, "an author is a person and no supplier");
    assert_eq!(get(parts[0], "listed_at"), Value::Null, "this bill does not say when it was made");
}

#[test]
fn a_bill_of_1_2_with_its_instant_and_digests_is_read() {
    let out = real(include_str!("../../../../tests/foreign/cyclonedx/lhc-vdm-editor.json"));
    let parts = of(&out, "component");
    assert_eq!(get(parts[0], "listed_at"), "2020-08-03T01:28:52.765Z");
    assert!(get(parts[0], "digest").as_str().unwrap().starts_with("sha512:d92e84eb"));
    assert!(get(parts[2], "digest").as_str().unwrap().starts_with("sha1:"));
    assert_eq!(get(parts[0], "bill_serial"), "urn:uuid:699b6458-60da-4f52-b1b3-34915dc01eb6");
}

#[test]
fn services_within_services_are_components() {
    let out = real(include_str!("../../../../tests/foreign/cyclonedx/services.json"));
    let services = of(&out, "component");
    assert!(services.len() > 1);
    assert!(services.iter().all(|service| get(service, "kind") == "service"));
    assert_eq!(get(services[0], "supplier"), "Acme Inc");
}

#[test]
fn a_model_card_gives_a_version_a_dataset_its_use_and_a_metric_in_words() {
    let out = real(include_str!("../../../../tests/foreign/cyclonedx/model.json"));
    let model = of(&out, "model_version")[0];
    assert_eq!(get(model, "model_version_id"), "CompVis/stable-diffusion@1.4");
    assert_eq!(get(model, "approach"), "supervised");
    let stated = ["intended_use", "limitations", "training_data", "evaluation", "contact"];
    let stated = stated.map(|part| get(model, &format!("states_{part}")).as_bool().unwrap());
    assert_eq!(stated, [true, true, true, true, false]);
    assert_eq!(get(of(&out, "dataset_version")[0], "classification"), "public");
    assert_eq!(get(of(&out, "dataset_use")[0], "dataset_version_id"), "Training Data");
    let metric = of(&out, "evaluation")[0];
    assert_eq!(get(metric, "metric_value"), Value::Null, "the value of this file is words");
    assert_eq!(get(metric, "metric_text"), "The value of the performance metric");
    assert_eq!(of(&out, "component").len(), 1);
}

#[test]
fn a_dataset_by_reference_is_the_part_with_its_version() {
    let out = read(&bill(json!({ "components": [
        { "type": "machine-learning-model", "name": "triage", "version": "1", "modelCard": {
            "modelParameters": { "datasets": [{ "ref": "d" }, { "ref": "urn:cdx:x/1#y" }] },
            "quantitativeAnalysis": { "performanceMetrics": [
                { "type": "f1 (macro)", "value": "0.91", "slice": "held out",
                  "confidenceInterval": { "lowerBound": "0.89", "upperBound": "0.93" } },
                { "value": "1" } ] } } },
        { "type": "data", "bom-ref": "d", "name": "tickets", "version": "2026.04", "data": [
            { "type": "dataset", "contents": { "url": "https://example.com/t" }, "classification": "internal",
              "sensitiveData": ["names", "addresses"] } ] },
        { "type": "data", "name": "settings", "data": [{ "type": "configuration" }] } ] })));
    let uses: Vec<Value> = of(&out, "dataset_use").iter().map(|one| get(one, "dataset_version_id")).collect();
    assert_eq!(uses, ["tickets@2026.04", "urn:cdx:x/1#y"]);
    let datasets = of(&out, "dataset_version");
    assert_eq!(datasets.len(), 1, "configuration is no dataset");
    assert_eq!(get(datasets[0], "sensitive_categories"), "names, addresses");
    assert_eq!(get(datasets[0], "location"), "https://example.com/t");
    let metric = of(&out, "evaluation")[0];
    assert_eq!((get(metric, "metric_value"), get(metric, "lower_bound")), (json!(0.91), json!(0.89)));
    assert_eq!(out.refused.len(), 1);
    assert!(out.refused[0].rule.contains("performance metric 2 has no `type`"), "{}", out.refused[0].rule);
}

#[test]
fn the_product_itself_can_be_the_model_and_is_no_part_of_itself() {
    let mut model = bill(json!({ "components": [] }));
    model["metadata"]["component"] =
        json!({ "type": "machine-learning-model", "name": "triage", "version": "1" });
    let out = read(&model);
    assert_eq!(of(&out, "model_version").len(), 1);
    assert!(of(&out, "component").is_empty());
    assert_eq!(get(of(&out, "model_version")[0], "states_contact"), Value::Null, "there is no card");
}

#[test]
fn what_the_maker_found_out_decides_the_state_and_its_own_score_does_not() {
    let out = real(include_str!("../../../../tests/foreign/cyclonedx/vex.json"));
    let finding = of(&out, "vulnerability")[0];
    assert_eq!(get(finding, "cve_id"), "CVE-2020-25649");
    assert_eq!((get(finding, "severity"), get(finding, "cvss_score")), (json!("high"), json!(7.5)));
    assert_eq!(get(finding, "status"), "false_positive");
    assert_eq!(get(finding, "suppressed"), true);
    assert!(
        get(finding, "suppression_reason").as_str().unwrap().starts_with("not_affected: code_not_reachable")
    );
    assert_eq!(
        get(finding, "component"),
        "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.10.0?type=jar"
    );
    assert_eq!(get(finding, "observed_at"), "2021-10-26T00:00:00Z");
    assert_eq!(get(finding, "asset_key"), "3e671687-395b-41f5-a30f-a58921a69b79/1", "the bill it speaks of");
}

#[test]
fn one_flaw_with_two_states_for_different_versions_is_two_findings() {
    let affects = |version: &str| json!([{ "ref": "p", "versions": [{ "version": version }] }]);
    let out = read(&bill(json!({ "vulnerabilities": [
        { "id": "CVE-2021-44228", "affects": affects("2.4"), "analysis": { "state": "exploitable" } },
        { "id": "CVE-2021-44228", "affects": affects("2.5"), "analysis": { "state": "not_affected" } },
        { "id": "CVE-2021-44228", "affects": affects("2.6"), "analysis": { "state": "resolved" } },
        { "id": "CVE-2021-44228", "analysis": { "state": "perhaps" } },
        { "id": "GHSA-1", "references": [{ "id": "SNYK-1" }, { "id": "CVE-2020-1234" }] } ] })));
    let findings = of(&out, "vulnerability");
    let states: Vec<Value> = findings.iter().map(|finding| get(finding, "status")).collect();
    assert_eq!(states, ["open", "false_positive", "fixed", "open"]);
    let mut keys: Vec<String> =
        findings.iter().map(|finding| get(finding, "finding_id").to_string()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);
    assert_eq!(
        (get(findings[3], "severity"), get(findings[3], "cve_id")),
        (json!("unknown"), json!("CVE-2020-1234"))
    );
    assert_eq!(get(findings[0], "asset_key"), "shop@2");
    assert!(out.refused[0].rule.contains("unknown state `perhaps`"));
}

#[test]
fn a_part_that_several_need_is_one_component_with_the_strongest_scope() {
    let part = |scope: Value, content: &str| {
        json!({ "type": "library", "name": "ms", "version": "2", "purl": "pkg:npm/ms@2", "scope": scope,
                "hashes": [{ "alg": "SHA-256", "content": content }] })
    };
    let out = read(&bill(json!({ "components": [
        part(json!("optional"), "AB"), part(json!(null), "AB"), part(json!("required"), "CD"),
        part(json!("optional"), "AB"), part(json!("optional"), "CD") ] })));
    let parts = of(&out, "component");
    let seen: Vec<_> = parts.iter().map(|one| (get(one, "digest"), get(one, "requirement_scope"))).collect();
    assert_eq!(seen, [(json!("sha256:ab"), json!(null)), (json!("sha256:cd"), json!("required"))]);
    assert_ne!(get(parts[0], "component_id"), get(parts[1], "component_id"));
    assert_eq!(out.passed.values().sum::<u64>(), 3);
}

#[test]
fn declared_conformance_is_passed_over() {
    let out = real(include_str!("../../../../tests/foreign/cyclonedx/attestation.json"));
    assert!(out.found.is_empty() && out.refused.is_empty());
    assert_eq!(out.passed.keys().next().unwrap().0, "declarations");
}

#[test]
fn a_bill_that_lists_nothing_is_said_to() {
    let out = read(&json!({ "bomFormat": "CycloneDX", "specVersion": "1.4", "components": [] }));
    assert_eq!(out.passed.values().sum::<u64>(), 1);
}

#[test]
fn a_part_without_name_or_kind_is_refused_where_it_stands() {
    let out = read(&bill(json!({ "components": [
        { "type": "library", "name": "a", "components": [{ "type": "library" }, { "name": "b" }] } ] })));
    let rules: Vec<&str> = out.refused.iter().map(|refused| refused.rule.as_str()).collect();
    assert_eq!(
        rules,
        ["`components[0].components[0]` has no `name`", "`components[0].components[1]` (`b`) has no `type`"]
    );
    assert_eq!(of(&out, "component").len(), 1);
}

#[test]
fn parts_three_hundred_deep_are_all_found() {
    let mut part = json!({ "type": "library", "name": "innermost" });
    for level in 0..300 {
        part = json!({ "type": "library", "name": format!("level {level}"), "components": [part] });
    }
    let out = read(&bill(json!({ "components": [part] })));
    assert_eq!(of(&out, "component").len(), 301);
}

#[test]
fn names_that_every_record_would_repeat_have_a_limit() {
    let long = "x".repeat(501);
    let mut product = bill(json!({ "components": [{ "type": "library", "name": "a" }] }));
    product["metadata"]["component"]["name"] = json!(long);
    assert!(read(&product).refused[0].rule.contains("in more than 500 bytes"));
    let out = read(&bill(json!({ "vulnerabilities": [{ "id": long }],
        "components": [{ "type": "machine-learning-model", "name": long }] })));
    assert!(out.refused[0].rule.contains("has a name longer than 500 bytes"));
    assert!(out.refused[1].rule.contains("has an `id` longer than 500 bytes"));
}

#[test]
fn versions_and_formats_that_are_not_read_are_refused_with_what_to_do() {
    for (document, rule) in [
        (json!({ "bomFormat": "CycloneDX", "specVersion": "2.0" }), "write it as 1.2 or a later 1.x"),
        (json!({ "bomFormat": "CycloneDX", "specVersion": "1.1" }), "write it as 1.2 or a later 1.x"),
        (json!({ "bomFormat": "CycloneDX" }), "names no `specVersion`"),
        (json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": {} }), "no list"),
        (json!({ "spdxVersion": "SPDX-2.3" }), "is no CycloneDX bill"),
        (json!(7), "is no CycloneDX bill"),
    ] {
        let out = read(&document);
        assert!(out.refused[0].rule.contains(rule), "{}", out.refused[0].rule);
    }
    assert!(!recognises(&json!({ "spdxVersion": "SPDX-2.3", "name": "CycloneDX" })));
}

#[test]
fn strange_shapes_are_no_panic() {
    for strange in [json!(null), json!("x"), json!([1]), json!({ "a": {} }), json!(-1e300)] {
        let out = read(&bill(
            json!({ "components": [strange, { "type": "machine-learning-model", "name": "m",
            "hashes": strange, "licenses": [strange], "modelCard": strange, "pedigree": { "ancestors": [strange] } }],
            "services": [strange], "vulnerabilities": [strange, { "id": "x", "ratings": [strange],
            "affects": [strange], "analysis": strange, "tools": strange }] }),
        ));
        assert!(!out.found.is_empty());
    }
}
