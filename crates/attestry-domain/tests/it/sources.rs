//! From which day a source counts.

use attestry_domain::command::Command;
use attestry_domain::event::evidence::SourceDeclared;
use attestry_domain::event::{Actor, Coverage, CoverageBasis, Payload};
use attestry_domain::id::StreamId;

use crate::commands::segment;
use crate::operation::{complete, tested};
use crate::support::{ANA, World, code, day, period};

fn from(world: &World) -> attestry_domain::time::Day {
    world.programme.streams[&code::<StreamId>("change")].sources["github"]
}

fn declare(world: &mut World, from: &str) -> Result<Vec<Payload>, String> {
    let (stream, source, from) = (code("change"), "github".to_owned(), day(from));
    let command = Command::DeclareSource(SourceDeclared { stream, source, from });
    world.say_as(Actor::Person(ANA), command).map_err(|refusal| refusal.to_string())
}

#[test]
fn records_brought_later_of_an_earlier_day_make_the_source_count_from_there() {
    let mut world = complete();
    let events = world.say(Command::SealSegment(segment(90, "2025-10-05")));
    assert!(matches!(&events[..], [Payload::SourceDeclared(_), Payload::SegmentSealed(_)]), "{events:?}");
    assert_eq!(from(&world), day("2025-10-05"));
    let mut covered = segment(91, "2025-10-20");
    let basis = CoverageBasis::Queried { query: "list".to_owned(), rows: 3 };
    covered.covers = Some(Coverage { period: period("2025-09-01..2025-11-01"), basis });
    assert_eq!(world.say(Command::SealSegment(covered)).len(), 2);
    assert_eq!(from(&world), day("2025-09-01"));
    assert_eq!(world.say(Command::SealSegment(segment(92, "2025-09-01"))).len(), 1);
    world.covered("change", "github", "2025-08-01..2025-08-02");
    assert_eq!(from(&world), day("2025-08-01"));
}

#[test]
fn a_source_cannot_be_made_to_count_from_after_its_first_evidence() {
    let mut world = tested();
    world.on("2026-04-02");
    declare(&mut world, "2026-01-01").unwrap();
    declare(&mut world, "2026-02-01").unwrap();
    world.records("change", "github", "2026-03-05", "2026-03-06");
    let refused = declare(&mut world, "2026-03-06").unwrap_err();
    let wanted = "change has records or coverage of github from 2026-03-05 on: let it count from 2026-03-05 or an earlier day";
    assert_eq!(refused, wanted);
    declare(&mut world, "2026-03-05").unwrap();
    world.covered("change", "github", "2026-02-10..2026-02-12");
    assert!(declare(&mut world, "2026-02-11").is_err());
    declare(&mut world, "2026-01-01").unwrap();
    assert_eq!(from(&world), day("2026-01-01"));
    let (stream, source) = (code("change"), "gitlab".to_owned());
    world.say(Command::DeclareSource(SourceDeclared { stream, source, from: day("2026-04-01") }));
}

#[test]
fn a_segment_without_days_moves_no_source() {
    let mut world = complete();
    world.source("change", "github", "2025-06-01");
    let mut empty = segment(90, "2026-03-01");
    empty.occurred = None;
    assert_eq!(world.say(Command::SealSegment(empty)).len(), 1);
    assert_eq!(from(&world), day("2025-06-01"));
}
