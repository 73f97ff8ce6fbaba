//! A segment read back, its personal columns joined by row.

use std::sync::{Arc, Mutex, PoisonError};

use attestry_domain::catalog::Stream;
use attestry_domain::event::{ObjectRef, SegmentSealed};
use attestry_domain::id::SegmentId;
use attestry_stats::{Column, ColumnType, Table, Value};

use crate::port::FileFormat;
use crate::{AppError, Workspace, tables};

/// The segments that were read last; a segment never changes.
#[derive(Default)]
pub(crate) struct SegmentCache(Mutex<Vec<(SegmentId, Arc<Table>)>>);

/// How many segments are kept, and records in one that is.
const KEPT: usize = 32;
const KEPT_ROWS: usize = 20_000;

/// A segment's records in the stream's order of columns; personal columns that were erased are null.
pub(crate) fn read(
    workspace: &Workspace,
    stream: &Stream,
    sealed: &SegmentSealed,
) -> Result<Arc<Table>, AppError> {
    let cache = &workspace.cache().segments;
    let mut kept = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, table)) = kept.iter().find(|(id, _)| *id == sealed.segment) {
        return Ok(table.clone());
    }
    let table = Arc::new(load(workspace, stream, sealed)?);
    if table.len() <= KEPT_ROWS {
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((sealed.segment, table.clone()));
    }
    Ok(table)
}

fn load(workspace: &Workspace, stream: &Stream, sealed: &SegmentSealed) -> Result<Table, AppError> {
    let main = pieces(workspace, &sealed.main)?;
    let personal = sealed.personal.as_ref().map(|object| pieces(workspace, object)).transpose()?;
    let rows = main.iter().map(Table::len).sum();
    let columns = stream.columns.iter().map(|column| {
        let pieces = if column.personal { personal.as_deref() } else { Some(main.as_slice()) };
        (column.name.clone(), joined(column.kind, pieces, &column.name, rows))
    });
    Table::new(columns.collect()).map_err(|error| AppError::Catalog(error.to_string()))
}

fn pieces(workspace: &Workspace, object: &ObjectRef) -> Result<Vec<Table>, AppError> {
    let file = tables::file_ref(workspace, object.digest, object.bytes);
    let chunks = workspace.app().engine.read_columns(&file.path, FileFormat::Parquet)?;
    Ok(chunks.collect::<Result<_, _>>()?)
}

fn joined(kind: ColumnType, pieces: Option<&[Table]>, name: &str, rows: usize) -> Column {
    let mut whole = Column::empty(kind);
    for piece in pieces.unwrap_or_default() {
        for row in 0..piece.len() {
            if whole.push(piece.value(row, name)).is_err() {
                let _null = whole.push(Value::Null);
            }
        }
    }
    while whole.len() < rows {
        let _null = whole.push(Value::Null);
    }
    whole
}
