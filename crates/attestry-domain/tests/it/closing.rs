//! In which order to close what is open.

use std::collections::BTreeSet;

use attestry_domain::catalog::{Cadence, MappingKind, Nature};
use attestry_domain::id::RequirementId;
use attestry_domain::overlap::{Effort, Kind, closing, overlap};
use proptest::prelude::*;

use super::content::{any_catalog, of, plain, wish, yearly};
use super::support::{code, control};

const KEY: MappingKind = MappingKind::ContributesKey;

fn order(catalog: &attestry_domain::catalog::Catalog, there: &[&str]) -> Vec<(String, usize)> {
    let there = there.iter().map(|id| code(id)).collect();
    let steps = closing(catalog, &overlap(catalog, &wish(&[], "a", true)), &there);
    steps.iter().map(|step| (step.control.to_string(), step.closes.len())).collect()
}

#[test]
fn the_control_that_closes_most_comes_first_and_what_is_there_is_not_begun_again() {
    let controls = vec![
        yearly("ONE-01", &[("a:1", KEY)]),
        yearly("TWO-01", &[("a:2", KEY), ("a:3", KEY)]),
        yearly("OLD-01", &[("a:4", KEY)]),
    ];
    let catalog = of(vec![plain("a", 4)], controls, vec![]);
    let expected = [("TWO-01".to_owned(), 2), ("ONE-01".to_owned(), 1)];
    assert_eq!(order(&catalog, &["OLD-01"]), expected);
}

#[test]
fn of_two_that_close_as_much_the_one_with_less_work_comes_first() {
    let daily = control(("A-DAILY", Cadence::Daily, vec![("a:1", KEY)]));
    let catalog = of(vec![plain("a", 2)], vec![daily, yearly("B-YEARLY", &[("a:2", KEY)])], vec![]);
    assert_eq!(order(&catalog, &[]), [("B-YEARLY".to_owned(), 1), ("A-DAILY".to_owned(), 1)]);
}

#[test]
fn more_acts_or_a_machine_that_watches_are_more_work() {
    let effort = |nature, cadence| {
        let mut made = control(("ONE-01", cadence, vec![]));
        made.nature = nature;
        Effort::of(&made)
    };
    assert_eq!(effort(Nature::Manual, Cadence::Annual), Effort::Low);
    assert_eq!(effort(Nature::Manual, Cadence::Monthly), Effort::Medium);
    assert_eq!(effort(Nature::Manual, Cadence::Weekly), Effort::High);
    assert_eq!(effort(Nature::Automated, Cadence::PerEvent), Effort::Medium);
    assert_eq!(effort(Nature::Automated, Cadence::Continuous), Effort::High);
}

proptest! {
    #[test]
    fn every_open_requirement_that_has_controls_is_closed_exactly_once(catalog in any_catalog(), have in prop::sample::subsequence(vec!["b", "c"], 0..=2)) {
        let found = overlap(&catalog, &wish(&have, "a", true));
        let open = found.items.iter().filter(|item| item.kind != Kind::Reuse && !item.closes_with.is_empty());
        let mut open: Vec<RequirementId> = open.map(|item| item.requirement.clone()).collect();
        let steps = closing(&catalog, &found, &BTreeSet::new());
        let mut closed: Vec<RequirementId> = steps.iter().flat_map(|step| step.closes.clone()).collect();
        open.sort();
        closed.sort();
        prop_assert_eq!(closed, open);
        let controls: BTreeSet<_> = steps.iter().map(|step| &step.control).collect();
        prop_assert_eq!(controls.len(), steps.len());
    }

    #[test]
    fn a_requirement_closes_when_the_last_of_its_controls_is_there(catalog in any_catalog()) {
        let found = overlap(&catalog, &wish(&["b"], "a", true));
        let mut there = BTreeSet::new();
        for step in closing(&catalog, &found, &there) {
            let before = there.clone();
            there.insert(step.control.clone());
            for id in &step.closes {
                let item = found.items.iter().find(|item| item.requirement == *id).unwrap();
                prop_assert!(item.closes_with.iter().all(|control| there.contains(control)));
                prop_assert!(item.closes_with.iter().any(|control| !before.contains(control)));
            }
            prop_assert!(!step.closes.is_empty() || step.helps > 0);
        }
    }

    #[test]
    fn the_order_is_the_same_each_time_and_leaves_out_what_is_there(catalog in any_catalog()) {
        let found = overlap(&catalog, &wish(&["c"], "a", true));
        let steps = closing(&catalog, &found, &BTreeSet::new());
        prop_assert_eq!(&steps, &closing(&catalog.clone(), &found.clone(), &BTreeSet::new()));
        let there: BTreeSet<_> = steps.iter().take(1).map(|step| step.control.clone()).collect();
        let rest = closing(&catalog, &found, &there);
        prop_assert_eq!(steps.get(1..).unwrap_or_default(), rest.as_slice());
    }
}
