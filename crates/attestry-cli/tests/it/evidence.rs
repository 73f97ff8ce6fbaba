//! Evidence on its way in: files of other products, records kept aside, collections, tokens.

use std::path::Path;

use crate::call::Home;

/// A file that another product wrote, as the importer's tests ship it.
fn foreign(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../attestry-app/tests/foreign");
    let path = folder.join(name);
    assert!(path.exists(), "{}", path.display());
    path.display().to_string()
}

const LOGIN: &str = r#"{"login_id":"l1","occurred_at":"2026-05-01T08:00:00Z","system":"sso","step":"session","result":"success"}"#;

#[test]
fn a_file_of_another_product_tells_its_streams_and_the_same_file_twice_is_nothing() {
    let home = Home::with_workspace();
    let file = home.path("bill.json");
    let bill = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version":1,"metadata":{"timestamp":"2026-05-01T08:00:00Z","component":{"type":"application","name":"shop","version":"1"}},
        "components":[{"type":"library","name":"left-pad","version":"1.3.0","purl":"pkg:npm/left-pad@1.3.0"}]}"#;
    std::fs::write(&file, bill).unwrap();
    let taken = home.json(&["ingest", "bill.json"]);
    let given = &taken["files"][0];
    assert_eq!(
        (&given["format"], &given["streams"][0][0]),
        (&"cyclonedx".into(), &"component".into()),
        "{given}"
    );
    assert!(given["taken"]["added"].as_u64().unwrap() >= 1);
    let again = home.json(&["ingest", "bill.json"]);
    assert_eq!(again["files"][0]["taken"]["added"], 0);
    let none = home.call(&["ingest", "login", "bill.json"]);
    assert_eq!(none.code, 2, "{}", none.out);
    assert!(none.err.contains("has no records of stream `login`"), "{}", none.err);
}

