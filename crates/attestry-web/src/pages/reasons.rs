//! A control with its reasons: design, strip, tests with their exceptions, expected occurrences.

use attestry_app::explain::{ControlExplained, RowExplained, RunExplained, TestExplained};
use attestry_domain::assess::{ControlAssessment, Design, Occurrence, OccurrenceState, Operation};
use attestry_domain::event::ExceptionResponded;
use attestry_domain::id::{ControlId, SegmentId};
use attestry_domain::time::{Period, day_words};

use crate::context::Context;
use crate::pages::late::LateRun;
use crate::pages::rows::{ExceptionRow, RecordLink};
use crate::pages::{sentences, shown_by};
use crate::view::words::{grouped, sentence, span};
use crate::view::{Mark, Moment, Shape, Strip};

/// A control with everything its state rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlReasons {
    /// The control.
    pub id: String,
    /// What holds when it works.
    pub title: String,
    /// Who owns it.
    pub owner: String,
    /// How it is mapped to the requirement of the page; empty on the control's own page.
    pub mapping: &'static str,
    /// Why it is.
    pub rationale: String,
    /// Whether it stands open: it decides the requirement's state.
    pub open: bool,
    /// In operation, or in design when no period was asked for.
    pub state: Mark,
    /// In design.
    pub design: Mark,
    /// Since when, or what is missing.
    pub design_sentence: String,
    /// What its state does not say by itself; empty when that says all.
    pub sentence: String,
    /// The period month by month.
    pub strip: Strip,
    /// Its tests.
    pub tests: Vec<TestReasons>,
    /// Its expected occurrences.
    pub occurrences: Vec<OccurrenceRow>,
}

/// A control test with what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReasons {
    /// The test.
    pub id: String,
    /// What it finds out.
    pub title: String,
    /// What an occurrence is.
    pub unit: String,
    /// What it found.
    pub state: Mark,
    /// Occurrences, grouped.
    pub of: String,
    /// The runs that show what was recorded long after it happened.
    pub late: Vec<LateRun>,
    /// Runs, newest first.
    pub runs: Vec<RunLink>,
    /// Why some day is not tested.
    pub gaps: Vec<String>,
    /// The exceptions.
    pub exceptions: Vec<ExceptionRow>,
}

/// How many runs are named in a sentence.
const NAMED: usize = 6;

impl TestReasons {
    /// The newest runs.
    pub fn shown_runs(&self) -> &[RunLink] {
        self.runs.get(..NAMED).unwrap_or(&self.runs)
    }

    /// How many there are besides.
    pub fn more_runs(&self) -> Option<usize> {
        self.runs.len().checked_sub(NAMED).filter(|more| *more > 0)
    }
}

/// A test run, to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLink {
    /// The run.
    pub id: String,
    /// Such as `the run of 3 Nov 2026`.
    pub words: String,
}

/// An occurrence that the calendar expects.
#[derive(Debug, Clone, PartialEq)]
pub struct OccurrenceRow {
    /// The days it is about.
    pub window: String,
    /// The last day on which it is in time.
    pub due: Moment,
    /// What became of it.
    pub state: Mark,
    /// When it was performed.
    pub performed: Option<Moment>,
    /// When that was recorded.
    pub recorded: Option<Moment>,
    /// Whether it was recorded long after.
    pub recorded_late: bool,
    /// What shows it.
    pub evidence: String,
    /// The file that shows it.
    pub file: Option<String>,
    /// The event that says so.
    pub event: Option<u64>,
}

