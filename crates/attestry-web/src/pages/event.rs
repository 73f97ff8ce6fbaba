//! One event of the ledger.

use askama::Template;

use crate::pages::rows::Fact;
use crate::view::Frame;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "event.html")]
pub struct EventPage {
    /// Around it.
    pub frame: Frame,
    /// What happened, as a sentence.
    pub lead: String,
    /// Who, when, where in the tree.
    pub facts: Vec<Fact>,
    /// What it says, as JSON; `None` when it was erased.
    pub payload: Option<String>,
    /// The event before.
    pub before: Option<u64>,
    /// The event after.
    pub after: Option<u64>,
}
