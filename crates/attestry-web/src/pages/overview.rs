//! The overview: a sentence and a map for each framework, what is due, what broke, what was recorded.

use askama::Template;

use crate::pages::rows::{EventRow, FrameworkSummary};
use crate::view::{Frame, Mark, Moment, Strip};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// Around it.
    pub frame: Frame,
    /// Frameworks in scope.
    pub frameworks: Vec<FrameworkSummary>,
    /// What falls due next.
    pub due: Vec<DueRow>,
    /// Controls with exceptions.
    pub exceptions: Vec<ControlRow>,
    /// Newest events.
    pub recent: Vec<EventRow>,
}

/// Something that falls due.
#[derive(Debug, Clone)]
pub struct DueRow {
    /// The day.
    pub due: Moment,
    /// The control.
    pub control: String,
    /// Its title.
    pub title: String,
    /// The days it is about.
    pub window: String,
    /// Who owes it.
    pub owner: String,
}

/// A control with exceptions.
#[derive(Debug, Clone)]
pub struct ControlRow {
    /// The control.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: Mark,
    /// Month by month.
    pub strip: Strip,
    /// The newest month with one.
    pub newest: String,
}
