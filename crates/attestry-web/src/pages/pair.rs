//! What frameworks that are had give towards one that is wanted: requirement by requirement, then what to do.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use attestry_domain::assess::RequirementDesign;
use attestry_domain::catalog::Framework;
use attestry_domain::id::{ControlId, RequirementId};
use attestry_domain::overlap::{Basis, Closing, Given, HALF, Item, Kind, Overlap, Wish, closing, overlap};
use axum::extract::Path;
use axum::response::Response;

use crate::context::Context;
use crate::pages::links::{self, ControlLink, FrameworkLink, RequirementLink};
use crate::pages::overlap::{KindCounts, assumes_ai, path, with_ai};
use crate::pages::rows::Count;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{counted, encoded, listed};
use crate::view::{Frame, Mark, Place, RelationMark, Shape, Stack};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "pair.html")]
pub struct PairPage {
    /// Around it.
    pub frame: Frame,
    /// How its sentence begins, before the counts.
    pub lead: String,
    /// Requirements by how much of them is there.
    pub counts: KindCounts,
    /// The same as a bar.
    pub stack: Stack,
    /// Whether AI systems are taken to lie in the scope of what is had.
    pub ai: bool,
    /// The same page with the other assumption.
    pub turn: String,
    /// Whether it counts what the programme meets, not what the frameworks ask.
    pub for_programme: bool,
    /// What that counts, framework by framework.
    pub counted: Vec<WhatCounts>,
    /// Requirements of the wanted one that the programme meets in design by whatever means, when it is in scope.
    pub here: Option<Count>,
    /// The same page counted the other way.
    pub other: String,
    /// The reasoned crosswalks it rests on: identifier and words.
    pub crosswalks: Vec<(String, String)>,
    /// The wanted framework.
    pub want: FrameworkLink,
    /// The opposite direction, when one framework is had.
    pub back: Option<String>,
    /// Requirements grouped by how much of them is there.
    pub groups: Vec<KindGroup>,
    /// What to begin or widen, in order.
    pub order: Vec<ClosingRow>,
    /// Requirements that its controls close, all together.
    pub closed: usize,
}

/// How much of a framework counts as had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatCounts {
    /// What people call it.
    pub framework: String,
    /// Requirements met in design, of all in scope; `None` when it is not in scope.
    pub met: Option<Count>,
}

/// Requirements of which as much is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindGroup {
    /// Anchor.
    pub id: &'static str,
    /// The word with its shape.
    pub mark: Mark,
    /// What the word means.
    pub meaning: String,
    /// The requirements.
    pub items: Vec<ItemRow>,
}

/// A wanted requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// The requirement.
    pub requirement: RequirementLink,
    /// In design here, when it is in scope.
    pub design: Option<Mark>,
    /// Had requirements that give something, the strongest first.
    pub from: Vec<GivenRow>,
    /// How many there are besides.
    pub more: usize,
    /// What it rests on, when not on a crosswalk.
    pub basis: &'static str,
    /// Why.
    pub why: String,
    /// What is left.
    pub left: String,
    /// The controls that close it.
    pub closes: Vec<ControlLink>,
    /// Why none does; empty when some do.
    pub unmapped: String,
}

/// A had requirement that gives something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenRow {
    /// The requirement.
    pub requirement: RequirementLink,
    /// What it is to the wanted one.
    pub relation: RelationMark,
    /// How much of the work carries over, 1 to 10.
    pub strength: u8,
}

/// A control to begin or widen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingRow {
    /// The control.
    pub control: ControlLink,
    /// How much work it is.
    pub effort: &'static str,
    /// What is closed once it and all before it are in place.
    pub closes: Vec<RequirementLink>,
    /// Further requirements that it is needed for.
    pub helps: usize,
}

impl PairPage {
    fn controls_words(&self) -> String {
        match self.order.len() {
            1 => "1 control closes what is left".to_owned(),
            n => format!("{n} controls close what is left"),
        }
    }

    fn closed_words(&self) -> String {
        counted(self.closed as u64, "requirement", "requirements")
    }
}

/// How many had requirements are named.
const NAMED: usize = 3;

