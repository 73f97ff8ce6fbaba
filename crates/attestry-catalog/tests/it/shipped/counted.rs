//! The numbers that the catalog gives of itself.

use attestry_catalog::counts;
use attestry_domain::catalog::Relation;

use super::CATALOG;

#[test]
fn the_numbers_add_up() {
    let counts = counts(&CATALOG);
    assert_eq!(counts.controls, CATALOG.controls.len());
    assert_eq!(counts.families.iter().map(|family| family.controls).sum::<usize>(), counts.controls);
    let mappings = counts.mappings;
    assert_eq!(mappings.total, mappings.satisfies + mappings.key + mappings.supporting);
    for framework in &counts.frameworks {
        let reach = framework.reach;
        assert_eq!(framework.by_kind.values().sum::<usize>(), framework.requirements, "{}", framework.id);
        assert!(reach.with_key <= reach.with_any && reach.with_any <= reach.assessable, "{}", framework.id);
        assert_eq!(reach.with_key + framework.unmapped, reach.assessable, "{}", framework.id);
        assert_eq!(framework.mapped_percent == 100, framework.unmapped == 0, "{}", framework.id);
    }
}

#[test]
fn the_categories_of_soc_2_part_its_criteria_and_the_roles_of_a_law_may_share_its_duties() {
    for framework in counts(&CATALOG).frameworks {
        let within = |category: &attestry_catalog::CategoryCounts| category.reach.assessable;
        let inside: usize = framework.categories.iter().map(within).sum();
        if framework.id.as_str() == "soc2" {
            assert_eq!(inside, framework.reach.assessable);
        }
        assert!(framework.categories.iter().all(|category| within(category) > 0), "{}", framework.id);
        assert!(framework.categories.iter().all(|one| within(one) <= framework.reach.assessable));
    }
}

#[test]
fn every_crosswalk_is_counted_by_relation_and_by_what_stands_alone() {
    let counts = counts(&CATALOG);
    assert_eq!(counts.crosswalks.len(), CATALOG.crosswalks.len());
    for (counted, crosswalk) in counts.crosswalks.iter().zip(&CATALOG.crosswalks) {
        assert_eq!(counted.id, crosswalk.id);
        let relations: Vec<Relation> = counted.relations.iter().map(|one| one.relation).collect();
        assert_eq!(relations, Relation::ALL);
        assert_eq!(counted.relations.iter().map(|one| one.rows).sum::<usize>(), counted.rows);
        assert_eq!(counted.alone_from + counted.alone_to, crosswalk.alone.len(), "{}", crosswalk.id);
    }
}

#[test]
fn the_names_of_the_numbers_stay() {
    let json = serde_json::to_value(counts(&CATALOG)).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let all = [
        "controls",
        "crosswalks",
        "families",
        "frameworks",
        "mappings",
        "streams",
        "tested_controls",
        "tests",
        "topics",
    ];
    assert_eq!(keys(&json), all);
    let framework =
        ["by_kind", "categories", "id", "mapped_percent", "reach", "requirements", "short", "unmapped"];
    assert_eq!(keys(&json["frameworks"][0]), framework);
    let crosswalk = ["alone_from", "alone_to", "from", "id", "relations", "rows", "to"];
    assert_eq!(keys(&json["crosswalks"][0]), crosswalk);
    assert_eq!(json["crosswalks"][0]["relations"][1]["relation"], "subset_of");
    assert_eq!(keys(&json["frameworks"][0]["reach"]), ["assessable", "with_any", "with_key"]);
}
