//! Evidence on its way in: a file of records becomes typed tables of one declared stream, or a list of reasons
//! why not.
//!
//! Strict on purpose. A column nobody declared, a missing required column, a value of another type, a null where
//! one is required, a compressed file that stops in the middle: each is refused, with the file, the row, the
//! column, the value and the rule. Nothing is guessed and nothing is filled in. An empty text is an absent
//! value, in every format.
//!
//! [`records`] reads bytes (NDJSON, CSV, CloudTrail; plain or gzip) and [`tables`] takes tables that somebody
//! else decoded (Parquet). Both give [`Chunk`]s whose boundaries and digests depend on the records alone, so the
//! same evidence compressed, or exported in another format, is recognised. A [`Map`] says how a foreign file's
//! columns become the stream's.
//!
//! No clock, no randomness, no network. What an import means (which event, which segment) is decided elsewhere.
//!
//! A reader that fails has yielded the chunks before the failure already: whoever stores them names them by an
//! event only after the iterator has come to its end.
//!
//! # To add a format
//!
//! Write a source in a file of its own that implements `RecordSource` (one record a call, cells offered to
//! the `Assembler` by the number of their source column), add it to [`Format`], to `sniff` and to `source::open`.

use std::io::Read;

use attestry_domain::catalog::Stream;
use attestry_domain::id::Digest;
use attestry_stats::Table;

pub use aside::{Aside, MOST_ASIDE, Unfit};
pub use canonical::{KeyDigest, chunk_digest, event_times, instant, key_digests};
pub use error::{ImportError, Place, RowError};
pub use format::{Format, inflated};
pub use items::{Survey, recognise, records_for, survey};
pub use map::{Map, MapError};
pub use product::Product;

mod aside;
mod assemble;
mod canonical;
mod cell;
mod cloudtrail;
mod decode;
mod delimited;
mod driver;
mod error;
pub mod foreign;
mod format;
mod items;
mod json;
mod map;
mod ndjson;
mod plan;
mod product;
mod source;
mod split;
mod tabular;
mod time;
pub mod trail;

/// Most records in a chunk.
pub const CHUNK_ROWS: usize = 65_536;

/// Consecutive records of one file, typed as their stream declares them.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The records: the stream's columns in the stream's order.
    pub table: Table,
    /// SHA-256 over the stream's name and the records; see [`chunk_digest`].
    pub digest: Digest,
    /// How many records of the file come before this chunk.
    pub first_row: u64,
}

/// The chunks of a file, in its order. The iterator ends after its first error.
pub trait Chunks: Iterator<Item = Result<Chunk, ImportError>> {
    /// From now on keeps records that break a rule aside, where a list for them is given, instead of refusing
    /// the file.
    #[must_use]
    fn keeping_aside(self, aside: Option<Aside>) -> Self;
}

/// Reads records from bytes, plain or gzip; `name` is the file's name in errors.
///
/// The iterator ends after its first error. Parquet is refused here: decode it and use [`tables`].
pub fn records<R: Read>(
    stream: &Stream,
    format: Format,
    map: Option<&Map>,
    name: &str,
    input: R,
) -> impl Chunks + use<R> {
    driver::Driver::new(stream, name, source::open(stream, format, map, name, input))
}

/// Matches, casts and checks tables that were decoded elsewhere; `name` is the file's name in errors.
///
/// The iterator ends after its first error. Incoming tables may have any number of rows: chunks are cut anew.
pub fn tables<I, E>(stream: &Stream, map: Option<&Map>, name: &str, tables: I) -> impl Chunks + use<I, E>
where
    I: Iterator<Item = Result<Table, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    driver::Driver::new(stream, name, tabular::open(stream, map, name, tables))
}

#[cfg(test)]
mod tests;
