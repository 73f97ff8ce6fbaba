//! What is had towards what is wanted.

use std::collections::BTreeSet;

use attestry_domain::catalog::{Catalog, MappingKind, Relation};
use attestry_domain::overlap::{Basis, GROUNDWORK, Item, Kind, overlap};
use proptest::prelude::*;

use super::content::{any_catalog, crosswalk, of, plain, row, wish, yearly};
use super::support::code;

const KEY: MappingKind = MappingKind::ContributesKey;

fn items<'a>(catalog: &'a Catalog, have: &[&str]) -> Vec<Item<'a>> {
    overlap(catalog, &wish(have, "a", true)).items
}

#[test]
fn a_row_decides_by_its_relation_read_from_what_is_had() {
    let rows = vec![
        row("a:1", "b:1", Relation::SubsetOf, 6),
        row("a:2", "b:1", Relation::SupersetOf, 6),
        row("a:3", "b:1", Relation::Intersects, 3),
        row("a:4", "b:1", Relation::NoRelation, 0),
    ];
    let catalog = of(vec![plain("a", 4), plain("b", 1)], vec![], vec![crosswalk("a", "b", rows)]);
    let found = items(&catalog, &["b"]);
    let kinds: Vec<Kind> = found.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [Kind::Reuse, Kind::Extend, Kind::Extend, Kind::New]);
    assert_eq!(found[1].left, "the rest of a:2");
    assert_eq!((&*found[0].left, found[0].basis), ("", Basis::Crosswalk));
}

#[test]
fn without_the_ai_systems_in_scope_the_best_row_says_what_to_widen() {
    let rows = vec![row("a:1", "b:1", Relation::Equal, 10)];
    let catalog = of(vec![plain("a", 1), plain("b", 1)], vec![], vec![crosswalk("a", "b", rows)]);
    let item = overlap(&catalog, &wish(&["b"], "a", false)).items.remove(0);
    assert_eq!(item.kind, Kind::Extend);
    assert!(item.left.contains("AI systems"), "{}", item.left);
}

#[test]
fn controls_that_both_ask_for_are_work_to_widen_and_never_reuse() {
    let controls = vec![yearly("ONE-01", &[("a:1", KEY), ("b:1", KEY)]), yearly("TWO-01", &[("a:1", KEY)])];
    let catalog = of(vec![plain("a", 1), plain("b", 1)], controls, vec![]);
    let item = items(&catalog, &["b"]).remove(0);
    assert_eq!((item.kind, item.basis), (Kind::Extend, Basis::SharedControls));
    assert_eq!(item.why, "What you have needs ONE-01 too.");
    assert!(item.left.starts_with("Add TWO-01"), "{}", item.left);
    assert_eq!(item.closes_with, [code("TWO-01"), code("ONE-01")]);
}

#[test]
fn a_crosswalk_that_finds_no_counterpart_outweighs_shared_controls_and_gives_its_reason() {
    let controls = vec![yearly("ONE-01", &[("a:1", KEY), ("b:1", KEY)])];
    let mut judged = crosswalk("a", "b", vec![row("a:1", "b:1", Relation::NoRelation, 0)]);
    judged.alone.insert(code("a:1"), "nobody else asks for it".to_owned());
    let catalog = of(vec![plain("a", 1), plain("b", 1)], controls, vec![judged]);
    let item = items(&catalog, &["b"]).remove(0);
    assert_eq!((item.kind, &*item.why), (Kind::New, "nobody else asks for it"));
}

#[test]
fn a_pair_that_two_crosswalks_have_is_given_once() {
    let one = crosswalk("a", "b", vec![row("a:1", "b:1", Relation::Intersects, 5)]);
    let other = crosswalk("b", "a", vec![row("b:1", "a:1", Relation::Intersects, 4)]);
    let catalog = of(vec![plain("a", 1), plain("b", 1)], vec![], vec![one, other]);
    let item = items(&catalog, &["b"]).remove(0);
    assert_eq!(item.from.iter().map(|given| given.strength).collect::<Vec<_>>(), [5]);
}

#[test]
fn what_is_wanted_gives_nothing_towards_itself_and_a_stranger_neither() {
    let catalog = of(vec![plain("a", 2)], vec![yearly("ONE-01", &[("a:1", KEY), ("a:2", KEY)])], vec![]);
    assert!(items(&catalog, &["a", "stranger"]).iter().all(|item| item.kind == Kind::New));
}

fn any_have() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(vec!["b", "c"], 0..=2)
}

proptest! {
    #[test]
    fn every_wanted_requirement_is_one_item_and_the_counts_add_up(catalog in any_catalog(), have in any_have(), ai in any::<bool>()) {
        let found = overlap(&catalog, &wish(&have, "a", ai));
        prop_assert_eq!(found.reuse + found.extend + found.new, found.total);
        let items: Vec<_> = found.items.iter().map(|item| &item.requirement).collect();
        let wanted: Vec<_> = catalog.requirements_of(&code("a")).map(|one| &one.id).collect();
        prop_assert_eq!(items, wanted);
        for item in &found.items {
            prop_assert_eq!(item.left.is_empty(), item.kind == Kind::Reuse, "{:?}", item);
            prop_assert!(!item.why.is_empty());
            prop_assert!(item.kind != Kind::Reuse || item.from[0].relation.meets());
            let thin = item.from.iter().all(|given| given.strength < GROUNDWORK && !given.relation.meets());
            prop_assert!(item.kind != Kind::New || thin, "{:?}", item);
            prop_assert!(item.basis != Basis::Nothing || item.kind == Kind::New);
        }
    }

    #[test]
    fn without_ai_in_scope_nothing_is_reuse_and_nothing_else_changes(catalog in any_catalog(), have in any_have()) {
        let (with, without) = (overlap(&catalog, &wish(&have, "a", true)), overlap(&catalog, &wish(&have, "a", false)));
        prop_assert_eq!(without.reuse, 0);
        prop_assert_eq!(without.extend, with.reuse + with.extend);
        prop_assert_eq!(without.new, with.new);
    }

    #[test]
    fn having_more_never_makes_an_item_worse(catalog in any_catalog(), have in any_have(), more in any_have()) {
        let both: BTreeSet<&str> = have.iter().chain(&more).copied().collect();
        let both: Vec<&str> = both.into_iter().collect();
        for (less, more) in items(&catalog, &have).iter().zip(items(&catalog, &both)) {
            prop_assert!(more.kind <= less.kind, "{:?} became {:?}", less, more);
        }
    }

    #[test]
    fn meeting_more_requirements_never_makes_an_item_worse(catalog in any_catalog(), met in prop::collection::btree_set(0..8_usize, 0..8), more in prop::collection::btree_set(0..8_usize, 0..8)) {
        let ids = |which: &BTreeSet<usize>| which.iter().map(|at| code(&format!("{}:{}", ["b", "c"][at / 4], at % 4 + 1))).collect();
        let kinds = |met: BTreeSet<_>| {
            let asked = attestry_domain::overlap::Wish { met: Some(met), ..wish(&["b", "c"], "a", true) };
            overlap(&catalog, &asked).items.into_iter().map(|item| item.kind).collect::<Vec<_>>()
        };
        let (less, more) = (kinds(ids(&met)), kinds(ids(&met.union(&more).copied().collect())));
        prop_assert!(less.iter().zip(&more).all(|(less, more)| more <= less), "{:?} {:?}", less, more);
    }
}
