//! What is in scope: frameworks, requirements, controls.

use std::collections::BTreeSet;

use crate::catalog::FrameworkKind;
use crate::decide::{Case, Decision, Refusal, rule};
use crate::event::control::ControlAdopted;
use crate::event::workspace::RequirementScoped;
use crate::event::{FrameworkAdopted, Payload};
use crate::id::ControlId;

impl Case<'_> {
    pub(super) fn adopt_framework(&self, body: &FrameworkAdopted) -> Decision {
        let Some(framework) = self.catalog.frameworks.get(&body.framework) else {
            let near = self.catalog.frameworks.keys().map(ToString::to_string).collect();
            return Err(Refusal::Unknown { kind: "framework", id: body.framework.to_string(), near });
        };
        let mut categories: BTreeSet<&str> = body.categories.iter().map(String::as_str).collect();
        for category in &categories {
            if !framework.categories.iter().any(|known| known.id == *category) {
                let near = framework.categories.iter().map(|known| known.id.clone()).collect();
                return Err(Refusal::Unknown { kind: "category", id: (*category).to_owned(), near });
            }
        }
        categories.extend(framework.categories.iter().filter(|one| one.required).map(|one| one.id.as_str()));
        if categories.is_empty() && !framework.categories.is_empty() {
            let known: Vec<&str> = framework.categories.iter().map(|one| one.id.as_str()).collect();
            return Err(rule(
                format!("{} is a matter of roles or parts, and none was chosen", framework.short),
                format!("name at least one of {}", known.join(", ")),
            ));
        }
        let categories: BTreeSet<String> = categories.into_iter().map(str::to_owned).collect();
        let adoption = self.programme.frameworks.get(&body.framework);
        let same = adoption.is_some_and(|adoption| adoption.categories.iter().eq(categories.iter()));
        let mut events = Vec::new();
        if !same {
            let categories = categories.iter().cloned().collect();
            events.push(Payload::FrameworkAdopted(FrameworkAdopted {
                framework: body.framework.clone(),
                categories,
            }));
        }
        let adopt = |control| Payload::ControlAdopted(ControlAdopted { control });
        events.extend(self.needed(body, &categories).into_iter().map(adopt));
        Ok(events)
    }

    /// The controls that key mappings of the scope need and the programme lacks.
    fn needed(&self, body: &FrameworkAdopted, categories: &BTreeSet<String>) -> BTreeSet<ControlId> {
        let needed = self.catalog.needed(&body.framework, categories).into_iter();
        needed.filter(|control| !self.programme.controls.contains_key(control)).collect()
    }

    pub(super) fn scope_requirement(&self, body: &RequirementScoped) -> Decision {
        let Some(requirement) = self.catalog.requirements.get(&body.requirement) else {
            return Err(Refusal::Unknown {
                kind: "requirement",
                id: body.requirement.to_string(),
                near: Vec::new(),
            });
        };
        let excluded = self.programme.exclusions.get(&body.requirement).map(|known| &known.value);
        let same = if body.included { excluded.is_none() } else { excluded == Some(&body.reason) };
        if same {
            return Ok(Vec::new());
        }
        self.said("the reason", &body.reason)?;
        let framework =
            self.catalog.frameworks.values().find(|one| one.id.as_str() == requirement.id.framework());
        let attestation = framework.is_some_and(|one| one.kind == FrameworkKind::Attestation);
        if !body.included && !requirement.excludable && !attestation {
            return Err(rule(
                format!("{} cannot be excluded", requirement.id),
                "a management system has to meet every clause; only Annex A controls can be left out",
            ));
        }
        Ok(vec![Payload::RequirementScoped(body.clone())])
    }

    pub(super) fn adopt_control(&self, control: &ControlId) -> Decision {
        if self.programme.controls.contains_key(control) {
            return Ok(Vec::new());
        }
        if !self.catalog.controls.contains_key(control) {
            return Err(self.no_control(control));
        }
        Ok(vec![Payload::ControlAdopted(ControlAdopted { control: control.clone() })])
    }

    /// The refusal for a control that is not there, with those of the same prefix.
    pub(super) fn no_control(&self, control: &ControlId) -> Refusal {
        let prefix = control.as_str().split('-').next().unwrap_or_default();
        let known = self.catalog.controls.keys().filter(|one| one.as_str().starts_with(prefix));
        let near = known.take(6).map(ToString::to_string).collect();
        Refusal::Unknown { kind: "control", id: control.to_string(), near }
    }
}
