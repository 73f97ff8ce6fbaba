//! What a cadence expects, and what became of it.

use attestry_domain::assess::{
    Occurrence, OccurrenceState, Operation, Question, RECORDING_DELAY_DAYS, assess, expected_occurrences,
    occurrences, window_of,
};
use attestry_domain::catalog::Cadence;
use attestry_domain::id::ControlId;

use crate::support::{World, code, day, one_control, period};

fn performing(cadence: Cadence, grace_days: u16) -> World {
    let mut world = World::new(one_control(cadence), "2024-12-01");
    world.adopt("soc2", &[]);
    world.in_place("CHG-01", cadence, grace_days, "2024-12-01");
    world
}

/// `window due` of all expected in a period.
fn expected(world: &World, days: &str) -> Vec<String> {
    let expected =
        expected_occurrences(&world.programme.controls[&code::<ControlId>("CHG-01")], period(days));
    expected.into_iter().map(|one| format!("{} {}", one.window, one.due_on)).collect()
}

/// What became of them while the day asked about is still running.
fn became(world: &World, days: &str, as_of: &str) -> Vec<Occurrence> {
    let (control, as_of) = (&world.programme.controls[&code::<ControlId>("CHG-01")], day(as_of));
    occurrences(control, period(days), as_of, as_of.yesterday().unwrap())
}

fn states(world: &World, days: &str, as_of: &str) -> Vec<OccurrenceState> {
    became(world, days, as_of).into_iter().map(|one| one.state).collect()
}

#[test]
fn months_end_where_the_calendar_ends_them() {
    let world = performing(Cadence::Monthly, 0);
    let wanted = [
        "2025-01-01..2025-02-01 2025-01-31",
        "2025-02-01..2025-03-01 2025-02-28",
        "2025-03-01..2025-04-01 2025-03-31",
    ];
    assert_eq!(expected(&world, "2025-01-01..2025-04-01"), wanted);
    assert_eq!(window_of(Cadence::Monthly, day("2024-02-29")), Some(period("2024-02-01..2024-03-01")));
}

#[test]
fn weeks_begin_on_monday_also_across_a_new_year() {
    let world = performing(Cadence::Weekly, 0);
    // 29 December 2025 is a Monday.
    let wanted = ["2025-12-22..2025-12-29 2025-12-28", "2025-12-29..2026-01-05 2026-01-04"];
    assert_eq!(expected(&world, "2025-12-28..2026-01-05"), wanted);
}

#[test]
fn days_quarters_halves_and_years_are_those_of_the_calendar() {
    let world = performing(Cadence::Daily, 0);
    assert_eq!(expected(&world, "2025-02-27..2025-03-02").len(), 3);
    let wanted = ["2025-01-01..2025-04-01 2025-03-31", "2025-04-01..2025-07-01 2025-06-30"];
    assert_eq!(expected(&performing(Cadence::Quarterly, 0), "2025-01-01..2025-07-01"), wanted);
    let wanted = ["2025-01-01..2025-07-01 2025-06-30", "2025-07-01..2026-01-01 2025-12-31"];
    assert_eq!(expected(&performing(Cadence::SemiAnnual, 0), "2025-01-01..2026-01-01"), wanted);
    let wanted = ["2025-01-01..2026-01-01 2025-12-31"];
    assert_eq!(expected(&performing(Cadence::Annual, 0), "2025-01-01..2026-01-01"), wanted);
}

#[test]
fn continuous_and_per_event_controls_expect_nothing_by_the_calendar() {
    for cadence in [Cadence::Continuous, Cadence::PerEvent] {
        assert!(expected(&performing(cadence, 0), "2025-01-01..2026-01-01").is_empty());
        assert_eq!(window_of(cadence, day("2025-01-01")), None);
    }
}

#[test]
fn an_occurrence_belongs_to_the_period_in_which_it_falls_due() {
    let world = performing(Cadence::Quarterly, 10);
    assert_eq!(expected(&world, "2025-01-01..2025-04-01"), ["2024-10-01..2025-01-01 2025-01-10"]);
    assert_eq!(expected(&world, "2025-04-01..2025-07-01"), ["2025-01-01..2025-04-01 2025-04-10"]);
    assert_eq!(expected(&world, "2025-04-11..2025-07-10"), Vec::<String>::new());
    assert_eq!(expected(&world, "2025-04-11..2025-07-11"), ["2025-04-01..2025-07-01 2025-07-10"]);
}

#[test]
fn the_longest_grace_of_an_annual_control_is_not_lost() {
    let world = performing(Cadence::Annual, 366);
    assert_eq!(expected(&world, "2026-12-31..2027-01-03"), ["2025-01-01..2026-01-01 2027-01-01"]);
}

