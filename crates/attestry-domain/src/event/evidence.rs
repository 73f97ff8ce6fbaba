//! Files and records, by reference: the bytes are objects, durable before an event names them.

use serde::{Deserialize, Serialize};

use crate::id::{ArtifactId, ControlId, Digest, RequirementId, SegmentId, StreamId};
use crate::time::{Day, Instant, Period};

/// An object in the object store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
}

/// A file entered the object store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactStored {
    /// The artifact.
    pub artifact: ArtifactId,
    /// Its bytes.
    pub object: ObjectRef,
    /// File name as it came.
    pub name: String,
    /// Media type as sniffed.
    pub media_type: String,
    /// The day it was captured, apart from the day it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_on: Option<Day>,
    /// The days it speaks about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Period>,
    /// Controls it is evidence for.
    pub controls: Vec<ControlId>,
    /// Requirements it is evidence for.
    pub requirements: Vec<RequirementId>,
}

/// A stream has a source whose completeness counts from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceDeclared {
    /// The stream.
    pub stream: StreamId,
    /// The source's name.
    pub source: String,
    /// First day it counts.
    pub from: Day,
}

/// Why a source is held to be complete for some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverageBasis {
    /// A collector asked for exactly this range and counted what it got.
    Queried {
        /// The query or command.
        query: String,
        /// Rows that the source reported.
        rows: u64,
    },
    /// A named person says so: the actor of the event.
    Claimed,
}

/// Days for which a source is held to be complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The days.
    pub period: Period,
    /// Why.
    pub basis: CoverageBasis,
}

/// What was asked of a source, so that another person can ask again and compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The query or command, with its parameters.
    pub query: String,
    /// Records that the source says it has for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_source: Option<u64>,
    /// How that agrees with something else the source states, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_out: Option<String>,
}

/// Records entered the object store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentSealed {
    /// The segment.
    pub segment: SegmentId,
    /// The stream.
    pub stream: StreamId,
    /// Where the records come from.
    pub source: String,
    /// The program and version, or the person's tool, that brought them.
    pub collector: String,
    /// The columns that are not personal.
    pub main: ObjectRef,
    /// The personal columns, joined by row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal: Option<ObjectRef>,
    /// Records in it.
    pub rows: u64,
    /// Records that the stream already had and that were therefore left out.
    pub repeated: u64,
    /// First and last event time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred: Option<(Instant, Instant)>,
    /// SHA-256 of the input this came from: the same input twice is nothing.
    pub chunk: Digest,
    /// The input as it came, when kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<ObjectRef>,
    /// What was asked of the source, when somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// What the source is complete for with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Coverage>,
}

/// A source was claimed or shown to be complete for days, without new records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageRecorded {
    /// The stream.
    pub stream: StreamId,
    /// The source.
    pub source: String,
    /// What is covered.
    pub covers: Coverage,
}
