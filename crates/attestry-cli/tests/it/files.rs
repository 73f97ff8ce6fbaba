//! Programme as code: two ways, strict, all or nothing.

use crate::call::Home;

fn exported() -> Home {
    let home = Home::with_workspace();
    let called = home.call(&["export", "files"]);
    assert_eq!(called.code, 0, "{}", called.err);
    home
}

fn changes(home: &Home) -> Vec<String> {
    let plan = home.json(&["apply", "--plan", "files"]);
    plan["changes"].as_array().unwrap().iter().map(|one| one["words"].as_str().unwrap().to_owned()).collect()
}

/// The days around now in New York, as the organisation counts them.
#[expect(clippy::disallowed_methods, reason = "the binary under test reads the real clock")]
fn today() -> String {
    let zone = jiff::tz::TimeZone::get("America/New_York").unwrap();
    jiff::Timestamp::now().to_zoned(zone).date().to_string()
}

fn fill(home: &Home) {
    let today = today();
    home.write(
        "files/people.yaml",
        "- email: ana@acme.example\n  name: Ana Diaz\n  roles:\n  - role: owner\n- email: ben@acme.example\n  name: Ben Ode\n  roles:\n  - role: compliance_lead\n  - role: contributor\n    until: 2999-01-01\n",
    );
    home.write(
        "files/controls/CHG-01.yaml",
        &format!(
            "control: CHG-01\napplicable: true\nreason: We ship software every day.\nowner: ben@acme.example\ncadence: per_event\ngrace_days: 0\napproved_from: {today}\nrationale: |\n  A second pair of eyes finds what the first overlooked.\n\n  So does \"the\" third: with a colon.\nwalkthroughs:\n- on: {today}\n  seen: Change 42 was reviewed before its merge.\n"
        ),
    );
    home.write("files/controls/CHG-01.md", "# Change review\n\nEvery change is reviewed.\n");
    home.write("files/requirements.yaml", "- requirement: iso42001:A.10.4\n  left_out_because: \"1.0\"\n");
    home.write(
        "files/ai/ranker.yaml",
        &format!(
            "name: Ranker\nrole: provider\npurpose: Orders applications\naffected: Applicants\nautonomy: A recruiter decides\nversions:\n- version: '1.0'\n  note: First\n- version: '1.10'\ndeployments:\n- version: '1.0'\n  environment: production\n  deployed_at: 2026-01-10T09:00:00Z\n- version: '1.10'\n  environment: production\n  deployed_at: 2026-02-10T09:00:00Z\n  withdrawn_at: 2026-03-10T09:00:00Z\nthresholds:\n  impact_ratio_vs_max: 0.8\nassessments:\n- kind: impact\n  conducted_on: {today}\n  summary: Low for most people\n"
        ),
    );
    home.write(
        "files/engagements.yaml",
        "- framework: soc2\n  examines: type2\n  period: 2026-01-01..2026-07-01\n  firm: Hill & Partners\n",
    );
    home.write("files/sources.yaml", "- stream: change\n  source: forge\n  from: 2026-01-01\n");
}

#[test]
fn what_was_exported_asks_for_no_change() {
    let home = exported();
    assert_eq!(changes(&home), Vec::<String>::new());
    assert!(home.call(&["apply", "--plan", "files"]).out.contains("say the same"));
}

#[test]
fn applied_files_ask_for_no_change_and_are_exported_the_same() {
    let home = exported();
    fill(&home);
    insta::assert_snapshot!(changes(&home).join("\n").replace(&today(), "TODAY"));
    let before = home.json(&["status"])["at"].clone();
    assert_eq!(home.json(&["status"])["at"], before, "a plan changes nothing");
    let applied = home.call(&["apply", "files"]);
    assert_eq!(applied.code, 0, "{}{}", applied.out, applied.err);
    assert_eq!(changes(&home), Vec::<String>::new());
    assert_eq!(home.call(&["export", "again"]).code, 0);
    for name in ["people.yaml", "requirements.yaml", "controls/CHG-01.md", "engagements.yaml", "sources.yaml"]
    {
        let again = home.read(&format!("again/{name}"));
        let unquoted = |text: String| text.replace(['\'', '"'], "");
        assert_eq!(unquoted(again), unquoted(home.read(&format!("files/{name}"))), "{name}");
    }
    assert!(home.read("again/controls/CHG-01.yaml").starts_with("# Changes are reviewed"));
    let plan = home.json(&["apply", "--plan", "again"]);
    assert_eq!(plan["changes"], serde_json::json!([]), "what is exported anew says the same");
    let explained = home.json(&["explain", "CHG-01", "--as-of", &today()]);
    assert_eq!(explained["control"]["assessment"]["design"]["level"], "implemented");
}

#[test]
fn faults_name_file_line_and_the_nearest_and_nothing_is_changed() {
    let home = exported();
    let before = home.json(&["status"])["at"].clone();
    home.write("files/controls/CHG-01.yaml", "control: CHG-01\nowner: anna@acme.example\n");
    home.write("files/controls/CHG-2.yaml", "control: CHG-2\n");
    home.write("files/frameworks.yaml", "- framework: soc3\n");
    home.write("files/requirements.yaml", "- requirement: soc2:CC8.2\n  left_out_because: none\n");
    home.write("files/sources.yaml", "- stream: chnge\n  source: forge\n  from: 2026-01-01\n");
    home.write("files/people.yaml", "- email: cy@acme.example\n  name: Cy\n  roles: []\n");
    let called = home.call(&["apply", "files"]);
    assert_eq!(called.code, 2);
    insta::assert_snapshot!(called.err);
    assert_eq!(home.json(&["status"])["at"], before);
}

