//! All evidence: streams, files, datasets.

use askama::Template;

use crate::view::{Frame, Mark, Moment};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "evidence.html")]
pub struct EvidencePage {
    /// Around it.
    pub frame: Frame,
    /// How much there is, as a sentence.
    pub lead: String,
    /// Streams.
    pub streams: Vec<StreamRow>,
    /// Files, newest first.
    pub files: Vec<FileRow>,
    /// Files that are not shown.
    pub files_left: usize,
    /// Prediction logs.
    pub datasets: Vec<DatasetRow>,
}

/// A stream.
#[derive(Debug, Clone)]
pub struct StreamRow {
    /// Its name.
    pub id: String,
    /// What a record is.
    pub title: String,
    /// Declared sources.
    pub sources: String,
    /// Number of segments, grouped.
    pub segments: String,
    /// Number of records, grouped.
    pub rows: String,
    /// Whether every day of the period is covered.
    pub complete: Mark,
}

/// A file.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its name as it came.
    pub name: String,
    /// Controls it is evidence for.
    pub controls: Vec<String>,
    /// The day it was captured.
    pub captured: Option<Moment>,
    /// When it was recorded.
    pub recorded: Moment,
    /// Whether that was long after.
    pub late: bool,
    /// Its length in words.
    pub size: String,
    /// SHA-256, shortened.
    pub digest: String,
    /// The event that names it.
    pub event: u64,
}

/// A prediction log.
#[derive(Debug, Clone)]
pub struct DatasetRow {
    /// The name that SQL sees.
    pub name: String,
    /// Id and name of the system whose predictions these are.
    pub system: Option<(String, String)>,
    /// Format.
    pub format: String,
    /// Rows, grouped.
    pub rows: String,
    /// SHA-256, shortened.
    pub digest: String,
    /// The event that names it.
    pub event: u64,
}
