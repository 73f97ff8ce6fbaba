//! What a package is about: which events are management's, and of which controls the evidence goes in.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::Keeping;
use attestry_domain::event::{EngagementKind, EngagementOpened, Payload, SegmentSealed};
use attestry_domain::id::{ArtifactId, ControlId, DatasetId, FrameworkId, StreamId};
use attestry_domain::time::{Day, Instant, Period, day_words};
use jiff::tz::TimeZone;

use super::Wanted;
use super::objects::Named;
use crate::{AppError, Axis, Snapshot, Workspace};

/// The kinds of events by which the organisation itself says what it did. A kind that is not here stays out.
pub(super) const MANAGEMENTS: &[&str] = &[
    "ai_system_deployed",
    "ai_system_registered",
    "ai_system_versioned",
    "ai_system_withdrawn",
    "applicability_decided",
    "artifact_held",
    "artifact_stored",
    "assessment_approved",
    "assessment_submitted",
    "attestation_recorded",
    "catalog_adopted",
    "collection_ran",
    "compensation_named",
    "control_adopted",
    "control_owned",
    "coverage_recorded",
    "dataset_registered",
    "engagement_opened",
    "erased",
    "exception_responded",
    "framework_adopted",
    "person_added",
    "person_described",
    "procedure_approved",
    "procedure_written",
    "rationale_recorded",
    "records_set_aside",
    "requirement_scoped",
    "role_granted",
    "role_revoked",
    "run_recorded",
    "segment_sealed",
    "set_aside_resolved",
    "source_declared",
    "threshold_approved",
    "walkthrough_recorded",
    "workspace_created",
];

/// Tables about AI systems: a test that reads one asks for the evidence behind it.
const AI_TABLES: [&str; 4] = ["ai_system", "ai_deployment", "ai_assessment", "threshold"];

/// Whether events of this kind are management's own facts.
pub(super) fn is_managements(kind: &str) -> bool {
    MANAGEMENTS.binary_search(&kind).is_ok()
}

/// What a package is about.
pub(super) struct Scope {
    pub(super) title: String,
    pub(super) sentence: String,
    /// The days; all of them when absent.
    pub(super) period: Option<Period>,
    pub(super) frameworks: BTreeSet<FrameworkId>,
    pub(super) controls: BTreeSet<ControlId>,
    streams: BTreeMap<StreamId, Keeping>,
    zone: TimeZone,
    ai: bool,
}

/// What other events point to, by identifier.
#[derive(Default)]
pub(super) struct Pointed {
    artifacts: BTreeSet<ArtifactId>,
    datasets: BTreeSet<DatasetId>,
}

/// Finds what is wanted.
pub(super) fn find(workspace: &Workspace, snapshot: &Snapshot, wanted: &Wanted) -> Result<Scope, AppError> {
    let programme = &snapshot.programme;
    let (frameworks, period, what): (BTreeSet<FrameworkId>, _, _) = match wanted.engagement {
        Some(id) => {
            let opened = programme.engagements.get(&id).map(|one| &one.value).ok_or_else(|| {
                let near = programme.engagements.values().map(|one| {
                    format!("{} ({}, {})", one.value.engagement, one.value.framework, one.value.firm)
                });
                AppError::NotFound { kind: "audit", id: id.to_string(), near: near.collect() }
            })?;
            let (period, kind) = examined(opened);
            let words = format!("{} {kind} by {}", short(snapshot, &opened.framework), opened.firm);
            (BTreeSet::from([opened.framework.clone()]), Some(period), words)
        }
        None => {
            let axis = Axis { at: Some(programme.sequence), as_of: None, period: wanted.period };
            let frameworks: BTreeSet<FrameworkId> = programme.frameworks.keys().cloned().collect();
            if frameworks.is_empty() {
                return Err(AppError::Input("no framework is in scope; adopt one first".to_owned()));
            }
            let names: Vec<String> = frameworks.iter().map(|one| short(snapshot, one)).collect();
            (frameworks, workspace.question(programme, axis)?.period, names.join(", "))
        }
    };
    let serves = |id: &&ControlId| {
        let mappings = snapshot.catalog.controls.get(*id).map(|control| control.mappings.as_slice());
        let mut mapped = mappings.unwrap_or_default().iter().map(|one| one.requirement.framework());
        mapped.any(|framework| frameworks.iter().any(|one| one.as_str() == framework))
    };
    let controls: BTreeSet<ControlId> = programme.controls.keys().filter(serves).cloned().collect();
    let tests: Vec<_> = controls.iter().flat_map(|id| snapshot.catalog.tests_of(id)).collect();
    let keeping = |id: &StreamId| snapshot.catalog.streams.get(id).map(|one| (id.clone(), one.keeping));
    let streams = tests.iter().flat_map(|test| &test.streams).filter_map(keeping).collect();
    let ai = tests.iter().any(|test| {
        AI_TABLES.iter().any(|table| test.population.contains(table) || test.exceptions.contains(table))
    });
    let name = programme.workspace.as_ref().map_or_else(String::new, |one| format!("{}: ", one.name));
    let days = period.map_or_else(|| "all days".to_owned(), words);
    let sentence = format!(
        "Everything that the organisation recorded in its ledger up to event {}, and the evidence of the {} \
         controls that serve {what}, {days}. What auditors conclude is no part of it.",
        programme.sequence,
        controls.len(),
    );
    let zone = programme.zone();
    Ok(Scope {
        title: format!("{name}{what}, {days}"),
        sentence,
        period,
        frameworks,
        controls,
        streams,
        zone,
        ai,
    })
}

