//! What is wrong with crosswalks and their rows.

use super::{large, refuses_large, told};

const FILE: &str = "crosswalks/demo--act.yaml";

#[test]
fn an_unknown_framework_is_refused_with_the_nearest() {
    let told = told(large(), &[(FILE, "to: act\n", "to: acts\n")]);
    let expected = "crosswalks/demo--act.yaml:3: to: unknown framework `acts`; nearest is `act`";
    assert!(told.contains(&expected.to_owned()), "{told:#?}");
    let named = "crosswalks/demo--act.yaml:1: id: crosswalk `demo--act` must be in crosswalks/demo--acts.yaml, with `id: demo--acts`";
    assert!(told.contains(&named.to_owned()), "{told:#?}");
}

#[test]
fn a_file_that_is_not_called_like_its_crosswalk_is_refused() {
    let mut files = large();
    let text = files.0.remove(FILE).unwrap();
    files.add("crosswalks/other.yaml", text);
    let expected =
        ["crosswalks/other.yaml:1: id: crosswalk `demo--act` must be in crosswalks/demo--act.yaml"];
    assert_eq!(told(files, &[]), expected);
}

#[test]
fn an_unknown_requirement_in_a_row_is_refused_with_the_nearest() {
    refuses_large(
        FILE,
        "to: A2",
        "to: A22",
        &["crosswalks/demo--act.yaml:16: rows[1].to: unknown requirement `act:A22`; nearest is `act:A2`"],
    );
}

#[test]
fn an_unknown_requirement_under_alone_is_refused_with_the_nearest() {
    refuses_large(
        FILE,
        "'act:A3'",
        "'act:A33'",
        &[
            "crosswalks/demo--act.yaml:28: alone[1].requirement: unknown requirement `act:A33`; nearest is `act:A3`",
        ],
    );
}

#[test]
fn a_relation_that_is_none_is_refused_with_the_nearest() {
    refuses_large(
        FILE,
        "intersects",
        "intersect",
        &[
            "crosswalks/demo--act.yaml:17: rows[1].relation: `intersect` is none of equal, subset_of, superset_of, intersects, no_relation; nearest is `intersects`",
        ],
    );
}

#[test]
fn a_pair_given_twice_is_refused_with_the_place_of_the_first() {
    let again = "rows:\n  - { from: B1.1, to: A2, relation: no_relation, why: they differ }\n";
    refuses_large(
        FILE,
        "rows:\n",
        again,
        &[
            "crosswalks/demo--act.yaml:16: rows[2]: crosswalk row `demo--act: demo:B1.1 and act:A2` is already there, at crosswalks/demo--act.yaml:9",
        ],
    );
}

#[test]
fn a_row_without_a_reason_is_refused() {
    refuses_large(
        FILE,
        "    why: both show it\n",
        "",
        &[
            "crosswalks/demo--act.yaml:15: rows[1]: the row has no `why`; say what the two have in common, or why they have nothing",
        ],
    );
}

#[test]
fn a_relation_without_a_strength_and_a_strength_without_a_relation_are_refused() {
    refuses_large(
        FILE,
        "    strength: 3\n",
        "",
        &[
            "crosswalks/demo--act.yaml:15: rows[1]: `intersects` needs `strength`, 1 to 10: how much of the work carries over",
        ],
    );
    refuses_large(
        FILE,
        "relation: no_relation",
        "relation: no_relation\n    strength: 1",
        &["crosswalks/demo--act.yaml:22: rows[2]: `no_relation` has no `strength`; leave it out"],
    );
    refuses_large(
        FILE,
        "strength: 3",
        "strength: 11",
        &["crosswalks/demo--act.yaml:18: rows[1].strength: `11` is no whole number from 1 to 10"],
    );
}

#[test]
fn a_row_that_leaves_something_open_without_saying_what_is_refused_on_either_side() {
    for (line, of, key) in [
        ("    left_to: showing it to others\n", "act:A2", "left_to"),
        ("    left_from: looking twice\n", "demo:B1.1", "left_from"),
    ] {
        let expected = format!(
            "crosswalks/demo--act.yaml:15: rows[1]: `intersects` leaves something open in `{of}`; say what in `{key}`"
        );
        refuses_large(FILE, line, "", &[&expected]);
    }
    refuses_large(
        FILE,
        "    left_from: looking at it\n",
        "",
        &[
            "crosswalks/demo--act.yaml:9: rows[0]: `superset_of` leaves something open in `demo:B1.1`; say what in `left_from`",
        ],
    );
}

#[test]
fn a_row_that_meets_a_requirement_and_says_what_is_left_of_it_is_refused() {
    refuses_large(
        FILE,
        "    left_from: looking at it\n",
        "    left_from: looking at it\n    left_to: something\n",
        &[
            "crosswalks/demo--act.yaml:9: rows[0]: `superset_of` says that `act:A1` is met, and `left_to` says what is left of it; one of them is wrong",
        ],
    );
}

#[test]
fn a_requirement_of_a_third_framework_under_alone_is_refused() {
    let mut files = large();
    files.add(
        "frameworks/third.yaml",
        "id: third\ntitle: T\nshort: T\nversion: '1'\npublisher: us\nkind: guidance\nlicence_note: ours\nas_of: 2026-01-01\nrequirements:\n  - { id: T1, kind: clause, title: T, assessable: true, summary: it, unmapped: none can }\n",
    );
    let foreign = "alone:\n  - { requirement: 'third:T1', why: far away }\n";
    assert_eq!(
        told(files, &[(FILE, "alone:\n", foreign)]),
        ["crosswalks/demo--act.yaml:27: alone[0].requirement: `third:T1` is not of `demo or act`"]
    );
}

#[test]
fn an_assessable_requirement_that_is_passed_over_is_refused() {
    refuses_large(
        FILE,
        "  - { requirement: 'act:A3', why: money is not looked at }\n",
        "",
        &[
            "crosswalks/demo--act.yaml:1: id: `act:A3` is in no row; relate it, or say under `alone` why it has no counterpart",
        ],
    );
}

#[test]
fn a_pair_without_relation_does_not_count_as_a_counterpart() {
    refuses_large(
        FILE,
        "  - { requirement: 'demo:X1.1', why: nobody else asks for more }\n",
        "",
        &[
            "crosswalks/demo--act.yaml:1: id: `demo:X1.1` is in no row; relate it, or say under `alone` why it has no counterpart",
        ],
    );
}

#[test]
fn a_requirement_both_related_and_without_counterpart_is_refused() {
    refuses_large(
        FILE,
        "alone:\n",
        "alone:\n  - { requirement: 'act:A2', why: nothing like it }\n",
        &[
            "crosswalks/demo--act.yaml:27: alone[0].requirement: `act:A2` stands under `alone` and is related by a row; take one of them out",
        ],
    );
}

#[test]
fn a_heading_in_a_row_or_under_alone_is_refused() {
    refuses_large(
        FILE,
        "alone:\n",
        "alone:\n  - { requirement: 'act:A', why: only a heading }\n",
        &[
            "crosswalks/demo--act.yaml:27: alone[0].requirement: `act:A` is not assessed; map to an assessable requirement",
        ],
    );
    refuses_large(
        FILE,
        "rows:\n",
        "rows:\n  - { from: B1.1, to: A, relation: no_relation, why: only a heading }\n",
        &["crosswalks/demo--act.yaml:9: rows[0]: `act:A` is not assessed; map to an assessable requirement"],
    );
}
