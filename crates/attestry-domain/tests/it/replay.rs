//! Whatever is sent: nothing panics, the log has no gaps, and replaying it gives the same programme.

use attestry_domain::assess::{Question, assess};
use attestry_domain::command::Command;
use attestry_domain::event::ai::ThresholdApproved;
use attestry_domain::event::{Actor, Event};
use attestry_domain::programme::{Programme, ReplayError};
use attestry_domain::role::Role;
use attestry_domain::time::{Instant, Period, zone};
use proptest::prelude::*;

use crate::commands::{Parts, all, any_commands, any_day, assessment, dataset, kind, system, usual};
use crate::operation::complete;
use crate::support::{ANA, BEN, CLEO, World, period};

/// A command, who sends it, and after how long.
type Sent = (Command, usize, u32);

fn sent() -> impl Strategy<Value = Vec<Sent>> {
    let some = (any_commands(), 0_usize..10, 0_u32..90_000);
    prop::collection::vec(some, 1..8).prop_map(|all| {
        let each = |(commands, by, seconds): (Vec<Command>, usize, u32)| {
            commands.into_iter().map(move |command| (command, by, seconds)).collect::<Vec<Sent>>()
        };
        all.into_iter().flat_map(each).collect()
    })
}

fn started() -> World {
    let mut world = complete();
    world.person(BEN, &[Role::ComplianceLead]);
    world.person(CLEO, &[Role::ControlOwner]);
    world.say(Command::RegisterSystem(system(40)));
    world.say(Command::RegisterDataset(dataset(50, "predictions")));
    let (of, metric) = (system(40).system, "impact_ratio".to_owned());
    world.say(Command::ApproveThreshold(ThresholdApproved { system: of, metric, value_ppm: 800_000 }));
    for text in ["production", "github"] {
        let mut commands = all(&Parts { id: 40, text, ..usual() });
        let versioned = commands.remove(30);
        assert_eq!(kind(&versioned), "VersionSystem");
        world.say(versioned);
    }
    world.say_as(Actor::Person(BEN), Command::SubmitAssessment(assessment(61, None))).unwrap();
    world
}

fn actor(at: usize) -> Actor {
    match at {
        0 => Actor::System,
        1 => Actor::Person(BEN),
        2 => Actor::Person(CLEO),
        _ => Actor::Person(ANA),
    }
}

fn played(sent: &[Sent]) -> World {
    let mut world = started();
    for (command, by, seconds) in sent {
        world.now = Instant::from_micros(world.now.micros() + i64::from(*seconds) * 1_000_000);
        // Applying what was decided unwraps: an accepted decision always applies.
        let _ = world.say_as(actor(*by), command.clone());
    }
    world
}

fn image(programme: &Programme) -> String {
    format!("{programme:?}")
}

