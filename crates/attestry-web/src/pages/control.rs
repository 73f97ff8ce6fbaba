//! A control: what it is, how it stands, what it serves, what happened.

use askama::Template;
use attestry_app::explain;
use attestry_domain::catalog::{Control, ControlType, MappingKind, Nature};
use attestry_domain::id::ControlId;
use attestry_domain::programme::{AdoptedControl, Recorded};
use attestry_domain::time::day_words;
use axum::extract::Path;
use axum::response::Response;

use crate::context::Context;
use crate::pages::reasons::{self, ControlReasons};
use crate::pages::rows::{self, EventRow, ServedRow};
use crate::pages::sentences;
use crate::pages::{late, outside_control};
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::span;
use crate::view::{Frame, Moment, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "control.html")]
pub struct ControlPage {
    /// Around it.
    pub frame: Frame,
    /// Its state with reasons.
    pub control: ControlReasons,
    /// What it is for.
    pub objective: String,
    /// What it takes.
    pub practice: String,
    /// By people or machine, and what it does to a risk.
    pub nature: String,
    /// How often.
    pub cadence: String,
    /// The procedure in force.
    pub procedure: String,
    /// Its text.
    pub procedure_text: Option<String>,
    /// Whether it applies, and why.
    pub applies: String,
    /// Evidence to keep.
    pub keep: Vec<String>,
    /// What its design rests on.
    pub design_steps: Vec<DesignStep>,
    /// Controls that stand in for it.
    pub compensations: Vec<StandIn>,
    /// Requirements it serves, by framework.
    pub serves: Vec<Served>,
    /// Its events, newest first.
    pub history: Vec<EventRow>,
}

/// A step of design.
#[derive(Debug, Clone)]
pub struct DesignStep {
    /// What is asked.
    pub what: &'static str,
    /// Since when it is there.
    pub since: Option<Moment>,
    /// What was recorded.
    pub record: String,
    /// The event that recorded it.
    pub event: Option<u64>,
}

/// A control that stands in.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The control.
    pub by: String,
    /// The days.
    pub days: String,
    /// Why.
    pub reason: String,
}

/// The requirements of one framework that it serves.
#[derive(Debug, Clone)]
pub struct Served {
    /// The framework.
    pub framework: String,
    /// The requirements.
    pub rows: Vec<ServedRow>,
}

/// The page of a control; of one that is not adopted, what it would be.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let unknown = || Problem::unknown("control", &id, Vec::new());
    let control: ControlId = id.parse().map_err(|_| unknown())?;
    let explained = explain::control(&context.reader.state.workspace, &context.status, &control).await?;
    let known = context.catalog().controls.get(&control).ok_or_else(unknown)?;
    let adopted = context.programme().controls.get(&control);
    let (Some(adopted), Some(mut reasons)) = (adopted, reasons::of(&context, &explained)) else {
        return outside_control::show(&context, known);
    };
    late::fill(&context, &control, &mut reasons).await?;
    let mut serves: Vec<Served> =
        context.frameworks().iter().map(|one| served(&context, known, one.id.as_str())).collect();
    serves.retain(|served| !served.rows.is_empty());
    let frame = context.frame(Place::Controls, known.title.clone()).coded(control.as_str());
    page(&ControlPage {
        frame: frame.under("Controls", context.axis.link("/controls")),
        control: reasons,
        objective: known.objective.clone(),
        practice: known.practice.clone(),
        nature: nature(known),
        cadence: cadence(&context, known, adopted),
        procedure: procedure(&context, adopted),
        procedure_text: procedure_text(&context, adopted).await?,
        applies: applies(&context, adopted),
        keep: known.evidence.clone(),
        design_steps: design_steps(&context, adopted),
        compensations: adopted
            .compensations
            .iter()
            .map(|one| StandIn {
                by: one.value.by.to_string(),
                days: span(one.value.period),
                reason: one.value.reason.clone(),
            })
            .collect(),
        serves,
        history: history(&context, &control, adopted),
    })
}

/// By people or machine, and what it does to a risk.
pub(crate) fn nature(known: &Control) -> String {
    let nature = match known.nature {
        Nature::Manual => "performed by people",
        Nature::Automated => "performed by a system",
    };
    let kind = match known.kind {
        ControlType::Preventive => "preventive",
        ControlType::Detective => "detective",
        ControlType::Corrective => "corrective",
    };
    format!("{nature}, {kind}")
}

fn cadence(context: &Context, known: &Control, adopted: &AdoptedControl) -> String {
    match adopted.procedure_on(context.question().as_of) {
        Some(procedure) if procedure.grace_days > 0 => {
            format!("{}, within {} days after each window", procedure.cadence, procedure.grace_days)
        }
        Some(procedure) => procedure.cadence.to_string(),
        None => format!("usually {}; no procedure is in force that says so", known.cadence),
    }
}

fn procedure(context: &Context, adopted: &AdoptedControl) -> String {
    let Some(procedure) = adopted.procedure_on(context.question().as_of) else {
        return "none in force".to_owned();
    };
    let version = adopted.procedures.iter().take_while(|one| one.text != procedure.text).count() + 1;
    let approved = procedure.approved.as_ref();
    let since = approved.map(|one| day_words(one.value)).unwrap_or_default();
    let by = approved.map(|one| context.name_of(one.by)).unwrap_or_default();
    format!("version {version} in force since {since}, approved by {by}, text {}", procedure.text.short())
}

