//! Datasets as they come: Parquet through the planner, CSV and Arrow IPC as streams of batches.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::csv::ReaderBuilder;
use arrow::csv::reader::Format;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::FileReader;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use flate2::read::MultiGzDecoder;
use futures::stream;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::ParquetFiles;
use crate::error::EngineError;
use crate::request::{FileFormat, FileRef};

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// The files as one table; the first fixes the columns, and the others must have the same.
pub(super) fn provider(files: &[FileRef], format: FileFormat) -> Result<Arc<dyn TableProvider>, EngineError> {
    let schema = common_schema(files, format, false)?;
    if format == FileFormat::Parquet {
        let numbered = (0_i64..).zip(files).map(|(number, file)| (file, number));
        return Ok(Arc::new(ParquetFiles::new(schema, "_file", numbered)?));
    }
    streamed(files, format, schema)
}

/// The same with every column of a CSV file as text: values as they are written.
pub(crate) fn provider_as_text(
    files: &[FileRef],
    format: FileFormat,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    match format {
        FileFormat::Csv | FileFormat::CsvGzip => streamed(files, format, common_schema(files, format, true)?),
        _ => provider(files, format),
    }
}

fn streamed(
    files: &[FileRef],
    format: FileFormat,
    schema: SchemaRef,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    let paths = files.iter().map(|file| file.path.clone()).collect();
    let part: Arc<dyn PartitionStream> = Arc::new(FileStream { schema: Arc::clone(&schema), paths, format });
    let table = StreamingTable::try_new(schema, vec![part]).map_err(|error| EngineError::planning(&error))?;
    Ok(Arc::new(table))
}

fn common_schema(files: &[FileRef], format: FileFormat, text: bool) -> Result<SchemaRef, EngineError> {
    let [first, rest @ ..] = files else {
        return Err(EngineError::Query("a dataset needs a file".to_owned()));
    };
    let mut common = schema(&first.path, format, text)?;
    for file in rest {
        common = joint(&common, schema(&file.path, format, text)?.as_ref()).ok_or_else(|| {
            EngineError::file(&file.path, "its columns differ from those of the first file")
        })?;
    }
    Ok(common)
}

/// One schema for both: the same names; whole numbers widen to numbers, and what differs otherwise in CSV is text.
fn joint(one: &Schema, two: &Schema) -> Option<SchemaRef> {
    if one.fields().len() != two.fields().len() {
        return None;
    }
    let fields = one.fields().iter().zip(two.fields()).map(|(one, two)| {
        if one.name() != two.name() {
            return None;
        }
        let kind = match (one.data_type(), two.data_type()) {
            (one, two) if one == two => one.clone(),
            (DataType::Null, other) | (other, DataType::Null) => other.clone(),
            (DataType::Int64, DataType::Float64) | (DataType::Float64, DataType::Int64) => DataType::Float64,
            _ => return None,
        };
        Some(Field::new(one.name(), kind, true))
    });
    Some(Arc::new(Schema::new(fields.collect::<Option<Vec<_>>>()?)))
}

fn schema(path: &Path, format: FileFormat, text: bool) -> Result<SchemaRef, EngineError> {
    let failed = |error: &dyn std::fmt::Display| EngineError::file(path, error);
    let found = match format {
        FileFormat::Parquet => {
            let file = File::open(path).map_err(|error| failed(&error))?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(&error))?;
            return Ok(Arc::new(reader.schema().as_ref().clone().with_metadata(Default::default())));
        }
        FileFormat::ArrowIpc => {
            let file = File::open(path).map_err(|error| failed(&error))?;
            return Ok(FileReader::try_new_buffered(file, None).map_err(|error| failed(&error))?.schema());
        }
        FileFormat::Csv | FileFormat::CsvGzip => {
            // All of the file, not a beginning: a type is what every value has.
            let most = if text { Some(0) } else { None };
            let reader = open(path, format).map_err(|error| failed(&error))?;
            Format::default().with_header(true).infer_schema(reader, most).map_err(|error| failed(&error))?.0
        }
    };
    let fields = found.fields().iter().map(|field| {
        let kind = match field.data_type() {
            kind if !text && *kind != DataType::Null => kind.clone(),
            _ => DataType::Utf8,
        };
        Field::new(field.name(), kind, true)
    });
    Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
}

fn open(path: &Path, format: FileFormat) -> std::io::Result<Box<dyn Read + Send>> {
    let file = BufReader::with_capacity(1 << 18, File::open(path)?);
    Ok(match format {
        FileFormat::CsvGzip => Box::new(MultiGzDecoder::new(file)),
        _ => Box::new(file),
    })
}

/// Files read one after the other.
#[derive(Debug)]
struct FileStream {
    schema: SchemaRef,
    paths: Vec<PathBuf>,
    format: FileFormat,
}

impl PartitionStream for FileStream {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = context.session_config().batch_size();
        let (schema, format) = (Arc::clone(&self.schema), self.format);
        let batches = self.paths.clone().into_iter().flat_map(move |path| {
            let batches = batches(&path, format, Arc::clone(&schema), rows);
            let named = move |error: ArrowError| {
                DataFusionError::Execution(format!("`{}` cannot be read: {error}", path.display()))
            };
            batches
                .unwrap_or_else(|error| Box::new(std::iter::once(Err(error))))
                .map(move |batch| batch.map_err(&named))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream::iter(batches)))
    }
}

fn batches(path: &Path, format: FileFormat, schema: SchemaRef, rows: usize) -> Result<Batches, ArrowError> {
    if format == FileFormat::ArrowIpc {
        return Ok(Box::new(FileReader::try_new_buffered(File::open(path)?, None)?));
    }
    let reader =
        ReaderBuilder::new(schema).with_header(true).with_batch_size(rows).build(open(path, format)?)?;
    Ok(Box::new(reader))
}
