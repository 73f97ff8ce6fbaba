//! An evidence stream: its segments as one table, personal columns joined, the newest record per key where that counts.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use attestry_stats::Field;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Column, JoinType, Result, ScalarValue};
use datafusion::datasource::provider_as_source;
use datafusion::functions_aggregate::expr_fn::{last_value, max};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableType, lit};
use datafusion::physical_plan::ExecutionPlan;

use super::ParquetFiles;
use crate::convert;
use crate::error::EngineError;
use crate::request::{SegmentFile, StreamKind};
use crate::segment::{ROW, SEGMENT, stream_fields};

/// The place of a row's segment among all, by ledger sequence and name; not visible to queries.
const SEQUENCE: &str = "_n";
/// The newest record of each key, and the column with its age.
const NEWEST: &str = "newest";
const AGE: &str = "_age";

/// Which records count: the columns that name one, and the column by which one is newer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newer<'a> {
    pub(super) kind: StreamKind,
    pub(super) key: &'a [String],
    pub(super) order: Option<&'a str>,
}

/// The table of one stream.
#[derive(Debug)]
pub(super) struct StreamTable {
    schema: SchemaRef,
    key: Vec<String>,
    kind: StreamKind,
    order: Option<String>,
    personal: Vec<String>,
    main: Option<Arc<ParquetFiles>>,
    side: Option<Arc<ParquetFiles>>,
}

impl StreamTable {
    pub(super) fn new(
        fields: &[Field],
        Newer { kind, key, order }: Newer<'_>,
        personal: &[String],
        segments: &[SegmentFile],
    ) -> Result<Self, EngineError> {
        let missing = |name: &&str| !fields.iter().any(|field| field.name == *name);
        let mut named = key.iter().chain(personal).map(String::as_str).chain(order);
        if let Some(name) = named.find(missing) {
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
        let placed = || (0_i64..).zip(&segments);
        let main = placed().map(|(place, segment)| (&segment.main, place));
        let side = placed().filter_map(|(place, segment)| Some((segment.personal.as_ref()?, place)));
        Ok(Self {
            schema: convert::schema(fields.iter().chain(&own)),
            key: key.to_vec(),
            kind,
            order: order.map(str::to_owned),
            personal: personal.to_vec(),
            main: files(convert::schema(open.into_iter().chain(&own)), main)?,
            side: files(
                convert::schema(hidden.into_iter().chain(place)),
                side.filter(|(file, _)| file.path.exists()),
            )?,
        })
    }

    /// Whether reading these columns needs the side objects.
    fn needs_side(&self, read: &[impl AsRef<str>]) -> bool {
        self.side.is_some()
            && read.iter().any(|name| self.personal.iter().any(|column| column == name.as_ref()))
    }

    fn plan(&self, main: &Arc<ParquetFiles>, read: &[&str]) -> Result<LogicalPlanBuilder> {
        let joined = self.needs_side(read);
        let mut plan = self.records(main, joined)?;
        if self.kind == StreamKind::Upsert {
            // Built from the smaller side, so that the records themselves stream.
            let newest = self.newest(main)?;
            let (left, right) = (vec![Column::new(Some(NEWEST), AGE)], vec![age()]);
            let left = left.into_iter().map(Expr::Column).collect();
            plan = newest.join_with_expr_keys(plan.build()?, JoinType::RightSemi, (left, right), None)?;
        }
        plan.project(read.iter().map(|name| self.place(name, joined).alias(*name)))
    }

    /// Every record, with its personal columns if asked for.
    fn records(&self, main: &Arc<ParquetFiles>, joined: bool) -> Result<LogicalPlanBuilder> {
        let scan = |name, files: &Arc<ParquetFiles>| {
            let files: Arc<dyn TableProvider> = Arc::clone(files) as _;
            LogicalPlanBuilder::scan(name, provider_as_source(files), None)
        };
        let plan = scan("main", main)?;
        let (true, Some(side)) = (joined, &self.side) else { return Ok(plan) };
        let keys = |table: &str| vec![column(table, SEGMENT), column(table, ROW)];
        scan("side", side)?.join(plan.build()?, JoinType::Right, (keys("side"), keys("main")), None)
    }

    /// The age of the newest record of each key.
    fn newest(&self, main: &Arc<ParquetFiles>) -> Result<LogicalPlanBuilder> {
        let read: Vec<&String> = self.key.iter().chain(&self.order).collect();
        let joined = self.needs_side(&read);
        let key: Vec<Expr> = self.key.iter().map(|name| self.place(name, joined)).collect();
        let newest = match &self.order {
            None => max(age()),
            Some(order) => {
                last_value(age(), vec![self.place(order, joined).sort(true, true), age().sort(true, true)])
            }
        };
        let newest = self.records(main, joined)?.aggregate(key, [newest.alias(AGE)])?;
        newest.project([Expr::Column(Column::from_name(AGE))])?.alias(NEWEST)
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

/// One number per record, higher the newer: the place of its segment, then its row.
fn age() -> Expr {
    Expr::Column(column("main", SEQUENCE)) * lit(1_i64 << 40) + Expr::Column(column("main", ROW))
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
