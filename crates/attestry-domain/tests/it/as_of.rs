//! Decisions count from the day on which they were recorded.

use attestry_domain::assess::{Question, RequirementDesign, assess};
use attestry_domain::catalog::Cadence;
use attestry_domain::command::Command;
use attestry_domain::event::workspace::RequirementScoped;
use attestry_domain::id::ControlId;

use crate::operation::{Q1, complete, tested};
use crate::support::{World, code, day, period};

fn applicable(world: &World, as_of: &str) -> Option<bool> {
    world.assess(as_of, None).controls[&code("CHG-01")].applicable
}

fn scope(world: &mut World, included: bool, reason: &str) {
    let (requirement, reason) = (code("soc2:CC6.1"), reason.to_owned());
    world.say(Command::ScopeRequirement(RequirementScoped { requirement, included, reason }));
}

#[test]
fn whether_a_control_applies_is_what_was_last_decided_by_the_day_asked_about() {
    let mut world = complete();
    world.on("2026-02-10").applies("CHG-01", false);
    world.on("2026-03-10").applies("CHG-01", true);
    let days = ["2025-11-30", "2025-12-01", "2026-02-09", "2026-02-10", "2026-03-09", "2026-03-10"];
    let found = days.map(|day| applicable(&world, day));
    assert_eq!(found, [None, Some(true), Some(true), Some(false), Some(false), Some(true)]);
    let control = &world.programme.controls[&code::<ControlId>("CHG-01")];
    assert_eq!(control.applies(), Some(true), "the newest");
    assert_eq!(control.applicability.as_ref(), control.decisions.last());
}

#[test]
fn a_control_that_did_not_apply_is_no_key_control_on_those_days_only() {
    let mut world = complete();
    world.on("2026-02-10").applies("DET-01", false);
    let key = |as_of| world.requirement("soc2:CC8.1", as_of, Q1).key.len();
    assert_eq!([key("2026-02-09"), key("2026-02-10")], [2, 1]);
}

#[test]
fn a_requirement_is_excluded_from_the_day_it_was_said_to_the_day_it_was_taken_in_again() {
    let mut world = complete();
    world.on("2026-02-10");
    scope(&mut world, false, "no premises");
    world.on("2026-03-10");
    scope(&mut world, true, "an office was rented");
    let excluded = |as_of| {
        let one = world.requirement("soc2:CC6.1", as_of, Q1);
        assert_eq!(one.excluded.is_some(), one.design == RequirementDesign::Excluded);
        one.excluded
    };
    let reason = Some("no premises".to_owned());
    let found = ["2026-02-09", "2026-02-10", "2026-03-09", "2026-03-10"].map(excluded);
    assert_eq!(found, [None, reason.clone(), reason, None]);
    assert!(world.programme.exclusions.is_empty(), "the newest");
}

#[test]
fn a_control_that_stands_in_is_judged_as_of_the_day_asked_about() {
    let mut world = tested();
    world.in_place("DET-01", Cadence::PerEvent, 0, "2025-12-01");
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2026-02-01");
    world.compensate("CHG-01", "DET-01", "2026-01-01..2026-02-01");
    world.on("2026-04-05").applies("DET-01", false);
    let operation = |as_of: &str| {
        let (as_of, through) = (day(as_of), day("2026-03-31"));
        let question = Question { as_of, through, period: Some(period(Q1)) };
        let readiness = assess(&world.programme, &world.catalog, &world.counts, question);
        readiness.controls[&code("CHG-01")].operation.as_ref().unwrap().name()
    };
    assert_eq!(["2026-04-04", "2026-04-05"].map(operation), ["not_tested", "not_in_place"]);
}
