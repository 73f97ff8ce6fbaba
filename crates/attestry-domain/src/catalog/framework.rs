//! A published catalog and its nodes.

use serde::{Deserialize, Serialize};

use crate::id::{FrameworkId, RequirementId};

/// What a framework is, hence who concludes on it and what comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameworkKind {
    /// A CPA firm attests; a report comes out.
    Attestation,
    /// A registrar certifies; a certificate comes out.
    Certification,
    /// A law; an authority supervises.
    Law,
    /// Voluntary guidance; nobody concludes.
    Guidance,
}

/// A published catalog.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Framework {
    /// Short name.
    pub id: FrameworkId,
    /// Full title.
    pub title: String,
    /// What people call it.
    pub short: String,
    /// Edition.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// What it is.
    pub kind: FrameworkKind,
    /// What may be said about its text.
    pub licence_note: String,
    /// The day its facts were checked.
    pub as_of: crate::time::Day,
    /// Parts that a programme chooses from; empty when the framework has no such choice.
    pub categories: Vec<Category>,
}

/// A part of a framework that a programme takes in or leaves out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Category {
    /// Name in files.
    pub id: String,
    /// Title.
    pub title: String,
    /// Whether every programme has it.
    pub required: bool,
}

/// One node of a framework.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Requirement {
    /// Qualified identifier.
    pub id: RequirementId,
    /// The node above.
    pub parent: Option<RequirementId>,
    /// What the publisher calls such a node: `criterion`, `clause`, `control`, …
    pub kind: String,
    /// Short title; points of focus have none.
    pub title: String,
    /// Whether a state is computed for it.
    pub assessable: bool,
    /// Whether an organisation may exclude it with a justification.
    pub excludable: bool,
    /// The category it belongs to, where the framework has categories.
    pub category: Option<String>,
    /// What it asks, in our own words.
    pub summary: String,
    /// What an auditor looks for.
    pub looks_for: String,
}
