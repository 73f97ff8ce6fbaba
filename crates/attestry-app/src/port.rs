//! What the use cases need of the outside: a query engine, a typesetter, a clock and randomness.
//!
//! The types mirror what the adapters' crates take, so that this crate names neither of them.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;
use attestry_stats::{Field, Table};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The clock and the source of randomness.
pub trait World: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
    /// Fills the bytes with randomness that nobody can foretell.
    fn randomise(&self, bytes: &mut [u8]);
}

/// Asks questions of tables.
#[async_trait]
pub trait QueryEngine: Send + Sync {
    /// Runs one closed query.
    async fn run(&self, query: Query) -> Result<Answer, QueryFailure>;
    /// Counts a labelled log by its finest cells, in one scan: the `by` columns, `label`, `prediction`, `count`.
    async fn count_cells(&self, query: CellsQuery) -> Result<Table, QueryFailure>;
    /// Encodes records as an immutable file, personal columns apart.
    fn encode_segment(
        &self,
        segment: &str,
        recorded_at: Instant,
        table: &Table,
        personal: &[String],
    ) -> Result<EncodedSegment, QueryFailure>;
    /// Reads a columnar file in pieces.
    fn read_columns(&self, path: &Path, format: FileFormat) -> Result<TableChunks, QueryFailure>;
    /// Reads a stored columnar file in pieces, after making sure that it is the file that was named.
    fn read_object(&self, file: &FileRef, format: FileFormat) -> Result<TableChunks, QueryFailure> {
        let path = file.path.display();
        let bytes = std::fs::read(&file.path)
            .map_err(|error| QueryFailure::Stopped(format!("`{path}` cannot be read: {error}")))?;
        let (found, expected) = (Digest::of(&bytes), file.digest);
        if found != expected {
            return Err(QueryFailure::Stopped(format!(
                "`{path}` is not the file it should be: SHA-256 is {found}, expected {expected}"
            )));
        }
        self.read_columns(&file.path, format)
    }
    /// The canonical form of rows, over which digests are taken.
    fn canonical_rows(&self, table: &Table) -> Vec<u8>;
}

/// Sets documents.
pub trait Typesetter: Send + Sync {
    /// Sets a template with data into a PDF. The same input gives the same bytes.
    fn pdf(&self, document: &Document<'_>) -> Result<Vec<u8>, TypesetFailure>;
}

/// A columnar file in pieces.
pub type TableChunks = Box<dyn Iterator<Item = Result<Table, QueryFailure>> + Send>;

/// A template with its data.
#[derive(Debug)]
pub struct Document<'a> {
    /// Title in the document's properties.
    pub title: &'a str,
    /// The template's main file.
    pub main: &'a str,
    /// Further files it may read, by path.
    pub files: &'a [(&'a str, &'a [u8])],
    /// What it reads as `data.json`.
    pub data: &'a serde_json::Value,
    /// The day it is made from; also its date property.
    pub date: attestry_domain::time::Day,
}

/// One query and everything it may see.
#[derive(Debug, Clone)]
pub struct Query {
    /// The text.
    pub sql: String,
    /// Its tables.
    pub tables: Vec<NamedTable>,
    /// What `now()` gives.
    pub now: Instant,
    /// Rows at most.
    pub rows: usize,
    /// Whether the rows are a complete list of occurrences, with distinct ids.
    pub population: bool,
}

/// A table under a name.
#[derive(Debug, Clone)]
pub struct NamedTable {
    /// The name.
    pub name: String,
    /// Its rows.
    pub source: Source,
}

/// Where rows come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Given here.
    Inline(Table),
    /// Records of a stream.
    Stream {
        /// Declared columns.
        fields: Vec<Field>,
        /// Key columns.
        key: Vec<String>,
        /// Whether the newest of a key counts.
        upsert: bool,
        /// The column by which a record of a key is newer; the later written of equals is.
        order: Option<String>,
        /// Personal columns.
        personal: Vec<String>,
        /// Its files.
        segments: Vec<SegmentFile>,
    },
    /// A prediction log.
    Dataset {
        /// Its file.
        file: FileRef,
        /// Its format.
        format: FileFormat,
    },
}

/// A file of records.
#[derive(Debug, Clone)]
pub struct SegmentFile {
    /// The segment.
    pub segment: String,
    /// The event that names it.
    pub at: u64,
    /// Columns that are not personal.
    pub main: FileRef,
    /// Personal columns.
    pub personal: Option<FileRef>,
}

/// A file with its digest.
#[derive(Debug, Clone)]
pub struct FileRef {
    /// Where it lies.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
}

/// The format of a tabular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Parquet.
    Parquet,
    /// Comma-separated values with a header.
    Csv,
    /// The same, compressed with gzip.
    CsvGzip,
    /// Arrow IPC file.
    Arrow,
}

/// The rows of a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The rows.
    pub table: Table,
    /// Whether there were more than asked for.
    pub truncated: bool,
    /// SHA-256 of their canonical form.
    pub digest: Digest,
}

/// A labelled log and the columns to count it by.
#[derive(Debug, Clone)]
pub struct CellsQuery {
    /// The log.
    pub file: FileRef,
    /// Its format.
    pub format: FileFormat,
    /// The column that says what was true.
    pub label: Option<String>,
    /// The column that says what was predicted.
    pub prediction: Option<String>,
    /// The columns to group by.
    pub by: Vec<String>,
}

/// Records as bytes.
#[derive(Debug, Clone)]
pub struct EncodedSegment {
    /// Columns that are not personal.
    pub main: Vec<u8>,
    /// Personal columns.
    pub personal: Option<Vec<u8>>,
}

/// Why there are no rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QueryFailure {
    /// The query asks for something that is closed or unknown, or does not fit: the asker's to mend.
    #[error("{0}")]
    Asked(String),
    /// A file is not what the ledger says it is, or cannot be read: nothing can be concluded from it.
    #[error("{0}; run `attestry verify`")]
    Damaged(String),
    /// A limit or a fault stopped it.
    #[error("{0}")]
    Stopped(String),
}

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct TypesetFailure(pub String);

impl FileFormat {
    /// The format that a file's name says, if it says one.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let ends = |end: &str| name.ends_with(end);
        match () {
            () if ends(".parquet") => Some(Self::Parquet),
            () if ends(".csv.gz") => Some(Self::CsvGzip),
            () if ends(".csv") => Some(Self::Csv),
            () if ends(".arrow") || ends(".feather") || ends(".ipc") => Some(Self::Arrow),
            () => None,
        }
    }

    /// Its name in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::CsvGzip => "csv_gzip",
            Self::Arrow => "arrow",
        }
    }

    /// The format of that name in events.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Parquet, Self::Csv, Self::CsvGzip, Self::Arrow].into_iter().find(|one| one.as_str() == name)
    }
}
