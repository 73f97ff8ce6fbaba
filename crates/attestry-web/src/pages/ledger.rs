//! The ledger: its size, its checkpoint, its events.

use askama::Template;

use crate::pages::rows::{EventRow, Fact};
use crate::view::Frame;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "ledger.html")]
pub struct LedgerPage {
    /// Around it.
    pub frame: Frame,
    /// What it holds, as a sentence.
    pub lead: String,
    /// Size, root, origin.
    pub facts: Vec<Fact>,
    /// The signed checkpoint, as text.
    pub checkpoint: Option<String>,
    /// A page of events, newest first.
    pub events: Vec<EventRow>,
    /// The page of newer events.
    pub newer: Option<String>,
    /// The page of older events.
    pub older: Option<String>,
}
