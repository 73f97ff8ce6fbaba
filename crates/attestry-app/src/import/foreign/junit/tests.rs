//! Reports of test runners, whole and broken.

use serde_json::json;

use super::*;
use crate::import::foreign::Found;

fn read(text: &str) -> Result<Out, String> {
    let mut out = Out::default();
    document(text.as_bytes(), &mut out).map(|()| out)
}

fn only(text: &str) -> Found {
    let mut out = read(text).unwrap();
    assert_eq!((out.items, out.found.len(), out.refused.len()), (1, 1, 0), "{out:?}");
    out.found.remove(0)
}

fn numbers(found: &Found) -> [u64; 4] {
    ["tests", "failures", "errors", "skipped"]
        .map(|name| found.fields.get(name).and_then(Value::as_u64).unwrap())
}

const SUITE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- a runner -->
<testsuite name="till" tests="4" failures="1" errors="1" skipped="1" time="1,001.5" timestamp="2026-03-05T11:00:00Z">
  <properties><property name="GITHUB_SHA" value="EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE"/></properties>
  <testcase name="adds" time="0.1"/>
  <testcase name="rounds"><failure message="0.1 &lt; 0.2">at line 3</failure><system-out>&amp; more</system-out></testcase>
  <testcase name="opens"><error message="no drawer"/></testcase>
  <testcase name="prints"><skipped/></testcase>
</testsuite>"#;

#[test]
fn a_suite_is_a_build_with_its_numbers() {
    let found = only(SUITE);
    assert_eq!(numbers(&found), [4, 1, 1, 1]);
    assert_eq!(found.fields.get("result"), Some(&json!("failure")));
    assert_eq!(found.fields.get("duration_seconds"), Some(&json!(1001.5)));
    assert_eq!(found.fields.get("source_commit"), Some(&json!("e".repeat(40))));
    assert_eq!(found.fields.get("built_at"), Some(&json!("2026-03-05T11:00:00Z")));
}

#[test]
fn the_same_report_has_the_same_key_and_another_one_another() {
    let id = |text: &str| only(text).fields.get("build_id").cloned().unwrap();
    assert_eq!(id(SUITE), id(SUITE));
    assert_ne!(id(SUITE), id(&SUITE.replace("till", "shop")));
}

#[test]
fn each_suite_below_the_root_is_a_record_and_suites_within_are_counted_in() {
    let out = read(
        r#"<testsuites timestamp="2026-03-05T11:00:00Z">
             <testsuite name="a" tests="3"><testcase name="1"/>
               <testsuite name="a.b" tests="2"><testcase name="2"/><testcase name="3"><failure/></testcase></testsuite>
             </testsuite>
             <testsuite name="c"><testcase name="4" status="notrun"/></testsuite>
           </testsuites>"#,
    )
    .unwrap();
    assert_eq!((out.items, out.found.len()), (2, 2));
    assert_eq!(numbers(&out.found[0]), [3, 1, 0, 0]);
    assert_eq!(out.found[1].fields.get("result"), Some(&json!("skipped")));
    assert_ne!(out.found[0].fields.get("build_id"), out.found[1].fields.get("build_id"));
}

#[test]
fn cases_below_the_root_are_a_suite_and_the_roots_number_is_of_all() {
    let text = r#"<testsuites name="r" tests="3" timestamp="2026-03-05T11:00:00Z"><testcase name="1"/>
                    <testsuite name="a" tests="1"><testcase name="2"/></testsuite><testcase name="3"><failure/></testcase></testsuites>"#;
    let out = read(text).unwrap();
    assert_eq!((out.items, out.found.len(), out.refused.len()), (2, 2, 0));
    assert_eq!((numbers(&out.found[0]), numbers(&out.found[1])), ([1, 0, 0, 0], [2, 1, 0, 0]));
    let out = read(&text.replace("tests=\"3\"", "tests=\"4\"")).unwrap();
    assert_eq!(out.refused[0].rule, "the report states 4 tests and holds 3: it was cut off");
}

