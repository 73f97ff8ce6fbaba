//! What happened. Events are the truth: a programme is what they add up to, and nothing else is written.
//!
//! Payloads are lean (what happened, not which fields changed), hold no floats, and are versioned by kind;
//! [`Payload::decode`] reads every version ever written. Personal data sits in kinds without structural
//! effect, so that a replay over an erased one goes on.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::PersonId;
use crate::time::Instant;

pub use ai::{
    AiRole, AssessmentKind, AssessmentSubmitted, BiasOutcome, DatasetRegistered, SystemDeployed,
    SystemRegistered, Verdict,
};
pub use collection::{CollectedStream, CollectionOutcome, CollectionRan};
pub use control::{
    Applicability, AttestationRecorded, ControlOwned, ProcedureApproved, ProcedureWritten, RationaleRecorded,
    WalkthroughRecorded,
};
pub use custody::{ArtifactHeld, Erased, ErasedObject, RecordsSetAside, SetAsideResolved};
pub use evidence::{ArtifactStored, Asked, Coverage, CoverageBasis, ObjectRef, SegmentSealed};
pub use test::{DayCount, EngagementKind, EngagementOpened, ExceptionResponded, ResponseKind, RunRecorded};
pub use workspace::{FrameworkAdopted, PersonDescribed, RoleGranted, WorkspaceCreated};

pub mod ai;
pub mod collection;
pub mod control;
pub mod custody;
pub mod evidence;
pub mod test;
pub mod workspace;

/// One fact about the programme, in its place in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place, from 1 without gaps.
    pub sequence: u64,
    /// When the ledger learned of it.
    pub recorded_at: Instant,
    /// Who said so.
    pub actor: Actor,
    /// What happened; `None` when it was erased.
    pub payload: Option<Payload>,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// The program itself: only for what follows mechanically, such as sealing a buffer.
    System,
    /// A person.
    Person(PersonId),
}

/// A payload that this program cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreadableEvent {
    /// A kind or version from a newer program.
    #[error(
        "event kind `{kind}` version {version} is not known to this program; use the newer program that wrote it"
    )]
    Unknown {
        /// Kind.
        kind: String,
        /// Version.
        version: u16,
    },
    /// Bytes that do not fit the kind.
    #[error(
        "event kind `{kind}` version {version} cannot be read: {why}; the store is damaged, run `attestry verify`"
    )]
    Malformed {
        /// Kind.
        kind: String,
        /// Version.
        version: u16,
        /// What did not fit.
        why: String,
    },
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident($body:ty) = $kind:literal v $version:literal;)*) => {
        /// What happened.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Payload {
            $($(#[$doc])* $name($body),)*
        }

        impl Payload {
            /// The kind's name in the ledger.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)* }
            }

            /// The version this program writes.
            pub const fn version(&self) -> u16 {
                match self { $(Self::$name(_) => $version,)* }
            }

            /// The bytes that enter the ledger.
            ///
            /// # Errors
            /// Never for the types here; serialisation has no other way to say so.
            pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
                match self { $(Self::$name(body) => serde_json::to_vec(body),)* }
            }

            /// Reads what [`Payload::encode`] of this or an older program wrote.
            ///
            /// # Errors
            /// When the kind or version is unknown, or the bytes do not fit.
            pub fn decode(kind: &str, version: u16, bytes: &[u8]) -> Result<Self, UnreadableEvent> {
                match (kind, version) {
                    $(($kind, $version) => serde_json::from_slice(bytes).map(Self::$name).map_err(|error| {
                        UnreadableEvent::Malformed { kind: kind.to_owned(), version, why: error.to_string() }
                    }),)*
                    _ => Err(UnreadableEvent::Unknown { kind: kind.to_owned(), version }),
                }
            }

            /// All kinds this program writes, with their versions.
            pub const KINDS: &'static [(&'static str, u16)] = &[$(($kind, $version)),*];
        }
    };
}

