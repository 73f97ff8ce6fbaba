//! Controls: ownership, procedure, design, performance.

use std::sync::Arc;

use crate::event::Payload;
use crate::id::ControlId;
use crate::programme::apply::Stamp;
use crate::programme::{AdoptedControl, Compensation, Procedure, Programme, ReplayError, Walkthrough};

impl Programme {
    fn control_mut(&mut self, id: &ControlId, stamp: &Stamp<'_>) -> Result<&mut AdoptedControl, ReplayError> {
        self.touch(format!("control/{id}"), stamp);
        let control = self
            .controls
            .get_mut(id)
            .map(Arc::make_mut)
            .ok_or_else(|| stamp.dangling(format!("control {id}")))?;
        control.at = stamp.event.sequence;
        Ok(control)
    }

    pub(super) fn take_control(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::ApplicabilityDecided(body) => {
                let decided = stamp.on((body.applicable, body.reason.clone()));
                let control = self.control_mut(&body.control, stamp)?;
                control.decisions.push_back(decided.clone());
                control.applicability = Some(decided);
            }
            Payload::ControlOwned(body) => {
                self.control_mut(&body.control, stamp)?.owners.push_back(stamp.on(body.owner));
            }
            Payload::ProcedureWritten(body) => {
                let (text, cadence, grace_days) = (body.text, body.cadence, body.grace_days);
                let procedure =
                    Procedure { text, cadence, grace_days, written: stamp.on(()), approved: None };
                self.control_mut(&body.control, stamp)?.procedures.push_back(Arc::new(procedure));
            }
            Payload::ProcedureApproved(body) => {
                let control = self.control_mut(&body.control, stamp)?;
                let procedure =
                    control.procedures.iter_mut().rev().find(|procedure| procedure.text == body.text);
                let procedure =
                    procedure.ok_or_else(|| stamp.dangling(format!("procedure {}", body.text)))?;
                Arc::make_mut(procedure).approved = Some(stamp.on(body.effective_from));
            }
            Payload::RationaleRecorded(body) => {
                self.control_mut(&body.control, stamp)?
                    .rationales
                    .push_back(stamp.on(body.rationale.clone()));
            }
            Payload::WalkthroughRecorded(body) => {
                let walkthrough =
                    Walkthrough { on: body.on, seen: body.seen.clone(), artifact: body.artifact };
                self.control_mut(&body.control, stamp)?.walkthroughs.push_back(stamp.on(walkthrough));
            }
            Payload::AttestationRecorded(body) => {
                let attested = Arc::new(stamp.on(body.clone()));
                self.control_mut(&body.control, stamp)?.attestations.push_back(attested);
                self.touch(format!("attestation/{}", body.attestation), stamp);
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
}
