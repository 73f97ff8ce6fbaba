//! The programme as tables, so that everything can be asked in SQL.

use attestry_domain::assess::{Readiness, expected_occurrences};
use attestry_domain::catalog::{Keeping, Stream};
use attestry_domain::event::AssessmentKind;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::{Digest, SegmentId};
use attestry_domain::programme::Programme;
use attestry_domain::time::{Day, Instant, Period, midnight, next};
use attestry_stats::{ColumnType, Field, Table, Value};
use jiff::tz::TimeZone;

use crate::port::{FileFormat, FileRef, NamedTable, SegmentFile, Source};
use crate::{AppError, Snapshot, Workspace};

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
        tables.push(named("requirement_state", requirement_states(readiness)?));
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

/// The tables of the programme itself. `expected_occurrence` holds what falls due in the period.
///
/// # Errors
/// When a table cannot be put together, which is a fault of the program.
pub fn programme(snapshot: &Snapshot, period: Period) -> Result<Vec<NamedTable>, AppError> {
    let Snapshot { programme, catalog: _ } = snapshot;
    let zone = programme.zone();
    Ok(vec![
        named("framework", frameworks(snapshot)?),
        named("requirement", requirements(snapshot)?),
        named("mapping", mappings(snapshot)?),
        named("control", controls(snapshot)?),
        named("attestation", attestations(programme)?),
        named("expected_occurrence", expected(programme, period, &zone)?),
        named("person", people(programme)?),
        named("artifact", artifacts(programme)?),
        named("segment", segments(programme)?),
        named("test_run", runs(programme)?),
        named("ai_system", systems(programme)?),
        named("ai_deployment", deployments(programme)?),
        named("ai_assessment", assessments(programme, &zone)?),
        named("threshold", thresholds(programme)?),
    ])
}

fn frameworks(snapshot: &Snapshot) -> Result<Table, AppError> {
    let mut rows = Rows::new(&[("framework", ColumnType::Text), ("title", ColumnType::Text), ("categories", ColumnType::Text)]);
    for (id, adoption) in &snapshot.programme.frameworks {
        let title = snapshot.catalog.frameworks.get(id).map_or("", |framework| framework.title.as_str());
        let categories: Vec<&str> = adoption.categories.iter().map(String::as_str).collect();
        rows.add(vec![text(id), text(title), text(categories.join(","))])?;
    }
    Ok(rows.0)
}

fn requirements(snapshot: &Snapshot) -> Result<Table, AppError> {
    use ColumnType::{Boolean, Text};
    let fields = [("requirement", Text), ("framework", Text), ("kind", Text), ("title", Text), ("category", Text)];
    let mut rows = Rows::new(&[&fields[..], &[("assessable", Boolean), ("excluded_because", Text)]].concat());
    for requirement in snapshot.catalog.requirements.values() {
        let excluded = snapshot.programme.exclusions.get(&requirement.id).map(|one| one.value.clone());
        rows.add(vec![
            text(&requirement.id),
            text(requirement.id.framework()),
            text(&requirement.kind),
            text(&requirement.title),
            maybe(requirement.category.as_ref(), text),
            Value::Boolean(requirement.assessable),
            maybe(excluded, Value::Text),
        ])?;
    }
    Ok(rows.0)
}

fn mappings(snapshot: &Snapshot) -> Result<Table, AppError> {
    use ColumnType::{Boolean, Text};
    let fields = [("control", Text), ("requirement", Text), ("kind", Text), ("key", Boolean), ("rationale", Text)];
    let mut rows = Rows::new(&fields);
    for control in snapshot.catalog.controls.values() {
        for mapping in &control.mappings {
            let key = Value::Boolean(mapping.kind.is_key());
            let row = vec![text(&control.id), text(&mapping.requirement), text(mapping.kind.as_str()), key];
            rows.add([row, vec![text(&mapping.rationale)]].concat())?;
        }
    }
    Ok(rows.0)
}

fn controls(snapshot: &Snapshot) -> Result<Table, AppError> {
    use ColumnType::{Boolean, Date, Integer, Text};
    let mut rows = Rows::new(&[
        ("control", Text),
        ("title", Text),
        ("family", Text),
        ("cadence", Text),
        ("grace_days", Integer),
        ("applicable", Boolean),
        ("owner", Text),
        ("procedure_from", Date),
    ]);
    for (id, control) in &snapshot.programme.controls {
        let known = snapshot.catalog.controls.get(id);
        let procedure = control.procedures.last();
        let cadence = procedure.map(|one| one.cadence).or(known.map(|one| one.cadence));
        rows.add(vec![
            text(id),
            text(known.map_or("", |one| one.title.as_str())),
            text(known.map_or("", |one| one.family.as_str())),
            maybe(cadence, |cadence| text(cadence.as_str())),
            maybe(procedure, |one| Value::Integer(i64::from(one.grace_days))),
            maybe(control.applicability.as_ref(), |one| Value::Boolean(one.value.0)),
            maybe(control.owners.last(), |one| text(one.value)),
            maybe(procedure.and_then(|one| one.approved.as_ref()), |one| date(one.value)),
        ])?;
    }
    Ok(rows.0)
}

