//! A requirement with its whole chain of reasons.

use askama::Template;
use attestry_app::AppError;
use attestry_app::explain::{self, RequirementExplained};
use attestry_domain::assess::{Operation, RequirementDesign, RequirementOperation};
use attestry_domain::catalog::Requirement;
use attestry_domain::id::RequirementId;
use axum::extract::Path;
use axum::response::Response;

use crate::context::Context;
use crate::pages::asks::{self, Asks};
use crate::pages::reasons::{self, ControlReasons};
use crate::pages::rows::{self, ServedRow};
use crate::pages::{late, outside_requirement};
use crate::problem::Problem;
use crate::router::page;
use crate::view::{Frame, Mark, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "requirement.html")]
pub struct RequirementPage {
    /// Around it.
    pub frame: Frame,
    /// What it asks, in our own words.
    pub summary: String,
    /// What an auditor looks for.
    pub looks_for: String,
    /// In design.
    pub design: Mark,
    /// Why.
    pub design_sentence: String,
    /// In operation.
    pub operation: Option<Mark>,
    /// Why.
    pub operation_sentence: String,
    /// Why it is left out.
    pub excluded: Option<String>,
    /// The adopted controls mapped to it, those that decide first.
    pub controls: Vec<ControlReasons>,
    /// Mapped controls of the catalog that are not adopted.
    pub offered: Vec<String>,
    /// What the catalog says about it besides.
    pub asks: Asks,
    /// What its controls also serve.
    pub elsewhere: Vec<ServedRow>,
}

/// How many of the controls that decide stand open.
const OPEN: usize = 2;
/// How many of the nearest are offered where there is none.
const NEAR: usize = 6;

/// The page of a requirement in scope, by its qualified or bare id.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let explained = explain::requirement(&context.reader.state.workspace, &context.status, &id).await;
    let explained = match explained {
        Ok(explained) => explained,
        Err(error) => {
            let outside = outside_requirement::show(&context, &id, &error);
            return outside.unwrap_or_else(|| Err(nearer(&context, &id, error)));
        }
    };
    let known = context.catalog().requirements.get(&explained.id);
    let known = known.ok_or_else(|| Problem::unknown("requirement", &id, Vec::new()))?;
    let framework = known.id.framework().to_owned();
    let frame =
        context.frame(Place::Framework(framework.clone()), known.title.clone()).coded(known.id.code());
    let frame = frame.under("Overview", context.axis.link("/"));
    page(&RequirementPage {
        frame: frame.under(context.short(&framework), context.axis.framework(&framework)),
        summary: known.summary.clone(),
        looks_for: known.looks_for.clone(),
        design: explained.state.design.into(),
        design_sentence: design_sentence(&context, &explained),
        operation: explained.state.operation.map(Mark::from),
        operation_sentence: operation_sentence(&context, &explained),
        excluded: explained.state.excluded.clone(),
        controls: controls(&context, &explained).await?,
        offered: explained.controls.iter().filter(|one| !one.adopted).map(|one| one.id.to_string()).collect(),
        asks: asks::of(&context, known),
        elsewhere: elsewhere(&context, &explained, known),
    })
}

/// Where the text names a framework in scope, the nearest are of that framework.
fn nearer(context: &Context, text: &str, error: AppError) -> Problem {
    let named = text.split_once(':').filter(|_| matches!(error, AppError::NotFound { .. }));
    let frameworks = &context.readiness().frameworks;
    let known = named.and_then(|(framework, code)| {
        Some((frameworks.iter().find(|one| one.id.as_str() == framework)?, code.to_uppercase()))
    });
    let Some((framework, code)) = known else { return error.into() };
    let mut near: Vec<&RequirementId> = framework.requirements.iter().map(|one| &one.id).collect();
    near.sort_by_key(|id| strsim::levenshtein(&id.code().to_uppercase(), &code));
    Problem::unknown("requirement", text, near.into_iter().take(NEAR).map(ToString::to_string).collect())
}

async fn controls(
    context: &Context,
    explained: &RequirementExplained,
) -> Result<Vec<ControlReasons>, Problem> {
    let mapped: Vec<_> = context.catalog().mapped(&explained.id).collect();
    let one = |control: &explain::ControlExplained| {
        let kind = mapped
            .iter()
            .find(|(mapped, _)| mapped.id == control.id)
            .map_or("", |(_, mapping)| mapping.kind.as_str());
        let open = explained.state.decided_by.contains(&control.id);
        Some(ControlReasons { mapping: kind, open, ..reasons::of(context, control)? })
    };
    let mut controls: Vec<ControlReasons> = explained.controls.iter().filter_map(one).collect();
    for (reasons, control) in controls.iter_mut().zip(explained.controls.iter().filter(|one| one.adopted)) {
        late::fill(context, &control.id, reasons).await?;
    }
    controls.sort_by_key(|control| !control.open);
    controls.iter_mut().skip(OPEN).for_each(|control| control.open = false);
    Ok(controls)
}

fn design_sentence(context: &Context, explained: &RequirementExplained) -> String {
    let state = &explained.state;
    let implemented = |id: &&attestry_domain::id::ControlId| {
        context
            .control(id)
            .is_some_and(|one| one.design.level == attestry_domain::assess::DesignLevel::Implemented)
    };
    let done = state.key.iter().filter(implemented).count();
    match state.design {
        RequirementDesign::Excluded => String::new(),
        RequirementDesign::Unknown => "Whether a key control applies is undecided.".to_owned(),
        _ if state.key.is_empty() => "No key control is adopted.".to_owned(),
        _ => format!("{done} of {} key controls implemented.", state.key.len()),
    }
}

fn operation_sentence(context: &Context, explained: &RequirementExplained) -> String {
    let state = &explained.state;
    let said = |id| {
        let operation = context.control(id)?.operation.as_ref()?;
        Some(match operation {
            Operation::NotTested { .. } | Operation::NotInPlace { .. } => {
                format!("{id} {}", operation.words())
            }
            other => format!("{id} {}", Mark::from(other).words),
        })
    };
    let said: Vec<String> = state.decided_by.iter().filter_map(said).collect();
    match state.operation {
        Some(RequirementOperation::Met) => "No key control had an exception.".to_owned(),
        Some(RequirementOperation::NotMet) if state.key.is_empty() => "No key control is adopted.".to_owned(),
        _ if said.is_empty() => String::new(),
        _ => format!("{}.", said.join("; ")),
    }
}

/// The other requirements in scope that its adopted controls serve.
fn elsewhere(context: &Context, explained: &RequirementExplained, known: &Requirement) -> Vec<ServedRow> {
    let mut through: std::collections::BTreeMap<_, Vec<String>> = std::collections::BTreeMap::new();
    for control in explained.controls.iter().filter(|control| control.adopted) {
        let mappings = context.catalog().controls.get(&control.id).map(|control| control.mappings.as_slice());
        for mapping in mappings.unwrap_or_default().iter().filter(|mapping| mapping.requirement != known.id) {
            through.entry(mapping.requirement.clone()).or_default().push(control.id.to_string());
        }
    }
    through.into_iter().filter_map(|(id, controls)| rows::served(context, &id, controls)).collect()
}
