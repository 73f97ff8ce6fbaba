//! One control: design at a date, operation over a period.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::assess::complete::{Gap, gap, span_words, stale, systems_version};
use crate::assess::design::Design;
use crate::assess::occurrence::{Occurrence, OccurrenceState, occurrences, window_of};
use crate::assess::operation::{Cell, CellState, Found, Operation};
use crate::assess::{Counts, Question};
use crate::catalog::{Cadence, Catalog, ControlTest};
use crate::event::DayCount;
use crate::event::test::RunOutcome;
use crate::id::{ControlId, RunId, TestId};
use crate::programme::Programme;
use crate::time::{Day, Period, next};

/// What holds for a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlAssessment {
    /// The control.
    pub id: ControlId,
    /// Whether it applies; `None` while undecided.
    pub applicable: Option<bool>,
    /// Its design.
    pub design: Design,
    /// Its operation; `None` when no period was asked for.
    pub operation: Option<Operation>,
    /// Its tests, when operation was asked for.
    pub tests: Vec<TestAssessment>,
    /// Its expected occurrences, when it is judged by statements of performance.
    pub occurrences: Vec<Occurrence>,
    /// The period month by month.
    pub strip: Vec<Cell>,
    /// Whether evidence or a test is missing on some day, also where exceptions say more than that.
    pub gaps: bool,
}

/// What the newest runs of a test say about a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestAssessment {
    /// The test.
    pub id: TestId,
    /// Occurrences.
    pub of: u64,
    /// Exceptions.
    pub n: u64,
    /// Occurrences that were recorded long after they happened.
    pub recorded_late: u64,
    /// Runs that the counts come from, newest first.
    pub runs: Vec<RunId>,
    /// Why some day is not tested.
    pub gaps: Vec<String>,
    #[serde(skip)]
    days: BTreeMap<Day, DayCount>,
    #[serde(skip)]
    tested: BTreeSet<Day>,
    /// The run that each day's counts come from.
    #[serde(skip)]
    counted: BTreeMap<Day, RunId>,
}

impl TestAssessment {
    /// Nothing yet about a test.
    fn of(test: &ControlTest) -> Self {
        Self {
            id: test.id.clone(),
            of: 0,
            n: 0,
            recorded_late: 0,
            runs: Vec::new(),
            gaps: Vec::new(),
            days: BTreeMap::new(),
            tested: BTreeSet::new(),
            counted: BTreeMap::new(),
        }
    }

    /// The run that a day's counts come from: its occurrences and exceptions of that day are those counted.
    pub fn run_of(&self, day: Day) -> Option<RunId> {
        self.counted.get(&day).copied()
    }
}

/// The newest event that a control's assessment rests on: while it stays, so does the assessment.
pub fn control_version(programme: &Programme, catalog: &Catalog, id: &ControlId) -> u64 {
    let streams = catalog.tests_of(id).flat_map(|test| &test.streams);
    let streams = streams.map(|stream| programme.version_of(&format!("stream/{stream}")));
    let reads_systems = catalog.tests_of(id).any(|test| test.streams.is_empty());
    let systems = reads_systems.then(|| systems_version(programme));
    let control = programme.controls.get(id);
    let named = control.into_iter().flat_map(|control| &control.compensations).map(|one| &one.value.by);
    let controls = named.chain([id]).map(|control| programme.version_of(&format!("control/{control}")));
    streams.chain(controls).chain(systems).max().unwrap_or(0)
}

/// Judges one control.
pub fn assess_control(
    programme: &Programme,
    catalog: &Catalog,
    counts: &Counts,
    question: Question,
    id: &ControlId,
) -> ControlAssessment {
    let control = programme.controls.get(id);
    let design = control.map_or_else(nothing, |control| Design::of(control, question.as_of));
    let applicable = control.and_then(|control| control.applies_on(question.as_of));
    let mut assessment = ControlAssessment {
        id: id.clone(),
        applicable,
        design,
        operation: None,
        tests: Vec::new(),
        occurrences: Vec::new(),
        strip: Vec::new(),
        gaps: false,
    };
    if let Some(period) = question.period {
        operate(programme, catalog, counts, question, period, &mut assessment);
    }
    assessment
}

fn nothing() -> Design {
    let (documented_since, designed_since, implemented_since) = (None, None, None);
    let level = crate::assess::DesignLevel::NotDocumented;
    Design { level, documented_since, designed_since, implemented_since, missing: vec!["adoption"] }
}

