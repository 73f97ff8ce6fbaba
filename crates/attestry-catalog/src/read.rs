//! From files to a draft: which file holds what, and the decoding of each kind.

use std::collections::BTreeSet;

use crate::draft::Draft;
use crate::error::{CatalogError, Fault, Noun};
use crate::fields::{Fields, Located, Place, Source};
use crate::files::Files;
use crate::yaml;

mod adviser;
mod control;
mod crosswalk;
mod framework;
mod stream;
mod test;
mod topic;

pub(crate) use crosswalk::row_name;

/// What a path holds.
enum Part<'a> {
    Framework(&'a str),
    Controls(&'a str),
    Crosswalk(&'a str),
    Topics,
    Questions,
    Rules,
    Steps,
    Stream(&'a str),
    Test(&'a str),
    /// A query of a test, read together with its `test.yaml`.
    Query(&'a str),
    Stray,
}

/// Reads every file; what is wrong is noted and reading goes on.
pub(crate) fn files(files: &Files) -> Draft {
    let mut draft = Draft::default();
    let mut folders = BTreeSet::new();
    for (path, bytes) in &files.0 {
        match part(path) {
            Part::Framework(name) => yaml(&mut draft, path, bytes, |draft, fields| {
                framework::read(draft, fields, name);
            }),
            Part::Controls(name) => yaml(&mut draft, path, bytes, |draft, fields| {
                control::read(draft, fields, name);
            }),
            Part::Crosswalk(name) => yaml(&mut draft, path, bytes, |draft, fields| {
                crosswalk::read(draft, fields, name);
            }),
            Part::Topics => yaml(&mut draft, path, bytes, topic::read),
            Part::Questions => yaml(&mut draft, path, bytes, adviser::question::read),
            Part::Rules => yaml(&mut draft, path, bytes, adviser::rule::read),
            Part::Steps => yaml(&mut draft, path, bytes, adviser::step::read),
            Part::Stream(name) => yaml(&mut draft, path, bytes, |draft, fields| {
                stream::read(draft, fields, name);
            }),
            Part::Test(folder) => {
                folders.insert(folder);
                let queries = test::queries(&mut draft, files, folder);
                yaml(&mut draft, path, bytes, |draft, fields| test::read(draft, fields, folder, queries));
            }
            Part::Query(folder) => {
                folders.insert(folder);
            }
            Part::Stray => draft.errors.push(CatalogError::of_file(path, Fault::Stray)),
        }
    }
    for folder in folders {
        test::complete(&mut draft, files, folder);
    }
    draft
}

fn part(path: &str) -> Part<'_> {
    let mut parts = path.split('/');
    let (folder, name, file) = (parts.next(), parts.next(), parts.next());
    let stem = name.and_then(|name| name.strip_suffix(".yaml"));
    match (folder, stem, name, file, parts.next()) {
        (Some("frameworks"), Some(stem), _, None, _) => Part::Framework(stem),
        (Some("controls"), Some(stem), _, None, _) => Part::Controls(stem),
        (Some("crosswalks"), Some(stem), _, None, _) => Part::Crosswalk(stem),
        (Some("topics.yaml"), None, None, None, _) => Part::Topics,
        (Some("adviser"), Some("questions"), _, None, _) => Part::Questions,
        (Some("adviser"), Some("rules"), _, None, _) => Part::Rules,
        (Some("adviser"), Some("steps"), _, None, _) => Part::Steps,
        (Some("streams"), Some(stem), _, None, _) => Part::Stream(stem),
        (Some("tests"), _, Some(folder), Some("test.yaml"), None) => Part::Test(folder),
        (Some("tests"), _, Some(folder), Some("population.sql" | "exceptions.sql"), None) => {
            Part::Query(folder)
        }
        _ => Part::Stray,
    }
}

/// Decodes one YAML file and takes over what is wrong with it.
fn yaml(draft: &mut Draft, path: &str, bytes: &[u8], read: impl FnOnce(&mut Draft, Fields<'_>)) {
    let Some(text) = text(draft, path, bytes) else { return };
    let node = match yaml::parse(text) {
        Ok(node) => node,
        Err((line, fault)) => {
            let line = (line > 0).then_some(line);
            draft.errors.push(CatalogError {
                file: path.to_owned(),
                line,
                key: None,
                fault: Box::new(fault),
            });
            return;
        }
    };
    node.each_text(&mut |value, line| {
        let place = Place { file: path.to_owned(), line: Some(line), key: None };
        draft.texts.push(Located { value: value.to_owned(), place });
    });
    let source = Source::new(path);
    if let Some(fields) = source.map(&node, "") {
        read(draft, fields);
    }
    draft.errors.extend(source.into_errors());
}

fn text<'a>(draft: &mut Draft, path: &str, bytes: &'a [u8]) -> Option<&'a str> {
    let text = std::str::from_utf8(bytes).ok();
    if text.is_none() {
        draft.errors.push(CatalogError::of_file(path, Fault::NotText));
    }
    text
}

/// The day in a text; says why when there is none.
fn day(fields: &Fields<'_>, text: &Located<String>) -> Option<attestry_domain::time::Day> {
    match attestry_domain::time::day(&text.value) {
        Ok(day) => Some(day),
        Err(error) => {
            fields.refuse(&text.place, error);
            None
        }
    }
}

/// Refuses a file that is not called like what it holds.
fn expect_name(fields: &Fields<'_>, noun: Noun, id: &Located<String>, name: &str, expected: String) {
    if id.value != name {
        fields.refuse(&id.place, Fault::Misplaced { noun, id: id.value.clone(), expected });
    }
}

/// Refuses a name that SQL could only reach with quotes.
fn expect_sql_name(fields: &Fields<'_>, name: &Located<String>) {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.value.starts_with(|c: char| c.is_ascii_lowercase()) || !name.value.chars().all(fits) {
        fields.refuse(&name.place, Fault::SqlName(name.value.clone()));
    }
}
