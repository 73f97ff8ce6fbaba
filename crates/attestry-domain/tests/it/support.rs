//! A hand-made programme: a small catalog, a calendar to step through, and sentences to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use attestry_domain::assess::{Counts, Operation, Question, Readiness, RequirementAssessment, assess};
use attestry_domain::catalog::{Cadence, Catalog, MappingKind};
use attestry_domain::command::{AddPerson, Command, CreateWorkspace, Envelope};
use attestry_domain::decide::{Context, Refusal, decide};
use attestry_domain::event::control::CompensationNamed;
use attestry_domain::event::evidence::{CoverageRecorded, SourceDeclared};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{
    Actor, Applicability, ArtifactStored, AttestationRecorded, ControlOwned, Coverage, CoverageBasis,
    DayCount, Event, FrameworkAdopted, ObjectRef, Payload, ProcedureApproved, ProcedureWritten,
    RationaleRecorded, RoleGranted, RunRecorded, SegmentSealed, WalkthroughRecorded,
};
use attestry_domain::id::{
    ArtifactId, AttestationId, CommandId, Digest, PersonId, RunId, SegmentId, WorkspaceId,
};
use attestry_domain::programme::Programme;
use attestry_domain::role::Role;
use attestry_domain::time::{self, Day, Instant, Period};
use ulid::Ulid;

pub use catalog::{CatalogParts, catalog, control, framework, requirement};

#[path = "support/catalog.rs"]
mod catalog;

/// The first owner of every workspace here.
pub const ANA: PersonId = PersonId::new(Ulid(1));
/// A compliance lead.
pub const BEN: PersonId = PersonId::new(Ulid(2));
/// A control owner.
pub const CLEO: PersonId = PersonId::new(Ulid(3));

pub fn day(text: &str) -> Day {
    time::day(text).unwrap()
}

pub fn period(text: &str) -> Period {
    text.parse().unwrap()
}

pub fn code<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

pub fn object(text: &str) -> ObjectRef {
    ObjectRef { digest: Digest::of(text.as_bytes()), bytes: text.len() as u64 }
}

pub fn artifact(artifact: ArtifactId) -> ArtifactStored {
    ArtifactStored {
        artifact,
        object: object("file"),
        name: "review.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        captured_on: None,
        covers: None,
        controls: Vec::new(),
        requirements: Vec::new(),
    }
}

/// A programme with what it takes to go on with it.
#[derive(Clone)]
pub struct World {
    pub programme: Programme,
    pub catalog: Catalog,
    pub log: Vec<Event>,
    pub counts: Counts,
    pub now: Instant,
    pub ids: u128,
}

impl World {
    /// A workspace of the first owner, created at noon of a day, in UTC.
    pub fn new(catalog: Catalog, created_on: &str) -> Self {
        Self::in_zone(catalog, created_on, "UTC")
    }

    pub fn in_zone(catalog: Catalog, created_on: &str, time_zone: &str) -> Self {
        let (programme, log, counts) = (Programme::default(), Vec::new(), BTreeMap::new());
        let mut world = Self { programme, catalog, log, counts, now: Instant::from_micros(0), ids: 1000 };
        world.now = format!("{created_on}T12:00:00Z").parse().unwrap();
        let owner = AddPerson {
            person: ANA,
            name: "Ana".to_owned(),
            email: "ana@example.com".to_owned(),
            roles: Vec::new(),
        };
        let created = CreateWorkspace {
            workspace: WorkspaceId::new(Ulid(9)),
            name: "Lumen".to_owned(),
            time_zone: time_zone.to_owned(),
            simulated: None,
            owner,
        };
        world.say(Command::CreateWorkspace(created));
        world
    }

    pub fn ulid(&mut self) -> Ulid {
        self.ids += 1;
        Ulid(self.ids)
    }

    /// Noon of a day.
    pub fn on(&mut self, day: &str) -> &mut Self {
        self.now = format!("{day}T12:00:00Z").parse().unwrap();
        self
    }

    pub fn ask(
        &self,
        actor: Actor,
        command: Command,
        based_on: Option<(String, u64)>,
    ) -> Result<Vec<Payload>, Refusal> {
        let envelope = Envelope { id: CommandId::new(Ulid(5)), based_on, command };
        decide(&self.programme, &self.catalog, &envelope, &Context { actor, now: self.now })
    }

