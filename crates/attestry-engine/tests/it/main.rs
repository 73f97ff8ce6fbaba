//! The engine from outside: what it answers, what it refuses, and that a lost query is only that.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod answers;
mod cells;
mod closed;
mod confined;
mod segments;

use attestry_engine::worker::Worker;
use attestry_engine::{EngineError, FileRef, Limits, Mode, NamedTable, Request, Response, Source, run};
use attestry_stats::{Column, Table};
use sha2::{Digest, Sha256};
use std::path::Path;

const LIMITS: Limits = Limits { rows: 1000, memory_bytes: 64 << 20, seconds: 20 };
/// 2025-01-01T00:00:00.000001Z
const NOW: i64 = 1_735_689_600_000_001;

fn request(sql: &str, tables: Vec<NamedTable>) -> Request {
    Request { sql: sql.to_owned(), tables, now: NOW, limits: LIMITS, mode: Mode::Rows }
}

fn named(name: &str, source: Source) -> NamedTable {
    NamedTable { name: name.to_owned(), source }
}

fn numbers(rows: i64) -> NamedTable {
    let table = Table::new(vec![
        ("x".into(), Column::Integer((0..rows).map(Some).collect())),
        ("s".into(), Column::Text((0..rows).map(|x| Some(format!("text {x}"))).collect())),
    ]);
    named("t", Source::Inline(table.unwrap()))
}

async fn ask(sql: &str) -> Result<Response, EngineError> {
    run(request(sql, vec![numbers(10)])).await
}

fn worker() -> Worker {
    Worker { program: env!("CARGO_BIN_EXE_attestry-engine-worker").into(), args: Vec::new() }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> FileRef {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    FileRef { path, digest: hex::encode(Sha256::digest(bytes)), bytes: bytes.len() as u64 }
}
