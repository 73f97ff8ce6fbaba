//! Why: the chain requirement ← mapping ← control ← test ← occurrence ← evidence, down to single records.

use std::sync::Arc;

use attestry_domain::assess::{ControlAssessment, Question, RequirementAssessment, TestAssessment};
use attestry_domain::catalog::{Control, Mapping, Requirement};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{ExceptionResponded, RunRecorded};
use attestry_domain::id::{ControlId, RequirementId, RunId, TestId};
use attestry_domain::programme::Recorded;
use attestry_domain::time::{Day, Instant};
use serde::Serialize;

use crate::readiness::Status;
use crate::rows::StoredRows;
use crate::{AppError, Workspace};

/// How many rows of a run without exceptions are shown.
const SHOWN: usize = 3;

/// Why a requirement stands as it does.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementExplained {
    /// Qualified identifier.
    pub id: RequirementId,
    /// Title.
    pub title: String,
    /// What it asks.
    pub summary: String,
    /// The ledger size this was made from.
    pub at: u64,
    /// What was asked.
    #[serde(skip)]
    pub question: Question,
    /// The state as a sentence.
    pub sentence: String,
    /// The state.
    pub state: RequirementAssessment,
    /// Its controls, key ones first.
    pub controls: Vec<ControlExplained>,
}

/// What a control gives, and why it stands as it does.
#[derive(Debug, Clone, Serialize)]
pub struct ControlExplained {
    /// The control.
    pub id: ControlId,
    /// Title.
    pub title: String,
    /// `satisfies`, `contributes, key` or `contributes, supporting`; empty when asked for the control itself.
    pub gives: String,
    /// Why it gives that.
    pub rationale: String,
    /// Whether the programme has adopted it.
    pub adopted: bool,
    /// The owner's name.
    pub owner: Option<String>,
    /// Design and operation, when adopted.
    pub assessment: Option<Arc<ControlAssessment>>,
    /// Operation in words.
    pub words: String,
    /// Its tests.
    pub tests: Vec<TestExplained>,
}

/// What a test found.
#[derive(Debug, Clone, Serialize)]
pub struct TestExplained {
    /// The test.
    pub id: TestId,
    /// What it finds out.
    pub title: String,
    /// What is counted.
    pub unit: String,
    /// Occurrences.
    pub of: u64,
    /// Exceptions.
    pub n: u64,
    /// Occurrences recorded long after they happened.
    pub recorded_late: u64,
    /// Why some day is not tested.
    pub gaps: Vec<String>,
    /// The runs that count, newest first.
    pub runs: Vec<RunExplained>,
}

impl TestExplained {
    /// The exceptions that are counted: of each day those of the newest run that looked at it.
    pub fn exceptions(&self) -> impl Iterator<Item = &RowExplained> {
        self.runs.iter().filter(|run| run.exceptions).flat_map(|run| &run.rows)
    }
}

/// What a run found.
#[derive(Debug, Clone, Serialize)]
pub struct RunExplained {
    /// The run.
    pub id: RunId,
    /// What was recorded.
    pub recorded: RunRecorded,
    /// When.
    pub recorded_at: Instant,
    /// The event.
    pub event: u64,
    /// Its exceptions, or when it has none some of its occurrences; of a control's tests only those that count.
    pub rows: Vec<RowExplained>,
    /// Whether `rows` are exceptions.
    pub exceptions: bool,
}

/// An occurrence with the record it comes from.
#[derive(Debug, Clone, Serialize)]
pub struct RowExplained {
    /// Its id in the population.
    pub id: String,
    /// When it happened.
    pub occurred_at: String,
    /// Why it is an exception.
    pub reason: Option<String>,
    /// The segment and row of the record it comes from.
    pub evidence: Option<(String, u64)>,
    /// Further columns, with their names.
    pub cells: Vec<(String, String)>,
    /// Management's answer, newest.
    pub response: Option<ExceptionResponded>,
}

/// Explains a requirement by its qualified or bare identifier.
///
/// # Errors
/// When no framework in scope has it, or several do.
pub async fn requirement(
    workspace: &Workspace,
    status: &Status,
    text: &str,
) -> Result<RequirementExplained, AppError> {
    let id = resolve(status, text)?;
    let catalog = &status.snapshot.catalog;
    let requirement = catalog.requirements.get(&id).ok_or_else(|| AppError::unknown("requirement", &id))?;
    let states = status.readiness.frameworks.iter().flat_map(|framework| &framework.requirements);
    let state = states.into_iter().find(|state| state.id == id).cloned();
    let state = state.ok_or_else(|| out_of_scope(status, requirement))?;
    let mut mapped: Vec<(&Control, &Mapping)> = catalog.mapped(&id).collect();
    mapped.sort_by_key(|(control, mapping)| (!mapping.kind.is_key(), control.id.clone()));
    let mut controls = Vec::new();
    for (found, mapping) in mapped {
        let mut explained = control(workspace, status, &found.id).await?;
        mapping.kind.as_str().clone_into(&mut explained.gives);
        explained.rationale.clone_from(&mapping.rationale);
        controls.push(explained);
    }
    Ok(RequirementExplained {
        sentence: sentence(status, &state),
        title: requirement.title.clone(),
        summary: requirement.summary.clone(),
        at: status.readiness.at,
        question: status.readiness.question,
        id,
        state,
        controls,
    })
}

