//! What frameworks that are had give towards one that is wanted: reuse, extend or new, with reasons.
//!
//! Where somebody reasoned a crosswalk between two frameworks, its rows decide. Where nobody did, the control set
//! does: a wanted requirement whose controls a had framework asks for too is *extend*, never *reuse*, since sharing
//! controls does not say that one requirement meets another.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::{Catalog, Framework, Related, Relation, Requirement};
use crate::id::{ControlId, FrameworkId, RequirementId};
use crate::words::listed;

pub use closing::{Closing, Effort, closing};

use had::{Had, Key};

mod closing;
mod had;

/// The least strength of a row at which method, people or records carry over. Below it, the two touch.
pub const GROUNDWORK: u8 = 3;

/// The strength of a row from which half of the work carries over, or more.
pub const HALF: u8 = 5;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Frameworks that are had, each with the categories in its scope; all of them when none is named.
    pub have: BTreeMap<FrameworkId, BTreeSet<String>>,
    /// Of what is had, only these requirements count; all of them when `None`.
    pub met: Option<BTreeSet<RequirementId>>,
    /// The framework that is wanted.
    pub want: FrameworkId,
    /// Its categories; all of them when none is named.
    pub categories: BTreeSet<String>,
    /// Whether the AI systems lie in the scope of what is had. Without that nothing can be reused.
    pub ai_in_scope: bool,
}

/// What the had frameworks give towards the wanted one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap<'a> {
    /// The wanted framework.
    pub want: FrameworkId,
    /// Requirements met already.
    pub reuse: usize,
    /// Requirements met in part.
    pub extend: usize,
    /// Requirements to be begun.
    pub new: usize,
    /// Assessable requirements in scope.
    pub total: usize,
    /// Whether the AI systems were taken to lie in the scope of what is had.
    pub ai_in_scope: bool,
    /// One item a requirement, in the order of the framework.
    pub items: Vec<Item<'a>>,
}

/// How much of a wanted requirement is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A had requirement contains it.
    Reuse,
    /// Work is there to widen.
    Extend,
    /// Nothing is there.
    New,
}

/// What a statement rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Rows of a crosswalk.
    Crosswalk,
    /// Controls that both ask for.
    SharedControls,
    /// Nothing relates the two.
    Nothing,
}

/// One wanted requirement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item<'a> {
    /// The requirement.
    pub requirement: RequirementId,
    /// How much of it is there.
    pub kind: Kind,
    /// What that rests on.
    pub basis: Basis,
    /// The had requirements that give something, the strongest first.
    pub from: Vec<Given>,
    /// Why, in a sentence.
    pub why: Cow<'a, str>,
    /// What is left; empty for what is reused.
    pub left: Cow<'a, str>,
    /// The controls that close what is left, in order.
    pub closes_with: Vec<ControlId>,
}

/// A had requirement and what it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The had requirement.
    pub requirement: RequirementId,
    /// What it is to the wanted one.
    pub relation: Relation,
    /// How much of the work carries over, 1 to 10.
    pub strength: u8,
}

/// Compares what is had with what is wanted.
pub fn overlap<'a>(catalog: &'a Catalog, wish: &Wish) -> Overlap<'a> {
    let had = Had::of(catalog, wish);
    let wanted: Vec<&Requirement> = in_scope(catalog, &wish.want, &wish.categories).collect();
    let items: Vec<Item<'_>> = wanted.iter().map(|wanted| item(catalog, wish, &had, wanted)).collect();
    let count = |kind| items.iter().filter(|item| item.kind == kind).count();
    Overlap {
        want: wish.want.clone(),
        reuse: count(Kind::Reuse),
        extend: count(Kind::Extend),
        new: count(Kind::New),
        total: items.len(),
        ai_in_scope: wish.ai_in_scope,
        items,
    }
}

