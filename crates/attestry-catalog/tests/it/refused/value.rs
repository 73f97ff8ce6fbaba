//! What is wrong with a value, wherever it stands.

use super::{messages, refuses};

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let messages = messages(&[("controls/change.yaml", "    objective:", "    objectiv:")]);
    assert_eq!(
        messages[..2],
        [
            "controls/change.yaml:4: controls[0]: key `objective` is missing",
            "controls/change.yaml:6: controls[0]: unknown key `objectiv`; nearest is `objective`",
        ]
    );
}

#[test]
fn an_identifier_given_twice_is_refused_with_the_place_of_the_first() {
    refuses(
        "frameworks/demo.yaml",
        "id: X1.1",
        "id: B1.1",
        &[
            "frameworks/demo.yaml:16: requirements[3].id: requirement `demo:B1.1` is already there, at frameworks/demo.yaml:14",
        ],
    );
    refuses(
        "streams/change.yaml",
        "name: author",
        "name: merged_at",
        &[
            "streams/change.yaml:9: columns[2].name: column `change.merged_at` is already there, at streams/change.yaml:8",
        ],
    );
}

#[test]
fn a_word_that_is_no_choice_is_refused_with_the_choices() {
    let expected = "controls/change.yaml:8: controls[0].nature: `manul` is none of manual, automated; nearest is `manual`";
    assert!(
        messages(&[("controls/change.yaml", "nature: manual", "nature: manul")])
            .contains(&expected.to_owned())
    );
}

#[test]
fn words_that_are_never_true_are_refused_in_any_text() {
    refuses(
        "controls/change.yaml",
        "look at it",
        ">-\n      ask whether the vendor is SOC 2\n      compliant",
        &["controls/change.yaml:8: says `soc 2 compliant`, which is never true"],
    );
    refuses(
        "tests/reviewed/population.sql",
        "FROM change c",
        "FROM change c -- gives conformity with the AI Act",
        &["tests/reviewed/population.sql:2: says `gives conformity with the ai act`, which is never true"],
    );
}

#[test]
fn a_value_of_another_shape_or_without_content_is_refused() {
    refuses(
        "streams/change.yaml",
        "title: Change",
        "title: [Change]",
        &["streams/change.yaml:2: title: expected a text, found a list"],
    );
    refuses(
        "streams/change.yaml",
        "title: Change",
        "title: ' '",
        &["streams/change.yaml:2: title: must not be empty"],
    );
    refuses("streams/change.yaml", "title: Change\n", "", &["streams/change.yaml:1: key `title` is missing"]);
    refuses(
        "streams/change.yaml",
        "title: Change",
        "title: Change\ntitle: Again",
        &["streams/change.yaml:3: key `title` is there twice"],
    );
}

#[test]
fn a_day_or_identifier_that_is_none_is_refused() {
    refuses(
        "frameworks/demo.yaml",
        "as_of: 2026-01-01",
        "as_of: 2026-13-01",
        &["frameworks/demo.yaml:8: as_of: `2026-13-01` is no day; expected a form like 2026-05-12"],
    );
    refuses(
        "controls/change.yaml",
        "streams: [change]",
        "streams: [change/log]",
        &[
            "controls/change.yaml:13: controls[0].streams[0]: `change/log` is no stream id; expected 1 to 80 letters, digits, spaces, dots, colons, hyphens or brackets",
        ],
    );
}

#[test]
fn parts_of_yaml_that_catalogs_do_without_are_refused() {
    let file = "streams/change.yaml";
    let told = messages(&[(file, "title: Change", "title: !loud Change")]);
    let expected = "streams/change.yaml:2: tags are not used in catalogs; write the value out";
    assert!(told.contains(&expected.to_owned()), "{told:#?}");
    let told = messages(&[(file, "title: Change", "title: &one Change"), (file, "append", "*one")]);
    let expected = "streams/change.yaml:3: aliases are not used in catalogs; write the value out";
    assert!(told.contains(&expected.to_owned()), "{told:#?}");
}
