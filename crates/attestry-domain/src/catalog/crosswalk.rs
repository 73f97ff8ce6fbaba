//! Requirement to requirement between two frameworks, in the relations of NIST IR 8477.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{FrameworkId, RequirementId};
use crate::time::Day;

/// What one requirement is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Either met means the other is.
    Equal,
    /// Meeting it leaves some of the other open; meeting the other meets it.
    SubsetOf,
    /// Meeting it meets the other too.
    SupersetOf,
    /// They share work, and neither contains the other.
    Intersects,
    /// They look alike and have nothing in common.
    NoRelation,
}

/// Two requirements, and what they are to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// A requirement of the first framework.
    pub from: RequirementId,
    /// A requirement of the second.
    pub to: RequirementId,
    /// What `from` is to `to`.
    pub relation: Relation,
    /// How much of the work carries over, 1 to 10; 0 without a relation.
    pub strength: u8,
    /// What the two have in common, or why they have nothing.
    pub why: String,
    /// What `to` still asks once `from` is met; empty when nothing.
    pub left_to: String,
    /// What `from` still asks once `to` is met; empty when nothing.
    pub left_from: String,
}

/// The rows between two frameworks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Crosswalk {
    /// Identifier: both frameworks' with two hyphens between.
    pub id: String,
    /// The first framework.
    pub from: FrameworkId,
    /// The second.
    pub to: FrameworkId,
    /// Whose judgement it is.
    pub basis: String,
    /// The day it was last gone through.
    pub as_of: Day,
    /// What to know when reading it.
    pub note: String,
    /// What people ask about the two, answered.
    pub answers: Option<Answers>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Requirements of either framework that the other has no counterpart of, and why.
    pub alone: BTreeMap<RequirementId, String>,
}

/// What people ask about two frameworks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// Is it the same thing?
    pub same: String,
    /// Do I need both?
    pub both: String,
    /// Which one first?
    pub first: String,
}

/// A row read in one direction: what having `had` gives towards `wanted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Related<'a> {
    /// The requirement that is had.
    pub had: &'a RequirementId,
    /// The requirement that is wanted.
    pub wanted: &'a RequirementId,
    /// What `had` is to `wanted`.
    pub relation: Relation,
    /// How much of the work carries over, 1 to 10; 0 without a relation.
    pub strength: u8,
    /// What the two have in common.
    pub why: &'a str,
    /// What `wanted` still asks once `had` is met.
    pub left: &'a str,
}

impl Relation {
    /// All of them, the closest first.
    pub const ALL: [Self; 5] =
        [Self::Equal, Self::SubsetOf, Self::SupersetOf, Self::Intersects, Self::NoRelation];

    /// The same relation, told from the other requirement.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::SubsetOf => Self::SupersetOf,
            Self::SupersetOf => Self::SubsetOf,
            other => other,
        }
    }

    /// Whether meeting the one meets the other.
    pub const fn meets(self) -> bool {
        matches!(self, Self::Equal | Self::SupersetOf)
    }

    /// How much a row of this relation says about the other side, for the AI relevance of a criterion.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Equal => 1.0,
            Self::SubsetOf | Self::SupersetOf => 0.75,
            Self::Intersects => 0.5,
            Self::NoRelation => 0.0,
        }
    }

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::SubsetOf => "subset_of",
            Self::SupersetOf => "superset_of",
            Self::Intersects => "intersects",
            Self::NoRelation => "no_relation",
        }
    }

    /// In words, as pages print it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::SubsetOf => "subset of",
            Self::SupersetOf => "superset of",
            Self::Intersects => "intersects",
            Self::NoRelation => "no relation",
        }
    }
}

impl Row {
    /// What having the first requirement gives towards the second.
    pub fn towards_second(&self) -> Related<'_> {
        Related {
            had: &self.from,
            wanted: &self.to,
            relation: self.relation,
            strength: self.strength,
            why: &self.why,
            left: &self.left_to,
        }
    }

    /// What having the second requirement gives towards the first.
    pub fn towards_first(&self) -> Related<'_> {
        Related {
            had: &self.to,
            wanted: &self.from,
            relation: self.relation.inverse(),
            strength: self.strength,
            why: &self.why,
            left: &self.left_from,
        }
    }
}

impl Crosswalk {
    /// Its rows by relation, in the order of [`Relation::ALL`].
    pub fn counts(&self) -> Vec<(Relation, usize)> {
        let count = |relation| self.rows.iter().filter(|row| row.relation == relation).count();
        Relation::ALL.map(|relation| (relation, count(relation))).to_vec()
    }
}