/// The assessable requirements of a framework within categories; within all when none is named.
fn in_scope<'a>(
    catalog: &'a Catalog,
    framework: &FrameworkId,
    categories: &BTreeSet<String>,
) -> impl Iterator<Item = &'a Requirement> {
    let known = catalog.frameworks.get(framework);
    let chosen = move |requirement: &&'a Requirement| {
        let within = |known: &Framework| known.has_in_scope(requirement, |one| categories.contains(one));
        categories.is_empty() || known.is_none_or(within)
    };
    catalog.requirements_of(framework).filter(|one| one.assessable).filter(chosen)
}

fn item<'a>(catalog: &'a Catalog, wish: &Wish, had: &Had<'a>, requirement: &'a Requirement) -> Item<'a> {
    let linked = catalog.linked(&requirement.id);
    let key = had.key_controls(linked);
    let rows = had.rows(linked);
    let mut item = match rows.first() {
        Some(best) => Item {
            requirement: requirement.id.clone(),
            kind: kind(best, wish.ai_in_scope),
            basis: Basis::Crosswalk,
            from: given(&rows),
            why: best.why.into(),
            left: if best.relation.meets() { "".into() } else { best.left.into() },
            closes_with: Vec::new(),
        },
        None => by_controls(had, &key, requirement),
    };
    if item.kind == Kind::New && !item.from.is_empty() {
        let shared = by_controls(had, &key, requirement);
        if shared.kind == Kind::Extend {
            item = Item { from: item.from, ..shared };
        }
    }
    if item.kind == Kind::Extend && item.left.is_empty() {
        item.left = "Take the AI systems into the scope of what you have.".into();
    }
    if item.kind != Kind::Reuse {
        item.closes_with = closes_with(key);
    }
    item
}

/// What the had requirements of rows give, each once: two crosswalks between the same frameworks may both have a
/// pair, each from its own side.
fn given(rows: &[Related<'_>]) -> Vec<Given> {
    let mut given: Vec<Given> = Vec::with_capacity(rows.len());
    for row in rows {
        if given.iter().all(|one| one.requirement != *row.had) {
            let (relation, strength) = (row.relation, row.strength);
            given.push(Given { requirement: row.had.clone(), relation, strength });
        }
    }
    given
}

/// A thin touch in common is no ground to build on.
fn kind(best: &Related<'_>, ai_in_scope: bool) -> Kind {
    match best.relation.meets() {
        true if ai_in_scope => Kind::Reuse,
        false if best.strength < GROUNDWORK => Kind::New,
        _ => Kind::Extend,
    }
}

/// What the control set says where no row does.
fn by_controls<'a>(had: &Had<'a>, key: &[Key<'_>], requirement: &'a Requirement) -> Item<'a> {
    let ids = |is_had: bool| key.iter().filter(move |(had, _)| *had == is_had).map(|(_, id)| id.as_str());
    let shared: Vec<&str> = ids(true).collect();
    let begin = |kind, basis, why: Cow<'a, str>, left: Cow<'a, str>| Item {
        requirement: requirement.id.clone(),
        kind,
        basis,
        from: Vec::new(),
        why,
        left,
        closes_with: Vec::new(),
    };
    // A reasoned crosswalk that relates nothing to it has spoken.
    if shared.is_empty() || had.is_spoken_for(requirement) {
        let why = had.alone(requirement).unwrap_or("Nothing that you have asks for this.");
        return begin(Kind::New, Basis::Nothing, why.into(), requirement.summary.as_str().into());
    }
    let why = format!("What you have needs {} too.", listed(&shared));
    let rest: Vec<&str> = ids(false).collect();
    let left = if rest.is_empty() {
        "Show that these controls meet this requirement as well: scope, records and reasons.".into()
    } else {
        format!("Add {}, and show that the others meet this requirement as well.", listed(&rest)).into()
    };
    begin(Kind::Extend, Basis::SharedControls, why.into(), left)
}

/// Those that nothing had needs first.
fn closes_with(mut key: Vec<Key<'_>>) -> Vec<ControlId> {
    key.sort();
    key.into_iter().map(|(_, control)| control.clone()).collect()
}