fn operate(
    programme: &Programme,
    catalog: &Catalog,
    counts: &Counts,
    question: Question,
    period: Period,
    assessment: &mut ControlAssessment,
) {
    let id = assessment.id.clone();
    let Question { as_of, through, .. } = question;
    let through = through.min(as_of);
    let Ok(over) = Period::new(period.from(), period.to().min(next(through))) else {
        let reasons = vec![format!("the period begins on {}", period.from())];
        let waiting =
            |test: &ControlTest| TestAssessment { gaps: reasons.clone(), ..TestAssessment::of(test) };
        assessment.tests = catalog.tests_of(&id).map(waiting).collect();
        assessment.operation = Some(Operation::NotTested { reasons });
        assessment.gaps = true;
        return;
    };
    let absent = uncovered(programme, &assessment.design, &id, as_of, over);
    let mut found = Found { uncovered: absent.first().copied(), ..Found::default() };
    let tests: Vec<&ControlTest> = catalog.tests_of(&id).collect();
    if tests.is_empty() {
        performed(programme, catalog, (as_of, through), (period, over), assessment, &mut found);
    }
    for test in tests {
        let one = assess_test(programme, catalog, counts, test, over);
        found.of = found.of.saturating_add(one.of);
        found.n = found.n.saturating_add(one.n);
        found.gaps.extend(one.gaps.iter().cloned());
        assessment.tests.push(one);
    }
    assessment.strip = strip(assessment, period, over, &absent);
    assessment.gaps = !found.gaps.is_empty();
    assessment.operation = Some(found.conclude());
}

/// Runs of days not in place that no named compensating control in place covers.
fn uncovered(
    programme: &Programme,
    design: &Design,
    id: &ControlId,
    as_of: Day,
    over: Period,
) -> Vec<Period> {
    let Some(gap) = design.uncovered(over) else { return Vec::new() };
    let Some(control) = programme.controls.get(id) else { return vec![gap] };
    let stands_in = |day: Day| {
        let mut named =
            control.compensations.iter().map(|one| &one.value).filter(|one| one.period.contains(day));
        named.any(|one| {
            let by = programme.controls.get(&one.by).filter(|by| by.applies_on(as_of) != Some(false));
            by.is_some_and(|by| Design::of(by, day).uncovered(Period::of_day(day)).is_none())
        })
    };
    let mut runs: Vec<Period> = Vec::new();
    for day in gap.days().filter(|day| !stands_in(*day)) {
        let from = runs.pop_if(|run| run.to() == day).map_or(day, Period::from);
        runs.extend(Period::new(from, next(day)));
    }
    runs
}

/// Judges a control without a test by statements of performance.
fn performed(
    programme: &Programme,
    catalog: &Catalog,
    (as_of, through): (Day, Day),
    (period, over): (Period, Period),
    assessment: &mut ControlAssessment,
    found: &mut Found,
) {
    let Some(control) = programme.controls.get(&assessment.id) else { return };
    let usual = catalog.controls.get(&assessment.id).map_or(Cadence::PerEvent, |control| control.cadence);
    let cadence_on = |day: Day| control.procedure_on(day).map(|procedure| procedure.cadence);
    let cadence = cadence_on(through).unwrap_or(usual);
    // Another procedure can be in force only from a day of approval on.
    let approved = control.procedures.iter().filter_map(|one| one.approved.as_ref()).map(|one| one.value);
    let changes = approved.filter(|day| over.contains(*day)).chain([over.from()]);
    let mut cadences = changes.filter_map(cadence_on).chain([cadence]);
    assessment.occurrences = occurrences(control, period, as_of, through);
    found.count(&assessment.occurrences);
    if cadences.any(|cadence| !cadence.is_periodic()) {
        found.gaps.push("no control test reads the occurrences of this control".to_owned());
    } else if assessment.occurrences.is_empty() {
        found.gaps.push(format!("the {cadence} procedure expects nothing that falls due in the period"));
    } else if found.of == 0 {
        found.gaps.push("nothing has fallen due yet".to_owned());
    }
}

