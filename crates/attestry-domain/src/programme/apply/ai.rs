//! AI systems and assessments.

use std::sync::Arc;

use imbl::{OrdMap, Vector};

use crate::event::Payload;
use crate::id::AiSystemId;
use crate::programme::apply::Stamp;
use crate::programme::{AiSystem, Assessment, Deployment, Programme, Recorded, ReplayError};
use crate::time;

impl Programme {
    fn system_mut(&mut self, system: AiSystemId, stamp: &Stamp<'_>) -> Result<&mut AiSystem, ReplayError> {
        self.touch(format!("ai_system/{system}"), stamp);
        self.systems
            .get_mut(&system)
            .map(Arc::make_mut)
            .ok_or_else(|| stamp.dangling(format!("AI system {system}")))
    }

    pub(super) fn take_system(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::SystemRegistered(body) => {
                let registered = stamp.on(body.clone());
                match self.systems.get_mut(&body.system).map(Arc::make_mut) {
                    Some(system) => system.registered = registered,
                    None => {
                        let (versions, thresholds) = (OrdMap::new(), OrdMap::new());
                        let system =
                            AiSystem { registered, versions, deployments: Vector::new(), thresholds };
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
                let deployment =
                    Deployment { version, environment, deployed_at: body.deployed_at, ended_at: None };
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

    pub(super) fn take_assessment(
        &mut self,
        payload: &Payload,
        stamp: &Stamp<'_>,
    ) -> Result<(), ReplayError> {
        match payload {
            Payload::AssessmentSubmitted(body) => {
                let assessment = Assessment { submitted: stamp.on(body.clone()), approved: None };
                self.assessments.insert(body.assessment, Arc::new(assessment));
                self.touch(format!("assessment/{}", body.assessment), stamp);
                self.touch(format!("ai_system/{}", body.system), stamp);
            }
            Payload::AssessmentApproved(body) => {
                let assessment = self.assessments.get_mut(&body.assessment).map(Arc::make_mut);
                let assessment =
                    assessment.ok_or_else(|| stamp.dangling(format!("assessment {}", body.assessment)))?;
                assessment.approved = Some(stamp.on(body.note.clone()));
                let system = assessment.submitted.value.system;
                self.touch(format!("assessment/{}", body.assessment), stamp);
                self.touch(format!("ai_system/{system}"), stamp);
            }
            _ => {}
        }
        Ok(())
    }
}

impl AiSystem {
    /// Ends what runs in an environment.
    fn end(&mut self, environment: &str, at: time::Instant) {
        let running = |one: &&mut Recorded<Deployment>| {
            one.value.environment == environment && one.value.ended_at.is_none()
        };
        if let Some(deployment) = self.deployments.iter_mut().rev().find(running) {
            deployment.value.ended_at = Some(at);
        }
    }
}
