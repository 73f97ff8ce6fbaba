//! A control over a period, cell by cell.

use askama::Template;
use askama::filters::HtmlSafe;
use attestry_domain::assess::{Cell, CellState, OccurrenceState};

use crate::view::words::grouped;

/// The shape of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "part/cell.html")]
pub enum CellShape {
    /// Done, no exceptions: a full cell.
    Met,
    /// Done late: a cell with a notch.
    Late,
    /// Exceptions among many: half full.
    Exceptions,
    /// Not done: an empty red-framed cell.
    Missed,
    /// Complete, and nothing happened: a ring.
    NoOccurrences,
    /// Not tested, or evidence missing: a dotted cell.
    NotTested,
    /// Not in place: a bar.
    NotInPlace,
    /// To come: a faint cell.
    NotYetDue,
}

/// One cell with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripCell {
    /// Shape.
    pub shape: CellShape,
    /// The days, in short: `Jan`, `Q2`.
    pub label: String,
    /// What it shows, such as `0 of 141`.
    pub words: String,
}

/// A small strip, for rows and summaries.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/strip.html")]
pub struct Strip {
    /// In order of time.
    pub cells: Vec<StripCell>,
    /// The same as a sentence, for those who do not see it.
    pub summary: String,
}

/// A large strip with labels and counts.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/months.html")]
pub struct Months {
    /// In order of time.
    pub cells: Vec<StripCell>,
    /// What the strip is of.
    pub summary: String,
}

impl HtmlSafe for CellShape {}
impl HtmlSafe for Strip {}
impl HtmlSafe for Months {}

impl From<CellState> for CellShape {
    fn from(state: CellState) -> Self {
        match state {
            CellState::Met => Self::Met,
            CellState::Exceptions => Self::Exceptions,
            CellState::NoOccurrences => Self::NoOccurrences,
            CellState::NotTested => Self::NotTested,
            CellState::NotInPlace => Self::NotInPlace,
            CellState::NotYetDue => Self::NotYetDue,
        }
    }
}

impl From<OccurrenceState> for CellShape {
    fn from(state: OccurrenceState) -> Self {
        match state {
            OccurrenceState::Met => Self::Met,
            OccurrenceState::Late => Self::Late,
            OccurrenceState::Missed => Self::Missed,
            OccurrenceState::NotYetDue => Self::NotYetDue,
            OccurrenceState::EvidenceMissing => Self::NotTested,
        }
    }
}

impl CellShape {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "no exceptions",
            Self::Late => "late",
            Self::Exceptions => "exceptions",
            Self::Missed => "missed",
            Self::NoOccurrences => "no occurrences",
            Self::NotTested => "not tested",
            Self::NotInPlace => "not in place",
            Self::NotYetDue => "not yet due",
        }
    }
}

impl From<&Cell> for StripCell {
    fn from(cell: &Cell) -> Self {
        let shape = CellShape::from(cell.state);
        let words = match cell.state {
            CellState::Met | CellState::Exceptions => format!("{} of {}", grouped(cell.n), grouped(cell.of)),
            _ => shape.as_str().to_owned(),
        };
        Self { shape, label: cell.days.from().strftime("%b").to_string(), words }
    }
}

impl Strip {
    /// The months of a control.
    pub fn of(cells: &[Cell]) -> Self {
        let cells: Vec<StripCell> = cells.iter().map(StripCell::from).collect();
        let said = |cell: &StripCell| format!("{}: {}", cell.label, cell.words);
        let summary = cells.iter().map(said).collect::<Vec<_>>().join(", ");
        Self { cells, summary }
    }

    /// The same, large.
    pub fn large(&self) -> Months {
        Months { cells: self.cells.clone(), summary: "Exceptions of occurrences, by month".to_owned() }
    }
}
