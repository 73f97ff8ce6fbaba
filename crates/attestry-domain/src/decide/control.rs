//! Controls: ownership, procedure, design, performance.

use crate::assess::window_of;
use crate::decide::{Case, Decision, Refusal, another, rule};
use crate::event::control::CompensationNamed;
use crate::event::{
    Applicability, AttestationRecorded, ControlOwned, Payload, ProcedureApproved, ProcedureWritten,
    RationaleRecorded, WalkthroughRecorded,
};
use crate::id::{ArtifactId, ControlId};
use crate::programme::AdoptedControl;
use crate::time::Period;

impl Case<'_> {
    fn control(&self, id: &ControlId) -> Result<&AdoptedControl, Refusal> {
        if let Some(control) = self.programme.controls.get(id) {
            return Ok(control);
        }
        if self.catalog.controls.contains_key(id) {
            return Err(rule(
                format!("control {id} is not adopted"),
                "adopt it, or a framework that needs it, first",
            ));
        }
        Err(self.no_control(id))
    }

    fn artifact(&self, artifact: Option<ArtifactId>) -> Result<(), Refusal> {
        match artifact {
            Some(id) if !self.programme.artifacts.contains_key(&id) => {
                Err(Refusal::Unknown { kind: "artifact", id: id.to_string(), near: Vec::new() })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn decide_applicability(&self, body: &Applicability) -> Decision {
        let control = self.control(&body.control)?;
        self.said("the reason", &body.reason)?;
        let same =
            |(applicable, reason): &(bool, String)| *applicable == body.applicable && *reason == body.reason;
        if control.applicability.as_ref().is_some_and(|decided| same(&decided.value)) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::ApplicabilityDecided(body.clone())])
    }

    pub(super) fn own_control(&self, body: &ControlOwned) -> Decision {
        let control = self.control(&body.control)?;
        self.known_person(body.owner)?;
        if control.owners.last().is_some_and(|owner| owner.value == body.owner) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::ControlOwned(body.clone())])
    }

    pub(super) fn write_procedure(&self, body: &ProcedureWritten) -> Decision {
        let control = self.control(&body.control)?;
        if body.grace_days > 366 {
            return Err(rule(format!("a grace of {} days", body.grace_days), "at most 366 days"));
        }
        let same = control.procedures.last().is_some_and(|last| {
            last.text == body.text && last.cadence == body.cadence && last.grace_days == body.grace_days
        });
        if same { Ok(Vec::new()) } else { Ok(vec![Payload::ProcedureWritten(body.clone())]) }
    }

    pub(super) fn approve_procedure(&self, body: &ProcedureApproved) -> Decision {
        let control = self.control(&body.control)?;
        let Some(last) = control.procedures.last() else {
            return Err(rule(format!("control {} has no procedure", body.control), "write one first"));
        };
        if last.text != body.text {
            return Err(rule(
                "a newer version of the procedure was written",
                format!("read and approve version {}", last.text.short()),
            ));
        }
        if last.approved.is_some() {
            return Ok(Vec::new());
        }
        if body.effective_from < self.today {
            return Err(rule(
                format!(
                    "a procedure cannot be in force from {} when it is approved on {}",
                    body.effective_from, self.today
                ),
                "say today or a later day",
            ));
        }
        Ok(vec![Payload::ProcedureApproved(body.clone())])
    }

    pub(super) fn record_rationale(&self, body: &RationaleRecorded) -> Decision {
        let control = self.control(&body.control)?;
        self.said("the rationale", &body.rationale)?;
        if control.rationales.last().is_some_and(|last| last.value == body.rationale) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::RationaleRecorded(body.clone())])
    }

    pub(super) fn record_walkthrough(&self, body: &WalkthroughRecorded) -> Decision {
        let control = self.control(&body.control)?;
        self.said("what was seen", &body.seen)?;
        self.come("the walkthrough's day", body.on)?;
        self.artifact(body.artifact)?;
        let mut known = control.walkthroughs.iter().map(|one| &one.value);
        if known.any(|one| one.on == body.on && one.seen == body.seen && one.artifact == body.artifact) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::WalkthroughRecorded(body.clone())])
    }

    pub(super) fn record_attestation(&self, body: &AttestationRecorded) -> Decision {
        let control = self.control(&body.control)?;
        self.said("the note", &body.note)?;
        self.come("the day it was performed,", body.performed_on)?;
        self.artifact(body.artifact)?;
        if let Some(window) = body.window.filter(|window| body.performed_on < window.from()) {
            return Err(rule(
                format!("the window {window} had not begun on {}", body.performed_on),
                "name the window that it was done for, or none",
            ));
        }
        let known_at = self.programme.version_of(&format!("attestation/{}", body.attestation));
        if known_at > 0 {
            let all = &control.attestations;
            let known = all.binary_search_by_key(&known_at, |one| one.at).ok().and_then(|at| all.get(at));
            return match known {
                Some(known) if known.value == *body => Ok(Vec::new()),
                _ => Err(another("statement")),
            };
        }
        if let Some(window) = body.window {
            self.window(control, &body.control, window)?;
        }
        Ok(vec![Payload::AttestationRecorded(body.clone())])
    }

    /// A window that a cadence of the control has, or had.
    fn window(&self, control: &AdoptedControl, id: &ControlId, window: Period) -> Result<(), Refusal> {
        let usual = self.catalog.controls.get(id).map(|control| control.cadence);
        let mut cadences = control.procedures.iter().map(|one| one.cadence).chain(usual);
        if cadences.any(|cadence| window_of(cadence, window.from()) == Some(window)) {
            return Ok(());
        }
        let newest = control.procedures.last().map(|one| one.cadence).or(usual);
        let near = newest.and_then(|cadence| window_of(cadence, window.from()));
        let near = near.map_or("name none".to_owned(), |near| format!("name {near}, or another whole one"));
        Err(rule(format!("{window} is no window that control {id} is performed for"), near))
    }

    pub(super) fn name_compensation(&self, body: &CompensationNamed) -> Decision {
        let control = self.control(&body.control)?;
        self.control(&body.by)?;
        self.said("the reason", &body.reason)?;
        if body.control == body.by {
            return Err(rule("a control cannot compensate for itself", "name another control"));
        }
        let mut known = control.compensations.iter().map(|one| &one.value);
        if known.any(|one| one.by == body.by && one.period == body.period && one.reason == body.reason) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::CompensationNamed(body.clone())])
    }
}
