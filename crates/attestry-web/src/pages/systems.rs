//! All AI systems.

use askama::Template;

use crate::view::{Frame, Mark};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "systems.html")]
pub struct SystemsPage {
    /// Around it.
    pub frame: Frame,
    /// How they stand, as a sentence.
    pub lead: String,
    /// The systems.
    pub rows: Vec<SystemRow>,
}

/// An AI system in the list.
#[derive(Debug, Clone)]
pub struct SystemRow {
    /// The system.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// The organisation's role.
    pub role: &'static str,
    /// What runs in production.
    pub production: String,
    /// Its impact assessment.
    pub impact: Mark,
    /// Its bias assessment.
    pub bias: Mark,
}
