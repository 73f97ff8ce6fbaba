//! Tables to Arrow and back. Arrow goes no further than this crate.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::array::{TimestampMicrosecondArray, new_empty_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Date32Type, Field as ArrowField, Float64Type, Int64Type, Schema, SchemaRef,
};
use arrow::datatypes::{TimeUnit, TimestampMicrosecondType};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use attestry_stats::{Column, ColumnType, Field, Table};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::EngineError;

/// Rows in a chunk given to importers.
const CHUNK: usize = 65_536;

/// The Arrow type of a column type.
pub(crate) fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Date => DataType::Date32,
    }
}

/// A schema of nullable columns.
pub(crate) fn schema<'a>(fields: impl IntoIterator<Item = &'a Field>) -> SchemaRef {
    let fields = fields.into_iter().map(|field| ArrowField::new(&field.name, data_type(field.kind), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A column as an array.
pub(crate) fn array(column: &Column) -> ArrayRef {
    match column {
        Column::Text(cells) => Arc::new(cells.iter().map(Option::as_deref).collect::<StringArray>()),
        Column::Integer(cells) => Arc::new(Int64Array::from(cells.clone())),
        Column::Float(cells) => Arc::new(Float64Array::from(cells.clone())),
        Column::Boolean(cells) => Arc::new(BooleanArray::from(cells.clone())),
        Column::Timestamp(cells) => {
            Arc::new(TimestampMicrosecondArray::from(cells.clone()).with_timezone("UTC"))
        }
        Column::Date(cells) => Arc::new(Date32Array::from(cells.clone())),
    }
}

/// A table as one batch.
pub(crate) fn batch(table: &Table) -> Result<RecordBatch, EngineError> {
    let columns = table.columns().iter().map(array).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(table.len()));
    RecordBatch::try_new_with_options(schema(table.fields()), columns, &options)
        .map_err(|error| EngineError::Failed(error.to_string()))
}

/// Batches of one schema as a table.
pub(crate) fn table(schema: &Schema, batches: &[RecordBatch]) -> Result<Table, EngineError> {
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (at, field) in schema.fields().iter().enumerate() {
        let arrays: Vec<&ArrayRef> = batches.iter().filter_map(|batch| batch.columns().get(at)).collect();
        columns.push((field.name().clone(), column(field, &arrays)?));
    }
    Table::new(columns)
        .map_err(|error| EngineError::Query(format!("{error}; give one of them another name with `as`")))
}

/// The column type that an Arrow type becomes.
pub(crate) fn column_type(field: &ArrowField) -> Result<ColumnType, EngineError> {
    let mut found = field.data_type();
    while let DataType::Dictionary(_, values) = found {
        found = values;
    }
    Ok(match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => ColumnType::Text,
        DataType::Decimal32(_, 0) | DataType::Decimal64(_, 0) => ColumnType::Integer,
        DataType::Decimal128(_, 0) | DataType::Decimal256(_, 0) => ColumnType::Integer,
        kind if kind.is_integer() => ColumnType::Integer,
        kind if kind.is_numeric() => ColumnType::Float,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Timestamp(_, _) => ColumnType::Timestamp,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        other => {
            return Err(EngineError::Type { column: field.name().clone(), found: other.to_string() });
        }
    })
}

fn column(field: &ArrowField, arrays: &[&ArrayRef]) -> Result<Column, EngineError> {
    let kind = column_type(field)?;
    let target = data_type(kind);
    let mut column = Column::empty(kind);
    let options = CastOptions { safe: false, ..CastOptions::default() };
    for array in arrays {
        let cast = cast_with_options(array, &target, &options).map_err(|error| EngineError::Value {
            column: field.name().clone(),
            value: field.data_type().to_string(),
            why: error.to_string(),
        })?;
        append(&mut column, &cast);
    }
    Ok(column)
}

fn append(column: &mut Column, array: &ArrayRef) {
    match column {
        Column::Text(cells) => {
            cells.extend(array.as_string::<i32>().iter().map(|cell| cell.map(str::to_owned)))
        }
        Column::Integer(cells) => cells.extend(array.as_primitive::<Int64Type>().iter()),
        Column::Float(cells) => cells.extend(array.as_primitive::<Float64Type>().iter()),
        Column::Boolean(cells) => cells.extend(array.as_boolean().iter()),
        Column::Timestamp(cells) => cells.extend(array.as_primitive::<TimestampMicrosecondType>().iter()),
        Column::Date(cells) => cells.extend(array.as_primitive::<Date32Type>().iter()),
    }
}

/// A table as an Arrow IPC stream: exact where JSON is not.
pub(crate) fn to_ipc(table: &Table) -> Result<Vec<u8>, EngineError> {
    let batch = batch(table)?;
    let broken = |error: arrow::error::ArrowError| EngineError::Failed(error.to_string());
    let mut writer =
        arrow::ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).map_err(broken)?;
    writer.write(&batch).map_err(broken)?;
    writer.into_inner().map_err(broken)
}

