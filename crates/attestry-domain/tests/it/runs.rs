//! Runs of tests: the newest of each day counts.

use attestry_domain::assess::Operation;
use attestry_domain::catalog::{Cadence, MappingKind};
use attestry_domain::event::test::RunOutcome;

use crate::operation::{Q1, complete};
use crate::support::{CatalogParts, World, catalog, code};

fn chg(world: &World) -> Operation {
    world.operation("CHG-01", "2026-04-01", Q1)
}

#[test]
fn the_newest_run_of_each_day_counts() {
    let mut world = complete();
    let first = world.run("change-reviewed", Q1, &[("2026-01-10", 2, 1), ("2026-03-10", 5, 1)]);
    let second = world.run("change-reviewed", "2026-03-01..2026-04-01", &[("2026-03-10", 6, 2)]);
    assert_eq!(chg(&world), Operation::Exceptions { n: 3, of: 8 });
    let readiness = world.assess("2026-04-01", Some(Q1));
    let test = &readiness.controls[&code("CHG-01")].tests[0];
    assert_eq!(test.runs, [second, first]);
}

#[test]
fn a_run_replaced_on_all_its_days_counts_no_more() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 1)]);
    let second = world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    assert_eq!(chg(&world), Operation::NoExceptions { of: 2 });
    let readiness = world.assess("2026-04-01", Some(Q1));
    assert_eq!(readiness.controls[&code("CHG-01")].tests[0].runs, [second]);
}

#[test]
fn counts_outside_the_period_asked_do_not_count() {
    let mut world = complete();
    world.run("change-reviewed", "2025-12-01..2026-04-01", &[("2025-12-31", 3, 3), ("2026-01-01", 1, 0)]);
    assert_eq!(chg(&world), Operation::NoExceptions { of: 1 });
}

#[test]
fn without_a_run_a_control_is_not_tested() {
    assert_eq!(chg(&complete()).words(), "not tested: the test has not run");
}

#[test]
fn days_that_no_run_looked_at_are_not_tested() {
    let mut world = complete();
    world.run("change-reviewed", "2026-01-01..2026-03-01", &[("2026-01-10", 2, 0)]);
    let words = "not tested: no run of the test covers the days from 1 Mar 2026 to 31 Mar 2026";
    assert_eq!(chg(&world).words(), words);
}

#[test]
fn a_run_that_could_not_run_says_why() {
    let mut world = complete();
    let at = world.programme.sequence;
    let reason = "the column `merged_at` is missing".to_owned();
    world.run_of("change-reviewed", Q1, at, RunOutcome::NotTested { reason });
    assert_eq!(chg(&world).words(), "not tested: the column `merged_at` is missing");
}

#[test]
fn a_later_run_that_could_not_run_leaves_the_exceptions_that_were_found_and_hides_nothing() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 1)]);
    let at = world.programme.sequence;
    world.run_of("change-reviewed", Q1, at, RunOutcome::NotTested { reason: "a file is damaged".to_owned() });
    assert_eq!(chg(&world), Operation::Exceptions { n: 1, of: 2 });

    let mut clean = complete();
    clean.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    let at = clean.programme.sequence;
    clean.run_of("change-reviewed", Q1, at, RunOutcome::NotTested { reason: "a file is damaged".to_owned() });
    assert_eq!(chg(&clean).words(), "not tested: a file is damaged");
}

#[test]
fn a_run_whose_counts_are_not_at_hand_tests_nothing() {
    let mut world = complete();
    let run = world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    world.counts.clear();
    assert_eq!(chg(&world).words(), format!("not tested: the counts of run {run} are not at hand"));
}

#[test]
fn records_that_arrive_after_the_last_run_make_the_day_not_tested() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    world.records("change", "github", "2026-02-07", "2026-02-08");
    let words = "not tested: records of 2026-02-07 arrived after the last run; run the test again";
    assert_eq!(chg(&world).words(), words);
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0), ("2026-02-07", 3, 0)]);
    assert_eq!(chg(&world), Operation::NoExceptions { of: 5 });
}

