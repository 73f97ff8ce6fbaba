//! Days of the organisation's calendar, half-open at local midnight.

use attestry_domain::time::{Instant, Period, day_words, midnight, next, zone};
use proptest::prelude::*;

use crate::support::{day, period};

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn a_day_in_new_york_is_23_or_25_hours_long_when_the_clocks_change() {
    let new_york = zone("America/New_York").unwrap();
    let hours = |on: &str| {
        let one = Period::of_day(day(on));
        (one.end_at(&new_york).micros() - one.start_at(&new_york).micros()) / 3_600_000_000
    };
    assert_eq!([hours("2026-03-07"), hours("2026-03-08"), hours("2026-03-09")], [24, 23, 24]);
    assert_eq!([hours("2026-10-31"), hours("2026-11-01"), hours("2026-11-02")], [24, 25, 24]);
}

#[test]
fn midnight_belongs_to_the_day_that_begins() {
    let new_york = zone("America/New_York").unwrap();
    for (just, on) in [("2026-03-08T05:00:00Z", "2026-03-08"), ("2026-03-09T04:00:00Z", "2026-03-09")] {
        let just = instant(just);
        assert_eq!(midnight(day(on), &new_york), just);
        assert_eq!(just.day(&new_york), day(on));
        let before = Instant::from_micros(just.micros() - 1);
        assert_eq!(next(before.day(&new_york)), day(on));
    }
}

#[test]
fn an_evening_in_new_york_is_not_the_next_day_of_london() {
    let new_york = zone("America/New_York").unwrap();
    let late = instant("2026-11-02T03:30:00Z");
    assert_eq!(late.day(&new_york), day("2026-11-01"));
    assert_eq!(late.day(&zone("Europe/London").unwrap()), day("2026-11-02"));
}

#[test]
fn a_day_may_start_at_one_in_the_morning() {
    let cairo = zone("Africa/Cairo").unwrap();
    let start = midnight(day("2025-04-25"), &cairo);
    assert_eq!(start, instant("2025-04-24T22:00:00Z"));
    assert_eq!(start.day(&cairo), day("2025-04-25"));
    assert_eq!(Instant::from_micros(start.micros() - 1).day(&cairo), day("2025-04-24"));
}

#[test]
fn a_period_has_at_least_one_day_however_it_comes_in() {
    assert!("2026-02-01..2026-02-01".parse::<Period>().is_err());
    assert!("2026-02-02..2026-02-01".parse::<Period>().is_err());
    let read = serde_json::from_str::<Period>(r#"{"from":"2026-02-02","to":"2026-02-01"}"#);
    assert!(read.unwrap_err().to_string().contains("is empty"));
    let one = period("2026-02-01..2026-02-02");
    assert_eq!((one.len(), one.last(), one.days().count()), (1, day("2026-02-01"), 1));
}

#[test]
fn a_text_that_is_no_time_is_named_in_the_refusal() {
    assert_eq!(
        "soon".parse::<Period>().unwrap_err().to_string().split(';').next(),
        Some("`soon` is no period")
    );
    assert!(zone("Mars/Olympus").unwrap_err().to_string().contains("`Mars/Olympus` is no time zone"));
    assert_eq!(day_words(day("2026-05-02")), "2 May 2026");
}

proptest! {
    #[test]
    fn every_instant_lies_in_exactly_its_day(
        micros in 0_i64..4_102_444_800_000_000,
        name in prop::sample::select(vec!["America/New_York", "Africa/Cairo", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "UTC"]),
    ) {
        let zone = zone(name).unwrap();
        let instant = Instant::from_micros(micros);
        let one = Period::of_day(instant.day(&zone));
        prop_assert!(one.start_at(&zone) <= instant && instant < one.end_at(&zone), "{instant} in {name}");
    }
}
