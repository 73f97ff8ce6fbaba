//! What each framework gives towards each other: the matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use attestry_domain::catalog::Catalog;
use attestry_domain::id::{Digest, FrameworkId};
use attestry_domain::overlap::{Wish, overlap};
use axum::response::{IntoResponse, Redirect, Response};

use crate::axis::Axis;
use crate::context::Context;
use crate::pages::links::{self, FrameworkLink};
use crate::problem::Problem;
use crate::router::{page, reading};
use crate::view::words::encoded;
use crate::view::{Frame, Mark, Place, Shape, Stack};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "overlap.html")]
pub struct OverlapPage {
    /// Around it.
    pub frame: Frame,
    /// Whether AI systems are taken to lie in the scope of what is had.
    pub ai: bool,
    /// The same page with the other assumption.
    pub turn: String,
    /// Reasoned crosswalks there are.
    pub crosswalks: usize,
    /// The frameworks, in order; one a row and a column.
    pub frameworks: Vec<FrameworkLink>,
    /// One row a framework that is had.
    pub rows: Vec<MatrixRow>,
    /// The axis as fields of the form.
    pub hidden: Vec<(&'static str, String)>,
}

/// A framework that is had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The framework.
    pub have: FrameworkLink,
    /// One cell a framework that is wanted; none for itself.
    pub cells: Vec<Option<MatrixCell>>,
}

/// What one gives towards another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixCell {
    /// What people call the wanted one.
    pub want: String,
    /// The page of the pair.
    pub href: String,
    /// Requirements by how much of them is there.
    pub counts: KindCounts,
    /// The same as a bar.
    pub stack: Stack,
}

/// Requirements by how much of them is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindCounts {
    /// Met already.
    pub reuse: usize,
    /// Met in part.
    pub extend: usize,
    /// To be begun.
    pub new: usize,
}

impl KindCounts {
    /// As a bar.
    pub fn stack(&self) -> Stack {
        Stack { parts: vec![(Shape::Full, self.reuse), (Shape::Half, self.extend), (Shape::Ring, self.new)] }
    }
}

/// Counts by what is had and what is wanted.
type Matrix = BTreeMap<(FrameworkId, FrameworkId), KindCounts>;

/// A catalog and whether AI systems were taken to lie in scope.
type Key = (Option<Digest>, bool);

/// Matrices of the newest catalogs, each with the assumption it was made under.
#[derive(Default)]
pub(crate) struct Matrices(Mutex<Vec<(Key, Arc<Matrix>)>>);

/// How many are kept.
const KEPT: usize = 4;

impl Matrices {
    fn find(&self, key: Key) -> Option<Arc<Matrix>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| *known == key).map(|(_, matrix)| matrix.clone())
    }

    fn keep(&self, key: Key, matrix: Arc<Matrix>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(0, (key, matrix));
        kept.truncate(KEPT);
    }
}

/// The page; or the pair that its form asks for.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let asked: Vec<(String, String)> = context.reader.query()?;
    if let Some(pair) = pair(&context.axis, &asked) {
        return Ok(Redirect::to(&pair).into_response());
    }
    let ai = assumes_ai(&asked);
    let matrix = matrix(&context, ai).await?;
    let known: Vec<&str> = context.known_frameworks().into_iter().map(|one| one.id.as_str()).collect();
    let frameworks: Vec<FrameworkLink> = known.into_iter().map(|id| links::framework(&context, id)).collect();
    let rows = frameworks.iter().map(|have| MatrixRow {
        have: have.clone(),
        cells: frameworks.iter().map(|want| cell(&context, &matrix, (have, want), ai)).collect(),
    });
    let keep = if ai { Vec::new() } else { vec![("ai".to_owned(), "no".to_owned())] };
    page(&OverlapPage {
        frame: context.frame(Place::Overlap, "Overlap").keeping(keep),
        ai,
        turn: with_ai(&context.axis, "/overlap", !ai, &[]),
        crosswalks: context.catalog().crosswalks.len(),
        rows: rows.collect(),
        frameworks,
        hidden: context.hidden(),
    })
}