fn short(snapshot: &Snapshot, framework: &FrameworkId) -> String {
    snapshot.catalog.frameworks.get(framework).map_or_else(|| framework.to_string(), |one| one.short.clone())
}

fn examined(opened: &EngagementOpened) -> (Period, &'static str) {
    let day = Period::of_day;
    match opened.examines {
        EngagementKind::Type1 { as_of } => (day(as_of), "Type 1"),
        EngagementKind::Type2 { period } => (period, "Type 2"),
        EngagementKind::Stage1 { as_of } => (day(as_of), "stage 1"),
        EngagementKind::Stage2 { period } => (period, "stage 2"),
    }
}

/// Days as people read them, the last included.
pub(super) fn words(period: Period) -> String {
    let (first, last): (Day, Day) = (period.from(), period.last());
    if first == last { day_words(first) } else { format!("{} – {}", day_words(first), day_words(last)) }
}

impl Scope {
    /// What events in scope point to without naming its bytes.
    pub(super) fn pointed(&self, named: &[Named]) -> Pointed {
        let mut pointed = Pointed::default();
        for one in named {
            match &one.payload {
                Payload::AttestationRecorded(body) if self.controls.contains(&body.control) => {
                    pointed.artifacts.extend(body.artifact);
                }
                Payload::WalkthroughRecorded(body) if self.controls.contains(&body.control) => {
                    pointed.artifacts.extend(body.artifact);
                }
                Payload::AssessmentSubmitted(body) if self.ai => {
                    pointed.artifacts.extend(body.artifact);
                    pointed.datasets.extend(body.bias.as_ref().map(|bias| bias.dataset));
                }
                _ => {}
            }
        }
        pointed
    }

    /// Whether the objects that this payload names are wanted.
    pub(super) fn wants(&self, payload: &Payload, pointed: &Pointed) -> bool {
        match payload {
            Payload::CatalogAdopted(_) => true,
            Payload::ProcedureWritten(body) => self.controls.contains(&body.control),
            Payload::ArtifactStored(body) => {
                let serves = |framework: &str| self.frameworks.iter().any(|one| one.as_str() == framework);
                let linked = body.controls.iter().any(|control| self.controls.contains(control))
                    || body.requirements.iter().any(|requirement| serves(requirement.framework()));
                let in_time = body.covers.is_none_or(|covers| self.overlaps(covers));
                pointed.artifacts.contains(&body.artifact) || (linked && in_time)
            }
            Payload::SegmentSealed(body) => self.wants_segment(body),
            Payload::RecordsSetAside(body) => self.streams.contains_key(&body.stream),
            Payload::RunRecorded(body) => self.controls.contains(&body.control) && self.overlaps(body.period),
            Payload::DatasetRegistered(body) => pointed.datasets.contains(&body.dataset),
            Payload::AssessmentSubmitted(_) => self.ai,
            _ => false,
        }
    }

    fn overlaps(&self, other: Period) -> bool {
        self.period.is_none_or(|period| period.intersection(other).is_some())
    }

    /// Records of the days, and every earlier one where the newest of a key counts.
    fn wants_segment(&self, body: &SegmentSealed) -> bool {
        let Some(keeping) = self.streams.get(&body.stream) else { return false };
        let Some(period) = self.period else { return true };
        let (start, end) = (period.start_at(&self.zone), period.end_at(&self.zone));
        let begins = |(first, _): (Instant, Instant)| first < end;
        let reaches = |(_, last): (Instant, Instant)| last >= start;
        let occurred = match keeping {
            Keeping::Upsert => body.occurred.is_some_and(begins),
            Keeping::Append => body.occurred.is_some_and(|times| begins(times) && reaches(times)),
        };
        occurred || body.covers.as_ref().is_some_and(|covers| self.overlaps(covers.period))
    }
}