fn attestations(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Date, Text, Timestamp};
    let mut rows = Rows::new(&[
        ("attestation", Text),
        ("control", Text),
        ("window_start", Date),
        ("window_end", Date),
        ("performed_on", Date),
        ("recorded_at", Timestamp),
        ("artifact", Text),
        ("by", Text),
    ]);
    for control in programme.controls.values() {
        for one in &control.attestations {
            rows.add(vec![
                text(one.value.attestation),
                text(&one.value.control),
                maybe(one.value.window, |window| date(window.from())),
                maybe(one.value.window, |window| date(window.to())),
                date(one.value.performed_on),
                instant(one.recorded_at),
                maybe(one.value.artifact, text),
                maybe(one.by.person(), text),
            ])?;
        }
    }
    Ok(rows.0)
}

/// `due_at` is the last microsecond in which the occurrence is in time, so that it lies in the period of its due day.
fn expected(programme: &Programme, period: Period, zone: &TimeZone) -> Result<Table, AppError> {
    use ColumnType::{Text, Timestamp};
    let fields = [("control", Text), ("window_start", Timestamp), ("window_end", Timestamp), ("due_at", Timestamp)];
    let mut rows = Rows::new(&fields);
    for (id, control) in &programme.controls {
        for one in expected_occurrences(control, period) {
            let due = midnight(next(one.due_on), zone).micros().saturating_sub(1);
            let (start, end) = (one.window.start_at(zone), one.window.end_at(zone));
            rows.add(vec![text(id), instant(start), instant(end), Value::Timestamp(due)])?;
        }
    }
    Ok(rows.0)
}

fn people(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::Text;
    let mut rows = Rows::new(&[("person", Text), ("name", Text), ("email", Text), ("roles", Text)]);
    for (id, person) in &programme.people {
        let described = person.described.as_ref();
        let roles: Vec<&str> = person.roles.keys().map(|role| role.as_str()).collect();
        let (name, email) = (described.map(|one| &one.name), described.map(|one| &one.email));
        rows.add(vec![text(id), maybe(name, text), maybe(email, text), text(roles.join(","))])?;
    }
    Ok(rows.0)
}

fn artifacts(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Date, Integer, Text, Timestamp};
    let fields = [("artifact", Text), ("name", Text), ("media_type", Text), ("bytes", Integer), ("digest", Text)];
    let mut rows = Rows::new(&[&fields[..], &[("captured_on", Date), ("recorded_at", Timestamp)]].concat());
    for (id, one) in &programme.artifacts {
        let object = &one.value.object;
        rows.add(vec![
            text(id),
            text(&one.value.name),
            text(&one.value.media_type),
            count(object.bytes),
            text(object.digest),
            maybe(one.value.captured_on, date),
            instant(one.recorded_at),
        ])?;
    }
    Ok(rows.0)
}

fn segments(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Integer, Text, Timestamp};
    let mut rows = Rows::new(&[
        ("segment", Text),
        ("stream", Text),
        ("source", Text),
        ("rows", Integer),
        ("repeated", Integer),
        ("first_at", Timestamp),
        ("last_at", Timestamp),
        ("recorded_at", Timestamp),
        ("event", Integer),
    ]);
    for (id, one) in &programme.segments {
        rows.add(vec![
            text(id),
            text(&one.value.stream),
            text(&one.value.source),
            count(one.value.rows),
            count(one.value.repeated),
            maybe(one.value.occurred, |(first, _)| instant(first)),
            maybe(one.value.occurred, |(_, last)| instant(last)),
            instant(one.recorded_at),
            count(one.at),
        ])?;
    }
    Ok(rows.0)
}

fn runs(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Date, Integer, Text, Timestamp};
    let mut rows = Rows::new(&[
        ("run", Text),
        ("test", Text),
        ("control", Text),
        ("period_from", Date),
        ("period_to", Date),
        ("population", Integer),
        ("exceptions", Integer),
        ("not_tested_because", Text),
        ("at_event", Integer),
        ("recorded_at", Timestamp),
    ]);
    for (id, run) in &programme.runs {
        let (population, exceptions, why) = match &run.value.outcome {
            RunOutcome::Ran { population, exceptions, .. } => (count(*population), count(*exceptions), Value::Null),
            RunOutcome::NotTested { reason } => (Value::Null, Value::Null, text(reason)),
        };
        rows.add(vec![
            text(id),
            text(&run.value.test),
            text(&run.value.control),
            date(run.value.period.from()),
            date(run.value.period.to()),
            population,
            exceptions,
            why,
            count(run.value.at),
            instant(run.recorded_at),
        ])?;
    }
    Ok(rows.0)
}

