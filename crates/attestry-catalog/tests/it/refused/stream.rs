//! What is wrong with streams, control tests and their queries.

use attestry_catalog::load_files;

use super::{messages, refuses, small};

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
fn a_default_that_is_no_value_is_refused() {
    let messages = messages(&[("tests/reviewed/test.yaml", "default: 3", "default: [3]")]);
    let expected = "tests/reviewed/test.yaml:7: parameters[0].default: expected a number, text, true or false, found a list";
    assert!(messages.contains(&expected.to_owned()), "{messages:?}");
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
