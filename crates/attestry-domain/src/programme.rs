//! The state that the events of one workspace add up to. Its maps are persistent: a snapshot is a pointer.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet, Vector};
use jiff::tz::TimeZone;
use thiserror::Error;

use crate::event::{
    Actor, ArtifactHeld, ArtifactStored, CollectionRan, CoverageBasis, DatasetRegistered, EngagementOpened,
    ErasedObject, Event, ExceptionResponded, RunRecorded, SegmentSealed,
};
use crate::id::{
    AiSystemId, ArtifactId, AssessmentId, ControlId, DatasetId, Digest, EngagementId, FrameworkId, PersonId,
    RequirementId, RunId, SegmentId, SetAsideId, StreamId, TestId, WorkspaceId,
};
use crate::role::Role;
use crate::time::{Day, Instant, Period};

pub use ai::{AiSystem, Assessment, Deployment};
pub use control::{AdoptedControl, Attested, Compensation, Procedure, Recorded, Walkthrough};
pub use custody::{SetAside, Trouble, collector_name};

mod ai;
mod apply;
mod control;
mod custody;

/// What is known about a workspace after some number of events.
#[derive(Debug, Clone, Default)]
pub struct Programme {
    /// Number of events applied: the N of every answer made from this.
    pub sequence: u64,
    /// When the last of them was recorded.
    pub recorded_at: Option<Instant>,
    /// The workspace, once created.
    pub workspace: Option<Arc<Workspace>>,
    /// The catalog in force.
    pub catalog: Option<Digest>,
    /// All catalogs ever adopted, with the N at which.
    pub catalogs: Vector<(u64, Digest)>,
    /// People.
    pub people: OrdMap<PersonId, Arc<Person>>,
    /// Frameworks in scope, with their categories.
    pub frameworks: OrdMap<FrameworkId, Arc<Adoption>>,
    /// Requirements excluded by the newest decision, with the reason.
    pub exclusions: OrdMap<RequirementId, Arc<Recorded<String>>>,
    /// All decisions on whether a requirement is included, with the reason, oldest first.
    pub scoping: OrdMap<RequirementId, Vector<Recorded<(bool, String)>>>,
    /// The organisation's controls.
    pub controls: OrdMap<ControlId, Arc<AdoptedControl>>,
    /// Files.
    pub artifacts: OrdMap<ArtifactId, Arc<Recorded<ArtifactStored>>>,
    /// Streams with sources, segments and coverage.
    pub streams: OrdMap<StreamId, Arc<StreamState>>,
    /// Segments by id, in the order of their events within each stream.
    pub segments: OrdMap<SegmentId, Arc<Recorded<SegmentSealed>>>,
    /// Collections by source and collector without its version, oldest first.
    pub collections: OrdMap<(String, String), Vector<Arc<Recorded<CollectionRan>>>>,
    /// Records that were not taken, with what became of them.
    pub set_aside: OrdMap<SetAsideId, Arc<SetAside>>,
    /// Legal holds on files: the newest word on each.
    pub holds: OrdMap<ArtifactId, Arc<Recorded<ArtifactHeld>>>,
    /// What was erased, by the digest of what is gone.
    pub erased: OrdMap<Digest, Arc<Recorded<ErasedObject>>>,
    /// Prediction logs.
    pub datasets: OrdMap<DatasetId, Arc<Recorded<DatasetRegistered>>>,
    /// Test runs.
    pub runs: OrdMap<RunId, Arc<Recorded<RunRecorded>>>,
    /// The runs of each test, oldest first.
    pub runs_of: OrdMap<TestId, Vector<RunId>>,
    /// Management's answers, by test and occurrence, oldest first.
    pub responses: OrdMap<(TestId, String), Vector<Arc<Recorded<ExceptionResponded>>>>,
    /// Audits.
    pub engagements: OrdMap<EngagementId, Arc<Recorded<EngagementOpened>>>,
    /// AI systems.
    pub systems: OrdMap<AiSystemId, Arc<AiSystem>>,
    /// Assessments of AI systems.
    pub assessments: OrdMap<AssessmentId, Arc<Assessment>>,
    /// The newest event that touched an entity, for edits based on a version: key is `kind/id`.
    pub touched: OrdMap<Arc<str>, u64>,
}

/// An organisation.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Identifier.
    pub id: WorkspaceId,
    /// Name.
    pub name: String,
    /// Name of its time zone.
    pub time_zone: String,
    /// Its calendar.
    pub zone: TimeZone,
    /// First day of its ledger.
    pub since: Day,
    /// By what its history was made up, when it was.
    pub simulated: Option<String>,
}

