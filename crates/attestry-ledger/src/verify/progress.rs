//! Where a verification of a log stands, so that it can be taken up later.

use serde::{Deserialize, Serialize};

use super::objects::Objects;
use super::report::Findings;
use super::tree::Trail;
use crate::Digest;

/// How far a verification has come. Kept as the JSON of [`Progress::to_json`] by whoever verifies: it is believed when
/// the verification is taken up again. The checkpoint it was begun with is in it, so that a log that grew meanwhile is
/// checked as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// What the log is checked against.
    pub(super) expected: Digest,
    /// The checkpoint as published, base64, if there was one.
    pub(super) checkpoint: Option<String>,
    /// Whether all rows were taken, and only objects are left.
    pub(super) ended: bool,
    pub(super) trail: Trail,
    pub(super) objects: Objects,
    pub(super) findings: Findings,
}

/// Why a verification cannot be taken up where it was left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// Workspace, keys or earlier heads are others.
    #[error("the verification was begun for another log, or with other keys or checkpoints: begin anew")]
    OtherExpected,
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

    /// The last event that was taken: go on with the rows after it.
    pub fn sequence(&self) -> u64 {
        self.trail.due.saturating_sub(1)
    }

    /// Whether all rows were taken, and only objects are left.
    pub fn at_objects(&self) -> bool {
        self.ended
    }
}
