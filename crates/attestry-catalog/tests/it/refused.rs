//! Each thing the loader refuses, in its exact words, from a small catalog with one fault.

use attestry_catalog::{Files, load_files};

mod contradiction;
mod control;
mod crosswalk;
mod files;
mod framework;
mod law;
mod reason;
mod small;
mod stream;
mod value;

use small::{FILES, MORE};

/// One framework, one family of controls, a stream and a control test.
fn small() -> Files {
    let mut files = Files::default();
    FILES.iter().for_each(|(path, text)| files.add(*path, *text));
    files
}

/// The same with a law, a crosswalk to it, and a topic.
fn large() -> Files {
    let mut files = small();
    MORE.iter().for_each(|(path, text)| files.add(*path, *text));
    files
}

/// What is said about files after some replacements: file, what, by what.
fn told(mut files: Files, changes: &[(&str, &str, &str)]) -> Vec<String> {
    for (path, from, to) in changes {
        let text = String::from_utf8(files.0[*path].clone()).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        files.add(*path, text.replacen(from, to, 1));
    }
    let errors = load_files(&files).map(|_| ()).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

/// What is said about the small catalog.
fn messages(changes: &[(&str, &str, &str)]) -> Vec<String> {
    told(small(), changes)
}

fn refuses(path: &str, from: &str, to: &str, expected: &[&str]) {
    assert_eq!(messages(&[(path, from, to)]), expected);
}

fn refuses_large(path: &str, from: &str, to: &str, expected: &[&str]) {
    assert_eq!(told(large(), &[(path, from, to)]), expected);
}

#[test]
fn the_small_catalog_itself_is_accepted() {
    let catalog = load_files(&small()).unwrap();
    assert_eq!((catalog.controls.len(), catalog.requirements.len(), catalog.tests.len()), (1, 4, 1));
}

#[test]
fn the_larger_catalog_itself_is_accepted() {
    let catalog = load_files(&large()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!((catalog.controls.len(), catalog.requirements.len()), (2, 8));
    assert_eq!((catalog.crosswalks[0].rows.len(), catalog.crosswalks[0].alone.len()), (3, 2));
    assert_eq!(catalog.topics.len(), 1);
}
