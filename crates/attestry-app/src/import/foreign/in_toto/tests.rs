mod real;

use serde_json::{Value, json};

use super::super::{Found, Out, sigstore};

const SHA: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn read(item: &Value) -> Out {
    let mut out = Out::default();
    out.begin();
    super::item(item, &mut out);
    out
}

fn columns(found: &Found) -> Value {
    found
        .fields
        .iter()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A statement with provenance of version 1.
fn statement() -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "app", "digest": { "sha256": SHA } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://build.example/v1",
                "resolvedDependencies": [
                    { "uri": "pkg:generic/compiler@1" },
                    { "uri": "git+https://git.example/group/app.git@refs/heads/main", "digest": { "gitCommit": "ABC123" } },
                ],
            },
            "runDetails": {
                "builder": { "id": "https://build.example" },
                "metadata": {
                    "invocationId": "https://build.example/7",
                    "startedOn": "2026-03-01T12:00:00Z",
                    "finishedOn": "2026-03-01T12:01:30.5Z",
                },
            },
        },
    })
}

fn refusal(item: &Value) -> String {
    let out = read(item);
    assert!(out.found.is_empty(), "{out:?}");
    let [refused] = out.refused.as_slice() else { panic!("{out:?}") };
    refused.rule.clone()
}

#[test]
fn a_bare_statement_is_unsigned_and_says_when_it_finished() {
    let out = read(&statement());
    assert_eq!(
        columns(&out.found[0]),
        json!({
            "artifact_digest": format!("sha256:{SHA}"),
            "artifact_name": "app",
            "basis": "provenance",
            "build_id": format!("https://build.example/7@sha256:{SHA}"),
            "builder": "https://build.example",
            "built_at": "2026-03-01T12:01:30.5Z",
            "duration_seconds": 90.5,
            "finished_at": "2026-03-01T12:01:30.5Z",
            "invocation": "https://build.example/7",
            "kind": "build",
            "repository": "git.example/group/app",
            "signature_result": "unsigned",
            "source_commit": "abc123",
            "source_ref": "refs/heads/main",
            "started_at": "2026-03-01T12:00:00Z",
            "time_basis": "finished",
        })
    );
}

#[test]
fn the_start_counts_where_no_finish_is_stated() {
    let mut item = statement();
    item["predicate"]["runDetails"]["metadata"].as_object_mut().unwrap().remove("finishedOn");
    let out = read(&item);
    let columns = columns(&out.found[0]);
    assert_eq!(
        (&columns["built_at"], &columns["time_basis"]),
        (&json!("2026-03-01T12:00:00Z"), &json!("started"))
    );
    assert!(columns.get("duration_seconds").is_none());
}

#[test]
fn every_artifact_is_a_record_and_the_same_digest_twice_is_told_apart_by_name() {
    let mut item = statement();
    let other = "a".repeat(64);
    item["subject"] = json!([
        { "name": "app", "digest": { "sha256": SHA } },
        { "name": "copy", "digest": { "sha256": SHA } },
        { "name": "lib", "digest": { "sha1": "bb", "sha256": other } },
    ]);
    let ids: Vec<String> =
        read(&item).found.iter().map(|found| columns(found)["build_id"].to_string()).collect();
    let run = "https://build.example/7@sha256:";
    assert_eq!(
        ids,
        [format!("\"{run}{SHA}/app\""), format!("\"{run}{SHA}/copy\""), format!("\"{run}{other}\"")]
    );
}

#[test]
fn a_run_without_a_name_is_named_after_its_statement() {
    let mut item = statement();
    item["predicate"]["runDetails"]["metadata"].as_object_mut().unwrap().remove("invocationId");
    let id = columns(&read(&item).found[0])["build_id"].as_str().unwrap().to_owned();
    let (statement, digest) = id.strip_prefix("statement/").unwrap().split_once('@').unwrap();
    assert_eq!((statement.len(), digest), (64, format!("sha256:{SHA}").as_str()));
}

#[test]
fn the_first_versions_of_provenance_are_read_too() {
    for (version, run, id) in
        [("v0.1", "recipe", "buildInvocationId"), ("v0.2", "invocation", "buildInvocationID")]
    {
        let mut item = statement();
        item["predicateType"] = json!(format!("https://slsa.dev/provenance/{version}"));
        item["predicate"] = json!({
            "builder": { "id": "https://build.example" },
            run: { "environment": {} },
            "metadata": { id: "n7", "buildFinishedOn": "2026-03-01T12:00:00+01:00" },
            "materials": [{ "uri": "git+ssh://git@git.example/group/app", "digest": { "sha1": "abc" } }],
        });
        let columns = columns(&read(&item).found[0]);
        assert_eq!(columns["build_id"], format!("https://build.example/n7@sha256:{SHA}"));
        assert_eq!(columns["built_at"], "2026-03-01T11:00:00Z");
        assert_eq!(columns["repository"], "git.example/group/app");
        assert_eq!(columns["source_commit"], "abc");
        assert!(columns.get("source_ref").is_none());
    }
}

