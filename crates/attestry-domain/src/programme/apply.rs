//! What each event does to a programme. An event once applied never changes its meaning.

use crate::event::{Event, Payload};
use crate::programme::{Programme, Recorded, ReplayError};
use crate::time;

mod ai;
mod control;
mod custody;
mod evidence;
mod people;
mod scope;

/// An event's circumstances, to stamp on what it says.
struct Stamp<'a> {
    event: &'a Event,
    kind: &'static str,
    day: time::Day,
}

impl Stamp<'_> {
    fn on<T>(&self, value: T) -> Recorded<T> {
        let Event { sequence, recorded_at, actor, .. } = self.event;
        Recorded { value, recorded_at: *recorded_at, recorded_on: self.day, by: *actor, at: *sequence }
    }

    fn dangling(&self, what: impl std::fmt::Display) -> ReplayError {
        ReplayError::Dangling { sequence: self.event.sequence, kind: self.kind, what: what.to_string() }
    }
}

impl Programme {
    /// Takes in the next event. The programme is unchanged when that fails.
    ///
    /// # Errors
    /// When the event is not the next one, or names what no earlier one made.
    pub fn apply(&mut self, event: &Event) -> Result<(), ReplayError> {
        let expected = self.sequence + 1;
        if event.sequence != expected {
            return Err(ReplayError::OutOfOrder { expected, found: event.sequence });
        }
        let mut next = self.clone();
        if let Some(payload) = &event.payload {
            let stamp = Stamp { event, kind: payload.kind(), day: event.recorded_at.day(&next.zone()) };
            next.take(payload, &stamp)?;
        }
        next.sequence = expected;
        next.recorded_at = Some(event.recorded_at);
        *self = next;
        Ok(())
    }

    fn take(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::WorkspaceCreated(_) | Payload::CatalogAdopted(_) => self.take_workspace(payload, stamp),
            Payload::PersonAdded(_)
            | Payload::PersonDescribed(_)
            | Payload::RoleGranted(_)
            | Payload::RoleRevoked(_) => self.take_person(payload, stamp),
            Payload::FrameworkAdopted(_) | Payload::RequirementScoped(_) => {
                self.take_scope(payload, stamp);
                Ok(())
            }
            Payload::ControlAdopted(body) => {
                self.adopt_control(&body.control, stamp);
                Ok(())
            }
            Payload::ApplicabilityDecided(_)
            | Payload::ControlOwned(_)
            | Payload::ProcedureWritten(_)
            | Payload::ProcedureApproved(_)
            | Payload::RationaleRecorded(_)
            | Payload::WalkthroughRecorded(_)
            | Payload::AttestationRecorded(_)
            | Payload::CompensationNamed(_) => self.take_control(payload, stamp),
            Payload::ArtifactStored(_)
            | Payload::SourceDeclared(_)
            | Payload::SegmentSealed(_)
            | Payload::CoverageRecorded(_)
            | Payload::DatasetRegistered(_) => {
                self.take_evidence(payload, stamp);
                Ok(())
            }
            Payload::CollectionRan(_)
            | Payload::RecordsSetAside(_)
            | Payload::SetAsideResolved(_)
            | Payload::ArtifactHeld(_)
            | Payload::Erased(_) => self.take_custody(payload, stamp),
            Payload::RunRecorded(_) | Payload::ExceptionResponded(_) | Payload::EngagementOpened(_) => {
                self.take_test(payload, stamp);
                Ok(())
            }
            Payload::SystemRegistered(_)
            | Payload::SystemVersioned(_)
            | Payload::SystemDeployed(_)
            | Payload::SystemWithdrawn(_)
            | Payload::ThresholdApproved(_) => self.take_system(payload, stamp),
            Payload::AssessmentSubmitted(_) | Payload::AssessmentApproved(_) => {
                self.take_assessment(payload, stamp)
            }
        }
    }

    fn touch(&mut self, entity: String, stamp: &Stamp<'_>) {
        self.touched.insert(entity.into(), stamp.event.sequence);
    }
}