/// The one requirement that a text names among the frameworks in scope.
///
/// # Errors
/// When there is none, with the nearest; or several, with all of them.
pub fn resolve(status: &Status, text: &str) -> Result<RequirementId, AppError> {
    let catalog = &status.snapshot.catalog;
    let adopted = status.snapshot.programme.adopted();
    let mut found = catalog.resolve(text, &adopted);
    match (found.len(), found.pop()) {
        (1, Some(id)) => Ok(id),
        (0, _) | (_, None) => {
            let (kind, id) = ("requirement", text.to_owned());
            Err(AppError::NotFound { kind, id, near: near(status, text) })
        }
        (_, Some(last)) => {
            let all = found.iter().chain([&last]).map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(AppError::Input(format!("`{text}` can mean {all}; say which")))
        }
    }
}

/// The assessable requirements in scope whose codes come nearest to a text.
fn near(status: &Status, text: &str) -> Vec<String> {
    let frameworks = status.snapshot.programme.adopted();
    let known = frameworks.iter().flat_map(|framework| status.snapshot.catalog.requirements_of(framework));
    let code = text.rsplit(':').next().unwrap_or(text);
    let mut scored: Vec<(usize, String)> = known
        .filter(|requirement| requirement.assessable)
        .map(|requirement| (strsim::levenshtein(requirement.id.code(), code), requirement.id.to_string()))
        .collect();
    scored.sort();
    scored.into_iter().take(4).map(|(_, id)| id).collect()
}

fn out_of_scope(status: &Status, requirement: &Requirement) -> AppError {
    let framework = requirement.id.framework();
    let adopted = status.snapshot.programme.adopted().iter().any(|one| one.as_str() == framework);
    AppError::Input(match (adopted, requirement.assessable, &requirement.category) {
        (true, false, _) => not_assessed(status, requirement),
        (true, true, Some(category)) => {
            format!("{}: the category {category} is not in scope", requirement.id)
        }
        (true, true, None) => {
            let duty = requirement.applies.as_ref().map(|applies| applies.duty.join(" or "));
            format!("{} concerns a {}, which is not in scope", requirement.id, duty.unwrap_or_default())
        }
        _ => format!("{}: {framework} is not in scope", requirement.id),
    })
}

/// Why a node has no state, and which one has.
fn not_assessed(status: &Status, requirement: &Requirement) -> String {
    let parent = requirement.parent.as_ref().map(|parent| parent.code());
    if let ("point_of_focus", Some(parent)) = (requirement.kind.as_str(), parent) {
        return format!(
            "{} is a point of focus, guidance that is not judged by itself; ask for {parent}",
            requirement.id
        );
    }
    let framework = requirement.id.framework().parse().ok();
    let nodes = framework.iter().flat_map(|framework| status.snapshot.catalog.requirements_of(framework));
    let parts = nodes.filter(|one| one.parent.as_ref() == Some(&requirement.id));
    let parts: Vec<&str> = parts.map(|one| one.id.code()).collect();
    if parts.is_empty() {
        return format!("{} asks nothing that a control could meet, so it has no state", requirement.id);
    }
    format!("{} is a heading; ask for one of its parts: {}", requirement.id, parts.join(", "))
}

/// Explains a control.
///
/// # Errors
/// When there is no such control, or stored rows cannot be read.
pub async fn control(
    workspace: &Workspace,
    status: &Status,
    id: &ControlId,
) -> Result<ControlExplained, AppError> {
    let catalog = &status.snapshot.catalog;
    let known = catalog.controls.get(id).ok_or_else(|| {
        let prefix = id.as_str().split('-').next().unwrap_or_default();
        let like = catalog.controls.keys().filter(|one| one.as_str().starts_with(prefix));
        AppError::NotFound {
            kind: "control",
            id: id.to_string(),
            near: like.take(6).map(ToString::to_string).collect(),
        }
    })?;
    let programme = &status.snapshot.programme;
    let assessment = status.readiness.controls.get(id).cloned();
    let owner =
        programme.controls.get(id).and_then(|control| control.owner_on(status.readiness.question.as_of));
    let mut tests = Vec::new();
    for test in assessment.iter().flat_map(|assessment| &assessment.tests) {
        tests.push(explain_test(workspace, status, test).await?);
    }
    let operation = assessment.as_ref().and_then(|one| one.operation.as_ref());
    Ok(ControlExplained {
        id: id.clone(),
        title: known.title.clone(),
        gives: String::new(),
        rationale: String::new(),
        adopted: assessment.is_some(),
        owner: owner.map(|owner| programme.name_of(owner)),
        words: operation.map_or_else(String::new, attestry_domain::assess::Operation::words),
        assessment,
        tests,
    })
}

