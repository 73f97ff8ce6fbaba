//! Reads canonical rows back from their object.

use std::sync::{Arc, Mutex, PoisonError};

use attestry_domain::id::Digest;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{AppError, Workspace};

/// Rows as they were stored, every cell as text.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StoredRows {
    /// Column names and types.
    pub columns: Vec<(String, String)>,
    /// The rows; `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
}

impl StoredRows {
    /// Reads the canonical form: a line of column names and types, then a line a row.
    ///
    /// # Errors
    /// When the bytes are no such form.
    pub fn parse(bytes: &[u8]) -> Result<Self, AppError> {
        let damaged = |error: serde_json::Error| AppError::Catalog(format!("stored rows: {error}"));
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let columns = serde_json::from_slice(lines.next().unwrap_or(b"[]")).map_err(damaged)?;
        let mut rows = Vec::new();
        for line in lines {
            let cells: Vec<Json> = serde_json::from_slice(line).map_err(damaged)?;
            rows.push(cells.into_iter().map(cell).collect());
        }
        Ok(Self { columns, rows })
    }

    /// The position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| column == name)
    }

    /// The cell of a row in a named column.
    pub fn cell<'a>(&self, row: &'a [Option<String>], name: &str) -> Option<&'a str> {
        row.get(self.position(name)?)?.as_deref()
    }
}

fn cell(value: Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

impl Workspace {
    /// The rows of an object in canonical form. Kept for the next who asks: an object never changes.
    ///
    /// # Errors
    /// When it is not there, damaged, or no such form.
    pub async fn stored_rows(&self, digest: &Digest) -> Result<Arc<StoredRows>, AppError> {
        if let Some(rows) = self.cache().rows.lookup(digest) {
            return Ok(rows);
        }
        let rows = Arc::new(StoredRows::parse(&self.object(digest).await?)?);
        self.cache().rows.keep(*digest, rows.clone());
        Ok(rows)
    }
}

/// The rows that were asked for last.
#[derive(Default)]
pub(crate) struct RowsCache(Mutex<Vec<(Digest, Arc<StoredRows>)>>);

/// How many objects' rows are kept.
const KEPT: usize = 48;

impl RowsCache {
    fn lookup(&self, digest: &Digest) -> Option<Arc<StoredRows>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == digest).map(|(_, rows)| rows.clone())
    }

    fn keep(&self, digest: Digest, rows: Arc<StoredRows>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((digest, rows));
    }
}