#[test]
fn each_window_is_judged_by_the_procedure_in_force_when_it_closed() {
    let mut world = performing(Cadence::Monthly, 0);
    world.on("2025-03-15").procedure("CHG-01", Cadence::Quarterly, 5, "2025-03-15");
    let wanted = [
        "2025-01-01..2025-02-01 2025-01-31",
        "2025-01-01..2025-04-01 2025-04-05",
        "2025-02-01..2025-03-01 2025-02-28",
        "2025-04-01..2025-07-01 2025-07-05",
    ];
    assert_eq!(expected(&world, "2025-01-01..2025-08-01"), wanted);
}

#[test]
fn a_window_that_closed_without_a_procedure_expects_nothing() {
    let world = performing(Cadence::Monthly, 0);
    let wanted = ["2024-12-01..2025-01-01 2024-12-31"];
    assert_eq!(expected(&world, "2024-06-01..2025-01-01"), wanted);
}

#[test]
fn performed_by_the_due_day_is_met_and_a_day_later_is_late_and_both_count() {
    let mut world = performing(Cadence::Monthly, 5);
    world.done("CHG-01", "2025-01-05");
    world.done("CHG-01", "2025-02-05");
    world.done("CHG-01", "2025-03-06");
    let found = became(&world, "2025-02-01..2025-03-31", "2025-03-31");
    let states: Vec<_> = found.iter().map(|one| one.state).collect();
    assert_eq!(states, [OccurrenceState::Met, OccurrenceState::Late]);
    let operation = world.operation("CHG-01", "2025-03-31", "2025-02-01..2025-04-01");
    assert_eq!(operation, Operation::Exceptions { n: 1, of: 2 });
}

#[test]
fn nothing_performed_is_not_yet_due_until_the_due_day_is_over_and_then_missed() {
    let world = performing(Cadence::Monthly, 5);
    assert_eq!(states(&world, "2025-02-01..2025-03-01", "2025-02-05"), [OccurrenceState::NotYetDue]);
    assert_eq!(states(&world, "2025-02-01..2025-03-01", "2025-02-06"), [OccurrenceState::Missed]);
}

#[test]
fn performed_after_it_was_missed_is_late_however_late() {
    let mut world = performing(Cadence::Annual, 0);
    assert_eq!(states(&world, "2025-12-01..2026-01-01", "2026-08-01"), [OccurrenceState::Missed]);
    world.on("2026-09-01").attest("CHG-01", Some("2025-01-01..2026-01-01"), "2026-09-01", true);
    assert_eq!(states(&world, "2025-12-01..2026-01-01", "2026-09-01"), [OccurrenceState::Late]);
    assert_eq!(
        states(&world, "2025-12-01..2026-01-01", "2026-08-31"),
        [OccurrenceState::Missed],
        "as of the day before"
    );
}

#[test]
fn a_statement_without_a_file_is_evidence_missing_and_not_tested() {
    let mut world = performing(Cadence::Quarterly, 10);
    world.done("CHG-01", "2025-01-02");
    world.on("2025-04-02").attest("CHG-01", None, "2025-04-02", false);
    assert_eq!(states(&world, "2025-04-01..2025-07-01", "2025-06-30"), [OccurrenceState::EvidenceMissing]);
    let operation = world.operation("CHG-01", "2025-06-30", "2025-04-01..2025-07-01");
    assert_eq!(operation.words(), "not tested: no file shows the occurrence from 1 Jan 2025 to 31 Mar 2025");
}

#[test]
fn a_late_statement_without_a_file_stays_an_exception() {
    let mut world = performing(Cadence::Quarterly, 0);
    world.on("2025-04-02").attest("CHG-01", Some("2025-01-01..2025-04-01"), "2025-04-02", false);
    assert_eq!(states(&world, "2025-03-01..2025-04-01", "2025-06-30"), [OccurrenceState::Late]);
}

#[test]
fn a_file_given_for_the_same_window_later_mends_missing_evidence() {
    let mut world = performing(Cadence::Quarterly, 10);
    let window = Some("2025-01-01..2025-04-01");
    world.on("2025-04-02").attest("CHG-01", window, "2025-04-02", false);
    world.on("2025-04-03").attest("CHG-01", window, "2025-04-02", true);
    assert_eq!(states(&world, "2025-04-01..2025-07-01", "2025-06-30"), [OccurrenceState::Met]);
}

#[test]
fn recorded_late_is_something_else_than_done_late() {
    let mut world = performing(Cadence::Quarterly, 10);
    let window = Some("2025-01-01..2025-04-01");
    world.on("2025-04-20").attest("CHG-01", window, "2025-04-05", true);
    let found = became(&world, "2025-04-01..2025-07-01", "2025-06-30");
    assert_eq!(found[0].state, OccurrenceState::Met);
    assert!(found[0].recorded_late());
    assert_eq!(
        (found[0].performed_on, found[0].recorded_on),
        (Some(day("2025-04-05")), Some(day("2025-04-20")))
    );
    let mut prompt = performing(Cadence::Quarterly, 10);
    prompt.on("2025-04-27").attest("CHG-01", window, "2025-04-13", true);
    let found = became(&prompt, "2025-04-01..2025-07-01", "2025-06-30");
    assert_eq!(found[0].state, OccurrenceState::Late);
    assert!(!found[0].recorded_late(), "{RECORDING_DELAY_DAYS} days are usual");
}

