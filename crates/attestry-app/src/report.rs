//! The readiness report: what management's own monitoring found, as a PDF.

use attestry_domain::assess::{ControlAssessment, DesignLevel, FrameworkAssessment, RequirementAssessment};
use attestry_domain::catalog::{Control, Mapping};
use attestry_domain::id::RequirementId;
use attestry_domain::time::Period;
use serde_json::{Value as Json, json};

use crate::explain::{self, ControlExplained};
use crate::port::Document;
use crate::readiness::Status;
use crate::{AppError, Axis, Workspace};

/// The template and what it imports.
const TEMPLATE: &str = include_str!("../templates/readiness.typ");
const STYLE: &[u8] = include_bytes!("../templates/style.typ");
/// Rows of exceptions printed for one test.
const ROWS: usize = 25;

/// The readiness report along an axis. The same axis with its N gives the same bytes.
///
/// # Errors
/// When there is no such N, evidence cannot be read, or the document cannot be set.
pub async fn readiness(workspace: &Workspace, axis: Axis) -> Result<Vec<u8>, AppError> {
    let status = workspace.status(axis).await?;
    let data = data(workspace, &status).await?;
    let document = Document {
        title: "Readiness report",
        main: TEMPLATE,
        files: &[("style.typ", STYLE)],
        data: &data,
        date: status.readiness.question.as_of,
    };
    Ok(workspace.app().typesetter.pdf(&document)?)
}

/// What the template reads.
///
/// # Errors
/// When evidence cannot be read.
pub async fn data(workspace: &Workspace, status: &Status) -> Result<Json, AppError> {
    let programme = &status.snapshot.programme;
    let readiness = &status.readiness;
    let of = programme.workspace.as_ref();
    let frameworks: Vec<Json> = readiness.frameworks.iter().map(|one| framework(status, one)).collect();
    let (exceptions, not_tested) = findings(workspace, status).await?;
    Ok(json!({
        "title": "Readiness report",
        "organisation": of.map_or("", |workspace| workspace.name.as_str()),
        "simulated": of.is_some_and(|workspace| workspace.simulated.is_some()),
        "made_at": programme.recorded_at.map(|at| seconds(&at.to_string())),
        "as_of": readiness.question.as_of,
        "through": readiness.question.through,
        "period": readiness.question.period.map(days),
        "n": readiness.at,
        "checkpoint": checkpoint(workspace, readiness.at).await?,
        "catalog_digest": readiness.catalog.map(|digest| digest.to_string()),
        "program_version": version(&workspace.app().program),
        "frameworks": frameworks,
        "exceptions": exceptions,
        "not_tested": not_tested,
    }))
}

/// The version, without the program's name before it.
fn version(program: &str) -> &str {
    program.rsplit(' ').next().unwrap_or(program)
}

/// An instant without its fraction of a second.
fn seconds(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text.to_owned(),
    }
}

/// A period with its last day included, as people write it.
fn days(period: Period) -> Json {
    json!({ "from": period.from(), "to": period.last() })
}

/// The root over exactly the events that the report is made from, so that it stays the same as the ledger grows.
async fn checkpoint(workspace: &Workspace, at: u64) -> Result<Json, AppError> {
    workspace.publish().await?;
    Ok(json!({ "size": at, "root": workspace.root_at(at).await? }))
}

fn framework(status: &Status, assessed: &FrameworkAssessment) -> Json {
    let known = status.snapshot.catalog.frameworks.get(&assessed.id);
    let requirements: Vec<Json> = assessed.requirements.iter().map(|one| requirement(status, one)).collect();
    json!({
        "id": assessed.id,
        "title": known.map_or("", |framework| framework.title.as_str()),
        "sentence": sentence(status, assessed),
        "design": assessed.design,
        "operation": assessed.operation,
        "groups": groups(status, assessed),
        "requirements": requirements,
    })
}

/// A framework in one sentence, as the overview prints it.
pub fn sentence(status: &Status, assessed: &FrameworkAssessment) -> String {
    let known = status.snapshot.catalog.frameworks.get(&assessed.id);
    let name = known.map_or("", |framework| framework.short.as_str());
    let attestation = assessed.id.as_str() == "soc2";
    let noun = if attestation { "criteria" } else { "requirements" };
    let name =
        if attestation && assessed.operation.is_some() { format!("{name} Type 2") } else { name.to_owned() };
    let design = assessed.design;
    let designed = format!("{} of {} {noun} met in design", design.met, design.total - design.excluded);
    let Some((operation, period)) = assessed.operation.zip(status.readiness.question.period) else {
        return format!("{name}: {designed}.");
    };
    let days = format!("{} – {}", words(period.from()), words(period.last()));
    let states = [
        (operation.with_exceptions, "with exceptions"),
        (operation.not_tested, "not tested"),
        (operation.not_met, "not met"),
        (operation.no_occurrences, "without occurrences"),
    ];
    let rest =
        states.iter().filter(|(n, _)| *n > 0).map(|(n, state)| format!(", {n} {state}")).collect::<String>();
    let total = operation.total - operation.excluded;
    let excluded = match operation.excluded {
        0 => String::new(),
        excluded => format!("; {excluded} excluded"),
    };
    let through = status.readiness.question.through;
    let judged =
        if through < period.last() { format!(", judged to {}", words(through)) } else { String::new() };
    let met = operation.met;
    format!("{name}, {days}{judged}: {met} of {total} {noun} met in operation{rest}; {designed}{excluded}.")
}

fn words(day: attestry_domain::time::Day) -> String {
    attestry_domain::time::day_words(day)
}

