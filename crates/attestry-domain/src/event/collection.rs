//! How collecting went: history cannot be fetched later, so each attempt is a fact of its own.

use serde::{Deserialize, Serialize};

use crate::id::StreamId;
use crate::time::Instant;

/// A collector ran, whatever came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRan {
    /// Where it collected.
    pub source: String,
    /// The program and version.
    pub collector: String,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub finished_at: Instant,
    /// How long after it the next one is expected, in seconds; absent when it is not on a schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_seconds: Option<u64>,
    /// What came of it.
    pub outcome: CollectionOutcome,
    /// What it gave, stream by stream.
    pub streams: Vec<CollectedStream>,
}

/// What came of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectionOutcome {
    /// Everything that was asked for came.
    Complete,
    /// Something is missing between what was asked for and what came.
    Gaps {
        /// Each gap in a sentence.
        gaps: Vec<String>,
    },
    /// It stopped.
    Failed {
        /// Why, and what to do.
        why: String,
    },
}

/// What a collection gave to a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectedStream {
    /// The stream.
    pub stream: StreamId,
    /// First instant asked for; absent when the source was asked for its present state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// First instant not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// Records that the source says it has; absent when it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_source: Option<u64>,
    /// Records that came.
    pub read: u64,
    /// Records that were new.
    pub added: u64,
}
