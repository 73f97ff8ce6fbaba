//! Files in, and what is known about streams.

use attestry_domain::command::Command;
use attestry_domain::event::ArtifactStored;
use attestry_domain::id::{ArtifactId, ControlId, Digest, RequirementId, SegmentId, StreamId};
use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::{ColumnType, Value};
use serde::Serialize;

use crate::rows::StoredRows;
use crate::{AppError, Sender, Snapshot, Workspace};

pub(crate) mod segment;

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

/// Stores a file and names it. The same bytes under the same name are the file that is there.
///
/// # Errors
/// When it cannot be stored or the programme refuses it.
pub async fn store(sender: &Sender, upload: Upload) -> Result<ArtifactId, AppError> {
    let app = sender.workspace().app();
    let digest = Digest::of(&upload.bytes);
    let programme = sender.workspace().newest().programme;
    let mut known = programme.artifacts.iter();
    let same = known.find(|(_, one)| one.value.object.digest == digest && one.value.name == upload.name);
    if let Some((id, _)) = same {
        return Ok(*id);
    }
    let object = app.store.objects().put(&upload.bytes).await?;
    let artifact = ArtifactId::new(app.ulid());
    let media_type = sniff(&upload.bytes).to_owned();
    let Upload { name, captured_on, covers, controls, requirements, .. } = upload;
    let stored =
        ArtifactStored { artifact, object, name, media_type, captured_on, covers, controls, requirements };
    sender.send(Command::StoreArtifact(stored)).await?;
    Ok(artifact)
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
    let mut shown = StoredRows { columns, rows: Vec::new() };
    for id in segments {
        if shown.rows.len() >= limit {
            break;
        }
        let Some(sealed) = programme.segments.get(id) else { continue };
        let table = segment::read(workspace, known, &sealed.value)?;
        let mut rows: Vec<Vec<Option<String>>> = (0..table.len())
            .map(|row| {
                let cells = table.row(row).into_iter().map(|value| cell_text(&value));
                cells.chain([Some(id.to_string()), Some(row.to_string())]).collect()
            })
            .collect();
        let at = shown.position(&known.event_time);
        rows.sort_by(|one, other| {
            let time = |row: &Vec<Option<String>>| at.and_then(|at| row.get(at).cloned().flatten());
            time(other).cmp(&time(one))
        });
        shown.rows.extend(rows);
    }
    shown.rows.truncate(limit);
    Ok(shown)
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
