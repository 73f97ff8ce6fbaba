//! Bias tables from prediction logs: one reduction in the engine, one pure function in `stats`.

use std::path::Path;

use attestry_domain::command::Command;
use attestry_domain::event::{AssessmentKind, AssessmentSubmitted, BiasOutcome, DatasetRegistered, Verdict};
use attestry_domain::id::{AiSystemId, AssessmentId, DatasetId, Digest};
use attestry_domain::time::Day;
use attestry_stats::fairness::{Cell, FourFifths, GroupTable, each_and_intersection, group_tables};
use attestry_stats::{Table, Value};
use serde::{Deserialize, Serialize};

use crate::port::{CellsQuery, FileFormat, FileRef};
use crate::{AppError, Sender, Workspace, tables};

/// The columns of a prediction log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Columns {
    /// What was true; without it only selection is measured.
    pub label: Option<String>,
    /// What was predicted.
    pub prediction: String,
    /// Protected attributes.
    pub by: Vec<String>,
}

/// Bias tables with what they were made from.
#[derive(Debug, Clone, Serialize)]
pub struct BiasReport {
    /// Records in the log.
    pub rows: u64,
    /// SHA-256 of the log.
    pub dataset: Digest,
    /// The columns.
    pub columns: Columns,
    /// Each attribute alone, then all together.
    pub tables: Vec<GroupTable>,
}

/// The group that stands worst against the most selected one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worst {
    /// The group, such as `sex=Female`.
    pub group: String,
    /// Its impact ratio in millionths, cut.
    pub ratio_ppm: Option<i64>,
    /// How it stands to the threshold with its interval.
    pub verdict: Verdict,
}

/// Measures a prediction log.
///
/// # Errors
/// When the file cannot be read, a column is not there, or a label is no truth value.
pub async fn measure(
    engine: &dyn crate::port::QueryEngine,
    file: FileRef,
    format: FileFormat,
    columns: &Columns,
) -> Result<BiasReport, AppError> {
    let dataset = file.digest;
    let query = CellsQuery {
        file,
        format,
        label: columns.label.clone(),
        prediction: Some(columns.prediction.clone()),
        by: columns.by.clone(),
    };
    let counted = engine.count_cells(query).await?;
    let cells = cells(&counted, columns);
    let rows = cells.iter().map(|cell| cell.n).sum();
    let subsets = each_and_intersection(&columns.by);
    let tables =
        group_tables(&columns.by, &cells, &subsets).map_err(|error| AppError::Input(error.to_string()))?;
    Ok(BiasReport { rows, dataset, columns: columns.clone(), tables })
}

fn cells(counted: &Table, columns: &Columns) -> Vec<Cell> {
    let truth = |row, name: &str| match counted.value(row, name) {
        Value::Boolean(truth) => Some(truth),
        _ => None,
    };
    let cell = |row| Cell {
        groups: columns.by.iter().map(|name| counted.value(row, name).as_text().map(str::to_owned)).collect(),
        label: truth(row, "label"),
        prediction: truth(row, "prediction"),
        n: counted.value(row, "count").as_integer().and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
    };
    (0..counted.len()).map(cell).collect()
}

/// The worst verdict over all tables against a threshold in millionths; among equals the lowest ratio.
pub fn worst(tables: &[GroupTable], threshold_ppm: i64) -> Option<Worst> {
    let threshold = fraction(threshold_ppm);
    let rank = |verdict: Verdict| match verdict {
        Verdict::Below => 0,
        Verdict::Inconclusive => 1,
        Verdict::NotEstimable => 2,
        Verdict::Above => 3,
    };
    let groups = tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
    let judged = groups.filter(|(_, row)| row.is_known() && !row.is_reference).map(|(table, row)| {
        let verdict = match row.four_fifths(threshold) {
            FourFifths::Below => Verdict::Below,
            FourFifths::Above => Verdict::Above,
            FourFifths::Inconclusive => Verdict::Inconclusive,
            FourFifths::NotEstimable => Verdict::NotEstimable,
        };
        let named = table.attributes.iter().zip(&row.group);
        let group = named.map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("missing")));
        let group = group.collect::<Vec<_>>().join(", ");
        Worst { group, ratio_ppm: row.impact_ratio_vs_max.map(millionths), verdict }
    });
    judged.min_by_key(|one| (rank(one.verdict), one.ratio_ppm.unwrap_or(i64::MAX)))
}

/// Millionths of a ratio, cut toward zero so that nothing just below a threshold is shown as at it.
#[expect(clippy::cast_possible_truncation, reason = "a float to integer cast saturates")]
fn millionths(ratio: f64) -> i64 {
    (ratio * 1e6) as i64
}

#[expect(clippy::cast_precision_loss, reason = "thresholds are far below 2^53 millionths")]
fn fraction(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

/// A prediction log to register.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The name that SQL sees.
    pub name: String,
    /// The system whose predictions these are.
    pub system: Option<AiSystemId>,
    /// The version that made them.
    pub version: Option<String>,
}