async fn procedure_text(context: &Context, adopted: &AdoptedControl) -> Result<Option<String>, Problem> {
    let Some(procedure) = adopted.procedure_on(context.question().as_of) else { return Ok(None) };
    let bytes = context.reader.state.workspace.object(&procedure.text).await?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn applies(context: &Context, adopted: &AdoptedControl) -> String {
    match &adopted.applicability {
        None => "undecided".to_owned(),
        Some(decided) => {
            let (applies, reason) = &decided.value;
            let word = if *applies { "yes" } else { "no" };
            format!(
                "{word}: {} ({}, {})",
                sentences::applying(reason),
                context.name_of(decided.by),
                day_words(decided.recorded_on)
            )
        }
    }
}

fn design_steps(context: &Context, adopted: &AdoptedControl) -> Vec<DesignStep> {
    let as_of = context.question().as_of;
    let step = |what, since: Option<attestry_domain::time::Day>, record: String, event| DesignStep {
        what,
        since: since.filter(|since| *since <= as_of).map(Moment::from),
        record,
        event,
    };
    let owner = adopted.owners.iter().rev().find(|one| one.recorded_on <= as_of);
    let procedure = adopted.procedure_on(as_of).and_then(|one| one.approved.as_ref());
    let reason = adopted.rationales.iter().rev().find(|one| one.recorded_on <= as_of);
    let walked = adopted.walkthroughs.iter().rev().find(|one| one.value.on <= as_of);
    vec![
        step(
            "An owner",
            owner.map(|one| one.recorded_on),
            owner.map(|one| context.programme().name_of(one.value)).unwrap_or_default(),
            owner.map(|one| one.at),
        ),
        step(
            "An approved procedure",
            procedure.map(|one| one.value),
            procedure.map(|one| format!("approved by {}", context.name_of(one.by))).unwrap_or_default(),
            procedure.map(|one| one.at),
        ),
        step(
            "A recorded reason why it meets its risk",
            reason.map(|one| one.recorded_on),
            reason.map(|one| one.value.clone()).unwrap_or_default(),
            reason.map(|one| one.at),
        ),
        step(
            "A walked-through instance",
            walked.map(|one| one.value.on),
            walked.map(|one| one.value.seen.clone()).unwrap_or_default(),
            walked.map(|one| one.at),
        ),
    ]
}

fn served(context: &Context, known: &Control, framework: &str) -> Served {
    let mappings = known.mappings.iter().filter(|mapping| mapping.requirement.framework() == framework);
    let row = |mapping: &attestry_domain::catalog::Mapping| {
        let row = rows::served(context, &mapping.requirement, Vec::new())?;
        let kind: MappingKind = mapping.kind;
        Some(ServedRow { kind: kind.as_str(), rationale: mapping.rationale.clone(), ..row })
    };
    Served { framework: context.short(framework), rows: mappings.filter_map(row).collect() }
}

/// The events about the control, newest first.
fn history(context: &Context, id: &ControlId, adopted: &AdoptedControl) -> Vec<EventRow> {
    let programme = context.programme();
    let mut rows = vec![said(context, &adopted.adopted, "Adopted".to_owned())];
    rows.extend(adopted.applicability.iter().map(|one| {
        let (applies, reason) = &one.value;
        let word = if *applies { "Applies" } else { "Does not apply" };
        said(context, one, format!("{word}: {}", sentences::applying(reason)))
    }));
    rows.extend(
        adopted
            .owners
            .iter()
            .map(|one| said(context, one, format!("{} owns it", programme.name_of(one.value)))),
    );
    for procedure in &adopted.procedures {
        rows.push(said(context, &procedure.written, format!("Procedure written, {}", procedure.cadence)));
        let approved =
            |one| said(context, one, format!("Procedure approved, in force from {}", day_words(one.value)));
        rows.extend(procedure.approved.as_ref().map(approved));
    }
    rows.extend(
        adopted.rationales.iter().map(|one| said(context, one, format!("Reason recorded: {}", one.value))),
    );
    rows.extend(adopted.walkthroughs.iter().map(|one| {
        said(context, one, format!("Walked through on {}: {}", day_words(one.value.on), one.value.seen))
    }));
    rows.extend(adopted.attestations.iter().map(|one| {
        said(context, one, format!("Performed on {}: {}", day_words(one.value.performed_on), one.value.note))
    }));
    rows.extend(
        adopted.compensations.iter().map(|one| said(context, one, format!("{} stands in", one.value.by))),
    );
    let runs = context.catalog().tests_of(id).filter_map(|test| programme.runs_of.get(&test.id)).flatten();
    let runs = runs.filter_map(|run| programme.runs.get(run));
    rows.extend(runs.map(|run| said(context, run, sentences::ran(&run.value))));
    rows.sort_by_key(|row| std::cmp::Reverse(row.sequence));
    rows
}

fn said<T>(context: &Context, one: &Recorded<T>, what: String) -> EventRow {
    let when = Moment::minute_of(one.recorded_at, &context.zone());
    EventRow { sequence: one.at, what, who: context.name_of(one.by), when }
}