/// A control with its reasons, as the use case explains it.
pub(crate) fn of(context: &Context, explained: &ControlExplained) -> Option<ControlReasons> {
    let assessment = explained.assessment.as_ref()?;
    let design = Mark::from(assessment.design.level);
    let operation = assessment.operation.as_ref();
    let excluded = assessment.applicable == Some(false);
    let state = match operation {
        _ if excluded => Mark::new(Shape::Struck, "does not apply"),
        Some(operation) => Mark::from(operation),
        None => design.clone(),
    };
    Some(ControlReasons {
        id: explained.id.to_string(),
        title: explained.title.clone(),
        owner: explained.owner.clone().unwrap_or_else(|| "nobody yet".to_owned()),
        mapping: "",
        rationale: explained.rationale.clone(),
        open: false,
        state,
        design,
        design_sentence: design_sentence(&assessment.design),
        sentence: control_sentence(assessment),
        strip: Strip::of(assessment),
        tests: explained.tests.iter().map(|test| test_reasons(context, test)).collect(),
        occurrences: assessment
            .occurrences
            .iter()
            .map(|one| occurrence(context, &explained.id, one))
            .collect(),
    })
}

fn design_sentence(design: &Design) -> String {
    match design.implemented_since {
        Some(since) if design.missing.is_empty() => format!("since {}", day_words(since)),
        _ => format!("missing: {}", design.missing.join(", ")),
    }
}

/// Operation as a sentence, with what it does not say by itself.
fn control_sentence(assessment: &ControlAssessment) -> String {
    match &assessment.operation {
        None => "No period is asked for, so operation is not judged.".to_owned(),
        Some(operation @ Operation::NotTested { .. }) => said(operation),
        Some(operation) if assessment.gaps => {
            format!("{} Besides, some days are not tested.", said(operation)).trim_start().to_owned()
        }
        Some(operation) => said(operation),
    }
}

fn said(operation: &Operation) -> String {
    match operation {
        Operation::NotTested { reasons } if reasons.len() > 1 => {
            format!(
                "Not tested: {}; and {} more reasons below.",
                reasons.first().map_or("", String::as_str),
                reasons.len() - 1
            )
        }
        Operation::NoOccurrences => {
            "No occurrences: the evidence is complete for every day, and nothing happened.".to_owned()
        }
        Operation::NoExceptions { .. } | Operation::Exceptions { .. } => String::new(),
        other => format!("{}.", sentence(&other.words())),
    }
}

fn test_reasons(context: &Context, test: &TestExplained) -> TestReasons {
    let state = match () {
        () if test.n > 0 => {
            Mark::new(Shape::Half, format!("exceptions {} of {}", grouped(test.n), grouped(test.of)))
        }
        () if test.runs.is_empty() || (!test.gaps.is_empty() && test.of == 0) => {
            Mark::new(Shape::Dotted, "not tested")
        }
        () if !test.gaps.is_empty() => {
            Mark::new(Shape::Dotted, format!("not tested on some day, {} occurrences seen", grouped(test.of)))
        }
        () if test.of == 0 => Mark::new(Shape::Ring, "no occurrences"),
        () => Mark::new(Shape::Full, format!("no exceptions in {}", grouped(test.of))),
    };
    let zone = context.zone();
    let run = |run: &RunExplained| RunLink {
        id: run.id.to_string(),
        words: format!("run of {}", day_words(run.recorded_at.day(&zone))),
    };
    TestReasons {
        id: test.id.to_string(),
        title: test.title.clone(),
        unit: test.unit.clone(),
        state,
        of: grouped(test.of),
        late: Vec::new(),
        runs: test.runs.iter().map(run).collect(),
        gaps: test.gaps.clone(),
        exceptions: counted_exceptions(context, test),
    }
}

/// The exceptions that count, newest first.
fn counted_exceptions(context: &Context, test: &TestExplained) -> Vec<ExceptionRow> {
    let mut rows: Vec<ExceptionRow> = test.exceptions().map(|row| exception(context, row)).collect();
    rows.sort_by(|one, other| moment_of(other).cmp(&moment_of(one)));
    rows
}

fn moment_of(row: &ExceptionRow) -> Option<&str> {
    row.occurred.as_ref().map(|at| at.exact.as_str())
}

