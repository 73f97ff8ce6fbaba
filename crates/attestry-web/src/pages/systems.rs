//! All AI systems.

use askama::Template;
use attestry_domain::event::{AiRole, AssessmentKind, Verdict};
use attestry_domain::id::AiSystemId;
use attestry_domain::programme::{AiSystem, Assessment};
use attestry_domain::time::{Instant, day_words};
use axum::response::Response;

use crate::context::Context;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::counted;
use crate::view::{Frame, Mark, Place, Shape};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "systems.html")]
pub struct SystemsPage {
    /// Around it.
    pub frame: Frame,
    /// How they stand, as a sentence.
    pub lead: String,
    /// The systems.
    pub rows: Vec<SystemRow>,
}

/// An AI system in the list.
#[derive(Debug, Clone)]
pub struct SystemRow {
    /// The system.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// The organisation's role.
    pub role: &'static str,
    /// What runs in production.
    pub production: String,
    /// Its impact assessment.
    pub impact: Mark,
    /// Its bias assessment.
    pub bias: Mark,
}

/// The page of all AI systems.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let systems = &context.programme().systems;
    let live = systems.values().filter(|system| production(system).is_some()).count();
    let rows = systems.iter().map(|(id, system)| SystemRow {
        id: id.to_string(),
        name: system.registered.value.name.clone(),
        purpose: system.registered.value.purpose.clone(),
        role: role(system.registered.value.role),
        production: production(system).map_or_else(
            || "nothing".to_owned(),
            |(version, since)| format!("{version} since {}", day_words(since.day(&context.zone()))),
        ),
        impact: impact(&context, id, system),
        bias: bias(&context, id),
    });
    page(&SystemsPage {
        frame: context.frame(Place::Ai, "AI systems"),
        lead: format!("{}, {live} in production.", counted(systems.len() as u64, "AI system", "AI systems")),
        rows: rows.collect(),
    })
}

/// What runs in production, and since when the system does.
fn production(system: &AiSystem) -> Option<(&str, Instant)> {
    let running = system
        .deployments
        .iter()
        .map(|one| &one.value)
        .rfind(|one| one.environment == "production" && one.ended_at.is_none())?;
    Some((&running.version, running.deployed_at))
}

/// The role in words.
pub(crate) const fn role(role: AiRole) -> &'static str {
    match role {
        AiRole::Provider => "provider",
        AiRole::Deployer => "deployer",
        AiRole::Both => "provider and deployer",
    }
}

/// The assessments of a kind, newest first.
pub(crate) fn assessments<'a>(
    context: &'a Context,
    id: &AiSystemId,
    kind: AssessmentKind,
) -> Vec<&'a Assessment> {
    let all = context.programme().assessments.values().map(AsRef::as_ref);
    let mut mine: Vec<&Assessment> =
        all.filter(|one| one.submitted.value.system == *id && one.submitted.value.kind == kind).collect();
    mine.sort_by_key(|one| std::cmp::Reverse(one.submitted.at));
    mine
}

fn impact(context: &Context, id: &AiSystemId, system: &AiSystem) -> Mark {
    let all = assessments(context, id, AssessmentKind::Impact);
    let approvals = all.iter().filter_map(|one| one.approved.as_ref());
    let Some(first) = approvals.min_by_key(|one| one.recorded_at) else {
        let words = if all.is_empty() { "none" } else { "not approved" };
        let shape = if production(system).is_some() { Shape::Bar } else { Shape::Dotted };
        return Mark::new(shape, words);
    };
    let mut live = system.deployments.iter().filter(|one| one.value.environment == "production");
    if live.any(|one| one.value.deployed_at < first.recorded_at) {
        return Mark::new(
            Shape::Half,
            format!("approved {}, after it went live", day_words(first.recorded_on)),
        );
    }
    Mark::new(Shape::Full, format!("approved {}", day_words(first.recorded_on)))
}

fn bias(context: &Context, id: &AiSystemId) -> Mark {
    let all = assessments(context, id, AssessmentKind::Bias);
    let Some((newest, outcome)) = all.first().and_then(|one| Some((one, one.submitted.value.bias.as_ref()?)))
    else {
        return Mark::new(Shape::Dotted, "none");
    };
    let on = day_words(newest.submitted.value.conducted_on);
    match outcome.verdict {
        Verdict::Above => Mark::new(Shape::Full, format!("within the threshold, {on}")),
        Verdict::Below => Mark::new(Shape::Bar, format!("below the threshold, {on}")),
        Verdict::Inconclusive => Mark::new(Shape::Half, format!("inconclusive, {on}")),
        Verdict::NotEstimable => Mark::new(Shape::Dotted, format!("not estimable, {on}")),
    }
}
