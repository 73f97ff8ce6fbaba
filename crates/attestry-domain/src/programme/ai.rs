//! AI systems and their assessments, as their events left them.

use imbl::{OrdMap, Vector};

use crate::event::{AssessmentSubmitted, SystemRegistered};
use crate::id::Digest;
use crate::programme::Recorded;
use crate::time::Instant;

/// An AI system.
#[derive(Debug, Clone)]
pub struct AiSystem {
    /// What was registered, newest.
    pub registered: Recorded<SystemRegistered>,
    /// Versions by label, with the digest of the model where known.
    pub versions: OrdMap<String, Recorded<Option<Digest>>>,
    /// What ran where, oldest first.
    pub deployments: Vector<Recorded<Deployment>>,
    /// Approved thresholds by metric, in millionths, oldest first.
    pub thresholds: OrdMap<String, Vector<Recorded<i64>>>,
}

/// A version in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The version's label.
    pub version: String,
    /// Such as `production`.
    pub environment: String,
    /// When it went live.
    pub deployed_at: Instant,
    /// When it ended; `None` while it runs.
    pub ended_at: Option<Instant>,
}

/// An assessment of an AI system.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// What was submitted.
    pub submitted: Recorded<AssessmentSubmitted>,
    /// The approver's note, once approved.
    pub approved: Option<Recorded<String>>,
}
