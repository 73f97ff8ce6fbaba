//! A requirement by its worst key control.

use attestry_domain::assess::{DesignTotals, OperationTotals, RequirementDesign, RequirementOperation};
use attestry_domain::catalog::{Cadence, Catalog, MappingKind};
use attestry_domain::command::Command;
use attestry_domain::decide::Refusal;
use attestry_domain::event::Actor;
use attestry_domain::event::workspace::RequirementScoped;
use attestry_domain::id::ControlId;
use proptest::prelude::*;

use crate::operation::{Q1, complete, tested};
use crate::support::{ANA, CatalogParts, World, catalog, code};

fn cc8(world: &World) -> RequirementOperation {
    world.requirement("soc2:CC8.1", "2026-04-02", Q1).operation.unwrap()
}

fn chg(n: u64, of: u64) -> Vec<(&'static str, u64, u64)> {
    vec![("2026-02-10", of, n)]
}

fn mixed(kinds: &[(&'static str, MappingKind)]) -> Catalog {
    let control =
        |(id, kind): &(&'static str, MappingKind)| (*id, Cadence::Quarterly, vec![("soc2:CC8.1", *kind)]);
    catalog(CatalogParts { controls: kinds.iter().map(control).collect(), tests: vec![] })
}

fn scoped(kinds: &[(&'static str, MappingKind)]) -> World {
    let mut world = World::new(mixed(kinds), "2025-12-01");
    world.adopt("soc2", &[]);
    world
}

fn scope(requirement: &str, included: bool) -> Command {
    let reason = "our contracts promise nothing of the kind".to_owned();
    Command::ScopeRequirement(RequirementScoped { requirement: code(requirement), included, reason })
}

fn design(world: &World, requirement: &str) -> RequirementDesign {
    world.requirement(requirement, "2026-04-02", Q1).design
}

fn ids(ids: &[&str]) -> Vec<ControlId> {
    ids.iter().map(|id| code(id)).collect()
}

#[test]
fn a_requirement_is_met_when_every_key_control_with_occurrences_had_no_exceptions() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &chg(0, 4));
    world.run("changes-watched", Q1, &[]);
    assert_eq!(cc8(&world), RequirementOperation::Met);
}

#[test]
fn the_worst_key_control_decides_and_is_named() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &chg(0, 4));
    let state = |world: &World| {
        let one = world.requirement("soc2:CC8.1", "2026-04-02", Q1);
        (one.operation.unwrap(), one.decided_by)
    };
    assert_eq!(state(&world), (RequirementOperation::NotTested, ids(&["DET-01"])));
    world.run("changes-watched", Q1, &chg(1, 4));
    assert_eq!(state(&world), (RequirementOperation::WithExceptions, ids(&["DET-01"])));
    world.source("change", "gitlab", "2026-01-01");
    assert_eq!(state(&world).0, RequirementOperation::WithExceptions, "exceptions come before not tested");
    let before = world.requirement("soc2:CC8.1", "2026-04-01", "2025-11-01..2026-04-01");
    assert_eq!(before.operation, Some(RequirementOperation::NotMet));
    assert_eq!(before.decided_by, ids(&["CHG-01", "DET-01"]));
}

#[test]
fn a_requirement_whose_key_controls_all_had_no_occurrences_is_not_testable() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[]);
    world.run("changes-watched", Q1, &[]);
    assert_eq!(cc8(&world), RequirementOperation::NoOccurrences);
}

#[test]
fn a_requirement_without_a_key_control_is_not_met() {
    let mut world = scoped(&[("DET-01", MappingKind::ContributesSupporting)]);
    assert_eq!(cc8(&world), RequirementOperation::NotMet);
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Gap);
    world.say(Command::AdoptControl(attestry_domain::event::control::ControlAdopted {
        control: code("DET-01"),
    }));
    world.in_place("DET-01", Cadence::Quarterly, 0, "2025-12-01");
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Partial);
    assert_eq!(cc8(&world), RequirementOperation::NotMet);
}

