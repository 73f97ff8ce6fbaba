//! Workspace, catalog and people.

use jiff::ToSpan;

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
        let plausible =
            body.email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if !plausible || body.email.contains(char::is_whitespace) {
            return Err(rule(
                format!("`{}` is no e-mail address", body.email),
                "expected a form like ana@example.com",
            ));
        }
        if self.programme.people.contains_key(&body.person) {
            return Err(rule(format!("person {} exists already", body.person), "give a new person a new id"));
        }
        if self.programme.person_by_email(&body.email).is_some() {
            return Err(rule(
                format!("somebody already has the address `{}`", body.email),
                "use that person",
            ));
        }
        if body.roles.contains(&Role::Auditor) && body.roles.iter().any(|role| manages(*role)) {
            return Err(mixed());
        }
        if body.roles.contains(&Role::Auditor) {
            return Err(rule(
                "the auditor's role needs an end",
                "add the person without it, then grant it until a day",
            ));
        }
        let described =
            PersonDescribed { person: body.person, name: body.name.clone(), email: body.email.clone() };
        let mut events = vec![
            Payload::PersonAdded(PersonAdded { person: body.person }),
            Payload::PersonDescribed(described),
        ];
        let grant =
            |role: &Role| Payload::RoleGranted(RoleGranted { person: body.person, role: *role, until: None });
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
        let clash = match body.role {
            Role::Auditor => held.any(manages),
            role => manages(role) && held.any(|role| role == Role::Auditor),
        };
        if clash {
            return Err(mixed());
        }
        if body.role == Role::Auditor {
            self.outside(body)?;
        }
        let had = self.programme.people.get(&body.person).and_then(|person| person.roles.get(&body.role));
        if had == Some(&body.until) {
            return Ok(Vec::new());
        }
        let holds = self.programme.roles_on(body.person, self.today).any(|role| role == body.role);
        if let Some(until) = body.until.filter(|until| holds && *until <= self.today) {
            return Err(rule(
                format!("a role that is held today cannot have ended on {until}"),
                "say a later day, or take it away",
            ));
        }
        if body.role == Role::Owner && body.until.is_some() {
            self.another_owner(body.person)?;
        }
        Ok(vec![Payload::RoleGranted(body.clone())])
    }

    /// An auditor comes for a time, and from outside: whoever managed within a year would judge their own work.
    fn outside(&self, body: &RoleGranted) -> Result<(), Refusal> {
        if body.until.is_none() {
            return Err(rule(
                "the auditor's role needs an end",
                "say until which day, such as the end of the audit",
            ));
        }
        let Some(person) = self.programme.people.get(&body.person) else { return Ok(()) };
        let year_ago = self.today.saturating_sub(12.months());
        let left = |role: &Role| person.without_since(*role, self.today).filter(|since| *since > year_ago);
        match MANAGING.iter().find_map(|role| Some((role, left(role)?))) {
            None => Ok(()),
            Some((role, since)) => Err(rule(
                format!("this person held the role {role} until {since}, within the last 12 months"),
                "give the auditor's role to somebody from outside",
            )),
        }
    }

    /// Somebody else owns the workspace without an end: it never runs out of owners.
    fn another_owner(&self, person: PersonId) -> Result<(), Refusal> {
        let mut others = self.programme.people.iter().filter(|(id, _)| **id != person);
        if others.any(|(_, other)| other.roles.get(&Role::Owner) == Some(&None)) {
            return Ok(());
        }
        Err(rule("this is the last owner", "make somebody else an owner without an end first"))
    }

    pub(super) fn revoke_role(&self, body: &RoleRevoked) -> Decision {
        self.known_person(body.person)?;
        if !self.programme.roles_on(body.person, self.today).any(|role| role == body.role) {
            return Ok(Vec::new());
        }
        if body.role == Role::Owner {
            self.another_owner(body.person)?;
        }
        Ok(vec![Payload::RoleRevoked(body.clone())])
    }
}

/// Roles whose work an auditor examines.
const MANAGING: [Role; 4] = [Role::Owner, Role::ComplianceLead, Role::Contributor, Role::ControlOwner];

/// Whether a role takes part in what an auditor examines.
fn manages(role: Role) -> bool {
    !matches!(role, Role::Auditor | Role::Viewer)
}

fn mixed() -> Refusal {
    rule(
        "an auditor cannot hold another part in the programme that is audited",
        "give the auditor's role to somebody from outside",
    )
}
