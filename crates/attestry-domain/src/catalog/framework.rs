//! A published catalog and its nodes.

use serde::{Deserialize, Serialize};

use super::law::LawDate;
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
    /// What it is in practice; a pack may leave it out.
    pub scheme: Option<Scheme>,
    /// From when its provisions apply, for laws.
    pub dates: Vec<LawDate>,
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
    /// What of AI it leaves open; empty where nobody asks that of it.
    pub ai_gap: String,
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
    /// What usually shows it.
    pub evidence: String,
    /// Whom it concerns; `None` when everybody in the framework's scope.
    pub applies: Option<Applies>,
    /// Why no control answers it, for what no control could; else empty.
    pub unmapped: String,
}

/// What a framework is in practice, for whoever asks whether they need it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scheme {
    /// What kind of thing it is.
    pub what: String,
    /// Who concludes.
    pub concludes: String,
    /// What comes out.
    pub output: String,
    /// Who made it, where, since when.
    pub origin: String,
    /// Where and by whom it is asked for.
    pub market: String,
    /// How long it is good.
    pub validity: String,
    /// What renewal takes.
    pub renewal: String,
    /// When it is the best choice.
    pub best_when: String,
    /// What it does not give.
    pub not_for: String,
    /// Where this is from.
    pub sources: Vec<CitedSource>,
}

/// Where a fact is from, and when it was looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedSource {
    /// The source.
    pub source: String,
    /// The day it was read.
    pub as_of: crate::time::Day,
}

/// When a requirement concerns an organisation at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applies {
    /// Who owes it, such as `provider` or `employer`.
    pub duty: Vec<String>,
    /// Risk tiers of AI systems that it concerns, such as `high_risk`.
    pub tier: Vec<String>,
    /// A further condition in words; empty when there is none.
    pub when: String,
}

impl Framework {
    /// Whether a requirement lies in a scope of the chosen categories. A requirement of a category does when the category
    /// does; one that concerns roles that are categories here does when one of them is chosen; any other always does.
    pub fn has_in_scope(&self, requirement: &Requirement, chosen: impl Fn(&str) -> bool) -> bool {
        if let Some(category) = &requirement.category {
            return chosen(category);
        }
        let is_category = |duty: &&String| self.categories.iter().any(|category| category.id == **duty);
        let duties = requirement.applies.iter().flat_map(|applies| &applies.duty);
        let mut duties = duties.filter(is_category).peekable();
        duties.peek().is_none() || duties.any(|duty| chosen(duty))
    }
}