/// A table from an Arrow IPC stream.
pub(crate) fn from_ipc(bytes: &[u8]) -> Result<Table, EngineError> {
    let broken = |error: arrow::error::ArrowError| EngineError::Failed(error.to_string());
    let reader = arrow::ipc::reader::StreamReader::try_new(Cursor::new(bytes), None).map_err(broken)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(broken)?;
    table(&schema, &batches)
}

/// The rows of a Parquet file as tables of at most 65,536 rows. A column whose type has no place in a table is an error at once.
pub fn parquet_chunks(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Table, EngineError>> + use<>, EngineError> {
    let broken = |error: &dyn std::fmt::Display| EngineError::file(path, error);
    let file = std::fs::File::open(path).map_err(|error| broken(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let schema = Arc::clone(builder.schema());
    check(&schema)?;
    let reader = builder.with_batch_size(CHUNK).build().map_err(|error| broken(&error))?;
    Ok(chunks(path, schema, reader))
}

/// The rows of an Arrow IPC file as tables of at most 65,536 rows.
pub fn arrow_chunks(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Table, EngineError>> + use<>, EngineError> {
    let broken = |error: &dyn std::fmt::Display| EngineError::file(path, error);
    let file = std::fs::File::open(path).map_err(|error| broken(&error))?;
    let reader =
        arrow::ipc::reader::FileReader::try_new_buffered(file, None).map_err(|error| broken(&error))?;
    let schema = reader.schema();
    check(&schema)?;
    let pieces = reader.flat_map(|batch| match batch {
        Ok(batch) => split(&batch).into_iter().map(Ok).collect::<Vec<_>>(),
        Err(error) => vec![Err(error)],
    });
    Ok(chunks(path, schema, pieces))
}

/// A batch in pieces of at most a chunk.
fn split(batch: &RecordBatch) -> Vec<RecordBatch> {
    let rows = batch.num_rows();
    (0..rows).step_by(CHUNK).map(|start| batch.slice(start, CHUNK.min(rows - start))).collect()
}

fn chunks<I: Iterator<Item = Result<RecordBatch, arrow::error::ArrowError>>>(
    path: &Path,
    schema: SchemaRef,
    batches: I,
) -> impl Iterator<Item = Result<Table, EngineError>> + use<I> {
    let path = path.to_owned();
    batches.map(move |batch| table(&schema, &[batch.map_err(|error| EngineError::file(&path, error))?]))
}

fn check(schema: &Schema) -> Result<(), EngineError> {
    schema.fields().iter().try_for_each(|field| column_type(field).map(drop))
}

/// A batch of this schema without rows.
pub(crate) fn empty(schema: &SchemaRef) -> RecordBatch {
    let columns = schema.fields().iter().map(|field| new_empty_array(field.data_type())).collect::<Vec<_>>();
    let options = RecordBatchOptions::new().with_row_count(Some(0));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .unwrap_or_else(|_| RecordBatch::new_empty(Arc::clone(schema)))
}
