//! What one framework gives towards another, through the binary.

use serde_json::Value;

use crate::call::Home;

/// What must hold of every answer: the counts add up, and each item says why, what is left and what closes it.
fn is_whole(answer: &Value) {
    let count = |name: &str| usize::try_from(answer[name].as_u64().unwrap()).unwrap();
    let items = answer["items"].as_array().unwrap();
    assert_eq!(count("reuse") + count("extend") + count("new"), count("total"));
    assert_eq!(items.len(), count("total"));
    for kind in ["reuse", "extend", "new"] {
        assert_eq!(items.iter().filter(|item| item["kind"] == kind).count(), count(kind));
    }
    for item in items {
        assert!(!item["why"].as_str().unwrap().is_empty(), "{item}");
        assert_eq!(item["left"].as_str().unwrap().is_empty(), item["kind"] == "reuse", "{item}");
        assert!(!item["title"].as_str().unwrap().is_empty(), "{item}");
    }
}

#[test]
fn soc2_gives_groundwork_towards_iso42001_and_no_impact_assessment_is_reused() {
    let answer = Home::empty().json(&["overlap", "--have", "soc2", "--want", "iso42001"]);
    is_whole(&answer);
    assert_eq!(answer["ai_in_scope"], true);
    assert_eq!(answer["programme"], Value::Null);
    let items = answer["items"].as_array().unwrap();
    let impact = |item: &&Value| item["requirement"].as_str().unwrap().starts_with("iso42001:A.5.");
    let impact: Vec<&Value> = items.iter().filter(impact).collect();
    assert_eq!(impact.len(), 4);
    assert!(impact.iter().all(|item| item["kind"] != "reuse"));
    for topic in ["iso42001:6.1.2", "iso42001:A.10.3"] {
        let item = items.iter().find(|item| item["requirement"] == topic).unwrap();
        assert_eq!(item["kind"], "extend", "{topic}");
    }
}

#[test]
fn the_order_closes_everything_that_controls_can_close() {
    let answer = Home::empty().json(&["overlap", "--have", "soc2", "--want", "iso42001"]);
    let closing = answer["closing"].as_array().unwrap();
    let closed: Vec<&Value> = closing.iter().flat_map(|one| one["closes"].as_array().unwrap()).collect();
    let open = answer["items"].as_array().unwrap().iter();
    let open = open.filter(|item| item["kind"] != "reuse" && item["closes_with"] != Value::Array(vec![]));
    let open: Vec<&Value> = open.map(|item| &item["requirement"]).collect();
    assert_eq!(closed.len(), open.len());
    assert!(open.iter().all(|id| closed.contains(id)));
    let first = &closing[0];
    assert!(["low", "medium", "high"].contains(&first["effort"].as_str().unwrap()), "{first}");
    assert!(!first["title"].as_str().unwrap().is_empty());
}

#[test]
fn without_ai_in_scope_nothing_is_reused() {
    let home = Home::empty();
    let wish = ["overlap", "--have", "iso27001", "--want", "iso42001"];
    let with = home.json(&wish);
    assert!(with["reuse"].as_u64().unwrap() > 0, "the clauses that both share");
    let without = home.json(&[&wish[..], &["--without-ai-in-scope"]].concat());
    is_whole(&without);
    assert_eq!(without["reuse"], 0);
    assert_eq!(without["total"], with["total"]);
}

#[test]
fn people_read_the_three_counts_the_assumption_reasons_and_the_order_of_work() {
    let home = Home::empty();
    let wish = ["overlap", "--have", "iso27001", "--want", "iso42001"];
    let called = home.call(&wish);
    assert_eq!(called.code, 0, "{}", called.err);
    let answer = home.json(&wish);
    let headline = format!(
        "Of {} requirements of ISO 42001, {} can be reused, {} extend what you have and {} are new.",
        answer["total"], answer["reuse"], answer["extend"], answer["new"]
    );
    for part in [
        headline.as_str(),
        "Assumed: your AI systems lie in the scope of what you have.",
        "Reuse: what you have meets it",
        "Extend: part of the work is there",
        "New: to be begun",
        "    Left: ",
        "    Closes with ",
        "What closes the rest, most for the least work first",
    ] {
        assert!(called.out.contains(part), "`{part}` in:\n{}", called.out);
    }
    assert!(called.out.lines().all(|line| line.chars().count() <= 100));
    let outside = home.call(&[&wish[..], &["--without-ai-in-scope"]].concat());
    assert!(outside.out.contains("do not lie in the scope"), "{}", outside.out);
}

