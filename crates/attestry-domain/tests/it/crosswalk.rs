//! A row of a crosswalk from both its sides.

use attestry_domain::catalog::{MappingKind, Relation};
use proptest::prelude::*;

use super::content::{any_catalog, crosswalk, of, plain, row, yearly};
use super::support::code;

#[test]
fn a_relation_told_back_and_forth_is_itself() {
    for relation in Relation::ALL {
        assert_eq!(relation.inverse().inverse(), relation);
        assert_eq!(relation.weight(), relation.inverse().weight());
        let both = relation.meets() && relation.inverse().meets();
        assert_eq!(both, relation == Relation::Equal, "{}", relation.as_str());
    }
}

#[test]
fn only_a_superset_of_what_is_wanted_or_its_equal_meets_it() {
    let meets: Vec<Relation> = Relation::ALL.into_iter().filter(|one| one.meets()).collect();
    assert_eq!(meets, [Relation::Equal, Relation::SupersetOf]);
}

#[test]
fn a_crosswalk_is_found_whichever_way_it_was_written_and_between_no_others() {
    let catalog =
        of(vec![plain("a", 1), plain("b", 1), plain("c", 1)], vec![], vec![crosswalk("a", "b", vec![])]);
    let found = |one, other| catalog.crosswalk(&code(one), &code(other)).map(|found| found.id.as_str());
    assert_eq!((found("a", "b"), found("b", "a")), (Some("a--b"), Some("a--b")));
    assert_eq!((found("a", "c"), found("a", "a")), (None, None));
}

#[test]
fn the_counts_name_every_relation_and_add_up_to_the_rows() {
    let rows = vec![row("a:1", "b:1", Relation::Equal, 9), row("a:2", "b:1", Relation::NoRelation, 0)];
    let counts = crosswalk("a", "b", rows).counts();
    assert_eq!(counts.iter().map(|(relation, _)| *relation).collect::<Vec<_>>(), Relation::ALL);
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 2);
}

#[test]
fn the_controls_that_a_framework_needs_are_those_that_are_key_for_it() {
    let controls = vec![
        yearly("KEY-01", &[("a:1", MappingKind::ContributesKey)]),
        yearly("SAT-01", &[("a:2", MappingKind::Satisfies)]),
        yearly("SUP-01", &[("a:1", MappingKind::ContributesSupporting)]),
        yearly("OTH-01", &[("b:1", MappingKind::Satisfies)]),
    ];
    let catalog = of(vec![plain("a", 2), plain("b", 1)], controls, vec![]);
    let needed = catalog.needed(&code("a"), &Default::default());
    assert_eq!(needed.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["KEY-01", "SAT-01"]);
}

proptest! {
    #[test]
    fn a_row_says_the_same_seen_from_either_side(catalog in any_catalog()) {
        for row in catalog.crosswalks.iter().flat_map(|crosswalk| &crosswalk.rows) {
            let (to, from) = (row.towards_second(), row.towards_first());
            prop_assert_eq!((to.had, to.wanted), (from.wanted, from.had));
            prop_assert_eq!(to.relation, from.relation.inverse());
            prop_assert_eq!((to.strength, to.why), (from.strength, from.why));
            let none = row.relation == Relation::NoRelation;
            prop_assert!(none || to.left.is_empty() == to.relation.meets());
            prop_assert!(none || from.left.is_empty() == from.relation.meets());
        }
    }

    #[test]
    fn every_row_is_found_from_both_its_requirements_and_each_reads_towards_itself(catalog in any_catalog()) {
        let rows = || catalog.crosswalks.iter().flat_map(|crosswalk| &crosswalk.rows);
        let mut found = 0;
        for id in catalog.requirements.keys() {
            for related in catalog.related(id) {
                prop_assert_eq!(related.wanted, id);
                prop_assert!(rows().any(|row| row.towards_second() == related || row.towards_first() == related));
                found += 1;
            }
        }
        prop_assert_eq!(found, rows().count() * 2);
    }
}
