//! Workspace, catalog and people.

use std::sync::Arc;

use crate::event::Payload;
use crate::id::PersonId;
use crate::programme::apply::Stamp;
use crate::programme::{Described, Person, Programme, ReplayError, Workspace};
use crate::role::Role;
use crate::time::{self, Day};

impl Programme {
    pub(super) fn take_workspace(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
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

    pub(super) fn take_person(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
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
                let person = self.person_mut(body.person, stamp)?;
                let before = person.roles.insert(body.role, body.until).flatten();
                if let Some(until) = before.filter(|until| *until <= stamp.day) {
                    person.end(body.role, until);
                }
                body.person
            }
            Payload::RoleRevoked(body) => {
                let person = self.person_mut(body.person, stamp)?;
                if let Some(until) = person.roles.remove(&body.role) {
                    person.end(body.role, until.map_or(stamp.day, |until| until.min(stamp.day)));
                }
                body.person
            }
            _ => return Ok(()),
        };
        self.touch(format!("person/{person}"), stamp);
        Ok(())
    }

    fn person_mut(&mut self, person: PersonId, stamp: &Stamp<'_>) -> Result<&mut Person, ReplayError> {
        self.people
            .get_mut(&person)
            .map(Arc::make_mut)
            .ok_or_else(|| stamp.dangling(format!("person {person}")))
    }
}

impl Person {
    /// Keeps the newest day on which a role had ended.
    fn end(&mut self, role: Role, day: Day) {
        let known = self.ended.get(&role).copied();
        self.ended.insert(role, known.map_or(day, |known| known.max(day)));
    }
}
