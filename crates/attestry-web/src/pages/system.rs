//! An AI system: deployments, assessments, bias tables, versions.

use askama::Template;

use crate::view::{Frame, IntervalChart, Moment};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "system.html")]
pub struct SystemPage {
    /// Around it.
    pub frame: Frame,
    /// What it is for.
    pub purpose: String,
    /// The organisation's role.
    pub role: &'static str,
    /// Whom its results affect.
    pub affected: String,
    /// How far it acts without a person.
    pub autonomy: String,
    /// What ran where, newest first.
    pub deployments: Vec<DeploymentRow>,
    /// Assessments, newest first.
    pub assessments: Vec<AssessmentRow>,
    /// The newest bias assessment's tables.
    pub bias: Vec<BiasTable>,
    /// Versions.
    pub versions: Vec<VersionRow>,
}

/// A version in an environment.
#[derive(Debug, Clone)]
pub struct DeploymentRow {
    /// The version.
    pub version: String,
    /// The environment.
    pub environment: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Option<Moment>,
    /// The event that says so.
    pub event: u64,
}

/// An assessment.
#[derive(Debug, Clone)]
pub struct AssessmentRow {
    /// What kind.
    pub kind: &'static str,
    /// When it was conducted.
    pub conducted: Moment,
    /// When it was approved.
    pub approved: Option<Moment>,
    /// By whom.
    pub approver: String,
    /// What it found.
    pub summary: String,
    /// The event that submitted it.
    pub event: u64,
}

/// Groups compared.
#[derive(Debug, Clone)]
pub struct BiasTable {
    /// The finding, as a sentence.
    pub title: String,
    /// The impact ratios with their intervals.
    pub chart: IntervalChart,
    /// How to read it.
    pub note: String,
    /// The data.
    pub rows: Vec<BiasRow>,
}

/// A group's numbers, in words.
#[derive(Debug, Clone)]
pub struct BiasRow {
    /// The group.
    pub group: String,
    /// Records.
    pub n: String,
    /// Selected.
    pub selected: String,
    /// Selection rate.
    pub rate: String,
    /// Its interval.
    pub rate_interval: String,
    /// Impact ratio.
    pub ratio: String,
    /// Its interval.
    pub ratio_interval: String,
    /// False positive rate.
    pub fpr: String,
    /// False negative rate.
    pub fnr: String,
}

/// A version.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Its label.
    pub version: String,
    /// When it was recorded.
    pub recorded: Moment,
    /// SHA-256 of the model, or that it is not known.
    pub model: String,
    /// The event that says so.
    pub event: u64,
}