/// What is asked.
struct Asked<'a> {
    have: Vec<&'a Framework>,
    want: &'a Framework,
    ai: bool,
    for_programme: bool,
}

/// The page of a pair; what is had may be several, joined by `+`.
pub(crate) async fn show(
    context: Context,
    Path((have, want)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let fields: Vec<(String, String)> = context.reader.query()?;
    let names = || context.catalog().frameworks.keys().map(ToString::to_string).collect();
    let find = |id: &str| context.framework(id).ok_or_else(|| Problem::unknown("framework", id, names()));
    let asked = Asked {
        have: have.split('+').map(find).collect::<Result<Vec<_>, _>>()?,
        want: find(&want)?,
        ai: assumes_ai(&fields),
        for_programme: fields.iter().any(|(name, value)| name == "for" && value == "programme"),
    };
    let found = overlap(context.catalog(), &wish(&context, &asked));
    let there = if asked.for_programme { links::implemented(&context) } else { BTreeSet::new() };
    let order = closing(context.catalog(), &found, &there);
    page(&filled(&context, &asked, &found, &order))
}

fn wish(context: &Context, asked: &Asked<'_>) -> Wish {
    let scope = |framework: &Framework| -> BTreeSet<String> {
        let adopted = context.programme().frameworks.get(&framework.id).filter(|_| asked.for_programme);
        adopted.map(|one| one.categories.iter().cloned().collect()).unwrap_or_default()
    };
    Wish {
        have: asked.have.iter().map(|one| (one.id.clone(), scope(one))).collect::<BTreeMap<_, _>>(),
        met: asked.for_programme.then(|| met(context)),
        want: asked.want.id.clone(),
        categories: scope(asked.want),
        ai_in_scope: asked.ai,
    }
}

/// What the programme meets in design.
fn met(context: &Context) -> BTreeSet<RequirementId> {
    let all = context.readiness().frameworks.iter().flat_map(|one| &one.requirements);
    all.filter(|one| one.design == RequirementDesign::Met).map(|one| one.id.clone()).collect()
}

fn filled(context: &Context, asked: &Asked<'_>, found: &Overlap<'_>, order: &[Closing]) -> PairPage {
    let have: Vec<&str> = asked.have.iter().map(|one| one.short.as_str()).collect();
    let ids: Vec<&str> = asked.have.iter().map(|one| one.id.as_str()).collect();
    let want = links::framework(context, asked.want.id.as_str());
    let here = path(&ids, &want.id);
    let link = |path: &str, ai: bool, programme: bool| {
        let more = if programme { &[("for", "programme")][..] } else { &[][..] };
        with_ai(&context.axis, path, ai, more)
    };
    let keep = [("for", "programme", asked.for_programme), ("ai", "no", !asked.ai)];
    let keep = keep.into_iter().filter(|(.., set)| *set);
    let keep = keep.map(|(name, value, _)| (name.to_owned(), value.to_owned())).collect();
    let counts = KindCounts { reuse: found.reuse, extend: found.extend, new: found.new };
    let title = format!("{} towards {}", listed(&have), want.short);
    let noun = if found.total == 1 { "requirement" } else { "requirements" };
    let back = ids
        .first()
        .filter(|_| ids.len() == 1)
        .map(|id| link(&path(&[want.id.as_str()], id), asked.ai, asked.for_programme));
    let order: Vec<ClosingRow> = order.iter().map(|one| closing_row(context, one)).collect();
    PairPage {
        frame: context
            .frame(Place::Overlap, title)
            .under("Overlap", with_ai(&context.axis, "/overlap", asked.ai, &[]))
            .keeping(keep),
        lead: format!("Of {} {noun} of {}, given {}:", found.total, want.short, listed(&have)),
        counts,
        stack: counts.stack(),
        ai: asked.ai,
        turn: link(&here, !asked.ai, asked.for_programme),
        for_programme: asked.for_programme,
        counted: if asked.for_programme { what_counts(context, asked) } else { Vec::new() },
        here: met_of(context, asked.want).filter(|_| asked.for_programme),
        other: link(&here, asked.ai, !asked.for_programme),
        crosswalks: crosswalks(context, asked),
        want,
        back,
        groups: groups(context, found),
        closed: order.iter().map(|row| row.closes.len()).sum(),
        order,
    }
}

/// For each framework that is had, how much of it counts.
fn what_counts(context: &Context, asked: &Asked<'_>) -> Vec<WhatCounts> {
    let one = |framework: &&Framework| WhatCounts {
        framework: framework.short.clone(),
        met: met_of(context, framework),
    };
    asked.have.iter().map(one).collect()
}

/// How much of a framework in scope the programme meets in design.
fn met_of(context: &Context, framework: &Framework) -> Option<Count> {
    let known = context.readiness().frameworks.iter().find(|one| one.id == framework.id)?;
    let path = format!("/frameworks/{}", encoded(framework.id.as_str()));
    let all = counted(known.design.total as u64, "requirement", "requirements");
    Some(Count {
        words: format!("{} of {all}", known.design.met),
        href: context.axis.with(&path, &[("state", "design_met")]),
    })
}

fn crosswalks(context: &Context, asked: &Asked<'_>) -> Vec<(String, String)> {
    let found = asked.have.iter().filter_map(|have| {
        let crosswalk = context.catalog().crosswalk(&have.id, &asked.want.id)?;
        let rows = counted(crosswalk.rows.len() as u64, "row", "rows");
        Some((crosswalk.id.clone(), format!("{} and {}, {rows}", have.short, asked.want.short)))
    });
    found.collect()
}

fn groups(context: &Context, found: &Overlap<'_>) -> Vec<KindGroup> {
    let kinds = [
        (Kind::Reuse, "reuse", Shape::Full, "Met already: show the same work for both."),
        (Kind::Extend, "extend", Shape::Half, "Work is there; what is left says what to widen."),
        (Kind::New, "new", Shape::Ring, "Nothing is there; the controls named close it."),
    ];
    let group = |(kind, id, shape, meaning): (Kind, _, _, &str)| {
        let items: Vec<&Item<'_>> = found.items.iter().filter(|item| item.kind == kind).collect();
        KindGroup {
            id,
            mark: Mark::new(shape, format!("{} {id}", items.len())),
            meaning: if kind == Kind::Extend {
                format!("{meaning} {}", strong(&items))
            } else {
                meaning.to_owned()
            },
            items: items.into_iter().map(|item| row(context, item)).collect(),
        }
    };
    kinds.into_iter().map(group).collect()
}

/// For how many half of the work carries over, or more.
fn strong(items: &[&Item<'_>]) -> String {
    let half = |item: &&&Item<'_>| item.from.iter().any(|given| given.strength >= HALF);
    let n = items.iter().filter(half).count();
    format!("For {n} of {} half of the work carries over or more: strength {HALF} of 10 and up.", items.len())
}

fn row(context: &Context, item: &Item<'_>) -> ItemRow {
    let given = |one: &Given| GivenRow {
        requirement: links::requirement(context, &one.requirement),
        relation: one.relation.into(),
        strength: one.strength,
    };
    let link = |id: &ControlId| links::control(context, id);
    let unmapped = context.catalog().requirements.get(&item.requirement).map(|one| one.unmapped.clone());
    ItemRow {
        requirement: links::requirement(context, &item.requirement),
        design: context.requirement(&item.requirement).map(|one| one.design.into()),
        from: item.from.iter().take(NAMED).map(given).collect(),
        more: item.from.len().saturating_sub(NAMED),
        basis: match item.basis {
            Basis::Crosswalk => "",
            Basis::SharedControls => "by shared controls",
            Basis::Nothing => "nothing relates to it",
        },
        why: item.why.to_string(),
        left: item.left.to_string(),
        closes: item.closes_with.iter().map(link).collect(),
        unmapped: unmapped.unwrap_or_default(),
    }
}

fn closing_row(context: &Context, one: &Closing) -> ClosingRow {
    ClosingRow {
        control: links::control(context, &one.control),
        effort: one.effort.as_str(),
        closes: one.closes.iter().map(|id| links::requirement(context, id)).collect(),
        helps: one.helps,
    }
}
