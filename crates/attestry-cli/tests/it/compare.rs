//! Frameworks side by side, through the binary.

use serde_json::Value;

use crate::call::Home;

#[test]
fn two_frameworks_are_shown_side_by_side_with_what_people_ask_about_them() {
    let called = Home::empty().call(&["compare", "soc2", "iso42001"]);
    assert_eq!(called.code, 0, "{}", called.err);
    for part in [
        "What it is",
        "Who concludes",
        "What comes out",
        "Market",
        "How long it is good",
        "Best when",
        "Bias and fairness",
        "– misses, 0 of",
        "● covers",
        "Is it the same thing? No.",
        "Do I need both?",
        "Which one first?",
        "intersects",
    ] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
    let head = called.out.lines().nth(1).unwrap();
    assert!(head.contains("SOC 2") && head.contains("ISO 42001"), "{head}");
}

#[test]
fn the_document_has_a_side_a_framework_an_extent_each_and_a_pair_for_each_crosswalk() {
    let document = Home::empty().json(&["compare", "soc2", "iso42001", "iso27001"]);
    let ids: Vec<&Value> = document["frameworks"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["soc2", "iso42001", "iso27001"]);
    assert!(document["frameworks"][0]["scheme"]["concludes"].as_str().unwrap().contains("CPA firm"));
    let topics = document["topics"].as_array().unwrap();
    assert!(topics.len() >= 12);
    assert!(topics.iter().all(|topic| topic["extents"].as_array().unwrap().len() == 3));
    let pairs = document["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 3);
    assert!(pairs.iter().all(|pair| pair["relations"].as_array().unwrap().len() == 5));
}

#[test]
fn on_a_narrow_terminal_or_with_many_frameworks_the_facts_stand_below_each_other() {
    let home = Home::empty();
    let args = ["compare", "soc2", "iso42001", "iso27001", "eu-ai-act", "nist-ai-rmf"];
    for (columns, args) in [("50", &args[..3]), ("100", &args[..])] {
        let called = home.call_with(args, &[("COLUMNS", columns)]);
        assert_eq!(called.code, 0, "{}", called.err);
        assert!(called.out.contains("Who concludes\n  SOC 2: "), "{}", called.out);
        let width: usize = columns.parse().unwrap();
        assert_eq!(called.out.lines().find(|line| line.chars().count() > width), None);
    }
}

#[test]
fn frameworks_without_a_crosswalk_are_told_so() {
    let called = Home::empty().call(&["compare", "colorado", "texas"]);
    assert!(called.out.contains("No crosswalk relates the two"), "{}", called.out);
}

#[test]
fn an_unknown_framework_or_only_one_is_the_callers_fault() {
    let home = Home::empty();
    for (args, says) in [
        (&["compare", "soc2", "iso4201"][..], "nearest: iso42001"),
        (&["compare", "soc2", "soc2"], "name two different ones"),
        (&["compare", "soc2"], "FRAMEWORK"),
    ] {
        let called = home.call(args);
        assert_eq!(called.code, 2, "{args:?}");
        assert!(called.err.contains(says), "`{says}` in:\n{}", called.err);
    }
}