#[test]
fn a_failing_supporting_control_changes_nothing() {
    let mut world =
        scoped(&[("CHG-01", MappingKind::Satisfies), ("DET-01", MappingKind::ContributesSupporting)]);
    world.say(Command::AdoptControl(attestry_domain::event::control::ControlAdopted {
        control: code("DET-01"),
    }));
    world.in_place("CHG-01", Cadence::Quarterly, 0, "2025-12-01");
    world.in_place("DET-01", Cadence::Quarterly, 0, "2025-12-01");
    world.done("CHG-01", "2025-12-31");
    world.done("CHG-01", "2026-03-31");
    let one = world.requirement("soc2:CC8.1", "2026-04-02", Q1);
    assert_eq!(one.operation, Some(RequirementOperation::Met));
    let readiness = world.assess("2026-04-02", Some(Q1));
    assert_eq!(readiness.controls[&code("DET-01")].operation.as_ref().unwrap().name(), "exceptions");
}

#[test]
fn controls_that_do_not_apply_drop_out() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &chg(0, 4));
    world.run("changes-watched", Q1, &chg(2, 4));
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions);
    world.applies("DET-01", false);
    assert_eq!(cc8(&world), RequirementOperation::Met);
    assert_eq!(world.requirement("soc2:CC8.1", "2026-04-02", Q1).key, ids(&["CHG-01"]));
    world.applies("CHG-01", false);
    assert_eq!(cc8(&world), RequirementOperation::NotMet, "nothing is left that could meet it");
}

#[test]
fn while_it_is_undecided_whether_a_key_control_applies_design_is_unknown() {
    let mut world = scoped(&[("CHG-01", MappingKind::Satisfies)]);
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Unknown);
    world.applies("CHG-01", true);
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Gap);
    world.own("CHG-01", ANA);
    world.procedure("CHG-01", Cadence::Quarterly, 0, "2025-12-01");
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Partial);
    world.rationale("CHG-01");
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Partial);
    world.walkthrough("CHG-01", "2025-12-01");
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Met);
}

#[test]
fn one_key_control_that_is_not_implemented_leaves_a_requirement_partial() {
    let mut world = tested();
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2025-12-01");
    world.applies("DET-01", true);
    assert_eq!(design(&world, "soc2:CC8.1"), RequirementDesign::Partial);
}

#[test]
fn an_excluded_requirement_is_counted_as_excluded_within_the_total() {
    let mut world = complete();
    world.say(scope("soc2:CC6.1", false));
    let one = world.requirement("soc2:CC6.1", "2026-04-02", Q1);
    assert_eq!(
        (one.design, one.operation),
        (RequirementDesign::Excluded, Some(RequirementOperation::Excluded))
    );
    assert_eq!(one.excluded.as_deref(), Some("our contracts promise nothing of the kind"));
    let readiness = world.assess("2026-04-02", Some(Q1));
    let design = DesignTotals { met: 1, excluded: 1, total: 2, ..DesignTotals::default() };
    let operation = OperationTotals { not_tested: 1, excluded: 1, total: 2, ..OperationTotals::default() };
    assert_eq!(
        (readiness.frameworks[0].design, readiness.frameworks[0].operation),
        (design, Some(operation))
    );
    world.say(scope("soc2:CC6.1", true));
    assert_eq!(world.requirement("soc2:CC6.1", "2026-04-02", Q1).excluded, None);
}

#[test]
fn a_clause_of_a_management_system_cannot_be_excluded_and_an_annex_control_can() {
    let mut world = complete();
    world.adopt("iso42001", &[]);
    for clause in ["iso42001:4.1", "iso42001:9.2.1", "eu-ai-act:9"] {
        let refused = world.say_as(Actor::Person(ANA), scope(clause, false));
        assert!(matches!(refused, Err(Refusal::Rule { .. })), "{clause}: {refused:?}");
    }
    world.say(scope("iso42001:A.5.2", false));
    assert_eq!(design(&world, "iso42001:A.5.2"), RequirementDesign::Excluded);
}

#[test]
fn an_exclusion_needs_a_reason_and_a_new_reason_is_recorded() {
    let mut world = complete();
    let because = |reason: &str| {
        let (requirement, reason) = (code("soc2:CC6.1"), reason.to_owned());
        Command::ScopeRequirement(RequirementScoped { requirement, included: false, reason })
    };
    assert!(world.say_as(Actor::Person(ANA), because("  ")).is_err());
    world.say(because("not relevant, because nobody logs on"));
    world.say(because("not relevant, because the customer holds the accounts"));
    let excluded = world.requirement("soc2:CC6.1", "2026-04-02", Q1).excluded.unwrap();
    assert_eq!(excluded, "not relevant, because the customer holds the accounts");
    assert!(world.say(because("not relevant, because the customer holds the accounts")).is_empty());
}

