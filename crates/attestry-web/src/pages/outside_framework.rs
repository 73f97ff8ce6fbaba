//! A framework that is not in scope: what it is, its dates, what it asks.

use askama::Template;
use attestry_domain::catalog::Framework;
use axum::response::Response;

use crate::context::Context;
use crate::pages::framework::concludes;
use crate::pages::law::{self, DateRow};
use crate::pages::links::{self, ControlLink, RequirementLink};
use crate::pages::scheme::SchemeFacts;
use crate::problem::Problem;
use crate::router::page;
use crate::view::{Frame, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "outside_framework.html")]
pub struct OutsideFrameworkPage {
    /// Around it.
    pub frame: Frame,
    /// Short name in addresses.
    pub id: String,
    /// What people call it.
    pub short: String,
    /// Who publishes it.
    pub publisher: String,
    /// Edition.
    pub version: String,
    /// Who concludes on it, and what comes out.
    pub concludes: &'static str,
    /// What may be said about its text.
    pub licence_note: String,
    /// What it is in practice.
    pub scheme: Option<SchemeFacts>,
    /// From when its provisions apply.
    pub dates: Vec<DateRow>,
    /// What it asks, with the key controls.
    pub rows: Vec<(RequirementLink, Vec<ControlLink>)>,
}

/// The page of a framework that is known and not in scope.
pub(crate) fn show(context: &Context, known: &Framework) -> Result<Response, Problem> {
    let assessed = context.catalog().requirements_of(&known.id).filter(|one| one.assessable);
    let rows = assessed.map(|one| {
        let mapped = context.catalog().mapped(&one.id).filter(|(_, mapping)| mapping.kind.is_key());
        let key = mapped.map(|(control, _)| links::control(context, &control.id));
        (links::requirement(context, &one.id), key.collect())
    });
    let frame = context.frame(Place::Overlap, known.title.clone());
    page(&OutsideFrameworkPage {
        frame: frame.under("Overlap", context.axis.link("/overlap")),
        id: known.id.to_string(),
        short: known.short.clone(),
        publisher: known.publisher.clone(),
        version: known.version.clone(),
        concludes: concludes(known.kind),
        licence_note: known.licence_note.clone(),
        scheme: known.scheme.as_ref().map(SchemeFacts::from),
        dates: law::dates(context, &known.dates),
        rows: rows.collect(),
    })
}
