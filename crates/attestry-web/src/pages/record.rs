//! One record of evidence, and where it comes from.

use askama::Template;

use crate::pages::rows::Fact;
use crate::view::Frame;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// Around it.
    pub frame: Frame,
    /// What it is, as a sentence.
    pub lead: String,
    /// Its stream.
    pub stream: String,
    /// Its segment.
    pub segment: String,
    /// Its cells.
    pub cells: Vec<RecordCell>,
    /// The row before it in the segment.
    pub before: Option<u64>,
    /// The row after it.
    pub after: Option<u64>,
    /// Where it comes from.
    pub facts: Vec<Fact>,
}

/// A cell of a record.
#[derive(Debug, Clone)]
pub struct RecordCell {
    /// Column.
    pub name: String,
    /// Value; `None` when there is none.
    pub value: Option<String>,
    /// What the column means.
    pub meaning: String,
    /// Whether it is personal data.
    pub personal: bool,
}
