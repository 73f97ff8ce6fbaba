//! AI systems: versions, deployments, thresholds, assessments.

use attestry_domain::command::Command;
use attestry_domain::event::ai::{AssessmentApproved, SystemVersioned, SystemWithdrawn, ThresholdApproved};
use attestry_domain::event::{AssessmentKind, AssessmentSubmitted, SystemDeployed, SystemRegistered};
use attestry_domain::id::{AiSystemId, AssessmentId};
use attestry_domain::programme::{AiSystem, Assessment};

use crate::files::compare::Comparison;
use crate::files::document::{AssessmentEntry, At, SystemFile};
use crate::files::read::Files;

impl Comparison<'_> {
    pub(super) fn systems(&mut self, files: &Files) {
        for (file, document) in &files.systems {
            let mut known = self.programme.systems.iter();
            let known = known.find(|(_, one)| one.registered.value.name == document.name.value);
            let (id, known) = match known {
                Some((id, known)) => (*id, Some(known.clone())),
                None => (AiSystemId::new(self.app.ulid()), None),
            };
            self.registration(file, id, document, known.as_deref());
            self.versions(file, id, document, known.as_deref());
            self.deployments(file, id, document, known.as_deref());
            self.thresholds(file, id, document, known.as_deref());
            for entry in &document.assessments {
                self.assessment(file, id, &document.name.value, entry);
            }
        }
    }

    fn registration(
        &mut self,
        file: &str,
        system: AiSystemId,
        document: &SystemFile,
        known: Option<&AiSystem>,
    ) {
        let wanted = SystemRegistered {
            system,
            name: document.name.value.clone(),
            role: document.role,
            purpose: document.purpose.clone(),
            affected: document.affected.clone(),
            autonomy: document.autonomy.clone(),
        };
        if known.is_some_and(|known| known.registered.value == wanted) {
            return;
        }
        let verb = if known.is_some() { "changes what is registered of" } else { "registers" };
        let words = format!("{verb} the AI system {}", wanted.name);
        self.change(file, document.name.line, words, Command::RegisterSystem(wanted));
    }

    fn versions(&mut self, file: &str, system: AiSystemId, document: &SystemFile, known: Option<&AiSystem>) {
        for one in &document.versions {
            let version = one.version.value.clone();
            let known = known.and_then(|known| known.versions.get(&version));
            if known.is_some_and(|known| known.value == one.model) {
                continue;
            }
            let words = format!("adds version {version} of {}", document.name.value);
            let note = one.note.clone().unwrap_or_default();
            let versioned = SystemVersioned { system, version, model: one.model, note };
            self.change(file, one.version.line, words, Command::VersionSystem(versioned));
        }
    }

    fn deployments(
        &mut self,
        file: &str,
        system: AiSystemId,
        document: &SystemFile,
        known: Option<&AiSystem>,
    ) {
        for one in &document.deployments {
            let (version, environment, line) =
                (one.version.value.clone(), one.environment.clone(), one.version.line);
            let deployed_at = one.deployed_at.0;
            let same = |known: &&attestry_domain::programme::Deployment| {
                known.version == version
                    && known.environment == environment
                    && known.deployed_at == deployed_at
            };
            let known = known.and_then(|known| known.deployments.iter().map(|known| &known.value).find(same));
            if known.is_none() {
                let words =
                    format!("deploys {} {version} to {environment} at {deployed_at}", document.name.value);
                let environment = environment.clone();
                let deployed = SystemDeployed { system, version, environment, deployed_at };
                self.change(file, line, words, Command::DeploySystem(deployed));
            }
            let ended = known.and_then(|known| known.ended_at);
            if let Some(at) = one.withdrawn_at.filter(|at| ended != Some(at.0)) {
                let words = format!("withdraws {} from {environment} at {}", document.name.value, at.0);
                let withdrawn = SystemWithdrawn { system, environment, withdrawn_at: at.0 };
                self.change(file, line, words, Command::WithdrawSystem(withdrawn));
            }
        }
    }

    fn thresholds(
        &mut self,
        file: &str,
        system: AiSystemId,
        document: &SystemFile,
        known: Option<&AiSystem>,
    ) {
        for (metric, threshold) in &document.thresholds {
            let Some(value_ppm) = millionths(threshold.value) else {
                let what = format!(
                    "`{}` is no threshold; expected a number of at most six decimals",
                    threshold.value
                );
                self.fault(file, threshold.line, what);
                continue;
            };
            let last = known.and_then(|known| known.thresholds.get(metric)).and_then(|values| values.last());
            if last.is_some_and(|last| last.value == value_ppm) {
                continue;
            }
            let words = format!(
                "approves {} as the threshold of {metric} for {}",
                threshold.value, document.name.value
            );
            let approved = ThresholdApproved { system, metric: metric.clone(), value_ppm };
            self.change(file, threshold.line, words, Command::ApproveThreshold(approved));
        }
    }

    fn assessment(&mut self, file: &str, system: AiSystemId, name: &str, entry: &AssessmentEntry) {
        if !self.resolves(file, entry.artifact.as_ref()) {
            return;
        }
        let known = self.known_assessment(system, entry);
        let line = entry.kind.line;
        let kind = match entry.kind.value {
            AssessmentKind::Impact => "impact assessment",
            AssessmentKind::Bias => "bias assessment",
        };
        let id = match (&known, entry.kind.value) {
            (Some((id, _)), _) => *id,
            (None, AssessmentKind::Bias) => {
                self.fault(
                    file,
                    line,
                    "a bias assessment is computed from a prediction log, not written in a file",
                );
                return;
            }
            (None, AssessmentKind::Impact) => entry.id.unwrap_or_else(|| AssessmentId::new(self.app.ulid())),
        };
        let on = entry.conducted_on;
        match &known {
            None => {
                let submitted = AssessmentSubmitted {
                    assessment: id,
                    kind: entry.kind.value,
                    system,
                    version: entry.version.clone(),
                    conducted_on: on,
                    summary: entry.summary.clone(),
                    artifact: self.artifact(file, entry.artifact.as_ref(), None),
                    bias: None,
                };
                let words = format!("submits the {kind} of {name} of {on}");
                self.change(file, line, words, Command::SubmitAssessment(submitted));
            }
            Some((_, known)) if !self.same(known, entry) => {
                self.fault(file, line, format!("{kind} {id} was submitted with other content and stays so; add a new one without `id`"));
                return;
            }
            Some(_) => {}
        }
        let Some(At { value: note, line }) = &entry.approved else { return };
        if known.is_none_or(|(_, known)| known.approved.is_none()) {
            let words = format!("approves the {kind} of {name} of {on}");
            let approved = AssessmentApproved { assessment: id, note: note.clone() };
            self.change(file, *line, words, Command::ApproveAssessment(approved));
        }
    }

    fn known_assessment(
        &self,
        system: AiSystemId,
        entry: &AssessmentEntry,
    ) -> Option<(AssessmentId, std::sync::Arc<Assessment>)> {
        let all = &self.programme.assessments;
        if let Some(id) = entry.id {
            return all.get(&id).map(|one| (id, one.clone()));
        }
        let mut mine = all.iter().filter(|(_, one)| one.submitted.value.system == system);
        mine.find(|(_, one)| self.same(one, entry)).map(|(id, one)| (*id, one.clone()))
    }

    pub(super) fn same(&self, known: &Assessment, entry: &AssessmentEntry) -> bool {
        let submitted = &known.submitted.value;
        submitted.kind == entry.kind.value
            && submitted.version == entry.version
            && submitted.conducted_on == entry.conducted_on
            && submitted.summary == entry.summary
            && self.shows_the_same(submitted.artifact, entry.artifact.as_ref())
    }
}

/// A decimal number in millionths, when it has at most six decimals and is no larger than a million.
#[expect(clippy::cast_possible_truncation, reason = "the bound is checked first")]
pub(in crate::files) fn millionths(value: f64) -> Option<i64> {
    let scaled = (value * 1e6).round();
    let exact = value.is_finite() && value.abs() <= 1e6 && (value * 1e6 - scaled).abs() < 1e-3;
    exact.then_some(scaled as i64)
}
