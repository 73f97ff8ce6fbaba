//! Typst: template and data in, PDF out.
//!
//! This crate knows no compliance. It takes a [`Template`] (Typst source and the files it may read), a JSON value and a
//! [`Document`] (what the PDF says about itself), and gives the bytes of a tagged PDF.
//!
//! - **Closed.** A template sees the files it was given, its data as `data.json`, and nothing else: no disk, no
//!   packages, no network, no clock (`datetime.today()` is the document's date), no system fonts.
//! - **Reproducible.** The same template, data and document give the same bytes.
//! - **Lasting and accessible.** The PDF conforms to PDF/A-2a and PDF/UA-1 when its content allows; when it does not
//!   (say, a name in a script that no embedded font covers), the document is still made, and
//!   [`Typeset::warnings`] says why it does not conform.
//!
//! Not limited here: time and memory. A template from outside belongs in a process with limits.
//!
//! Embedded fonts: Libertinus Serif (text), New Computer Modern (text, mathematics), DejaVu Sans Mono (monospace).
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may panic"
    )
)]

mod diagnostic;
mod export;
mod fonts;
mod world;

pub use diagnostic::{Diagnostic, TypesetError};

use serde_json::Value;

/// The name under which a template's main source appears in messages.
pub const MAIN_FILE: &str = "main.typ";

/// The name under which a template reads its data: `json("data.json")`.
pub const DATA_FILE: &str = "data.json";

/// A Typst template: its main source, and every other file it may import or read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template<'a> {
    /// Typst source, called [`MAIN_FILE`] in messages.
    pub main: &'a str,
    /// Name (a relative path with `/`, such as `style.typ`) and bytes of each further file.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What the PDF says about itself. The template may override it with `set document(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The title, shown in a reader's title bar. Must not be empty.
    pub title: String,
    /// Who the document is from, if that is to be said.
    pub author: Option<String>,
    /// Year, month (1–12) and day (1–31) the document is made: its creation date and the template's today.
    pub date: (i32, u8, u8),
}

/// A document, set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typeset {
    /// The bytes of the PDF.
    pub pdf: Vec<u8>,
    /// What is not as it should be but did not prevent the document. A template that is in order gives none.
    pub warnings: Vec<Diagnostic>,
    /// Whether the PDF conforms to PDF/A-2a and PDF/UA-1; if not, a warning says why.
    pub conforms: bool,
}

/// The PDF of a template with data: [`typeset`], for callers that have no use for warnings.
pub fn pdf(template: &Template<'_>, data: &Value, document: &Document) -> Result<Vec<u8>, TypesetError> {
    typeset(template, data, document).map(|set| set.pdf)
}

/// Sets a template with data and returns the PDF with its warnings.
pub fn typeset(template: &Template<'_>, data: &Value, document: &Document) -> Result<Typeset, TypesetError> {
    let world = world::MemoryWorld::new(template, data, document)?;
    let set = export::export(&world);
    // The compiler remembers intermediate results for the next call; entries that three calls did not use are dropped.
    typst::comemo::evict(3);
    set
}
