//! Crosswalks that contradict each other, or what the controls are mapped to.

use super::{large, refuses_large, told};

/// The same crosswalk from the other side.
fn inverse(changes: &[(&str, &str)]) -> Vec<String> {
    let mut text = "\
id: act--demo
from: act
to: demo
basis: judged there
as_of: 2026-01-01
note: a note
rows:
  - { from: A1, to: B1.1, relation: subset_of, strength: 7, why: kept twice, left_to: looking at it }
  - { from: A2, to: B1.1, relation: intersects, strength: 3, why: shown twice, left_to: looking, left_from: showing }
alone:
  - { requirement: 'demo:X1.1', why: nobody else asks for more }
  - { requirement: 'act:A3', why: money is not looked at }
"
    .to_owned();
    for (from, to) in changes {
        assert!(text.contains(from));
        text = text.replacen(from, to, 1);
    }
    let mut files = large();
    files.add("crosswalks/act--demo.yaml", text);
    match attestry_catalog::load_files(&files) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn two_crosswalks_that_judge_a_pair_alike_from_both_sides_are_accepted() {
    assert_eq!(inverse(&[]), [""; 0]);
}

#[test]
fn two_crosswalks_that_judge_a_pair_differently_are_refused() {
    let changes = [("relation: subset_of", "relation: equal"), (", left_to: looking at it", "")];
    assert_eq!(
        inverse(&changes),
        [
            "crosswalks/demo--act.yaml:9: rows[0]: `demo:B1.1` to `act:A1` is superset_of here and equal by crosswalks/act--demo.yaml; the two must be inverse"
        ]
    );
}

#[test]
fn a_pair_that_only_one_of_two_crosswalks_relates_is_refused_where_it_stands() {
    let row = "  - { from: A3, to: B1.1, relation: intersects, strength: 1, why: it costs, left_to: looking, left_from: paying }\n";
    let alone = "  - { requirement: 'act:A3', why: money is not looked at }\n";
    assert_eq!(
        inverse(&[("alone:\n", &format!("{row}alone:\n")), (alone, "")]),
        [
            "crosswalks/act--demo.yaml:10: rows[2]: `act:A3` to `demo:B1.1` is intersects here and absent by crosswalks/demo--act.yaml; the two must be inverse"
        ]
    );
}

#[test]
fn a_control_that_satisfies_both_of_an_unrelated_pair_is_refused() {
    let satisfied = "rationale: since it helps }\n      - { requirement: 'demo:X1.1', kind: satisfies, rationale: since it is more }";
    let changes = [
        ("frameworks/demo.yaml", ", unmapped: nobody can", ""),
        ("controls/duty.yaml", "rationale: since it helps }", satisfied),
    ];
    assert_eq!(
        told(large(), &changes),
        [
            "crosswalks/demo--act.yaml:22: rows[2]: the two are said to be unrelated, and control `DUT-01` satisfies both; one of them is wrong",
            "crosswalks/demo--act.yaml:27: alone[0].requirement: `demo:X1.1` is said to have no counterpart, and control `DUT-01` satisfies it and `act:A1`; one of them is wrong",
        ]
    );
}

#[test]
fn a_requirement_said_to_meet_another_with_which_it_shares_no_control_is_refused() {
    refuses_large(
        "controls/duty.yaml",
        "      - { requirement: 'demo:B1.1', kind: contributes, role: supporting, rationale: since it helps }\n",
        "",
        &[
            "crosswalks/demo--act.yaml:9: rows[0]: `demo:B1.1` is said to meet `act:A1`, and no control is mapped to both; map one or correct the row",
        ],
    );
}
