//! A requirement with its whole chain of reasons.

use askama::Template;

use crate::pages::reasons::ControlReasons;
use crate::pages::rows::ServedRow;
use crate::view::{Frame, Mark};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "requirement.html")]
pub struct RequirementPage {
    /// Around it.
    pub frame: Frame,
    /// What it asks, in our own words.
    pub summary: String,
    /// What an auditor looks for.
    pub looks_for: String,
    /// In design.
    pub design: Mark,
    /// Why.
    pub design_sentence: String,
    /// In operation.
    pub operation: Option<Mark>,
    /// Why.
    pub operation_sentence: String,
    /// Why it is left out.
    pub excluded: Option<String>,
    /// The adopted controls mapped to it, those that decide first.
    pub controls: Vec<ControlReasons>,
    /// Mapped controls of the catalog that are not adopted.
    pub offered: Vec<String>,
    /// Points of focus below it.
    pub points: Vec<String>,
    /// What its controls also serve.
    pub elsewhere: Vec<ServedRow>,
}