fn cell(
    context: &Context,
    matrix: &Matrix,
    (have, want): (&FrameworkLink, &FrameworkLink),
    ai: bool,
) -> Option<MatrixCell> {
    let is_it = |entry: &(&(FrameworkId, FrameworkId), &KindCounts)| {
        (entry.0.0.as_str(), entry.0.1.as_str()) == (have.id.as_str(), want.id.as_str())
    };
    let (_, counts) = matrix.iter().find(is_it)?;
    let href = with_ai(&context.axis, &path(&[have.id.as_str()], &want.id), ai, &[]);
    Some(MatrixCell { want: want.short.clone(), href, counts: *counts, stack: counts.stack() })
}

/// Every framework towards every other, kept while the catalog stays.
async fn matrix(context: &Context, ai: bool) -> Result<Arc<Matrix>, Problem> {
    let (key, kept) = ((context.catalog().digest, ai), &context.reader.state.matrices);
    if let Some(matrix) = kept.find(key) {
        return Ok(matrix);
    }
    let catalog = context.status.snapshot.catalog.clone();
    let matrix = Arc::new(reading(move || Ok(compute(&catalog, ai))).await?);
    kept.keep(key, matrix.clone());
    Ok(matrix)
}

fn compute(catalog: &Catalog, ai: bool) -> Matrix {
    let all = || catalog.frameworks.keys();
    let pairs = all().flat_map(|have| all().filter(move |want| *want != have).map(move |want| (have, want)));
    let counted = pairs.map(|(have, want)| {
        let wish = Wish {
            have: BTreeMap::from([(have.clone(), BTreeSet::new())]),
            met: None,
            want: want.clone(),
            categories: BTreeSet::new(),
            ai_in_scope: ai,
        };
        let found = overlap(catalog, &wish);
        let counts = KindCounts { reuse: found.reuse, extend: found.extend, new: found.new };
        ((have.clone(), want.clone()), counts)
    });
    counted.collect()
}

/// The pair that a form asks for: `have` once or several times, and `want`.
fn pair(axis: &Axis, asked: &[(String, String)]) -> Option<String> {
    let all = |field: &str| -> Vec<&str> {
        let fields = asked.iter().filter(|(name, value)| name == field && !value.is_empty());
        fields.map(|(_, value)| value.as_str()).collect()
    };
    let (have, want) = (all("have"), all("want"));
    let have: Vec<&str> = have.into_iter().filter(|one| Some(one) != want.first()).collect();
    let want = want.first().filter(|_| !have.is_empty())?;
    Some(with_ai(axis, &path(&have, want), assumes_ai(asked), &[]))
}

/// The page of a pair.
pub(crate) fn path(have: &[&str], want: &str) -> String {
    let have: Vec<String> = have.iter().map(|id| encoded(id)).collect();
    format!("/overlap/{}/{}", have.join("+"), encoded(want))
}

/// A path that keeps the assumption on AI systems.
pub(crate) fn with_ai(axis: &Axis, path: &str, ai: bool, more: &[(&str, &str)]) -> String {
    let said = if ai { &[][..] } else { &[("ai", "no")][..] };
    axis.with(path, &[more, said].concat())
}

/// What an address assumes: AI systems lie in scope unless it says no.
pub(crate) fn assumes_ai(asked: &[(String, String)]) -> bool {
    !asked.iter().any(|(name, value)| name == "ai" && value == "no")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_leads_to_the_page_of_its_pair() {
        let to = |fields: &[(&str, &str)]| pair(&Axis::default(), &asked(fields));
        let both = [("have", "soc2"), ("have", "iso27001"), ("want", "iso42001"), ("ai", "no")];
        assert_eq!(to(&both).as_deref(), Some("/overlap/soc2+iso27001/iso42001?ai=no"));
        assert_eq!(to(&[("have", "soc2"), ("want", "soc2")]), None, "nothing is had towards itself");
        assert_eq!(to(&[("want", "soc2")]), None);
        assert_eq!(to(&[]), None);
    }
}
