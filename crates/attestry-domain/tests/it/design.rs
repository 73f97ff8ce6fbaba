//! Design at a date, and in place over the days of a period.

use attestry_domain::assess::{Design, DesignLevel, Operation};
use attestry_domain::catalog::Cadence;
use attestry_domain::id::ControlId;

use crate::support::{ANA, World, code, day, one_control, period};

fn design(world: &World, as_of: &str) -> Design {
    Design::of(&world.programme.controls[&code::<ControlId>("CHG-01")], day(as_of))
}

fn adopted() -> World {
    let mut world = World::new(one_control(Cadence::Quarterly), "2026-01-01");
    world.adopt("soc2", &[]);
    world
}

#[test]
fn a_control_climbs_from_documented_over_designed_to_implemented() {
    let mut world = adopted();
    world.on("2026-01-02").own("CHG-01", ANA);
    world.procedure("CHG-01", Cadence::Quarterly, 0, "2026-01-05");
    world.on("2026-01-08").rationale("CHG-01");
    world.on("2026-01-20").walkthrough("CHG-01", "2026-01-12");
    let level = |as_of| design(&world, as_of).level;
    assert_eq!(level("2026-01-04"), DesignLevel::NotDocumented);
    assert_eq!(level("2026-01-05"), DesignLevel::Documented);
    assert_eq!(level("2026-01-08"), DesignLevel::Designed);
    assert_eq!(level("2026-01-11"), DesignLevel::Designed);
    assert_eq!(level("2026-01-12"), DesignLevel::Implemented);
    let design = design(&world, "2026-02-01");
    assert_eq!(design.documented_since, Some(day("2026-01-05")));
    assert_eq!(design.designed_since, Some(day("2026-01-08")));
    assert_eq!(design.implemented_since, Some(day("2026-01-12")));
    assert!(design.missing.is_empty());
}

#[test]
fn an_owner_alone_or_a_procedure_not_approved_documents_nothing() {
    let mut world = adopted();
    world.own("CHG-01", ANA);
    let command =
        attestry_domain::command::Command::WriteProcedure(attestry_domain::event::ProcedureWritten {
            control: code("CHG-01"),
            text: attestry_domain::id::Digest::of(b"text"),
            cadence: Cadence::Quarterly,
            grace_days: 0,
        });
    world.say(command);
    let design = design(&world, "2026-02-01");
    assert_eq!(design.level, DesignLevel::NotDocumented);
    let missing =
        ["an approved procedure", "a recorded reason why it meets its risk", "a walked-through instance"];
    assert_eq!(design.missing, missing);
}

#[test]
fn a_walkthrough_before_the_procedure_makes_it_implemented_when_designed() {
    let mut world = adopted();
    world.on("2026-01-10").walkthrough("CHG-01", "2026-01-03");
    world.own("CHG-01", ANA);
    world.procedure("CHG-01", Cadence::Quarterly, 0, "2026-01-10");
    world.on("2026-01-15").rationale("CHG-01");
    assert_eq!(design(&world, "2026-02-01").implemented_since, Some(day("2026-01-15")));
}

#[test]
fn days_of_a_period_before_a_control_was_implemented_are_not_in_place_from_to() {
    let mut world = adopted();
    world.in_place("CHG-01", Cadence::Quarterly, 0, "2026-02-10");
    let operation = world.operation("CHG-01", "2026-06-30", "2026-01-15..2026-07-01");
    assert_eq!(operation, Operation::NotInPlace { days: period("2026-01-15..2026-02-10") });
    assert_eq!(operation.words(), "not in place from 15 Jan 2026 to 9 Feb 2026");
    let later = world.operation("CHG-01", "2026-06-30", "2026-02-10..2026-07-01");
    assert!(!matches!(later, Operation::NotInPlace { .. }), "{later:?}");
}
