//! Evidence that a run did not see.

use attestry_domain::assess::{Operation, control_version};
use attestry_domain::catalog::{Cadence, Keeping, MappingKind};
use attestry_domain::command::Command;
use attestry_domain::event::Actor;
use attestry_domain::event::ai::AssessmentApproved;
use attestry_domain::role::Role;

use crate::commands::{assessment, system};
use crate::operation::{Q1, complete};
use crate::support::{BEN, CatalogParts, World, catalog, code};

fn words(world: &World, control: &str, days: &str) -> String {
    world.operation(control, "2026-04-01", days).words()
}

#[test]
fn late_records_bear_on_every_day_from_the_first_they_speak_of() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-03-10", 2, 0)]);
    world.records("change", "github", "2026-02-07", "2026-02-08");
    let (before, after) = ("2026-01-01..2026-02-07", "2026-02-09..2026-04-01");
    assert_eq!(words(&world, "CHG-01", before), "no occurrences");
    let stale = "not tested: records of 2026-02-07 arrived after the last run; run the test again";
    assert_eq!(words(&world, "CHG-01", after), stale, "an effect comes after its cause");
    world.run("change-reviewed", after, &[("2026-03-10", 2, 0)]);
    assert_eq!(words(&world, "CHG-01", after), "no exceptions in 2");
}

#[test]
fn late_records_of_a_stream_whose_newest_record_counts_bear_on_all_days() {
    let mut world = complete();
    let stream = world.catalog.streams.get_mut(&code("change")).unwrap();
    stream.keeping = Keeping::Upsert;
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    world.records("change", "github", "2026-03-20", "2026-03-20");
    let stale = "not tested: records of change arrived after the last run; run the test again";
    assert_eq!(words(&world, "CHG-01", "2026-01-01..2026-02-01"), stale);
}

#[test]
fn runs_of_one_batch_do_not_make_one_another_stale() {
    let mut world = governed();
    let at = world.programme.sequence;
    for test in ["change-reviewed", "systems-assessed", "owners-named"] {
        world.run_at(test, Q1, at, &[("2026-02-01", 3, 0)]);
    }
    for control in ["CHG-01", "AII-01", "GOV-01"] {
        assert_eq!(
            world.operation(control, "2026-04-01", Q1),
            Operation::NoExceptions { of: 3 },
            "{control}"
        );
    }
}

#[test]
fn a_test_of_programme_tables_is_stale_once_an_ai_system_or_its_assessment_changed() {
    let changes: [fn(&mut World); 3] = [
        |world| {
            world.say(Command::RegisterSystem(system(41)));
        },
        |world| {
            world.say(Command::SubmitAssessment(assessment(61, None)));
        },
        |world| {
            let note = String::new();
            let approved = AssessmentApproved { assessment: assessment(60, None).assessment, note };
            world.say_as(Actor::Person(BEN), Command::ApproveAssessment(approved)).unwrap();
        },
    ];
    for change in changes {
        let mut world = governed();
        world.run("systems-assessed", Q1, &[("2026-02-01", 3, 0)]);
        let (id, other) = (code("AII-01"), code("CHG-01"));
        let version = |world: &World, id| control_version(&world.programme, &world.catalog, id);
        let (before, apart) = (version(&world, &id), version(&world, &other));
        change(&mut world);
        let stale =
            "not tested: a change of an AI system was recorded after the last run; run the test again";
        assert_eq!(words(&world, "AII-01", Q1), stale);
        assert!(version(&world, &id) > before, "what was kept is judged again");
        assert_eq!(version(&world, &other), apart);
        world.run("systems-assessed", Q1, &[("2026-02-01", 3, 0)]);
        assert_eq!(words(&world, "AII-01", Q1), "no exceptions in 3");
    }
}

/// The same as `complete`, with two controls whose tests read the programme alone, and an assessed AI system.
fn governed() -> World {
    let mapped = |id, cadence| (id, cadence, vec![("soc2:CC8.1", MappingKind::ContributesKey)]);
    let controls = vec![
        mapped("CHG-01", Cadence::PerEvent),
        mapped("AII-01", Cadence::PerEvent),
        mapped("GOV-01", Cadence::PerEvent),
    ];
    let tests = vec![
        ("change-reviewed", "CHG-01", vec!["change"]),
        ("systems-assessed", "AII-01", vec![]),
        ("owners-named", "GOV-01", vec![]),
    ];
    let mut world = World::new(catalog(CatalogParts { controls, tests }), "2025-12-01");
    world.adopt("soc2", &[]);
    for control in ["CHG-01", "AII-01", "GOV-01"] {
        world.in_place(control, Cadence::PerEvent, 0, "2025-12-01");
    }
    world.person(BEN, &[Role::ComplianceLead]);
    world.on("2026-04-02").source("change", "github", "2025-12-01");
    world.covered("change", "github", "2025-12-01..2026-04-02");
    world.say(Command::RegisterSystem(system(40)));
    world.say(Command::SubmitAssessment(assessment(60, None)));
    world
}
