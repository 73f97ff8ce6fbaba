//! From answers to a plan, through the binary.

use serde_json::Value;

use crate::call::{Called, Home};

const US_SAAS_WITH_SOC2: &str =
    "customers: [us]\nai: [in_product]\nholds: [soc2_type2]\ndeadline: 2027-06-01\n";

fn plan(home: &Home, profile: &str) -> Value {
    home.write("profile.yaml", profile);
    home.json(&["advise", "--profile", "profile.yaml", "--as-of", "2026-11-21"])
}

fn printed(home: &Home, profile: &str) -> Called {
    home.write("profile.yaml", profile);
    let called = home.call(&["advise", "--profile", "profile.yaml", "--as-of", "2026-11-21"]);
    assert_eq!(called.code, 0, "{}", called.err);
    called
}

fn steps(plan: &Value) -> Vec<&str> {
    plan["plan"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect()
}

#[test]
fn every_step_has_dates_reasons_with_their_source_and_a_cost() {
    let plan = plan(&Home::empty(), US_SAAS_WITH_SOC2);
    assert_eq!(plan["as_of"], "2026-11-21");
    assert!(steps(&plan).contains(&"iso42001"), "{:?}", steps(&plan));
    for step in plan["plan"].as_array().unwrap() {
        assert!(step["starts"].as_str().unwrap() >= "2026-11-21", "{step}");
        assert!(step["starts"].as_str().unwrap() <= step["ends"].as_str().unwrap(), "{step}");
        let why = step["why"].as_array().unwrap();
        assert!(!why.is_empty(), "{step}");
        let is_told = |why: &Value| {
            ["rule", "reason"].iter().all(|key| why[key].as_str().is_some_and(|one| !one.is_empty()))
        };
        assert!(why.iter().all(|why| is_told(why) && why["source"]["text"].is_string()), "{step}");
        assert!(step["cost"]["ranges"].is_array(), "{step}");
    }
    let not_needed = plan["not_needed"].as_array().unwrap();
    assert!(not_needed.iter().any(|one| one["what"] == "iso27001" && one["held"] == false), "{not_needed:?}");
    assert!(
        not_needed.iter().any(|one| one["what"] == "soc2-type2" && one["held"] == true),
        "{not_needed:?}"
    );
    assert!(plan["categories"].as_array().unwrap().iter().any(|one| one["category"] == "soc2:security"));
}

#[test]
fn people_read_the_plan_with_reasons_costs_phases_and_the_months() {
    let called = printed(&Home::empty(), US_SAAS_WITH_SOC2);
    for part in [
        "Your plan, as of 21 Nov 2026",
        "deadline, 1 Jun 2027",
        "ISO/IEC 42001 certificate",
        "  Why: ",
        "  Cost: ",
        " USD [",
        "  (a) 21 Nov 2026 – ",
        "Categories",
        "Not needed",
        "There already",
        "Month by month",
        "NDJFMAMJJASO",
        "Not legal advice.",
    ] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
    assert!(called.out.lines().all(|line| line.chars().count() <= 100), "{}", called.out);
    assert!(!called.out.contains("SOC 2 certified"));
}

#[test]
fn json_and_yaml_files_and_standard_input_say_the_same() {
    let home = Home::empty();
    let from_yaml = plan(&home, "customers: [us]\nasks: [soc2]\nexpands_abroad: yes\n");
    home.write("profile.json", r#"{"customers": ["us"], "asks": ["soc2"], "expands_abroad": true}"#);
    let from_json = home.json(&["advise", "--profile", "profile.json", "--as-of", "2026-11-21"]);
    assert_eq!(from_yaml, from_json);
    assert!(steps(&from_yaml).contains(&"soc2-type2"));
}

#[test]
fn the_questions_are_a_profile_that_can_be_given_back() {
    let home = Home::empty();
    let called = home.call(&["advise", "--questions"]);
    assert_eq!(called.code, 0, "{}", called.err);
    assert!(called.out.contains("\ncustomers: []\n"), "{}", called.out);
    let empty = plan(&home, &called.out);
    assert!(!steps(&empty).is_empty(), "there is always a plan");
    let filled = called
        .out
        .replace("\ncustomers: []\n", "\ncustomers: [us]\n")
        .replace("\nasks: []\n", "\nasks: [soc2]\n");
    assert!(steps(&plan(&home, &filled)).contains(&"soc2-type2"));
    let told = printed(&home, &called.out);
    assert!(told.out.contains("Nothing was answered"), "{}", told.out);
    let document = home.json(&["advise", "--questions"]);
    assert_eq!(document["questions"][0]["id"], "customers");
    assert_eq!(document["questions"][0]["options"][0]["id"], "us");
}

#[test]
fn answers_that_are_not_understood_are_all_told_with_what_can_be_chosen() {
    let home = Home::empty();
    for (profile, says) in [
        ("customers: [moon]\ncolour: red\n", &["2 answers", "us, eu, other", "unknown field `colour`"][..]),
        ("customers: [moon]\n", &["`moon` is no answer to `customers`", "us, eu, other"]),
        ("deadline: 2027\n", &["an answer is a name", "line 1"]),
        ("deadline: soon\n", &["`soon` is no day"]),
        ("customers: [us\n", &["is no profile", "--questions"]),
    ] {
        home.write("profile.yaml", profile);
        let called = home.call(&["advise", "--profile", "profile.yaml"]);
        assert_eq!(called.code, 2, "{profile}{}", called.out);
        for part in says {
            assert!(called.err.contains(part), "`{part}` in:\n{}", called.err);
        }
        assert!(!called.err.contains("untagged"), "{}", called.err);
    }
    assert_eq!(home.call(&["advise", "--profile", "missing.yaml"]).code, 2);
}

#[test]
fn without_a_profile_and_without_a_terminal_the_way_is_said() {
    let called = Home::empty().call(&["advise"]);
    assert_eq!(called.code, 2, "{}", called.out);
    assert!(called.err.contains("no terminal") && called.err.contains("--profile"), "{}", called.err);
    let called = Home::empty().call(&["advise", "--questions", "--at", "3"]);
    assert_eq!(called.code, 2, "{}", called.out);
}
