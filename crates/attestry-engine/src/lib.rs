//! DataFusion: tables in, SQL in, rows out, within limits of time and memory.
//!
//! The crate knows no compliance. A [`Request`] carries one query, the tables it may name and its limits; [`run`] answers it
//! in this process, [`worker::Worker`] in a child process that can be lost. What a query can reach is closed by construction:
//! the text is checked before planning, names are resolved against the request, functions and plan nodes are listed, and the
//! only files that exist are those the request names.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may panic"
    )
)]

mod arithmetic;
mod bounded;
mod canonical;
mod cells;
mod convert;
mod error;
mod files;
mod functions;
mod guard;
mod request;
mod segment;
mod session;
mod source;
mod sum;
pub mod worker;

pub use canonical::{canonical_rows, digest_rows};
pub use cells::count_cells;
pub use convert::{arrow_chunks, parquet_chunks};
pub use error::{EngineError, Stop};
pub use files::verify;
pub use request::{
    CellsRequest, FileFormat, FileRef, Limits, Mode, NamedTable, Request, Response, SegmentFile, Source,
    StreamKind,
};
pub use segment::{EncodedSegment, encode_segment, stream_fields};
pub use session::run;
