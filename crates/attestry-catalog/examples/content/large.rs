//! A catalog whose controls and tests are copied under new ids until there are enough, and a programme that has
//! adopted all of it and lived with it for a year.

use std::error::Error;

use attestry_domain::assess::{Counts, Question};
use attestry_domain::catalog::{Catalog, Control, ControlTest};
use attestry_domain::event::{Actor, Event, Payload};
use attestry_domain::id::ControlId;
use attestry_domain::programme::Programme;
use attestry_domain::time::day;

use crate::history::{History, person};

/// All that an assessment is made from.
pub(crate) struct Large {
    pub(crate) catalog: Catalog,
    pub(crate) programme: Programme,
    pub(crate) counts: Counts,
    pub(crate) question: Question,
}

impl Large {
    /// A programme of so many controls, over the year 2025.
    pub(crate) fn new(content: &Catalog, controls: usize) -> Result<Self, Box<dyn Error>> {
        let catalog = enlarged(content, controls)?;
        let period = "2025-01-01..2026-01-01".parse()?;
        let (as_of, through) = (day("2026-01-31")?, day("2026-01-30")?);
        let history = History::of(&catalog, as_of)?;
        let (mut programme, counts) = (Programme::default(), history.counts);
        for (sequence, (recorded_at, mut payload)) in (1..).zip(history.events) {
            if let Payload::RunRecorded(run) = &mut payload {
                run.at = programme.sequence;
            }
            let actor = Actor::Person(person()?);
            programme.apply(&Event { sequence, recorded_at, actor, payload: Some(payload) })?;
        }
        Ok(Self { catalog, programme, counts, question: Question { as_of, through, period: Some(period) } })
    }
}

/// A catalog with copies of its controls: same mappings, and a copy of each test.
fn enlarged(content: &Catalog, controls: usize) -> Result<Catalog, Box<dyn Error>> {
    let originals: Vec<&Control> = content.controls.values().collect();
    let mut all: Vec<Control> = originals.iter().copied().cloned().collect();
    let mut tests: Vec<ControlTest> = content.tests.values().cloned().collect();
    let copies = originals.iter().cycle().take(controls.saturating_sub(originals.len()));
    for (at, original) in (1..).zip(copies) {
        let id: ControlId = format!("SYN-{at:04}").parse()?;
        for test in content.tests_of(&original.id) {
            let copy = format!("{}-{at:04}", test.id).parse()?;
            tests.push(ControlTest { id: copy, control: id.clone(), ..test.clone() });
        }
        all.push(Control { id, ..(*original).clone() });
    }
    let requirements = |id| content.requirements_of(id).cloned().collect();
    let frameworks = content.frameworks.iter().map(|(id, one)| (one.clone(), requirements(id))).collect();
    let digest = content.digest.ok_or("the catalog has no digest")?;
    let streams = content.streams.values().cloned().collect();
    let catalog = Catalog::new(digest, frameworks, all, tests, streams);
    Ok(catalog.with_crosswalks(content.crosswalks.clone()))
}
