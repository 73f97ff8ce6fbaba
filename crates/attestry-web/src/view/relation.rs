//! What one requirement is to another: two circles and a word.

use askama::Template;
use askama::filters::HtmlSafe;
use attestry_domain::catalog::Relation;

/// A relation with its word; the filled shape is the one, the ring the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "part/relation.html")]
pub struct RelationMark {
    /// The relation.
    pub relation: Relation,
}

impl HtmlSafe for RelationMark {}

impl From<Relation> for RelationMark {
    fn from(relation: Relation) -> Self {
        Self { relation }
    }
}
