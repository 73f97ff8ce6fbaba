//! What happened in the programme: frameworks and controls adopted in December 2024, then a year of performance,
//! records and test runs. Some of it is late, missing or broken, so that every state occurs.

use std::error::Error;
use std::fmt::Debug;
use std::str::FromStr;

use attestry_domain::assess::{Counts, window_of};
use attestry_domain::catalog::{Cadence, Catalog, Control, ControlTest};
use attestry_domain::event::control::{CompensationNamed, ControlAdopted};
use attestry_domain::event::evidence::SourceDeclared;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::workspace::{CatalogAdopted, PersonAdded, RequirementScoped};
use attestry_domain::event::{
    Applicability, ArtifactStored, AttestationRecorded, ControlOwned, Coverage, CoverageBasis, DayCount,
    FrameworkAdopted, ObjectRef, Payload, ProcedureApproved, ProcedureWritten, RationaleRecorded,
    RunRecorded, SegmentSealed, WalkthroughRecorded, WorkspaceCreated,
};
use attestry_domain::id::{ArtifactId, ControlId, Digest, PersonId, StreamId};
use attestry_domain::time::{Day, Instant, Period, day, next};

/// Events with their instants in order, and what the test runs counted.
pub(crate) struct History {
    pub(crate) events: Vec<(Instant, Payload)>,
    pub(crate) counts: Counts,
    /// Last number given to something that has an id.
    last: u64,
    /// The last day of which anything is known.
    as_of: Day,
}

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The one person who does everything.
pub(crate) fn person() -> Outcome<PersonId> {
    numbered(1)
}

fn numbered<T: FromStr<Err: Error + 'static>>(number: u64) -> Outcome<T> {
    Ok(format!("{number:026}").parse()?)
}

fn object(of: impl Debug) -> ObjectRef {
    ObjectRef { digest: Digest::of(format!("{of:?}").as_bytes()), bytes: 1 }
}

impl History {
    /// What happens in a programme that adopts a whole catalog.
    pub(crate) fn of(catalog: &Catalog, as_of: Day) -> Outcome<Self> {
        let mut history = Self { events: Vec::new(), counts: Counts::new(), last: 1, as_of };
        history.begin(catalog)?;
        for stream in catalog.streams.keys() {
            history.records(stream)?;
        }
        // Copies follow the originals in the same order, so that a requirement has good and bad ones by the original.
        let originals = catalog.controls.keys().filter(|id| !is_copy(id)).count().max(1);
        let (copies, mine): (Vec<&Control>, _) = catalog.controls.values().partition(|one| is_copy(&one.id));
        for (at, control) in mine.into_iter().chain(copies).enumerate() {
            history.design(catalog, control, at % originals)?;
            history.perform(catalog, control, at % originals)?;
        }
        for test in catalog.tests.values() {
            history.runs(test)?;
        }
        history.events.sort_by_key(|(at, _)| *at);
        Ok(history)
    }

    fn say(&mut self, on: Day, payload: Payload) -> Outcome {
        self.events.push((format!("{on}T12:00:00Z").parse()?, payload));
        Ok(())
    }

    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn begin(&mut self, catalog: &Catalog) -> Outcome {
        let on = day("2024-12-01")?;
        let (name, time_zone) = ("Large".to_owned(), "America/New_York".to_owned());
        let created = WorkspaceCreated { workspace: numbered(1)?, name, time_zone, simulated: None };
        self.say(on, Payload::WorkspaceCreated(created))?;
        let digest = catalog.digest.ok_or("the catalog has no digest")?;
        self.say(on, Payload::CatalogAdopted(CatalogAdopted { digest }))?;
        self.say(on, Payload::PersonAdded(PersonAdded { person: person()? }))?;
        for (id, framework) in &catalog.frameworks {
            let categories = framework.categories.iter().map(|category| category.id.clone()).collect();
            let adopted = FrameworkAdopted { framework: id.clone(), categories };
            self.say(on, Payload::FrameworkAdopted(adopted))?;
        }
        for one in catalog.requirements.values().filter(|one| one.assessable && one.excludable).step_by(20) {
            let (requirement, reason) = (one.id.clone(), "Nothing of the kind is done here.".to_owned());
            let scoped = RequirementScoped { requirement, included: false, reason };
            self.say(on, Payload::RequirementScoped(scoped))?;
        }
        Ok(())
    }

    /// A source whose records of each month come on the first day after it.
    fn records(&mut self, stream: &StreamId) -> Outcome {
        let (source, from) = ("log".to_owned(), day("2024-12-01")?);
        let declared = SourceDeclared { stream: stream.clone(), source: source.clone(), from };
        self.say(from, Payload::SourceDeclared(declared))?;
        for month in self.windows(Cadence::Monthly, from) {
            let on = |day: Day| format!("{day}T12:00:00Z").parse::<Instant>();
            let sealed = SegmentSealed {
                segment: numbered(self.number())?,
                stream: stream.clone(),
                source: source.clone(),
                collector: "bench".to_owned(),
                main: object((stream, month)),
                personal: None,
                rows: 400,
                repeated: 0,
                occurred: Some((on(month.from())?, on(month.last())?)),
                chunk: object((stream, month, "chunk")).digest,
                raw: None,
                asked: None,
                covers: Some(Coverage { period: month, basis: CoverageBasis::Claimed }),
            };
            self.say(month.to(), Payload::SegmentSealed(sealed))?;
        }
        Ok(())
    }