/// The requirement's group: its nearest ancestor without a parent of its own below the root.
fn group_of(status: &Status, id: &RequirementId) -> Option<RequirementId> {
    let requirements = &status.snapshot.catalog.requirements;
    let mut at = requirements.get(id)?;
    while let Some(parent) = at.parent.as_ref().and_then(|parent| requirements.get(parent)) {
        let root = parent.parent.is_none();
        let wide = parent.id.framework() == "soc2" || parent.id.code() == "A";
        if root && wide && at.id != *id {
            break;
        }
        at = parent;
    }
    Some(at.id.clone())
}

fn groups(status: &Status, assessed: &FrameworkAssessment) -> Vec<Json> {
    let mut groups: Vec<(RequirementId, Vec<Json>)> = Vec::new();
    for one in &assessed.requirements {
        let Some(group) = group_of(status, &one.id) else { continue };
        let cell = json!({
            "id": one.id.code(),
            "title": title(status, &one.id),
            "design": one.design,
            "operation": one.operation,
        });
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, cells)) => cells.push(cell),
            None => groups.push((group, vec![cell])),
        }
    }
    let named = |(id, requirements): (RequirementId, Vec<Json>)| json!({ "id": id.code(), "title": title(status, &id), "requirements": requirements });
    groups.into_iter().map(named).collect()
}

fn title(status: &Status, id: &RequirementId) -> String {
    status.snapshot.catalog.requirements.get(id).map(|known| known.title.clone()).unwrap_or_default()
}

fn requirement(status: &Status, assessed: &RequirementAssessment) -> Json {
    let known = status.snapshot.catalog.requirements.get(&assessed.id);
    let mut mapped: Vec<(&Control, &Mapping)> = status.snapshot.catalog.mapped(&assessed.id).collect();
    mapped.sort_by_key(|(control, mapping)| (!mapping.kind.is_key(), control.id.clone()));
    let adopted = mapped.into_iter().filter_map(|(control, mapping)| {
        let assessed = status.readiness.controls.get(&control.id)?;
        Some(control_cell(control, mapping, assessed))
    });
    json!({
        "id": assessed.id.code(),
        "title": title(status, &assessed.id),
        "summary": known.map_or("", |known| known.summary.as_str()),
        "design": assessed.design,
        "operation": assessed.operation,
        "sentence": explain::sentence(status, assessed),
        "controls": adopted.collect::<Vec<Json>>(),
    })
}

fn control_cell(control: &Control, mapping: &Mapping, assessed: &ControlAssessment) -> Json {
    let gaps = assessed.tests.iter().flat_map(|test| &test.gaps).map(|gap| format!("{}.", upper(gap)));
    let missing = assessed.design.missing.iter().map(|what| format!("It lacks {what}."));
    json!({
        "id": control.id,
        "title": control.title,
        "role": if mapping.kind.is_key() { "key" } else { "supporting" },
        "design": level(assessed.design.level),
        "operation": assessed.operation.as_ref().map(attestry_domain::assess::Operation::name),
        "words": assessed.operation.as_ref().map(attestry_domain::assess::Operation::words),
        "why": gaps.chain(missing).collect::<Vec<String>>(),
    })
}

fn level(level: DesignLevel) -> Json {
    serde_json::to_value(level).unwrap_or(Json::Null)
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Exceptions by test, and controls not tested.
async fn findings(workspace: &Workspace, status: &Status) -> Result<(Vec<Json>, Vec<Json>), AppError> {
    let (mut exceptions, mut not_tested) = (Vec::new(), Vec::new());
    for (id, assessed) in &status.readiness.controls {
        let name = status.snapshot.catalog.controls.get(id).map_or("", |control| control.title.as_str());
        if let Some(attestry_domain::assess::Operation::NotTested { reasons }) = &assessed.operation {
            let reason = reasons.first().map(|reason| format!("{}.", upper(reason)));
            not_tested.push(json!({ "control": id, "title": name, "reason": reason.unwrap_or_default() }));
        }
        if assessed.tests.iter().any(|test| test.n > 0) {
            let explained = explain::control(workspace, status, id).await?;
            exceptions.extend(of_control(&explained, status.readiness.question.period));
        }
    }
    Ok((exceptions, not_tested))
}

fn of_control(control: &ControlExplained, asked: Option<Period>) -> Vec<Json> {
    let found = control.tests.iter().filter(|test| test.n > 0).map(|test| {
        let rows: Vec<_> = test.exceptions().collect();
        let within = |period: Period| asked.map_or(Some(period), |asked| asked.intersection(period));
        let period = test.runs.iter().filter_map(|run| within(run.recorded.period));
        let from = period.clone().map(Period::from).min();
        let to = period.map(Period::last).max();
        let answers = rows.iter().filter_map(|row| row.response.as_ref()).map(|answer| answer.text.clone());
        let response = answers.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ");
        let printed = rows.iter().take(ROWS).map(|row| {
            let reason = row.reason.clone().map(|reason| format!("{}.", upper(&reason)));
            json!({ "id": row.id, "occurred": seconds(&row.occurred_at), "reason": reason.unwrap_or_default() })
        });
        json!({
            "control": control.id,
            "title": control.title,
            "test": test.id,
            "n": test.n,
            "of": test.of,
            "window": { "from": from, "to": to },
            "rows": printed.collect::<Vec<Json>>(),
            "response": (!response.is_empty()).then_some(response),
            "recorded_late": test.recorded_late,
        })
    });
    found.collect()
}
