//! What the organisation does: one object, many requirements.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{ControlId, RequirementId, StreamId};

/// A control of the one control set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Control {
    /// Identifier.
    pub id: ControlId,
    /// Family, such as `change`.
    pub family: String,
    /// Title of the family.
    pub family_title: String,
    /// What holds when it works, in a few words.
    pub title: String,
    /// What it is for.
    pub objective: String,
    /// What it takes in practice.
    pub practice: String,
    /// By people or by machine.
    pub nature: Nature,
    /// What it does to a risk.
    #[serde(rename = "type")]
    pub kind: ControlType,
    /// How often.
    pub cadence: Cadence,
    /// Who usually owns it.
    pub owner: String,
    /// Evidence to keep.
    pub evidence: Vec<String>,
    /// Streams it feeds on.
    pub streams: Vec<StreamId>,
    /// What it gives each requirement.
    pub mappings: Vec<Mapping>,
}

/// By people or by machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A person performs it.
    Manual,
    /// A system performs it.
    Automated,
}

/// What a control does to a risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlType {
    /// Keeps it from happening.
    Preventive,
    /// Notices that it happened.
    Detective,
    /// Puts it right.
    Corrective,
}

/// How often a control is performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// All the time.
    Continuous,
    /// Each day.
    Daily,
    /// Each week from Monday.
    Weekly,
    /// Each calendar month.
    Monthly,
    /// Each calendar quarter.
    Quarterly,
    /// Each half of a calendar year.
    SemiAnnual,
    /// Each calendar year.
    Annual,
    /// Whenever its event happens.
    PerEvent,
}

/// A control's contribution to a requirement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mapping {
    /// What it is mapped to.
    pub requirement: RequirementId,
    /// How much it gives.
    pub kind: MappingKind,
    /// Why.
    pub rationale: String,
}

/// How much a control gives a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MappingKind {
    /// Meets it alone; key by definition.
    Satisfies,
    /// The requirement is not met without it.
    ContributesKey,
    /// Helps, without being needed.
    ContributesSupporting,
}

impl MappingKind {
    /// Whether the requirement depends on this control.
    pub const fn is_key(self) -> bool {
        !matches!(self, Self::ContributesSupporting)
    }

    /// In words, as pages print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Satisfies => "satisfies",
            Self::ContributesKey => "contributes, key",
            Self::ContributesSupporting => "contributes, supporting",
        }
    }
}

impl Cadence {
    /// In words, as pages and files print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Continuous => "continuous",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::SemiAnnual => "semi_annual",
            Self::Annual => "annual",
            Self::PerEvent => "per_event",
        }
    }

    /// Whether occurrences follow from the calendar.
    pub const fn is_periodic(self) -> bool {
        !matches!(self, Self::Continuous | Self::PerEvent)
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SemiAnnual => "twice a year",
            Self::PerEvent => "per event",
            other => other.as_str(),
        })
    }
}
