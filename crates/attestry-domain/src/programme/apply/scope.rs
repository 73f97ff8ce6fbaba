//! What is in scope: frameworks, requirements, controls.

use std::sync::Arc;

use imbl::Vector;

use crate::event::Payload;
use crate::id::ControlId;
use crate::programme::apply::Stamp;
use crate::programme::{AdoptedControl, Adoption, Programme};

impl Programme {
    pub(super) fn take_scope(&mut self, payload: &Payload, stamp: &Stamp<'_>) {
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
                let scoped = stamp.on((body.included, body.reason.clone()));
                self.scoping.entry(body.requirement.clone()).or_default().push_back(scoped);
                self.touch(format!("requirement/{}", body.requirement), stamp);
            }
            _ => {}
        }
    }

    pub(super) fn adopt_control(&mut self, control: &ControlId, stamp: &Stamp<'_>) {
        let adopted = AdoptedControl {
            adopted: stamp.on(()),
            applicability: None,
            decisions: Vector::new(),
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
}
