//! What the files ask for, held against what the programme is: the commands in between.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::Catalog;
use attestry_domain::command::{AddPerson, Command};
use attestry_domain::event::evidence::SourceDeclared;
use attestry_domain::event::workspace::{RequirementScoped, RoleRevoked};
use attestry_domain::event::{EngagementKind, EngagementOpened, FrameworkAdopted, RoleGranted};
use attestry_domain::id::{EngagementId, PersonId};
use attestry_domain::programme::Programme;
use attestry_domain::role::Role;
use attestry_domain::time::Day;

use crate::files::document::{At, EngagementEntry, Examines, PersonEntry};
use crate::files::nearest::hint;
use crate::files::read::{EvidenceFile, Files};
use crate::files::write;
use crate::files::{Change, FileFault, FilesError, Plan};
use crate::{App, Sender, Snapshot};

pub(super) mod ai;
mod control;
mod evidence;
mod lacking;
mod performance;

/// A comparison on its way.
struct Comparison<'a> {
    app: &'a App,
    programme: &'a Programme,
    catalog: &'a Catalog,
    /// People by address in small letters, those to be added among them.
    people: BTreeMap<String, PersonId>,
    today: Day,
    evidence: &'a BTreeMap<String, EvidenceFile>,
    /// Files of evidence to be stored, by path.
    stored: BTreeMap<String, evidence::Stored>,
    changes: Vec<Change>,
    faults: Vec<FileFault>,
}

/// The changes in the order in which they can be made.
pub(super) fn plan(sender: &Sender, snapshot: &Snapshot, files: &Files) -> Result<Plan, FilesError> {
    let app = sender.workspace().app();
    let programme = &*snapshot.programme;
    let described =
        programme.people.iter().filter_map(|(id, person)| Some((person.described.as_ref()?, *id)));
    let people = described.map(|(described, id)| (described.email.to_lowercase(), id)).collect();
    let mut comparison = Comparison {
        app,
        programme,
        catalog: &snapshot.catalog,
        people,
        today: sender.workspace().today(),
        evidence: &files.evidence,
        stored: BTreeMap::new(),
        changes: Vec::new(),
        faults: Vec::new(),
    };
    comparison.workspace(files);
    comparison.people(files);
    comparison.scope(files);
    comparison.controls(files);
    comparison.systems(files);
    comparison.engagements(files);
    comparison.sources(files);
    comparison.responses(files);
    comparison.store();
    if !comparison.faults.is_empty() {
        return Err(FilesError::Faults(comparison.faults));
    }
    let notes = comparison.notes(files);
    Ok(Plan { changes: comparison.changes, notes })
}