#[test]
fn fewer_categories_give_less_and_several_frameworks_give_more() {
    let home = Home::empty();
    let new = |have: &str| {
        let answer = home.json(&["overlap", "--have", have, "--want", "iso42001"]);
        is_whole(&answer);
        answer["new"].as_u64().unwrap()
    };
    assert!(new("soc2:availability") >= new("soc2"));
    assert!(new("soc2,iso27001") <= new("soc2").min(new("iso27001")));
    let answer = home.json(&["overlap", "--have", "soc2:availability,privacy", "--want", "iso42001"]);
    assert_eq!(answer["have"]["soc2"], serde_json::json!(["availability", "privacy", "security"]));
}

#[test]
fn without_frameworks_the_matrix_of_all_of_them_is_shown() {
    let home = Home::empty();
    let frameworks = home.json(&["catalog", "list"])["frameworks"].as_array().unwrap().len();
    let document = home.json(&["overlap"]);
    let matrix = document["matrix"].as_array().unwrap();
    assert_eq!(matrix.len(), frameworks * (frameworks - 1));
    let pair = home.json(&["overlap", "--have", "soc2", "--want", "iso42001"]);
    let is_pair = |cell: &&Value| cell["have"][0] == "soc2" && cell["want"] == "iso42001";
    let cell = matrix.iter().find(is_pair).unwrap();
    for name in ["reuse", "extend", "new", "total"] {
        assert_eq!(cell[name], pair[name]);
    }
    let called = home.call(&["overlap"]);
    let written = format!("{}/{}/{}", cell["reuse"], cell["extend"], cell["new"]);
    let row = called.out.lines().find(|line| line.starts_with("soc2 ")).unwrap();
    assert!(row.contains(&written), "`{written}` in:\n{}", called.out);
    assert!(called.out.lines().all(|line| line.chars().count() <= 100), "{}", called.out);
    assert_eq!(home.json(&["overlap", "--have", "soc2"])["matrix"].as_array().unwrap().len(), frameworks - 1);
    assert_eq!(home.json(&["overlap", "--want", "soc2"])["matrix"].as_array().unwrap().len(), frameworks - 1);
}

#[test]
fn what_cannot_be_asked_is_answered_with_the_nearest_and_2() {
    let home = Home::empty();
    for (args, says) in [
        (&["--have", "soc3", "--want", "iso42001"][..], "nearest: soc2"),
        (&["--have", "soc2", "--want", "iso4201"], "iso42001"),
        (&["--have", "soc2:privcy", "--want", "iso42001"], "nearest: privacy"),
        (&["--have", "iso42001:x", "--want", "soc2"], "no categories"),
        (&["--have", "soc2", "--want", "soc2"], "both had and wanted"),
        (&["--have", "soc2", "--want", "iso42001,iso27001"], "one at a time"),
        (&["--have", "soc2", "--want", "iso42001", "--as-of", "2026-01-01"], "--programme"),
        (&["--programme", "--want", "iso42001"], "there is no workspace"),
    ] {
        let called = home.call(&[&["overlap"], args].concat());
        assert_eq!(called.code, 2, "{args:?}\n{}", called.out);
        assert!(called.err.contains(says), "`{says}` in:\n{}", called.err);
        assert!(called.out.is_empty());
    }
}

#[test]
fn a_programme_in_which_nothing_is_in_place_gives_nothing() {
    let home = Home::with_workspace();
    let answer = home.json(&["overlap", "--programme", "--want", "iso42001"]);
    is_whole(&answer);
    assert_eq!(answer["new"], answer["total"]);
    assert_eq!(answer["have"], serde_json::json!({"soc2": ["availability", "security"]}));
    assert_eq!(answer["programme"]["there"], serde_json::json!([]));
    let called = home.call(&["overlap", "--programme", "--want", "iso42001"]);
    assert!(called.out.contains("What you have is what the programme meets in design on"), "{}", called.out);
    let matrix = home.json(&["overlap", "--programme"]);
    assert!(matrix["matrix"].as_array().unwrap().iter().all(|cell| cell["new"] == cell["total"]));
    let called = home.call(&["overlap", "--programme", "--have", "iso27001", "--want", "iso42001"]);
    assert_eq!(called.code, 2);
    assert!(called.err.contains("in scope: iso42001, soc2"), "{}", called.err);
}
