//! From nothing to a first answer.

use crate::call::Home;

#[test]
fn a_new_workspace_shows_every_requirement_as_undecided_and_verifies() {
    let home = Home::with_workspace();
    let status = home.json(&["status"]);
    let design = &status["frameworks"]["soc2"]["design"];
    assert_eq!(design["total"], design["unknown"], "{design}");
    assert!(design["total"].as_u64().unwrap() >= 33 + 3, "the common criteria and those of availability");
    assert_eq!(status["frameworks"]["iso42001"]["design"]["met"], 0);
    let verified = home.json(&["verify"]);
    assert_eq!(verified["holds"], true);
    assert_eq!(verified["report"]["events"], status["at"]);
}

#[test]
fn explain_leads_from_a_criterion_to_its_controls() {
    let home = Home::with_workspace();
    let called = home.call(&["explain", "CC8.1"]);
    assert_eq!(called.code, 0, "{}", called.err);
    for part in ["soc2:CC8.1", "CHG-01", "change-reviewed"] {
        assert!(called.out.contains(part), "{part} in:\n{}", called.out);
    }
    let explained = home.json(&["explain", "A.6.2.4"]);
    assert_eq!(explained["requirement"]["id"], "iso42001:A.6.2.4");
    assert!(!explained["requirement"]["controls"].as_array().unwrap().is_empty());
}

#[test]
fn what_is_no_terminal_gets_no_colour_and_no_line_wider_than_asked() {
    let home = Home::with_workspace();
    for (columns, colour) in [("60", "truecolor"), ("100", "")] {
        let called = home.call_with(&["status", "--all"], &[("COLUMNS", columns), ("COLORTERM", colour)]);
        assert!(!called.out.contains('\u{1b}'));
        let width: usize = columns.parse().unwrap();
        let wide = called.out.lines().find(|line| line.chars().count() > width);
        assert_eq!(wide, None, "wider than {columns}");
        assert!(called.out.contains("◌ unknown"));
    }
}

#[test]
fn no_color_wins_over_a_forced_terminal() {
    let home = Home::with_workspace();
    let forced = home.call_with(&["status"], &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.out.contains('\u{1b}'), "colour can be forced");
    let plain = home.call_with(&["status"], &[("NO_COLOR", "1")]);
    assert!(!plain.out.contains('\u{1b}'));
}

#[test]
fn evidence_comes_in_once_and_is_tested() {
    let home = Home::with_workspace();
    home.write(
        "change.ndjson",
        concat!(
            r#"{"change_id": "c1", "repository": "shop", "merged_at": "2026-01-10T10:00:00Z", "author_key": "a1"}"#,
            "\n",
            r#"{"change_id": "c2", "repository": "shop", "merged_at": "2026-01-11T10:00:00Z", "author_key": "a1"}"#,
            "\n"
        ),
    );
    home.write(
        "review.ndjson",
        concat!(
            r#"{"review_id": "r1", "change_id": "c1", "repository": "shop", "reviewer_key": "a2", "reviewed_at": "2026-01-10T09:00:00Z", "verdict": "approved", "basis": "platform"}"#,
            "\n"
        ),
    );
    let covers = ["--covers", "2026-01-01..2026-02-01", "--source", "forge"];
    let taken = home.json(&[&["ingest", "change", "change.ndjson"][..], &covers].concat());
    assert_eq!(taken["files"][0]["taken"]["added"], 2);
    home.json(&[&["ingest", "review", "review.ndjson"][..], &covers].concat());
    let again = home.json(&["ingest", "change", "change.ndjson", "--source", "forge"]);
    assert_eq!(again["files"][0]["taken"]["added"], 0);

    let period = ["--period", "2026-01-01..2026-02-01"];
    let ran = home.json(&[&["test", "CHG-01"][..], &period].concat());
    let outcome = &ran["runs"][0]["ran"]["outcome"]["ran"];
    assert_eq!((&outcome["population"], &outcome["exceptions"]), (&2.into(), &1.into()), "{ran}");
    let failed = home.call(&[&["test", "change-reviewed", "--fail-on", "exceptions"][..], &period].concat());
    assert_eq!(failed.code, 1);
    assert!(failed.out.contains("c2"), "{}", failed.out);

    let rows = home.json(&["sql", "SELECT change_id FROM change ORDER BY change_id"]);
    assert_eq!(rows["rows"], serde_json::json!([["c1"], ["c2"]]));
    assert_eq!(home.json(&["verify"])["holds"], true);
}

