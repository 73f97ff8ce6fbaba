//! AI systems and their assessments as tables.

use attestry_domain::event::AssessmentKind;
use attestry_domain::programme::Programme;
use attestry_domain::time::midnight;
use attestry_stats::{ColumnType, Table, Value};
use jiff::tz::TimeZone;

use super::{Rows, date, instant, maybe, text};
use crate::AppError;

pub(super) fn systems(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Text, Timestamp};
    let fields = [("system", Text), ("name", Text), ("role", Text), ("purpose", Text)];
    let live = [("in_production_from", Timestamp), ("in_production_to", Timestamp)];
    let mut rows = Rows::new(&[&fields[..], &live].concat());
    for (id, system) in &programme.systems {
        let in_production =
            || system.deployments.iter().map(|one| &one.value).filter(|one| one.environment == "production");
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

pub(super) fn deployments(programme: &Programme, zone: &TimeZone) -> Result<Table, AppError> {
    use ColumnType::{Date, Text, Timestamp};
    let fields = [("system", Text), ("name", Text), ("version", Text), ("environment", Text)];
    let times = [("deployed_at", Timestamp), ("ended_at", Timestamp), ("recorded_at", Timestamp)];
    let mut rows = Rows::new(&[&fields[..], &times, &[("deployed_on", Date)]].concat());
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
                date(one.value.deployed_at.day(zone)),
            ])?;
        }
    }
    Ok(rows.0)
}

/// `conducted_at` is the first instant of the day on which the assessment was conducted.
pub(super) fn assessments(programme: &Programme, zone: &TimeZone) -> Result<Table, AppError> {
    use ColumnType::{Date, Integer, Text, Timestamp};
    let mut rows = Rows::new(&[
        ("assessment", Text),
        ("system", Text),
        ("version", Text),
        ("kind", Text),
        ("conducted_at", Timestamp),
        ("submitted_at", Timestamp),
        ("approved_at", Timestamp),
        ("approved_on", Date),
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
            maybe(one.approved.as_ref(), |approved| date(approved.recorded_at.day(zone))),
            maybe(verdict.as_ref().and_then(serde_json::Value::as_str), text),
            maybe(bias, |bias| text(&bias.worst_group)),
            maybe(bias.and_then(|bias| bias.worst_ratio_ppm), Value::Integer),
            maybe(bias, |bias| Value::Integer(bias.threshold_ppm)),
        ])?;
    }
    Ok(rows.0)
}

pub(super) fn thresholds(programme: &Programme) -> Result<Table, AppError> {
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
