//! The generators of records alone.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::time::{Day, Period};
use attestry_stats::{Table, Value};

use super::{calendar, every_until, story};
use crate::demo::access::{employees, forgotten, given, grants, reviews, taken};
use crate::demo::act::Deed;
use crate::demo::calendar::Calendar;
use crate::demo::changes::{change_table, changes, late_week, review_table, within};
use crate::demo::cloud::activity;
use crate::demo::story::Story;
use crate::demo::year;

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
        let table = review_table(
            &story.calendar,
            &story.people,
            &all,
            Period::new(story.calendar.begins, story.calendar.year.to()).unwrap(),
        )
        .unwrap();
        let authors = table_of(
            &change_table(&story.calendar, &story.people, &all, story.calendar.year).unwrap(),
            "change_id",
            "author_key",
        );
        let mut approved = BTreeSet::new();
        for row in 0..table.len() {
            let cell = |name| table.value(row, name).as_text().unwrap().to_owned();
            if cell("verdict") == "approved" && authors.get(&cell("change_id")) != Some(&cell("reviewer_key"))
            {
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
fn records_fit_the_streams_they_are_taken_into() {
    let story = story(42, "2026-11-01");
    let acts = year::acts(&story).unwrap();
    let mut seen = BTreeSet::new();
    for act in &acts {
        let Deed::Take(take) = &act.deed else { continue };
        let stream = &story.catalog.streams[&take.stream.parse().unwrap()];
        let Some(table) = &take.table else { continue };
        seen.insert(take.stream);
        let chunks: Result<Vec<_>, _> = crate::import::tables(
            stream,
            None,
            take.source,
            [Ok::<_, std::fmt::Error>(table.clone())].into_iter(),
        )
        .collect();
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