fn held(world: &World, programme: &Programme) -> String {
    let question = Question {
        as_of: crate::support::day("2026-06-30"),
        through: crate::support::day("2026-06-30"),
        period: Some(period("2026-01-01..2026-07-01")),
    };
    let readiness = assess(programme, &world.catalog, &world.counts, question);
    format!("{:?} {:?}", readiness.frameworks, readiness.controls)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn replaying_the_log_gives_the_same_programme(sent in sent()) {
        let world = played(&sent);
        let replayed = Programme::replay(&world.log).unwrap();
        prop_assert_eq!(image(&replayed), image(&world.programme));
    }

    #[test]
    fn the_log_has_no_gaps(sent in sent()) {
        let world = played(&sent);
        let sequences: Vec<u64> = world.log.iter().map(|event| event.sequence).collect();
        prop_assert_eq!(&sequences, &(1..=world.log.len() as u64).collect::<Vec<_>>());
        prop_assert_eq!(world.programme.sequence, world.log.len() as u64);
        prop_assert!(world.programme.touched.values().all(|at| (1..=world.programme.sequence).contains(at)));
    }

    #[test]
    fn batches_and_snapshots_make_no_difference(sent in sent(), cut in any::<prop::sample::Index>()) {
        let world = played(&sent);
        let (first, second) = world.log.split_at(cut.index(world.log.len() + 1));
        let snapshot = Programme::replay(first).unwrap();
        let before = image(&snapshot);
        let mut programme = snapshot.clone();
        for event in second {
            programme.apply(event).unwrap();
        }
        prop_assert_eq!(image(&programme), image(&world.programme));
        prop_assert_eq!(image(&snapshot), before, "a snapshot stays what it was");
    }

    #[test]
    fn the_hour_at_which_something_was_recorded_makes_no_difference(
        sent in sent(),
        hours in prop::collection::vec(0_i64..86_400_000_000, 1..40),
    ) {
        let world = played(&sent);
        let utc = zone("UTC").unwrap();
        let moved = |(at, event): (usize, &Event)| {
            let start = Period::of_day(event.recorded_at.day(&utc)).start_at(&utc).micros();
            Event { recorded_at: Instant::from_micros(start + hours[at % hours.len()]), ..event.clone() }
        };
        let log: Vec<Event> = world.log.iter().enumerate().map(moved).collect();
        let programme = Programme::replay(&log).unwrap();
        prop_assert_eq!(held(&world, &programme), held(&world, &world.programme));
    }

    #[test]
    fn the_same_command_again_is_nothing_or_refused(sent in sent()) {
        let mut world = started();
        for (command, by, _) in sent {
            if world.say_as(actor(by), command.clone()).is_ok() {
                let before = image(&world.programme);
                let again = world.say_as(actor(by), command.clone());
                prop_assert!(again.as_ref().map_or(true, Vec::is_empty), "{command:?} made {again:?}");
                prop_assert_eq!(image(&world.programme), before);
            }
        }
    }

    #[test]
    fn what_an_event_said_is_said_for_ever(sent in sent(), cut in any::<prop::sample::Index>()) {
        let world = played(&sent);
        let early = Programme::replay(&world.log[..=cut.index(world.log.len())]).unwrap();
        let late = &world.programme;
        prop_assert!(early.artifacts.iter().all(|(id, one)| late.artifacts.get(id) == Some(one)));
        prop_assert!(early.segments.iter().all(|(id, one)| late.segments.get(id) == Some(one)));
        prop_assert!(early.datasets.iter().all(|(id, one)| late.datasets.get(id) == Some(one)));
        prop_assert!(early.runs.iter().all(|(id, one)| late.runs.get(id) == Some(one)));
        prop_assert!(early.engagements.iter().all(|(id, one)| late.engagements.get(id) == Some(one)));
        prop_assert!(early.assessments.iter().all(|(id, one)| late.assessments[id].submitted == one.submitted));
        prop_assert!(early.responses.iter().all(|(key, all)| late.responses[key].iter().take(all.len()).eq(all.iter())));
        for (id, one) in &early.controls {
            let now = &late.controls[id];
            prop_assert!(now.adopted == one.adopted);
            prop_assert!(now.owners.iter().take(one.owners.len()).eq(one.owners.iter()));
            prop_assert!(now.rationales.iter().take(one.rationales.len()).eq(one.rationales.iter()));
            prop_assert!(now.walkthroughs.iter().take(one.walkthroughs.len()).eq(one.walkthroughs.iter()));
            prop_assert!(now.attestations.iter().take(one.attestations.len()).eq(one.attestations.iter()));
            prop_assert!(now.compensations.iter().take(one.compensations.len()).eq(one.compensations.iter()));
            for (was, is) in one.procedures.iter().zip(&now.procedures) {
                prop_assert!((was.text, was.cadence, was.grace_days) == (is.text, is.cadence, is.grace_days));
                prop_assert!(was.approved.is_none() || was.approved == is.approved);
            }
        }
        for (id, stream) in &early.streams {
            let now = &late.streams[id];
            prop_assert!(now.segments.iter().take(stream.segments.len()).eq(stream.segments.iter()));
            prop_assert!(now.coverage.iter().take(stream.coverage.len()).eq(stream.coverage.iter()));
        }
    }

    #[test]
    fn whatever_is_asked_is_answered(sent in sent(), as_of in any_day(), from in any_day(), days in 1_i32..400) {
        let world = played(&sent);
        let to = from.saturating_add(jiff::ToSpan::days(days));
        let question = Question { as_of, through: as_of, period: Period::new(from, to).ok() };
        let readiness = assess(&world.programme, &world.catalog, &world.counts, question);
        prop_assert_eq!(readiness.at, world.programme.sequence);
        for framework in &readiness.frameworks {
            let totals = framework.design;
            let counted = totals.met + totals.partial + totals.gap + totals.unknown + totals.excluded;
            prop_assert_eq!(counted, totals.total);
        }
    }
}

#[test]
fn an_event_out_of_order_is_refused_and_changes_nothing() {
    let world = started();
    let mut programme = world.programme.clone();
    let before = image(&programme);
    let mut event = world.log[0].clone();
    for found in [1, programme.sequence, programme.sequence + 2] {
        event.sequence = found;
        let expected = programme.sequence + 1;
        assert_eq!(programme.apply(&event), Err(ReplayError::OutOfOrder { expected, found }));
        assert_eq!(image(&programme), before);
    }
}

#[test]
fn an_event_about_what_nobody_made_is_refused_and_changes_nothing() {
    let world = started();
    let mut programme = Programme::replay(&world.log[..1]).unwrap();
    let before = image(&programme);
    let stray = world
        .log
        .iter()
        .find(|event| event.payload.as_ref().is_some_and(|one| one.kind() == "control_owned"));
    let event = Event { sequence: 2, ..stray.unwrap().clone() };
    let refused = programme.apply(&event).unwrap_err();
    let words = "event 2 (control_owned) names control CHG-01, which no earlier event made; the store is damaged, run `attestry verify`";
    assert_eq!(refused.to_string(), words);
    assert_eq!(image(&programme), before);
}