#[test]
fn a_category_not_in_scope_lies_outside_the_total() {
    let mut world = complete();
    let codes = |world: &World| -> Vec<String> {
        let readiness = world.assess("2026-04-02", Some(Q1));
        readiness.frameworks[0].requirements.iter().map(|one| one.id.to_string()).collect()
    };
    assert_eq!(codes(&world), ["soc2:CC6.1", "soc2:CC8.1"]);
    world.adopt("soc2", &["availability"]);
    assert_eq!(codes(&world), ["soc2:CC6.1", "soc2:CC8.1", "soc2:A1.2"]);
    world.adopt("soc2", &[]);
    assert_eq!(codes(&world), ["soc2:CC6.1", "soc2:CC8.1"], "the required category stays");
}

#[test]
fn a_compensating_control_offsets_exceptions_only_when_tested_over_the_same_days() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &chg(1, 4));
    world.run("changes-watched", "2026-01-01..2026-02-01", &[("2026-01-10", 1, 0)]);
    world.compensate("CHG-01", "DET-01", Q1);
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions, "it was tested in another month");
    world.run("changes-watched", Q1, &[("2026-02-12", 3, 0)]);
    assert_eq!(cc8(&world), RequirementOperation::Met);
    world.run("changes-watched", Q1, &[("2026-01-12", 3, 0)]);
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions, "it did nothing in that month");
    world.run("changes-watched", Q1, &[("2026-02-12", 3, 1)]);
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions, "it had exceptions itself");
}

#[test]
fn a_compensating_control_named_for_other_days_offsets_nothing() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &chg(1, 4));
    world.run("changes-watched", Q1, &[("2026-02-12", 3, 0)]);
    world.compensate("CHG-01", "DET-01", "2026-02-01..2026-02-28");
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions);
    world.compensate("CHG-01", "DET-01", "2026-02-01..2026-03-01");
    assert_eq!(cc8(&world), RequirementOperation::Met);
}

#[test]
fn a_gap_in_the_compensating_controls_evidence_of_that_month_leaves_the_exceptions() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &chg(1, 4));
    world.run("changes-watched", Q1, &[("2026-02-12", 3, 0)]);
    world.compensate("CHG-01", "DET-01", Q1);
    world.source("review", "gitlab", "2026-01-01");
    world.covered("review", "gitlab", "2026-01-02..2026-02-20");
    world.covered("review", "gitlab", "2026-02-21..2026-04-01");
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions);
}

#[test]
fn a_compensated_exception_does_not_hide_that_other_days_are_not_tested() {
    let mut world = complete();
    world.run("changes-watched", Q1, &[("2026-02-12", 3, 0)]);
    world.compensate("CHG-01", "DET-01", Q1);
    let february = "2026-02-01..2026-03-01";
    world.run("change-reviewed", february, &chg(0, 4));
    assert_eq!(cc8(&world), RequirementOperation::NotTested);
    world.run("change-reviewed", february, &chg(1, 4));
    assert_eq!(cc8(&world), RequirementOperation::NotTested);
}

#[test]
fn what_a_predecessor_did_on_the_days_it_covers_counts() {
    let control = |id, kind| (id, Cadence::PerEvent, vec![("soc2:CC8.1", kind)]);
    let controls = vec![
        control("CHG-01", MappingKind::Satisfies),
        control("DET-01", MappingKind::ContributesSupporting),
    ];
    let tests =
        vec![("change-reviewed", "CHG-01", vec!["change"]), ("changes-watched", "DET-01", vec!["change"])];
    let mut world = World::new(catalog(CatalogParts { controls, tests }), "2025-12-01");
    world.adopt("soc2", &[]);
    world.say(Command::AdoptControl(attestry_domain::event::control::ControlAdopted {
        control: code("DET-01"),
    }));
    world.in_place("DET-01", Cadence::PerEvent, 0, "2025-12-01");
    world.in_place("CHG-01", Cadence::PerEvent, 0, "2026-02-01");
    world.on("2026-04-02").source("change", "github", "2025-12-01");
    world.covered("change", "github", "2025-12-01..2026-04-02");
    world.run("change-reviewed", Q1, &chg(0, 4));
    assert_eq!(cc8(&world), RequirementOperation::NotMet);
    world.compensate("CHG-01", "DET-01", "2026-01-01..2026-02-01");
    assert_eq!(cc8(&world), RequirementOperation::NotTested, "nobody tested the predecessor");
    world.run("changes-watched", Q1, &[("2026-01-20", 3, 1)]);
    assert_eq!(cc8(&world), RequirementOperation::WithExceptions);
    world.run("changes-watched", Q1, &[("2026-01-20", 3, 0), ("2026-03-20", 3, 1)]);
    assert_eq!(cc8(&world), RequirementOperation::Met, "what it did later is its own affair");
}

