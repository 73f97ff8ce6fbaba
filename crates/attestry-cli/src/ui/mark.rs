//! The five states: one shape, one colour, one word, the same as on a page. The shape alone does in grey.

use anstyle::{AnsiColor, Color, RgbColor, Style};
use attestry_domain::assess::{
    CellState, DesignLevel, OccurrenceState, Operation, RequirementDesign, RequirementOperation,
};

/// A state's shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Filled, green.
    Good,
    /// Half, amber.
    Half,
    /// Ring, blue-grey.
    Ring,
    /// Dotted ring, violet.
    Dotted,
    /// Bar, red.
    Bar,
    /// Nothing is judged.
    None,
}

impl Mark {
    pub(crate) const fn shape(self) -> &'static str {
        match self {
            Self::Good => "●",
            Self::Half => "◐",
            Self::Ring => "○",
            Self::Dotted => "◌",
            Self::Bar => "–",
            Self::None => " ",
        }
    }

    pub(crate) fn style(self) -> Style {
        let Some((plain, light, dark)) = self.colours() else { return Style::new() };
        let colour = match ground() {
            Ground::Plain => Color::Ansi(plain),
            Ground::Light => Color::Rgb(light),
            Ground::Dark => Color::Rgb(dark),
        };
        Style::new().fg_color(Some(colour))
    }

    /// For terminals of 16 colours, and exactly on light and on dark.
    const fn colours(self) -> Option<(AnsiColor, RgbColor, RgbColor)> {
        Some(match self {
            Self::Good => (AnsiColor::Green, RgbColor(0x1a, 0x7f, 0x4b), RgbColor(0x4c, 0xc3, 0x8a)),
            Self::Half => (AnsiColor::Yellow, RgbColor(0xb2, 0x5e, 0x09), RgbColor(0xf1, 0xa1, 0x0d)),
            Self::Ring => (AnsiColor::Cyan, RgbColor(0x5b, 0x70, 0x83), RgbColor(0x8f, 0xa6, 0xbb)),
            Self::Dotted => (AnsiColor::Magenta, RgbColor(0x6e, 0x56, 0xcf), RgbColor(0xa8, 0x99, 0xf0)),
            Self::Bar => (AnsiColor::Red, RgbColor(0xc6, 0x2a, 0x2f), RgbColor(0xff, 0x7a, 0x7d)),
            Self::None => return None,
        })
    }
}

enum Ground {
    Plain,
    Light,
    Dark,
}

/// What the terminal says of itself: its depth of colour, and where it tells, its background.
fn ground() -> Ground {
    let says = |name: &str| std::env::var(name).unwrap_or_default();
    if !["truecolor", "24bit"].contains(&says("COLORTERM").as_str()) {
        return Ground::Plain;
    }
    match says("COLORFGBG").rsplit(';').next() {
        Some("7" | "15") => Ground::Light,
        _ => Ground::Dark,
    }
}

impl From<&Operation> for Mark {
    fn from(operation: &Operation) -> Self {
        match operation {
            Operation::NoExceptions { .. } => Self::Good,
            Operation::Exceptions { .. } => Self::Half,
            Operation::NoOccurrences => Self::Ring,
            Operation::NotTested { .. } => Self::Dotted,
            Operation::NotInPlace { .. } => Self::Bar,
        }
    }
}

impl From<RequirementDesign> for Mark {
    fn from(design: RequirementDesign) -> Self {
        match design {
            RequirementDesign::Met => Self::Good,
            RequirementDesign::Partial => Self::Half,
            RequirementDesign::Gap => Self::Bar,
            RequirementDesign::Unknown => Self::Dotted,
            RequirementDesign::Excluded => Self::None,
        }
    }
}

impl From<RequirementOperation> for Mark {
    fn from(operation: RequirementOperation) -> Self {
        match operation {
            RequirementOperation::Met => Self::Good,
            RequirementOperation::WithExceptions => Self::Half,
            RequirementOperation::NoOccurrences => Self::Ring,
            RequirementOperation::NotTested => Self::Dotted,
            RequirementOperation::NotMet => Self::Bar,
            RequirementOperation::Excluded => Self::None,
        }
    }
}

impl From<DesignLevel> for Mark {
    fn from(level: DesignLevel) -> Self {
        match level {
            DesignLevel::Implemented => Self::Good,
            DesignLevel::Designed | DesignLevel::Documented => Self::Half,
            DesignLevel::NotDocumented => Self::Bar,
        }
    }
}

impl From<CellState> for Mark {
    fn from(state: CellState) -> Self {
        match state {
            CellState::Met => Self::Good,
            CellState::Exceptions => Self::Half,
            CellState::NoOccurrences => Self::Ring,
            CellState::NotTested => Self::Dotted,
            CellState::NotInPlace => Self::Bar,
            CellState::NotYetDue => Self::None,
        }
    }
}

impl From<OccurrenceState> for Mark {
    fn from(state: OccurrenceState) -> Self {
        match state {
            OccurrenceState::Met => Self::Good,
            OccurrenceState::Late => Self::Half,
            OccurrenceState::Missed => Self::Bar,
            OccurrenceState::NotYetDue => Self::None,
            OccurrenceState::EvidenceMissing => Self::Dotted,
        }
    }
}
