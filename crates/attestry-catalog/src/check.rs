//! Rules over the whole catalog, once everything is read.

use std::collections::BTreeMap;

use attestry_domain::catalog::ControlTest;

use crate::draft::Draft;
use crate::error::{CatalogError, Fault, Noun};
use crate::nearest::nearest;
use crate::words::{forbidden_words, plain};

mod adviser;
mod crosswalk;
mod framework;
mod sql;
mod structure;

/// Every name that is used was given.
pub(crate) fn references(draft: &mut Draft) {
    let mut errors = Vec::new();
    for (noun, used) in &draft.uses {
        if draft.places.contains_key(&(*noun, used.value.clone())) {
            continue;
        }
        let nearest = nearest(&used.value, draft.names(*noun));
        errors.push(used.place.error(Fault::Unknown { noun: *noun, id: used.value.clone(), nearest }));
    }
    errors.extend(structure::check(draft));
    draft.errors.extend(errors);
}

/// What a catalog must have beyond being readable. Whether a requirement lacks a control can only be said when
/// every control could be read.
pub(crate) fn content(draft: &mut Draft) {
    let complete = draft.errors.is_empty();
    let mut errors = words(draft);
    errors.extend(framework::check(draft, complete));
    errors.extend(topics(draft));
    errors.extend(reasons(draft));
    errors.extend(mappings(draft));
    errors.extend(crosswalk::check(draft, complete));
    errors.extend(adviser::content(draft));
    errors.extend(draft.tests.iter().flat_map(|test| queries(draft, test)));
    errors.retain(|error| draft.asks(error));
    draft.errors.extend(errors);
}

fn words(draft: &Draft) -> Vec<CatalogError> {
    let found = |text: &str| forbidden_words(text).map(Fault::ForbiddenWords);
    draft.texts.iter().filter_map(|text| Some(text.place.error(found(&text.value)?))).collect()
}

/// A topic is made up of something.
fn topics(draft: &Draft) -> Vec<CatalogError> {
    let empty = draft.topics.iter().filter(|topic| topic.controls.is_empty());
    empty
        .map(|topic| draft.place(Noun::Topic, &topic.id).error(Fault::NoControls(topic.id.clone())))
        .collect()
}

/// No two mappings, and no two rows of a crosswalk, have the same sentence for a reason: one that fits two says
/// nothing about either.
fn reasons(draft: &Draft) -> Vec<CatalogError> {
    let mut first: BTreeMap<(Noun, &str, String), String> = BTreeMap::new();
    let mut errors = Vec::new();
    for (noun, within, reason) in &draft.reasons {
        let said = (*noun, within.as_str(), plain(&reason.value));
        match first.get(&said) {
            Some(first) => errors.push(reason.place.error(Fault::Repeated { first: first.clone() })),
            None => {
                first.insert(said, reason.place.spot());
            }
        }
    }
    errors
}

/// Mappings lead to what is assessed.
fn mappings(draft: &Draft) -> Vec<CatalogError> {
    let requirements = draft.frameworks.iter().flat_map(|(_, requirements)| requirements);
    let headings: Vec<&str> = requirements.filter(|one| !one.assessable).map(|one| one.id.as_str()).collect();
    let mut errors = Vec::new();
    for control in &draft.controls {
        for mapping in &control.mappings {
            let id = mapping.requirement.as_str();
            if headings.contains(&id) {
                let place = draft.place(Noun::Mapping, &format!("{} to {id}", control.id));
                errors.push(place.error(Fault::NotAssessable(id.to_owned())));
            }
        }
    }
    errors
}

/// A test's queries read exactly the parameters and streams that it declares.
fn queries(draft: &Draft, test: &ControlTest) -> Vec<CatalogError> {
    let files = [("population.sql", &test.population), ("exceptions.sql", &test.exceptions)];
    let queries = files.map(|(name, text)| (format!("tests/{}/{name}", test.id), sql::Query::new(text)));
    let mut errors = Vec::new();
    for (file, query) in &queries {
        for (name, line) in query.parameters() {
            let declared = draft.names(Noun::Parameter).filter_map(|name| name.split_once('.'));
            let declared = declared.filter(|(owner, _)| *owner == test.id.as_str()).map(|(_, name)| name);
            let known: Vec<&str> = declared.chain(sql::GIVEN).collect();
            if !known.contains(&name) {
                let nearest = nearest(name, known);
                let fault = Fault::Unknown { noun: Noun::Parameter, id: name.to_owned(), nearest };
                errors.push(CatalogError {
                    file: file.clone(),
                    line: Some(line),
                    key: None,
                    fault: Box::new(fault),
                });
            }
        }
        for (name, line) in query.tables() {
            let is_stream = draft.places.contains_key(&(Noun::Stream, name.to_owned()));
            if is_stream && !test.streams.iter().any(|stream| stream.as_str() == name) {
                let fault = Fault::UndeclaredStream(name.to_owned());
                errors.push(CatalogError {
                    file: file.clone(),
                    line: Some(line),
                    key: None,
                    fault: Box::new(fault),
                });
            }
        }
    }
    let read = |name: &str| queries.iter().any(|(_, query)| query.parameters().any(|(one, _)| one == name));
    for parameter in test.parameters.iter().filter(|parameter| !read(&parameter.name)) {
        let place = draft.place(Noun::Parameter, &format!("{}.{}", test.id, parameter.name));
        errors.push(place.error(Fault::UnreadParameter(parameter.name.clone())));
    }
    let read = |name: &str| queries.iter().any(|(_, query)| query.tables().any(|(one, _)| one == name));
    for stream in test.streams.iter().filter(|stream| !read(stream.as_str())) {
        let place = draft.place(Noun::Test, test.id.as_str());
        errors.push(place.error(Fault::UnreadStream(stream.to_string())));
    }
    errors
}
