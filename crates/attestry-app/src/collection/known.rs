//! The newest records of streams by key, for collectors that say again only what changed.

use std::collections::HashMap;

use attestry_domain::id::StreamId;
use attestry_domain::time::Instant;
use attestry_stats::{Table, Value};

use crate::evidence::segment;
use crate::import::foreign::Fields;
use crate::{AppError, Workspace};

/// Newest records by stream and key.
#[derive(Debug, Default)]
pub struct Known(HashMap<(String, Vec<String>), Fields>);

impl Known {
    /// Reads the newest records of streams as they are now.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub async fn read(workspace: &Workspace, streams: &[&str]) -> Result<Self, AppError> {
        let snapshot = workspace.follow().await?;
        let mut known = Self::default();
        for name in streams {
            let id: StreamId = name.parse().map_err(|_| AppError::unknown("stream", name))?;
            let (Some(stream), Some(state)) =
                (snapshot.catalog.streams.get(&id), snapshot.programme.streams.get(&id))
            else {
                continue;
            };
            for sealed in state.segments.iter().filter_map(|id| snapshot.programme.segments.get(id)) {
                let table = segment::read(workspace, stream, &sealed.value)?;
                for row in 0..table.len() {
                    let key = stream.key.iter().map(|column| shown(&table.value(row, column))).collect();
                    known.0.insert(((*name).to_owned(), key), fields(&table, row));
                }
            }
        }
        Ok(known)
    }

    /// The newest record of a stream under a key.
    pub fn newest(&self, stream: &str, key: &[&str]) -> Option<Fields> {
        let key = key.iter().map(|part| (*part).to_owned()).collect();
        self.0.get(&(stream.to_owned(), key)).cloned()
    }
}

fn fields(table: &Table, row: usize) -> Fields {
    let names = table.fields().iter().map(|field| field.name.as_str());
    names.fold(Fields::default(), |fields, name| match table.value(row, name) {
        Value::Null => fields,
        Value::Integer(number) => fields.with(name, number),
        Value::Float(number) => fields.with(name, number),
        Value::Boolean(truth) => fields.with(name, truth),
        other => fields.with(name, shown(&other)),
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Timestamp(micros) => Instant::from_micros(*micros).to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Date(days) => crate::ingest::check::day(*days).to_string(),
        Value::Null => String::new(),
    }
}
