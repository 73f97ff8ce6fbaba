//! What went wrong, and where in the template.

use std::fmt;

use thiserror::Error;
use typst::WorldExt;
use typst::diag::{Severity, SourceDiagnostic};
use typst::syntax::Lines;

use crate::world::MemoryWorld;

/// Why there is no document.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TypesetError {
    /// The template (or its data) is at fault; never empty.
    #[error("{}", lines(.0))]
    Template(Vec<Diagnostic>),
    /// A file name that no template could refer to.
    #[error("`{name}` cannot name a file of a template: {reason}; give a relative path without `..`")]
    FileName {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two files have one name, or a file has the name of the main source or of the data.
    #[error("`{name}` names two files of the template; rename one (`main.typ` and `data.json` are taken)")]
    FileTwice {
        /// The name as given.
        name: String,
    },
    /// A `.typ` file is not text.
    #[error("`{name}` is not UTF-8 text; a `.typ` file must be")]
    NotText {
        /// The name as given.
        name: String,
    },
    /// The document's date is in no calendar.
    #[error("`{year}-{month:02}-{day:02}` is not a day between the years 0 and 9999; give an existing day")]
    NoSuchDay {
        /// The year as given.
        year: i32,
        /// The month as given.
        month: u8,
        /// The day as given.
        day: u8,
    },
}

/// One message of the compiler, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file it is about, as the template names it; none if it is about the document as a whole.
    pub file: Option<String>,
    /// Line, from 1; 0 if there is no place.
    pub line: usize,
    /// Column in characters, from 1; 0 if there is no place.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What could be done, where the compiler knows.
    pub hints: Vec<String>,
    /// Whether it prevented the document.
    pub fatal: bool,
}

impl Diagnostic {
    /// Finds the place of a compiler message among the files of a world.
    pub(crate) fn locate(world: &MemoryWorld, found: &SourceDiagnostic) -> Self {
        let id = found.span.id();
        let place = id.and_then(|id| {
            let text = std::str::from_utf8(world.given(id)?).ok()?;
            let start = world.range(found.span)?.start;
            Lines::new(text).byte_to_line_column(start)
        });
        Self {
            file: id.map(|id| id.get().vpath().get_without_slash().to_owned()),
            line: place.map_or(0, |(line, _)| line + 1),
            column: place.map_or(0, |(_, column)| column + 1),
            message: found.message.to_string(),
            hints: found.hints.iter().map(|hint| hint.v.to_string()).collect(),
            fatal: found.severity == Severity::Error,
        }
    }

    /// Every message, in the compiler's order.
    pub(crate) fn locate_all(world: &MemoryWorld, found: &[SourceDiagnostic]) -> Vec<Self> {
        found.iter().map(|one| Self::locate(world, one)).collect()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) if self.line > 0 => write!(f, "{file}:{}:{}: ", self.line, self.column)?,
            Some(file) => write!(f, "{file}: ")?,
            None => {}
        }
        f.write_str(&self.message)?;
        if !self.hints.is_empty() {
            write!(f, " ({})", self.hints.join("; "))?;
        }
        Ok(())
    }
}

fn lines(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n")
}
