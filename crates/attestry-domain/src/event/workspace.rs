//! Workspace, people, scope.

use serde::{Deserialize, Serialize};

use crate::id::{Digest, FrameworkId, PersonId, RequirementId, WorkspaceId};
use crate::role::Role;
use crate::time::Day;

/// The first event of every ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceCreated {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The organisation's name.
    pub name: String,
    /// IANA time zone of its calendar.
    pub time_zone: String,
    /// Set when the history is made up: says by what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated: Option<String>,
}

/// A catalog was taken as the one in force; its files are the object of this digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogAdopted {
    /// SHA-256 of the catalog's canonical form.
    pub digest: Digest,
}

/// A person is known by an opaque id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAdded {
    /// The person.
    pub person: PersonId,
}

/// A person's name and address. Personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDescribed {
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// A person got a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGranted {
    /// The person.
    pub person: PersonId,
    /// The role.
    pub role: Role,
    /// First day without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// A person lost a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRevoked {
    /// The person.
    pub person: PersonId,
    /// The role.
    pub role: Role,
}

/// A framework entered the scope, or its categories changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkAdopted {
    /// The framework.
    pub framework: FrameworkId,
    /// Categories in scope; empty when the framework has none.
    pub categories: Vec<String>,
}

/// A requirement was excluded with a justification, or taken in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementScoped {
    /// The requirement.
    pub requirement: RequirementId,
    /// Whether it is in scope from now on.
    pub included: bool,
    /// Why: points at risk, assessment, role, law or contract.
    pub reason: String,
}
