//! Controls, what they owe, what was done and what tests found, as tables.

use attestry_domain::assess::expected_occurrences;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::programme::Programme;
use attestry_domain::time::{Period, midnight, next};
use attestry_stats::{ColumnType, Table, Value};
use jiff::tz::TimeZone;

use super::{Rows, count, date, instant, maybe, text};
use crate::{AppError, Snapshot};

/// Cadence and grace are those of the procedure in force when the newest event was recorded.
pub(super) fn controls(snapshot: &Snapshot) -> Result<Table, AppError> {
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
    let programme = &snapshot.programme;
    let today = programme.recorded_at.map(|at| at.day(&programme.zone()));
    for (id, control) in &programme.controls {
        let known = snapshot.catalog.controls.get(id);
        let procedure = today.and_then(|day| control.procedure_on(day));
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

pub(super) fn attestations(programme: &Programme) -> Result<Table, AppError> {
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
pub(super) fn expected(programme: &Programme, period: Period, zone: &TimeZone) -> Result<Table, AppError> {
    use ColumnType::{Text, Timestamp};
    let fields =
        [("control", Text), ("window_start", Timestamp), ("window_end", Timestamp), ("due_at", Timestamp)];
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

pub(super) fn runs(programme: &Programme) -> Result<Table, AppError> {
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
            RunOutcome::Ran { population, exceptions, .. } => {
                (count(*population), count(*exceptions), Value::Null)
            }
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
