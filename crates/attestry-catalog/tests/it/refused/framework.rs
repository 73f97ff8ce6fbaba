//! What is wrong with frameworks.

use super::{messages, refuses, refuses_large};

#[test]
fn an_unknown_parent_and_category_are_refused_with_the_nearest() {
    refuses(
        "frameworks/demo.yaml",
        "parent: B, kind: criterion, title: First, assessable: true, category: base",
        "parent: B1, kind: criterion, title: First, assessable: true, category: bse",
        &[
            "frameworks/demo.yaml:14: requirements[1].category: unknown category `demo:bse`; nearest is `demo:base`",
            "frameworks/demo.yaml:14: requirements[1].parent: unknown requirement `demo:B1`; nearest is `demo:B`",
        ],
    );
}

#[test]
fn an_assessable_requirement_without_a_summary_is_refused() {
    refuses(
        "frameworks/demo.yaml",
        ", summary: does it",
        "",
        &[
            "frameworks/demo.yaml:14: requirements[1].id: the assessable requirement `demo:B1.1` has no summary",
        ],
    );
}

#[test]
fn an_assessable_requirement_without_a_key_control_and_without_a_reason_is_refused() {
    refuses(
        "controls/change.yaml",
        "role: key",
        "role: supporting",
        &[
            "frameworks/demo.yaml:14: requirements[1].id: no control is key for `demo:B1.1`; map one with `satisfies`, or with `contributes` and `role: key`, or say under `unmapped` why none can be",
        ],
    );
    refuses(
        "frameworks/demo.yaml",
        ", unmapped: nobody can",
        "",
        &[
            "frameworks/demo.yaml:16: requirements[3].id: no control is key for `demo:X1.1`; map one with `satisfies`, or with `contributes` and `role: key`, or say under `unmapped` why none can be",
        ],
    );
}

#[test]
fn a_missing_key_control_is_only_told_when_every_control_could_be_read() {
    refuses(
        "controls/change.yaml",
        "nature: manual",
        "nature: by hand",
        &["controls/change.yaml:8: controls[0].nature: `by hand` is none of manual, automated"],
    );
}

#[test]
fn a_requirement_that_is_both_answered_and_said_to_be_unanswerable_is_refused() {
    refuses_large(
        "frameworks/act.yaml",
        "applies: { duty: [maker] }",
        "unmapped: nobody can",
        &[
            "frameworks/act.yaml:33: requirements[1].id: `unmapped` says that no control answers `act:A1`, and `DUT-01` is key for it; one of them is wrong",
        ],
    );
}

#[test]
fn a_supporting_control_may_help_where_none_can_be_key() {
    let changes = [
        ("frameworks/demo.yaml", ", summary: does it", ", summary: does it, unmapped: nobody can"),
        ("controls/change.yaml", "role: key", "role: supporting"),
    ];
    let mut files = super::small();
    for (path, from, to) in changes {
        let text = String::from_utf8(files.0[path].clone()).unwrap();
        files.add(path, text.replacen(from, to, 1));
    }
    assert!(attestry_catalog::load_files(&files).is_ok());
}

#[test]
fn an_unknown_root_of_a_category_is_refused_with_the_nearest() {
    refuses(
        "frameworks/demo.yaml",
        "root: X",
        "root: X1",
        &["frameworks/demo.yaml:11: categories[1].root: unknown requirement `demo:X1`; nearest is `demo:X`"],
    );
}

#[test]
fn nodes_that_stand_above_themselves_are_refused() {
    refuses(
        "frameworks/demo.yaml",
        "{ id: X, kind",
        "{ id: X, parent: X1.1, kind",
        &[
            "frameworks/demo.yaml:15: requirements[2].id: `X` stands above itself; correct its parent or that of a node in between",
        ],
    );
}

#[test]
fn a_framework_whose_name_could_be_taken_for_a_code_is_refused() {
    let told = messages(&[("frameworks/demo.yaml", "id: demo", "id: 'demo:2'")]);
    let expected = "frameworks/demo.yaml:1: id: `demo:2` has a colon, which parts a framework from its codes; choose a name without";
    assert!(told.contains(&expected.to_owned()), "{told:#?}");
}