/// An exception with its answer and the record that shows it.
pub(crate) fn exception(context: &Context, row: &RowExplained) -> ExceptionRow {
    let zone = context.zone();
    let answered = |one: &ExceptionResponded| format!("{}: {}", sentences::response(one.response), one.text);
    let cell = |name: &str| row.cells.iter().find(|(known, _)| known == name).map(|(_, cell)| cell.as_str());
    let first = row.evidence.as_ref().and_then(|(segment, row)| record(context, segment, *row));
    let mut records = shown_by::records(context, cell);
    records.retain(|one| Some(one) != first.as_ref());
    records.splice(0..0, first);
    ExceptionRow {
        id: row.id.clone(),
        occurred: row.occurred_at.parse().ok().map(|at| Moment::minute_of(at, &zone)),
        reason: row.reason.clone().unwrap_or_default(),
        response: row.response.as_ref().map(answered),
        records,
        system: shown_by::system(context, cell),
    }
}

/// The link to a record, when the segment is known at this N.
pub(crate) fn record(context: &Context, segment: &str, row: u64) -> Option<RecordLink> {
    let known = context.programme().segments.get(&segment.parse::<SegmentId>().ok()?)?;
    Some(RecordLink { stream: known.value.stream.to_string(), segment: segment.to_owned(), row })
}

fn occurrence(context: &Context, control: &ControlId, one: &Occurrence) -> OccurrenceRow {
    let shape = match one.state {
        OccurrenceState::Met => Shape::Full,
        OccurrenceState::Late => Shape::Half,
        OccurrenceState::Missed => Shape::Bar,
        OccurrenceState::NotYetDue => Shape::Faint,
        OccurrenceState::EvidenceMissing => Shape::Dotted,
    };
    let known = context.programme().controls.get(control);
    let mut acts = known.iter().flat_map(|control| control.attestations.iter());
    let act = acts.find(|act| Some(act.value.attestation) == one.attestation);
    let file = act.and_then(|act| context.programme().artifacts.get(&act.value.artifact?));
    let evidence = match (act, file) {
        (Some(_), Some(file)) => file.value.name.clone(),
        (Some(act), None) => format!("said by {}, without a file", context.name_of(act.by)),
        (None, _) if one.state == OccurrenceState::NotYetDue => String::new(),
        (None, _) => "nothing was recorded".to_owned(),
    };
    OccurrenceRow {
        window: window(one.expected.window),
        due: one.expected.due_on.into(),
        state: Mark::new(shape, one.state.as_str()),
        performed: one.performed_on.map(Moment::from),
        recorded: one.recorded_on.map(Moment::from),
        recorded_late: one.recorded_late(),
        evidence,
        file: file.map(|file| file.value.artifact.to_string()),
        event: act.map(|act| act.at),
    }
}

/// A window as people call it: `2026`, `Q2 2026`, `May 2026`, else its days.
pub(crate) fn window(days: Period) -> String {
    let (from, last) = (days.from(), days.last());
    let whole = from.day() == 1 && last == last.last_of_month() && from.year() == last.year();
    let months = last.month() - from.month() + 1;
    match months {
        12 if whole => format!("{}", from.year()),
        3 if whole => format!("Q{} {}", (from.month() + 2) / 3, from.year()),
        1 if whole => from.strftime("%b %Y").to_string(),
        _ => span(days),
    }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn a_window_is_called_by_its_usual_name() {
        let called = |text: &str| window(text.parse().unwrap());
        assert_eq!(called("2026-01-01..2027-01-01"), "2026");
        assert_eq!(called("2026-04-01..2026-07-01"), "Q2 2026");
        assert_eq!(called("2026-05-01..2026-06-01"), "May 2026");
        assert_eq!(called("2026-01-01..2026-07-01"), "1 Jan – 30 Jun 2026");
        assert_eq!(called("2026-05-04..2026-05-11"), "4 May – 10 May 2026");
    }
}
