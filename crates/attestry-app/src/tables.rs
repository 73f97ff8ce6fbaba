//! The programme as tables, so that everything can be asked in SQL.

use attestry_domain::assess::Readiness;
use attestry_domain::catalog::{Keeping, Stream};
use attestry_domain::id::{Digest, SegmentId};
use attestry_domain::programme::Programme;
use attestry_domain::time::{Day, Instant, Period, midnight, next};
use attestry_stats::{ColumnType, Field, Table, Value};
use jiff::tz::TimeZone;

use crate::port::{FileFormat, FileRef, NamedTable, SegmentFile, Source};
use crate::{AppError, Snapshot, Workspace};

mod ai;
mod control;
mod evidence;
mod scope;

/// Everything a query may name: programme tables, streams and datasets as of the snapshot's N.
///
/// # Errors
/// When a table cannot be put together, which is a fault of the program.
pub fn all(
    workspace: &Workspace,
    snapshot: &Snapshot,
    readiness: Option<&Readiness>,
    period: Period,
) -> Result<Vec<NamedTable>, AppError> {
    let mut tables = programme(snapshot, period)?;
    if let Some(readiness) = readiness {
        tables.push(named("requirement_state", scope::requirement_states(readiness)?));
    }
    for stream in snapshot.catalog.streams.values() {
        tables.push(stream_table(workspace, snapshot, stream));
    }
    for dataset in snapshot.programme.datasets.values() {
        let Some(format) = FileFormat::parse(&dataset.value.format) else { continue };
        let file = file_ref(workspace, dataset.value.object.digest, dataset.value.object.bytes);
        let source = Source::Dataset { file, format };
        tables.push(NamedTable { name: dataset.value.name.clone(), source });
    }
    Ok(tables)
}

/// The tables as one query needs them: what its text cannot name keeps its name and loses its rows.
///
/// A plain name is in the text of every query that reads the table; other names can be written in several ways, so
/// their tables stay whole.
pub fn for_query(tables: &[NamedTable], sql: &str) -> Vec<NamedTable> {
    let text = sql.to_ascii_lowercase();
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let read = |table: &&NamedTable| !plain(&table.name) || text.contains(&table.name.to_ascii_lowercase());
    let narrowed = |table: &NamedTable| match Some(table).filter(read) {
        Some(table) => table.clone(),
        None => named(&table.name, Table::default()),
    };
    tables.iter().map(narrowed).collect()
}

fn named(name: &str, table: Table) -> NamedTable {
    NamedTable { name: name.to_owned(), source: Source::Inline(table) }
}

/// A stream's segments as of the snapshot's N.
pub fn stream_table(workspace: &Workspace, snapshot: &Snapshot, stream: &Stream) -> NamedTable {
    let state = snapshot.programme.streams.get(&stream.id);
    let segments = state.into_iter().flat_map(|state| state.segments.iter());
    let segments = segments.filter_map(|id| segment_file(workspace, &snapshot.programme, id)).collect();
    let personal = stream.columns.iter().filter(|column| column.personal);
    let source = Source::Stream {
        fields: stream.columns.iter().map(|column| Field::new(&column.name, column.kind)).collect(),
        key: stream.key.clone(),
        upsert: stream.keeping == Keeping::Upsert,
        order: Some(stream.event_time.clone()),
        personal: personal.map(|column| column.name.clone()).collect(),
        segments,
    };
    NamedTable { name: stream.id.to_string(), source }
}

fn segment_file(workspace: &Workspace, programme: &Programme, id: &SegmentId) -> Option<SegmentFile> {
    let segment = programme.segments.get(id)?;
    let file = |object: &attestry_domain::event::ObjectRef| file_ref(workspace, object.digest, object.bytes);
    Some(SegmentFile {
        segment: id.to_string(),
        at: segment.at,
        main: file(&segment.value.main),
        personal: segment.value.personal.as_ref().map(file),
    })
}

pub(crate) fn file_ref(workspace: &Workspace, digest: Digest, bytes: u64) -> FileRef {
    FileRef { path: workspace.app().store.objects().path(digest), digest, bytes }
}

/// Builds a table row by row.
struct Rows(Table);

impl Rows {
    fn new(fields: &[(&str, ColumnType)]) -> Self {
        Self(Table::empty(fields.iter().map(|(name, kind)| Field::new(*name, *kind)).collect()))
    }

    fn add(&mut self, row: Vec<Value>) -> Result<(), AppError> {
        self.0.push_row(row).map_err(|error| AppError::Catalog(error.to_string()))
    }
}

fn text(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}

fn maybe<T>(value: Option<T>, wrap: impl Fn(T) -> Value) -> Value {
    value.map_or(Value::Null, wrap)
}

fn instant(at: Instant) -> Value {
    Value::Timestamp(at.micros())
}

fn date(day: Day) -> Value {
    let epoch = jiff::civil::date(1970, 1, 1);
    Value::Date(epoch.until(day).map_or(0, |span| span.get_days()))
}

fn count(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Every day of the period with its first instant and the first instant after it.
fn calendar(period: Period, zone: &TimeZone) -> Result<Table, AppError> {
    use ColumnType::{Date, Timestamp};
    let mut rows = Rows::new(&[("day", Date), ("start_at", Timestamp), ("end_at", Timestamp)]);
    for day in period.days() {
        rows.add(vec![date(day), instant(midnight(day, zone)), instant(midnight(next(day), zone))])?;
    }
    Ok(rows.0)
}

/// The tables of the programme itself. `expected_occurrence` and `calendar` hold what the period is about.
///
/// # Errors
/// When a table cannot be put together, which is a fault of the program.
pub fn programme(snapshot: &Snapshot, period: Period) -> Result<Vec<NamedTable>, AppError> {
    let Snapshot { programme, catalog: _ } = snapshot;
    let zone = programme.zone();
    Ok(vec![
        named("framework", scope::frameworks(snapshot)?),
        named("requirement", scope::requirements(snapshot)?),
        named("mapping", scope::mappings(snapshot)?),
        named("control", control::controls(snapshot)?),
        named("attestation", control::attestations(programme)?),
        named("expected_occurrence", control::expected(programme, period, &zone)?),
        named("calendar", calendar(period, &zone)?),
        named("person", scope::people(programme)?),
        named("artifact", evidence::artifacts(programme)?),
        named("segment", evidence::segments(programme)?),
        named("test_run", control::runs(programme)?),
        named("ai_system", ai::systems(programme)?),
        named("ai_deployment", ai::deployments(programme, &zone)?),
        named("ai_assessment", ai::assessments(programme, &zone)?),
        named("threshold", ai::thresholds(programme)?),
    ])
}
