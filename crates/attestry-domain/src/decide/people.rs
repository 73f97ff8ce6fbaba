//! Workspace, catalog and people.

use crate::command::{AddPerson, CreateWorkspace};
use crate::decide::{Case, Decision, Refusal, rule};
use crate::event::Payload;
use crate::event::workspace::{
    CatalogAdopted, PersonAdded, PersonDescribed, RoleGranted, RoleRevoked, WorkspaceCreated,
};
use crate::id::PersonId;
use crate::role::Role;
use crate::time;

impl Case<'_> {
    pub(super) fn create_workspace(&self, body: &CreateWorkspace) -> Decision {
        self.said("the organisation's name", &body.name)?;
        time::zone(&body.time_zone).map_err(|error| rule("the time zone", error.to_string()))?;
        let created = WorkspaceCreated {
            workspace: body.workspace,
            name: body.name.clone(),
            time_zone: body.time_zone.clone(),
            simulated: body.simulated.clone(),
        };
        let mut events = vec![Payload::WorkspaceCreated(created)];
        let owner = AddPerson { roles: vec![Role::Owner], ..body.owner.clone() };
        events.extend(self.add_person(&owner)?);
        Ok(events)
    }

    pub(super) fn adopt_catalog(&self, body: &CatalogAdopted) -> Decision {
        if self.programme.catalog == Some(body.digest) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::CatalogAdopted(body.clone())])
    }

    pub(super) fn add_person(&self, body: &AddPerson) -> Decision {
        self.said("the person's name", &body.name)?;
        let plausible = body.email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if !plausible || body.email.contains(char::is_whitespace) {
            return Err(rule(format!("`{}` is no e-mail address", body.email), "expected a form like ana@example.com"));
        }
        if self.programme.people.contains_key(&body.person) {
            return Err(rule(format!("person {} exists already", body.person), "give a new person a new id"));
        }
        if self.programme.person_by_email(&body.email).is_some() {
            return Err(rule(format!("somebody already has the address `{}`", body.email), "use that person"));
        }
        let described =
            PersonDescribed { person: body.person, name: body.name.clone(), email: body.email.clone() };
        let mut events = vec![
            Payload::PersonAdded(PersonAdded { person: body.person }),
            Payload::PersonDescribed(described),
        ];
        let grant = |role: &Role| Payload::RoleGranted(RoleGranted { person: body.person, role: *role, until: None });
        events.extend(body.roles.iter().map(grant));
        Ok(events)
    }

    pub(super) fn known_person(&self, person: PersonId) -> Result<(), Refusal> {
        if self.programme.people.contains_key(&person) {
            return Ok(());
        }
        Err(Refusal::Unknown { kind: "person", id: person.to_string(), near: Vec::new() })
    }

    pub(super) fn grant_role(&self, body: &RoleGranted) -> Decision {
        self.known_person(body.person)?;
        let mut held = self.programme.roles_on(body.person, self.today);
        if body.role == Role::Auditor && held.any(|role| !matches!(role, Role::Auditor | Role::Viewer)) {
            return Err(rule(
                "an auditor cannot hold another part in the programme that is audited",
                "give the auditor's role to somebody from outside",
            ));
        }
        let had = self.programme.people.get(&body.person).and_then(|person| person.roles.get(&body.role));
        if had == Some(&body.until) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::RoleGranted(body.clone())])
    }

    pub(super) fn revoke_role(&self, body: &RoleRevoked) -> Decision {
        self.known_person(body.person)?;
        let held = |person: &PersonId, role| self.programme.roles_on(*person, self.today).any(|one| one == role);
        if !held(&body.person, body.role) {
            return Ok(Vec::new());
        }
        let owners = self.programme.people.keys().filter(|person| held(person, Role::Owner)).count();
        if body.role == Role::Owner && owners == 1 {
            return Err(rule("this is the last owner", "make somebody else an owner first"));
        }
        Ok(vec![Payload::RoleRevoked(body.clone())])
    }
}
