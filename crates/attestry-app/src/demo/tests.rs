//! The generators alone: numbers, calendar, keys, and that the same seed tells the same story.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use attestry_domain::catalog::Catalog;
use attestry_domain::command::Command;
use attestry_domain::time::{Day, Period, day, zone};
use attestry_stats::{Table, Value};

use super::access::{employees, forgotten, given, grants, reviews, taken};
use super::act::{Act, Deed, Log};
use super::calendar::Calendar;
use super::changes::{change_table, changes, late_week, review_table, within};
use super::cloud::activity;
use super::people::People;
use super::story::Story;
use super::world::{DemoWorld, Seed};
use super::{ADULT, ADULT_ROWS, default_until, year};
use crate::port::World;

fn calendar(until: &str) -> Calendar {
    Calendar::new(day(until).unwrap(), zone("America/New_York").unwrap()).unwrap()
}

fn story(number: u64, until: &str) -> Story {
    let calendar = calendar(until);
    let seed = Seed::new(number, calendar.year.to());
    let people = People::new(seed, &calendar);
    static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| crate::workspace::built_in().unwrap().0);
    let catalog = CATALOG.clone();
    let adopted = catalog.controls.keys().filter(|id| !id.as_str().starts_with("PRV")).cloned().collect();
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
    assert!(error.contains("2026-11-02") && error.contains("2026-11-01"), "{error}");
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
    assert!(emails.iter().all(|email| email.ends_with("@quillmere.example") && email.is_ascii()));
}

#[test]
fn every_control_has_an_owner_who_works_there() {
    let story = story(42, "2026-11-01");
    for control in story.controls() {
        let owner = story.people.titled(&control.owner);
        assert!(owner.titles.split('|').any(|title| title == control.owner), "{} has nobody: {}", control.id, control.owner);
        assert!(owner.left.is_none());
    }
}

#[test]
fn a_month_sees_about_a_hundred_and_forty_changes_and_two_of_the_year_lack_a_review() {
    for until in every_until() {
        let story = story(42, &until);
        let (all, unreviewed) = changes(story.seed, &story.calendar, &story.people);
        for month in story.calendar.months() {
            let merged = within(&story.calendar, &all, month).count();
            assert!((105..=175).contains(&merged), "{month}: {merged}");
        }
        let ids: BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        let table = review_table(&story.calendar, &story.people, &all, Period::new(story.calendar.begins, story.calendar.year.to()).unwrap()).unwrap();
        let authors = table_of(&change_table(&story.calendar, &story.people, &all, story.calendar.year).unwrap(), "change_id", "author_key");
        let mut approved = BTreeSet::new();
        for row in 0..table.len() {
            let cell = |name| table.value(row, name).as_text().unwrap().to_owned();
            if cell("verdict") == "approved" && authors.get(&cell("change_id")) != Some(&cell("reviewer_key")) {
                approved.insert(cell("change_id"));
            }
        }
        let lacking: BTreeSet<&String> = authors.keys().filter(|id| !approved.contains(*id)).collect();
        assert_eq!(lacking, BTreeSet::from([&unreviewed.none, &unreviewed.own]), "{until}");
    }
}

fn table_of(table: &Table, key: &str, value: &str) -> BTreeMap<String, String> {
    let cell = |row, name| table.value(row, name).as_text().unwrap().to_owned();
    (0..table.len()).map(|row| (cell(row, key), cell(row, value))).collect()
}

#[test]
fn the_late_week_lies_in_the_year_and_arrives_before_its_end() {
    for until in every_until() {
        let calendar = calendar(&until);
        let week = late_week(&calendar);
        assert_eq!(week.len(), 7);
        assert!(Calendar::plus(week.to(), 42) < calendar.year.to());
    }
}

