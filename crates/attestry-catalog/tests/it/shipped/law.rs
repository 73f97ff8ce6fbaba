//! The dates of the laws.

use attestry_domain::catalog::{FrameworkKind, LawState};
use attestry_domain::time::{Day, day, next};

use super::{CATALOG, id};

fn state(provision: &str, on: &str) -> &'static str {
    match CATALOG.law_on(&id(provision), day(on).unwrap()) {
        LawState::Undated => "undated",
        LawState::NotYet(_) => "not yet",
        LawState::Applies(_) => "applies",
        LawState::Ended(_) => "ended",
    }
}

#[test]
fn every_assessable_provision_has_a_state_on_every_day_of_ten_years() {
    let laws = CATALOG.frameworks.values().filter(|framework| framework.kind == FrameworkKind::Law);
    for law in laws {
        let mut days: Vec<Day> =
            law.dates.iter().flat_map(|date| [Some(date.applies_from), date.until]).flatten().collect();
        days.extend(days.clone().into_iter().map(next));
        days.extend([day("2020-01-01").unwrap(), day("2030-12-31").unwrap()]);
        for one in CATALOG.requirements_of(&law.id).filter(|one| one.assessable) {
            for on in &days {
                let state = CATALOG.law_on(&one.id, *on);
                assert!(!matches!(state, LawState::Undated), "{} on {on}", one.id);
            }
        }
    }
}

#[test]
fn every_date_is_in_force_on_its_own_day_and_no_longer_on_its_end() {
    for law in CATALOG.frameworks.values() {
        for date in &law.dates {
            assert_eq!(date.applies_on(date.applies_from), !date.is_never(), "{} {}", law.id, date.id);
            assert!(date.until.is_none_or(|until| !date.applies_on(until)), "{} {}", law.id, date.id);
        }
    }
}

#[test]
fn the_act_of_colorado_that_was_replaced_never_applies_and_the_new_one_does_from_2027() {
    let old = CATALOG.requirements_of(&id("colorado")).find(|one| one.id.code() == "SB24-205").unwrap();
    for on in ["2026-06-29", "2026-06-30", "2026-11-21", "2027-06-01"] {
        assert_eq!(state(old.id.as_str(), on), "ended", "{on}");
    }
    let duties = CATALOG.requirements_of(&id("colorado")).filter(|one| one.assessable);
    for one in duties {
        assert_eq!(state(one.id.as_str(), "2026-12-31"), "not yet", "{}", one.id);
        assert_eq!(state(one.id.as_str(), "2027-01-01"), "applies", "{}", one.id);
    }
}

#[test]
fn the_prohibitions_of_the_eu_ai_act_apply_since_2025_and_duties_for_high_risk_systems_later() {
    assert_eq!(state("eu-ai-act:Art.5(1)(a)", "2025-02-01"), "not yet");
    assert_eq!(state("eu-ai-act:Art.5(1)(a)", "2025-02-02"), "applies");
    assert_eq!(state("eu-ai-act:Art.9(1)", "2026-11-21"), "not yet");
    assert_eq!(state("eu-ai-act:Art.9(1)", "2027-12-02"), "applies");
}
