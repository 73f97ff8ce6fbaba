//! A requirement that has no state: of a framework, category or role that is not in scope, a heading, or guidance.

use askama::Template;
use attestry_app::{AppError, explain};
use attestry_domain::catalog::MappingKind;
use attestry_domain::id::RequirementId;
use axum::response::Response;

use crate::context::Context;
use crate::pages::asks::{self, Asks};
use crate::pages::links::{self, ControlLink, RequirementLink};
use crate::problem::Problem;
use crate::router::page;
use crate::view::Frame;
use crate::view::words::sentence;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "outside_requirement.html")]
pub struct OutsideRequirementPage {
    /// Around it.
    pub frame: Frame,
    /// Why it has no state.
    pub outside: String,
    /// What it asks, in our own words.
    pub summary: String,
    /// What an auditor looks for.
    pub looks_for: String,
    /// What the catalog says about it besides.
    pub asks: Asks,
    /// The nodes beneath it.
    pub parts: Vec<RequirementLink>,
    /// The controls that would meet it, key ones first.
    pub controls: Vec<MappedRow>,
}

/// A control mapped to a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedRow {
    /// The control.
    pub control: ControlLink,
    /// How much it gives.
    pub kind: &'static str,
    /// Why.
    pub rationale: String,
}

/// The page of a requirement that the catalog knows and the programme does not judge; `None` when there is none.
pub(crate) fn show(context: &Context, text: &str, why: &AppError) -> Option<Result<Response, Problem>> {
    let id = explain::resolve(&context.status, text).ok()?;
    let known = context.catalog().requirements.get(&id).filter(|_| context.requirement(&id).is_none())?;
    let framework = id.framework();
    let title = if known.title.is_empty() { known.kind.replace('_', " ") } else { known.title.clone() };
    let mut frame = context.frame(context.place_of(framework), sentence(&title)).coded(id.code());
    frame = frame.under("Overview", context.axis.link("/"));
    frame = frame.under(context.short(framework), context.axis.framework(framework));
    if let Some(parent) = &known.parent {
        frame = frame.under(parent.code(), context.axis.requirement(parent.as_str()));
    }
    let mut mapped: Vec<_> = context.catalog().mapped(&id).collect();
    mapped.sort_by_key(|(control, mapping)| (!mapping.kind.is_key(), control.id.clone()));
    let row = |kind: MappingKind, control, rationale: &String| MappedRow {
        control: links::control(context, control),
        kind: kind.as_str(),
        rationale: rationale.clone(),
    };
    let below = asks::below(context, known).into_iter().filter(|one| !known.assessable || one.assessable);
    Some(page(&OutsideRequirementPage {
        frame,
        outside: outside(context, &id, why),
        summary: known.summary.clone(),
        looks_for: known.looks_for.clone(),
        asks: asks::of(context, known),
        parts: below.map(|one| links::requirement(context, &one.id)).collect(),
        controls: mapped.iter().map(|(control, one)| row(one.kind, &control.id, &one.rationale)).collect(),
    }))
}

/// Why it has no state, as a sentence.
fn outside(context: &Context, id: &RequirementId, why: &AppError) -> String {
    let adopted = context.readiness().frameworks.iter().any(|one| one.id.as_str() == id.framework());
    if !adopted {
        return format!("{} is not in scope of the programme.", context.short(id.framework()));
    }
    let said = why.to_string();
    let said = said.strip_prefix(&format!("{id}: ")).unwrap_or(&said);
    format!("{}.", sentence(said.trim_end_matches('.')))
}
