//! AI systems, their versions, deployments and assessments.

use serde::{Deserialize, Serialize};

use crate::event::ObjectRef;
use crate::id::{AiSystemId, ArtifactId, AssessmentId, DatasetId, Digest};
use crate::time::{Day, Instant};

/// What the organisation is to an AI system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiRole {
    /// Develops it or has it developed.
    Provider,
    /// Uses it under its own authority.
    Deployer,
    /// Both.
    Both,
}

/// An AI system is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRegistered {
    /// The system.
    pub system: AiSystemId,
    /// Its name.
    pub name: String,
    /// The organisation's role.
    pub role: AiRole,
    /// What it is for.
    pub purpose: String,
    /// Whom its results affect.
    pub affected: String,
    /// How far it acts without a person.
    pub autonomy: String,
}

/// A version of an AI system is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemVersioned {
    /// The system.
    pub system: AiSystemId,
    /// The version's label.
    pub version: String,
    /// SHA-256 of the model, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Digest>,
    /// What changed.
    pub note: String,
}

/// A version went live in an environment; an older version there ends with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemDeployed {
    /// The system.
    pub system: AiSystemId,
    /// The version's label.
    pub version: String,
    /// Such as `production`.
    pub environment: String,
    /// When it went live.
    pub deployed_at: Instant,
}

/// A version ended in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemWithdrawn {
    /// The system.
    pub system: AiSystemId,
    /// Such as `production`.
    pub environment: String,
    /// When it ended.
    pub withdrawn_at: Instant,
}

/// A threshold for a metric of an AI system was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdApproved {
    /// The system.
    pub system: AiSystemId,
    /// The metric, such as `impact_ratio`.
    pub metric: String,
    /// The threshold in millionths.
    pub value_ppm: i64,
}

/// A prediction log entered the object store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetRegistered {
    /// The dataset.
    pub dataset: DatasetId,
    /// The name that SQL sees.
    pub name: String,
    /// Its bytes.
    pub object: ObjectRef,
    /// `parquet`, `csv`, `csv_gzip` or `arrow`.
    pub format: String,
    /// Rows in it.
    pub rows: u64,
    /// The system whose predictions these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<AiSystemId>,
    /// The version that made them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// What kind of assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssessmentKind {
    /// Consequences for individuals, groups and society.
    Impact,
    /// Differences between groups, computed from a prediction log.
    Bias,
}

/// How a measured ratio stands to its threshold, with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval lies below.
    Below,
    /// The whole interval lies at or above.
    Above,
    /// The interval crosses the threshold: a person decides.
    Inconclusive,
    /// There is no ratio: some group had nobody or nobody was selected.
    NotEstimable,
}

/// What a bias assessment computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BiasOutcome {
    /// The log it was computed from.
    pub dataset: DatasetId,
    /// Attributes, such as `sex`.
    pub by: Vec<String>,
    /// The full tables, as JSON.
    pub tables: ObjectRef,
    /// The group with the lowest impact ratio.
    pub worst_group: String,
    /// That ratio in millionths; `None` when not estimable.
    pub worst_ratio_ppm: Option<i64>,
    /// The threshold it was held against, in millionths.
    pub threshold_ppm: i64,
    /// How it stands.
    pub verdict: Verdict,
}

/// An assessment was submitted for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentSubmitted {
    /// The assessment.
    pub assessment: AssessmentId,
    /// What kind.
    pub kind: AssessmentKind,
    /// The system.
    pub system: AiSystemId,
    /// The version; `None` when it holds for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day it was conducted.
    pub conducted_on: Day,
    /// What it found, in words.
    pub summary: String,
    /// The document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactId>,
    /// What was computed, for a bias assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias: Option<BiasOutcome>,
}

/// An assessment was approved by somebody else than its submitter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentApproved {
    /// The assessment.
    pub assessment: AssessmentId,
    /// What the approver says, such as conditions.
    pub note: String,
}
