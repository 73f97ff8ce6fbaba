//! The programme as documents, in stable order.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::event::EngagementKind;
use attestry_domain::id::{AiSystemId, ArtifactId, ControlId, Digest, PersonId};
use attestry_domain::programme::{AdoptedControl, AiSystem, Programme};
use serde::Serialize;

use crate::files::document::{
    AssessmentEntry, At, AttestationEntry, CompensationEntry, ControlFile, DeploymentEntry, EngagementEntry,
    Examines, ExclusionEntry, FrameworkEntry, PersonEntry, ResponseEntry, RoleEntry, Shown, SourceEntry,
    SystemFile, VersionEntry, WalkthroughEntry, WorkspaceFile, Written,
};
use crate::{AppError, Snapshot};

/// Name and bytes of every YAML file.
pub(super) fn documents(snapshot: &Snapshot) -> Result<Vec<(String, Vec<u8>)>, AppError> {
    let programme = &snapshot.programme;
    let mut files = Vec::new();
    if let Some(workspace) = &programme.workspace {
        let file = WorkspaceFile {
            name: workspace.name.clone().into(),
            time_zone: workspace.time_zone.clone().into(),
        };
        files.push(("workspace.yaml".to_owned(), yaml(&file, "")?));
    }
    files.push(("people.yaml".to_owned(), yaml(&people(programme), "")?));
    files.push(("frameworks.yaml".to_owned(), yaml(&frameworks(programme), "")?));
    files.push(("requirements.yaml".to_owned(), yaml(&exclusions(programme), "")?));
    files.push(("engagements.yaml".to_owned(), yaml(&engagements(programme), "")?));
    files.push(("sources.yaml".to_owned(), yaml(&sources(programme), "")?));
    files.push(("responses.yaml".to_owned(), yaml(&responses(programme), "")?));
    for (id, one) in &programme.controls {
        let title = snapshot.catalog.controls.get(id).map_or("", |control| control.title.as_str());
        files.push((
            format!("controls/{id}.yaml"),
            yaml(&control(programme, id, one), &about(title, id, one))?,
        ));
    }
    let names = system_files(programme);
    for (id, one) in &programme.systems {
        if let Some(name) = names.get(id) {
            files.push((name.clone(), yaml(&system(programme, one), "")?));
        }
    }
    Ok(files)
}

/// The file of each AI system.
pub(super) fn system_files(programme: &Programme) -> BTreeMap<AiSystemId, String> {
    let mut taken = BTreeSet::new();
    let name = |(id, one): (&AiSystemId, &std::sync::Arc<AiSystem>)| {
        let name = slug(&one.registered.value.name);
        let free = taken.insert(name.clone());
        let name = if free { name } else { format!("{name}-{}", id.to_string().to_lowercase()) };
        (*id, format!("ai/{name}.yaml"))
    };
    programme.systems.iter().map(name).collect()
}

/// Most bytes of a file that is written out; larger ones are named by what they contain.
const LARGEST: u64 = 1_000_000;

/// How a stored file is named: by where it is written, or by its contents when it is large.
fn shown(programme: &Programme, artifact: Option<ArtifactId>) -> Option<At<Shown>> {
    let id = artifact?;
    let shown = match programme.artifacts.get(&id).map(|known| &known.value) {
        None => Shown::Stored(id),
        Some(known) if known.object.bytes > LARGEST => Shown::Contents(known.object.digest),
        Some(known) => Shown::File(format!("evidence/{id}-{}", plain(&known.name))),
    };
    Some(shown.into())
}

/// A file's name without what some system could not write.
pub(super) fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    name.chars().map(plain).take(80).collect()
}

/// The files that controls and assessments name, as they are written: path and contents.
pub(super) fn evidence(programme: &Programme) -> BTreeMap<String, Digest> {
    let controls = programme.controls.values().flat_map(|one| {
        let walkthroughs = one.walkthroughs.iter().map(|one| one.value.artifact);
        walkthroughs.chain(one.attestations.iter().map(|one| one.value.artifact))
    });
    let assessments = programme.assessments.values().map(|one| one.submitted.value.artifact);
    let named = controls.chain(assessments).flatten();
    let written = named.filter_map(|id| match shown(programme, Some(id))?.value {
        Shown::File(name) => Some((name, programme.artifacts.get(&id)?.value.object.digest)),
        Shown::Contents(_) | Shown::Stored(_) => None,
    });
    written.collect()
}

fn responses(programme: &Programme) -> Vec<ResponseEntry> {
    let newest = programme.responses.values().filter_map(|known| known.last());
    newest.map(|one| response(&one.value)).collect()
}