impl Comparison<'_> {
    fn fault(&mut self, file: &str, line: u64, what: impl Into<String>) {
        self.faults.push(FileFault { file: file.to_owned(), line, what: what.into() });
    }

    fn change(&mut self, file: &str, line: u64, words: impl Into<String>, command: Command) {
        self.changes.push(Change { file: file.to_owned(), line, words: words.into(), command, object: None });
    }

    fn person(&mut self, file: &str, email: &At<String>) -> Option<PersonId> {
        if let Some(person) = self.people.get(&email.value.to_lowercase()) {
            return Some(*person);
        }
        let near = hint(&email.value, self.people.keys().map(String::as_str));
        self.fault(file, email.line, format!("nobody has the address `{}`{near}", email.value));
        None
    }

    fn workspace(&mut self, files: &Files) {
        const FILE: &str = "workspace.yaml";
        let (Some(file), Some(known)) = (&files.workspace, self.programme.workspace.clone()) else { return };
        let pairs = [("name", &file.name, &known.name), ("time_zone", &file.time_zone, &known.time_zone)];
        for (key, asked, is) in pairs {
            if asked.value != *is {
                self.fault(
                    FILE,
                    asked.line,
                    format!("`{key}` is `{is}` since the ledger began and stays so"),
                );
            }
        }
    }

    fn people(&mut self, files: &Files) {
        const FILE: &str = "people.yaml";
        for person in &files.people {
            match self.people.get(&person.email.value.to_lowercase()) {
                Some(id) => self.roles(FILE, *id, person),
                None => self.add_person(FILE, person),
            }
        }
    }

    fn add_person(&mut self, file: &str, person: &PersonEntry) {
        let id = PersonId::new(self.app.ulid());
        let (name, email) = (person.name.value.clone(), person.email.value.clone());
        self.people.insert(email.to_lowercase(), id);
        let lasting = person.roles.iter().filter(|role| role.until.is_none());
        let roles: Vec<Role> = lasting.map(|role| role.role.value).collect();
        let parts: Vec<String> = roles.iter().map(Role::to_string).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(" as {}", parts.join(", ")) };
        let words = format!("adds {name} <{email}>{parts}");
        self.change(
            file,
            person.email.line,
            words,
            Command::AddPerson(AddPerson { person: id, name, email, roles }),
        );
        for role in person.roles.iter().filter(|role| role.until.is_some()) {
            self.grant(file, id, &person.email.value, role.role, role.until);
        }
    }

    fn grant(&mut self, file: &str, person: PersonId, email: &str, role: At<Role>, until: Option<Day>) {
        let end = until.map(|day| format!(" until {day}")).unwrap_or_default();
        let words = format!("gives {email} the role {}{end}", role.value);
        let command = Command::GrantRole(RoleGranted { person, role: role.value, until });
        self.change(file, role.line, words, command);
    }

    fn roles(&mut self, file: &str, id: PersonId, person: &PersonEntry) {
        let Some(known) = self.programme.people.get(&id).cloned() else { return };
        let name = known.described.as_ref().map_or("", |described| described.name.as_str());
        if name != person.name.value {
            self.fault(
                file,
                person.name.line,
                format!("`{}` is called `{name}`; files do not rename people", person.email.value),
            );
        }
        for role in &person.roles {
            if known.roles.get(&role.role.value) != Some(&role.until) {
                self.grant(file, id, &person.email.value, role.role, role.until);
            }
        }
        let kept = |role: &Role| person.roles.iter().any(|one| one.role.value == *role);
        for role in known.roles.keys().filter(|role| !kept(role)) {
            let words = format!("takes the role {role} from {}", person.email.value);
            let command = Command::RevokeRole(RoleRevoked { person: id, role: *role });
            self.change(file, person.email.line, words, command);
        }
    }

    fn scope(&mut self, files: &Files) {
        for entry in &files.frameworks {
            let (framework, line) = (&entry.framework.value, entry.framework.line);
            let file = "frameworks.yaml";
            let Some(known) = self.catalog.frameworks.get(framework) else {
                let near = hint(framework.as_str(), self.catalog.frameworks.keys().map(|id| id.as_str()));
                self.fault(file, line, format!("there is no framework `{framework}`{near}"));
                continue;
            };
            let required = known.categories.iter().filter(|one| one.required).map(|one| one.id.clone());
            let wanted: BTreeSet<String> = entry.categories.iter().cloned().chain(required).collect();
            let adoption = self.programme.frameworks.get(framework);
            if adoption.is_some_and(|adoption| adoption.categories.iter().eq(wanted.iter())) {
                continue;
            }
            let list: Vec<String> = wanted.into_iter().collect();
            let with = if list.is_empty() { String::new() } else { format!(" with {}", list.join(", ")) };
            let verb = if adoption.is_some() { "changes the scope of" } else { "adopts" };
            let adopted = FrameworkAdopted { framework: framework.clone(), categories: list };
            self.change(file, line, format!("{verb} {framework}{with}"), Command::AdoptFramework(adopted));
        }
        self.exclusions(files);
    }

    fn exclusions(&mut self, files: &Files) {
        const FILE: &str = "requirements.yaml";
        let Some(entries) = &files.exclusions else { return };
        let scoped = |requirement: &_, included, reason: &str| {
            let requirement = Clone::clone(requirement);
            Command::ScopeRequirement(RequirementScoped { requirement, included, reason: reason.to_owned() })
        };
        for entry in entries {
            let (id, line) = (&entry.requirement.value, entry.requirement.line);
            if !self.catalog.requirements.contains_key(id) {
                let near = hint(id.as_str(), self.catalog.requirements.keys().map(|id| id.as_str()));
                self.fault(FILE, line, format!("there is no requirement `{id}`{near}"));
                continue;
            }
            let known = self.programme.exclusions.get(id).map(|one| one.value.clone());
            if known.as_deref() == Some(entry.left_out_because.as_str()) {
                continue;
            }
            if known.is_some() {
                let reason = "its exclusion gets another reason";
                self.change(
                    FILE,
                    line,
                    format!("takes {id} in again, for another reason to leave it out"),
                    scoped(id, true, reason),
                );
            }
            self.change(FILE, line, format!("leaves {id} out"), scoped(id, false, &entry.left_out_because));
        }
        for id in self.programme.exclusions.keys() {
            if !entries.iter().any(|entry| entry.requirement.value == *id) {
                let reason = "the programme's files no longer leave it out";
                self.change(FILE, 0, format!("takes {id} in again"), scoped(id, true, reason));
            }
        }
    }

    fn engagements(&mut self, files: &Files) {
        const FILE: &str = "engagements.yaml";
        for entry in &files.engagements {
            let (line, framework) = (entry.framework.line, &entry.framework.value);
            let known = self.programme.engagements.values();
            if known.map(|one| write::engagement(&one.value)).any(|known| known == *entry) {
                continue;
            }
            let Some(examines) = kind(entry) else {
                self.fault(
                    FILE,
                    line,
                    "type1 and stage1 take `as_of`, type2 and stage2 take `period`; say that one alone",
                );
                continue;
            };
            let engagement = EngagementId::new(self.app.ulid());
            let (framework, firm) = (framework.clone(), entry.firm.clone());
            let words = format!("opens an audit of {framework} by {firm}");
            let opened = EngagementOpened { engagement, framework, examines, firm };
            self.change(FILE, line, words, Command::OpenEngagement(opened));
        }
    }

    fn sources(&mut self, files: &Files) {
        for entry in &files.sources {
            let (stream, source, from) = (&entry.stream.value, &entry.source, entry.from);
            if !self.catalog.streams.contains_key(stream) {
                let near = hint(stream.as_str(), self.catalog.streams.keys().map(|id| id.as_str()));
                self.fault("sources.yaml", entry.stream.line, format!("there is no stream `{stream}`{near}"));
                continue;
            }
            let declared = self.programme.streams.get(stream).and_then(|state| state.sources.get(source));
            if declared != Some(&from) {
                let command = SourceDeclared { stream: stream.clone(), source: source.clone(), from };
                let words = format!("declares {source} as a source of {stream} from {from}");
                self.change("sources.yaml", entry.stream.line, words, Command::DeclareSource(command));
            }
        }
    }
}

fn kind(entry: &EngagementEntry) -> Option<EngagementKind> {
    match (entry.examines, entry.as_of, entry.period) {
        (Examines::Type1, Some(as_of), None) => Some(EngagementKind::Type1 { as_of }),
        (Examines::Stage1, Some(as_of), None) => Some(EngagementKind::Stage1 { as_of }),
        (Examines::Type2, None, Some(period)) => Some(EngagementKind::Type2 { period: period.0 }),
        (Examines::Stage2, None, Some(period)) => Some(EngagementKind::Stage2 { period: period.0 }),
        _ => None,
    }
}
