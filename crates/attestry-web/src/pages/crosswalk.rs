//! A crosswalk: its rows under the requirement of the first framework, then what has no counterpart.

use askama::Template;
use attestry_domain::catalog::{Crosswalk, Relation, Row};
use attestry_domain::id::RequirementId;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::context::Context;
use crate::pages::asks::AloneRow;
use crate::pages::crosswalks;
use crate::pages::links::{self, RequirementLink};
use crate::pages::rows::Count;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::counted;
use crate::view::{Frame, Moment, Place, RelationMark};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "crosswalk.html")]
pub struct CrosswalkPage {
    /// Around it.
    pub frame: Frame,
    /// Identifier.
    pub id: String,
    /// How many rows, as the beginning of a sentence.
    pub lead: String,
    /// Rows by relation, each a link to them.
    pub counts: Vec<Count>,
    /// What to know when reading it.
    pub note: String,
    /// Whose judgement it is.
    pub basis: String,
    /// When it was last gone through.
    pub as_of: Moment,
    /// What people call the first framework.
    pub first: String,
    /// What people call the second.
    pub second: String,
    /// What each gives towards the other: words and page.
    pub towards: Vec<(String, String)>,
    /// The axis as fields of the filter form.
    pub hidden: Vec<(&'static str, String)>,
    /// What is looked for.
    pub query: String,
    /// The relation that is filtered by; empty for all.
    pub relation: String,
    /// Relations to filter by, with their words.
    pub relations: Vec<(&'static str, &'static str)>,
    /// How many rows are shown.
    pub shown: usize,
    /// The rows shown, by requirement of the first framework.
    pub groups: Vec<CrosswalkGroup>,
    /// What has no counterpart.
    pub alone: Vec<AloneRow>,
}

/// The rows of one requirement of the first framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrosswalkGroup {
    /// The requirement.
    pub from: RequirementLink,
    /// The rows.
    pub rows: Vec<CrosswalkRow>,
}

/// Two requirements and what they are to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrosswalkRow {
    /// The requirement of the second framework.
    pub to: RequirementLink,
    /// What the first is to it.
    pub relation: RelationMark,
    /// How much of the work carries over, 1 to 10; 0 without a relation.
    pub strength: u8,
    /// Why.
    pub why: String,
    /// What the second still asks once the first is met.
    pub left_to: String,
    /// What the first still asks once the second is met.
    pub left_from: String,
}

impl CrosswalkPage {
    fn shown_words(&self) -> String {
        counted(self.shown as u64, "row", "rows")
    }
}

/// A filter in the address.
#[derive(Deserialize, Default)]
struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    relation: String,
}

/// The page of a crosswalk.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let filter: Filter = context.reader.query()?;
    let all = &context.catalog().crosswalks;
    let names = || all.iter().map(|one| one.id.clone()).collect();
    let found = all.iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| Problem::unknown("crosswalk", &id, names()))?;
    let title = crosswalks::title(&context, found);
    let frame = context.frame(Place::Overlap, title).under("Overlap", context.axis.link("/overlap"));
    let keep = [("relation", &filter.relation), ("q", &filter.q)];
    let keep = keep.into_iter().filter(|(_, text)| !text.is_empty());
    let keep = keep.map(|(name, text)| (name.to_owned(), text.clone())).collect();
    let groups = groups(&context, found, &filter);
    let words = Relation::ALL.map(|one| (one.as_str(), one.words()));
    page(&CrosswalkPage {
        frame: frame.under("Crosswalks", context.axis.link("/crosswalks")).keeping(keep),
        lead: counted(found.rows.len() as u64, "row", "rows"),
        counts: counts(&context, found),
        note: found.note.clone(),
        basis: found.basis.clone(),
        as_of: found.as_of.into(),
        first: context.short(found.from.as_str()),
        second: context.short(found.to.as_str()),
        towards: towards(&context, found),
        hidden: context.hidden(),
        relations: [("", "all")].into_iter().chain(words).collect(),
        shown: groups.iter().map(|group| group.rows.len()).sum(),
        groups,
        alone: alone(&context, found),
        query: filter.q,
        relation: filter.relation,
        id,
    })
}

fn counts(context: &Context, found: &Crosswalk) -> Vec<Count> {
    let some = found.counts().into_iter().filter(|(_, n)| *n > 0);
    let count = |(relation, n): (Relation, usize)| Count {
        words: format!("{n} {}", relation.words()),
        href: context.axis.crosswalk_of(&found.id, relation.as_str()),
    };
    some.map(count).collect()
}

fn towards(context: &Context, found: &Crosswalk) -> Vec<(String, String)> {
    let pairs = [(&found.from, &found.to), (&found.to, &found.from)];
    let one = |(have, want): (&attestry_domain::id::FrameworkId, &attestry_domain::id::FrameworkId)| {
        let path = crate::pages::overlap::path(&[have.as_str()], want.as_str());
        let words = format!("{} towards {}", context.short(have.as_str()), context.short(want.as_str()));
        (words, context.axis.link(&path))
    };
    pairs.into_iter().map(one).collect()
}

/// The rows that the filter lets through, under the requirement of the first framework, in its order.
fn groups(context: &Context, found: &Crosswalk, filter: &Filter) -> Vec<CrosswalkGroup> {
    let text = filter.q.trim().to_lowercase();
    let order: Vec<&RequirementId> =
        context.catalog().requirements_of(&found.from).map(|one| &one.id).collect();
    let wanted = |row: &&Row| filter.relation.is_empty() || row.relation.as_str() == filter.relation;
    let says = |row: &&Row| {
        text.is_empty() || {
            let whole = format!("{} {} {} {} {}", row.from, row.to, row.why, row.left_to, row.left_from);
            whole.to_lowercase().contains(&text)
        }
    };
    let mut rows: Vec<&Row> = found.rows.iter().filter(wanted).filter(says).collect();
    let places: std::collections::HashMap<&RequirementId, usize> =
        order.into_iter().enumerate().map(|(at, id)| (id, at)).collect();
    rows.sort_by_key(|row| places.get(&row.from).copied());
    let mut groups: Vec<CrosswalkGroup> = Vec::new();
    for row in rows {
        match groups.last_mut().filter(|group| group.from.id == row.from.as_str()) {
            Some(group) => group.rows.push(shown(context, row)),
            None => groups.push(CrosswalkGroup {
                from: links::requirement(context, &row.from),
                rows: vec![shown(context, row)],
            }),
        }
    }
    groups
}

fn shown(context: &Context, row: &Row) -> CrosswalkRow {
    CrosswalkRow {
        to: links::requirement(context, &row.to),
        relation: row.relation.into(),
        strength: row.strength,
        why: row.why.clone(),
        left_to: row.left_to.clone(),
        left_from: row.left_from.clone(),
    }
}

fn alone(context: &Context, found: &Crosswalk) -> Vec<AloneRow> {
    let row = |(id, why): (&RequirementId, &String)| {
        let is_first = id.framework() == found.from.as_str();
        let other = if is_first { &found.to } else { &found.from };
        AloneRow {
            requirement: links::requirement(context, id),
            without: context.short(other.as_str()),
            why: why.clone(),
        }
    };
    found.alone.iter().map(row).collect()
}
