//! What can go wrong with a query, in words a person can act on.

use datafusion::error::DataFusionError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a query or a reading did not give rows. Crosses the worker boundary.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineError {
    /// The text asks for something that is closed.
    #[error("the query is refused: {0}")]
    Refused(String),
    /// A table that the request does not hold.
    #[error("there is no table `{name}`; known tables: {}", known.join(", "))]
    UnknownTable {
        /// The name in the query.
        name: String,
        /// Names that can be asked, sorted.
        known: Vec<String>,
    },
    /// The text is not a query that fits the tables.
    #[error("the query does not fit: {0}")]
    Query(String),
    /// A file is not the file that was named.
    #[error("`{path}` is not the file it should be: SHA-256 is {found}, expected {expected}")]
    Digest {
        /// Where it lies.
        path: String,
        /// Hex SHA-256 that was asked for.
        expected: String,
        /// Hex SHA-256 of what is there.
        found: String,
    },
    /// A file that cannot be read.
    #[error("`{path}` cannot be read: {why}")]
    File {
        /// Where it lies.
        path: String,
        /// The reason.
        why: String,
    },
    /// A column of a type that has no place in a table.
    #[error(
        "column `{column}` has type {found}, which a table cannot hold; cast it to text, a number, a date or a timestamp"
    )]
    Type {
        /// The column.
        column: String,
        /// Its type, in Arrow's words.
        found: String,
    },
    /// A value that does not fit its column.
    #[error("column `{column}` holds `{value}`, {why}")]
    Value {
        /// The column.
        column: String,
        /// The value, as text.
        value: String,
        /// What was expected.
        why: String,
    },
    /// A population without its key, or with a broken one.
    #[error("the population is not complete and distinct: {0}")]
    Population(String),
    /// The query ran and met data it cannot compute with.
    #[error("the query failed: {0}")]
    Failed(String),
    /// A limit ended the query.
    #[error("the query was stopped: {0}")]
    Stopped(Stop),
    /// The worker could not be used at all.
    #[error("the query worker cannot be used: {0}")]
    Worker(String),
}

/// What ended a query.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// More memory than allowed.
    #[error("it needs more than {mebibytes} MiB of memory; ask for fewer rows or columns")]
    Memory {
        /// The limit, in MiB.
        mebibytes: usize,
    },
    /// More processor time than allowed.
    #[error("it used more than {seconds} s of processor time; narrow it")]
    Cpu {
        /// The limit, in seconds.
        seconds: u64,
    },
    /// More time than allowed.
    #[error("it took longer than {seconds} s; narrow it")]
    Time {
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The process or thread that ran it died.
    #[error("what ran it died{}", signal.map_or_else(String::new, |number| format!(" with signal {number}")))]
    Crash {
        /// The signal, if one ended it.
        signal: Option<i32>,
    },
}

impl EngineError {
    /// A refusal in the given words.
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// A file that cannot be read.
    pub(crate) fn file(path: &std::path::Path, why: impl ToString) -> Self {
        Self::File { path: path.display().to_string(), why: why.to_string() }
    }

    /// From planning: the query's fault.
    pub(crate) fn planning(error: &DataFusionError) -> Self {
        Self::Query(first_line(error))
    }

    /// From running: a limit or the data.
    pub(crate) fn running(error: &DataFusionError, memory_bytes: usize) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Stopped(Stop::memory(memory_bytes)),
            root => Self::Failed(first_line(root)),
        }
    }
}

impl Stop {
    /// The memory limit, from bytes.
    pub(crate) fn memory(bytes: usize) -> Self {
        Self::Memory { mebibytes: bytes >> 20 }
    }
}

fn first_line(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let line = text.lines().next().unwrap_or_default();
    let line =
        ["Error during planning: ", "Schema error: ", "SQL error: ", "Execution error: ", "Arrow error: "]
            .iter()
            .fold(line, |rest, prefix| rest.strip_prefix(prefix).unwrap_or(rest));
    line.trim_end_matches('.').to_owned()
}
