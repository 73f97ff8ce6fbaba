//! Reads canonical rows back from their object.

use std::sync::Arc;

use attestry_domain::id::Digest;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{AppError, Workspace};

pub(crate) use bounded::Bounded;

mod bounded;

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
        Self::first(bytes, usize::MAX)
    }

    /// As [`Self::parse`], but the first `n` rows only; what follows is not looked at.
    ///
    /// # Errors
    /// When the bytes up to there are no such form.
    pub fn first(bytes: &[u8], n: usize) -> Result<Self, AppError> {
        let damaged = |error: serde_json::Error| AppError::Catalog(format!("stored rows: {error}"));
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let columns = serde_json::from_slice(lines.next().unwrap_or(b"[]")).map_err(damaged)?;
        let mut rows = Vec::new();
        for line in lines.take(n) {
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
        let cells = rows.columns.len().saturating_mul(rows.rows.len());
        self.cache().rows.keep(*digest, cells, rows.clone());
        Ok(rows)
    }

    /// The first `n` rows of an object in canonical form, without reading on and without keeping them.
    ///
    /// # Errors
    /// When it is not there, damaged, or no such form.
    pub async fn first_rows(&self, digest: &Digest, n: usize) -> Result<StoredRows, AppError> {
        StoredRows::first(&self.object(digest).await?, n)
    }
}

/// The rows that were asked for last.
pub(crate) type RowsCache = Bounded<Digest, StoredRows, 2_000_000>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_read_without_those_after_them() {
        let bytes = b"[[\"id\",\"text\"],[\"n\",\"integer\"]]\n[\"a\",1]\n[null,2]\nthis is no row\n";
        let first = StoredRows::first(bytes, 2).unwrap();
        assert_eq!(first.rows.len(), 2);
        assert_eq!(first.cell(&first.rows[0], "n"), Some("1"));
        assert_eq!(first.cell(&first.rows[1], "id"), None);
        assert!(StoredRows::parse(bytes).is_err(), "all of them are read and one is damaged");
        assert!(StoredRows::first(bytes, 0).unwrap().rows.is_empty());
    }
}
