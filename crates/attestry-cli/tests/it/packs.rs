//! Content that somebody adds to the catalog of a programme.

use crate::call::Home;

/// A part of NIST SP 800-53, as published.
const NIST: &str = include_str!("../../../attestry-catalog/tests/packs/sp800-53-moderate-cut.json");
const SHEET: &str = "Id,Parent,Title\nH,,House rules\nH.1,H,Doors are locked\nH.2,J,Windows are shut\n";

#[test]
fn a_published_catalog_is_planned_added_and_adopted_and_the_past_stays() {
    let home = Home::with_workspace();
    home.write("nist.json", NIST);
    let add = ["catalog", "add", "nist.json", "--name", "sp800-53"];
    let before = home.json(&["status"])["at"].as_u64().unwrap();
    let planned = home.json(&[&add[..], &["--plan"]].concat());
    assert_eq!((planned["adopted"].as_bool(), planned["at"].as_u64()), (Some(false), Some(before)));
    let found = planned["preview"]["diff"]["differences"].as_array().unwrap();
    assert_eq!(found.len(), 14, "one framework of thirteen nodes");

    let added = home.json(&add);
    assert_eq!((added["adopted"].as_bool(), added["at"].as_u64()), (Some(true), Some(before + 1)));
    assert_eq!(added["preview"]["after"], planned["preview"]["after"]);
    assert_eq!(home.json(&["status"])["catalog"], planned["preview"]["after"]);
    let then = home.json(&["status", "--at", &before.to_string()]);
    assert_eq!(then["catalog"], planned["preview"]["before"]);

    let again = home.call(&add);
    assert!(again.code == 0 && again.out.contains("is in force already."), "{}", again.out);
    let adopted = home.call(&["catalog", "adopt"]);
    assert!(adopted.code == 0 && adopted.out.contains("is in force already."), "{}", adopted.out);
    let removed = home.json(&["catalog", "remove", "sp800-53"]);
    assert_eq!(removed["preview"]["after"], planned["preview"]["before"]);
}

#[test]
fn a_framework_that_was_added_can_be_taken_into_scope() {
    let home = Home::with_workspace();
    home.write("house.csv", &SHEET.replace(",J,", ",H,"));
    assert_eq!(home.call(&["catalog", "add", "house.csv", "--title", "House rules"]).code, 0);
    assert_eq!(home.call(&["export", "programme"]).code, 0);
    let frameworks = home.read("programme/frameworks.yaml");
    home.write("programme/frameworks.yaml", &format!("{frameworks}- framework: house\n"));
    let applied = home.call(&["apply", "programme"]);
    assert_eq!(applied.code, 0, "{}\n{frameworks}", applied.err);
    assert_eq!(home.json(&["status"])["frameworks"]["house"]["design"]["total"], 2);
}

#[test]
fn what_is_wrong_with_a_pack_is_the_callers_and_says_where() {
    let home = Home::with_workspace();
    home.write("house.csv", SHEET);
    home.write("profile.json", "{\"profile\": {}}");
    let fails = |args: &[&str], says: &[&str]| {
        let called = home.call(args);
        assert_eq!(called.code, 2, "{args:?}: {}", called.err);
        says.iter().for_each(|part| assert!(called.err.contains(part), "`{part}` in:\n{}", called.err));
    };
    fails(
        &["catalog", "add", "house.csv"],
        &["house.csv:4: parent: unknown requirement `J`", "nearest is `H`"],
    );
    fails(
        &["catalog", "add", "profile.json"],
        &["is an OSCAL profile", "help: resolve it with an OSCAL tool"],
    );
    fails(&["catalog", "add", "gone.csv"], &["gone.csv: cannot be read"]);
    fails(&["catalog", "remove", "house"], &["there is no pack `house`"]);
    fails(&["catalog", "adopt", "--at", "1"], &["`catalog adopt` acts now"]);
    home.write("soc2.csv", "id,title\nA,One\n");
    fails(&["catalog", "add", "soc2.csv"], &["the catalog has this file with other content", "`--replace`"]);
}
