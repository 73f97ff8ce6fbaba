//! A control over a period: the first rule that applies.

use attestry_domain::assess::{CellState, Operation, control_version};
use attestry_domain::catalog::{Cadence, MappingKind};
use attestry_domain::id::ControlId;
use proptest::prelude::*;

use crate::support::{CatalogParts, World, catalog, code, period};

pub const Q1: &str = "2026-01-01..2026-04-01";

/// CHG-01 tested over stream `change`, DET-01 tested over stream `review`; both per event, both key to CC8.1.
/// SUP-01 is mapped to nothing.
pub fn tested() -> World {
    let mapped = |id| (id, Cadence::PerEvent, vec![("soc2:CC8.1", MappingKind::ContributesKey)]);
    let tests =
        vec![("change-reviewed", "CHG-01", vec!["change"]), ("changes-watched", "DET-01", vec!["review"])];
    let controls = vec![mapped("CHG-01"), mapped("DET-01"), ("SUP-01", Cadence::Quarterly, vec![])];
    let catalog = catalog(CatalogParts { controls, tests });
    let mut world = World::new(catalog, "2025-12-01");
    world.adopt("soc2", &[]);
    world
}

/// The same, in place since December, with complete evidence of the first quarter.
pub fn complete() -> World {
    let mut world = tested();
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2025-12-01");
    world.in_place("DET-01", Cadence::PerEvent, 0, "2025-12-01");
    world.on("2026-04-02");
    for stream in ["change", "review"] {
        world.source(stream, "github", "2025-12-01");
        world.covered(stream, "github", "2025-12-01..2026-04-02");
    }
    world
}

pub fn rank(operation: &Operation) -> u8 {
    match operation {
        Operation::NoExceptions { .. } => 0,
        Operation::NoOccurrences => 1,
        Operation::NotTested { .. } => 2,
        Operation::Exceptions { .. } => 3,
        Operation::NotInPlace { .. } => 4,
    }
}

fn chg(world: &World) -> Operation {
    world.operation("CHG-01", "2026-04-01", Q1)
}

#[test]
fn the_first_rule_that_applies_decides() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[]);
    assert_eq!(chg(&world), Operation::NoOccurrences);
    world.run("change-reviewed", Q1, &[("2026-02-03", 4, 0)]);
    assert_eq!(chg(&world), Operation::NoExceptions { of: 4 });
    world.run("change-reviewed", Q1, &[("2026-02-03", 4, 1)]);
    assert_eq!(chg(&world), Operation::Exceptions { n: 1, of: 4 });
    let late = "2025-11-01..2026-04-01";
    assert!(matches!(world.operation("CHG-01", "2026-04-01", late), Operation::NotInPlace { .. }));
    world.source("change", "gitlab", "2026-01-01");
    assert_eq!(chg(&world), Operation::Exceptions { n: 1, of: 4 }, "exceptions say more than gaps");
    world.run("change-reviewed", Q1, &[("2026-02-03", 4, 0)]);
    assert!(matches!(chg(&world), Operation::NotTested { .. }), "a gap says more than no exceptions");
}

#[test]
fn a_period_that_has_not_begun_is_not_tested() {
    let world = complete();
    let operation = world.operation("CHG-01", "2025-12-31", Q1);
    assert_eq!(operation.words(), "not tested: the period begins on 2026-01-01");
}

#[test]
fn a_per_event_control_without_a_test_is_not_tested() {
    let mut world = World::new(crate::support::one_control(Cadence::PerEvent), "2025-12-01");
    world.adopt("soc2", &[]);
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2025-12-01");
    assert!(matches!(chg(&world), Operation::NotTested { .. }));
}

#[test]
fn a_periodic_control_of_which_nothing_fell_due_is_not_green() {
    let mut world = World::new(crate::support::one_control(Cadence::Annual), "2025-12-01");
    world.adopt("soc2", &[]);
    world.in_place("CHG-01", Cadence::Annual, 0, "2025-12-01");
    assert!(!matches!(chg(&world), Operation::NoExceptions { .. }));
}

#[test]
fn a_predecessor_in_place_covers_the_days_before() {
    let mut world = tested();
    world.in_place("DET-01", Cadence::PerEvent, 0, "2025-12-01");
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2026-02-10");
    assert_eq!(chg(&world), Operation::NotInPlace { days: period("2026-01-01..2026-02-10") });
    world.compensate("CHG-01", "DET-01", "2026-01-01..2026-02-05");
    assert_eq!(chg(&world), Operation::NotInPlace { days: period("2026-02-05..2026-02-10") });
    world.compensate("CHG-01", "DET-01", "2026-02-05..2026-03-01");
    assert!(matches!(chg(&world), Operation::NotTested { .. }));
}