    /// Decides as somebody and records what comes out.
    pub fn say_as(&mut self, actor: Actor, command: Command) -> Result<Vec<Payload>, Refusal> {
        let payloads = self.ask(actor, command, None)?;
        for payload in &payloads {
            self.record(actor, payload.clone());
        }
        Ok(payloads)
    }

    /// Decides as the owner; must be accepted.
    pub fn say(&mut self, command: Command) -> Vec<Payload> {
        self.say_as(Actor::Person(ANA), command).unwrap()
    }

    /// Records a payload as the next event.
    pub fn record(&mut self, actor: Actor, payload: Payload) {
        let sequence = self.programme.sequence + 1;
        let event = Event { sequence, recorded_at: self.now, actor, payload: Some(payload) };
        self.programme.apply(&event).unwrap();
        self.log.push(event);
    }

    pub fn person(&mut self, person: PersonId, roles: &[Role]) {
        let name = format!("Person {}", person.ulid().0);
        let email = format!("p{}@example.com", person.ulid().0);
        let lasting = roles.iter().copied().filter(|role| *role != Role::Auditor).collect();
        self.say(Command::AddPerson(AddPerson { person, name, email, roles: lasting }));
        if roles.contains(&Role::Auditor) {
            let until = Some(day("2030-01-01"));
            self.say(Command::GrantRole(RoleGranted { person, role: Role::Auditor, until }));
        }
    }

    pub fn adopt(&mut self, framework: &str, categories: &[&str]) {
        let categories = categories.iter().map(|one| (*one).to_owned()).collect();
        self.say(Command::AdoptFramework(FrameworkAdopted { framework: code(framework), categories }));
    }

    pub fn applies(&mut self, control: &str, applicable: bool) {
        let reason = "it does what its risk needs".to_owned();
        self.say(Command::DecideApplicability(Applicability { control: code(control), applicable, reason }));
    }

    pub fn procedure(&mut self, control: &str, cadence: Cadence, grace_days: u16, effective_from: &str) {
        let text = Digest::of(format!("{control} {cadence} {grace_days} {effective_from}").as_bytes());
        self.say(Command::WriteProcedure(ProcedureWritten {
            control: code(control),
            text,
            cadence,
            grace_days,
        }));
        let effective_from = day(effective_from);
        self.say(Command::ApproveProcedure(ProcedureApproved {
            control: code(control),
            text,
            effective_from,
        }));
    }

    pub fn own(&mut self, control: &str, owner: PersonId) {
        self.say(Command::OwnControl(ControlOwned { control: code(control), owner }));
    }

    pub fn rationale(&mut self, control: &str) {
        let rationale = "nothing merges without a second pair of eyes".to_owned();
        self.say(Command::RecordRationale(RationaleRecorded { control: code(control), rationale }));
    }

    pub fn walkthrough(&mut self, control: &str, on: &str) {
        let (on, seen) = (day(on), "one change, from request to merge".to_owned());
        self.say(Command::RecordWalkthrough(WalkthroughRecorded {
            control: code(control),
            on,
            seen,
            artifact: None,
        }));
    }

    /// Everything that design asks for, on one day.
    pub fn in_place(&mut self, control: &str, cadence: Cadence, grace_days: u16, on: &str) {
        self.on(on);
        self.own(control, ANA);
        self.procedure(control, cadence, grace_days, on);
        self.rationale(control);
        self.walkthrough(control, on);
        self.applies(control, true);
    }

    pub fn file(&mut self) -> ArtifactId {
        let id = ArtifactId::new(self.ulid());
        self.say(Command::StoreArtifact(artifact(id)));
        id
    }

    /// A statement of performance, recorded on the day set, with or without a file.
    pub fn attest(
        &mut self,
        control: &str,
        window: Option<&str>,
        performed_on: &str,
        shown: bool,
    ) -> AttestationId {
        let artifact = shown.then(|| self.file());
        let attestation = AttestationId::new(self.ulid());
        self.say(Command::RecordAttestation(AttestationRecorded {
            attestation,
            control: code(control),
            window: window.map(period),
            performed_on: day(performed_on),
            artifact,
            note: "done".to_owned(),
        }));
        attestation
    }

    /// The same, done and recorded on one day, with a file.
    pub fn done(&mut self, control: &str, on: &str) -> AttestationId {
        self.on(on);
        self.attest(control, None, on, true)
    }

