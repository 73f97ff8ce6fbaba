//! A control test's folder.

use attestry_domain::catalog::Value;
use attestry_domain::catalog::{ControlTest, Parameter};
use attestry_domain::id::{ControlId, StreamId, TestId};

use super::{expect_name, expect_sql_name, text};
use crate::draft::Draft;
use crate::error::{CatalogError, Fault, Noun};
use crate::fields::{Fields, Located, Place};
use crate::files::Files;
use crate::yaml::{Kind, Node};

/// The two queries of a test.
#[derive(Default)]
pub(super) struct Queries {
    population: String,
    exceptions: String,
}

pub(super) fn queries(draft: &mut Draft, files: &Files, folder: &str) -> Queries {
    let mut query = |name: &str| {
        let path = format!("tests/{folder}/{name}");
        let query = files.0.get(&path).and_then(|bytes| text(draft, &path, bytes)).unwrap_or_default();
        for (at, line) in query.lines().enumerate() {
            let place = Place { file: path.clone(), line: Some(at + 1), key: None };
            draft.texts.push(Located { value: line.to_owned(), place });
        }
        query.to_owned()
    };
    Queries { population: query("population.sql"), exceptions: query("exceptions.sql") }
}

/// Refuses a folder that lacks one of its three files.
pub(super) fn complete(draft: &mut Draft, files: &Files, folder: &str) {
    for name in ["test.yaml", "population.sql", "exceptions.sql"] {
        let path = format!("tests/{folder}/{name}");
        if !files.0.contains_key(&path) {
            draft.errors.push(CatalogError::of_file(&path, Fault::MissingFile));
        }
    }
}

pub(super) fn read(draft: &mut Draft, mut fields: Fields<'_>, folder: &str, queries: Queries) {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::Test, &id.value, &id.place);
        expect_name(&fields, Noun::Test, id, folder, format!("tests/{}/", id.value));
    }
    let id = id.and_then(|id| fields.parse::<TestId, _>(id)).map(|id| id.value);
    let control = fields.id::<ControlId>("control");
    if let Some(control) = &control {
        draft.refer(Noun::Control, &control.value, &control.place);
    }
    let title = fields.text("title");
    let unit = fields.text("unit");
    let streams = fields.ids::<StreamId>("streams");
    for stream in &streams {
        draft.refer(Noun::Stream, &stream.value, &stream.place);
    }
    let parameters = fields.maps("parameters");
    let parameters = parameters.into_iter().filter_map(|one| parameter(draft, one, id.as_ref())).collect();
    fields.finish();
    if let (Some(id), Some(control), Some(title), Some(unit)) = (id, control, title, unit) {
        draft.tests.push(ControlTest {
            id,
            control: control.value,
            title: title.value,
            unit: unit.value,
            streams: streams.into_iter().map(|stream| stream.value).collect(),
            parameters,
            population: queries.population,
            exceptions: queries.exceptions,
        });
    }
}

fn parameter(draft: &mut Draft, mut fields: Fields<'_>, test: Option<&TestId>) -> Option<Parameter> {
    let name = fields.text("name");
    name.iter().for_each(|name| expect_sql_name(&fields, name));
    if let (Some(name), Some(test)) = (&name, test) {
        draft.define(Noun::Parameter, format!("{test}.{}", name.value), &name.place);
    }
    let meaning = fields.text("meaning");
    let unit = fields.text("unit");
    let default = fields.node("default").and_then(|(node, place)| {
        let value = value(node);
        if value.is_none() {
            fields.refuse(
                &place,
                Fault::Shape { expected: "a number, text, true or false", found: node.shape() },
            );
        }
        value
    });
    fields.finish();
    Some(Parameter { name: name?.value, meaning: meaning?.value, unit: unit?.value, default: default? })
}

/// A value by how it is written: quotes make a text of anything.
fn value(node: &Node) -> Option<Value> {
    let Kind::Scalar { text, plain } = &node.kind else { return None };
    if node.is_null() {
        return None;
    }
    let number = || text.parse().ok().filter(|value: &f64| value.is_finite()).map(Value::Float);
    let typed = match text.as_str() {
        _ if !plain => None,
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        _ => text.parse().ok().map(Value::Integer).or_else(number),
    };
    Some(typed.unwrap_or_else(|| Value::Text(text.clone())))
}