#[test]
fn two_files_without_a_stream_are_two_files_and_a_mistyped_stream_is_told() {
    let home = Home::with_workspace();
    home.write("one.ndjson", LOGIN);
    home.write("two.ndjson", &LOGIN.replace("l1", "l2"));
    let taken = home.json(&["ingest", "login", "one.ndjson", "two.ndjson"]);
    assert_eq!(taken["files"].as_array().unwrap().len(), 2);
    let unnamed = home.call(&["ingest", "one.ndjson", "two.ndjson"]);
    assert_eq!(unnamed.code, 2);
    assert!(unnamed.err.contains("does not tell which stream"), "{}", unnamed.err);
    let wrong = home.call(&["ingest", "logins", "one.ndjson"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("there is no stream `logins`") && wrong.err.contains("login"),
        "{}",
        wrong.err
    );
}

#[test]
fn what_a_file_does_not_state_a_person_can_state_and_it_is_kept_as_a_statement() {
    let home = Home::with_workspace();
    let card = "---\nlanguage: en\nlicense: mit\ntags: [screening]\n---\n# Screening model\n\n## Intended use\nOrders applications.\n";
    home.write("card.md", card);
    let silent = home.call(&["ingest", "card.md", "--format", "model-card"]);
    assert_eq!(silent.code, 2, "{}", silent.out);
    assert!(silent.err.contains("`updated_at`"), "{}", silent.err);
    let taken = home.json(&[
        "ingest",
        "card.md",
        "--format",
        "model-card",
        "--set",
        "updated_at=2026-05-01T08:00:00Z",
    ]);
    assert_eq!(taken["files"][0]["taken"]["added"], 1);
    let rows = home.json(&[
        "sql",
        "SELECT source, updated_at FROM model_version JOIN segment ON segment.stream = 'model_version'",
    ]);
    assert!(rows.to_string().contains("2026-05-01"), "{rows}");
}

#[test]
fn with_quarantine_the_good_rows_are_taken_and_a_person_says_what_became_of_the_others() {
    let home = Home::with_workspace();
    let bad = LOGIN.replace("l1", "l2").replace("2026-05-01T08:00:00Z", "soon");
    home.write("logins.ndjson", &format!("{LOGIN}\n{bad}\n"));
    let refused = home.call(&["ingest", "login", "logins.ndjson"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("line 2") && refused.err.contains("`occurred_at`"), "{}", refused.err);
    let taken = home.json(&["ingest", "login", "logins.ndjson", "--quarantine"]);
    let taken = &taken["files"][0]["taken"];
    assert_eq!((taken["added"].as_u64(), taken["set_aside"].as_u64()), (Some(1), Some(1)));
    let status = home.json(&["status"]);
    assert_eq!(status["attention"].as_array().unwrap().len(), 1);
    let listed = home.json(&["aside", "list"]);
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    let shown = home.json(&["aside", "show", &id]);
    assert!(shown[0]["reasons"][0].as_str().unwrap().contains("soon"), "{shown}");
    home.json(&["aside", "resolve", &id, "--because", "a test of the export; left out"]);
    assert_eq!(home.json(&["aside", "list"]).as_array().unwrap().len(), 0);
    assert_eq!(home.json(&["status"])["attention"].as_array().unwrap().len(), 0);
    assert_eq!(home.json(&["verify"])["holds"], true);
}

#[test]
fn any_program_that_prints_records_is_a_collector_and_its_failure_stays_until_a_run_goes_well() {
    let home = Home::with_workspace();
    home.write("logins.ndjson", &format!("{LOGIN}\n"));
    let collect = |program: &str| {
        home.call_with(
            &["collect", "--exec", program, "--stream", "login", "--json"],
            &[("PATH", "/usr/bin:/bin")],
        )
    };
    let failed = collect("echo 'the token has expired' >&2; exit 3");
    assert_eq!(failed.code, 1, "{}", failed.err);
    let attention = home.json(&["status"])["attention"].clone();
    assert!(attention[0]["what"].as_str().unwrap().contains("the token has expired"), "{attention}");
    let done = collect("cat logins.ndjson");
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("\"added\": 1"), "{}", done.out);
    assert_eq!(home.json(&["status"])["attention"].as_array().unwrap().len(), 0);
    let runs = home.json(&["sql", "SELECT failed, rows_added FROM collector_run ORDER BY finished_at"]);
    assert!(runs.to_string().contains("true") && runs.to_string().contains("false"), "{runs}");
}

#[test]
fn a_source_that_gives_fewer_records_than_before_is_told_and_recorded() {
    let home = Home::with_workspace();
    home.write("all.ndjson", &format!("{LOGIN}\n{}\n", LOGIN.replace("l1", "l2")));
    home.write("some.ndjson", &format!("{LOGIN}\n"));
    for program in ["cat all.ndjson", "cat some.ndjson"] {
        let args = ["collect", "--exec", program, "--stream", "login"];
        let done = home.call_with(&args, &[("PATH", "/usr/bin:/bin")]);
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let attention = home.json(&["status"])["attention"].clone();
    assert!(attention[0]["what"].as_str().unwrap().contains("1 records of login, after 2"), "{attention}");
    let runs = home.json(&["sql", "SELECT fewer_than_before FROM collector_run ORDER BY finished_at"]);
    assert_eq!(runs["rows"], serde_json::json!([[false], [true]]), "{runs}");
}

#[test]
fn a_token_shows_its_secret_once_and_can_be_taken_away() {
    let home = Home::with_workspace();
    let made = home.json(&["token", "add", "export of the identity provider", "--days", "30"]);
    assert!(made["secret"].as_str().unwrap().starts_with("att_"));
    let listed = home.call(&["token", "list"]);
    assert!(listed.out.contains("export of the identity"), "{}", listed.out);
    assert!(!listed.out.contains(made["secret"].as_str().unwrap()));
    let gone = home.call(&["token", "remove", made["id"].as_str().unwrap()]);
    assert_eq!(gone.code, 0, "{}", gone.err);
    assert_eq!(home.call(&["token", "remove", "none"]).code, 2);
}

#[test]
fn a_real_log_of_okta_fills_sign_ins_and_calls() {
    let home = Home::with_workspace();
    let folder = foreign("okta");
    // The cut wraps each event with the label that its publisher gave it.
    let wrapped = std::fs::read_to_string(format!("{folder}/events.jsonl")).unwrap();
    let events = wrapped.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["event"].to_string()
    });
    home.write("okta.jsonl", &events.collect::<Vec<_>>().join("\n"));
    let taken = home.json(&["ingest", "okta.jsonl", "--quarantine"]);
    let streams = taken["files"][0]["streams"].to_string();
    assert!(streams.contains("login") && streams.contains("api_activity"), "{streams}");
}
