//! One control test: what its newest runs say about a period.

use serde::Serialize;

use crate::assess::Counts;
use crate::assess::complete::{Gap, Stale, gap, span_words, stale};
use crate::assess::days::Days;
use crate::catalog::{Catalog, ControlTest};
use crate::event::DayCount;
use crate::event::test::{RunOutcome, RunRecorded};
use crate::id::{RunId, TestId};
use crate::programme::{Programme, Recorded};
use crate::time::{Day, Period, next};

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
    /// What was counted, in order of days.
    #[serde(skip)]
    rows: Vec<DayCount>,
    #[serde(skip)]
    tested: Days,
    /// The run that each day's counts come from.
    #[serde(skip)]
    counted: Vec<(RunId, Days)>,
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
            rows: Vec::new(),
            tested: Days::default(),
            counted: Vec::new(),
        }
    }

    /// A test about which nothing can be said yet.
    pub(super) fn waiting(test: &ControlTest, why: &str) -> Self {
        Self { gaps: vec![why.to_owned()], ..Self::of(test) }
    }

    /// The run that a day's counts come from: its occurrences and exceptions of that day are those counted.
    pub fn run_of(&self, day: Day) -> Option<RunId> {
        self.counted.iter().find(|(_, days)| days.contains(day)).map(|(run, _)| *run)
    }

    /// What was counted on the days of a period.
    pub(super) fn rows_of(&self, period: Period) -> &[DayCount] {
        let at = |day: Day| self.rows.partition_point(|row| row.day < day);
        self.rows.get(at(period.from())..at(period.to())).unwrap_or_default()
    }

    /// Takes what a run counted on days that no newer run counted, and of these as tested the days on which nothing
    /// bears that came after it.
    fn take(&mut self, run: RunId, rows: &[DayCount], mine: Days, newer: &[Stale]) {
        self.rows.extend(rows.iter().filter(|row| mine.contains(row.day)));
        if let Some(first) = newer.iter().find(|one| mine.meets(one.days)) {
            self.gaps.push(format!("{} after the last run; run the test again", first.what));
        }
        let mut fresh = mine.clone();
        newer.iter().for_each(|one| fresh.remove(one.days));
        self.tested.add(fresh);
        self.counted.push((run, mine));
    }

    /// Puts what was counted in order, the last of a run's rows of one day, and adds it up.
    fn add_up(&mut self) {
        self.rows.sort_by_key(|row| row.day);
        self.rows.dedup_by(|later, row| {
            let again = later.day == row.day;
            if again {
                *row = *later;
            }
            again
        });
        for row in &self.rows {
            self.of = self.of.saturating_add(row.population);
            self.n = self.n.saturating_add(row.exceptions);
            self.recorded_late = self.recorded_late.saturating_add(row.recorded_late);
        }
    }

    /// Whether every day of a period is tested.
    pub(super) fn is_tested(&self, period: Period) -> bool {
        self.tested.covers(period)
    }
}

/// What the newest run of each day says.
pub(super) fn assess_test(
    programme: &Programme,
    catalog: &Catalog,
    counts: &Counts,
    test: &ControlTest,
    over: Period,
) -> TestAssessment {
    let mut one = TestAssessment::of(test);
    let (mut open, mut failed) = (Days::of(over), Days::default());
    let runs = programme.runs_of.get(&test.id);
    for run in runs.into_iter().flatten().rev().filter_map(|id| programme.runs.get(id)) {
        if open.is_empty() {
            break;
        }
        let Some(looked) = looked_at(run, over) else { continue };
        let mine = open.within(looked);
        if mine.is_empty() {
            continue;
        }
        if let RunOutcome::NotTested { reason } = &run.value.outcome {
            // It counted nothing, so what an older run counted stands: a run that fails improves nothing.
            if failed.is_empty() {
                one.runs.push(run.value.run);
                one.gaps.push(reason.clone());
            }
            failed.add(mine);
            continue;
        }
        open.remove(looked);
        one.runs.push(run.value.run);
        match counts.get(&run.value.run) {
            None => one.gaps.push(format!("the counts of run {} are not at hand", run.value.run)),
            Some(rows) => one.take(run.value.run, rows, mine, &stale(programme, catalog, test, run.value.at)),
        }
    }
    for days in failed.runs() {
        open.remove(*days);
        one.tested.remove(*days);
    }
    if let Some(days) = open.span() {
        one.gaps.push(if one.runs.is_empty() {
            "the test has not run".to_owned()
        } else {
            format!("no run of the test covers the days {}", span_words(days))
        });
    }
    for gap in incomplete(programme, test, over) {
        gap.days.iter().for_each(|days| one.tested.remove(*days));
        one.gaps.push(gap.why);
    }
    one.add_up();
    one
}

/// The days of a period that a run looked at: it knows nothing of those after the one it was recorded on.
fn looked_at(run: &Recorded<RunRecorded>, over: Period) -> Option<Period> {
    let days = run.value.period.intersection(over)?;
    Period::between(days.from(), days.to().min(next(run.recorded_on)))
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
