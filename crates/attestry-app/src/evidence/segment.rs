//! A segment read back, its personal columns joined by row.

use std::sync::Arc;

use attestry_domain::catalog::Stream;
use attestry_domain::event::{ObjectRef, SegmentSealed};
use attestry_domain::id::SegmentId;
use attestry_stats::{Column, ColumnType, Table, Value};

use crate::port::FileFormat;
use crate::rows::Bounded;
use crate::{AppError, Workspace, tables};

/// The segments that were asked for last; a segment never changes.
pub(crate) type SegmentCache = Bounded<SegmentId, Table, 2_000_000>;

/// A segment's records in the stream's order of columns; personal columns that were erased are null.
pub(crate) fn read(
    workspace: &Workspace,
    stream: &Stream,
    sealed: &SegmentSealed,
) -> Result<Arc<Table>, AppError> {
    let cache = &workspace.cache().segments;
    if let Some(table) = cache.lookup(&sealed.segment) {
        return Ok(table);
    }
    let table = Arc::new(load(workspace, stream, sealed)?);
    cache.keep(sealed.segment, table.len().saturating_mul(stream.columns.len()), table.clone());
    Ok(table)
}

fn load(workspace: &Workspace, stream: &Stream, sealed: &SegmentSealed) -> Result<Table, AppError> {
    let main = pieces(workspace, &sealed.main)?;
    let personal = sealed.personal.as_ref().filter(|object| !erased(workspace, object));
    let personal = personal.map(|object| pieces(workspace, object)).transpose()?;
    let rows = main.iter().map(Table::len).sum();
    let columns = stream.columns.iter().map(|column| {
        let pieces = if column.personal { personal.as_deref() } else { Some(main.as_slice()) };
        (column.name.clone(), joined(column.kind, pieces, &column.name, rows))
    });
    Table::new(columns.collect()).map_err(|error| AppError::Catalog(error.to_string()))
}

/// Whether nothing lies in the object's place any more. Where that cannot be told, reading it says why.
fn erased(workspace: &Workspace, object: &ObjectRef) -> bool {
    let path = workspace.app().store.objects().path(object.digest);
    matches!(path.try_exists(), Ok(false))
}

fn pieces(workspace: &Workspace, object: &ObjectRef) -> Result<Vec<Table>, AppError> {
    let file = tables::file_ref(workspace, object.digest, object.bytes);
    let chunks = workspace.app().engine.read_object(&file, FileFormat::Parquet)?;
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
