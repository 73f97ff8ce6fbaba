//! The catalog, looked at through the binary.

use serde_json::Value;

use crate::call::Home;

#[test]
fn check_counts_relations_a_crosswalk_and_says_how_much_of_each_framework_is_mapped() {
    let home = Home::empty();
    let document = home.json(&["catalog", "check"]);
    assert_eq!(document["sound"], true);
    let crosswalks = document["counts"]["crosswalks"].as_array().unwrap();
    assert!(crosswalks.len() >= 5);
    for one in crosswalks {
        let relations = one["relations"].as_array().unwrap();
        let sum: u64 = relations.iter().map(|relation| relation["rows"].as_u64().unwrap()).sum();
        assert_eq!(Value::from(sum), one["rows"], "{one}");
        assert_eq!(relations.len(), 5);
    }
    let frameworks = document["counts"]["frameworks"].as_array().unwrap();
    for (id, assessed) in [("soc2", 61), ("iso27001", 123), ("nist-ai-rmf", 72)] {
        let one = frameworks.iter().find(|one| one["id"] == id).unwrap();
        assert_eq!(one["reach"]["assessable"], assessed, "{id}");
        assert_eq!(one["mapped_percent"], 100, "{id}");
    }
    for one in frameworks {
        let reach = &one["reach"];
        let without = reach["assessable"].as_u64().unwrap() - reach["with_any"].as_u64().unwrap();
        assert_eq!(one["unmapped"], without, "what has no control says why: {}", one["id"]);
    }
    let called = home.call(&["catalog", "check"]);
    for part in ["soc2--iso42001", "no relation", "reason why not", "100 %"] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
}

#[test]
fn a_requirement_shows_evidence_controls_and_what_it_is_in_other_frameworks() {
    let home = Home::empty();
    let document = home.json(&["catalog", "show", "iso42001:A.6.2.4"]);
    assert!(!document["requirement"]["evidence"].as_str().unwrap().is_empty());
    assert!(!document["mappings"].as_array().unwrap().is_empty());
    assert_eq!(document["law"]["state"], "undated");
    let related = document["related"].as_array().unwrap();
    assert!(
        related.iter().any(|row| row["requirement"].as_str().unwrap().starts_with("soc2:")),
        "{related:?}"
    );
    let called = home.call(&["catalog", "show", "iso42001:A.6.2.4"]);
    for part in ["An auditor looks for: ", "Evidence: ", "Controls", "In other frameworks", "AIL-04"] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
}

#[test]
fn a_provision_of_a_law_says_whether_it_applies_on_the_day_asked_for() {
    let home = Home::empty();
    let state = |day: &str| {
        let document = home.json(&["catalog", "show", "colorado:SB26-189:6-1-1704", "--as-of", day]);
        document["law"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("2026-12-31"), "not_yet");
    assert_eq!(state("2027-01-01"), "applies");
    let called = home.call(&["catalog", "show", "colorado:SB26-189:6-1-1704", "--as-of", "2026-12-31"]);
    for part in ["On 31 Dec 2026 it does not apply yet; it does from 1 Jan 2027", "Not legal advice"] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
}

#[test]
fn a_law_shows_its_scheme_and_dates_and_what_never_applied() {
    let home = Home::empty();
    let called = home.call(&["catalog", "show", "colorado", "--as-of", "2026-11-21"]);
    for part in [
        "In practice",
        "Who concludes: Nobody certifies.",
        "Dates, as they stand on 21 Nov 2026",
        "SB24-205: never applied.",
        "Requirements",
    ] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
    let document = home.json(&["catalog", "show", "colorado", "--as-of", "2026-11-21"]);
    let states = document["dates"].as_array().unwrap();
    assert_eq!(states.len(), document["framework"]["dates"].as_array().unwrap().len());
    assert!(states.iter().any(|date| date["state"] == "never_applied"), "{states:?}");
}

#[test]
fn a_crosswalk_shows_its_rows_whichever_framework_is_named_first() {
    let home = Home::empty();
    let document = home.json(&["catalog", "show", "soc2--iso42001"]);
    assert_eq!(document, home.json(&["catalog", "show", "iso42001--soc2"]));
    assert!(document["crosswalk"]["rows"].as_array().unwrap().len() > 61);
    let called = home.call(&["catalog", "show", "soc2--iso42001"]);
    for part in
        ["Is it the same thing? No.", " of 10 – iso42001:5.1", "Left for CC1.1: ", "Without a counterpart"]
    {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
    let unknown = home.call(&["catalog", "show", "soc2--iso4201"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("soc2--iso42001"), "{}", unknown.err);
}

#[test]
fn the_list_has_crosswalks_too() {
    let home = Home::empty();
    let document = home.json(&["catalog", "list"]);
    assert!(document["crosswalks"].as_array().unwrap().iter().any(|one| one["id"] == "iso42001--iso27001"));
    assert!(home.call(&["catalog", "list"]).out.contains("Crosswalks\n"));
}
