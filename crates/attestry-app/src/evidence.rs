//! Files in, and what is known about streams.

use std::sync::Arc;

use attestry_domain::command::{Command, Envelope};
use attestry_domain::decide::{Context, decide};
use attestry_domain::event::{ArtifactStored, ObjectRef};
use attestry_domain::id::{ArtifactId, CommandId, ControlId, Digest, RequirementId, SegmentId, StreamId};
use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::{ColumnType, Table, Value};
use serde::Serialize;
use ulid::Ulid;

use crate::import::foreign::Fields;
use crate::rows::StoredRows;
use crate::{AppError, Sender, Snapshot, Workspace};

pub(crate) mod segment;

#[cfg(test)]
mod tests;

/// A file on its way in.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name as it came.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The day it was captured.
    pub captured_on: Option<Day>,
    /// The days it speaks about.
    pub covers: Option<Period>,
    /// Controls it is evidence for.
    pub controls: Vec<ControlId>,
    /// Requirements it is evidence for.
    pub requirements: Vec<RequirementId>,
}

/// Stores a file and names it. The same bytes under the same name, said to be the same, are the file that is there.
///
/// # Errors
/// When it cannot be stored or the programme refuses it; then nothing was stored.
pub async fn store(sender: &Sender, upload: Upload) -> Result<ArtifactId, AppError> {
    let app = sender.workspace().app();
    let object = ObjectRef { digest: Digest::of(&upload.bytes), bytes: upload.bytes.len() as u64 };
    let media_type = sniff(&upload.bytes).to_owned();
    let artifact = ArtifactId::new(app.ulid());
    let Upload { name, captured_on, covers, controls, requirements, bytes } = upload;
    let mut stored =
        ArtifactStored { artifact, object, name, media_type, captured_on, covers, controls, requirements };
    let programme = sender.workspace().follow().await?.programme;
    let known = programme.artifacts.values().map(|one| &one.value);
    if let Some(same) = known.into_iter().find(|one| says_the_same(one, &stored)) {
        stored = same.clone();
    }
    let artifact = stored.artifact;
    let command = Command::StoreArtifact(stored);
    rehearse(sender, command.clone()).await?;
    app.store.objects().put(&bytes).await?;
    sender.send(command).await?;
    Ok(artifact)
}

/// Whether both are the same but for the identifier, and for the media type that follows from the bytes.
fn says_the_same(one: &ArtifactStored, other: &ArtifactStored) -> bool {
    let said = |of: &ArtifactStored| (of.name.clone(), of.captured_on, of.covers);
    one.object == other.object
        && said(one) == said(other)
        && one.controls == other.controls
        && one.requirements == other.requirements
}

/// Whether a command would be taken as things are, without sending it.
///
/// # Errors
/// As when it is sent.
pub(crate) async fn rehearse(sender: &Sender, command: Command) -> Result<(), AppError> {
    let workspace = sender.workspace();
    let Snapshot { programme, catalog } = workspace.follow().await?;
    let context = Context { actor: sender.actor(), now: workspace.app().world.now() };
    let envelope = Envelope { id: CommandId::new(Ulid::nil()), based_on: None, command };
    decide(&programme, &catalog, &envelope, &context)?;
    Ok(())
}

/// The media type that the first bytes show; never what a name claims.
pub fn sniff(bytes: &[u8]) -> &'static str {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    match () {
        () if starts(b"%PDF-") => "application/pdf",
        () if starts(b"\x89PNG\r\n\x1a\n") => "image/png",
        () if starts(b"\xff\xd8\xff") => "image/jpeg",
        () if starts(b"PK\x03\x04") => "application/zip",
        () if starts(b"\x1f\x8b") => "application/gzip",
        () if starts(b"PAR1") => "application/vnd.apache.parquet",
        () if serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() => "application/json",
        () if std::str::from_utf8(bytes).is_ok() => "text/plain; charset=utf-8",
        () => "application/octet-stream",
    }
}

/// One record with where it comes from.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// The stream.
    pub stream: StreamId,
    /// The segment.
    pub segment: SegmentId,
    /// Its row in the segment, from 0.
    pub row: u64,
    /// Column, meaning, value, whether it is personal.
    pub cells: Vec<(String, String, Option<String>, bool)>,
}

