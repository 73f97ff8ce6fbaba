//! An evidence stream: its segments as one table, personal columns joined, the newest record per key where that counts.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use attestry_stats::Field;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Column, JoinType, Result, ScalarValue};
use datafusion::datasource::provider_as_source;
use datafusion::functions_window::row_number::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, LogicalPlanBuilder, TableType, lit};
use datafusion::physical_plan::ExecutionPlan;

use super::ParquetFiles;
use crate::convert;
use crate::error::EngineError;
use crate::request::{SegmentFile, StreamKind};
use crate::segment::{ROW, SEGMENT, stream_fields};

/// The ledger sequence of a row's segment; not visible to queries.
const SEQUENCE: &str = "_n";
/// The place of a row among those of its key; not visible to queries.
const PLACE: &str = "_place";

/// The table of one stream.
#[derive(Debug)]
pub(super) struct StreamTable {
    schema: SchemaRef,
    key: Vec<String>,
    kind: StreamKind,
    personal: Vec<String>,
    main: Option<Arc<ParquetFiles>>,
    side: Option<Arc<ParquetFiles>>,
}

impl StreamTable {
    pub(super) fn new(
        fields: &[Field],
        key: &[String],
        kind: StreamKind,
        personal: &[String],
        segments: &[SegmentFile],
    ) -> Result<Self, EngineError> {
        let missing = |name: &&String| !fields.iter().any(|field| &field.name == *name);
        if let Some(name) = key.iter().chain(personal).find(missing) {
            return Err(EngineError::Query(format!("the stream declares no column `{name}`")));
        }
        if kind == StreamKind::Upsert && key.is_empty() {
            return Err(EngineError::Query("an upsert stream needs a key".to_owned()));
        }
        let mut segments: Vec<&SegmentFile> = segments.iter().collect();
        segments.sort_by(|a, b| (a.n, &a.segment).cmp(&(b.n, &b.segment)));
        let own = stream_fields();
        let (hidden, open): (Vec<&Field>, Vec<&Field>) =
            fields.iter().partition(|field| personal.contains(&field.name));
        let [_, place @ ..] = &own;
        let main = segments.iter().map(|segment| (&segment.main, segment.n));
        let side = segments.iter().filter_map(|segment| Some((segment.personal.as_ref()?, segment.n)));
        Ok(Self {
            schema: convert::schema(fields.iter().chain(&own)),
            key: key.to_vec(),
            kind,
            personal: personal.to_vec(),
            main: files(convert::schema(open.into_iter().chain(&own)), main)?,
            side: files(
                convert::schema(hidden.into_iter().chain(place)),
                side.filter(|(file, _)| file.path.exists()),
            )?,
        })
    }

    /// Whether a query that reads these columns needs the side objects.
    fn needs_side(&self, read: &[&str]) -> bool {
        let key = if self.kind == StreamKind::Upsert { self.key.as_slice() } else { &[] };
        self.side.is_some()
            && self.personal.iter().any(|name| read.contains(&name.as_str()) || key.contains(name))
    }

    fn plan(&self, main: &Arc<ParquetFiles>, read: &[&str]) -> Result<LogicalPlanBuilder> {
        let scan = |name, files: &Arc<ParquetFiles>| {
            let files: Arc<dyn TableProvider> = Arc::clone(files) as _;
            LogicalPlanBuilder::scan(name, provider_as_source(files), None)
        };
        let mut plan = scan("main", main)?;
        let joined = self.needs_side(read);
        if let (true, Some(side)) = (joined, &self.side) {
            let keys = |table: &str| vec![column(table, SEGMENT), column(table, ROW)];
            plan =
                plan.join(scan("side", side)?.build()?, JoinType::Left, (keys("main"), keys("side")), None)?;
        }
        if self.kind == StreamKind::Upsert {
            plan = newest(plan, self.key.iter().map(|name| self.place(name, joined)).collect())?;
        }
        plan.project(read.iter().map(|name| self.place(name, joined).alias(*name)))
    }

    /// Where a column is found.
    fn place(&self, name: &str, joined: bool) -> Expr {
        let personal = self.personal.iter().any(|column| column == name);
        match (personal, joined, self.schema.field_with_name(name)) {
            (true, true, _) => Expr::Column(column("side", name)),
            (true, false, Ok(field)) => {
                lit(ScalarValue::try_from(field.data_type()).unwrap_or(ScalarValue::Utf8(None)))
            }
            _ => Expr::Column(column("main", name)),
        }
    }
}

fn files<'a>(
    schema: SchemaRef,
    files: impl Iterator<Item = (&'a crate::request::FileRef, i64)>,
) -> Result<Option<Arc<ParquetFiles>>, EngineError> {
    let files: Vec<_> = files.collect();
    if files.is_empty() {
        return Ok(None);
    }
    Ok(Some(Arc::new(ParquetFiles::new(schema, SEQUENCE, files)?)))
}

fn column(table: &str, name: &str) -> Column {
    Column::new(Some(table), name)
}

/// Keeps the newest row of each key.
fn newest(plan: LogicalPlanBuilder, key: Vec<Expr>) -> Result<LogicalPlanBuilder> {
    let newest_first = [SEQUENCE, ROW].map(|name| Expr::Column(column("main", name)).sort(false, false));
    let place = row_number().partition_by(key).order_by(newest_first.to_vec()).build()?.alias(PLACE);
    plan.window([place])?.filter(Expr::Column(Column::from_name(PLACE)).eq(lit(1_u64)))
}

#[async_trait]
impl TableProvider for StreamTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = (0..self.schema.fields().len()).collect();
        let read = self.schema.project(projection.unwrap_or(&all))?;
        let names: Vec<&str> = read.fields().iter().map(|field| field.name().as_str()).collect();
        let plan = match &self.main {
            Some(main) => self.plan(main, &names)?.limit(0, limit)?.build()?,
            None => {
                let empty = convert::empty(&self.schema);
                let memory = datafusion::datasource::MemTable::try_new(empty.schema(), vec![vec![empty]])?;
                return memory.scan(state, projection, &[], limit).await;
            }
        };
        state.create_physical_plan(&plan).await
    }
}