#[test]
fn an_earlier_n_answers_as_it_was() {
    let home = Home::with_workspace();
    let before = home.json(&["status"]);
    let at = before["at"].to_string();
    home.call(&["export", "files"]);
    home.write(
        "files/controls/CHG-01.md",
        "Every change is reviewed by a second person before it is merged.\n",
    );
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    assert_ne!(home.json(&["status"])["at"], before["at"]);
    assert_eq!(home.json(&["status", "--at", &at])["frameworks"], before["frameworks"]);
}

const ADULT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../attestry-stats/tests/data/adult.csv.gz");

#[test]
fn a_measured_log_is_submitted_once_and_approved_by_somebody_else_in_the_files() {
    let home = Home::with_workspace();
    home.write(
        "files/people.yaml",
        "- email: ben@acme.example\n  name: Ben Ode\n  roles:\n  - role: compliance_lead\n",
    );
    let system = "name: Ranker\nrole: provider\npurpose: Orders applications\naffected: Applicants\nautonomy: A recruiter decides\nversions:\n- version: '1.0'\n";
    home.write("files/ai/ranker.yaml", system);
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    let record = ["--record", "adult", "--system", "ranker", "--version", "1.0"];
    let measure = [&["ai", "bias", ADULT, "--prediction", "y_pred", "--by", "sex"][..], &record].concat();
    let early = home.call(&measure);
    assert_eq!(early.code, 2);
    assert!(early.err.contains("no threshold for impact_ratio is approved"), "{}", early.err);

    home.write("files/ai/ranker.yaml", &format!("{system}thresholds:\n  impact_ratio: 0.8\n"));
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    let recorded = home.json(&measure)["recorded"].clone();
    let id = recorded["assessment"].as_str().unwrap();
    assert_eq!((&recorded["verdict"], &recorded["known"]), (&"below".into(), &false.into()));
    let at = home.json(&["status"])["at"].clone();
    let again = home.call(&measure);
    assert!(again.out.contains(id) && again.out.contains("ai/ranker.yaml"), "{}", again.out);
    assert_eq!(home.json(&["status"])["at"], at, "the same numbers of the same day are submitted once");

    assert_eq!(home.call(&["export", "out"]).code, 0);
    let file = home.read("out/ai/ranker.yaml");
    let line =
        file.lines().find(|line| line.trim_start().trim_start_matches("- ") == format!("id: {id}")).unwrap();
    let indent = " ".repeat(line.len() - format!("id: {id}").len());
    let approved =
        file.replace(line, &format!("{line}\n{indent}approved: It only orders, and a recruiter decides."));
    home.write("out/ai/ranker.yaml", &approved);
    assert_eq!(home.call(&["apply", "out"]).code, 2, "who submitted it does not approve it");
    let other = home.call(&["apply", "out", "--as", "ben@acme.example"]);
    assert_eq!(other.code, 0, "{}", other.err);
    let approved = home.call(&measure).out;
    assert!(approved.contains("It is approved."), "{approved}");
}

#[test]
fn a_log_is_recorded_only_of_a_system_and_a_version_that_there_are() {
    let home = Home::with_workspace();
    home.write(
        "files/ai/ranker.yaml",
        "name: Ranker\nrole: provider\npurpose: Orders\naffected: Applicants\nautonomy: A recruiter decides\nthresholds:\n  impact_ratio: 0.8\n",
    );
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    let measure = ["ai", "bias", ADULT, "--prediction", "y_pred", "--by", "sex"];
    let cases: [(&[&str], &str); 4] = [
        (&["--record", "adult", "--system", "Rankr"], "nearest: Ranker"),
        (&["--record", "adult", "--system", "Ranker", "--version", "2"], "has no version `2`"),
        (&["--record", "adult", "--system", "Ranker", "--conducted-on", "2999-01-01"], "has not come"),
        (&["--record", "adult"], "--system"),
    ];
    let at = home.json(&["status"])["at"].clone();
    for (more, part) in cases {
        let called = home.call(&[&measure[..], more].concat());
        assert_eq!(called.code, 2, "{more:?}");
        assert!(called.err.contains(part), "{more:?}: {}", called.err);
    }
    assert_eq!(home.json(&["status"])["at"], at);
}
