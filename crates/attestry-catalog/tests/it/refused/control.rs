//! What is wrong with controls and their mappings.

use super::{messages, refuses};

#[test]
fn an_unknown_requirement_is_refused_with_the_nearest() {
    assert_eq!(
        messages(&[("controls/change.yaml", "'demo:B1.1'", "'demo:B1.11'")])[0],
        "controls/change.yaml:15: controls[0].mappings[0].requirement: unknown requirement `demo:B1.11`; nearest is `demo:B1.1`"
    );
}

#[test]
fn a_requirement_without_its_framework_is_refused_with_the_qualified_one() {
    assert_eq!(
        messages(&[("controls/change.yaml", "'demo:B1.1'", "X1.1")])[0],
        "controls/change.yaml:15: controls[0].mappings[0].requirement: unknown requirement `X1.1`; nearest is `demo:X1.1`"
    );
}

#[test]
fn an_unknown_stream_is_refused_with_the_nearest() {
    refuses(
        "controls/change.yaml",
        "streams: [change]",
        "streams: [chnage]",
        &["controls/change.yaml:13: controls[0].streams[0]: unknown stream `chnage`; nearest is `change`"],
    );
}

#[test]
fn a_second_mapping_to_the_same_requirement_is_refused() {
    let second = "rationale: since it does }\n      - { requirement: 'demo:B1.1', kind: satisfies, rationale: all of it }";
    refuses(
        "controls/change.yaml",
        "rationale: since it does }",
        second,
        &[
            "controls/change.yaml:16: controls[0].mappings[1].requirement: mapping `CHG-01 to demo:B1.1` is already there, at controls/change.yaml:15",
        ],
    );
}

#[test]
fn a_mapping_without_a_rationale_is_refused() {
    let expected = "controls/change.yaml:15: controls[0].mappings[0]: the mapping to `demo:B1.1` has no rationale; say what the control gives this requirement";
    assert!(
        messages(&[("controls/change.yaml", ", rationale: since it does", "")])
            .contains(&expected.to_owned())
    );
}

#[test]
fn a_role_on_satisfies_is_refused() {
    let expected = "controls/change.yaml:15: controls[0].mappings[0]: `satisfies` is key by definition; leave `role` out";
    assert!(
        messages(&[("controls/change.yaml", "kind: contributes", "kind: satisfies")])
            .contains(&expected.to_owned())
    );
}

#[test]
fn a_contribution_without_a_role_is_refused() {
    let expected = "controls/change.yaml:15: controls[0].mappings[0]: `contributes` needs `role: key` or `role: supporting`";
    assert!(messages(&[("controls/change.yaml", ", role: key", "")]).contains(&expected.to_owned()));
}

#[test]
fn a_mapping_to_what_is_not_assessed_is_refused() {
    let heading = "rationale: since it does }\n      - { requirement: 'demo:B', kind: satisfies, rationale: all of it }";
    refuses(
        "controls/change.yaml",
        "rationale: since it does }",
        heading,
        &[
            "controls/change.yaml:16: controls[0].mappings[1].requirement: `demo:B` is not assessed; map to an assessable requirement",
        ],
    );
}
