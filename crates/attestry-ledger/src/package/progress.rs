//! Where a verification stands, so that it can be taken up later.

use serde::{Deserialize, Serialize};

use super::report::Findings;
use crate::Digest;

/// How far a verification has come. Kept as the JSON of [`Progress::to_json`], by whoever verifies: it is believed when
/// the verification is taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// The manifest of the package.
    pub(super) manifest: Digest,
    /// The length of the package, in bytes.
    pub(super) length: u64,
    /// What it is checked against.
    pub(super) options: Digest,
    /// Files done.
    pub(super) done: u64,
    pub(super) trail: Trail,
    pub(super) findings: Findings,
}

/// What carries over from one file of events to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trail {
    /// The first event seen; 0 before it.
    pub(super) first: u64,
    /// The last event seen.
    pub(super) sequence: u64,
    /// When it was recorded, in microseconds since 1970 UTC.
    pub(super) recorded_at: i64,
    /// The first event that names what is not in the package; 0 if none does.
    pub(super) elsewhere: u64,
    /// Events that are to name files and were seen.
    pub(super) seen: std::collections::BTreeSet<u64>,
}

/// Why a verification cannot be taken up where it was left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// The package is another one, or was changed since.
    #[error("the package is not the one whose verification was begun, or was changed since: begin anew")]
    OtherPackage,
    /// The keys or limits are others.
    #[error("the verification was begun with other keys or limits: give the same, or begin anew")]
    OtherOptions,
    /// The kept text cannot be read.
    #[error("what was kept of the verification cannot be read: begin anew")]
    Text,
}

impl Progress {
    /// The text to keep.
    pub fn to_json(&self) -> String {
        // Texts and numbers only: writing them cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Progress::to_json`] gave.
    ///
    /// # Errors
    /// [`ResumeError::Text`].
    pub fn from_json(text: &[u8]) -> Result<Self, ResumeError> {
        serde_json::from_slice(text).map_err(|_| ResumeError::Text)
    }

    /// Files done.
    pub fn files(&self) -> u64 {
        self.done
    }
}
