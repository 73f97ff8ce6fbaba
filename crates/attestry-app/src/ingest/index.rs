//! The index of record keys: a cache over the segments, written after the event that names a segment.

use attestry_domain::catalog::{Keeping, Stream};
use attestry_domain::event::SegmentSealed;
use attestry_store::StreamKey;
use attestry_stats::{Column, Table, Value};

use crate::import::key_digests;
use crate::port::FileFormat;
use crate::{AppError, Workspace, tables};

/// Adds the keys of a segment that an event named.
pub(super) async fn add(workspace: &Workspace, stream: &Stream, table: &Table, at: u64) -> Result<(), AppError> {
    if stream.keeping == Keeping::Append && !stream.key.is_empty() {
        let keys = key_digests(stream, table).into_iter().map(|(key, content)| StreamKey { key, content });
        let keys: Vec<StreamKey> = keys.collect();
        workspace.app().store.add_stream_keys(workspace.id(), &stream.id, &keys, at).await?;
    }
    Ok(())
}

/// Adds what a process that died between event and index left out.
pub(super) async fn catch_up(workspace: &Workspace, stream: &Stream) -> Result<(), AppError> {
    let reached = workspace.app().store.stream_keys_at(workspace.id(), &stream.id).await?;
    let programme = workspace.follow().await?.programme;
    let segments = programme.streams.get(&stream.id).map(|state| state.segments.clone()).unwrap_or_default();
    for segment in segments.iter().filter_map(|id| programme.segments.get(id)).filter(|one| one.at > reached) {
        let table = read(workspace, stream, &segment.value)?;
        add(workspace, stream, &table, segment.at).await?;
    }
    Ok(())
}

/// A segment's records with their personal columns, in the stream's order of columns.
fn read(workspace: &Workspace, stream: &Stream, segment: &SegmentSealed) -> Result<Table, AppError> {
    let load = |object: &attestry_domain::event::ObjectRef| -> Result<Vec<Table>, AppError> {
        let file = tables::file_ref(workspace, object.digest, object.bytes);
        let chunks = workspace.app().engine.read_columns(&file.path, FileFormat::Parquet)?;
        Ok(chunks.collect::<Result<_, _>>()?)
    };
    let main = load(&segment.main)?;
    let personal = segment.personal.as_ref().map(load).transpose()?.unwrap_or_default();
    let columns = stream.columns.iter().map(|column| {
        let pieces = if column.personal { &personal } else { &main };
        (column.name.clone(), joined(column.kind, pieces, &column.name))
    });
    Table::new(columns.collect()).map_err(|error| AppError::Catalog(error.to_string()))
}

fn joined(kind: attestry_stats::ColumnType, pieces: &[Table], name: &str) -> Column {
    let mut whole = Column::empty(kind);
    for piece in pieces {
        for row in 0..piece.len() {
            if whole.push(piece.value(row, name)).is_err() {
                let _null = whole.push(Value::Null);
            }
        }
    }
    whole
}
