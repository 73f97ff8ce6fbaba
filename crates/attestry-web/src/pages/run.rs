//! One run of a control test: what it found, over which rows, made from what.

use askama::Template;
use attestry_app::explain::{self, RunExplained};
use attestry_domain::event::RunRecorded;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::RunId;
use attestry_domain::time::Instant;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::context::Context;
use crate::pages::reasons;
use crate::pages::rows::{ExceptionRow, Fact, RecordLink};
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{counted, encoded, grouped, span};
use crate::view::{Frame, Mark, Moment, Place, Shape};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "run.html")]
pub struct RunPage {
    /// Around it.
    pub frame: Frame,
    /// The run.
    pub id: String,
    /// What it found.
    pub state: Mark,
    /// Over what, as a sentence.
    pub lead: String,
    /// Why it found nothing.
    pub not_tested: Option<String>,
    /// What an occurrence is.
    pub unit: String,
    /// Occurrences with their noun.
    pub of: String,
    /// The exceptions.
    pub exceptions: Vec<ExceptionRow>,
    /// What is shown of the population, as a sentence.
    pub population_words: String,
    /// A page of the population.
    pub population: Population,
    /// What the definition's digest covers, as a sentence.
    pub definition_words: String,
    /// The population query.
    pub population_sql: String,
    /// The exception query.
    pub exception_sql: String,
    /// What it was made from.
    pub facts: Vec<Fact>,
}

impl Population {
    fn head(&self, at: &usize) -> &str {
        self.heads.get(*at).map_or("", String::as_str)
    }
}

/// A page of a population.
#[derive(Debug, Clone, Default)]
pub struct Population {
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
    pub cells: Vec<String>,
    /// The records that show it.
    pub records: Vec<RecordLink>,
}

/// How many occurrences stand on a page.
const SHOWN: usize = 50;

/// Where in the population.
#[derive(Deserialize)]
struct From {
    #[serde(default)]
    from_row: usize,
}

/// The page of a test run.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let unknown = || Problem::unknown("test run", &id, Vec::new());
    let run: RunId = id.parse().map_err(|_| unknown())?;
    let explained = explain::run(&context.reader.state.workspace, &context.status, &run, 0).await?;
    let recorded = &explained.recorded;
    let test = context.catalog().tests.get(&recorded.test);
    let unit = test.map_or_else(|| "occurrence".to_owned(), |test| test.unit.clone());
    let (not_tested, of) = match &recorded.outcome {
        RunOutcome::NotTested { reason } => (Some(reason.clone()), 0),
        RunOutcome::Ran { population, .. } => (None, *population),
    };
    let From { from_row } = context.reader.query()?;
    let population = population(&context, recorded, from_row).await?;
    let title = test.map_or_else(|| recorded.test.to_string(), |test| test.title.clone());
    let frame = context.frame(Place::Controls, title).coded(recorded.test.as_str());
    let frame = frame.under("Controls", context.axis.link("/controls"));
    let control = recorded.control.as_str();
    page(&RunPage {
        frame: frame.under(control, context.axis.control(control)),
        state: state(recorded),
        lead: format!("over {}", span(recorded.period)),
        not_tested,
        of: counted(of, &unit, &format!("{unit}s")),
        unit,
        exceptions: explained
            .rows
            .iter()
            .filter(|_| explained.exceptions)
            .map(|row| reasons::exception(&context, row))
            .collect(),
        population_words: format!(
            "{} to {} of {}, in order of id.",
            from_row + 1,
            from_row + population.rows.len(),
            grouped(of)
        ),
        population,
        definition_words: test.map_or_else(
            || "The catalog in force no longer has this test.".to_owned(),
            |test| definition(test, recorded),
        ),
        population_sql: test.map(|test| test.population.trim().to_owned()).unwrap_or_default(),
        exception_sql: test.map(|test| test.exceptions.trim().to_owned()).unwrap_or_default(),
        facts: facts(&context, &explained),
        id,
    })
}

