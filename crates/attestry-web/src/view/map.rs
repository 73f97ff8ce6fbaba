//! A framework as a map: one cell a requirement, design above, operation below.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::view::{Glyph, Mark};

/// The map.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/map.html")]
pub struct Map {
    /// By category or clause, in the framework's order.
    pub groups: Vec<MapGroup>,
}

/// The requirements of one category or clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapGroup {
    /// Such as `CC8 Change management`.
    pub title: String,
    /// Its requirements.
    pub cells: Vec<MapCell>,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapCell {
    /// Bare code, such as `CC8.1`.
    pub code: String,
    /// Title.
    pub title: String,
    /// Its page.
    pub href: String,
    /// In design.
    pub design: Mark,
    /// In operation; `None` when no period was asked for.
    pub operation: Option<Mark>,
    /// Whether it is left out.
    pub excluded: bool,
}

impl HtmlSafe for Map {}

impl MapCell {
    fn design_glyph(&self) -> Glyph {
        Glyph { shape: self.design.shape }
    }

    fn operation_glyph(&self) -> Option<Glyph> {
        self.operation.as_ref().map(|mark| Glyph { shape: mark.shape })
    }
}
