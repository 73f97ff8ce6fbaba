//! What each file holds. One type reads and writes it, so that what is written can be read.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use attestry_domain::catalog::Cadence;
use attestry_domain::event::{AiRole, AssessmentKind, ResponseKind};
use attestry_domain::id::{
    ArtifactId, AssessmentId, ControlId, Digest, FrameworkId, RequirementId, StreamId, TestId,
};
use attestry_domain::role::Role;
use attestry_domain::time::{Day, Instant, Period};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value with the line it stands on; 0 when it was not read from a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) line: u64,
}

impl<T> From<T> for At<T> {
    fn from(value: T) -> Self {
        Self { value, line: 0 }
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Serialize> Serialize for At<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { value: spanned.value, line: spanned.referenced.line() })
    }
}

/// A value written as text: a period, an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<T>(pub(super) T);

impl<T: fmt::Display> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

/// What shows that something is so: a file below the folder, or one that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// A path below the folder: `evidence/review.pdf`.
    File(String),
    /// By its contents, as large ones are written: `sha256:…`.
    Contents(Digest),
    /// By its id.
    Stored(ArtifactId),
}

const CONTENTS: &str = "sha256:";

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(name) => serializer.serialize_str(name),
            Self::Contents(digest) => serializer.collect_str(&format_args!("{CONTENTS}{digest}")),
            Self::Stored(id) => serializer.collect_str(id),
        }
    }
}

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.strip_prefix(CONTENTS) {
            Some(digest) => digest.parse().map(Self::Contents).map_err(D::Error::custom),
            None => Ok(text.parse().map_or(Self::File(text), Self::Stored)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkspaceFile {
    pub(super) name: At<String>,
    pub(super) time_zone: At<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonEntry {
    pub(super) email: At<String>,
    pub(super) name: At<String>,
    #[serde(default)]
    pub(super) roles: Vec<RoleEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleEntry {
    pub(super) role: At<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameworkEntry {
    pub(super) framework: At<FrameworkId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) categories: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExclusionEntry {
    pub(super) requirement: At<RequirementId>,
    pub(super) left_out_because: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ControlFile {
    pub(super) control: At<ControlId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) applicable: Option<At<bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<At<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cadence: Option<At<Cadence>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) grace_days: Option<At<u16>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) approved_from: Option<At<Day>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rationale: Option<At<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) walkthroughs: Vec<WalkthroughEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) attestations: Vec<AttestationEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) compensations: Vec<CompensationEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WalkthroughEntry {
    pub(super) on: At<Day>,
    pub(super) seen: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) artifact: Option<At<Shown>>,
}

/// A statement that the control was performed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttestationEntry {
    pub(super) performed_on: At<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) window: Option<Written<Period>>,
    pub(super) note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) artifact: Option<At<Shown>>,
}

/// Management's answer to an exception; the newest one of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponseEntry {
    pub(super) test: At<TestId>,
    pub(super) occurrence: String,
    pub(super) response: ResponseKind,
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompensationEntry {
    pub(super) by: At<ControlId>,
    pub(super) period: Written<Period>,
    pub(super) reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemFile {
    pub(super) name: At<String>,
    pub(super) role: AiRole,
    pub(super) purpose: String,
    pub(super) affected: String,
    pub(super) autonomy: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) versions: Vec<VersionEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) deployments: Vec<DeploymentEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) thresholds: BTreeMap<String, At<f64>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) assessments: Vec<AssessmentEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionEntry {
    pub(super) version: At<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<Digest>,
    /// Read when the version is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeploymentEntry {
    pub(super) version: At<String>,
    pub(super) environment: String,
    pub(super) deployed_at: Written<Instant>,
    /// When it ended without another taking its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) withdrawn_at: Option<Written<Instant>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssessmentEntry {
    pub(super) kind: At<AssessmentKind>,
    /// Of one that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<AssessmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    pub(super) conducted_on: Day,
    pub(super) summary: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) artifact: Option<At<Shown>>,
    /// The approver's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) approved: Option<At<String>>,
}

/// What an audit examines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Examines {
    Type1,
    Type2,
    Stage1,
    Stage2,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementEntry {
    pub(super) framework: At<FrameworkId>,
    pub(super) examines: Examines,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) as_of: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) period: Option<Written<Period>>,
    pub(super) firm: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    pub(super) stream: At<StreamId>,
    pub(super) source: String,
    pub(super) from: Day,
}
