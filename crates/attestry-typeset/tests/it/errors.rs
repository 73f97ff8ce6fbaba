//! What is said when a template is at fault.

use attestry_typeset::{Document, Template, TypesetError, pdf};
use serde_json::Value;

use crate::{document, refusal};

fn with_files(files: &[(&str, &[u8])]) -> TypesetError {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    let template = Template { main: "#import \"style.typ\": rule\n#rule(1)", files };
    pdf(&template, &Value::Null, &document()).unwrap_err()
}

#[test]
fn an_error_names_file_line_column_and_message() {
    assert_eq!(refusal("First line\n\nThird #colour line"), "main.typ:3:8: unknown variable: colour");
}

#[test]
fn columns_count_characters_and_not_bytes() {
    assert_eq!(refusal("äöü #nothing"), "main.typ:1:6: unknown variable: nothing");
}

#[test]
fn an_error_in_an_imported_file_names_that_file() {
    let error = with_files(&[("style.typ", b"\n#let rule(n) = n + \"x\"")]);
    assert_eq!(error.to_string(), "style.typ:2:16: cannot add integer and string");
}

#[test]
fn an_error_in_the_data_names_the_key_and_the_place_that_asked() {
    let message = refusal("#let data = json(\"data.json\")\n#data.title");
    assert!(message.starts_with("main.typ:2:"), "{message}");
}

#[test]
fn every_syntax_error_is_told() {
    let TypesetError::Template(found) = with_files(&[("style.typ", b"#let = 1\n#let = 2")]) else {
        panic!("another error");
    };
    assert_eq!(found.iter().map(|one| one.line).collect::<Vec<_>>(), [1, 2]);
    assert!(found.iter().all(|one| one.fatal));
}

#[test]
fn a_file_name_that_climbs_or_collides_is_refused() {
    assert!(matches!(with_files(&[("../style.typ", b"")]), TypesetError::FileName { .. }));
    assert!(matches!(with_files(&[("", b"")]), TypesetError::FileName { .. }));
    assert!(matches!(with_files(&[("data.json", b"{}")]), TypesetError::FileTwice { .. }));
    assert!(matches!(with_files(&[("a/../b.typ", b""), ("b.typ", b"")]), TypesetError::FileTwice { .. }));
    assert!(matches!(with_files(&[("style.typ", b"\xff\xfe")]), TypesetError::NotText { .. }));
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    for date in [(2026, 2, 30), (2026, 13, 1), (-1, 1, 1), (12_026, 1, 1)] {
        let document = Document { date, ..document() };
        let error = pdf(&Template::default(), &Value::Null, &document).unwrap_err();
        assert!(matches!(error, TypesetError::NoSuchDay { .. }), "{error}");
    }
}
