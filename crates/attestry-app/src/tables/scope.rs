//! Frameworks, requirements, mappings and people as tables.

use attestry_domain::assess::Readiness;
use attestry_domain::programme::Programme;
use attestry_stats::{ColumnType, Table, Value};

use super::{Rows, maybe, text};
use crate::{AppError, Snapshot};

pub(super) fn frameworks(snapshot: &Snapshot) -> Result<Table, AppError> {
    let mut rows = Rows::new(&[
        ("framework", ColumnType::Text),
        ("title", ColumnType::Text),
        ("categories", ColumnType::Text),
    ]);
    for (id, adoption) in &snapshot.programme.frameworks {
        let title = snapshot.catalog.frameworks.get(id).map_or("", |framework| framework.title.as_str());
        let categories: Vec<&str> = adoption.categories.iter().map(String::as_str).collect();
        rows.add(vec![text(id), text(title), text(categories.join(","))])?;
    }
    Ok(rows.0)
}

pub(super) fn requirements(snapshot: &Snapshot) -> Result<Table, AppError> {
    use ColumnType::{Boolean, Text};
    let fields =
        [("requirement", Text), ("framework", Text), ("kind", Text), ("title", Text), ("category", Text)];
    let mut rows = Rows::new(&[&fields[..], &[("assessable", Boolean), ("excluded_because", Text)]].concat());
    for requirement in snapshot.catalog.requirements.values() {
        let excluded = snapshot.programme.exclusions.get(&requirement.id).map(|one| one.value.clone());
        rows.add(vec![
            text(&requirement.id),
            text(requirement.id.framework()),
            text(&requirement.kind),
            text(&requirement.title),
            maybe(requirement.category.as_ref(), text),
            Value::Boolean(requirement.assessable),
            maybe(excluded, Value::Text),
        ])?;
    }
    Ok(rows.0)
}

pub(super) fn mappings(snapshot: &Snapshot) -> Result<Table, AppError> {
    use ColumnType::{Boolean, Text};
    let fields =
        [("control", Text), ("requirement", Text), ("kind", Text), ("key", Boolean), ("rationale", Text)];
    let mut rows = Rows::new(&fields);
    for control in snapshot.catalog.controls.values() {
        for mapping in &control.mappings {
            let key = Value::Boolean(mapping.kind.is_key());
            let row = vec![text(&control.id), text(&mapping.requirement), text(mapping.kind.as_str()), key];
            rows.add([row, vec![text(&mapping.rationale)]].concat())?;
        }
    }
    Ok(rows.0)
}

pub(super) fn requirement_states(readiness: &Readiness) -> Result<Table, AppError> {
    use ColumnType::Text;
    let mut rows = Rows::new(&[("requirement", Text), ("design", Text), ("operation", Text)]);
    for one in readiness.frameworks.iter().flat_map(|framework| &framework.requirements) {
        let operation = maybe(one.operation, |operation| text(operation.as_str()));
        rows.add(vec![text(&one.id), text(one.design.as_str()), operation])?;
    }
    Ok(rows.0)
}
pub(super) fn people(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::Text;
    let mut rows = Rows::new(&[("person", Text), ("name", Text), ("email", Text), ("roles", Text)]);
    for (id, person) in &programme.people {
        let described = person.described.as_ref();
        let roles: Vec<&str> = person.roles.keys().map(|role| role.as_str()).collect();
        let (name, email) = (described.map(|one| &one.name), described.map(|one| &one.email));
        rows.add(vec![text(id), maybe(name, text), maybe(email, text), text(roles.join(","))])?;
    }
    Ok(rows.0)
}