#[test]
fn a_source_is_named_by_host_and_path_without_account_or_scheme() {
    for (uri, repository, reference) in [
        ("git+https://github.com/group/app@refs/heads/main", "group/app", Some("refs/heads/main")),
        ("git+https://github.com/group/app.git", "group/app", None),
        ("git+https://robot:secret@git.example/a/b/app@v1", "git.example/a/b/app", Some("v1")),
        ("git+ssh://git@git.example:7999/app.git?depth=1", "git.example:7999/app", None),
        ("git+ssh://git@host", "host", None),
    ] {
        let mut item = statement();
        let source = json!({ "uri": uri, "digest": { "sha1": "ab" } });
        item["predicate"]["buildDefinition"]["resolvedDependencies"] = json!([source]);
        let columns = columns(&read(&item).found[0]);
        assert_eq!(columns["repository"], repository, "{uri}");
        assert_eq!(columns.get("source_ref").and_then(Value::as_str), reference, "{uri}");
        assert!(!columns.to_string().contains("secret"));
    }
}

#[test]
fn a_source_given_by_name_has_the_commit_it_was_resolved_to() {
    let mut item = statement();
    let source = json!({ "uri": "git+https://git.example/group/app@refs/heads/main" });
    item["predicate"]["buildDefinition"]["externalParameters"] = json!({ "source": source });
    assert_eq!(columns(&read(&item).found[0])["source_commit"], "abc123");
}

#[test]
fn the_commit_of_another_repository_than_the_workflows_is_not_taken() {
    let mut item = statement();
    item["predicate"]["buildDefinition"]["externalParameters"] = json!({
        "workflow": { "repository": "https://github.com/group/other", "ref": "refs/heads/next", "path": "w.yml" },
    });
    let columns = columns(&read(&item).found[0]);
    assert_eq!(columns["repository"], "group/other");
    assert_eq!(columns["source_ref"], "refs/heads/next");
    assert_eq!(columns["name"], "w.yml");
    assert!(columns.get("source_commit").is_none());
}

#[test]
fn statements_about_something_else_are_passed_over_and_counted() {
    let mut item = statement();
    item["predicateType"] = json!("https://spdx.dev/Document");
    let out = read(&item);
    assert!(out.found.is_empty() && out.refused.is_empty());
    assert_eq!(out.passed.keys().next().unwrap().0, "https://spdx.dev/Document");
    let envelope =
        json!({ "payloadType": "text/plain", "payload": "YQ==", "signatures": [{ "sig": "YQ==" }] });
    let out = read(&envelope);
    assert_eq!(out.passed.keys().next().unwrap().0, "text/plain");
}

#[test]
fn what_breaks_a_rule_is_refused_with_the_rule() {
    let change = |place: &str, value: Value| {
        let mut item = statement();
        *item.pointer_mut(place).unwrap() = value;
        refusal(&item)
    };
    assert!(change("/subject", json!([])).contains("`subject` is empty"));
    assert!(change("/subject/0/digest", json!({ "sha256": "xyz" })).contains("artifact 1 has no digest"));
    assert!(change("/predicateType", json!("")).contains("no `predicateType`"));
    assert!(change("/_type", json!("other")).contains("`_type` is another"));
    let metadata = "/predicate/runDetails/metadata";
    assert!(change(&format!("{metadata}/startedOn"), json!("yesterday")).contains("no instant of RFC 3339"));
    assert!(change(metadata, json!({})).contains("states no time"));
    let envelope = |payload: &str, sig: &str| {
        refusal(
            &json!({ "payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": [{ "sig": sig }] }),
        )
    };
    assert!(envelope("*", "YQ==").contains("no `payload` in base64"));
    assert!(envelope("YQ==", "*").contains("`sig` is not base64"));
    assert!(envelope("YQ==", "YQ==").contains("not JSON"));
}

#[test]
fn other_formats_are_not_taken_for_statements() {
    for item in [
        json!({ "_type": "link", "signed": {}, "signatures": [] }),
        json!({ "payload": { "a": 1 }, "payloadType": "x", "signatures": [] }),
        json!({ "predicateType": "https://slsa.dev/provenance/v1" }),
        json!([]),
        json!("https://in-toto.io/Statement/v1"),
    ] {
        assert!(!super::recognises(&item) && !sigstore::recognises(&item), "{item}");
    }
}
