//! Controls: from adoption to performance.

use serde::{Deserialize, Serialize};

use crate::catalog::Cadence;
use crate::id::{ArtifactId, AttestationId, ControlId, Digest, PersonId};
use crate::time::{Day, Period};

/// A control of the catalog became one of the organisation's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlAdopted {
    /// The control.
    pub control: ControlId,
}

/// Whether a control applies was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicability {
    /// The control.
    pub control: ControlId,
    /// The decision.
    pub applicable: bool,
    /// Why.
    pub reason: String,
}

/// A control got an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlOwned {
    /// The control.
    pub control: ControlId,
    /// The owner.
    pub owner: PersonId,
}

/// A version of a control's procedure was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureWritten {
    /// The control.
    pub control: ControlId,
    /// SHA-256 of its text (Markdown), an object.
    pub text: Digest,
    /// How often the organisation says it performs the control.
    pub cadence: Cadence,
    /// Days after the end of a window until performance is late.
    pub grace_days: u16,
}

/// The newest version of a control's procedure was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureApproved {
    /// The control.
    pub control: ControlId,
    /// SHA-256 of the approved text.
    pub text: Digest,
    /// First day it is in force; not before the day of approval.
    pub effective_from: Day,
}

/// A person recorded why a control meets the risk of its requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RationaleRecorded {
    /// The control.
    pub control: ControlId,
    /// The reason.
    pub rationale: String,
}

/// One instance of a control was walked through, or its configuration recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughRecorded {
    /// The control.
    pub control: ControlId,
    /// The day of the instance.
    pub on: Day,
    /// What was seen.
    pub seen: String,
    /// The file that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactId>,
}

/// A person states that a control was performed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationRecorded {
    /// The attestation.
    pub attestation: AttestationId,
    /// The control.
    pub control: ControlId,
    /// The window it serves; without one it serves the oldest unserved window that closed before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Period>,
    /// The day it was done.
    pub performed_on: Day,
    /// The file that shows it; without one the statement is inquiry only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactId>,
    /// What was done.
    pub note: String,
}

/// A compensating control was named for days on which another did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompensationNamed {
    /// The control that did not hold.
    pub control: ControlId,
    /// The control that stands in.
    pub by: ControlId,
    /// The days.
    pub period: Period,
    /// Why it compensates.
    pub reason: String,
}
