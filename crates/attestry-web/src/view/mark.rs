//! A state: one shape, one colour, one word, everywhere.

use askama::Template;
use askama::filters::HtmlSafe;
use attestry_domain::assess::{DesignLevel, Operation, RequirementDesign, RequirementOperation};

use crate::view::words::grouped;

/// The shape of a state. The shape alone tells it, also in grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No exceptions, met, implemented: filled.
    Full,
    /// Exceptions, partial: half.
    Half,
    /// No occurrences: ring.
    Ring,
    /// Not tested, unknown: dotted ring.
    Dotted,
    /// Not in place, gap, not met: bar.
    Bar,
    /// Not yet due: a faint dot.
    Faint,
    /// Excluded: a stroke, beside a struck-through id.
    Struck,
}

/// A state with its word.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/mark.html")]
pub struct Mark {
    /// The shape, and so the colour.
    pub shape: Shape,
    /// The word or words, such as `exceptions 2 of 1,640`.
    pub words: String,
}

/// A state's shape alone, where its word stands in the same link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "part/glyph.html")]
pub struct Glyph {
    /// The shape.
    pub shape: Shape,
}

impl HtmlSafe for Mark {}
impl HtmlSafe for Glyph {}

impl Shape {
    /// The class that gives the colour; named as the state of a control.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Full => "s-no-exceptions",
            Self::Half => "s-exceptions",
            Self::Ring => "s-no-occurrences",
            Self::Dotted => "s-not-tested",
            Self::Bar => "s-not-in-place",
            Self::Faint => "s-not-yet-due",
            Self::Struck => "s-excluded",
        }
    }
}

impl Mark {
    /// A shape with a word.
    pub fn new(shape: Shape, words: impl Into<String>) -> Self {
        Self { shape, words: words.into() }
    }

    /// Every shape with what it means, for the key of a map.
    pub fn key() -> [Self; 6] {
        [
            Self::new(Shape::Full, "met, no exceptions"),
            Self::new(Shape::Half, "partial, with exceptions"),
            Self::new(Shape::Ring, "no occurrences"),
            Self::new(Shape::Dotted, "not tested, unknown"),
            Self::new(Shape::Bar, "gap, not met, not in place"),
            Self::new(Shape::Struck, "excluded"),
        ]
    }
}

impl From<&Operation> for Mark {
    fn from(operation: &Operation) -> Self {
        match operation {
            Operation::NoExceptions { of } => {
                Self::new(Shape::Full, format!("no exceptions in {}", grouped(*of)))
            }
            Operation::Exceptions { n, of } => {
                Self::new(Shape::Half, format!("exceptions {} of {}", grouped(*n), grouped(*of)))
            }
            Operation::NoOccurrences => Self::new(Shape::Ring, "no occurrences"),
            Operation::NotTested { .. } => Self::new(Shape::Dotted, "not tested"),
            Operation::NotInPlace { .. } => Self::new(Shape::Bar, "not in place"),
        }
    }
}

impl From<DesignLevel> for Mark {
    fn from(level: DesignLevel) -> Self {
        let shape = match level {
            DesignLevel::Implemented => Shape::Full,
            DesignLevel::Designed | DesignLevel::Documented => Shape::Half,
            DesignLevel::NotDocumented => Shape::Bar,
        };
        Self::new(shape, level.as_str())
    }
}

impl From<RequirementDesign> for Mark {
    fn from(state: RequirementDesign) -> Self {
        let shape = match state {
            RequirementDesign::Met => Shape::Full,
            RequirementDesign::Partial => Shape::Half,
            RequirementDesign::Gap => Shape::Bar,
            RequirementDesign::Unknown => Shape::Dotted,
            RequirementDesign::Excluded => Shape::Struck,
        };
        Self::new(shape, state.as_str())
    }
}

impl From<RequirementOperation> for Mark {
    fn from(state: RequirementOperation) -> Self {
        let shape = match state {
            RequirementOperation::Met => Shape::Full,
            RequirementOperation::WithExceptions => Shape::Half,
            RequirementOperation::NotMet => Shape::Bar,
            RequirementOperation::NotTested => Shape::Dotted,
            RequirementOperation::NoOccurrences => Shape::Ring,
            RequirementOperation::Excluded => Shape::Struck,
        };
        Self::new(shape, state.as_str())
    }
}
