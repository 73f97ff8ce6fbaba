//! Files in, and what is known about streams.

use attestry_domain::command::Command;
use attestry_domain::event::ArtifactStored;
use attestry_domain::id::{ArtifactId, ControlId, Digest, RequirementId, SegmentId, StreamId};
use attestry_domain::time::{Day, Period};
use serde::Serialize;

use crate::port::{Query, Source};
use crate::rows::StoredRows;
use crate::{AppError, Sender, Snapshot, Workspace, tables};

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
    let stored = ArtifactStored { artifact, object, name, media_type, captured_on, covers, controls, requirements };
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

/// Records of a stream in the order of their event time, newest first.
///
/// # Errors
/// When there is no such stream or it cannot be read.
pub async fn records(
    workspace: &Workspace,
    snapshot: &Snapshot,
    stream: &StreamId,
    limit: usize,
) -> Result<StoredRows, AppError> {
    let Some(known) = snapshot.catalog.streams.get(stream) else {
        let near = snapshot.catalog.streams.keys().map(ToString::to_string).collect();
        return Err(AppError::NotFound { kind: "stream", id: stream.to_string(), near });
    };
    let table = tables::stream_table(workspace, snapshot, known);
    let order = format!("\"{}\" DESC, \"_segment\", \"_row\"", known.event_time);
    let sql = format!("SELECT * FROM \"{stream}\" ORDER BY {order} LIMIT {limit}");
    let now = workspace.app().world.now();
    let query = Query { sql, tables: vec![table], now, rows: limit, population: false };
    let answer = workspace.app().engine.run(query).await?;
    StoredRows::parse(&workspace.app().engine.canonical_rows(&answer.table))
}

/// One record of a segment.
///
/// # Errors
/// When there is none, or it cannot be read.
pub async fn record(
    workspace: &Workspace,
    snapshot: &Snapshot,
    segment: SegmentId,
    row: u64,
) -> Result<Record, AppError> {
    let missing = || AppError::unknown("record", format!("{segment}/{row}"));
    let sealed = snapshot.programme.segments.get(&segment).ok_or_else(missing)?;
    let stream = snapshot.catalog.streams.get(&sealed.value.stream).ok_or_else(missing)?;
    let mut table = tables::stream_table(workspace, snapshot, stream);
    if let Source::Stream { segments, upsert, .. } = &mut table.source {
        segments.retain(|one| one.segment == segment.to_string());
        *upsert = false;
    }
    let sql = format!("SELECT * FROM \"{}\" WHERE \"_row\" = {row}", stream.id);
    let query = Query { sql, tables: vec![table], now: workspace.app().world.now(), rows: 1, population: false };
    let answer = workspace.app().engine.run(query).await?;
    if answer.table.is_empty() {
        return Err(missing());
    }
    let shown = StoredRows::parse(&workspace.app().engine.canonical_rows(&answer.table))?;
    let values = shown.rows.into_iter().next().unwrap_or_default();
    let cells = stream.columns.iter().map(|column| {
        let at = shown.columns.iter().position(|(name, _)| *name == column.name);
        let value = at.and_then(|at| values.get(at).cloned().flatten());
        (column.name.clone(), column.meaning.clone(), value, column.personal)
    });
    Ok(Record { stream: stream.id.clone(), segment, row, cells: cells.collect() })
}

