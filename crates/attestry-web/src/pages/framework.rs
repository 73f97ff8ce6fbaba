//! A framework: sentences, map, and its requirements as a list.

use askama::Template;

use crate::pages::rows::FrameworkSummary;
use crate::view::words::counted;
use crate::view::{Frame, Mark};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "framework.html")]
pub struct FrameworkPage {
    /// Around it.
    pub frame: Frame,
    /// Sentences and map.
    pub one: FrameworkSummary,
    /// Who publishes it.
    pub publisher: String,
    /// Edition.
    pub version: String,
    /// Who concludes on it, and what comes out.
    pub concludes: &'static str,
    /// What may be said about its text.
    pub licence_note: String,
    /// What the address asks about, for the filter form.
    pub hidden: Vec<(&'static str, String)>,
    /// What is looked for.
    pub query: String,
    /// The state that is filtered by; empty for all.
    pub state: String,
    /// States to filter by, with their words.
    pub states: Vec<(&'static str, &'static str)>,
    /// The requirements shown.
    pub rows: Vec<RequirementRow>,
}

/// A requirement in the list.
#[derive(Debug, Clone)]
pub struct RequirementRow {
    /// Its place in the framework.
    pub order: usize,
    /// Qualified id.
    pub id: String,
    /// Bare code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Whether it is left out.
    pub excluded: bool,
    /// In design.
    pub design: Mark,
    /// In operation.
    pub operation: Option<Mark>,
    /// Key controls.
    pub key: Vec<String>,
}

impl FrameworkPage {
    fn shown_words(&self) -> String {
        counted(self.rows.len() as u64, "requirement", "requirements")
    }
}