#[test]
fn one_access_stays_nine_days_and_every_other_goes_within_hours() {
    let story = story(42, "2026-11-01");
    let grants = grants(story.seed, &story.calendar, &story.people);
    let mut late = Vec::new();
    for person in story.people.all.iter().filter(|one| one.left.is_some()) {
        let left_at = story.calendar.at(person.left.unwrap(), 17, 0);
        for grant in grants.iter().filter(|one| one.person == person.key) {
            let hours = (grant.removed_at.unwrap().micros() - left_at.micros()) / 3_600_000_000;
            if hours >= 24 {
                late.push((grant.system, hours / 24));
            }
        }
    }
    assert_eq!(late, [("data-warehouse", 9)]);
    assert!(forgotten(&story.people, &grants).is_some());
}

#[test]
fn each_grant_is_given_once_and_each_leaver_and_joiner_is_told_once() {
    let story = story(42, "2026-11-01");
    let Story { seed, calendar, people, .. } = &story;
    let grants = grants(*seed, calendar, people);
    let (mut came, mut went, mut states, mut held) = (0, 0, 0, 0);
    for (number, month) in calendar.months_with_lead().into_iter().enumerate() {
        let rows = |table: Option<Table>| table.map_or(0, |table| table.len());
        came += rows(given(calendar, &grants, month, number == 0));
        went += rows(taken(calendar, &grants, month));
        states += rows(employees(calendar, people, month, number == 0));
        held += rows(reviews(calendar, people, &grants, month));
    }
    assert_eq!(came, grants.len());
    assert_eq!(went, grants.iter().filter(|one| one.removed_at.is_some()).count());
    assert_eq!(states, 48 + 3);
    assert_eq!(held, 3);
}

#[test]
fn root_is_never_used_and_nobody_signs_in_with_a_password_of_the_cloud() {
    let story = story(42, "2026-11-01");
    let table = activity(story.seed, &story.calendar, &story.people, story.calendar.year).unwrap();
    let mut ids = BTreeSet::new();
    let mut logins = 0;
    for row in 0..table.len() {
        let kind = table.value(row, "identity_type");
        assert!([Value::Text("AssumedRole".into()), Value::Text("AWSService".into())].contains(&kind));
        logins += u64::from(table.value(row, "event_name") == Value::Text("ConsoleLogin".into()));
        assert!(ids.insert(table.value(row, "event_id").as_text().unwrap().to_owned()));
    }
    assert!((2_000..9_000).contains(&table.len()), "{}", table.len());
    assert!(logins > 50);
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
fn records_fit_the_streams_they_are_taken_into() {
    let story = story(42, "2026-11-01");
    let acts = year::acts(&story).unwrap();
    let mut seen = BTreeSet::new();
    for act in &acts {
        let Deed::Take(take) = &act.deed else { continue };
        let stream = &story.catalog.streams[&take.stream.parse().unwrap()];
        let Some(table) = &take.table else { continue };
        seen.insert(take.stream);
        let chunks: Result<Vec<_>, _> = crate::import::tables(stream, None, take.source, [Ok::<_, std::fmt::Error>(table.clone())].into_iter()).collect();
        let rows: usize = chunks.unwrap().iter().map(|chunk| chunk.table.len()).sum();
        assert_eq!(rows, table.len());
        assert!(rows > 0);
    }
    assert_eq!(seen.len(), 10);
}

#[test]
fn nobody_knows_whether_the_incident_tracker_was_complete_from_the_third_to_the_ninth_of_june() {
    let story = story(42, "2026-11-01");
    let covered: BTreeSet<Day> = year::acts(&story)
        .unwrap()
        .iter()
        .filter_map(|act| match &act.deed {
            Deed::Take(take) if take.stream == "incident" => take.covers.as_ref().map(|covers| covers.period),
            _ => None,
        })
        .flat_map(|period| period.days().collect::<Vec<_>>())
        .collect();
    let open: Vec<String> =
        story.calendar.year.days().filter(|day| !covered.contains(day)).map(|day| day.to_string()).collect();
    assert_eq!(open.first().map(String::as_str), Some("2026-06-03"));
    assert_eq!((open.len(), open.last().map(String::as_str)), (7, Some("2026-06-09")));
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