#[test]
fn an_act_serves_one_window_only_and_the_oldest_unserved_that_closed_before_it() {
    let mut world = performing(Cadence::Monthly, 0);
    let december = world.done("CHG-01", "2025-01-10");
    let january = world.done("CHG-01", "2025-03-10");
    let found = became(&world, "2024-12-01..2025-04-01", "2025-04-01");
    let served: Vec<_> = found.iter().map(|one| one.attestation).collect();
    assert_eq!(served, [Some(december), Some(january), None, None]);
    let states: Vec<_> = found.iter().map(|one| one.state).collect();
    assert_eq!(
        states,
        [OccurrenceState::Late, OccurrenceState::Late, OccurrenceState::Missed, OccurrenceState::Missed]
    );
}

#[test]
fn when_all_closed_windows_are_served_an_act_serves_the_one_it_lies_in() {
    let mut world = performing(Cadence::Monthly, 0);
    for on in ["2024-12-20", "2025-01-20", "2025-02-20"] {
        world.done("CHG-01", on);
    }
    assert_eq!(states(&world, "2024-12-01..2025-03-01", "2025-03-01"), [OccurrenceState::Met; 3]);
    world.done("CHG-01", "2025-02-21");
    assert_eq!(
        states(&world, "2025-03-01..2025-04-01", "2025-03-15"),
        [OccurrenceState::NotYetDue],
        "the fourth serves none"
    );
}

#[test]
fn an_act_that_names_its_window_serves_that_one() {
    let mut world = performing(Cadence::Monthly, 0);
    world.on("2025-02-15").attest("CHG-01", Some("2025-02-01..2025-03-01"), "2025-02-15", true);
    let wanted = [OccurrenceState::Missed, OccurrenceState::Missed, OccurrenceState::Met];
    assert_eq!(states(&world, "2024-12-01..2025-03-01", "2025-03-01"), wanted);
}

#[test]
fn which_window_an_act_serves_does_not_depend_on_the_period_asked() {
    let mut world = performing(Cadence::Monthly, 0);
    for month in ["2028-01-10", "2028-02-10", "2028-03-10"] {
        world.done("CHG-01", month);
    }
    let whole = became(&world, "2024-12-01..2028-04-01", "2028-04-01");
    let part = became(&world, "2028-01-01..2028-04-01", "2028-04-01");
    assert_eq!(whole[whole.len() - part.len()..], part[..]);
}

#[test]
fn a_missed_month_stays_missed_when_the_procedure_becomes_per_event() {
    let mut world = performing(Cadence::Monthly, 0);
    let before = world.operation("CHG-01", "2025-03-15", "2025-01-01..2025-04-01");
    world.on("2025-03-20").procedure("CHG-01", Cadence::PerEvent, 0, "2025-03-20");
    let after = world.operation("CHG-01", "2025-03-31", "2025-01-01..2025-04-01");
    assert_eq!(before, Operation::Exceptions { n: 2, of: 2 });
    assert_eq!(after, before);
}

#[test]
fn days_under_a_per_event_procedure_without_a_test_are_not_tested() {
    let mut world = performing(Cadence::PerEvent, 0);
    world.on("2025-03-01").procedure("CHG-01", Cadence::Monthly, 0, "2025-03-01");
    world.done("CHG-01", "2025-03-20");
    let operation = world.operation("CHG-01", "2025-03-31", "2025-01-01..2025-04-01");
    assert_eq!(operation.words(), "not tested: no control test reads the occurrences of this control");
    let operation = world.operation("CHG-01", "2025-03-31", "2025-03-01..2025-04-01");
    assert_eq!(operation, Operation::NoExceptions { of: 1 });
}

#[test]
fn what_falls_due_on_the_last_day_of_a_period_is_missed_once_that_day_is_over() {
    let mut world = performing(Cadence::Quarterly, 0);
    for on in ["2025-01-05", "2025-03-20", "2025-06-20", "2025-09-20"] {
        world.done("CHG-01", on);
    }
    let operation = world.operation("CHG-01", "2025-12-31", "2025-01-01..2026-01-01");
    assert_eq!(operation, Operation::Exceptions { n: 1, of: 4 });
}

#[test]
fn an_act_of_the_day_still_running_counts_and_what_is_due_on_it_is_not_missed() {
    let mut world = performing(Cadence::Quarterly, 0);
    world.done("CHG-01", "2025-01-05");
    let asked = |world: &World| {
        let (as_of, through) = (day("2025-03-31"), day("2025-03-30"));
        let question = Question { as_of, through, period: Some(period("2025-01-01..2026-01-01")) };
        let readiness = assess(&world.programme, &world.catalog, &world.counts, question);
        readiness.controls[&code("CHG-01")].occurrences[0].state
    };
    assert_eq!(asked(&world), OccurrenceState::NotYetDue);
    world.done("CHG-01", "2025-03-31");
    assert_eq!(asked(&world), OccurrenceState::Met);
}
