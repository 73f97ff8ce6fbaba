//! An AI system: deployments, assessments, bias tables, versions.

use askama::Template;
use attestry_domain::event::AssessmentKind;
use attestry_domain::id::AiSystemId;
use attestry_domain::programme::{AiSystem, Assessment};
use axum::extract::Path;
use axum::response::Response;
use serde_json::Value as Json;

use crate::context::Context;
use crate::pages::systems::{assessments, role};
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{grouped, ratio};
use crate::view::{Frame, IntervalChart, IntervalRow, Moment, Place, Reference, Shape};

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

/// The page of an AI system.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let unknown = || Problem::unknown("AI system", &id, Vec::new());
    let system: AiSystemId = id.parse().map_err(|_| unknown())?;
    let known = context.programme().systems.get(&system).ok_or_else(unknown)?;
    let registered = &known.registered.value;
    let (bias, impact) = (
        assessments(&context, &system, AssessmentKind::Bias),
        assessments(&context, &system, AssessmentKind::Impact),
    );
    let mut listed: Vec<AssessmentRow> =
        bias.iter().chain(&impact).map(|one| assessment(&context, one)).collect();
    listed.sort_by_key(|row| std::cmp::Reverse(row.event));
    let frame = context.frame(Place::Ai, registered.name.clone());
    page(&SystemPage {
        frame: frame.under("AI systems", context.axis.link("/ai")),
        purpose: registered.purpose.clone(),
        role: role(registered.role),
        affected: registered.affected.clone(),
        autonomy: registered.autonomy.clone(),
        deployments: deployments(&context, known),
        assessments: listed,
        bias: match bias.first() {
            Some(newest) => bias_tables(&context, newest).await?,
            None => Vec::new(),
        },
        versions: versions(known),
    })
}

fn deployments(context: &Context, known: &AiSystem) -> Vec<DeploymentRow> {
    let zone = context.zone();
    let row =
        |one: &attestry_domain::programme::Recorded<attestry_domain::programme::Deployment>| DeploymentRow {
            version: one.value.version.clone(),
            environment: one.value.environment.clone(),
            from: Moment::minute_of(one.value.deployed_at, &zone),
            until: one.value.ended_at.map(|at| Moment::minute_of(at, &zone)),
            event: one.at,
        };
    known.deployments.iter().rev().map(row).collect()
}

fn versions(known: &AiSystem) -> Vec<VersionRow> {
    let row = |(label, one): (
        &String,
        &attestry_domain::programme::Recorded<Option<attestry_domain::id::Digest>>,
    )| VersionRow {
        version: label.clone(),
        recorded: one.recorded_on.into(),
        model: one.value.map_or_else(|| "not known".to_owned(), |digest| digest.short()),
        event: one.at,
    };
    let mut rows: Vec<VersionRow> = known.versions.iter().map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.event));
    rows
}

fn assessment(context: &Context, one: &Assessment) -> AssessmentRow {
    let submitted = &one.submitted.value;
    AssessmentRow {
        kind: match submitted.kind {
            AssessmentKind::Impact => "impact",
            AssessmentKind::Bias => "bias",
        },
        conducted: submitted.conducted_on.into(),
        approved: one.approved.as_ref().map(|approved| approved.recorded_on.into()),
        approver: one.approved.as_ref().map(|approved| context.name_of(approved.by)).unwrap_or_default(),
        summary: submitted.summary.clone(),
        event: one.submitted.at,
    }
}

/// The tables of a bias assessment, from their object.
async fn bias_tables(context: &Context, newest: &Assessment) -> Result<Vec<BiasTable>, Problem> {
    let Some(outcome) = &newest.submitted.value.bias else { return Ok(Vec::new()) };
    let bytes = context.reader.state.workspace.object(&outcome.tables.digest).await?;
    let report: Json = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::Failed(format!("object {}: {error}", outcome.tables.digest)))?;
    let threshold = fraction(outcome.threshold_ppm);
    let records = report.get("rows").and_then(Json::as_u64).unwrap_or(0);
    let tables = report.get("tables").and_then(Json::as_array);
    Ok(tables.into_iter().flatten().map(|table| bias_table(table, records, threshold)).collect())
}