    fn design(&mut self, catalog: &Catalog, control: &Control, original: usize) -> Outcome {
        let (on, id) = (day("2024-12-02")?, || control.id.clone());
        self.say(on, Payload::ControlAdopted(ControlAdopted { control: id() }))?;
        let (applicable, reason) = (original % 60 != 59, "The risk assessment says so.".to_owned());
        self.say(on, Payload::ApplicabilityDecided(Applicability { control: id(), applicable, reason }))?;
        self.say(on, Payload::ControlOwned(ControlOwned { control: id(), owner: person()? }))?;
        let (text, cadence) = (object(&control.id).digest, cadence(catalog, control, original));
        let grace_days = if cadence == Cadence::Daily { 1 } else { 7 };
        let written = ProcedureWritten { control: id(), text, cadence, grace_days };
        self.say(on, Payload::ProcedureWritten(written))?;
        let approved = ProcedureApproved { control: id(), text, effective_from: on };
        self.say(on, Payload::ProcedureApproved(approved))?;
        let rationale = "It meets the risk that it is there for.".to_owned();
        self.say(on, Payload::RationaleRecorded(RationaleRecorded { control: id(), rationale }))?;
        // Some were walked through when the period had begun, and another stood in until then.
        let on = if original % 45 == 44 { day("2025-02-10")? } else { on };
        let seen = "An instance from beginning to end.".to_owned();
        let walked = WalkthroughRecorded { control: id(), on, seen, artifact: None };
        self.say(on, Payload::WalkthroughRecorded(walked))?;
        if original % 45 == 44 && original.is_multiple_of(2) {
            let by = catalog.controls.keys().next().ok_or("the catalog has no control")?.clone();
            let (period, reason) = (Period::new(day("2025-01-01")?, on)?, "It sees the same.".to_owned());
            let named = CompensationNamed { control: id(), by, period, reason };
            self.say(on, Payload::CompensationNamed(named))?;
        }
        Ok(())
    }

    /// A statement for every window of a control that no test judges, with a file.
    fn perform(&mut self, catalog: &Catalog, control: &Control, original: usize) -> Outcome {
        if catalog.tests_of(&control.id).next().is_some() {
            return Ok(());
        }
        let artifact: ArtifactId = numbered(self.number())?;
        let stored = ArtifactStored {
            artifact,
            object: object(&control.id),
            name: "record.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            captured_on: None,
            covers: None,
            controls: vec![control.id.clone()],
            requirements: Vec::new(),
        };
        self.say(day("2024-12-03")?, Payload::ArtifactStored(stored))?;
        let windows = self.windows(cadence(catalog, control, original), day("2024-12-02")?);
        for (at, window) in windows.into_iter().enumerate() {
            let (bad, shown) = (original % 30 == 29 && at % 4 == 3, original % 40 != 39 || at % 5 != 4);
            if bad {
                continue;
            }
            let (attestation, control) = (numbered(self.number())?, control.id.clone());
            let (performed_on, note) = (window.to(), "Done, with the file.".to_owned());
            let (window, artifact) = ((at % 3 == 0).then_some(window), shown.then_some(artifact));
            let said = AttestationRecorded { attestation, control, window, performed_on, artifact, note };
            self.say(performed_on, Payload::AttestationRecorded(said))?;
        }
        Ok(())
    }

    /// A run each month, over the year up to its day: the newest counts, the older stay in the ledger.
    fn runs(&mut self, test: &ControlTest) -> Outcome {
        let from = day("2025-01-01")?;
        for month in self.windows(Cadence::Monthly, from) {
            let (run, period) = (numbered(self.number())?, Period::new(from, month.to())?);
            let breaks = |day: Day| u64::from(test.id.as_str().starts_with("root") && day.day() == 17);
            let count = |day| DayCount { day, population: 12, exceptions: breaks(day), recorded_late: 1 };
            let rows: Vec<DayCount> = period.days().map(count).collect();
            let digest = |of: &str| object((&test.id, period, of)).digest;
            let outcome = RunOutcome::Ran {
                population: rows.iter().map(|row| row.population).sum(),
                exceptions: rows.iter().map(|row| row.exceptions).sum(),
                population_digest: digest("population"),
                exceptions_digest: digest("exceptions"),
                population_rows: object(&rows),
                exception_rows: object(&rows),
                days: object(&rows),
            };
            let recorded = RunRecorded {
                run,
                test: test.id.clone(),
                control: test.control.clone(),
                period,
                at: 0,
                catalog: digest("catalog"),
                program: "attestry".to_owned(),
                definition: digest("definition"),
                outcome,
            };
            self.counts.insert(run, rows.into());
            self.say(next(month.to()), Payload::RunRecorded(recorded))?;
        }
        Ok(())
    }

    /// The windows of a cadence that begin on a day or later and are over; none for one without a calendar.
    fn windows(&self, cadence: Cadence, from: Day) -> Vec<Period> {
        let over = |one: &Period| one.to() < self.as_of;
        let mut windows = Vec::new();
        let mut window = window_of(cadence, from);
        while let Some(one) = window.filter(over) {
            windows.push(one);
            window = window_of(cadence, one.to());
        }
        windows
    }
}

fn is_copy(id: &ControlId) -> bool {
    id.as_str().starts_with("SYN-")
}

/// What the procedure says: every other control that no calendar and no test follows is reviewed monthly.
fn cadence(catalog: &Catalog, control: &Control, original: usize) -> Cadence {
    let untested = catalog.tests_of(&control.id).next().is_none();
    let reviewed = untested && !control.cadence.is_periodic() && original.is_multiple_of(2);
    if reviewed { Cadence::Monthly } else { control.cadence }
}
