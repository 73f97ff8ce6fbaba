//! A law on a day.

use std::collections::BTreeSet;

use attestry_domain::catalog::{Catalog, CitedSource, Framework, FrameworkKind, LawDate, LawState};
use attestry_domain::id::Digest;
use attestry_domain::time::{Day, next};
use proptest::prelude::*;

use super::support::{code, day, framework, requirement};

fn date(id: &str, provisions: &[&str], from: &str, until: Option<&str>) -> LawDate {
    LawDate {
        id: id.to_owned(),
        provisions: provisions.iter().map(|one| code(&format!("act:{one}"))).collect(),
        applies_from: day(from),
        until: until.map(day),
        superseded_by: String::new(),
        note: "what applies".to_owned(),
        source: CitedSource { source: "the journal".to_owned(), as_of: day("2026-01-01") },
    }
}

/// A law of one article with two paragraphs, and one article beside it.
fn act(dates: Vec<LawDate>) -> Catalog {
    let part = |id: &str, parent: Option<&str>| {
        let mut one = requirement(&format!("act:{id}"), "article", false, None);
        one.parent = parent.map(|parent| code(&format!("act:{parent}")));
        one
    };
    let parts = vec![part("1", None), part("1(1)", Some("1")), part("1(2)", Some("1")), part("2", None)];
    let law = Framework { dates, ..framework("act", FrameworkKind::Law, Vec::new()) };
    Catalog::new(Digest::of(b"catalog"), vec![(law, parts)], Vec::new(), Vec::new(), Vec::new())
}

/// The state and the date it rests on, in words.
fn on(catalog: &Catalog, provision: &str, on: Day) -> String {
    match catalog.law_on(&code(&format!("act:{provision}")), on) {
        LawState::Undated => "undated".to_owned(),
        LawState::NotYet(date) => format!("not yet: {}", date.id),
        LawState::Applies(date) => format!("applies: {}", date.id),
        LawState::Ended(date) => format!("ended: {}", date.id),
    }
}

#[test]
fn a_provision_applies_from_its_first_day_until_the_day_before_its_end() {
    let catalog = act(vec![date("d", &["1"], "2026-08-02", Some("2027-12-02"))]);
    for (at, expected) in [
        ("2026-08-01", "not yet: d"),
        ("2026-08-02", "applies: d"),
        ("2027-12-01", "applies: d"),
        ("2027-12-02", "ended: d"),
    ] {
        assert_eq!(on(&catalog, "1", day(at)), expected, "{at}");
    }
}

#[test]
fn a_date_stands_for_what_lies_beneath_unless_that_has_dates_of_its_own() {
    let dates = vec![date("all", &["1"], "2026-01-01", None), date("own", &["1(2)"], "2027-01-01", None)];
    let catalog = act(dates);
    assert_eq!(on(&catalog, "1(1)", day("2026-06-01")), "applies: all");
    assert_eq!(on(&catalog, "1(2)", day("2026-06-01")), "not yet: own");
    assert_eq!(on(&catalog, "2", day("2026-06-01")), "undated");
}

#[test]
fn one_rule_takes_over_from_another_on_its_day() {
    let old = date("old", &["1"], "2025-01-01", Some("2026-01-01"));
    let catalog = act(vec![old, date("new", &["1"], "2026-01-01", None)]);
    assert_eq!(on(&catalog, "1", day("2025-12-31")), "applies: old");
    assert_eq!(on(&catalog, "1", day("2026-01-01")), "applies: new");
}

#[test]
fn of_several_dates_the_first_to_apply_counts_whatever_their_order() {
    let dates = vec![date("late", &["1"], "2028-08-02", None), date("early", &["1"], "2027-12-02", None)];
    let catalog = act(dates);
    assert_eq!(on(&catalog, "1", day("2027-01-01")), "not yet: early");
    assert_eq!(on(&catalog, "1", day("2029-01-01")), "applies: early");
}

#[test]
fn a_law_repealed_before_its_time_never_applies() {
    let never = date("never", &["1"], "2026-06-30", Some("2026-06-30"));
    assert!(never.is_never());
    let catalog = act(vec![never.clone()]);
    for at in ["2026-06-29", "2026-06-30", "2026-07-01"] {
        assert_eq!(on(&catalog, "1", day(at)), "ended: never", "{at}");
    }
    let catalog = act(vec![never, date("instead", &["1"], "2027-01-01", None)]);
    assert_eq!(on(&catalog, "1", day("2026-06-30")), "not yet: instead");
}

fn any_dates() -> impl Strategy<Value = Vec<LawDate>> {
    let days: Vec<Day> =
        std::iter::successors(Some(day("2026-01-01")), |one| Some(next(*one))).take(20).collect();
    let one = (0..20_usize, prop::option::of(0..20_usize), prop::sample::select(vec!["1", "1(1)", "2"]));
    prop::collection::vec(one, 1..5).prop_map(move |all| {
        let made = all.into_iter().enumerate().map(|(at, (from, until, provision))| {
            let mut made = date(&at.to_string(), &[provision], "2026-01-01", None);
            made.applies_from = days[from];
            made.until = until.map(|until| days[until.max(from)]);
            made
        });
        made.collect()
    })
}

proptest! {
    #[test]
    fn every_day_has_the_one_state_that_the_dates_say(dates in any_dates()) {
        let catalog = act(dates);
        let mut on_day = day("2025-12-30");
        while on_day < day("2026-01-25") {
            for provision in ["1", "1(1)", "1(2)", "2"] {
                let found = catalog.dates_of(&code(&format!("act:{provision}")));
                let applied = |one: Day| found.iter().any(|date| date.applies_from <= one && date.until.is_none_or(|until| one < until));
                let expected = if found.is_empty() {
                    "undated"
                } else if applied(on_day) {
                    "applies"
                } else if found.iter().any(|date| date.applies_from > on_day && applied(date.applies_from) && !date.is_never()) {
                    "not yet"
                } else {
                    "ended"
                };
                let told = on(&catalog, provision, on_day);
                prop_assert_eq!(told.split(':').next(), Some(expected), "{} on {}", provision, on_day);
            }
            on_day = next(on_day);
        }
    }

    #[test]
    fn a_state_changes_only_on_a_day_that_a_date_names(dates in any_dates()) {
        let named: BTreeSet<Day> = dates.iter().flat_map(|date| [Some(date.applies_from), date.until]).flatten().collect();
        let catalog = act(dates);
        let mut on_day = day("2025-12-30");
        while on_day < day("2026-01-25") {
            let following = next(on_day);
            for provision in ["1", "1(1)", "2"] {
                let (before, after) = (on(&catalog, provision, on_day), on(&catalog, provision, following));
                prop_assert!(before == after || named.contains(&following), "{} on {}", provision, following);
            }
            on_day = following;
        }
    }
}
