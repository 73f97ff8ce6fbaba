//! A stream's file.

use attestry_domain::catalog::ColumnType;
use attestry_domain::catalog::{Keeping, Retention, Stream, StreamColumn};
use attestry_domain::id::StreamId;

use super::{expect_name, expect_sql_name};
use crate::draft::Draft;
use crate::error::{Fault, Noun};
use crate::fields::{Fields, Located};

const TYPES: [(&str, ColumnType); 6] = [
    ("text", ColumnType::Text),
    ("integer", ColumnType::Integer),
    ("float", ColumnType::Float),
    ("boolean", ColumnType::Boolean),
    ("timestamp", ColumnType::Timestamp),
    ("date", ColumnType::Date),
];

/// Every stored record says when the ledger learned of it.
const RESERVED: &str = "recorded_at";

/// Most months that records are kept: twenty years.
const LONGEST_RETENTION: u8 = 240;

pub(super) fn read(draft: &mut Draft, mut fields: Fields<'_>, name: &str) {
    let id = fields.text("id");
    if let Some(id) = &id {
        draft.define(Noun::Stream, &id.value, &id.place);
        expect_sql_name(&fields, id);
        expect_name(&fields, Noun::Stream, id, name, format!("streams/{}.yaml", id.value));
    }
    let Some(id) = id.and_then(|id| fields.parse::<StreamId, _>(id)).map(|id| id.value) else { return };
    let title = fields.text("title");
    let keeping = fields.choice("keeping", &[("append", Keeping::Append), ("upsert", Keeping::Upsert)]);
    let key = fields.texts("key");
    let event_time = fields.text("event_time");
    let retention = fields.optional_map("retention").and_then(retention);
    let columns = fields.maps("columns");
    let columns: Vec<StreamColumn> = columns.into_iter().filter_map(|one| column(draft, one, &id)).collect();
    for column in &key {
        draft.refer(Noun::Column, format!("{id}.{}", column.value), &column.place);
        check_column(&fields, &columns, column, "part of the key", "required and not personal", |column| {
            column.required && !column.personal
        });
    }
    if let Some(column) = &event_time {
        draft.refer(Noun::Column, format!("{id}.{}", column.value), &column.place);
        check_column(&fields, &columns, column, "the event time", "a required timestamp", |column| {
            column.required && column.kind == ColumnType::Timestamp
        });
    }
    if key.is_empty() {
        fields.refuse(&fields.place(), Fault::MissingKey("key"));
    }
    fields.finish();
    if let (Some(title), Some(keeping), Some(event_time)) = (title, keeping, event_time) {
        let key = key.into_iter().map(|column| column.value).collect();
        let (title, event_time) = (title.value, event_time.value);
        draft.streams.push(Stream { id, title, keeping, key, event_time, retention, columns });
    }
}

fn retention(mut fields: Fields<'_>) -> Option<Retention> {
    let months = fields.optional_number("months", 1, LONGEST_RETENTION);
    if months.is_none() {
        fields.refuse(&fields.place(), Fault::MissingKey("months"));
    }
    let because = fields.text("because").map(|because| because.value);
    fields.finish();
    Some(Retention { months: u16::from(months?), because: because? })
}

fn column(draft: &mut Draft, mut fields: Fields<'_>, stream: &StreamId) -> Option<StreamColumn> {
    let name = fields.text("name");
    if let Some(name) = &name {
        draft.define(Noun::Column, format!("{stream}.{}", name.value), &name.place);
        expect_sql_name(&fields, name);
        if name.value == RESERVED {
            fields.refuse(&name.place, Fault::ReservedColumn(name.value.clone()));
        }
    }
    let kind = fields.choice("type", &TYPES);
    let meaning = fields.text("meaning");
    let unit = fields.optional_text("unit").map(|unit| unit.value);
    let required = fields.flag("required");
    let personal = fields.flag("personal");
    fields.finish();
    Some(StreamColumn {
        name: name?.value,
        kind: kind?,
        meaning: meaning?.value,
        unit,
        required: required?,
        personal: personal?,
    })
}

fn check_column(
    fields: &Fields<'_>,
    columns: &[StreamColumn],
    named: &Located<String>,
    role: &'static str,
    needed: &'static str,
    fits: impl Fn(&StreamColumn) -> bool,
) {
    if columns.iter().find(|column| column.name == named.value).is_some_and(|column| !fits(column)) {
        fields.refuse(&named.place, Fault::Column { column: named.value.clone(), role, needed });
    }
}