#[test]
fn a_report_of_pytest_is_read() {
    let found = only(include_str!("../../../../tests/foreign/junit/pytest.xml"));
    assert_eq!((numbers(&found), found.fields.get("name")), ([6, 1, 1, 1], Some(&json!("till"))));
    assert_eq!(found.fields.get("built_at"), Some(&json!("2026-11-22T01:52:52.875311+00:00")));
}

#[test]
fn a_report_of_node_has_no_instant_and_says_so() {
    let out = read(include_str!("../../../../tests/foreign/junit/node.xml")).unwrap();
    assert_eq!((out.items, out.found.len(), out.refused.len()), (2, 0, 2));
}

#[test]
fn a_suite_that_broke_outside_of_a_case_did_not_succeed() {
    let found = only(
        r#"<testsuite name="a" tests="1" errors="1" timestamp="2026-03-05T11:00:00Z"><testcase/></testsuite>"#,
    );
    assert_eq!((numbers(&found), found.fields.get("result")), ([1, 0, 1, 0], Some(&json!("failure"))));
}

#[test]
fn a_suite_in_which_nothing_ran_did_not_succeed() {
    let found = only(r#"<testsuite name="a" tests="0" timestamp="2026-03-05T11:00:00Z"/>"#);
    assert_eq!(found.fields.get("result"), Some(&json!("neutral")));
}

#[test]
fn a_suite_that_states_more_cases_than_it_holds_is_refused_at_any_depth() {
    let out = read(
        r#"<testsuite name="a" timestamp="2026-03-05T11:00:00Z"><testsuite name="b" tests="2"><testcase/></testsuite></testsuite>"#,
    );
    let out = out.unwrap();
    assert!(out.found.is_empty());
    assert_eq!(out.refused[0].rule, "suite `b` states 2 tests and holds 1: it was cut off");
}

#[test]
fn a_suite_without_an_instant_is_refused_and_a_local_one_is_handed_on() {
    let out = read(r#"<testsuite name="a"><testcase/></testsuite>"#).unwrap();
    assert!(out.refused[0].rule.contains("no `timestamp`"));
    let local = only(r#"<testsuite name="a" timestamp="2026-03-05T11:00:00"><testcase/></testsuite>"#);
    assert_eq!(local.fields.get("built_at"), Some(&json!("2026-03-05T11:00:00")));
}

#[test]
fn broken_documents_are_refused_whole() {
    for (text, reason) in [
        ("", "holds no test report"),
        ("<html/>", "root `html`"),
        ("<testsuite><testcase>", "cut off"),
        ("<testsuite></testcase>", "well-formed"),
        ("<testsuite/><testsuite/>", "root `testsuite`"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><testsuite/>", "document type"),
        (r#"<testsuite name="&lol;"/>"#, "`name` cannot be read"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
    let mut out = Out::default();
    assert!(document(b"<testsuite name=\"\xff\"/>", &mut out).unwrap_err().contains("UTF-8"));
    let deep = "<testsuite>".repeat(100);
    assert!(read(&deep).unwrap_err().contains("deeper"));
}

#[test]
fn a_report_is_known_by_its_root() {
    assert!(recognises("r.xml", SUITE.as_bytes()));
    assert!(recognises("", "\u{feff}<testsuites name='a'".as_bytes()));
    for other in ["<testcase/>", "<testsuitesx>", "<?xml", "{}", "", "<!-- <testsuite> --><project/>"] {
        assert!(!recognises("x.xml", other.as_bytes()), "{other}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(<|>|/|testsuite|testcase|failure|properties|property| name=\"|\"|&amp;|&|<!--|-->|x){0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn a_cut_report_never_gives_a_record_that_succeeded(at in 0..SUITE.len()) {
        let mut out = Out::default();
        let whole = document(&SUITE.as_bytes()[..at], &mut out).is_ok();
        proptest::prop_assert!(!whole && out.found.is_empty());
    }
}
