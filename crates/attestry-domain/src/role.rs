//! Who may hold which part in a programme.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A part a person holds in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, and the only one who grants roles.
    Owner,
    /// Runs the programme.
    ComplianceLead,
    /// Records evidence and registers AI systems.
    Contributor,
    /// Performs the controls that are theirs.
    ControlOwner,
    /// Reads everything and records internal audit work.
    InternalAuditor,
    /// Reads one engagement and concludes there.
    Auditor,
    /// Reads.
    Viewer,
}

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::ComplianceLead,
        Self::Contributor,
        Self::ControlOwner,
        Self::InternalAuditor,
        Self::Auditor,
        Self::Viewer,
    ];

    /// Its name in files and addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::ComplianceLead => "compliance_lead",
            Self::Contributor => "contributor",
            Self::ControlOwner => "control_owner",
            Self::InternalAuditor => "internal_auditor",
            Self::Auditor => "auditor",
            Self::Viewer => "viewer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().replace('_', " "))
    }
}
