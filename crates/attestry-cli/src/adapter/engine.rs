//! Queries through DataFusion: in this process, or each in a child process that can be lost.

use std::path::Path;

use async_trait::async_trait;
use attestry_app::port::{
    Answer, CellsQuery, EncodedSegment, FileFormat, FileRef, Query, QueryEngine, QueryFailure, SegmentFile,
    Source, TableChunks,
};
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;
use attestry_engine::worker::Worker;
use attestry_engine::{CellsRequest, EngineError, Limits, Mode, Request, Response, StreamKind};
use attestry_stats::Table;

/// Runs queries within limits.
#[derive(Debug, Clone)]
pub struct Engine {
    worker: Option<Worker>,
    limits: Limits,
}

impl Engine {
    /// Most rows of an answer, unless limited otherwise.
    pub const ROWS: usize = 200_000;
    /// Most memory of a query, in MiB.
    pub const MEBIBYTES: usize = 1024;
    /// Most time of a query, in seconds.
    pub const SECONDS: usize = 60;

    /// Runs queries in this process: right for a person's own command line.
    pub fn in_process() -> Self {
        let memory_bytes = Self::MEBIBYTES << 20;
        Self {
            worker: None,
            limits: Limits { rows: Self::ROWS, memory_bytes, seconds: Self::SECONDS as u64 },
        }
    }

    /// Runs each query in a child process of the given worker: right for a server.
    pub fn with_worker(worker: Worker) -> Self {
        Self { worker: Some(worker), ..Self::in_process() }
    }

    /// The same engine with other limits: rows of an answer, bytes of memory, seconds.
    pub fn limited(self, rows: usize, memory_bytes: usize, seconds: u64) -> Self {
        Self { limits: Limits { rows, memory_bytes, seconds }, ..self }
    }

    async fn answer(&self, request: Request) -> Result<Response, EngineError> {
        match &self.worker {
            Some(worker) => worker.run(request).await,
            None => attestry_engine::run(request).await,
        }
    }
}

#[async_trait]
impl QueryEngine for Engine {
    async fn run(&self, query: Query) -> Result<Answer, QueryFailure> {
        let limits = Limits { rows: query.rows.min(self.limits.rows), ..self.limits };
        let mode = if query.population { Mode::Population } else { Mode::Rows };
        let tables = query.tables.into_iter().map(named).collect();
        let request = Request { sql: query.sql, tables, now: query.now.micros(), limits, mode };
        let Response { table, truncated, digest, .. } = self.answer(request).await.map_err(failure)?;
        let digest: Digest =
            digest.parse().map_err(|error| QueryFailure::Stopped(format!("the engine: {error}")))?;
        Ok(Answer { table, truncated, digest })
    }

    async fn count_cells(&self, query: CellsQuery) -> Result<Table, QueryFailure> {
        let request = CellsRequest {
            file: file(query.file),
            format: format(query.format),
            label: query.label,
            prediction: query.prediction,
            by: query.by,
            limits: self.limits,
        };
        let counted = match &self.worker {
            Some(worker) => worker.count_cells(request).await,
            None => attestry_engine::count_cells(request).await,
        };
        counted.map_err(failure)
    }

    fn encode_segment(
        &self,
        segment: &str,
        recorded_at: Instant,
        table: &Table,
        personal: &[String],
    ) -> Result<EncodedSegment, QueryFailure> {
        let encoded = attestry_engine::encode_segment(segment, recorded_at.micros(), table, personal);
        let attestry_engine::EncodedSegment { main, personal, .. } = encoded.map_err(failure)?;
        Ok(EncodedSegment { main, personal })
    }

    fn read_columns(&self, path: &Path, format: FileFormat) -> Result<TableChunks, QueryFailure> {
        match format {
            FileFormat::Parquet => {
                let chunks = attestry_engine::parquet_chunks(path).map_err(given)?;
                Ok(Box::new(chunks.map(|chunk| chunk.map_err(given))))
            }
            FileFormat::Arrow => {
                let chunks = attestry_engine::arrow_chunks(path).map_err(given)?;
                Ok(Box::new(chunks.map(|chunk| chunk.map_err(given))))
            }
            FileFormat::Csv | FileFormat::CsvGzip => {
                let path = path.display();
                Err(QueryFailure::Asked(format!(
                    "`{path}` is read as text, not as columns; ingest it as CSV"
                )))
            }
        }
    }

    fn read_object(&self, file: &FileRef, format: FileFormat) -> Result<TableChunks, QueryFailure> {
        attestry_engine::verify(&self::file(file.clone())).map_err(failure)?;
        self.read_columns(&file.path, format)
    }

    fn canonical_rows(&self, table: &Table) -> Vec<u8> {
        attestry_engine::canonical_rows(table)
    }
}

fn named(table: attestry_app::port::NamedTable) -> attestry_engine::NamedTable {
    let source = match table.source {
        Source::Inline(table) => attestry_engine::Source::Inline(table),
        Source::Stream { fields, key, upsert, order, personal, segments } => {
            let kind = if upsert { StreamKind::Upsert } else { StreamKind::Append };
            let segments = segments.into_iter().map(segment).collect();
            attestry_engine::Source::Stream { fields, key, kind, order, personal, segments }
        }
        Source::Dataset { file: one, format: of } => {
            attestry_engine::Source::Dataset { files: vec![file(one)], format: format(of) }
        }
    };
    attestry_engine::NamedTable { name: table.name, source }
}

fn segment(segment: SegmentFile) -> attestry_engine::SegmentFile {
    attestry_engine::SegmentFile {
        segment: segment.segment,
        n: i64::try_from(segment.at).unwrap_or(i64::MAX),
        main: file(segment.main),
        personal: segment.personal.map(file),
    }
}

fn file(file: FileRef) -> attestry_engine::FileRef {
    attestry_engine::FileRef { path: file.path, digest: file.digest.to_string(), bytes: file.bytes }
}

const fn format(format: FileFormat) -> attestry_engine::FileFormat {
    match format {
        FileFormat::Parquet => attestry_engine::FileFormat::Parquet,
        FileFormat::Csv => attestry_engine::FileFormat::Csv,
        FileFormat::CsvGzip => attestry_engine::FileFormat::CsvGzip,
        FileFormat::Arrow => attestry_engine::FileFormat::ArrowIpc,
    }
}

/// A file that somebody gave cannot be read: theirs to mend.
fn given(error: EngineError) -> QueryFailure {
    let help = if matches!(error, EngineError::File { .. }) { "; fetch it or write it again" } else { "" };
    QueryFailure::Asked(format!("{error}{help}"))
}

/// What the asker can mend, what is damaged, and what stopped the machine.
fn failure(error: EngineError) -> QueryFailure {
    let words = error.to_string();
    match error {
        EngineError::Digest { .. } | EngineError::File { .. } => QueryFailure::Damaged(words),
        EngineError::Stopped(_) | EngineError::Worker(_) => QueryFailure::Stopped(words),
        _ => QueryFailure::Asked(words),
    }
}
