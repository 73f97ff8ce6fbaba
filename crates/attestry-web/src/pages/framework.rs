//! A framework: sentences, map, and its requirements as a list.

use askama::Template;
use attestry_domain::assess::{RequirementAssessment, RequirementDesign, RequirementOperation};
use attestry_domain::catalog::FrameworkKind;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::context::Context;
use crate::pages::law::{self, DateRow};
use crate::pages::outside_framework;
use crate::pages::rows::{self, FrameworkSummary};
use crate::pages::scheme::SchemeFacts;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::counted;
use crate::view::{Frame, Mark, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "framework.html")]
pub struct FrameworkPage {
    /// Around it.
    pub frame: Frame,
    /// Sentences and map.
    pub one: FrameworkSummary,
    /// Who publishes it.
    pub publisher: String,
    /// Edition.
    pub version: String,
    /// Who concludes on it, and what comes out.
    pub concludes: &'static str,
    /// What may be said about its text.
    pub licence_note: String,
    /// What the address asks about, for the filter form.
    pub hidden: Vec<(&'static str, String)>,
    /// What is looked for.
    pub query: String,
    /// The state that is filtered by; empty for all.
    pub state: String,
    /// States to filter by, with their words.
    pub states: Vec<(&'static str, &'static str)>,
    /// The requirements shown.
    pub rows: Vec<RequirementRow>,
    /// What it is in practice.
    pub scheme: Option<SchemeFacts>,
    /// From when its provisions apply, for laws.
    pub dates: Vec<DateRow>,
}

/// A requirement in the list.
#[derive(Debug, Clone)]
pub struct RequirementRow {
    /// Its place in the framework.
    pub order: usize,
    /// Qualified id.
    pub id: String,
    /// Bare code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Whether it is left out.
    pub excluded: bool,
    /// In design.
    pub design: Mark,
    /// In operation.
    pub operation: Option<Mark>,
    /// Key controls.
    pub key: Vec<String>,
}

impl FrameworkPage {
    fn shown_words(&self) -> String {
        counted(self.rows.len() as u64, "requirement", "requirements")
    }
}

/// A filter in the address.
#[derive(Deserialize, Default)]
pub(crate) struct Filter {
    /// A text to find.
    #[serde(default)]
    pub(crate) q: String,
    /// A state.
    #[serde(default)]
    pub(crate) state: String,
}

const STATES: [(&str, &str); 11] = [
    ("", "all"),
    ("met", "operation: met"),
    ("with_exceptions", "operation: with exceptions"),
    ("not_met", "operation: not met"),
    ("not_tested", "operation: not tested"),
    ("no_occurrences", "operation: no occurrences"),
    ("design_met", "design: met"),
    ("design_partial", "design: partial"),
    ("design_gap", "design: gap"),
    ("design_unknown", "design: undecided"),
    ("excluded", "excluded"),
];

/// The page of a framework; of one that is not in scope, what the catalog says.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let filter: Filter = context.reader.query()?;
    let adopted = || context.programme().adopted().iter().map(ToString::to_string).collect();
    let found = context.readiness().frameworks.iter().find(|one| one.id.as_str() == id);
    let Some(found) = found else {
        let known = context.framework(&id).ok_or_else(|| Problem::unknown("framework", &id, adopted()))?;
        return outside_framework::show(&context, known);
    };
    let known = context.catalog().frameworks.get(&found.id);
    let known = known.ok_or_else(|| Problem::unknown("framework", &id, adopted()))?;
    let text = filter.q.trim().to_lowercase();
    let all = found.requirements.iter().enumerate().filter(|(_, one)| is_in(one, &filter.state));
    let rows = all.map(|(order, one)| row(&context, order, one));
    let rows = rows
        .filter(|row| {
            format!("{} {} {}", row.code, row.title, row.key.join(" ")).to_lowercase().contains(&text)
        })
        .collect();
    page(&FrameworkPage {
        frame: context
            .frame(Place::Framework(id), known.title.clone())
            .under("Overview", context.axis.link("/")),
        one: rows::summary(&context, found),
        publisher: known.publisher.clone(),
        version: known.version.clone(),
        concludes: concludes(known.kind),
        licence_note: known.licence_note.clone(),
        hidden: context.hidden(),
        query: filter.q,
        state: filter.state,
        states: STATES.to_vec(),
        rows,
        scheme: known.scheme.as_ref().map(SchemeFacts::from),
        dates: law::dates(&context, &known.dates),
    })
}

fn row(context: &Context, order: usize, one: &RequirementAssessment) -> RequirementRow {
    RequirementRow {
        order,
        id: one.id.to_string(),
        code: one.id.code().to_owned(),
        title: rows::title_of(context.catalog(), &one.id),
        excluded: one.excluded.is_some(),
        design: one.design.into(),
        operation: one.operation.map(Mark::from),
        key: one.key.iter().map(ToString::to_string).collect(),
    }
}

fn is_in(one: &RequirementAssessment, state: &str) -> bool {
    let operation = |wanted| one.operation == Some(wanted);
    match state {
        "met" => operation(RequirementOperation::Met),
        "with_exceptions" => operation(RequirementOperation::WithExceptions),
        "not_met" => operation(RequirementOperation::NotMet),
        "not_tested" => operation(RequirementOperation::NotTested),
        "no_occurrences" => operation(RequirementOperation::NoOccurrences),
        "design_met" => one.design == RequirementDesign::Met,
        "design_partial" => one.design == RequirementDesign::Partial,
        "design_gap" => one.design == RequirementDesign::Gap,
        "design_unknown" => one.design == RequirementDesign::Unknown,
        "excluded" => one.design == RequirementDesign::Excluded,
        _ => true,
    }
}

/// Who concludes on a kind of framework, and what comes out.
pub(crate) const fn concludes(kind: FrameworkKind) -> &'static str {
    match kind {
        FrameworkKind::Attestation => "A CPA firm attests; a report comes out.",
        FrameworkKind::Certification => "A registrar certifies; a certificate comes out.",
        FrameworkKind::Law => "A law; an authority supervises. Not legal advice.",
        FrameworkKind::Guidance => "Voluntary guidance; nobody concludes.",
    }
}