async fn explain_test(
    workspace: &Workspace,
    status: &Status,
    assessed: &TestAssessment,
) -> Result<TestExplained, AppError> {
    let known = status.snapshot.catalog.tests.get(&assessed.id);
    let mut runs = Vec::new();
    for id in &assessed.runs {
        let counts = |day: Option<Day>| day.and_then(|day| assessed.run_of(day)) == Some(*id);
        runs.push(explain_run(workspace, status, id, SHOWN, counts).await?);
    }
    Ok(TestExplained {
        id: assessed.id.clone(),
        title: known.map_or_else(String::new, |test| test.title.clone()),
        unit: known.map_or_else(String::new, |test| test.unit.clone()),
        of: assessed.of,
        n: assessed.n,
        recorded_late: assessed.recorded_late,
        gaps: assessed.gaps.clone(),
        runs,
    })
}

/// Explains a run: all its exceptions, or when there are none some of its occurrences.
///
/// # Errors
/// When there is no such run, or its rows cannot be read.
pub async fn run(
    workspace: &Workspace,
    status: &Status,
    id: &RunId,
    shown: usize,
) -> Result<RunExplained, AppError> {
    explain_run(workspace, status, id, shown, |_| true).await
}

/// A run with those of its rows whose day in the organisation's calendar is wanted.
async fn explain_run(
    workspace: &Workspace,
    status: &Status,
    id: &RunId,
    shown: usize,
    wanted: impl Fn(Option<Day>) -> bool,
) -> Result<RunExplained, AppError> {
    let programme = &status.snapshot.programme;
    let zone = programme.zone();
    let recorded: &Arc<Recorded<RunRecorded>> =
        programme.runs.get(id).ok_or_else(|| AppError::unknown("test run", id))?;
    let (mut rows, mut exceptions) = (Vec::new(), false);
    if let RunOutcome::Ran { exceptions: n, exception_rows, population_rows, .. } = &recorded.value.outcome {
        exceptions = *n > 0;
        let digest = if exceptions { exception_rows.digest } else { population_rows.digest };
        let stored = workspace.stored_rows(&digest).await?;
        let limit = if exceptions { usize::MAX } else { shown };
        let day = |row: &[Option<String>]| {
            stored.cell(row, "occurred_at")?.parse::<Instant>().ok().map(|at| at.day(&zone))
        };
        let counted = stored.rows.iter().filter(|row| wanted(day(row))).take(limit);
        rows = counted.map(|row| explain_row(status, &recorded.value.test, &stored, row)).collect();
    }
    let (recorded_at, event) = (recorded.recorded_at, recorded.at);
    Ok(RunExplained { id: *id, recorded: recorded.value.clone(), recorded_at, event, rows, exceptions })
}

fn explain_row(status: &Status, test: &TestId, stored: &StoredRows, row: &[Option<String>]) -> RowExplained {
    const KNOWN: [&str; 6] =
        ["id", "occurred_at", "reason", "recorded_at", "evidence_segment", "evidence_row"];
    let text = |name| stored.cell(row, name).map(str::to_owned);
    let id = text("id").unwrap_or_default();
    let segment = text("evidence_segment");
    let number = stored.cell(row, "evidence_row").and_then(|number| number.parse().ok());
    let cells = stored.columns.iter().zip(row).filter(|((name, _), _)| !KNOWN.contains(&name.as_str()));
    let cells = cells.filter_map(|((name, _), cell)| Some((name.clone(), cell.clone()?))).collect();
    let responses = status.snapshot.programme.responses.get(&(test.clone(), id.clone()));
    RowExplained {
        occurred_at: text("occurred_at").unwrap_or_default(),
        reason: text("reason"),
        evidence: segment.zip(number),
        cells,
        response: responses.and_then(|all| all.last()).map(|one| one.value.clone()),
        id,
    }
}

/// A requirement's state as a sentence.
pub fn sentence(status: &Status, state: &RequirementAssessment) -> String {
    if let Some(reason) = &state.excluded {
        return format!("Excluded: {reason}");
    }
    let implemented = state.key.iter().filter(|id| {
        let control = status.readiness.controls.get(*id);
        control
            .is_some_and(|control| control.design.level == attestry_domain::assess::DesignLevel::Implemented)
    });
    let mut text = format!(
        "Design {}: {} of {} key controls implemented.",
        state.design.as_str(),
        implemented.count(),
        state.key.len()
    );
    if let Some(operation) = state.operation {
        text.push_str(&format!(" Operation {}", operation.as_str()));
        let words = state.decided_by.iter().filter_map(|id| {
            let operation = status.readiness.controls.get(id)?.operation.as_ref()?;
            Some(format!("{id} {}", operation.words()))
        });
        let words = words.collect::<Vec<_>>().join("; ");
        text.push_str(&if words.is_empty() { ".".to_owned() } else { format!(": {words}.") });
    }
    text
}
