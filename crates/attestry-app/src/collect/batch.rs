//! What a collector hands over: records of streams, and what somebody else needs to ask the same again.

use std::collections::BTreeMap;
use std::ops::Range;

use attestry_domain::time::Instant;

use crate::import::foreign::Found;

/// Records of one stream, and how they were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The stream's id.
    pub stream: &'static str,
    /// The records; `item` counts the source's objects of this batch from 1.
    pub rows: Vec<Found>,
    /// What was asked, with its parameters, so that another person can ask it again. It holds no secrets.
    pub query: String,
    /// How many objects the source listed for this stream; `None` when it does not say.
    pub at_source: Option<u64>,
    /// What the count was compared with, and what came of it.
    pub tie_out: String,
    /// The instants for which the records are complete, the last not included; `None` when that is not known.
    pub covers: Option<Range<Instant>>,
    /// What the source would not or could not say, each to be read by a person.
    pub gaps: Vec<String>,
}

/// What a collector brought home.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    /// One batch a stream, in the order in which they were asked.
    pub batches: Vec<Batch>,
    /// The answers as they came, to be kept beside the records.
    pub answers: Vec<Answered>,
    /// Objects that no stream takes: their kind, why, and how many.
    pub passed: BTreeMap<(String, &'static str), u64>,
}

/// One answer in its raw form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What was asked; it holds no secrets.
    pub asked: String,
    /// Instant the answer was complete.
    pub answered_at: Instant,
    /// The media type that the server gave; empty when it gave none.
    pub media_type: String,
    /// The body as it came.
    pub body: Vec<u8>,
}
