//! What crosses the query port: a request, its tables and limits, and the answer.

use std::path::PathBuf;

use attestry_stats::{Field, Table};
use serde::{Deserialize, Serialize};

/// One query and everything it may see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// One SQL query.
    pub sql: String,
    /// The tables it may name.
    pub tables: Vec<NamedTable>,
    /// The run's instant, in microseconds since the epoch: what `now()` gives.
    pub now: i64,
    /// Rows, memory and time.
    pub limits: Limits,
    /// What the rows are for.
    pub mode: Mode,
}

/// What the rows are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Rows in the query's order; more than the limit are cut off, and the response says so.
    Rows,
    /// A complete list of occurrences: a text column `id`, no null and no repeat, ordered by it; too many rows are an error.
    Population,
}

/// A table under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedTable {
    /// The name in SQL; lower case unless the query quotes it.
    pub name: String,
    /// Where its rows come from.
    pub source: Source,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Rows in the request itself.
    Inline(Table),
    /// Records of an evidence stream. SQL sees `fields`, then `recorded_at`, `_segment` and `_row`.
    Stream {
        /// The declared columns, personal ones among them.
        fields: Vec<Field>,
        /// The columns that name a record; empty only for append streams without a key.
        key: Vec<String>,
        /// Whether later records replace earlier ones.
        kind: StreamKind,
        /// The column by which a record is newer than another of its key; without it the later written is.
        #[serde(default)]
        order: Option<String>,
        /// Declared columns that live in side objects.
        personal: Vec<String>,
        /// The segments, in any order.
        segments: Vec<SegmentFile>,
    },
    /// A dataset as it came: files of one format and one set of columns.
    Dataset {
        /// The files, read in this order.
        files: Vec<FileRef>,
        /// Their format.
        format: FileFormat,
    },
}

/// How records of one key relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamKind {
    /// Every record counts.
    Append,
    /// The newest record of a key counts: highest in the column `order`, then highest ledger sequence, then highest row.
    Upsert,
}

/// The file format of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Apache Parquet.
    Parquet,
    /// Comma-separated values with a header line.
    Csv,
    /// The same, compressed with gzip.
    CsvGzip,
    /// Arrow IPC file.
    ArrowIpc,
}

/// One segment of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentFile {
    /// The segment's name, as in its column `_segment`.
    pub segment: String,
    /// Ledger sequence of the event that names it.
    pub n: i64,
    /// The declared columns that are not personal.
    pub main: FileRef,
    /// The personal columns; absent when there are none or they were erased.
    pub personal: Option<FileRef>,
}

/// A file and what its bytes must hash to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileRef {
    /// Where it lies on this machine.
    pub path: PathBuf,
    /// SHA-256 of its bytes, in hex.
    pub digest: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// What a query may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Rows in the answer.
    pub rows: usize,
    /// Memory for operators, in bytes.
    pub memory_bytes: usize,
    /// Wall clock and processor time, in seconds.
    pub seconds: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The rows.
    pub table: Table,
    /// How many rows `table` holds.
    pub rows: u64,
    /// Whether the query had more rows than the limit.
    pub truncated: bool,
    /// SHA-256 of the canonical rows, in hex.
    pub digest: String,
}

/// A reduction of a labelled dataset to counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellsRequest {
    /// The dataset.
    pub file: FileRef,
    /// Its format.
    pub format: FileFormat,
    /// The column that holds what was true: 0/1, true/false.
    pub label: Option<String>,
    /// The column that holds what was predicted: 0/1, true/false.
    pub prediction: Option<String>,
    /// The columns to group by.
    pub by: Vec<String>,
    /// Cells, memory and time.
    pub limits: Limits,
}
