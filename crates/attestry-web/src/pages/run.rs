//! One run of a control test: what it found, over which rows, made from what.

use askama::Template;
use attestry_app::explain::{self, RunExplained};
use attestry_domain::event::RunRecorded;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::RunId;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::context::Context;
use crate::pages::population::{self, Population};
use crate::pages::reasons;
use crate::pages::rows::{ExceptionRow, Fact};
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{counted, grouped, span};
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

/// Which part of the population.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    from_row: usize,
    #[serde(default)]
    late: String,
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
    let Part { from_row, late } = context.reader.query()?;
    let only_late = !matches!(late.as_str(), "" | "0");
    let population = population::of(&context, recorded, from_row, only_late).await?;
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
