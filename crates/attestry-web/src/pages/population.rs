//! A page of the occurrences that a test run looked at.

use attestry_app::rows::StoredRows;
use attestry_domain::assess::RECORDING_DELAY_DAYS;
use attestry_domain::event::RunRecorded;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::time::Instant;

use crate::context::Context;
use crate::pages::rows::{RecordLink, SystemLink};
use crate::pages::{late, shown_by};
use crate::problem::Problem;
use crate::view::Moment;
use crate::view::words::grouped;

/// A page of a population.
#[derive(Debug, Clone, Default)]
pub struct Population {
    /// What is shown of it, as a sentence.
    pub words: String,
    /// Whether only what was recorded late is shown.
    pub only_late: bool,
    /// How much of it was recorded late, as a sentence; empty when nothing was.
    pub late_words: String,
    /// The page with only that, or from there the page with all.
    pub turn: String,
    /// How many columns stand before what shows the row.
    pub first: usize,
    /// Columns.
    pub heads: Vec<String>,
    /// Rows.
    pub rows: Vec<PopulationRow>,
    /// The page before.
    pub before: Option<String>,
    /// The page after.
    pub after: Option<String>,
}

/// An occurrence.
#[derive(Debug, Clone)]
pub struct PopulationRow {
    /// Cells, as the heads say.
    pub cells: Vec<PopulationCell>,
    /// The records that show it.
    pub records: Vec<RecordLink>,
    /// The AI system that it is about.
    pub system: Option<SystemLink>,
}

/// A cell of an occurrence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PopulationCell {
    /// Its value.
    pub words: String,
    /// How much later than the occurrence this was, where that is late.
    pub later: Option<String>,
}

impl Population {
    pub(crate) fn head(&self, at: &usize) -> &str {
        self.heads.get(*at).map_or("", String::as_str)
    }
}

/// How many occurrences stand on a page.
const SHOWN: usize = 50;
const OCCURRED: &str = "occurred_at";
const RECORDED: &str = "recorded_at";

/// A run's occurrences from a row on, in order of id; on demand only those recorded late.
pub(crate) async fn of(
    context: &Context,
    run: &RunRecorded,
    from: usize,
    only_late: bool,
) -> Result<Population, Problem> {
    let RunOutcome::Ran { population_rows, population: of, .. } = &run.outcome else {
        return Ok(Population::default());
    };
    let stored = context.reader.state.workspace.stored_rows(&population_rows.digest).await?;
    let late = stored.rows.iter().filter(|row| later(&stored, row).is_some()).count();
    let chosen = stored.rows.iter().filter(|row| !only_late || later(&stored, row).is_some());
    let (first, columns) = columns(&stored);
    let rows = chosen.skip(from).take(SHOWN).map(|row| shown(context, &stored, &columns, row));
    let rows: Vec<PopulationRow> = rows.collect();
    let all = if only_late { late } else { stored.rows.len() };
    let id = run.run.to_string();
    let turn = |to: usize| {
        let row = to.to_string();
        let late = only_late.then_some(("late", "1"));
        let fields: Vec<(&str, &str)> = late.into_iter().chain([("from_row", row.as_str())]).collect();
        context.axis.with(&format!("/runs/{id}"), &fields)
    };
    let total = grouped(all as u64);
    Ok(Population {
        words: format!("{} to {} of {total}, in order of id.", from + 1, from + rows.len()),
        only_late,
        late_words: late_words(late as u64, *of),
        turn: if only_late { context.axis.run(&id) } else { context.axis.late(&id) },
        first,
        heads: columns.iter().map(|name| name.replace('_', " ")).collect(),
        before: (from > 0).then(|| turn(from.saturating_sub(SHOWN))),
        after: (from + SHOWN < all).then(|| turn(from + SHOWN)),
        rows,
    })
}

fn late_words(late: u64, of: u64) -> String {
    let (was, they) = if late == 1 { ("was", "it") } else { ("were", "they") };
    let (n, of) = (grouped(late), grouped(of));
    let words =
        format!("{n} of {of} {was} recorded more than {RECORDING_DELAY_DAYS} days after {they} occurred");
    if late == 0 { String::new() } else { words }
}

/// The columns shown, and how many of them say what and when: the instant of the record beside that of the occurrence.
fn columns(stored: &StoredRows) -> (usize, Vec<&str>) {
    const FIRST: [&str; 3] = ["id", OCCURRED, RECORDED];
    let mut columns: Vec<&str> = FIRST.into_iter().filter(|name| stored.position(name).is_some()).collect();
    let first = columns.len();
    let all = stored.columns.iter().map(|(name, _)| name.as_str());
    columns.extend(all.filter(|name| !FIRST.contains(name) && !shown_by::is_link(name)));
    (first, columns)
}

/// By how much an occurrence was recorded late.
fn later(stored: &StoredRows, row: &[Option<String>]) -> Option<String> {
    let instant = |name| stored.cell(row, name)?.parse::<Instant>().ok();
    late::later(instant(OCCURRED)?, instant(RECORDED)?)
}

fn shown(context: &Context, stored: &StoredRows, columns: &[&str], row: &[Option<String>]) -> PopulationRow {
    let zone = context.zone();
    let words = |text: &str| match text.parse::<Instant>() {
        Ok(at) if text.contains('T') => Moment::minute_of(at, &zone).words,
        _ => text.to_owned(),
    };
    let cell = |name: &&str| PopulationCell {
        words: stored.cell(row, name).map(words).unwrap_or_default(),
        later: (*name == RECORDED).then(|| later(stored, row)).flatten(),
    };
    PopulationRow {
        cells: columns.iter().map(cell).collect(),
        records: shown_by::records(context, |name| stored.cell(row, name)),
        system: shown_by::system(context, |name| stored.cell(row, name)),
    }
}