pub(super) fn response(one: &attestry_domain::event::ExceptionResponded) -> ResponseEntry {
    let (occurrence, text) = (one.occurrence.clone(), one.text.clone());
    ResponseEntry { test: one.test.clone().into(), occurrence, response: one.response, text }
}

/// A control's title; and while it is not fully documented, what its file can say.
fn about(title: &str, id: &ControlId, control: &AdoptedControl) -> String {
    if !control.owners.is_empty() && !control.procedures.is_empty() {
        return title.to_owned();
    }
    format!(
        "{title}\n# Say: applicable (true or false), reason, owner (an address in people.yaml), cadence, grace_days,\n\
         # approved_from (a day from today on), rationale, walkthroughs and attestations (on, seen or note, artifact).\n\
         # The procedure's text goes into {id}.md beside this file."
    )
}

/// A document as YAML, under a line that says what it is about.
fn yaml(document: &impl Serialize, about: &str) -> Result<Vec<u8>, AppError> {
    let text = text(document).map_err(|error| AppError::Catalog(error.to_string()))?;
    let head = if about.is_empty() { String::new() } else { format!("# {about}\n") };
    Ok(format!("{head}{text}").into_bytes())
}

/// YAML 1.2, so that days stand without quotes.
pub(super) fn text(document: &impl Serialize) -> Result<String, serde_saphyr::SerializeError> {
    let options = serde_saphyr::ser_options! { yaml_12: true, no_lang_directive: true };
    serde_saphyr::to_string_with_options(document, options)
}

/// A name as a file name.
pub(super) fn slug(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let dashed: String = name.chars().map(letter).collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "system".to_owned() } else { parts.join("-") }
}

pub(super) fn people(programme: &Programme) -> Vec<PersonEntry> {
    let described =
        programme.people.values().filter_map(|person| Some((person.described.as_ref()?, &person.roles)));
    let mut people: Vec<PersonEntry> = described
        .map(|(described, roles)| PersonEntry {
            email: described.email.clone().into(),
            name: described.name.clone().into(),
            roles: roles
                .iter()
                .map(|(role, until)| RoleEntry { role: (*role).into(), until: *until })
                .collect(),
        })
        .collect();
    people.sort_by(|a, b| a.email.value.cmp(&b.email.value));
    people
}

pub(super) fn email(programme: &Programme, person: PersonId) -> Option<String> {
    let described = programme.people.get(&person)?.described.as_ref()?;
    Some(described.email.clone())
}

fn frameworks(programme: &Programme) -> Vec<FrameworkEntry> {
    let entry =
        |(id, adoption): (&_, &std::sync::Arc<attestry_domain::programme::Adoption>)| FrameworkEntry {
            framework: At::from(Clone::clone(id)),
            categories: adoption.categories.iter().cloned().collect(),
        };
    programme.frameworks.iter().map(entry).collect()
}

fn exclusions(programme: &Programme) -> Vec<ExclusionEntry> {
    let all = programme.exclusions.iter();
    all.map(|(id, one)| ExclusionEntry {
        requirement: id.clone().into(),
        left_out_because: one.value.clone(),
    })
    .collect()
}

pub(super) fn control(programme: &Programme, id: &ControlId, one: &AdoptedControl) -> ControlFile {
    let decided = one.applicability.as_ref().map(|decided| decided.value.clone());
    let procedure = one.procedures.last();
    let approved = procedure.and_then(|procedure| procedure.approved.as_ref());
    let walkthrough = |one: &attestry_domain::programme::Walkthrough| WalkthroughEntry {
        on: one.on.into(),
        seen: one.seen.clone(),
        artifact: shown(programme, one.artifact),
    };
    let attestation = |one: &attestry_domain::event::AttestationRecorded| AttestationEntry {
        performed_on: one.performed_on.into(),
        window: one.window.map(Written),
        note: one.note.clone(),
        artifact: shown(programme, one.artifact),
    };
    let compensation = |one: &attestry_domain::programme::Compensation| CompensationEntry {
        by: one.by.clone().into(),
        period: Written(one.period),
        reason: one.reason.clone(),
    };
    ControlFile {
        control: id.clone().into(),
        applicable: decided.as_ref().map(|(applicable, _)| (*applicable).into()),
        reason: decided.map(|(_, reason)| reason),
        owner: one.owners.last().and_then(|owner| email(programme, owner.value)).map(At::from),
        cadence: procedure.map(|procedure| procedure.cadence.into()),
        grace_days: procedure.map(|procedure| procedure.grace_days.into()),
        approved_from: approved.map(|approved| approved.value.into()),
        rationale: one.rationales.last().map(|rationale| rationale.value.clone().into()),
        walkthroughs: one.walkthroughs.iter().map(|one| walkthrough(&one.value)).collect(),
        attestations: one.attestations.iter().map(|one| attestation(&one.value)).collect(),
        compensations: one.compensations.iter().map(|one| compensation(&one.value)).collect(),
    }
}

