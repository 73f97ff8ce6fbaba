//! What the catalog says about a requirement besides its summary: evidence, whom it concerns, its dates, what it is
//! to requirements of other frameworks.

use attestry_domain::catalog::{Applies, Requirement};

use crate::context::Context;
use crate::pages::law::{self, LawLine};
use crate::pages::links::{self, RequirementLink};
use crate::view::RelationMark;
use crate::view::words::sentence;

/// What the catalog says about a requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asks {
    /// What usually shows it.
    pub evidence: String,
    /// Whom it concerns, in words; empty when everybody in the framework's scope.
    pub concerns: String,
    /// Why no control answers it; empty when one does.
    pub unmapped: String,
    /// From when it applies, when it is of a law.
    pub law: Option<LawLine>,
    /// Guidance beneath it: code and title.
    pub points: Vec<RequirementLink>,
    /// Requirements of other frameworks.
    pub related: Vec<RelatedRow>,
    /// Frameworks that have no counterpart of it, and why.
    pub alone: Vec<AloneRow>,
}

/// A requirement of another framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedRow {
    /// The other.
    pub other: RequirementLink,
    /// What the other is to this one.
    pub relation: RelationMark,
    /// How much of the work carries over, 1 to 10; 0 without a relation.
    pub strength: u8,
    /// What the two have in common.
    pub why: String,
    /// What this one still asks once the other is met.
    pub left: String,
}

/// A requirement without counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AloneRow {
    /// The requirement.
    pub requirement: RequirementLink,
    /// What people call the framework that has none.
    pub without: String,
    /// Why.
    pub why: String,
}

/// What the catalog says about a requirement.
pub(crate) fn of(context: &Context, known: &Requirement) -> Asks {
    Asks {
        evidence: known.evidence.clone(),
        concerns: known.applies.as_ref().map(|one| concerns(context, known, one)).unwrap_or_default(),
        unmapped: known.unmapped.clone(),
        law: law::line(context, &known.id),
        points: points(context, known),
        related: related(context, known),
        alone: alone(context, known),
    }
}

fn concerns(context: &Context, known: &Requirement, applies: &Applies) -> String {
    let categories = context.framework(known.id.framework()).map_or(&[][..], |one| &one.categories);
    let title = |id: &String| {
        let named = categories.iter().find(|one| one.id == *id).map(|one| one.title.clone());
        named.unwrap_or_else(|| id.replace('_', " "))
    };
    let duty: Vec<String> = applies.duty.iter().map(title).collect();
    let tier: Vec<String> = applies.tier.iter().map(title).collect();
    let mut parts = Vec::new();
    if !duty.is_empty() {
        parts.push(sentence(&duty.join("; ")));
    }
    if !tier.is_empty() {
        parts.push(format!("AI systems: {}", tier.join("; ")));
    }
    if !applies.when.is_empty() {
        parts.push(applies.when.trim_end_matches('.').to_owned());
    }
    parts.into_iter().map(|part| format!("{part}.")).collect::<Vec<_>>().join(" ")
}

/// Guidance beneath a requirement: what is not judged by itself.
fn points(context: &Context, known: &Requirement) -> Vec<RequirementLink> {
    let below = below(context, known).into_iter().filter(|one| known.assessable && !one.assessable);
    below.map(|one| links::requirement(context, &one.id)).collect()
}

/// The nodes directly beneath one.
pub(crate) fn below<'a>(context: &'a Context, known: &Requirement) -> Vec<&'a Requirement> {
    let all = context.framework(known.id.framework()).map(|one| context.catalog().requirements_of(&one.id));
    all.into_iter().flatten().filter(|one| one.parent.as_ref() == Some(&known.id)).collect()
}

fn related(context: &Context, known: &Requirement) -> Vec<RelatedRow> {
    let order: Vec<&str> = context.known_frameworks().into_iter().map(|one| one.id.as_str()).collect();
    let place = |framework: &str| order.iter().position(|one| *one == framework);
    let mut rows: Vec<_> = context.catalog().related(&known.id).collect();
    rows.sort_by_key(|row| {
        (place(row.had.framework()), !row.relation.meets(), std::cmp::Reverse(row.strength), row.had)
    });
    let row = |row: attestry_domain::catalog::Related<'_>| RelatedRow {
        other: links::requirement(context, row.had),
        relation: row.relation.into(),
        strength: row.strength,
        why: row.why.to_owned(),
        left: row.left.to_owned(),
    };
    rows.into_iter().map(row).collect()
}

fn alone(context: &Context, known: &Requirement) -> Vec<AloneRow> {
    let named = context.catalog().crosswalks.iter().filter_map(|crosswalk| {
        let why = crosswalk.alone.get(&known.id)?;
        let is_first = crosswalk.from.as_str() == known.id.framework();
        let other = if is_first { &crosswalk.to } else { &crosswalk.from };
        Some(AloneRow {
            requirement: links::requirement(context, &known.id),
            without: context.short(other.as_str()),
            why: why.clone(),
        })
    });
    named.collect()
}
