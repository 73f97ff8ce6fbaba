//! Whether the evidence of every day is complete.

use attestry_domain::assess::{CellState, Operation};

use crate::operation::{Q1, complete, tested};
use crate::support::{World, code};
use attestry_domain::catalog::Cadence;

fn ran() -> World {
    let mut world = tested();
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2025-12-01");
    world.on("2026-04-02").run("change-reviewed", Q1, &[]);
    world
}

fn words(world: &World) -> String {
    world.operation("CHG-01", "2026-04-01", Q1).words()
}

#[test]
fn a_stream_without_a_source_is_never_complete() {
    assert_eq!(words(&ran()), "not tested: no change records: the stream has no source");
}

#[test]
fn no_occurrences_needs_every_day_complete() {
    let mut world = ran();
    world.source("change", "github", "2025-12-01");
    world.covered("change", "github", "2026-01-01..2026-02-10");
    world.covered("change", "github", "2026-02-11..2026-04-01");
    assert_eq!(
        words(&world),
        "not tested: change records of github are not known to be complete on 10 Feb 2026"
    );
    world.covered("change", "github", "2026-02-10..2026-02-11");
    assert_eq!(words(&world), "no occurrences");
}

#[test]
fn coverage_may_overlap_and_come_in_any_order() {
    let mut world = ran();
    world.source("change", "github", "2025-12-01");
    for days in [
        "2026-03-01..2026-04-01",
        "2025-12-15..2026-01-20",
        "2026-01-10..2026-03-15",
        "2026-02-01..2026-02-03",
    ] {
        world.covered("change", "github", days);
    }
    assert_eq!(words(&world), "no occurrences");
}

#[test]
fn every_source_declared_has_to_cover_the_day() {
    let mut world = ran();
    for source in ["github", "gitlab"] {
        world.source("change", source, "2025-12-01");
    }
    world.covered("change", "github", Q1);
    world.covered("change", "gitlab", "2026-01-01..2026-03-01");
    let wanted =
        "not tested: change records of gitlab are not known to be complete from 1 Mar 2026 to 31 Mar 2026";
    assert_eq!(words(&world), wanted);
    world.covered("change", "gitlab", "2026-03-01..2026-04-01");
    assert_eq!(words(&world), "no occurrences");
}

#[test]
fn one_source_does_not_cover_for_another() {
    let mut world = ran();
    for source in ["github", "gitlab"] {
        world.source("change", source, "2025-12-01");
    }
    world.covered("change", "github", "2026-01-01..2026-02-15");
    world.covered("change", "gitlab", "2026-02-15..2026-04-01");
    assert!(words(&world).starts_with("not tested"));
}

#[test]
fn a_source_that_starts_later_counts_from_then_on() {
    let mut world = ran();
    world.source("change", "github", "2025-12-01");
    world.source("change", "gitlab", "2026-03-01");
    world.covered("change", "github", Q1);
    world.covered("change", "gitlab", "2026-03-01..2026-04-01");
    assert_eq!(words(&world), "no occurrences");
}

#[test]
fn days_before_the_first_source_are_not_complete() {
    let mut world = ran();
    world.source("change", "github", "2026-01-20");
    world.covered("change", "github", "2026-01-20..2026-04-01");
    assert_eq!(words(&world), "not tested: no source of change counts from 1 Jan 2026 to 19 Jan 2026");
}

#[test]
fn a_source_that_starts_after_the_period_proves_nothing_about_it() {
    let mut world = ran();
    world.source("change", "github", "2026-05-01");
    assert!(words(&world).starts_with("not tested: no source of change counts"));
}

#[test]
fn a_gap_in_any_month_shows_in_that_month() {
    let mut world = ran();
    world.source("change", "github", "2025-12-01");
    world.covered("change", "github", "2026-01-02..2026-02-01");
    world.covered("change", "github", "2026-02-01..2026-03-09");
    world.covered("change", "github", "2026-03-10..2026-04-01");
    let readiness = world.assess("2026-04-01", Some(Q1));
    let strip = &readiness.controls[&code("CHG-01")].strip;
    let states: Vec<CellState> = strip.iter().map(|cell| cell.state).collect();
    assert_eq!(states, [CellState::NotTested, CellState::NoOccurrences, CellState::NotTested]);
}

#[test]
fn only_the_days_up_to_the_date_asked_have_to_be_complete() {
    let mut world = tested();
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2025-12-01");
    world.on("2026-02-02").source("change", "github", "2025-12-01");
    world.covered("change", "github", "2026-01-01..2026-02-01");
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    assert_eq!(world.operation("CHG-01", "2026-01-31", Q1), Operation::NoExceptions { of: 2 });
    assert!(matches!(world.operation("CHG-01", "2026-02-01", Q1), Operation::NotTested { .. }));
}

#[test]
fn a_complete_quarter_without_records_has_no_occurrences() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[]);
    assert_eq!(words(&world), "no occurrences");
}
