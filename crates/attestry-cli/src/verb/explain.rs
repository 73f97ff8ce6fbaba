//! The chain of reasons, from a requirement or control to single records.

use std::process::ExitCode;

use attestry_app::evidence;
use attestry_app::explain::{self, ControlExplained, RowExplained, TestExplained};
use attestry_app::readiness::Status;
use attestry_app::{AppError, Workspace};
use attestry_domain::assess::Occurrence;
use attestry_domain::event::AssessmentKind;
use attestry_domain::id::{AiSystemId, ControlId, SegmentId};
use attestry_domain::time::day_words;
use serde_json::json;

use crate::args::{Explain, Place, View};
use crate::home;
use crate::ui::words::{counted, grouped};
use crate::ui::{Cell, Mark, Out, Page, Table};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Explain) -> Done {
    let workspace = home::workspace(place).await?;
    let status = workspace.status(home::axis(view, args.period)).await?;
    if let Some(id) = control_meant(&status, &args.id) {
        let explained = explain::control(&workspace, &status, &id).await?;
        let records = records(&workspace, &status, std::slice::from_ref(&explained), args.records)?;
        let document = json!({ "at": status.readiness.at, "control": explained, "records": records });
        out.show(&document, |page| chain(page, &status, &explained, &records, args.records))?;
        return Ok(ExitCode::SUCCESS);
    }
    let explained = explain::requirement(&workspace, &status, &args.id).await?;
    let records = records(&workspace, &status, &explained.controls, args.records)?;
    let document = json!({ "requirement": explained, "records": records });
    out.show(&document, |page| {
        page.title(format!("{}  {}", explained.id, explained.title));
        page.say(&explained.summary);
        page.gap();
        page.say(&explained.sentence);
        for control in &explained.controls {
            chain(page, &status, control, &records, args.records);
        }
        page.gap();
        page.note(format!("N {}, as of {}.", grouped(explained.at), status.readiness.question.as_of));
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The control that a text names, whatever its letter case; also one that is not there, when its family is.
fn control_meant(status: &Status, text: &str) -> Option<ControlId> {
    let known = || status.snapshot.catalog.controls.keys();
    if let Some(id) = known().find(|id| id.as_str().eq_ignore_ascii_case(text)) {
        return Some(id.clone());
    }
    let text = text.to_ascii_uppercase();
    let (family, _) = text.split_once('-')?;
    let is_family = known().any(|id| id.as_str().split_once('-').is_some_and(|(one, _)| one == family));
    text.parse().ok().filter(|_| is_family)
}

/// The records that the printed rows come from.
fn records(
    workspace: &Workspace,
    status: &Status,
    controls: &[ControlExplained],
    limit: usize,
) -> Result<Vec<evidence::Record>, AppError> {
    let mut records: Vec<evidence::Record> = Vec::new();
    let tests = controls.iter().flat_map(|control| &control.tests);
    let rows = tests.flat_map(|test| shown(test).into_iter().take(limit));
    for (segment, row) in rows.flat_map(places) {
        let Ok(segment) = segment.parse::<SegmentId>() else { continue };
        if !records.iter().any(|known| known.segment == segment && known.row == row) {
            records.push(evidence::record(workspace, &status.snapshot, segment, row)?);
        }
    }
    Ok(records)
}

fn chain(
    page: &mut Page,
    status: &Status,
    control: &ControlExplained,
    records: &[evidence::Record],
    limit: usize,
) {
    page.title(format!("{}  {}", control.id, control.title));
    if !control.gives.is_empty() {
        page.say(format!("{}: {}", capital(&control.gives), control.rationale));
    }
    let Some(assessment) = &control.assessment else {
        page.say("Not adopted.");
        return;
    };
    let design = &assessment.design;
    let since = design.implemented_since.map(|day| format!(" since {}", day_words(day))).unwrap_or_default();
    let owner = control.owner.as_deref().unwrap_or("nobody");
    let mut line = format!("Design: {}{since}, owned by {owner}", design.level.as_str());
    if !design.missing.is_empty() {
        line.push_str(&format!("; it lacks {}", design.missing.join(", ")));
    }
    page.say(format!("{line}."));
    if let Some(operation) = &assessment.operation {
        page.raw(state(Mark::from(operation), &format!("Operation: {}", operation.words())));
    }
    occurrences(page, status, control, &assessment.occurrences);
    for test in &control.tests {
        explain_test(page, status, test, records, limit);
    }
}

fn state(mark: Mark, words: &str) -> String {
    let style = mark.style();
    format!("{style}{}{style:#} {words}", mark.shape())
}

fn occurrences(page: &mut Page, status: &Status, control: &ControlExplained, occurrences: &[Occurrence]) {
    if occurrences.is_empty() {
        return;
    }
    let mut table =
        Table::new().column("  window").column("due").column("performed").column("state").text("shown by");
    for one in occurrences {
        let late = if one.recorded_late() { ", recorded late" } else { "" };
        table.row(vec![
            format!("  {} – {}", one.expected.window.from(), one.expected.window.last()).into(),
            one.expected.due_on.to_string().into(),
            one.performed_on.map(|day| day.to_string()).unwrap_or_default().into(),
            Cell::state(one.state, format!("{}{late}", one.state.as_str())),
            shown_by(status, control, one).into(),
        ]);
    }
    page.table(&table);
}

/// The file and event that show an occurrence.
fn shown_by(status: &Status, control: &ControlExplained, one: &Occurrence) -> String {
    let programme = &status.snapshot.programme;
    let stated = programme.controls.get(&control.id).into_iter().flat_map(|known| &known.attestations);
    let Some(stated) = stated.into_iter().find(|stated| Some(stated.value.attestation) == one.attestation)
    else {
        return String::new();
    };
    let file = stated.value.artifact.and_then(|id| programme.artifacts.get(&id));
    let file = file.map_or_else(|| "no file".to_owned(), |file| file.value.name.clone());
    format!("{file}, event {}", grouped(stated.at))
}

fn explain_test(
    page: &mut Page,
    status: &Status,
    test: &TestExplained,
    records: &[evidence::Record],
    limit: usize,
) {
    page.indented(2, format!("Test {}: {}", test.id, test.title));
    let mut words = format!("{}, {}", counted(test.of, "occurrence"), counted(test.n, "exception"));
    if test.recorded_late > 0 {
        words.push_str(&format!(", {} recorded late", grouped(test.recorded_late)));
    }
    page.indented(4, format!("{words}. Counted: {}.", test.unit));
    for gap in &test.gaps {
        page.indented(4, format!("{} {gap}", Mark::Dotted.shape()));
    }
    let Some(run) = test.runs.first() else { return };
    let made = format!(
        "Run {} of {}, made from N {}, event {}",
        run.id,
        day_of(&run.recorded_at.to_string()),
        grouped(run.recorded.at),
        grouped(run.event)
    );
    page.indented(4, format!("{made}."));
    if test.runs.len() > 1 {
        let earlier = u64::try_from(test.runs.len() - 1).unwrap_or(u64::MAX);
        page.indented(4, format!("Other days are counted from {}.", counted(earlier, "earlier run")));
    }
    let rows = shown(test);
    if !rows.is_empty() {
        let what = if test.n > 0 { "Exceptions" } else { "Occurrences, the first" };
        page.indented(4, format!("{what}:"));
    }
    for row in rows.iter().take(limit) {
        print_row(page, status, row, records);
    }
    if rows.len() > limit {
        page.indented(
            6,
            format!("and {} more; --records N lists more.", grouped((rows.len() - limit) as u64)),
        );
    }
}

/// The exceptions of all runs that count, newest first; when there are none, occurrences of the newest run.
fn shown(test: &TestExplained) -> Vec<&RowExplained> {
    let mut rows: Vec<&RowExplained> = test.exceptions().collect();
    rows.sort_by(|one, other| other.occurred_at.cmp(&one.occurred_at));
    if rows.is_empty() {
        let newest = test.runs.iter().find(|run| !run.rows.is_empty());
        rows.extend(newest.into_iter().flat_map(|run| &run.rows));
    }
    rows
}

fn print_row(page: &mut Page, status: &Status, row: &RowExplained, records: &[evidence::Record]) {
    let reason = row.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    page.indented(6, format!("{} {}{reason}", day_of(&row.occurred_at), row.id));
    if let Some(response) = &row.response {
        page.indented(8, format!("Management: {}", response.text));
    }
    if let Some(system) = cell(row, "evidence_system").and_then(|id| id.parse().ok()) {
        print_system(page, status, system);
    }
    for (segment, number) in places(row) {
        let found = records.iter().find(|one| one.segment.to_string() == segment && one.row == number);
        let Some(record) = found else { continue };
        let cells =
            record.cells.iter().filter_map(|(name, _, value, _)| Some(format!("{name} {}", value.as_ref()?)));
        let cells = cells.collect::<Vec<_>>().join(", ");
        page.indented(8, format!("{} record {segment}/{number}: {cells}", record.stream));
        if let Some(sealed) = status.snapshot.programme.segments.get(&record.segment) {
            let (source, event) = (&sealed.value.source, grouped(sealed.at));
            let recorded = day_of(&sealed.recorded_at.to_string());
            page.indented(8, format!("from {source}, recorded {recorded}, event {event}"));
        }
    }
}

/// The records that a row comes from: its own, and those that its further `evidence_segment_N` columns name.
fn places(row: &RowExplained) -> Vec<(String, u64)> {
    let further = (2..10).filter_map(|n| {
        let segment = cell(row, &format!("evidence_segment_{n}"))?;
        Some((segment.to_owned(), cell(row, &format!("evidence_row_{n}"))?.parse().ok()?))
    });
    row.evidence.clone().into_iter().chain(further).collect()
}

fn cell<'a>(row: &'a RowExplained, name: &str) -> Option<&'a str> {
    row.cells.iter().find(|(column, _)| column == name).map(|(_, value)| value.as_str())
}

/// What the ledger holds about an AI system's assessments: for tests that read the programme, that is the evidence.
fn print_system(page: &mut Page, status: &Status, system: AiSystemId) {
    let programme = &status.snapshot.programme;
    let Some(known) = programme.systems.get(&system) else { return };
    page.indented(
        8,
        format!("AI system {}, event {}", known.registered.value.name, grouped(known.registered.at)),
    );
    let mut assessments: Vec<_> =
        programme.assessments.values().filter(|one| one.submitted.value.system == system).collect();
    assessments.sort_by_key(|one| std::cmp::Reverse(one.submitted.at));
    for one in assessments.iter().take(3) {
        let submitted = &one.submitted.value;
        let kind = match submitted.kind {
            AssessmentKind::Impact => "impact",
            AssessmentKind::Bias => "bias",
        };
        let approved = one.approved.as_ref().map_or_else(
            || "not approved".to_owned(),
            |approved| {
                format!("approved {}, event {}", day_words(approved.recorded_on), grouped(approved.at))
            },
        );
        let (on, event) = (day_words(submitted.conducted_on), grouped(one.submitted.at));
        page.indented(
            8,
            format!("{kind} assessment of {on}, event {event}, {approved}: {}", submitted.summary),
        );
        if let Some(dataset) = submitted.bias.as_ref().and_then(|bias| programme.datasets.get(&bias.dataset))
        {
            let (name, digest) = (&dataset.value.name, dataset.value.object.digest.short());
            page.indented(
                10,
                format!("from dataset {name}, {} rows, SHA-256 {digest}", grouped(dataset.value.rows)),
            );
        }
    }
}

/// The day of an instant in words.
fn day_of(instant: &str) -> String {
    let day = instant.get(..10).and_then(|day| attestry_domain::time::day(day).ok());
    day.map_or_else(|| instant.to_owned(), day_words)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
