//! AI systems and assessments.

use crate::decide::{Case, Decision, Refusal, rule};
use crate::event::ai::{AssessmentApproved, SystemVersioned, SystemWithdrawn, ThresholdApproved};
use crate::event::{
    AssessmentKind, AssessmentSubmitted, BiasOutcome, Payload, SystemDeployed, SystemRegistered, Verdict,
};
use crate::id::AiSystemId;
use crate::programme::AiSystem;

/// The metric that bias assessments are measured by.
const METRIC: &str = "impact_ratio";

impl Case<'_> {
    pub(super) fn system(&self, id: AiSystemId) -> Result<&AiSystem, Refusal> {
        let near =
            || self.programme.systems.values().map(|one| one.registered.value.name.clone()).take(6).collect();
        self.programme.systems.get(&id).map(AsRef::as_ref).ok_or_else(|| Refusal::Unknown {
            kind: "AI system",
            id: id.to_string(),
            near: near(),
        })
    }

    fn version(&self, system: AiSystemId, version: &str) -> Result<(), Refusal> {
        let system = self.system(system)?;
        if system.versions.contains_key(version) {
            return Ok(());
        }
        let near = system.versions.keys().cloned().collect();
        Err(Refusal::Unknown { kind: "version", id: version.to_owned(), near })
    }

    pub(super) fn register_system(&self, body: &SystemRegistered) -> Decision {
        for (what, text) in
            [("the name", &body.name), ("the purpose", &body.purpose), ("who is affected", &body.affected)]
        {
            self.said(what, text)?;
        }
        let mut others = self.programme.systems.iter().filter(|(id, _)| **id != body.system);
        if others.any(|(_, other)| other.registered.value.name == body.name) {
            return Err(rule(
                format!("an AI system is already called `{}`", body.name),
                "give it another name",
            ));
        }
        let known = self.programme.systems.get(&body.system);
        if known.is_some_and(|known| known.registered.value == *body) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::SystemRegistered(body.clone())])
    }

    pub(super) fn version_system(&self, body: &SystemVersioned) -> Decision {
        let system = self.system(body.system)?;
        self.said("the version", &body.version)?;
        match system.versions.get(&body.version) {
            Some(known) if known.value == body.model => Ok(Vec::new()),
            Some(_) => Err(rule(
                format!("version `{}` exists with another model", body.version),
                "a version never changes; add a new one",
            )),
            None => Ok(vec![Payload::SystemVersioned(body.clone())]),
        }
    }

    pub(super) fn deploy_system(&self, body: &SystemDeployed) -> Decision {
        self.version(body.system, &body.version)?;
        self.said("the environment", &body.environment)?;
        if body.deployed_at > self.now {
            return Err(rule(
                format!("{} lies in the future", body.deployed_at),
                "record it when it is live",
            ));
        }
        let system = self.system(body.system)?;
        let there = |environment: &str| environment == body.environment;
        let mut live = system.deployments.iter().map(|one| &one.value).filter(|one| there(&one.environment));
        if live.any(|one| one.version == body.version && one.deployed_at == body.deployed_at) {
            return Ok(Vec::new());
        }
        let newest = system.deployments.iter().map(|one| &one.value).rfind(|one| there(&one.environment));
        if newest.is_some_and(|newest| newest.ended_at.unwrap_or(newest.deployed_at) > body.deployed_at) {
            return Err(rule(
                format!("a later deployment to {} is already recorded", body.environment),
                "record deployments in the order in which they happened",
            ));
        }
        Ok(vec![Payload::SystemDeployed(body.clone())])
    }

    pub(super) fn withdraw_system(&self, body: &SystemWithdrawn) -> Decision {
        let system = self.system(body.system)?;
        let running = |environment: &str, ended: bool| environment == body.environment && !ended;
        let mut live = system.deployments.iter().map(|one| &one.value);
        let live = live.rfind(|one| running(&one.environment, one.ended_at.is_some()));
        match live {
            None => {
                Err(rule(format!("nothing runs in {}", body.environment), "check the environment's name"))
            }
            Some(live) if live.deployed_at > body.withdrawn_at || body.withdrawn_at > self.now => {
                Err(rule("it cannot end before it began, or in the future", "check the instant"))
            }
            Some(_) => Ok(vec![Payload::SystemWithdrawn(body.clone())]),
        }
    }

    pub(super) fn approve_threshold(&self, body: &ThresholdApproved) -> Decision {
        let system = self.system(body.system)?;
        self.said("the metric", &body.metric)?;
        let last = system.thresholds.get(&body.metric).and_then(|values| values.last());
        if last.is_some_and(|last| last.value == body.value_ppm) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::ThresholdApproved(body.clone())])
    }

    pub(super) fn submit_assessment(&self, body: &AssessmentSubmitted) -> Decision {
        self.system(body.system)?;
        if let Some(version) = &body.version {
            self.version(body.system, version)?;
        }
        self.said("the summary", &body.summary)?;
        self.come("the day it was conducted,", body.conducted_on)?;
        match (&body.kind, &body.bias) {
            (AssessmentKind::Bias, None) => {
                return Err(rule("a bias assessment without numbers", "compute it with `attestry ai bias`"));
            }
            (AssessmentKind::Impact, Some(_)) => {
                return Err(rule(
                    "an impact assessment with a bias table",
                    "submit the bias assessment apart",
                ));
            }
            (AssessmentKind::Bias, Some(bias)) => self.measured(body.system, bias)?,
            (AssessmentKind::Impact, None) => {}
        }
        let known = self.programme.assessments.get(&body.assessment).map(|known| &known.submitted.value);
        self.once("assessment", known, body, Payload::AssessmentSubmitted)
    }

    /// A bias result rests on a log of its own system, and on a threshold that was approved before.
    fn measured(&self, id: AiSystemId, bias: &BiasOutcome) -> Result<(), Refusal> {
        let Some(dataset) = self.programme.datasets.get(&bias.dataset) else {
            let id = bias.dataset.to_string();
            return Err(Refusal::Unknown { kind: "dataset", id, near: Vec::new() });
        };
        if dataset.value.system.is_some_and(|of| of != id) {
            return Err(rule(
                format!("dataset `{}` is the log of another AI system", dataset.value.name),
                "measure this system by a log of its own",
            ));
        }
        let approved = self.system(id)?.thresholds.get(METRIC).into_iter().flatten();
        if approved.map(|one| one.value).any(|value| value == bias.threshold_ppm) {
            return Ok(());
        }
        Err(rule(
            format!(
                "no threshold of {} millionths is approved for {METRIC} of this system",
                bias.threshold_ppm
            ),
            "approve one before the evaluation, then measure against it",
        ))
    }

    pub(super) fn approve_assessment(&self, body: &AssessmentApproved) -> Decision {
        let Some(assessment) = self.programme.assessments.get(&body.assessment) else {
            return Err(Refusal::Unknown {
                kind: "assessment",
                id: body.assessment.to_string(),
                near: Vec::new(),
            });
        };
        if assessment.approved.is_some() {
            return Ok(Vec::new());
        }
        if assessment.submitted.by == self.actor {
            return Err(rule(
                "who submitted an assessment cannot approve it",
                "ask another owner or compliance lead",
            ));
        }
        let bias = assessment.submitted.value.bias.as_ref();
        let open = bias.is_some_and(|bias| bias.verdict != Verdict::Above);
        if open {
            self.said("the approver's note, needed as the result is not above the threshold,", &body.note)?;
        }
        Ok(vec![Payload::AssessmentApproved(body.clone())])
    }
}