/// A person of the programme.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Name and address; `None` when never given or erased.
    pub described: Option<Described>,
    /// Roles held, with the first day without each.
    pub roles: OrdMap<Role, Option<Day>>,
    /// Roles that were taken away or ran out before they were given again, with the newest first day without each.
    pub ended: OrdMap<Role, Day>,
}

/// A person's name and address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// A framework in scope.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// Categories in scope.
    pub categories: OrdSet<String>,
    /// The event that last said so.
    pub at: u64,
}

/// What is known about a stream.
#[derive(Debug, Clone, Default)]
pub struct StreamState {
    /// Declared sources, with the first day each counts.
    pub sources: OrdMap<String, Day>,
    /// Segments in the order of their events.
    pub segments: Vector<SegmentId>,
    /// Inputs taken, so that the same again is nothing.
    pub chunks: OrdSet<Digest>,
    /// Days covered, by source, in the order of the events.
    pub coverage: Vector<CoveredDays>,
    /// Records over all segments.
    pub rows: u64,
}

/// Days for which a source is held to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredDays {
    /// The source.
    pub source: String,
    /// The days.
    pub period: Period,
    /// Why.
    pub basis: CoverageBasis,
    /// The event that says so.
    pub at: u64,
    /// Who says so.
    pub by: Actor,
}

/// An event that does not follow from those before it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReplayError {
    /// A gap or repeat.
    #[error("event {found} came where event {expected} was due; the store is damaged, run `attestry verify`")]
    OutOfOrder {
        /// The next sequence number.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// It names something that no earlier event made.
    #[error(
        "event {sequence} ({kind}) names {what}, which no earlier event made; the store is damaged, run `attestry verify`"
    )]
    Dangling {
        /// The event.
        sequence: u64,
        /// Its kind.
        kind: &'static str,
        /// What is missing.
        what: String,
    },
    /// A time zone that this program does not know.
    #[error("event {sequence}: {why}")]
    Zone {
        /// The event.
        sequence: u64,
        /// What is wrong.
        why: String,
    },
}

impl Person {
    /// The first day without a role that was held and is not on that day; `None` when it never was, or still is.
    pub fn without_since(&self, role: Role, day: Day) -> Option<Day> {
        let lapsed = match self.roles.get(&role) {
            Some(until) if until.is_none_or(|until| day < until) => return None,
            Some(until) => *until,
            None => None,
        };
        self.ended.get(&role).copied().max(lapsed)
    }
}

impl Programme {
    /// The programme of these events.
    ///
    /// # Errors
    /// When one does not follow from those before it.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, ReplayError> {
        let mut programme = Self::default();
        for event in events {
            programme.apply(event)?;
        }
        Ok(programme)
    }

    /// The organisation's time zone; UTC before it is created.
    pub fn zone(&self) -> TimeZone {
        self.workspace.as_ref().map_or(TimeZone::UTC, |workspace| workspace.zone.clone())
    }

    /// What a person is called: the name, or the opaque id when there is none.
    pub fn name_of(&self, person: PersonId) -> String {
        let described = self.people.get(&person).and_then(|person| person.described.as_ref());
        described.map_or_else(|| format!("person {person}"), |described| described.name.clone())
    }

    /// The roles a person holds on a day.
    pub fn roles_on(&self, person: PersonId, day: Day) -> impl Iterator<Item = Role> {
        let roles = self.people.get(&person).map(|person| person.roles.clone()).unwrap_or_default();
        roles
            .into_iter()
            .filter(move |(_, until)| until.is_none_or(|until| day < until))
            .map(|(role, _)| role)
    }

    /// Why a requirement is excluded as of a day: by the last decision recorded on or before it.
    pub fn excluded_on(&self, requirement: &RequirementId, day: Day) -> Option<&str> {
        let decisions = self.scoping.get(requirement)?;
        let decided = decisions.iter().rev().find(|decided| decided.recorded_on <= day)?;
        (!decided.value.0).then_some(decided.value.1.as_str())
    }

    /// The frameworks in scope.
    pub fn adopted(&self) -> Vec<FrameworkId> {
        self.frameworks.keys().cloned().collect()
    }

    /// The person with this address.
    pub fn person_by_email(&self, email: &str) -> Option<PersonId> {
        let mut people = self.people.iter();
        let same = |person: &Person| {
            person.described.as_ref().is_some_and(|described| described.email.eq_ignore_ascii_case(email))
        };
        people.find(|(_, person)| same(person)).map(|(id, _)| *id)
    }

    /// The newest event that touched an entity; 0 when none did.
    pub fn version_of(&self, entity: &str) -> u64 {
        self.touched.get(entity).copied().unwrap_or(0)
    }
}
