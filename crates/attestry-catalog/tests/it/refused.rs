//! Each thing the loader refuses, in its exact words, from a small catalog with one fault.

use attestry_catalog::{Files, load, load_files};

const FRAMEWORK: &str = "\
id: demo
title: Demo framework
short: Demo
version: '1'
publisher: Somebody
kind: guidance
licence_note: ours
as_of: 2026-01-01
categories:
  - { id: base, title: Base, required: true, root: B }
  - { id: extra, title: Extra, required: false, root: X }
requirements:
  - { id: B, kind: category, title: Base, assessable: false, category: base }
  - { id: B1.1, parent: B, kind: criterion, title: First, assessable: true, category: base, summary: does it }
  - { id: X, kind: category, title: Extra, assessable: false, category: extra }
  - { id: X1.1, parent: X, kind: criterion, title: Second, assessable: true, category: extra, summary: more }
";
const CONTROLS: &str = "\
family: change
title: Change
controls:
  - id: CHG-01
    title: Reviewed
    objective: to be sure
    practice: look at it
    nature: manual
    type: preventive
    cadence: per_event
    owner: lead
    evidence: [reviews]
    streams: [change]
    mappings:
      - { requirement: 'demo:B1.1', kind: contributes, role: key, rationale: since it does }
";
const STREAM: &str = "\
id: change
title: Change
keeping: append
key: [change_id]
event_time: merged_at
columns:
  - { name: change_id, type: text, required: true, personal: false, meaning: name }
  - { name: merged_at, type: timestamp, required: true, personal: false, meaning: instant }
  - { name: author, type: text, required: false, personal: true, meaning: who }
";
const TEST: &str = "\
id: reviewed
control: CHG-01
title: Every change was reviewed
unit: change
streams: [change]
parameters:
  - { name: days, meaning: allowed, unit: days, default: 3 }
";
const POPULATION: &str = "SELECT c.change_id AS id, c.merged_at AS occurred_at\nFROM change c\nCROSS JOIN parameter p\nWHERE c.merged_at < p.period_end\n";
const EXCEPTIONS: &str =
    "SELECT id, 'late' AS reason FROM population CROSS JOIN parameter p WHERE p.days > 2\n";

const FILES: [(&str, &str); 6] = [
    ("frameworks/demo.yaml", FRAMEWORK),
    ("controls/change.yaml", CONTROLS),
    ("streams/change.yaml", STREAM),
    ("tests/reviewed/test.yaml", TEST),
    ("tests/reviewed/population.sql", POPULATION),
    ("tests/reviewed/exceptions.sql", EXCEPTIONS),
];

fn small() -> Files {
    let mut files = Files::default();
    FILES.iter().for_each(|(path, text)| files.add(*path, *text));
    files
}

