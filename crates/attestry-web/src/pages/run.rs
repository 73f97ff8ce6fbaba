//! One run of a control test: what it found, over which rows, made from what.

use askama::Template;

use crate::pages::rows::{ExceptionRow, Fact, RecordLink};
use crate::view::{Frame, Mark};

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
