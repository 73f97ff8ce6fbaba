//! Files and segments as tables.

use attestry_domain::programme::Programme;
use attestry_stats::{ColumnType, Table};

use super::{Rows, count, date, instant, maybe, text};
use crate::AppError;

pub(super) fn artifacts(programme: &Programme) -> Result<Table, AppError> {
    use ColumnType::{Date, Integer, Text, Timestamp};
    let fields =
        [("artifact", Text), ("name", Text), ("media_type", Text), ("bytes", Integer), ("digest", Text)];
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

pub(super) fn segments(programme: &Programme) -> Result<Table, AppError> {
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
