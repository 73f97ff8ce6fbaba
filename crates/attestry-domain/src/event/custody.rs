//! What becomes of evidence that was not taken, must be kept, or had to be erased.

use serde::{Deserialize, Serialize};

use crate::event::ObjectRef;
use crate::id::{ArtifactId, Digest, SegmentId, SetAsideId, StreamId};
use crate::time::Day;

/// Records that break a rule were kept aside, each with its reason, while the others were taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsSetAside {
    /// What was set aside.
    pub set_aside: SetAsideId,
    /// The stream they were meant for.
    pub stream: StreamId,
    /// Where they come from.
    pub source: String,
    /// The records as they came, one JSON object a line with place and reasons.
    pub records: ObjectRef,
    /// How many.
    pub rows: u64,
    /// The input as it came, when kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<ObjectRef>,
}

/// A person looked at what was set aside and says what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAsideResolved {
    /// What was set aside.
    pub set_aside: SetAsideId,
    /// What was done: corrected and taken again, or left out because.
    pub resolution: String,
}

/// A file may not be erased, whatever its retention says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactHeld {
    /// The file.
    pub artifact: ArtifactId,
    /// Which matter asks for it.
    pub matter: String,
    /// The first day without the hold; absent while the matter is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// Bytes that are gone, and what stands in their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedObject {
    /// SHA-256 of what was erased.
    pub digest: Digest,
    /// What stands in its place; absent when nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<ObjectRef>,
    /// The segment whose personal columns it held; absent when it was a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
    /// Records in which something was erased; 0 for a file.
    pub rows: u64,
}

/// Personal data was erased. Every proof still holds: the ledger commits to digests, and these stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Objects that are gone.
    pub objects: Vec<ErasedObject>,
    /// Events whose payload and salt are gone.
    pub events: Vec<u64>,
    /// On what ground, without naming the person.
    pub reason: String,
}