payloads! {
    /// The first event of every ledger.
    WorkspaceCreated(WorkspaceCreated) = "workspace_created" v 1;
    /// A catalog was taken as the one in force.
    CatalogAdopted(workspace::CatalogAdopted) = "catalog_adopted" v 1;
    /// A person is known by an opaque id.
    PersonAdded(workspace::PersonAdded) = "person_added" v 1;
    /// A person's name and address; personal, without structural effect.
    PersonDescribed(PersonDescribed) = "person_described" v 1;
    /// A person got a role.
    RoleGranted(RoleGranted) = "role_granted" v 1;
    /// A person lost a role.
    RoleRevoked(workspace::RoleRevoked) = "role_revoked" v 1;
    /// A framework entered the scope, or its categories changed.
    FrameworkAdopted(FrameworkAdopted) = "framework_adopted" v 1;
    /// A requirement was excluded with a justification, or taken in again.
    RequirementScoped(workspace::RequirementScoped) = "requirement_scoped" v 1;
    /// A control of the catalog became one of the organisation's.
    ControlAdopted(control::ControlAdopted) = "control_adopted" v 1;
    /// Whether a control applies was decided.
    ApplicabilityDecided(Applicability) = "applicability_decided" v 1;
    /// A control got an owner.
    ControlOwned(ControlOwned) = "control_owned" v 1;
    /// A version of a control's procedure was written.
    ProcedureWritten(ProcedureWritten) = "procedure_written" v 1;
    /// The newest version of a control's procedure was approved.
    ProcedureApproved(ProcedureApproved) = "procedure_approved" v 1;
    /// A person recorded why a control meets the risk of its requirements.
    RationaleRecorded(RationaleRecorded) = "rationale_recorded" v 1;
    /// One instance of a control was walked through.
    WalkthroughRecorded(WalkthroughRecorded) = "walkthrough_recorded" v 1;
    /// A person states that a control was performed for a window.
    AttestationRecorded(AttestationRecorded) = "attestation_recorded" v 1;
    /// A compensating control was named for days on which another did not hold.
    CompensationNamed(control::CompensationNamed) = "compensation_named" v 1;
    /// A file entered the object store.
    ArtifactStored(ArtifactStored) = "artifact_stored" v 1;
    /// A stream has a source whose completeness counts.
    SourceDeclared(evidence::SourceDeclared) = "source_declared" v 1;
    /// Records entered the object store.
    SegmentSealed(SegmentSealed) = "segment_sealed" v 1;
    /// A source was claimed or shown to be complete for days, without new records.
    CoverageRecorded(evidence::CoverageRecorded) = "coverage_recorded" v 1;
    /// A collector ran.
    CollectionRan(CollectionRan) = "collection_ran" v 1;
    /// Records that break a rule were kept aside.
    RecordsSetAside(RecordsSetAside) = "records_set_aside" v 1;
    /// A person said what became of records kept aside.
    SetAsideResolved(SetAsideResolved) = "set_aside_resolved" v 1;
    /// A file was put under a legal hold, or the hold got an end.
    ArtifactHeld(ArtifactHeld) = "artifact_held" v 1;
    /// Personal data was erased.
    Erased(Erased) = "erased" v 1;
    /// A control test ran.
    RunRecorded(RunRecorded) = "run_recorded" v 1;
    /// Management answered an exception.
    ExceptionResponded(ExceptionResponded) = "exception_responded" v 1;
    /// An audit was opened.
    EngagementOpened(EngagementOpened) = "engagement_opened" v 1;
    /// An AI system is known.
    SystemRegistered(SystemRegistered) = "ai_system_registered" v 1;
    /// A version of an AI system is known.
    SystemVersioned(ai::SystemVersioned) = "ai_system_versioned" v 1;
    /// A version went live.
    SystemDeployed(SystemDeployed) = "ai_system_deployed" v 1;
    /// A version ended in an environment.
    SystemWithdrawn(ai::SystemWithdrawn) = "ai_system_withdrawn" v 1;
    /// A threshold for a metric of an AI system was approved.
    ThresholdApproved(ai::ThresholdApproved) = "threshold_approved" v 1;
    /// A prediction log entered the object store.
    DatasetRegistered(DatasetRegistered) = "dataset_registered" v 1;
    /// An assessment was submitted for approval.
    AssessmentSubmitted(AssessmentSubmitted) = "assessment_submitted" v 1;
    /// An assessment was approved by somebody else than its submitter.
    AssessmentApproved(ai::AssessmentApproved) = "assessment_approved" v 1;
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::System => "system".to_owned(),
            Actor::Person(person) => person.to_string(),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = crate::id::InvalidId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "system" { Ok(Self::System) } else { text.parse().map(Self::Person) }
    }
}

impl Actor {
    /// The person, unless the program itself acted.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::System => None,
            Self::Person(person) => Some(person),
        }
    }
}
