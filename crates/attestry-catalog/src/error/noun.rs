//! What a catalog has names for.

use std::fmt;

/// What a catalog has names for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// A framework.
    Framework,
    /// A category of a framework, named `framework:category`.
    Category,
    /// A requirement, by its qualified identifier.
    Requirement,
    /// A family of controls.
    Family,
    /// A control.
    Control,
    /// A mapping of one control to one requirement.
    Mapping,
    /// A control test.
    Test,
    /// A parameter of a control test, named `test.parameter`.
    Parameter,
    /// A crosswalk.
    Crosswalk,
    /// A row of a crosswalk, named `crosswalk: requirement and requirement`.
    Row,
    /// A requirement that a crosswalk finds no counterpart of, named `crosswalk: requirement`.
    Alone,
    /// A topic.
    Topic,
    /// A date of a law, named `framework:date`.
    LawDate,
    /// A field of the adviser's profile.
    Field,
    /// An answer to a field, named `field.answer`.
    Answer,
    /// A step that the adviser can plan.
    Step,
    /// A phase of a step, named `step.phase`.
    Phase,
    /// A rule of the adviser, among them what its steps need.
    Rule,
    /// A stream.
    Stream,
    /// A column of a stream, named `stream.column`.
    Column,
}

impl Noun {
    /// In words, as errors print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Framework => "framework",
            Self::Category => "category",
            Self::Requirement => "requirement",
            Self::Family => "family",
            Self::Control => "control",
            Self::Mapping => "mapping",
            Self::Test => "control test",
            Self::Parameter => "parameter",
            Self::Crosswalk => "crosswalk",
            Self::Row => "crosswalk row",
            Self::Alone => "requirement without counterpart",
            Self::Topic => "topic",
            Self::LawDate => "date",
            Self::Field => "profile field",
            Self::Answer => "answer",
            Self::Step => "step",
            Self::Phase => "phase",
            Self::Rule => "rule",
            Self::Stream => "stream",
            Self::Column => "column",
        }
    }
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