/// Stores a prediction log and names it. The same bytes under the same name are the dataset that is there.
///
/// # Errors
/// When its format is not known, it cannot be stored, or the programme refuses it.
pub async fn register(
    sender: &Sender,
    path: &Path,
    rows: u64,
    wanted: Registration,
) -> Result<DatasetId, AppError> {
    let name = path.display().to_string();
    let format = FileFormat::of_name(&name).ok_or_else(|| unknown_format(&name))?;
    let workspace = sender.workspace();
    let object = workspace.app().store.objects().put_file(path).await?;
    let programme = workspace.newest().programme;
    let mut known = programme.datasets.iter();
    if let Some((id, _)) = known.find(|(_, one)| one.value.name == wanted.name && one.value.object == object)
    {
        return Ok(*id);
    }
    let dataset = DatasetId::new(workspace.app().ulid());
    let Registration { name, system, version } = wanted;
    let format = format.as_str().to_owned();
    let registered = DatasetRegistered { dataset, name, object, format, rows, system, version };
    sender.send(Command::RegisterDataset(registered)).await?;
    Ok(dataset)
}

/// The refusal for a file whose name does not say its format.
pub fn unknown_format(name: &str) -> AppError {
    AppError::Input(format!("`{name}`: the name must end in .parquet, .csv, .csv.gz or .arrow"))
}

/// Measures a registered log.
///
/// # Errors
/// As [`measure`], and when there is no such dataset.
pub async fn measure_registered(
    workspace: &Workspace,
    dataset: DatasetId,
    columns: &Columns,
) -> Result<BiasReport, AppError> {
    let programme = workspace.newest().programme;
    let known = programme.datasets.get(&dataset).ok_or_else(|| AppError::unknown("dataset", dataset))?;
    let format = FileFormat::parse(&known.value.format).ok_or_else(|| unknown_format(&known.value.name))?;
    let file = tables::file_ref(workspace, known.value.object.digest, known.value.object.bytes);
    measure(workspace.app().engine.as_ref(), file, format, columns).await
}

/// Submits what a registered log shows as a bias assessment, against the threshold approved for `impact_ratio`.
///
/// # Errors
/// When no threshold is approved, the log cannot be measured, or the programme refuses it.
pub async fn submit(
    sender: &Sender,
    system: AiSystemId,
    version: Option<String>,
    dataset: DatasetId,
    columns: &Columns,
    conducted_on: Day,
) -> Result<AssessmentId, AppError> {
    let workspace = sender.workspace();
    let programme = workspace.newest().programme;
    let known = programme.systems.get(&system).ok_or_else(|| AppError::unknown("AI system", system))?;
    let threshold =
        known.thresholds.get("impact_ratio").and_then(|values| values.last()).map(|one| one.value);
    let threshold_ppm = threshold.ok_or_else(|| {
        let name = &known.registered.value.name;
        AppError::Input(format!(
            "no threshold for impact_ratio is approved for {name}; approve one before the evaluation"
        ))
    })?;
    let report = measure_registered(workspace, dataset, columns).await?;
    let bytes = serde_json::to_vec(&report).map_err(|error| AppError::Catalog(error.to_string()))?;
    let tables = workspace.app().store.objects().put(&bytes).await?;
    let worst = worst(&report.tables, threshold_ppm);
    let worst =
        worst.ok_or_else(|| AppError::Input("the log has fewer than two groups to compare".to_owned()))?;
    let assessment = AssessmentId::new(workspace.app().ulid());
    let summary = summary(&report, &worst, threshold_ppm);
    let bias = BiasOutcome {
        dataset,
        by: columns.by.clone(),
        tables,
        worst_group: worst.group,
        worst_ratio_ppm: worst.ratio_ppm,
        threshold_ppm,
        verdict: worst.verdict,
    };
    let (kind, bias, artifact) = (AssessmentKind::Bias, Some(bias), None);
    let submitted =
        AssessmentSubmitted { assessment, kind, system, version, conducted_on, summary, artifact, bias };
    sender.send(Command::SubmitAssessment(submitted)).await?;
    Ok(assessment)
}

fn summary(report: &BiasReport, worst: &Worst, threshold_ppm: i64) -> String {
    let ratio = worst
        .ratio_ppm
        .map_or("not estimable".to_owned(), |ppm| format!("{:.3}", fraction(ppm / 1000 * 1000)));
    let stands = match worst.verdict {
        Verdict::Below => "below",
        Verdict::Above => "at or above",
        Verdict::Inconclusive => "with its interval across",
        Verdict::NotEstimable => "not comparable with",
    };
    format!(
        "{} predictions by {}: lowest impact ratio {ratio} ({}), {stands} the threshold {:.3}",
        report.rows,
        report.columns.by.join(" and "),
        worst.group,
        fraction(threshold_ppm)
    )
}