/// What the newest run of each day says.
fn assess_test(
    programme: &Programme,
    catalog: &Catalog,
    counts: &Counts,
    test: &ControlTest,
    over: Period,
) -> TestAssessment {
    let mut one = TestAssessment::of(test);
    let mut open: BTreeSet<Day> = over.days().collect();
    let mut failed: BTreeSet<Day> = BTreeSet::new();
    let runs = programme.runs_of.get(&test.id);
    for run in runs.into_iter().flatten().rev().filter_map(|id| programme.runs.get(id)) {
        if open.is_empty() {
            break;
        }
        let Some(days) = run.value.period.intersection(over) else { continue };
        let come = |day: &Day| *day <= run.recorded_on;
        if let RunOutcome::NotTested { reason } = &run.value.outcome {
            // It counted nothing, so what an older run counted stands: a run that fails improves nothing.
            let days: Vec<Day> = days.days().take_while(come).filter(|day| open.contains(day)).collect();
            if !days.is_empty() && failed.is_empty() {
                one.runs.push(run.value.run);
                one.gaps.push(reason.clone());
            }
            failed.extend(days);
            continue;
        }
        let mine: BTreeSet<Day> = open.range(days.from()..days.to()).copied().take_while(come).collect();
        if mine.is_empty() {
            continue;
        }
        open = &open - &mine;
        one.runs.push(run.value.run);
        match counts.get(&run.value.run) {
            None => one.gaps.push(format!("the counts of run {} are not at hand", run.value.run)),
            Some(rows) => {
                one.counted.append(&mut mine.iter().map(|day| (*day, run.value.run)).collect());
                let rows = rows.iter().filter(|row| mine.contains(&row.day));
                one.days.append(&mut rows.map(|row| (row.day, *row)).collect());
                let newer = stale(programme, catalog, test, run.value.at);
                let bears = |days: Period| mine.iter().any(|day| days.contains(*day));
                if let Some(first) = newer.iter().find(|one| bears(one.days)) {
                    one.gaps.push(format!("{} after the last run; run the test again", first.what));
                }
                let fresh =
                    |day: &Day| !failed.contains(day) && !newer.iter().any(|one| one.days.contains(*day));
                one.tested.append(&mut mine.into_iter().filter(fresh).collect());
            }
        }
    }
    open.retain(|day| !failed.contains(day));
    if let (Some(first), Some(last)) = (open.first(), open.last()) {
        let days = Period::new(*first, next(*last)).map(span_words).unwrap_or_default();
        one.gaps.push(if one.runs.is_empty() {
            "the test has not run".to_owned()
        } else {
            format!("no run of the test covers the days {days}")
        });
    }
    for gap in incomplete(programme, test, over) {
        one.tested.retain(|day| !gap.days.iter().any(|days| days.contains(*day)));
        one.gaps.push(gap.why);
    }
    let total = |count: fn(&DayCount) -> u64| one.days.values().map(count).fold(0, u64::saturating_add);
    (one.of, one.n) = (total(|day| day.population), total(|day| day.exceptions));
    one.recorded_late = total(|day| day.recorded_late);
    one
}

/// Days without complete evidence: of the test's streams, or before the ledger began when it has none.
fn incomplete(programme: &Programme, test: &ControlTest, over: Period) -> Vec<Gap> {
    if !test.streams.is_empty() {
        return test.streams.iter().filter_map(|stream| gap(programme, stream, over)).collect();
    }
    let since = programme.workspace.as_ref().map_or(over.to(), |workspace| workspace.since);
    let before = Period::new(over.from(), since.min(over.to())).ok();
    let gap =
        |days| Gap { days: vec![days], why: format!("the programme has no records {}", span_words(days)) };
    before.map(gap).into_iter().collect()
}

fn strip(assessment: &ControlAssessment, period: Period, over: Period, absent: &[Period]) -> Vec<Cell> {
    let months = months(period);
    let mut due = vec![Due::default(); months.len()];
    for one in &assessment.occurrences {
        let at = months.partition_point(|days| days.to() <= one.expected.due_on);
        if let Some(due) = due.get_mut(at).filter(|_| period.contains(one.expected.due_on)) {
            due.count(one.state);
        }
    }
    let cell = |(days, due): (Period, Due)| {
        let (mut of, mut n) = (due.of, due.n);
        let counts = assessment.tests.iter().flat_map(|test| test.days.range(days.from()..days.to()));
        for (_, count) in counts {
            of = count.population.saturating_add(of);
            n = count.exceptions.saturating_add(n);
        }
        let tested = |days: Period| {
            let by_tests =
                assessment.tests.iter().all(|test| days.days().all(|day| test.tested.contains(&day)));
            by_tests && (!assessment.tests.is_empty() || !assessment.occurrences.is_empty())
        };
        let state = match days.intersection(over) {
            None => CellState::NotYetDue,
            Some(days) if absent.iter().any(|gap| gap.intersection(days).is_some()) => CellState::NotInPlace,
            Some(_) if n > 0 => CellState::Exceptions,
            Some(days) if due.missing || !tested(days) => CellState::NotTested,
            Some(_) if of > 0 => CellState::Met,
            Some(_) if due.waiting => CellState::NotYetDue,
            Some(_) => CellState::NoOccurrences,
        };
        Cell { days, state, of, n }
    };
    months.into_iter().zip(due).map(cell).collect()
}

/// The calendar months of a period; the first and the last may be parts of one.
fn months(period: Period) -> Vec<Period> {
    let mut months = Vec::new();
    let mut from = period.from();
    while let Some(days) = window_of(Cadence::Monthly, from)
        .and_then(|month| Period::new(from, month.to()).ok()?.intersection(period))
    {
        from = days.to();
        months.push(days);
    }
    months
}

/// What fell due in a month.
#[derive(Debug, Clone, Copy, Default)]
struct Due {
    of: u64,
    n: u64,
    waiting: bool,
    missing: bool,
}

impl Due {
    fn count(&mut self, state: OccurrenceState) {
        self.waiting |= state == OccurrenceState::NotYetDue;
        self.missing |= state == OccurrenceState::EvidenceMissing;
        self.of += u64::from(state != OccurrenceState::NotYetDue);
        self.n += u64::from(matches!(state, OccurrenceState::Late | OccurrenceState::Missed));
    }
}
