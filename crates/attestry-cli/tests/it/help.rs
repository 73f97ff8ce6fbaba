//! The words of the command line, as a person first meets them.

use crate::call::Home;

#[test]
fn the_help_names_every_verb_and_every_exit_code() {
    let called = Home::empty().call(&["-h"]);
    assert_eq!(called.code, 0);
    insta::assert_snapshot!(called.out);
}

#[test]
fn the_help_of_every_verb_is_within_100_columns_and_says_what_each_option_is() {
    let home = Home::empty();
    let verbs = [
        "init",
        "demo",
        "serve",
        "link",
        "apply",
        "export",
        "catalog",
        "advise",
        "compare",
        "overlap",
        "ingest",
        "collect",
        "test",
        "status",
        "explain",
        "ai",
        "package",
        "verify",
        "cosign",
        "witness",
        "report",
        "sql",
        "completions",
    ];
    for verb in verbs {
        let called = home.call(&[verb, "--help"]);
        assert_eq!(called.code, 0, "{verb}");
        let widest = called.out.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 100, "{verb}: {widest}");
    }
    insta::assert_snapshot!(home.call(&["ingest", "-h"]).out);
}

#[test]
fn the_long_help_says_what_the_environment_sets() {
    let called = Home::empty().call(&["--help"]);
    for name in ["ATTESTRY_HOME", "ATTESTRY_QUERY_SECONDS", "ATTESTRY_LOG", "NO_COLOR"] {
        assert!(called.out.contains(name), "{name}");
    }
}

#[test]
fn the_worker_is_not_among_the_verbs() {
    assert!(!Home::empty().call(&["--help"]).out.contains("query-worker"));
}

#[test]
fn completions_are_made_for_the_usual_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let called = Home::empty().call(&["completions", shell]);
        assert_eq!(called.code, 0);
        assert!(called.out.contains("explain"), "{shell}");
    }
}
