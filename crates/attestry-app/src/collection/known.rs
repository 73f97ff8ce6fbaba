//! The newest records of streams by key, for collectors that say again only what changed.

use std::collections::HashMap;

use attestry_domain::id::StreamId;

use crate::evidence::{cell_text, record_fields, segment};
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
                    let key = stream
                        .key
                        .iter()
                        .map(|column| cell_text(&table.value(row, column)).unwrap_or_default())
                        .collect();
                    known.0.insert(((*name).to_owned(), key), record_fields(&table, row));
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