#[test]
fn no_result_is_kept_per_framework_so_two_frameworks_never_disagree() {
    let mappings = vec![("soc2:CC8.1", MappingKind::Satisfies), ("iso42001:4.1", MappingKind::Satisfies)];
    let parts = CatalogParts { controls: vec![("CHG-01", Cadence::Quarterly, mappings)], tests: vec![] };
    let mut world = World::new(catalog(parts), "2025-12-01");
    world.adopt("soc2", &[]);
    world.adopt("iso42001", &[]);
    world.in_place("CHG-01", Cadence::Quarterly, 0, "2025-12-01");
    let state = |world: &World, id| world.requirement(id, "2026-04-02", Q1).operation.unwrap();
    assert_eq!(state(&world, "soc2:CC8.1"), RequirementOperation::WithExceptions);
    assert_eq!(state(&world, "iso42001:4.1"), RequirementOperation::WithExceptions);
}

proptest! {
    #[test]
    fn adding_an_exception_never_improves_a_requirement(
        own in prop::collection::vec((1_u8..=3, 0_u64..4, 0_u64..4), 1..4),
        other in prop::collection::vec((1_u8..=3, 0_u64..4, 0_u64..4), 0..4),
        extra in 0_usize..4,
        run_from in 1_u8..=3,
        gap in any::<bool>(),
        named in prop::option::of((1_u8..=3, 2_u8..=4)),
        decided in any::<bool>(),
    ) {
        let mut world = complete();
        if gap {
            world.source("change", "gitlab", "2026-03-01");
        }
        if let Some((from, to)) = named.filter(|(from, to)| from < to) {
            world.compensate("CHG-01", "DET-01", &format!("2026-{from:02}-01..2026-{to:02}-01"));
        }
        if decided {
            world.applies("DET-01", false);
        }
        let counts = |months: &[(u8, u64, u64)]| {
            let mut found: Vec<(String, u64, u64)> = Vec::new();
            for (month, of, n) in months {
                let on = format!("2026-{month:02}-05");
                found.retain(|one| one.0 != on);
                found.push((on, of + n, *n));
            }
            found
        };
        let run = |world: &mut World, test: &str, days: &str, found: &[(String, u64, u64)]| {
            let found: Vec<_> = found.iter().map(|(on, of, n)| (on.as_str(), *of, *n)).collect();
            world.run(test, days, &found);
        };
        run(&mut world, "changes-watched", Q1, &counts(&other));
        let days = format!("2026-{run_from:02}-01..2026-04-01");
        let mut found = counts(&own);
        let mut before = world.clone();
        run(&mut before, "change-reviewed", &days, &found);
        let at = extra % found.len();
        found[at].2 += 1;
        found[at].1 = found[at].1.max(found[at].2);
        // An occurrence that was there turns into an exception.
        prop_assume!(found[at].1 == counts(&own)[at].1);
        let mut after = world;
        run(&mut after, "change-reviewed", &days, &found);
        let rank = |world: &World| match cc8(world) {
            RequirementOperation::Met => 0,
            RequirementOperation::NoOccurrences => 1,
            RequirementOperation::NotTested => 2,
            RequirementOperation::WithExceptions => 3,
            RequirementOperation::NotMet => 4,
            RequirementOperation::Excluded => 5,
        };
        prop_assert!(rank(&after) >= rank(&before), "{:?} became {:?}", cc8(&before), cc8(&after));
    }
}
