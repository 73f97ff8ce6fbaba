//! What is wrong with reasons, topics and words.

use super::{messages, refuses_large};

#[test]
fn two_mappings_with_one_sentence_for_a_reason_are_refused_across_the_whole_control_set() {
    refuses_large(
        "controls/duty.yaml",
        "rationale: since it shows",
        "rationale: Since it does.",
        &[
            "controls/duty.yaml:16: controls[0].mappings[1].rationale: the same sentence is the reason at controls/change.yaml:15; say what is particular to this one",
        ],
    );
}

#[test]
fn two_rows_of_a_crosswalk_with_one_sentence_for_a_reason_are_refused() {
    refuses_large(
        "crosswalks/demo--act.yaml",
        "why: both show it",
        "why: Both keep it!",
        &[
            "crosswalks/demo--act.yaml:19: rows[1].why: the same sentence is the reason at crosswalks/demo--act.yaml:13; say what is particular to this one",
        ],
    );
}

#[test]
fn a_topic_without_controls_is_refused() {
    refuses_large(
        "topics.yaml",
        "controls: [DUT-01]",
        "controls: []",
        &["topics.yaml:2: topics[0].id: topic `keeping` has no controls; name those that make it up"],
    );
}

#[test]
fn a_topic_with_an_unknown_control_is_refused_with_the_nearest() {
    refuses_large(
        "topics.yaml",
        "controls: [DUT-01]",
        "controls: [DUT-1]",
        &["topics.yaml:2: topics[0].controls[0]: unknown control `DUT-1`; nearest is `DUT-01`"],
    );
}

#[test]
fn a_topic_given_twice_is_refused_with_the_place_of_the_first() {
    refuses_large(
        "topics.yaml",
        "topics:\n",
        "topics:\n  - { id: keeping, title: Keeping, about: again, controls: [CHG-01] }\n",
        &["topics.yaml:3: topics[1].id: topic `keeping` is already there, at topics.yaml:2"],
    );
}

#[test]
fn words_that_are_never_true_are_refused_in_crosswalks_schemes_and_topics() {
    for (path, from, to, expected) in [
        (
            "crosswalks/demo--act.yaml",
            "both keep it",
            "42001 gives a presumption of conformity",
            "crosswalks/demo--act.yaml:13: says `42001 gives a presumption`, which is never true",
        ),
        (
            "frameworks/act.yaml",
            "best_when: it applies",
            "best_when: you want to be AI Act compliant",
            "frameworks/act.yaml:20: says `ai act compliant`, which is never true",
        ),
        (
            "topics.yaml",
            "what is kept",
            "your SOC 2 Type 2 certificate",
            "topics.yaml:2: says `soc 2 certificate`, which is never true",
        ),
    ] {
        refuses_large(path, from, to, &[expected]);
    }
}

#[test]
fn a_missing_reason_is_not_also_told_as_a_repeated_one() {
    let told = messages(&[("controls/change.yaml", ", rationale: since it does", "")]);
    assert!(told.iter().all(|one| !one.contains("same sentence")), "{told:?}");
}