pub(super) fn system(programme: &Programme, one: &AiSystem) -> SystemFile {
    let registered = &one.registered.value;
    let version = |(label, model): (&String, &attestry_domain::programme::Recorded<_>)| VersionEntry {
        version: label.clone().into(),
        model: model.value,
        note: None,
    };
    let newest =
        |values: &imbl::Vector<attestry_domain::programme::Recorded<i64>>| values.last().map(|one| one.value);
    let thresholds =
        one.thresholds.iter().filter_map(|(metric, values)| Some((metric.clone(), newest(values)?)));
    SystemFile {
        name: registered.name.clone().into(),
        role: registered.role,
        purpose: registered.purpose.clone(),
        affected: registered.affected.clone(),
        autonomy: registered.autonomy.clone(),
        versions: one.versions.iter().map(version).collect(),
        deployments: deployments(one),
        thresholds: thresholds.map(|(metric, ppm)| (metric, At::from(fraction(ppm)))).collect(),
        assessments: assessments(programme, registered.system),
    }
}

/// Millionths as a number that prints as it was meant.
#[expect(clippy::cast_precision_loss, reason = "thresholds are a few millions of millionths, far below 2^52")]
fn fraction(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

fn deployments(one: &AiSystem) -> Vec<DeploymentEntry> {
    let all = || one.deployments.iter().map(|one| &one.value);
    let entry = |(at, one): (usize, &attestry_domain::programme::Deployment)| {
        let replaced = |ended| {
            all().skip(at + 1).any(|next| next.environment == one.environment && next.deployed_at == ended)
        };
        DeploymentEntry {
            version: one.version.clone().into(),
            environment: one.environment.clone(),
            deployed_at: Written(one.deployed_at),
            withdrawn_at: one.ended_at.filter(|ended| !replaced(*ended)).map(Written),
        }
    };
    all().enumerate().map(entry).collect()
}

fn assessments(programme: &Programme, system: attestry_domain::id::AiSystemId) -> Vec<AssessmentEntry> {
    let mine = programme.assessments.iter().filter(|(_, one)| one.submitted.value.system == system);
    mine.map(|(id, one)| {
        let submitted = &one.submitted.value;
        AssessmentEntry {
            kind: submitted.kind.into(),
            id: Some(*id),
            version: submitted.version.clone(),
            conducted_on: submitted.conducted_on,
            summary: submitted.summary.clone(),
            artifact: shown(programme, submitted.artifact),
            approved: one.approved.as_ref().map(|approved| approved.value.clone().into()),
        }
    })
    .collect()
}

fn engagements(programme: &Programme) -> Vec<EngagementEntry> {
    let mut all: Vec<_> = programme.engagements.values().collect();
    all.sort_by_key(|one| one.at);
    all.into_iter().map(|one| engagement(&one.value)).collect()
}

pub(super) fn engagement(opened: &attestry_domain::event::EngagementOpened) -> EngagementEntry {
    let (examines, as_of, period) = match opened.examines {
        EngagementKind::Type1 { as_of } => (Examines::Type1, Some(as_of), None),
        EngagementKind::Type2 { period } => (Examines::Type2, None, Some(Written(period))),
        EngagementKind::Stage1 { as_of } => (Examines::Stage1, Some(as_of), None),
        EngagementKind::Stage2 { period } => (Examines::Stage2, None, Some(Written(period))),
    };
    EngagementEntry {
        framework: opened.framework.clone().into(),
        examines,
        as_of,
        period,
        firm: opened.firm.clone(),
    }
}

pub(super) fn sources(programme: &Programme) -> Vec<SourceEntry> {
    let of = |(stream, state): (
        &attestry_domain::id::StreamId,
        &std::sync::Arc<attestry_domain::programme::StreamState>,
    )| {
        let entry = |(source, from): (&String, &_)| SourceEntry {
            stream: stream.clone().into(),
            source: source.clone(),
            from: *from,
        };
        state.sources.iter().map(entry).collect::<Vec<_>>()
    };
    programme.streams.iter().flat_map(of).collect()
}