    pub fn source(&mut self, stream: &str, source: &str, from: &str) {
        let (stream, source, from) = (code(stream), source.to_owned(), day(from));
        self.say(Command::DeclareSource(SourceDeclared { stream, source, from }));
    }

    pub fn covered(&mut self, stream: &str, source: &str, days: &str) {
        let covers = Coverage { period: period(days), basis: CoverageBasis::Claimed };
        self.say(Command::RecordCoverage(CoverageRecorded {
            stream: code(stream),
            source: source.to_owned(),
            covers,
        }));
    }

    /// Records of some days arrive.
    pub fn records(&mut self, stream: &str, source: &str, first: &str, last: &str) {
        let segment = SegmentId::new(self.ulid());
        let noon = |day: &str| format!("{day}T12:00:00Z").parse().unwrap();
        let sealed = SegmentSealed {
            segment,
            stream: code(stream),
            source: source.to_owned(),
            collector: "attestry 0.1.0".to_owned(),
            main: object("rows"),
            personal: None,
            rows: 3,
            repeated: 0,
            occurred: Some((noon(first), noon(last))),
            chunk: Digest::of(segment.to_string().as_bytes()),
            raw: None,
            asked: None,
            covers: None,
        };
        self.say(Command::SealSegment(sealed));
    }

    /// A run of a test that looked at everything recorded so far.
    pub fn run(&mut self, test: &str, days: &str, found: &[(&str, u64, u64)]) -> RunId {
        let at = self.programme.sequence;
        self.run_at(test, days, at, found)
    }

    pub fn run_at(&mut self, test: &str, days: &str, at: u64, found: &[(&str, u64, u64)]) -> RunId {
        let count = |(on, population, exceptions): &(&str, u64, u64)| DayCount {
            day: day(on),
            population: *population,
            exceptions: *exceptions,
            recorded_late: 0,
        };
        let counts: Vec<DayCount> = found.iter().map(count).collect();
        let outcome = RunOutcome::Ran {
            population: counts.iter().map(|one| one.population).sum(),
            exceptions: counts.iter().map(|one| one.exceptions).sum(),
            population_digest: Digest::of(b"population"),
            exceptions_digest: Digest::of(b"exceptions"),
            population_rows: object("population"),
            exception_rows: object("exceptions"),
            days: object("days"),
        };
        let run = self.run_of(test, days, at, outcome);
        self.counts.insert(run, Arc::from(counts));
        run
    }

    pub fn run_of(&mut self, test: &str, days: &str, at: u64, outcome: RunOutcome) -> RunId {
        let run = RunId::new(self.ulid());
        let control = self.catalog.tests[&code(test)].control.clone();
        self.say(Command::RecordRun(RunRecorded {
            run,
            test: code(test),
            control,
            period: period(days),
            at,
            catalog: Digest::of(b"catalog"),
            program: "attestry 0.1.0".to_owned(),
            definition: Digest::of(b"definition"),
            outcome,
        }));
        run
    }

    pub fn compensate(&mut self, control: &str, by: &str, days: &str) {
        let reason = "it sees the same changes a day later".to_owned();
        let (control, by) = (code(control), code(by));
        self.say(Command::NameCompensation(CompensationNamed { control, by, period: period(days), reason }));
    }

    pub fn assess(&self, as_of: &str, days: Option<&str>) -> Readiness {
        let question = Question { as_of: day(as_of), through: day(as_of), period: days.map(period) };
        assess(&self.programme, &self.catalog, &self.counts, question)
    }

    pub fn operation(&self, control: &str, as_of: &str, days: &str) -> Operation {
        let readiness = self.assess(as_of, Some(days));
        readiness.controls[&code(control)].operation.clone().unwrap()
    }

    pub fn requirement(&self, requirement: &str, as_of: &str, days: &str) -> RequirementAssessment {
        let readiness = self.assess(as_of, Some(days));
        let mut all = readiness.frameworks.into_iter().flat_map(|framework| framework.requirements);
        all.find(|one| one.id.as_str() == requirement).unwrap()
    }
}

/// A control of the small catalog, mapped as key.
pub fn one_control(cadence: Cadence) -> Catalog {
    catalog(CatalogParts {
        controls: vec![("CHG-01", cadence, vec![("soc2:CC8.1", MappingKind::Satisfies)])],
        tests: vec![],
    })
}
