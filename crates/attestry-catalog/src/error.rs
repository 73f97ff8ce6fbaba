//! What can be wrong with a catalog, and where.

use std::fmt;

use attestry_domain::id::InvalidId;
use attestry_domain::time::{Day, InvalidTime};
use thiserror::Error;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct CatalogError {
    /// Path of the file, relative to the catalog's folder.
    pub file: String,
    /// Line, counted from 1; absent when the whole file is meant.
    pub line: Option<usize>,
    /// The key within the file, such as `controls[0].mappings[2].requirement`, counted from 0.
    pub key: Option<String>,
    /// What is wrong.
    pub fault: Box<Fault>,
}

pub use advice::AdviceFault;
pub use noun::Noun;
pub use pack::PackFault;
pub use row::RowFault;

mod advice;
mod noun;
mod pack;
mod row;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The file system refused.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// A bundle that is none.
    #[error("no catalog bundle: {0}")]
    Bundle(String),
    /// Bytes that are no text.
    #[error("not UTF-8 text")]
    NotText,
    /// A path that no kind of content has.
    #[error(
        "belongs to no part of the catalog; expected frameworks/NAME.yaml, controls/NAME.yaml, crosswalks/A--B.yaml, topics.yaml, adviser/*.yaml, streams/NAME.yaml or tests/NAME/ with test.yaml, population.sql and exceptions.sql"
    )]
    Stray,
    /// A test's folder lacks a file.
    #[error("is missing; a control test is a folder with test.yaml, population.sql and exceptions.sql")]
    MissingFile,
    /// No YAML.
    #[error("not readable as YAML: {0}")]
    Yaml(String),
    /// A part of YAML that catalogs do without.
    #[error("{0} not used in catalogs; write the value out")]
    Unused(&'static str),
    /// A key nobody reads.
    #[error("unknown key `{key}`{}", nearest_words(.nearest))]
    UnknownKey {
        /// The key.
        key: String,
        /// Keys that are known here and look alike.
        nearest: Vec<String>,
    },
    /// A key that must be there.
    #[error("key `{0}` is missing")]
    MissingKey(&'static str),
    /// A key twice in one place.
    #[error("key `{0}` is there twice")]
    RepeatedKey(String),
    /// A value of another shape.
    #[error("expected {expected}, found {found}")]
    Shape {
        /// What is read here.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A text without a letter.
    #[error("must not be empty")]
    Empty,
    /// None of the words that are known here.
    #[error("`{found}` is none of {}{}", .choices.join(", "), nearest_words(.nearest))]
    Choice {
        /// What is there.
        found: String,
        /// What may be.
        choices: Vec<&'static str>,
        /// The choices that look alike.
        nearest: Vec<String>,
    },
    /// No whole number within the bounds.
    #[error("`{found}` is no whole number from {least} to {most}")]
    Number {
        /// What is there.
        found: String,
        /// The least that may be.
        least: u8,
        /// The most.
        most: u8,
    },
    /// A row of a crosswalk that says too little, or what its relation rules out.
    #[error("{0}")]
    Row(RowFault),
    /// Something about the adviser that does not work out.
    #[error("{0}")]
    Advice(AdviceFault),
    /// Something about a pack.
    #[error("{0}")]
    Pack(PackFault),
    /// No identifier.
    #[error(transparent)]
    Id(#[from] InvalidId),
    /// No day.
    #[error(transparent)]
    Time(#[from] InvalidTime),
    /// A name that nothing has.
    #[error("unknown {noun} `{id}`{}", nearest_words(.nearest))]
    Unknown {
        /// What is looked for.
        noun: Noun,
        /// The name.
        id: String,
        /// Known names that look alike.
        nearest: Vec<String>,
    },
    /// A name that two things have.
    #[error("{noun} `{id}` is already there, at {first}")]
    Duplicate {
        /// What has the name.
        noun: Noun,
        /// The name.
        id: String,
        /// File and line of the first.
        first: String,
    },
    /// A file or folder that is not called like what it holds.
    #[error("{noun} `{id}` must be in {expected}")]
    Misplaced {
        /// What it holds.
        noun: Noun,
        /// Its name.
        id: String,
        /// Where it belongs.
        expected: String,
    },
    /// A mapping without a reason.
    #[error("the mapping to `{0}` has no rationale; say what the control gives this requirement")]
    NoRationale(String),
    /// `satisfies` is key already.
    #[error("`satisfies` is key by definition; leave `role` out")]
    RoleOnSatisfies,
    /// `contributes` alone says too little.
    #[error("`contributes` needs `role: key` or `role: supporting`")]
    NoRole,
    /// Mapped to a heading or a point of focus.
    #[error("`{0}` is not assessed; map to an assessable requirement")]
    NotAssessable(String),
    /// Assessed, and nobody says what it asks.
    #[error("the assessable requirement `{0}` has no summary")]
    NoSummary(String),
    /// Assessed, and nobody says how it is judged or what shows it.
    #[error("the assessable requirement `{requirement}` has no `{key}`; say {what}")]
    NoGuidance {
        /// The requirement.
        requirement: String,
        /// The key that is missing.
        key: &'static str,
        /// What belongs there.
        what: &'static str,
    },
    /// A provision that is assessed, and nobody says from when it applies.
    #[error(
        "no entry of `dates` names the assessable requirement `{0}` or a node above it; say from when it applies"
    )]
    NoDate(String),
    /// A period that ends before it starts.
    #[error("ends on {until}, before it applies from {from}; what never applied ends on its first day")]
    EndsEarlier {
        /// The first day.
        from: Day,
        /// The first day after it.
        until: Day,
    },
    /// A reason why no control answers a requirement that one is key for.
    #[error(
        "`unmapped` says that no control answers `{requirement}`, and `{control}` is key for it; one of them is wrong"
    )]
    MappedAnyway {
        /// The requirement.
        requirement: String,
        /// The first control that is key for it.
        control: String,
    },
    /// A topic that nothing makes up.
    #[error("topic `{0}` has no controls; name those that make it up")]
    NoControls(String),
    /// The same reason for two things.
    #[error("the same sentence is the reason at {first}; say what is particular to this one")]
    Repeated {
        /// File and line of the first.
        first: String,
    },
    /// Assessed, and no control can meet it.
    #[error(
        "no control is key for `{0}`; map one with `satisfies`, or with `contributes` and `role: key`, or say under `unmapped` why none can be"
    )]
    NoKeyControl(String),
    /// A name that SQL could only reach with quotes.
    #[error(
        "`{0}` cannot be named in SQL as it is; use lower-case letters, digits and underscores, a letter first"
    )]
    SqlName(String),
    /// A column that the program adds itself.
    #[error("column `{0}` is added to every stream when it is stored; choose another name")]
    ReservedColumn(String),
    /// A stream column that cannot do what it is named for.
    #[error("column `{column}` cannot be {role}: it must be {needed}")]
    Column {
        /// The column.
        column: String,
        /// What it is named as.
        role: &'static str,
        /// What that needs.
        needed: &'static str,
    },
    /// A declared parameter that no query reads.
    #[error("parameter `{0}` is read by neither query; use it or leave it out")]
    UnreadParameter(String),
    /// A declared stream that no query reads.
    #[error("stream `{0}` is read by neither query; use it or leave it out")]
    UnreadStream(String),
    /// A stream that a query reads and the test does not declare.
    #[error("reads stream `{0}`, which test.yaml does not list under `streams`")]
    UndeclaredStream(String),
    /// Words that must not be said.
    #[error("says `{0}`, which is never true")]
    ForbiddenWords(&'static str),
}

impl Fault {
    /// Whether it only says that something is still to be done, which nobody promised of a pack.
    pub(crate) const fn is_incompleteness(&self) -> bool {
        match self {
            Self::NoSummary(_) | Self::NoKeyControl(_) | Self::NoGuidance { .. } | Self::NoDate(_) => true,
            Self::Row(fault) => matches!(fault, RowFault::PassedOver(_) | RowFault::NothingShared { .. }),
            _ => false,
        }
    }
}

impl CatalogError {
    pub(crate) fn of_file(file: &str, fault: Fault) -> Self {
        Self { file: file.to_owned(), line: None, key: None, fault: Box::new(fault) }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

fn nearest_words(nearest: &[String]) -> String {
    let quoted: Vec<String> = nearest.iter().map(|one| format!("`{one}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => format!("; nearest is {one}"),
        many => format!("; nearest are {}", many.join(", ")),
    }
}