#[test]
fn records_that_arrive_between_reading_and_recording_a_run_make_the_day_not_tested() {
    let mut world = complete();
    let read_at = world.programme.sequence;
    world.records("change", "github", "2026-02-07", "2026-02-07");
    world.run_at("change-reviewed", Q1, read_at, &[("2026-01-10", 2, 0)]);
    assert!(matches!(chg(&world), Operation::NotTested { .. }));
}

#[test]
fn a_second_run_from_the_first_day_that_changed_is_enough() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    world.records("change", "github", "2026-02-07", "2026-02-08");
    world.run("change-reviewed", "2026-02-07..2026-03-01", &[("2026-02-07", 3, 0)]);
    assert!(matches!(chg(&world), Operation::NotTested { .. }), "what happened in February bears on March");
    world.run("change-reviewed", "2026-02-07..2026-04-01", &[("2026-02-07", 3, 0)]);
    assert_eq!(chg(&world), Operation::NoExceptions { of: 5 });
}

#[test]
fn records_of_later_days_or_other_streams_leave_a_run_alone() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[("2026-01-10", 2, 0)]);
    world.records("change", "github", "2026-04-01", "2026-04-01");
    world.records("review", "github", "2026-01-10", "2026-01-10");
    assert_eq!(chg(&world), Operation::NoExceptions { of: 2 });
}

#[test]
fn a_run_has_not_looked_at_days_that_had_not_come() {
    let mapped = ("GOV-01", Cadence::Continuous, vec![("iso42001:4.1", MappingKind::Satisfies)]);
    let catalog =
        catalog(CatalogParts { controls: vec![mapped], tests: vec![("owners-named", "GOV-01", vec![])] });
    let mut world = World::new(catalog, "2025-12-01");
    world.adopt("iso42001", &[]);
    world.in_place("GOV-01", Cadence::Continuous, 0, "2025-12-01");
    world.on("2026-02-15").run("owners-named", Q1, &[("2026-02-01", 9, 0)]);
    let then = world.operation("GOV-01", "2026-02-15", Q1);
    assert_eq!(then, Operation::NoExceptions { of: 9 });
    let words = "not tested: no run of the test covers the days from 16 Feb 2026 to 31 Mar 2026";
    assert_eq!(world.operation("GOV-01", "2026-04-01", Q1).words(), words);
}

#[test]
fn a_test_of_the_programme_alone_knows_nothing_of_days_before_it_began() {
    let mapped = ("GOV-01", Cadence::Continuous, vec![("iso42001:4.1", MappingKind::Satisfies)]);
    let tests = vec![("owners-named", "GOV-01", vec![])];
    let catalog = catalog(CatalogParts {
        controls: vec![mapped.clone(), ("OLD-01", Cadence::Continuous, vec![])],
        tests,
    });
    let mut world = World::new(catalog, "2026-01-15");
    world.adopt("iso42001", &[]);
    world.in_place("GOV-01", Cadence::Continuous, 0, "2026-01-15");
    world.on("2026-04-01").run("owners-named", Q1, &[("2026-02-01", 9, 0)]);
    let readiness = world.assess("2026-04-01", Some(Q1));
    let gaps = &readiness.controls[&code("GOV-01")].tests[0].gaps;
    assert_eq!(gaps, &["the programme has no records from 1 Jan 2026 to 14 Jan 2026"]);
}

#[test]
fn counts_beyond_what_a_number_holds_do_not_break() {
    let mut world = complete();
    world.run("change-reviewed", "2026-01-01..2026-02-01", &[("2026-01-10", u64::MAX, 1)]);
    world.run("change-reviewed", "2026-02-01..2026-04-01", &[("2026-02-10", u64::MAX, u64::MAX)]);
    assert_eq!(chg(&world), Operation::Exceptions { n: u64::MAX, of: u64::MAX });
}