fn state(run: &RunRecorded) -> Mark {
    match &run.outcome {
        RunOutcome::NotTested { .. } => Mark::new(Shape::Dotted, "not tested"),
        RunOutcome::Ran { population: 0, .. } => Mark::new(Shape::Ring, "no occurrences"),
        RunOutcome::Ran { population, exceptions: 0, .. } => {
            Mark::new(Shape::Full, format!("no exceptions in {}", grouped(*population)))
        }
        RunOutcome::Ran { population, exceptions, .. } => {
            Mark::new(Shape::Half, format!("exceptions {} of {}", grouped(*exceptions), grouped(*population)))
        }
    }
}

async fn population(context: &Context, run: &RunRecorded, from: usize) -> Result<Population, Problem> {
    let RunOutcome::Ran { population_rows, .. } = &run.outcome else { return Ok(Population::default()) };
    let stored = context.reader.state.workspace.stored_rows(&population_rows.digest).await?;
    let zone = context.zone();
    let shown = |name: &str| !name.starts_with("evidence_");
    let words = |cell: &Option<String>| match cell.as_deref() {
        None => String::new(),
        Some(text) => match text.parse::<Instant>() {
            Ok(at) if text.contains('T') => Moment::minute_of(at, &zone).words,
            _ => text.to_owned(),
        },
    };
    let row = |row: &Vec<Option<String>>| {
        let cells =
            stored.columns.iter().zip(row).filter(|((name, _), _)| shown(name)).map(|(_, cell)| words(cell));
        let number = stored.cell(row, "evidence_row").and_then(|number| number.parse().ok());
        let record = stored.cell(row, "evidence_segment").zip(number);
        let records: Vec<RecordLink> = record
            .and_then(|(segment, number)| reasons::record(context, segment, number))
            .into_iter()
            .collect();
        PopulationRow { cells: cells.collect(), records }
    };
    let path = format!("/runs/{}", encoded(&run.run.to_string()));
    let turn = |to: usize| context.axis.with(&path, &[("from_row", &to.to_string())]);
    Ok(Population {
        heads: stored
            .columns
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(name, _)| name.replace('_', " "))
            .collect(),
        rows: stored.rows.iter().skip(from).take(SHOWN).map(row).collect(),
        before: (from > 0).then(|| turn(from.saturating_sub(SHOWN))),
        after: (from + SHOWN < stored.rows.len()).then(|| turn(from + SHOWN)),
    })
}

fn definition(test: &attestry_domain::catalog::ControlTest, run: &RunRecorded) -> String {
    let parameter = |one: &attestry_domain::catalog::Parameter| format!("{} ({})", one.meaning, one.unit);
    let parameters: Vec<String> = test.parameters.iter().map(parameter).collect();
    let with = if parameters.is_empty() { "no parameters".to_owned() } else { parameters.join("; ") };
    let digest = run.definition.short();
    format!(
        "A population query, an exception query and {with}. The digest {digest}… is over all of them as they ran; below is the text of the catalog in force."
    )
}

fn facts(context: &Context, explained: &RunExplained) -> Vec<Fact> {
    let run = &explained.recorded;
    let mut facts = vec![
        Fact::new("N", format!("{} events", grouped(run.at))).at(context.axis.event(&run.at)),
        Fact::code("Catalog", run.catalog.to_string()),
        Fact::code("Definition", run.definition.to_string()),
    ];
    if let RunOutcome::Ran { population_digest, exceptions_digest, .. } = &run.outcome {
        facts.push(Fact::code("Population", population_digest.to_string()));
        facts.push(Fact::code("Exceptions", exceptions_digest.to_string()));
    }
    facts.push(Fact::new("Program", run.program.clone()));
    facts.push(Fact::code("Run", explained.id.to_string()));
    facts.push(Fact::new("Recorded", Moment::minute_of(explained.recorded_at, &context.zone()).words));
    facts.push(Fact::new("Event", grouped(explained.event)).at(context.axis.event(&explained.event)));
    facts
}
