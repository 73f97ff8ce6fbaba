//! Rows that several pages show.

use crate::view::words::grouped;
use crate::view::{Map, Mark, Moment};

/// A number with its noun, and where its reasons are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Such as `28 of 33 criteria met in operation`.
    pub words: String,
    /// The list that it counts.
    pub href: String,
}

/// A framework in sentences and as a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkSummary {
    /// Short name in addresses.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How its sentence begins, such as `SOC 2 Type 2, 1 Jan – 31 Dec 2026`.
    pub lead: String,
    /// Requirements by state in design.
    pub design: Vec<Count>,
    /// Requirements by state in operation; `None` when no period was asked for.
    pub operation: Option<Vec<Count>>,
    /// The map.
    pub map: Map,
    /// Requirements in all.
    pub total: usize,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the ledger.
    pub sequence: u64,
    /// What happened.
    pub what: String,
    /// Who said so.
    pub who: String,
    /// When it was recorded.
    pub when: Moment,
}

/// A fact with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub what: &'static str,
    /// The fact.
    pub words: String,
    /// Its reasons.
    pub href: Option<String>,
    /// Whether it is a digest or code.
    pub code: bool,
}

/// A record of evidence, to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLink {
    /// Its stream.
    pub stream: String,
    /// Its segment.
    pub segment: String,
    /// Its row, from 0.
    pub row: u64,
}

/// An occurrence that broke a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRow {
    /// The occurrence.
    pub id: String,
    /// When it happened.
    pub occurred: Option<Moment>,
    /// What was wrong.
    pub reason: String,
    /// What management answered.
    pub response: Option<String>,
    /// The records that show it.
    pub records: Vec<RecordLink>,
}

/// A requirement that a control serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedRow {
    /// Qualified id.
    pub id: String,
    /// Bare code.
    pub code: String,
    /// Its framework's short name.
    pub framework: String,
    /// Title.
    pub title: String,
    /// How much the control gives it.
    pub kind: &'static str,
    /// Why.
    pub rationale: String,
    /// The controls through which, where several are meant.
    pub through: Vec<String>,
    /// In design.
    pub design: Mark,
    /// In operation.
    pub operation: Option<Mark>,
}

impl EventRow {
    /// Its place with digits grouped.
    pub fn sequence_words(&self) -> String {
        grouped(self.sequence)
    }
}

impl Fact {
    /// A fact in words.
    pub fn new(what: &'static str, words: impl Into<String>) -> Self {
        Self { what, words: words.into(), href: None, code: false }
    }

    /// A digest or code.
    pub fn code(what: &'static str, words: impl Into<String>) -> Self {
        Self { code: true, ..Self::new(what, words) }
    }

    /// With its reasons.
    pub fn at(mut self, href: String) -> Self {
        self.href = Some(href);
        self
    }
}
