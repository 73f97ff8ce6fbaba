//! Why a file was refused.

use std::fmt;
use std::io;

use thiserror::Error;

use super::map::MapError;

/// Most row errors that one refusal lists.
pub(super) const MOST_ERRORS: usize = 20;

/// Most characters of a value that an error repeats.
const MOST_CHARACTERS: usize = 80;

/// Why a file cannot become records of a stream.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Rows that break a rule, the first twenty at most.
    #[error("`{file}`: {}", summary(.errors, *.more))]
    Rows {
        /// The file.
        file: String,
        /// What is wrong, in the order of the file.
        errors: Vec<RowError>,
        /// Whether reading stopped here, so that more may follow.
        more: bool,
    },
    /// A column that the stream does not have.
    #[error("`{file}`, {place}: stream `{stream}` has no column `{column}`{}; rename it, or say in a map what becomes of it", or_nearest(.nearest))]
    UnknownColumn {
        /// The file.
        file: String,
        /// Where it was met first.
        place: Place,
        /// The stream.
        stream: String,
        /// The column in the file.
        column: String,
        /// The name that comes nearest.
        nearest: Option<String>,
    },
    /// Columns that must be there and are not.
    #[error("`{file}` lacks {}; the file has {}", quoted(.missing), quoted(.found))]
    MissingColumns {
        /// The file.
        file: String,
        /// Columns that were looked for.
        missing: Vec<String>,
        /// Columns that the file has.
        found: Vec<String>,
    },
    /// Two columns of one name.
    #[error("`{file}` has two columns called `{column}`; remove or rename one")]
    DuplicateColumn {
        /// The file.
        file: String,
        /// The name.
        column: String,
    },
    /// A gzip file that stops before its end.
    #[error("`{file}`: the file ends in the middle of its compressed data; fetch or copy it again")]
    Truncated {
        /// The file.
        file: String,
    },
    /// A gzip file that does not decompress.
    #[error("`{file}`: the compressed data is damaged: {source}; fetch or copy it again")]
    Damaged {
        /// The file.
        file: String,
        /// What the decompressor says.
        source: io::Error,
    },
    /// The bytes could not be read.
    #[error("`{file}` cannot be read: {source}")]
    Read {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file as a whole is not in the format it was taken for.
    #[error("`{file}`{}: {reason}", .place.map(|place| format!(", {place}")).unwrap_or_default())]
    Shape {
        /// The file.
        file: String,
        /// Where, when it can be told.
        place: Option<Place>,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The map does not fit the stream.
    #[error(transparent)]
    Map(#[from] MapError),
    /// Whoever decoded the tables failed.
    #[error("`{file}` cannot be decoded: {source}")]
    Decode {
        /// The file.
        file: String,
        /// The decoder's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Where in a file something was found, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of text.
    Line(u64),
    /// A record of a file that has no lines.
    Record(u64),
}

/// One thing wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Where.
    pub place: Place,
    /// The stream's column, when it is about one.
    pub column: Option<String>,
    /// The value as it came, shortened; `None` when it is absent.
    pub value: Option<String>,
    /// The rule it breaks, and what to do.
    pub rule: String,
}

impl ImportError {
    /// The rows refused, one by one; empty when the error is about the file as a whole.
    pub fn rows(&self) -> &[RowError] {
        match self {
            Self::Rows { errors, .. } => errors,
            _ => &[],
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Record(record) => write!(f, "record {record}"),
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joint = if self.column.is_some() { ", " } else { ": " };
        write!(f, "{}{joint}{}", self.place, self.without_place())
    }
}

impl RowError {
    /// What is wrong, to be read where the place is known.
    pub(super) fn without_place(&self) -> String {
        let column = self.column.as_ref().map(|column| format!("column `{column}`: ")).unwrap_or_default();
        let value = self.value.as_ref().map(|value| format!("`{value}` ")).unwrap_or_default();
        format!("{column}{value}{}", self.rule)
    }
}

/// A value as an error repeats it: at most 80 characters, control characters escaped.
pub(super) fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(MOST_CHARACTERS).flat_map(escaped).collect();
    if value.chars().nth(MOST_CHARACTERS).is_some() {
        text.push('…');
    }
    text
}

fn escaped(c: char) -> impl Iterator<Item = char> {
    let plain = (!c.is_control()).then_some(c);
    let escape = c.is_control().then(|| c.escape_default());
    plain.into_iter().chain(escape.into_iter().flatten())
}

/// The candidate that comes nearest to a name, if any comes near.
pub(super) fn nearest_name<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let plain = name.to_ascii_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&plain, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate.to_owned())
}

/// The clause that offers the nearest name.
pub(super) fn or_nearest(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; the nearest is `{name}`")).unwrap_or_default()
}

fn quoted(names: &[String]) -> String {
    if names.is_empty() {
        return "no columns".to_owned();
    }
    let list: Vec<String> = names.iter().take(40).map(|name| format!("`{}`", shown(name))).collect();
    let rest = names.len().saturating_sub(list.len());
    let tail = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let noun = if names.len() == 1 { "column" } else { "columns" };
    format!("{noun} {}{tail}", list.join(", "))
}

fn summary(errors: &[RowError], more: bool) -> String {
    let Some(first) = errors.first() else {
        return "rows are refused".to_owned();
    };
    match (errors.len(), more) {
        (1, false) => first.to_string(),
        (count, false) => format!("{first}; {count} rows or values are refused in all"),
        (count, true) => format!("{first}; reading stopped after {count} such errors"),
    }
}
