//! The generators alone: numbers, calendar, keys, and that the same seed tells the same story.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use attestry_domain::catalog::Catalog;
use attestry_domain::command::Command;
use attestry_domain::id::ControlId;
use attestry_domain::time::{Day, Period, day, zone};

use super::act::{Act, Deed, Log};
use super::calendar::Calendar;
use super::people::People;
use super::story::Story;
use super::world::{DemoWorld, Seed};
use super::{ADULT, ADULT_ROWS, SCOPE, default_until, year};
use crate::port::World;

mod records;

fn calendar(until: &str) -> Calendar {
    Calendar::new(day(until).unwrap(), zone("America/New_York").unwrap()).unwrap()
}

fn story(number: u64, until: &str) -> Story {
    let calendar = calendar(until);
    let seed = Seed::new(number, calendar.year.to());
    let people = People::new(seed, &calendar);
    static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| crate::workspace::built_in().unwrap().0);
    let catalog = CATALOG.clone();
    let needed = |(framework, categories): (&str, &[&str])| {
        let categories = categories.iter().map(|one| (*one).to_owned()).collect();
        catalog.needed(&framework.parse().unwrap(), &categories)
    };
    let adopted: BTreeSet<ControlId> = SCOPE.into_iter().flat_map(needed).collect();
    let adopted = adopted.into_iter().collect();
    Story { seed, calendar, people, catalog, adopted }
}

fn every_until() -> Vec<String> {
    (1..=12).map(|month| format!("2026-{month:02}-01")).collect()
}

#[test]
fn the_year_is_the_twelve_months_before_its_end_and_the_ledger_begins_two_weeks_earlier() {
    let calendar = calendar("2026-11-01");
    assert_eq!(calendar.year.to_string(), "2025-11-01..2026-11-01");
    assert_eq!(calendar.begins.to_string(), "2025-10-18");
    assert_eq!(calendar.months().len(), 12);
    assert_eq!(calendar.date(6, 3).to_string(), "2026-06-03");
    assert_eq!(calendar.date(11, 3).to_string(), "2025-11-03");
}

#[test]
fn weeks_months_and_quarters_leave_no_day_out() {
    for until in every_until() {
        let calendar = calendar(&until);
        for (pieces, from) in [
            (calendar.weeks(), calendar.begins),
            (calendar.months_with_lead(), calendar.begins),
            (calendar.months(), calendar.year.from()),
            (calendar.quarters(), calendar.year.from()),
        ] {
            let days: Vec<Day> = pieces.iter().flat_map(|piece| piece.days()).collect();
            let all: Vec<Day> = Period::new(from, calendar.year.to()).unwrap().days().collect();
            assert_eq!(days, all, "{until}");
        }
    }
}

#[test]
fn a_year_that_does_not_end_with_a_month_is_refused() {
    let error = Calendar::new(day("2026-11-02").unwrap(), zone("UTC").unwrap()).unwrap_err().to_string();
    assert!(error.contains("on 2026-11-01;") && error.contains("on 2026-10-31"), "{error}");
}

#[test]
fn by_default_the_year_ends_with_the_last_month_that_is_over_everywhere() {
    let until = |today: &str| default_until(day(today).unwrap()).to_string();
    assert_eq!(until("2026-11-21"), "2026-11-01");
    assert_eq!(until("2026-11-02"), "2026-11-01");
    assert_eq!(until("2026-11-01"), "2026-10-01");
}

#[test]
fn the_world_gives_salts_and_identifiers_apart_and_never_turns_its_clock_back() {
    let seed = Seed::new(7, day("2026-11-01").unwrap());
    let begins = calendar("2026-11-01").at(day("2025-10-18").unwrap(), 9, 0);
    let (one, other) = (DemoWorld::new(seed, begins), DemoWorld::new(seed, begins));
    let (mut salt, mut id, mut id_again) = ([0_u8; 32], [0_u8; 16], [0_u8; 16]);
    one.randomise(&mut salt);
    one.randomise(&mut id);
    other.randomise(&mut id_again);
    assert_eq!(id, id_again);
    one.set(attestry_domain::time::Instant::from_micros(0));
    assert_eq!(one.now(), begins);
}

#[test]
fn the_same_seed_and_year_tell_the_same_story_and_another_seed_another() {
    let told = |number| format!("{:?}", year::acts(&story(number, "2026-11-01")).unwrap());
    assert_eq!(told(42), told(42));
    assert_ne!(told(42), told(43));
}

#[test]
fn forty_five_people_work_there_at_the_end_and_some_came_and_went() {
    let story = story(42, "2026-11-01");
    let last = story.calendar.year.last();
    assert_eq!(story.people.on(last).count(), 45);
    assert_eq!(story.people.all.iter().filter(|one| one.left.is_some()).count(), 3);
    assert_eq!(story.people.all.iter().filter(|one| one.started > story.calendar.begins).count(), 7);
    let emails: BTreeSet<&str> = story.people.all.iter().map(|one| one.email.as_str()).collect();
    let keys: BTreeSet<&str> = story.people.all.iter().map(|one| one.key.as_str()).collect();
    assert_eq!((emails.len(), keys.len()), (48, 48));
    assert!(story.people.all.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(emails.iter().all(|email| email.ends_with("@quillmere.example") && email.is_ascii()));
}

#[test]
fn every_control_has_an_owner_who_works_there() {
    let story = story(42, "2026-11-01");
    for control in story.controls() {
        let owner = story.people.titled(&control.owner);
        assert!(
            owner.titles.split('|').any(|title| title == control.owner),
            "{} has nobody: {}",
            control.id,
            control.owner
        );
        assert!(owner.left.is_none());
    }
}

#[test]
fn every_act_lies_between_the_first_event_and_the_night_after_the_year_whatever_its_end() {
    for until in every_until() {
        let story = story(1, &until);
        let acts = year::acts(&story).unwrap();
        let end = story.calendar.at(story.calendar.year.to(), 2, 0);
        let begin = story.calendar.at(story.calendar.begins, 9, 30);
        assert!(acts.iter().all(|act| begin <= act.at && act.at < end), "{until}");
        assert!(acts.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert!((1_200..4_000).contains(&acts.len()), "{until}: {}", acts.len());
    }
}

#[test]
fn no_statement_names_a_day_to_come_and_one_is_recorded_six_weeks_after() {
    let story = story(42, "2026-11-01");
    let mut late = 0;
    for act in year::acts(&story).unwrap() {
        let Deed::Say(Command::RecordAttestation(body)) = &act.deed else { continue };
        let told = act.at.day(&story.calendar.zone);
        assert!(body.performed_on <= told && body.window.unwrap().to() <= body.performed_on);
        late += u64::from(Calendar::plus(body.performed_on, 40) < told);
    }
    assert_eq!(late, 1);
}

#[test]
fn simulated_logs_have_the_rows_they_say_and_the_public_one_too() {
    use std::io::Read;
    let rows = |text: &str| text.lines().count() as u64 - 1;
    let mut adult = String::new();
    flate2::read::GzDecoder::new(ADULT).read_to_string(&mut adult).unwrap();
    assert_eq!(rows(&adult), ADULT_ROWS);
    let acts: Vec<Act> = year::acts(&story(42, "2026-11-01")).unwrap();
    let mut logs = 0;
    for act in &acts {
        let Deed::Measure(measure) = &act.deed else { continue };
        logs += 1;
        if let Log::Simulated(text, told) = &measure.log {
            assert_eq!(rows(text), *told);
            assert!(measure.name.ends_with("_simulated"));
        }
    }
    assert!(logs >= 9, "{logs}");
}
