//! What each event does to a programme. An event once applied never changes its meaning.

use std::sync::Arc;

use imbl::{OrdMap, Vector};

use crate::event::{Event, Payload};
use crate::id::{AiSystemId, ControlId, PersonId, StreamId};
use crate::programme::{
    Adoption, AdoptedControl, AiSystem, Assessment, Compensation, CoveredDays, Deployment, Described, Person, Procedure,
    Programme, Recorded, ReplayError, StreamState, Walkthrough, Workspace,
};
use crate::time;

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
            Payload::RunRecorded(_) | Payload::ExceptionResponded(_) | Payload::EngagementOpened(_) => {
                self.take_test(payload, stamp);
                Ok(())
            }
            Payload::SystemRegistered(_)
            | Payload::SystemVersioned(_)
            | Payload::SystemDeployed(_)
            | Payload::SystemWithdrawn(_)
            | Payload::ThresholdApproved(_) => self.take_system(payload, stamp),
            Payload::AssessmentSubmitted(_) | Payload::AssessmentApproved(_) => self.take_assessment(payload, stamp),
        }
    }

    fn touch(&mut self, entity: String, stamp: &Stamp<'_>) {
        self.touched.insert(entity.into(), stamp.event.sequence);
    }

    fn take_workspace(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::WorkspaceCreated(body) => {
                let sequence = stamp.event.sequence;
                let zone = time::zone(&body.time_zone)
                    .map_err(|error| ReplayError::Zone { sequence, why: error.to_string() })?;
                self.workspace = Some(Arc::new(Workspace {
                    id: body.workspace,
                    name: body.name.clone(),
                    time_zone: body.time_zone.clone(),
                    since: stamp.event.recorded_at.day(&zone),
                    zone,
                    simulated: body.simulated.clone(),
                }));
                self.touch("workspace".to_owned(), stamp);
            }
            Payload::CatalogAdopted(body) => {
                self.catalog = Some(body.digest);
                self.catalogs.push_back((stamp.event.sequence, body.digest));
                self.touch("catalog".to_owned(), stamp);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_person(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        let person = match payload {
            Payload::PersonAdded(body) => {
                self.people.insert(body.person, Arc::new(Person::default()));
                body.person
            }
            Payload::PersonDescribed(body) => {
                let described = Described { name: body.name.clone(), email: body.email.clone() };
                self.person_mut(body.person, stamp)?.described = Some(described);
                body.person
            }
            Payload::RoleGranted(body) => {
                self.person_mut(body.person, stamp)?.roles.insert(body.role, body.until);
                body.person
            }
            Payload::RoleRevoked(body) => {
                self.person_mut(body.person, stamp)?.roles.remove(&body.role);
                body.person
            }
            _ => return Ok(()),
        };
        self.touch(format!("person/{person}"), stamp);
        Ok(())
    }

    fn person_mut(&mut self, person: PersonId, stamp: &Stamp<'_>) -> Result<&mut Person, ReplayError> {
        self.people.get_mut(&person).map(Arc::make_mut).ok_or_else(|| stamp.dangling(format!("person {person}")))
    }

    fn take_scope(&mut self, payload: &Payload, stamp: &Stamp<'_>) {
        match payload {
            Payload::FrameworkAdopted(body) => {
                let categories = body.categories.iter().cloned().collect();
                let adoption = Adoption { categories, at: stamp.event.sequence };
                self.frameworks.insert(body.framework.clone(), Arc::new(adoption));
                self.touch(format!("framework/{}", body.framework), stamp);
            }
            Payload::RequirementScoped(body) => {
                if body.included {
                    self.exclusions.remove(&body.requirement);
                } else {
                    self.exclusions.insert(body.requirement.clone(), Arc::new(stamp.on(body.reason.clone())));
                }
                self.touch(format!("requirement/{}", body.requirement), stamp);
            }
            _ => {}
        }
    }

    fn adopt_control(&mut self, control: &ControlId, stamp: &Stamp<'_>) {
        let adopted = AdoptedControl {
            adopted: stamp.on(()),
            applicability: None,
            owners: Vector::new(),
            procedures: Vector::new(),
            rationales: Vector::new(),
            walkthroughs: Vector::new(),
            attestations: Vector::new(),
            compensations: Vector::new(),
            at: stamp.event.sequence,
        };
        self.controls.insert(control.clone(), Arc::new(adopted));
        self.touch(format!("control/{control}"), stamp);
    }

    fn control_mut(&mut self, id: &ControlId, stamp: &Stamp<'_>) -> Result<&mut AdoptedControl, ReplayError> {
        self.touch(format!("control/{id}"), stamp);
        let control =
            self.controls.get_mut(id).map(Arc::make_mut).ok_or_else(|| stamp.dangling(format!("control {id}")))?;
        control.at = stamp.event.sequence;
        Ok(control)
    }

    fn take_control(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::ApplicabilityDecided(body) => {
                let decided = stamp.on((body.applicable, body.reason.clone()));
                self.control_mut(&body.control, stamp)?.applicability = Some(decided);
            }
            Payload::ControlOwned(body) => {
                self.control_mut(&body.control, stamp)?.owners.push_back(stamp.on(body.owner));
            }
            Payload::ProcedureWritten(body) => {
                let (text, cadence, grace_days) = (body.text, body.cadence, body.grace_days);
                let procedure = Procedure { text, cadence, grace_days, written: stamp.on(()), approved: None };
                self.control_mut(&body.control, stamp)?.procedures.push_back(Arc::new(procedure));
            }
            Payload::ProcedureApproved(body) => {
                let control = self.control_mut(&body.control, stamp)?;
                let procedure = control.procedures.iter_mut().rev().find(|procedure| procedure.text == body.text);
                let procedure = procedure.ok_or_else(|| stamp.dangling(format!("procedure {}", body.text)))?;
                Arc::make_mut(procedure).approved = Some(stamp.on(body.effective_from));
            }
            Payload::RationaleRecorded(body) => {
                self.control_mut(&body.control, stamp)?.rationales.push_back(stamp.on(body.rationale.clone()));
            }
            Payload::WalkthroughRecorded(body) => {
                let walkthrough = Walkthrough { on: body.on, seen: body.seen.clone(), artifact: body.artifact };
                self.control_mut(&body.control, stamp)?.walkthroughs.push_back(stamp.on(walkthrough));
            }
            Payload::AttestationRecorded(body) => {
                let attested = Arc::new(stamp.on(body.clone()));
                self.control_mut(&body.control, stamp)?.attestations.push_back(attested);
            }
            Payload::CompensationNamed(body) => {
                let (by, period, reason) = (body.by.clone(), body.period, body.reason.clone());
                let named = stamp.on(Compensation { by, period, reason });
                self.control_mut(&body.control, stamp)?.compensations.push_back(named);
            }
            _ => {}
        }
        Ok(())
    }

    fn stream_mut(&mut self, stream: &StreamId) -> &mut StreamState {
        Arc::make_mut(self.streams.entry(stream.clone()).or_default())
    }

    fn take_evidence(&mut self, payload: &Payload, stamp: &Stamp<'_>) {
        let (at, by) = (stamp.event.sequence, stamp.event.actor);
        let covered = |source: &str, covers: &crate::event::Coverage| CoveredDays {
            source: source.to_owned(),
            period: covers.period,
            basis: covers.basis.clone(),
            at,
            by,
        };
        match payload {
            Payload::ArtifactStored(body) => {
                self.artifacts.insert(body.artifact, Arc::new(stamp.on(body.clone())));
            }
            Payload::SourceDeclared(body) => {
                self.stream_mut(&body.stream).sources.insert(body.source.clone(), body.from);
                self.touch(format!("stream/{}", body.stream), stamp);
            }
            Payload::SegmentSealed(body) => {
                let stream = self.stream_mut(&body.stream);
                stream.segments.push_back(body.segment);
                stream.chunks.insert(body.chunk);
                stream.rows += body.rows;
                stream.coverage.extend(body.covers.as_ref().map(|covers| covered(&body.source, covers)));
                self.segments.insert(body.segment, Arc::new(stamp.on(body.clone())));
                self.touch(format!("stream/{}", body.stream), stamp);
            }
            Payload::CoverageRecorded(body) => {
                self.stream_mut(&body.stream).coverage.push_back(covered(&body.source, &body.covers));
                self.touch(format!("stream/{}", body.stream), stamp);
            }
            Payload::DatasetRegistered(body) => {
                self.datasets.insert(body.dataset, Arc::new(stamp.on(body.clone())));
            }
            _ => {}
        }
    }

    fn take_test(&mut self, payload: &Payload, stamp: &Stamp<'_>) {
        match payload {
            Payload::RunRecorded(body) => {
                self.runs_of.entry(body.test.clone()).or_default().push_back(body.run);
                self.runs.insert(body.run, Arc::new(stamp.on(body.clone())));
                self.touch(format!("control/{}", body.control), stamp);
            }
            Payload::ExceptionResponded(body) => {
                let key = (body.test.clone(), body.occurrence.clone());
                self.responses.entry(key).or_default().push_back(Arc::new(stamp.on(body.clone())));
            }
            Payload::EngagementOpened(body) => {
                self.engagements.insert(body.engagement, Arc::new(stamp.on(body.clone())));
            }
            _ => {}
        }
    }

    fn system_mut(&mut self, system: AiSystemId, stamp: &Stamp<'_>) -> Result<&mut AiSystem, ReplayError> {
        self.touch(format!("ai_system/{system}"), stamp);
        self.systems.get_mut(&system).map(Arc::make_mut).ok_or_else(|| stamp.dangling(format!("AI system {system}")))
    }

    fn take_system(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::SystemRegistered(body) => {
                let registered = stamp.on(body.clone());
                match self.systems.get_mut(&body.system).map(Arc::make_mut) {
                    Some(system) => system.registered = registered,
                    None => {
                        let (versions, thresholds) = (OrdMap::new(), OrdMap::new());
                        let system = AiSystem { registered, versions, deployments: Vector::new(), thresholds };
                        self.systems.insert(body.system, Arc::new(system));
                    }
                }
                self.touch(format!("ai_system/{}", body.system), stamp);
            }
            Payload::SystemVersioned(body) => {
                let versions = &mut self.system_mut(body.system, stamp)?.versions;
                versions.insert(body.version.clone(), stamp.on(body.model));
            }
            Payload::SystemDeployed(body) => {
                let system = self.system_mut(body.system, stamp)?;
                system.end(&body.environment, body.deployed_at);
                let (version, environment) = (body.version.clone(), body.environment.clone());
                let deployment = Deployment { version, environment, deployed_at: body.deployed_at, ended_at: None };
                system.deployments.push_back(stamp.on(deployment));
            }
            Payload::SystemWithdrawn(body) => {
                self.system_mut(body.system, stamp)?.end(&body.environment, body.withdrawn_at);
            }
            Payload::ThresholdApproved(body) => {
                let thresholds = &mut self.system_mut(body.system, stamp)?.thresholds;
                thresholds.entry(body.metric.clone()).or_default().push_back(stamp.on(body.value_ppm));
            }
            _ => {}
        }
        Ok(())
    }

    fn take_assessment(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::AssessmentSubmitted(body) => {
                let assessment = Assessment { submitted: stamp.on(body.clone()), approved: None };
                self.assessments.insert(body.assessment, Arc::new(assessment));
            }
            Payload::AssessmentApproved(body) => {
                let assessment = self.assessments.get_mut(&body.assessment).map(Arc::make_mut);
                let assessment =
                    assessment.ok_or_else(|| stamp.dangling(format!("assessment {}", body.assessment)))?;
                assessment.approved = Some(stamp.on(body.note.clone()));
            }
            _ => {}
        }
        Ok(())
    }
}

impl AiSystem {
    /// Ends what runs in an environment.
    fn end(&mut self, environment: &str, at: time::Instant) {
        let running = |one: &&mut Recorded<Deployment>| one.value.environment == environment && one.value.ended_at.is_none();
        if let Some(deployment) = self.deployments.iter_mut().rev().find(running) {
            deployment.value.ended_at = Some(at);
        }
    }
}
