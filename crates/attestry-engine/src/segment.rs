//! Segments: immutable Parquet files of records. The same records give the same bytes.

use std::sync::Arc;

use arrow::datatypes::Field as ArrowField;
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use attestry_stats::{Column, ColumnType, Field, Table};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};

use crate::convert;
use crate::error::EngineError;

/// The column with the segment's name.
pub(crate) const SEGMENT: &str = "_segment";
/// The column with a record's place in its segment, from 0.
pub(crate) const ROW: &str = "_row";
/// The column with the instant the ledger learned of the records.
pub(crate) const RECORDED_AT: &str = "recorded_at";

/// Rows in a row group.
const GROUP: usize = 131_072;

/// The files of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedSegment {
    /// Parquet: the columns that are not personal, `recorded_at`, `_segment` and `_row`.
    pub main: Vec<u8>,
    /// Parquet: the personal columns, `_segment` and `_row`; absent when there are none.
    pub personal: Option<Vec<u8>>,
    /// Number of records.
    pub rows: u64,
}

/// Writes records as a segment. `recorded_at` is in microseconds since the epoch; `personal` names columns of `table`.
pub fn encode_segment(
    segment: &str,
    recorded_at: i64,
    table: &Table,
    personal: &[String],
) -> Result<EncodedSegment, EngineError> {
    let taken = |field: &&Field| [SEGMENT, ROW, RECORDED_AT].contains(&field.name.as_str());
    if let Some(field) = table.fields().iter().find(taken) {
        let why = "a name the engine keeps for itself; give the column another".to_owned();
        return Err(EngineError::Value { column: field.name.clone(), value: field.name.clone(), why });
    }
    if let Some(name) = personal.iter().find(|name| table.column(name).is_none()) {
        return Err(EngineError::Query(format!("the records have no personal column `{name}`")));
    }
    let rows = table.len();
    let place = [
        (SEGMENT, Column::Text(vec![Some(segment.to_owned()); rows])),
        (ROW, Column::Integer((0..).map(Some).take(rows).collect())),
    ];
    let recorded = (RECORDED_AT, Column::Timestamp(vec![Some(recorded_at); rows]));
    let columns = |wanted: bool| {
        table
            .fields()
            .iter()
            .zip(table.columns())
            .filter(move |(field, _)| personal.contains(&field.name) == wanted)
            .map(|(field, column)| (field.name.as_str(), column))
    };
    let main = columns(false)
        .chain([(recorded.0, &recorded.1)])
        .chain(place.iter().map(|(name, column)| (*name, column)));
    let main = write(main.collect())?;
    let personal = if personal.is_empty() {
        None
    } else {
        Some(write(columns(true).chain(place.iter().map(|(name, column)| (*name, column))).collect())?)
    };
    Ok(EncodedSegment { main, personal, rows: rows as u64 })
}

fn write(columns: Vec<(&str, &Column)>) -> Result<Vec<u8>, EngineError> {
    let failed =
        |error: &dyn std::fmt::Display| EngineError::Failed(format!("a segment cannot be written: {error}"));
    let fields = columns.iter().map(|(name, column)| {
        let required = [SEGMENT, ROW, RECORDED_AT].contains(name);
        ArrowField::new(*name, convert::data_type(column.kind()), !required)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.iter().map(|(_, column)| convert::array(column)).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|error| failed(&error))?;
    let mut out = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut out, schema, Some(properties()?)).map_err(|error| failed(&error))?;
    writer.write(&batch).map_err(|error| failed(&error))?;
    writer.close().map_err(|error| failed(&error))?;
    Ok(out)
}

/// Everything that could differ between versions or machines, fixed.
fn properties() -> Result<WriterProperties, EngineError> {
    let level = ZstdLevel::try_new(3).map_err(|error| EngineError::Failed(error.to_string()))?;
    Ok(WriterProperties::builder()
        .set_created_by("attestry".to_owned())
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP))
        .set_statistics_enabled(EnabledStatistics::Page)
        .build())
}

/// The columns a stream shows besides the declared ones.
pub fn stream_fields() -> [Field; 3] {
    [
        Field::new(RECORDED_AT, ColumnType::Timestamp),
        Field::new(SEGMENT, ColumnType::Text),
        Field::new(ROW, ColumnType::Integer),
    ]
}