#[test]
fn an_unknown_key_a_wrong_type_and_a_strange_file_are_refused() {
    let home = exported();
    home.write("files/controls/CHG-01.yaml", "control: CHG-01\nownr: ana@acme.example\n");
    home.write("files/controls/CHG-02.yaml", "control: CHG-02\ngrace_days: soon\n");
    home.write("files/controls/CHG-03.yml", "control: CHG-03\n");
    home.write("files/peple.yaml", "[]\n");
    let called = home.call(&["apply", "--plan", "files"]);
    assert_eq!(called.code, 2);
    insta::assert_snapshot!(called.err);
}

#[test]
fn a_rule_of_the_programme_stops_all_before_the_first_command() {
    let home = exported();
    let before = home.json(&["status"])["at"].clone();
    home.write(
        "files/controls/CHG-01.yaml",
        "control: CHG-01\napplicable: true\nreason: We ship software.\napproved_from: 2020-01-01\n",
    );
    home.write("files/controls/CHG-01.md", "Every change is reviewed.\n");
    let called = home.call(&["apply", "files"]);
    assert_eq!(called.code, 2, "{}", called.out);
    assert!(called.err.contains("controls/CHG-01.yaml:4"), "{}", called.err);
    assert!(called.err.contains("say today or a later day"), "{}", called.err);
    assert_eq!(home.json(&["status"])["at"], before);
}

#[test]
fn roles_are_made_exactly_those_of_the_file_and_an_exclusion_can_be_taken_back() {
    let home = exported();
    fill(&home);
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    home.write(
        "files/people.yaml",
        "- email: ana@acme.example\n  name: Ana Diaz\n  roles:\n  - role: owner\n- email: ben@acme.example\n  name: Ben Ode\n",
    );
    home.write("files/requirements.yaml", "[]\n");
    let asked = changes(&home);
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    assert_eq!(
        asked,
        [
            "takes the role compliance lead from ben@acme.example",
            "takes the role contributor from ben@acme.example",
            "takes iso42001:A.10.4 in again",
        ]
    );
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    assert!(changes(&home).is_empty());
}

#[test]
fn a_new_version_of_a_procedure_takes_an_approval_of_its_own() {
    let home = exported();
    fill(&home);
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    home.write("files/controls/CHG-01.md", "Every change is reviewed by two people.\n");
    let approves = format!("approves the procedure of CHG-01 from {}", today());
    assert_eq!(changes(&home), ["writes the procedure of CHG-01: per event, 0 days of grace", &approves]);
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    assert!(changes(&home).is_empty());
}

#[test]
fn files_that_lack_something_do_not_say_the_same() {
    let home = exported();
    fill(&home);
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    for name in ["controls/ACC-06.yaml", "controls/CHG-01.md", "people.yaml"] {
        std::fs::remove_file(home.path(&format!("files/{name}"))).unwrap();
    }
    let called = home.call(&["apply", "files"]);
    assert_eq!(called.code, 0, "{}", called.err);
    let told = called.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        told,
        "The files ask for no change. Apply removes nothing: 2 people (ana@acme.example, ben@acme.example), \
         1 control (ACC-06) and 1 procedure (controls/CHG-01.md) are not in the files."
    );
    std::fs::remove_dir_all(home.path("files/controls")).unwrap();
    let notes = home.json(&["apply", "--plan", "files"])["notes"][0].as_str().unwrap().to_owned();
    assert!(notes.contains(" controls (ACC-"), "{notes}");
}

#[test]
fn a_performance_with_its_file_is_recorded_and_exported_with_it() {
    let home = exported();
    fill(&home);
    let file = home.read("files/controls/CHG-01.yaml");
    let said = format!(
        "attestations:\n- performed_on: {}\n  note: Looked at all changes.\n  artifact: evidence/changes.csv\n",
        today()
    );
    home.write("files/controls/CHG-01.yaml", &format!("{file}{said}"));
    let called = home.call(&["apply", "files"]);
    assert!(called.err.contains("there is no file `evidence/changes.csv`"), "{}", called.err);
    home.write("files/evidence/changes.csv", "change,reviewed\n42,yes\n");
    assert_eq!(changes(&home)[0], "stores evidence/changes.csv as evidence of CHG-01");
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    assert!(home.call(&["apply", "files"]).out.contains("say the same"));
    let exported = home.json(&["export", "again"]);
    let files = exported["files"].as_array().unwrap().iter().map(|one| one.as_str().unwrap());
    let evidence: Vec<&str> = files.filter(|name| name.starts_with("evidence/")).collect();
    assert_eq!(evidence.len(), 1);
    assert!(evidence[0].ends_with("-changes.csv"), "{evidence:?}");
    assert!(home.call(&["apply", "--plan", "again"]).out.contains("say the same"));
    assert_eq!(home.json(&["verify"])["holds"], true);
}

#[test]
fn who_submitted_an_assessment_does_not_approve_it() {
    let home = exported();
    fill(&home);
    assert_eq!(home.call(&["apply", "files"]).code, 0);
    let file = home.read("files/ai/ranker.yaml");
    home.write("files/ai/ranker.yaml", &format!("{file}  approved: Agreed\n"));
    let own = home.call(&["apply", "files"]);
    assert_eq!(own.code, 2);
    assert!(own.err.contains("who submitted an assessment cannot approve it"), "{}", own.err);
    let other = home.call(&["apply", "files", "--as", "ben@acme.example"]);
    assert_eq!(other.code, 0, "{}", other.err);
    assert!(changes(&home).is_empty());
}

#[test]
fn a_folder_without_a_programme_is_no_empty_programme() {
    let home = Home::with_workspace();
    std::fs::create_dir(home.path("empty")).unwrap();
    let called = home.call(&["apply", "empty"]);
    assert_eq!(called.code, 2);
    assert!(called.err.contains("no programme here"), "{}", called.err);
}
