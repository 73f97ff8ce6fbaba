//! All crosswalks, with how many rows each has of each relation.

use askama::Template;
use attestry_domain::catalog::{Crosswalk, Relation};
use axum::response::Response;

use crate::context::Context;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::counted;
use crate::view::{Frame, Moment, Place, RelationMark};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "crosswalks.html")]
pub struct CrosswalksPage {
    /// Around it.
    pub frame: Frame,
    /// How many there are, as a sentence.
    pub lead: String,
    /// The relations, in the order of the columns.
    pub relations: Vec<RelationMark>,
    /// The crosswalks.
    pub rows: Vec<CrosswalkCounts>,
}

/// A crosswalk in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrosswalkCounts {
    /// Identifier.
    pub id: String,
    /// What people call the two frameworks.
    pub title: String,
    /// Rows.
    pub rows: usize,
    /// Rows by relation, in the order of the columns.
    pub counts: Vec<(Relation, usize)>,
    /// Requirements without counterpart.
    pub alone: usize,
    /// When it was last gone through.
    pub as_of: Moment,
}

/// The page of all crosswalks.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let all = &context.catalog().crosswalks;
    let rows: usize = all.iter().map(|one| one.rows.len()).sum();
    let crosswalks = counted(all.len() as u64, "crosswalk", "crosswalks");
    page(&CrosswalksPage {
        frame: context.frame(Place::Overlap, "Crosswalks").under("Overlap", context.axis.link("/overlap")),
        lead: format!("{crosswalks} with {}, each reasoned.", counted(rows as u64, "row", "rows")),
        relations: Relation::ALL.map(RelationMark::from).to_vec(),
        rows: all.iter().map(|one| row(&context, one)).collect(),
    })
}

fn row(context: &Context, one: &Crosswalk) -> CrosswalkCounts {
    CrosswalkCounts {
        id: one.id.clone(),
        title: title(context, one),
        rows: one.rows.len(),
        counts: one.counts(),
        alone: one.alone.len(),
        as_of: one.as_of.into(),
    }
}

/// What people call the two frameworks.
pub(crate) fn title(context: &Context, one: &Crosswalk) -> String {
    format!("{} and {}", context.short(one.from.as_str()), context.short(one.to.as_str()))
}