fn systems(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Text, Timestamp};
    let fields = [("system", Text), ("name", Text), ("role", Text), ("purpose", Text)];
    let live = [("in_production_from", Timestamp), ("in_production_to", Timestamp)];
    let mut rows = Rows::new(&[&fields[..], &live].concat());
    for (id, system) in &programme.systems {
        let in_production = || system.deployments.iter().map(|one| &one.value).filter(|one| one.environment == "production");
        let from = in_production().map(|one| one.deployed_at).min();
        let ended = in_production().next_back().and_then(|one| one.ended_at);
        let registered = &system.registered.value;
        let role = serde_json::to_value(registered.role).ok();
        rows.add(vec![
            text(id),
            text(&registered.name),
            text(role.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default()),
            text(&registered.purpose),
            maybe(from, instant),
            maybe(ended, instant),
        ])?;
    }
    Ok(rows.0)
}

fn deployments(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Text, Timestamp};
    let fields = [("system", Text), ("name", Text), ("version", Text), ("environment", Text)];
    let times = [("deployed_at", Timestamp), ("ended_at", Timestamp), ("recorded_at", Timestamp)];
    let mut rows = Rows::new(&[&fields[..], &times].concat());
    for (id, system) in &programme.systems {
        for one in &system.deployments {
            rows.add(vec![
                text(id),
                text(&system.registered.value.name),
                text(&one.value.version),
                text(&one.value.environment),
                instant(one.value.deployed_at),
                maybe(one.value.ended_at, instant),
                instant(one.recorded_at),
            ])?;
        }
    }
    Ok(rows.0)
}

/// `conducted_at` is the first instant of the day on which the assessment was conducted.
fn assessments(programme: &Programme, zone: &TimeZone) -> Result<Table, AppError> {
    use ColumnType::{Integer, Text, Timestamp};
    let mut rows = Rows::new(&[
        ("assessment", Text),
        ("system", Text),
        ("version", Text),
        ("kind", Text),
        ("conducted_at", Timestamp),
        ("submitted_at", Timestamp),
        ("approved_at", Timestamp),
        ("verdict", Text),
        ("worst_group", Text),
        ("worst_ratio_ppm", Integer),
        ("threshold_ppm", Integer),
    ]);
    for (id, one) in &programme.assessments {
        let submitted = &one.submitted.value;
        let bias = submitted.bias.as_ref();
        let verdict = bias.and_then(|bias| serde_json::to_value(bias.verdict).ok());
        rows.add(vec![
            text(id),
            text(submitted.system),
            maybe(submitted.version.as_ref(), text),
            text(if submitted.kind == AssessmentKind::Bias { "bias" } else { "impact" }),
            instant(midnight(submitted.conducted_on, zone)),
            instant(one.submitted.recorded_at),
            maybe(one.approved.as_ref(), |approved| instant(approved.recorded_at)),
            maybe(verdict.as_ref().and_then(serde_json::Value::as_str), text),
            maybe(bias, |bias| text(&bias.worst_group)),
            maybe(bias.and_then(|bias| bias.worst_ratio_ppm), Value::Integer),
            maybe(bias, |bias| Value::Integer(bias.threshold_ppm)),
        ])?;
    }
    Ok(rows.0)
}

fn thresholds(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Integer, Text, Timestamp};
    let fields = [("system", Text), ("metric", Text), ("value_ppm", Integer), ("approved_at", Timestamp)];
    let mut rows = Rows::new(&fields);
    for (id, system) in &programme.systems {
        for (metric, values) in &system.thresholds {
            for one in values {
                rows.add(vec![text(id), text(metric), Value::Integer(one.value), instant(one.recorded_at)])?;
            }
        }
    }
    Ok(rows.0)
}

fn requirement_states(readiness: &Readiness) -> Result<Table, AppError> {
    use ColumnType::Text;
    let mut rows = Rows::new(&[("requirement", Text), ("design", Text), ("operation", Text)]);
    for one in readiness.frameworks.iter().flat_map(|framework| &framework.requirements) {
        let operation = maybe(one.operation, |operation| text(operation.as_str()));
        rows.add(vec![text(&one.id), text(one.design.as_str()), operation])?;
    }
    Ok(rows.0)
}
