//! A stream: completeness, newest records, segments, columns.

use askama::Template;

use crate::view::Frame;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "stream.html")]
pub struct StreamPage {
    /// Around it.
    pub frame: Frame,
    /// The stream.
    pub stream: String,
    /// How much there is, as a sentence.
    pub lead: String,
    /// How repeats are read.
    pub keeping: &'static str,
    /// Days covered, by source.
    pub coverage: Vec<CoverageRow>,
    /// Columns of the newest records.
    pub heads: Vec<String>,
    /// Newest records.
    pub records: Vec<ShortRecord>,
    /// Segments, newest first.
    pub segments: Vec<SegmentRow>,
    /// Its columns.
    pub columns: Vec<ColumnRow>,
}

/// Days for which a source is complete.
#[derive(Debug, Clone)]
pub struct CoverageRow {
    /// The source.
    pub source: String,
    /// The days.
    pub days: String,
    /// Why.
    pub because: String,
    /// The event that says so.
    pub event: u64,
}

/// A record in a list.
#[derive(Debug, Clone)]
pub struct ShortRecord {
    /// Its segment.
    pub segment: String,
    /// Its row, from 0.
    pub row: u64,
    /// Cells, as the heads say.
    pub cells: Vec<String>,
}

/// A segment.
#[derive(Debug, Clone)]
pub struct SegmentRow {
    /// The segment.
    pub id: String,
    /// Its last characters, enough to tell it apart.
    pub short: String,
    /// Source.
    pub source: String,
    /// First to last event time.
    pub occurred: String,
    /// Records, grouped.
    pub rows: String,
    /// Records left out because they were known, grouped.
    pub repeated: String,
    /// What brought it.
    pub collector: String,
    /// SHA-256, shortened.
    pub digest: String,
}

/// A column.
#[derive(Debug, Clone)]
pub struct ColumnRow {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: &'static str,
    /// Meaning, with unit.
    pub meaning: String,
    /// Whether it is personal data.
    pub personal: bool,
}