/// Records of a stream as they came, newest event time first, with `_segment` and `_row`.
///
/// # Errors
/// When there is no such stream or it cannot be read.
pub fn records(
    workspace: &Workspace,
    snapshot: &Snapshot,
    stream: &StreamId,
    limit: usize,
) -> Result<StoredRows, AppError> {
    let Some(known) = snapshot.catalog.streams.get(stream) else {
        let near = snapshot.catalog.streams.keys().map(ToString::to_string).collect();
        return Err(AppError::NotFound { kind: "stream", id: stream.to_string(), near });
    };
    let programme = &snapshot.programme;
    let state = programme.streams.get(stream);
    let mut segments: Vec<_> = state.into_iter().flat_map(|state| &state.segments).collect();
    let newest = |id: &&SegmentId| {
        programme.segments.get(*id).and_then(|one| one.value.occurred).map(|(_, last)| last)
    };
    segments.sort_by_key(|id| std::cmp::Reverse(newest(id)));
    let columns = known.columns.iter().map(|column| (column.name.clone(), kind_name(column.kind)));
    let place =
        [("_segment", "text"), ("_row", "integer")].map(|(name, kind)| (name.to_owned(), kind.to_owned()));
    let columns: Vec<(String, String)> = columns.chain(place).collect();
    let mut chosen: Vec<Chosen> = Vec::new();
    for id in segments {
        let full = chosen.len() >= limit;
        if full && chosen.last().is_none_or(|oldest| newest(&id).map(Instant::micros) <= oldest.at) {
            break;
        }
        let Some(sealed) = programme.segments.get(id) else { continue };
        let table = segment::read(workspace, known, &sealed.value)?;
        let rows = (0..table.len()).map(|row| (happened(&table, row, &known.event_time), row));
        let mut rows: Vec<(Option<i64>, usize)> = rows.collect();
        rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        rows.truncate(limit);
        chosen.extend(rows.into_iter().map(|(at, row)| Chosen {
            at,
            row,
            segment: *id,
            table: table.clone(),
        }));
        chosen.sort_by_key(|one| std::cmp::Reverse(one.at));
        chosen.truncate(limit);
    }
    let rows = chosen.iter().map(|one| {
        let cells = one.table.row(one.row).into_iter().map(|value| cell_text(&value));
        cells.chain([Some(one.segment.to_string()), Some(one.row.to_string())]).collect()
    });
    Ok(StoredRows { rows: rows.collect(), columns })
}

/// A record among the newest so far.
struct Chosen {
    /// Its event time in microseconds.
    at: Option<i64>,
    row: usize,
    segment: SegmentId,
    table: Arc<Table>,
}

/// The event time of a record in microseconds; a day counts as its midnight in UTC.
fn happened(table: &Table, row: usize, event_time: &str) -> Option<i64> {
    match table.value(row, event_time) {
        Value::Timestamp(micros) => Some(micros),
        Value::Date(days) => Some(i64::from(days).saturating_mul(86_400_000_000)),
        _ => None,
    }
}

fn kind_name(kind: ColumnType) -> String {
    let name = match kind {
        ColumnType::Text => "text",
        ColumnType::Integer => "integer",
        ColumnType::Float => "float",
        ColumnType::Boolean => "boolean",
        ColumnType::Timestamp => "timestamp",
        ColumnType::Date => "date",
    };
    name.to_owned()
}

/// A cell as a page prints it; `None` is null.
pub fn cell_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Timestamp(micros) => Some(Instant::from_micros(*micros).to_string()),
        Value::Date(days) => {
            let epoch = jiff::civil::date(1970, 1, 1);
            epoch.checked_add(jiff::Span::new().days(*days)).ok().map(|day| day.to_string())
        }
    }
}

/// A record as JSON columns, instants and days as text; what is null is left out.
pub(crate) fn record_fields(table: &Table, row: usize) -> Fields {
    let names = table.fields().iter().map(|field| field.name.as_str());
    names.fold(Fields::default(), |fields, name| match table.value(row, name) {
        Value::Integer(number) => fields.with(name, number),
        Value::Float(number) => fields.with(name, number),
        Value::Boolean(truth) => fields.with(name, truth),
        other => fields.maybe(name, cell_text(&other)),
    })
}

/// One record of a segment.
///
/// # Errors
/// When there is none, or it cannot be read.
pub fn record(
    workspace: &Workspace,
    snapshot: &Snapshot,
    segment: SegmentId,
    row: u64,
) -> Result<Record, AppError> {
    let missing = || AppError::unknown("record", format!("{segment}/{row}"));
    let sealed = snapshot.programme.segments.get(&segment).ok_or_else(missing)?;
    let stream = snapshot.catalog.streams.get(&sealed.value.stream).ok_or_else(missing)?;
    let table = segment::read(workspace, stream, &sealed.value)?;
    let at = usize::try_from(row).ok().filter(|at| *at < table.len()).ok_or_else(missing)?;
    let cells = stream.columns.iter().map(|column| {
        let value = cell_text(&table.value(at, &column.name));
        (column.name.clone(), column.meaning.clone(), value, column.personal)
    });
    Ok(Record { stream: stream.id.clone(), segment, row, cells: cells.collect() })
}