fn bias_table(table: &Json, records: u64, threshold: f64) -> BiasTable {
    let list = |name| table.get(name).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let attributes: Vec<&str> = list("attributes").iter().filter_map(Json::as_str).collect();
    let rows = list("rows");
    let chart_rows: Vec<IntervalRow> = rows.iter().map(|row| interval_row(row, threshold)).collect();
    let title = finding(&attributes, &chart_rows, threshold);
    let words = if (threshold - 0.8).abs() < 1e-9 {
        "four-fifths, for reference".to_owned()
    } else {
        format!("threshold {}", ratio(threshold))
    };
    BiasTable {
        chart: IntervalChart::new(title.clone(), chart_rows, Some(Reference { value: threshold, words })),
        note: format!(
            "Impact ratio by {} against the group selected most often (open dot), with 95 % intervals, from {} predictions.",
            attributes.join(" and "),
            grouped(records)
        ),
        rows: rows.iter().map(bias_row).collect(),
        title,
    }
}

/// The finding as a sentence: the group furthest below, or that none is.
fn finding(attributes: &[&str], rows: &[IntervalRow], threshold: f64) -> String {
    let by = attributes.join(" and ");
    let compared = rows.iter().filter(|row| !row.is_reference).filter_map(|row| Some((row, row.value?)));
    let lowest = compared.min_by(|one, other| one.1.total_cmp(&other.1));
    match lowest {
        None => format!("By {by} there are no two groups to compare"),
        Some((row, value)) if row.shape == Shape::Bar => {
            format!(
                "By {by}, {} is selected {} times as often as the reference group",
                row.label,
                ratio(value)
            )
        }
        Some((row, value)) if row.shape == Shape::Dotted => {
            format!(
                "By {by}, {} at {} is inconclusive: its interval crosses the line",
                row.label,
                ratio(value)
            )
        }
        Some((_, value)) => {
            format!("By {by}, no group lies below {}: the lowest is {}", ratio(threshold), ratio(value))
        }
    }
}

fn interval_row(row: &Json, threshold: f64) -> IntervalRow {
    let value = number(row, "impact_ratio_vs_max");
    let interval = interval(row, "impact_ratio_vs_max_ci95");
    let is_reference = row.get("is_reference").and_then(Json::as_bool).unwrap_or(false);
    let shape = match interval {
        _ if is_reference => Shape::Full,
        Some((_, high)) if high < threshold => Shape::Bar,
        Some((low, _)) if low >= threshold => Shape::Full,
        _ => Shape::Dotted,
    };
    let n = grouped(row.get("n").and_then(Json::as_u64).unwrap_or(0));
    let words = match (value, interval) {
        _ if is_reference => "the others are compared with it".to_owned(),
        (Some(value), Some((low, high))) => {
            format!("{} ({} to {})", ratio(value), ratio(low), ratio(high))
        }
        (Some(value), None) => ratio(value),
        (None, _) => "not estimable".to_owned(),
    };
    IntervalRow {
        label: group(row),
        words,
        n,
        value,
        interval: interval.filter(|_| !is_reference),
        shape,
        is_reference,
    }
}

fn bias_row(row: &Json) -> BiasRow {
    let count = |name| row.get(name).and_then(Json::as_u64).map(grouped).unwrap_or_default();
    let rate = |name| number(row, name).map_or_else(|| "not estimable".to_owned(), ratio);
    let between = |name| {
        interval(row, name)
            .map(|(low, high)| format!("{} to {}", ratio(low), ratio(high)))
            .unwrap_or_default()
    };
    BiasRow {
        group: group(row),
        n: count("n"),
        selected: count("selected"),
        rate: rate("selection_rate"),
        rate_interval: between("selection_rate_ci95"),
        ratio: rate("impact_ratio_vs_max"),
        ratio_interval: between("impact_ratio_vs_max_ci95"),
        fpr: rate("fpr"),
        fnr: rate("fnr"),
    }
}

fn group(row: &Json) -> String {
    let values = row.get("group").and_then(Json::as_array);
    let values = values.into_iter().flatten().map(|value| value.as_str().unwrap_or("missing"));
    values.collect::<Vec<_>>().join(" × ")
}

fn number(row: &Json, name: &str) -> Option<f64> {
    row.get(name).and_then(Json::as_f64)
}

/// The interval inside the object that names its method.
fn interval(row: &Json, name: &str) -> Option<(f64, f64)> {
    let ends = row.get(name)?.as_object()?.values().next()?.as_array()?;
    Some((ends.first()?.as_f64()?, ends.get(1)?.as_f64()?))
}

#[expect(clippy::cast_precision_loss, reason = "thresholds are far below 2^53 millionths")]
fn fraction(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}
