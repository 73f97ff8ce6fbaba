//! Every report template of the house compiles with its sample, and with samples bent to their limits.
//! A template `NAME.typ` has a sample `NAME.sample.json`; `.typ` files without one are parts that templates import.

use std::fs;
use std::path::PathBuf;

use attestry_typeset::{Document, Template, Typeset, typeset};
use serde_json::{Value, json};

struct Case {
    name: String,
    main: String,
    parts: Vec<(String, Vec<u8>)>,
    sample: Value,
}

impl Case {
    fn set(&self, data: &Value) -> Typeset {
        let template = Template { main: &self.main, files: self.parts.clone() };
        let document = Document { title: self.name.clone(), author: None, date: (2026, 12, 31) };
        typeset(&template, data, &document).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../attestry-app/templates")
}

fn cases() -> Vec<Case> {
    let mut sources: Vec<(String, Vec<u8>)> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "typ"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    sources.sort();
    let sample = |name: &str| fs::read(folder().join(name.replace(".typ", ".sample.json"))).ok();
    let parts: Vec<_> = sources.iter().filter(|(name, _)| sample(name).is_none()).cloned().collect();
    sources
        .into_iter()
        .filter_map(|(name, source)| {
            let sample = serde_json::from_slice(&sample(&name)?).unwrap();
            Some(Case { main: String::from_utf8(source).unwrap(), parts: parts.clone(), sample, name })
        })
        .collect()
}

#[test]
fn every_template_sets_its_sample_without_warnings_and_twice_alike() {
    let cases = cases();
    assert!(!cases.is_empty());
    for case in cases {
        let set = case.set(&case.sample);
        assert_eq!(set.warnings, [], "{}", case.name);
        assert!(set.conforms);
        typst::comemo::evict(0);
        assert!(set == case.set(&case.sample), "{} differs from itself", case.name);
    }
}

#[test]
fn every_template_sets_a_sample_whose_lists_are_empty() {
    for case in cases() {
        let mut data = case.sample.clone();
        for value in data.as_object_mut().unwrap().values_mut().filter(|value| value.is_array()) {
            *value = json!([]);
        }
        assert_eq!(case.set(&data).warnings, [], "{}", case.name);
    }
}

#[test]
fn every_template_sets_hostile_words() {
    for case in cases() {
        let mut data = case.sample.clone();
        lengthen(&mut data);
        assert_eq!(case.set(&data).warnings, [], "{}", case.name);
    }
}

/// Puts markup and an unbreakable run into everything that is a sentence, and cuts long lists: a list that others refer
/// to may then lack what they name.
fn lengthen(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(' ') => {
            text.push_str(&format!(" #panic() *<b>* $x {}", "W".repeat(60)));
        }
        Value::Array(items) => {
            items.truncate(5);
            items.iter_mut().for_each(lengthen);
        }
        Value::Object(fields) => fields.values_mut().for_each(lengthen),
        _ => {}
    }
}

#[test]
fn a_readiness_report_on_design_alone_has_no_operation() {
    let case = cases().into_iter().find(|case| case.name == "readiness.typ").unwrap();
    let mut data = case.sample.clone();
    data["period"] = Value::Null;
    data["checkpoint"] = Value::Null;
    data["frameworks"].as_array_mut().unwrap().truncate(1);
    strip_operation(&mut data["frameworks"]);
    assert_eq!(case.set(&data).warnings, []);
}

fn strip_operation(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(strip_operation),
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "operation" { *field = Value::Null } else { strip_operation(field) }
            }
        }
        _ => {}
    }
}
