//! All controls.

use askama::Template;

use crate::view::words::counted;
use crate::view::{Frame, Mark, Strip};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "controls.html")]
pub struct ControlsPage {
    /// Around it.
    pub frame: Frame,
    /// How they stand, as a sentence.
    pub lead: String,
    /// What the address asks about, for the filter form.
    pub hidden: Vec<(&'static str, String)>,
    /// What is looked for.
    pub query: String,
    /// The state that is filtered by; empty for all.
    pub state: String,
    /// States to filter by, with their words.
    pub states: Vec<(&'static str, &'static str)>,
    /// The controls shown.
    pub rows: Vec<ListedControl>,
}

/// A control in the list.
#[derive(Debug, Clone)]
pub struct ListedControl {
    /// The control.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who owns it.
    pub owner: String,
    /// Whether it was decided not to apply.
    pub excluded: bool,
    /// In design.
    pub design: Mark,
    /// In operation.
    pub operation: Option<Mark>,
    /// Month by month.
    pub strip: Strip,
}

impl ControlsPage {
    fn shown_words(&self) -> String {
        counted(self.rows.len() as u64, "control", "controls")
    }
}
