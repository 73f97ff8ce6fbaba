//! A control of the catalog that the programme has not adopted: what it would take and what it would serve.

use askama::Template;
use attestry_domain::catalog::Control;
use attestry_domain::overlap::Effort;
use axum::response::Response;

use crate::context::Context;
use crate::pages::control::nature;
use crate::pages::links::{self, RequirementLink};
use crate::problem::Problem;
use crate::router::page;
use crate::view::{Frame, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "outside_control.html")]
pub struct OutsideControlPage {
    /// Around it.
    pub frame: Frame,
    /// What it is for.
    pub objective: String,
    /// What it takes.
    pub practice: String,
    /// By people or machine, and what it does to a risk.
    pub nature: String,
    /// How often it is usually performed.
    pub cadence: String,
    /// Who usually owns it.
    pub owner: String,
    /// How much work it is.
    pub effort: &'static str,
    /// Evidence to keep.
    pub keep: Vec<String>,
    /// What it would serve, by framework.
    pub serves: Vec<WouldServe>,
}

/// The requirements of one framework that it would serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WouldServe {
    /// The framework.
    pub framework: String,
    /// The requirements, with how much it gives each and why.
    pub rows: Vec<(RequirementLink, &'static str, String)>,
}

/// The page of a control that is known and not adopted.
pub(crate) fn show(context: &Context, known: &Control) -> Result<Response, Problem> {
    let frame = context.frame(Place::Controls, known.title.clone()).coded(known.id.as_str());
    let frameworks = context.known_frameworks().into_iter();
    let serves = frameworks.map(|framework| WouldServe {
        framework: framework.short.clone(),
        rows: rows(context, known, framework.id.as_str()),
    });
    page(&OutsideControlPage {
        frame: frame.under("Controls", context.axis.link("/controls")),
        objective: known.objective.clone(),
        practice: known.practice.clone(),
        nature: nature(known),
        cadence: known.cadence.to_string(),
        owner: known.owner.clone(),
        effort: Effort::of(known).as_str(),
        keep: known.evidence.clone(),
        serves: serves.filter(|one| !one.rows.is_empty()).collect(),
    })
}

fn rows(context: &Context, known: &Control, framework: &str) -> Vec<(RequirementLink, &'static str, String)> {
    let mappings = known.mappings.iter().filter(|one| one.requirement.framework() == framework);
    let row = |one: &attestry_domain::catalog::Mapping| {
        (links::requirement(context, &one.requirement), one.kind.as_str(), one.rationale.clone())
    };
    mappings.map(row).collect()
}