#[test]
fn a_predecessor_covers_only_days_on_which_it_was_in_place_itself() {
    let mut world = tested();
    world.in_place("DET-01", Cadence::PerEvent, 0, "2026-01-20");
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2026-02-10");
    world.compensate("CHG-01", "DET-01", Q1);
    assert_eq!(chg(&world), Operation::NotInPlace { days: period("2026-01-01..2026-01-20") });
}

#[test]
fn a_predecessor_that_does_not_apply_covers_nothing() {
    let mut world = tested();
    world.in_place("DET-01", Cadence::PerEvent, 0, "2025-12-01");
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2026-02-10");
    world.compensate("CHG-01", "DET-01", Q1);
    world.applies("DET-01", false);
    assert!(matches!(chg(&world), Operation::NotInPlace { .. }));
}

#[test]
fn every_uncovered_stretch_shows_in_the_strip() {
    let mut world = tested();
    world.in_place("DET-01", Cadence::PerEvent, 0, "2025-12-01");
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2026-04-01");
    world.compensate("CHG-01", "DET-01", "2026-02-01..2026-03-01");
    let readiness = world.assess("2026-04-01", Some(Q1));
    let states: Vec<CellState> =
        readiness.controls[&code("CHG-01")].strip.iter().map(|cell| cell.state).collect();
    assert_eq!(states, [CellState::NotInPlace, CellState::NotTested, CellState::NotInPlace]);
}

#[test]
fn months_to_come_are_not_yet_due() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    let readiness = world.assess("2026-02-28", Some(Q1));
    let strip = &readiness.controls[&code("CHG-01")].strip;
    let states: Vec<CellState> = strip.iter().map(|cell| cell.state).collect();
    assert_eq!(states, [CellState::Met, CellState::NoOccurrences, CellState::NotYetDue]);
}

#[test]
fn the_version_of_a_control_moves_with_everything_its_assessment_rests_on() {
    let mut world = complete();
    let id: ControlId = code("CHG-01");
    let version = |world: &World| control_version(&world.programme, &world.catalog, &id);
    let mut last = version(&world);
    let mut moved = |world: &World, what: &str| {
        assert!(version(world) > last, "{what}");
        last = version(world);
    };
    world.records("change", "github", "2026-01-03", "2026-01-03");
    moved(&world, "records");
    world.run("change-reviewed", Q1, &[]);
    moved(&world, "a run");
    world.compensate("CHG-01", "DET-01", Q1);
    moved(&world, "a compensation");
    world.applies("DET-01", false);
    moved(&world, "the compensating control");
}

proptest! {
    #[test]
    fn adding_an_exception_never_improves_a_control(
        days in prop::collection::vec((1_u8..=28, 1_u8..=3, 0_u64..4, 0_u64..4), 0..5),
        (on, month) in (1_u8..=28, 1_u8..=3),
        covered in any::<bool>(),
        in_place in any::<bool>(),
        run_to in 1_u8..=3,
    ) {
        let mut world = if covered { complete() } else { tested() };
        if !covered && in_place {
            world.in_place("CHG-01", Cadence::PerEvent, 0, "2025-12-01");
            world.on("2026-04-02");
        }
        world.on("2026-04-02");
        let run_days = format!("2026-01-01..2026-{:02}-01", run_to + 1);
        let mut found: Vec<(String, u64, u64)> = Vec::new();
        for (day, month, of, n) in days {
            let on = format!("2026-{month:02}-{day:02}");
            found.retain(|one| one.0 != on);
            found.push((on, of.max(n), n));
        }
        let run = |world: &World, found: &[(String, u64, u64)]| {
            let mut world = world.clone();
            let found: Vec<_> = found.iter().map(|(on, of, n)| (on.as_str(), *of, *n)).collect();
            world.run("change-reviewed", &run_days, &found);
            chg(&world)
        };
        let before = run(&world, &found);
        let more = format!("2026-{month:02}-{on:02}");
        let known = found.iter().find(|one| one.0 == more).cloned().unwrap_or((more.clone(), 0, 0));
        found.retain(|one| one.0 != more);
        found.push((more, known.1 + 1, known.2 + 1));
        let after = run(&world, &found);
        prop_assert!(rank(&after) >= rank(&before), "{before:?} became {after:?}");
    }
}