/// The messages for the small catalog after some replacements: file, what, by what.
fn messages(changes: &[(&str, &str, &str)]) -> Vec<String> {
    let mut files = small();
    for (path, from, to) in changes {
        let text = String::from_utf8(files.0[*path].clone()).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        files.add(*path, text.replacen(from, to, 1));
    }
    let errors = load_files(&files).map(|_| ()).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

fn refuses(path: &str, from: &str, to: &str, expected: &[&str]) {
    assert_eq!(messages(&[(path, from, to)]), expected);
}

#[test]
fn the_small_catalog_itself_is_accepted() {
    let catalog = load_files(&small()).unwrap();
    assert_eq!((catalog.controls.len(), catalog.requirements.len(), catalog.tests.len()), (1, 4, 1));
}

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
fn an_unknown_control_is_refused_with_the_nearest() {
    refuses(
        "tests/reviewed/test.yaml",
        "CHG-01",
        "CHG-1",
        &["tests/reviewed/test.yaml:2: control: unknown control `CHG-1`; nearest is `CHG-01`"],
    );
}

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
fn a_word_that_is_no_choice_is_refused_with_the_choices() {
    let expected = "controls/change.yaml:8: controls[0].nature: `manul` is none of manual, automated; nearest is `manual`";
    assert!(
        messages(&[("controls/change.yaml", "nature: manual", "nature: manul")])
            .contains(&expected.to_owned())
    );
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
fn an_assessable_requirement_without_a_key_control_is_refused_unless_its_category_is_a_choice() {
    refuses(
        "controls/change.yaml",
        "role: key",
        "role: supporting",
        &[
            "frameworks/demo.yaml:14: requirements[1].id: no control is key for `demo:B1.1`; map one with `satisfies`, or with `contributes` and `role: key`",
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
fn a_file_or_folder_with_another_name_than_its_content_is_refused() {
    refuses(
        "tests/reviewed/test.yaml",
        "id: reviewed",
        "id: looked-at",
        &["tests/reviewed/test.yaml:1: id: control test `looked-at` must be in tests/looked-at/"],
    );
    refuses(
        "controls/change.yaml",
        "family: change",
        "family: access",
        &["controls/change.yaml:1: family: family `access` must be in controls/access.yaml"],
    );
    let messages = messages(&[("streams/change.yaml", "id: change", "id: changes")]);
    assert!(
        messages.contains(
            &"streams/change.yaml:1: id: stream `changes` must be in streams/changes.yaml".to_owned()
        )
    );
}

#[test]
fn a_parameter_that_no_query_reads_is_refused() {
    refuses(
        "tests/reviewed/exceptions.sql",
        "p.days > 2",
        "1 = 1 -- p.days",
        &[
            "tests/reviewed/test.yaml:7: parameters[0].name: parameter `days` is read by neither query; use it or leave it out",
        ],
    );
}

#[test]
fn a_parameter_that_is_not_declared_is_refused_with_the_nearest() {
    refuses(
        "tests/reviewed/population.sql",
        "p.period_end",
        "p.period_ends AND p.days > 1",
        &["tests/reviewed/population.sql:4: unknown parameter `period_ends`; nearest is `period_end`"],
    );
}

#[test]
fn streams_that_are_read_and_declared_must_be_the_same() {
    refuses(
        "tests/reviewed/test.yaml",
        "streams: [change]",
        "streams: []",
        &[
            "tests/reviewed/population.sql:2: reads stream `change`, which test.yaml does not list under `streams`",
        ],
    );
    refuses(
        "tests/reviewed/population.sql",
        "FROM change c",
        "FROM control c",
        &["tests/reviewed/test.yaml:1: id: stream `change` is read by neither query; use it or leave it out"],
    );
}

#[test]
fn the_event_time_and_the_key_must_be_fitting_columns() {
    refuses(
        "streams/change.yaml",
        "event_time: merged_at",
        "event_time: merged",
        &["streams/change.yaml:5: event_time: unknown column `change.merged`; nearest is `change.merged_at`"],
    );
    refuses(
        "streams/change.yaml",
        "event_time: merged_at",
        "event_time: change_id",
        &[
            "streams/change.yaml:5: event_time: column `change_id` cannot be the event time: it must be a required timestamp",
        ],
    );
    refuses(
        "streams/change.yaml",
        "key: [change_id]",
        "key: [change_id, author]",
        &[
            "streams/change.yaml:4: key[1]: column `author` cannot be part of the key: it must be required and not personal",
        ],
    );
}

#[test]
fn a_column_name_that_sql_or_the_store_cannot_take_is_refused() {
    refuses(
        "streams/change.yaml",
        "name: author",
        "name: Author",
        &[
            "streams/change.yaml:9: columns[2].name: `Author` cannot be named in SQL as it is; use lower-case letters, digits and underscores, a letter first",
        ],
    );
    refuses(
        "streams/change.yaml",
        "name: author",
        "name: recorded_at",
        &[
            "streams/change.yaml:9: columns[2].name: column `recorded_at` is added to every stream when it is stored; choose another name",
        ],
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
fn a_default_that_is_no_value_is_refused() {
    let messages = messages(&[("tests/reviewed/test.yaml", "default: 3", "default: [3]")]);
    let expected = "tests/reviewed/test.yaml:7: parameters[0].default: expected a number, text, true or false, found a list";
    assert!(messages.contains(&expected.to_owned()), "{messages:?}");
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
fn a_file_that_is_no_yaml_is_refused_with_its_line() {
    let messages = messages(&[("streams/change.yaml", "key: [change_id]", "key: [change_id")]);
    assert!(
        messages.iter().any(|one| one.starts_with("streams/change.yaml:5: not readable as YAML: ")),
        "{messages:?}"
    );
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let mut files = small();
    files.add("streams/change.yaml", [0xff, 0xfe]);
    let errors = load_files(&files).unwrap_err();
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(messages.contains(&"streams/change.yaml: not UTF-8 text".to_owned()), "{messages:?}");
}

#[test]
fn a_stray_file_is_refused() {
    let mut files = small();
    files.add("framework/demo.yaml", "id: demo");
    let errors = load_files(&files).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "framework/demo.yaml: belongs to no part of the catalog; expected frameworks/NAME.yaml, controls/NAME.yaml, streams/NAME.yaml or tests/NAME/ with test.yaml, population.sql and exceptions.sql"
    );
}

#[test]
fn a_test_folder_without_a_query_is_refused() {
    let mut files = small();
    files.0.remove("tests/reviewed/exceptions.sql");
    let errors = load_files(&files).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "tests/reviewed/exceptions.sql: is missing; a control test is a folder with test.yaml, population.sql and exceptions.sql"
    );
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let messages = messages(&[
        ("frameworks/demo.yaml", "kind: guidance", "kind: guide"),
        ("controls/change.yaml", "type: preventive", "type: prevent"),
        ("controls/change.yaml", "cadence: per_event", "cadence: sometimes"),
        ("streams/change.yaml", "keeping: append", "keep: append"),
    ]);
    for start in [
        "controls/change.yaml:9: controls[0].type:",
        "controls/change.yaml:10: controls[0].cadence:",
        "frameworks/demo.yaml:6: kind:",
        "streams/change.yaml:1: key `keeping` is missing",
        "streams/change.yaml:3: unknown key `keep`",
    ] {
        assert!(messages.iter().any(|one| one.starts_with(start)), "{start}: {messages:#?}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let errors = load(&dir.path().join("none")).unwrap_err();
    assert!(errors[0].to_string().contains("none: cannot be read: "), "{}", errors[0]);
}

#[test]
fn a_folder_is_read_like_the_embedded_files() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in FILES {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::fs::create_dir_all(dir.path().join("tests/reviewed/cases/none")).unwrap();
    std::fs::write(dir.path().join("tests/reviewed/cases/none/expected.yaml"), "population: []").unwrap();
    std::fs::write(dir.path().join("README.md"), "SOC 2 certified").unwrap();
    assert_eq!(load(dir.path()).unwrap().digest, load_files(&small()).unwrap().digest);
}
