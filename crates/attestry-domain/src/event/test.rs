//! Control tests, their exceptions, and audits.

use serde::{Deserialize, Serialize};

use crate::event::ObjectRef;
use crate::id::{ControlId, Digest, EngagementId, FrameworkId, RunId, TestId};
use crate::time::{Day, Period};

/// Counts of one day: what a run found. The list of them is an object named by the run's event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day of the organisation's calendar.
    pub day: Day,
    /// Occurrences.
    pub population: u64,
    /// Of these, exceptions.
    pub exceptions: u64,
    /// Of these, recorded more than the usual delay after they occurred.
    pub recorded_late: u64,
}

/// A control test ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecorded {
    /// The run.
    pub run: RunId,
    /// The test.
    pub test: TestId,
    /// The control it checks.
    pub control: ControlId,
    /// The days it looked at.
    pub period: Period,
    /// The ledger size it was made from.
    pub at: u64,
    /// The catalog it was made from.
    pub catalog: Digest,
    /// The program that ran it.
    pub program: String,
    /// SHA-256 over population query, exception query and parameters.
    pub definition: Digest,
    /// What came out.
    pub outcome: RunOutcome,
}

/// What came out of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// The queries ran to their end.
    Ran {
        /// Occurrences.
        population: u64,
        /// Exceptions.
        exceptions: u64,
        /// SHA-256 over the canonical rows of the population.
        population_digest: Digest,
        /// SHA-256 over the canonical rows of the exceptions.
        exceptions_digest: Digest,
        /// The population's canonical rows.
        population_rows: ObjectRef,
        /// The exceptions' canonical rows, with their population row.
        exception_rows: ObjectRef,
        /// The [`DayCount`]s, as JSON.
        days: ObjectRef,
    },
    /// They could not.
    NotTested {
        /// Why.
        reason: String,
    },
}

/// How management answers an exception. It changes the response, never the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKind {
    /// The cause is explained.
    Explained,
    /// The remaining risk is accepted.
    Accepted,
    /// It was put right.
    Corrected,
}

/// Management answered an exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionResponded {
    /// The test.
    pub test: TestId,
    /// The occurrence's id in the population.
    pub occurrence: String,
    /// How.
    pub response: ResponseKind,
    /// In words.
    pub text: String,
}

/// What an audit examines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngagementKind {
    /// SOC 2 Type 1: design at a date.
    Type1 {
        /// The date.
        as_of: Day,
    },
    /// SOC 2 Type 2: design and operation over a period.
    Type2 {
        /// The period.
        period: Period,
    },
    /// ISO stage 1: documents and readiness.
    Stage1 {
        /// The date.
        as_of: Day,
    },
    /// ISO stage 2: implementation, since the management system started.
    Stage2 {
        /// From its start to the audit.
        period: Period,
    },
}

/// An audit was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngagementOpened {
    /// The audit.
    pub engagement: EngagementId,
    /// The framework.
    pub framework: FrameworkId,
    /// What is examined.
    pub examines: EngagementKind,
    /// The firm.
    pub firm: String,
}
