//! A control over a period, cell by cell.

use askama::Template;
use askama::filters::HtmlSafe;
use attestry_domain::assess::{Cell, CellState, ControlAssessment, Occurrence, OccurrenceState};

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
            // A soft hyphen, so that the longest word fits a month's width.
            CellState::NoOccurrences => "no occur\u{ad}rences".to_owned(),
            _ => shape.as_str().to_owned(),
        };
        let from = cell.days.from();
        let label = from.strftime(if from.month() == 1 { "%b %Y" } else { "%b" }).to_string();
        Self { shape, label, words }
    }
}

impl Strip {
    /// The months of a control. Where the calendar expects occurrences, a month shows what became of them.
    pub fn of(control: &ControlAssessment) -> Self {
        let cells: Vec<StripCell> =
            control.strip.iter().map(|cell| month(&control.occurrences, cell)).collect();
        let said = |cell: &StripCell| format!("{}: {}", cell.label, cell.words);
        let summary = cells.iter().map(said).collect::<Vec<_>>().join(", ");
        Self { cells, summary }
    }

    /// The same, large.
    pub fn large(&self) -> Months {
        Months { cells: self.cells.clone(), summary: "Exceptions of occurrences, by month".to_owned() }
    }
}

fn month(occurrences: &[Occurrence], cell: &Cell) -> StripCell {
    let whole = StripCell::from(cell);
    let due = occurrences.iter().filter(|one| cell.days.contains(one.expected.due_on));
    let worst = due
        .map(|one| one.state)
        .filter(|state| matches!(state, OccurrenceState::Late | OccurrenceState::Missed));
    match worst.max().filter(|_| cell.state == CellState::Exceptions) {
        Some(state) => {
            StripCell { shape: state.into(), words: format!("{} {}", state.as_str(), whole.words), ..whole }
        }
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attestry_domain::assess::Expected;

    fn july(states: &[OccurrenceState]) -> StripCell {
        let days = "2026-07-01..2026-08-01".parse().unwrap();
        let window = "2026-04-01..2026-07-01".parse().unwrap();
        let due_on = attestry_domain::time::day("2026-07-14").unwrap();
        let one = |state: &OccurrenceState| Occurrence {
            expected: Expected { window, due_on },
            state: *state,
            performed_on: None,
            recorded_on: None,
            attestation: None,
        };
        let occurrences: Vec<Occurrence> = states.iter().map(one).collect();
        month(&occurrences, &Cell { days, state: CellState::Exceptions, of: 1, n: 1 })
    }

    #[test]
    fn a_month_shows_the_worst_of_what_the_calendar_expected_in_it() {
        assert_eq!(july(&[]).shape, CellShape::Exceptions);
        assert_eq!(july(&[OccurrenceState::Late, OccurrenceState::Met]).shape, CellShape::Late);
        assert_eq!(july(&[OccurrenceState::Missed, OccurrenceState::Late]).shape, CellShape::Missed);
        assert_eq!(july(&[OccurrenceState::Missed]).words, "missed 1 of 1");
    }
}
