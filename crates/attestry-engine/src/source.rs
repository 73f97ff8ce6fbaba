//! Tables of a request as the planner sees them.

mod dataset;
mod stream;

use std::sync::Arc;

use arrow::datatypes::{Field, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, ScalarValue};
use datafusion::datasource::MemTable;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::convert;
use crate::error::EngineError;
use crate::files;
use crate::request::{FileRef, Source};

pub(crate) use dataset::provider_as_text;

/// A table's source as the planner takes it.
pub(crate) fn provider(source: &Source) -> Result<Arc<dyn TableProvider>, EngineError> {
    match source {
        Source::Inline(table) => {
            let batch = convert::batch(table)?;
            let memory = MemTable::try_new(batch.schema(), vec![vec![batch]]);
            Ok(Arc::new(memory.map_err(|error| EngineError::planning(&error))?))
        }
        Source::Stream { fields, key, kind, order, personal, segments } => {
            let newer = stream::Newer { kind: *kind, key, order: order.as_deref() };
            Ok(Arc::new(stream::StreamTable::new(fields, newer, personal, segments)?))
        }
        Source::Dataset { files, format } => dataset::provider(files, *format),
    }
}

/// An explicit list of Parquet files, each with one number that its rows carry as a last column.
#[derive(Debug)]
pub(crate) struct ParquetFiles {
    schema: TableSchema,
    group: FileGroup,
}

impl ParquetFiles {
    /// Files of this schema.
    pub(crate) fn new<'a>(
        schema: SchemaRef,
        number: &str,
        files: impl IntoIterator<Item = (&'a FileRef, i64)>,
    ) -> Result<Self, EngineError> {
        let mut listed = Vec::new();
        for (file, number) in files {
            let length =
                std::fs::metadata(&file.path).map_err(|error| EngineError::file(&file.path, error))?.len();
            let mut part = PartitionedFile::new(String::new(), length);
            part.object_meta.location = files::key(&file.path)?;
            listed.push(part.with_partition_values(vec![ScalarValue::Int64(Some(number))]));
        }
        let column = Field::new(number, arrow::datatypes::DataType::Int64, false);
        let schema = TableSchema::builder(schema).with_table_partition_cols(vec![Arc::new(column)]).build();
        Ok(Self { schema, group: FileGroup::new(listed) })
    }
}

#[async_trait]
impl TableProvider for ParquetFiles {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let source = Arc::new(ParquetSource::new(self.schema.clone()));
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_group(self.group.clone())
            .with_limit(limit)
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
