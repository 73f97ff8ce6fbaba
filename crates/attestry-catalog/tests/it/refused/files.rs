//! What is wrong with files and folders.

use attestry_catalog::{load, load_files};

use super::{FILES, messages, refuses, small};

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
        "framework/demo.yaml: belongs to no part of the catalog; expected frameworks/NAME.yaml, controls/NAME.yaml, crosswalks/A--B.yaml, topics.yaml, adviser/*.yaml, streams/NAME.yaml or tests/NAME/ with test.yaml, population.sql and exceptions.sql"
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
