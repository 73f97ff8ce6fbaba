//! The content that ships, against published identifiers and titles.

use std::collections::BTreeMap;
use std::path::Path;

use attestry_catalog::{Files, counts, embedded, load};
use attestry_domain::catalog::Catalog;

/// id, parent, kind, title.
fn reference(name: &str) -> Vec<[String; 4]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|row| std::array::from_fn(|at| row.as_ref().unwrap()[at].to_owned())).collect()
}

fn catalog() -> Catalog {
    embedded().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

fn assert_equals_reference(framework: &str, name: &str) {
    let catalog = catalog();
    let ours: Vec<[String; 4]> = catalog
        .requirements_of(&framework.parse().unwrap())
        .map(|one| {
            let parent = one.parent.as_ref().map(|parent| parent.code().to_owned()).unwrap_or_default();
            [one.id.code().to_owned(), parent, one.kind.clone(), one.title.clone()]
        })
        .collect();
    let mut reference = reference(name);
    let mut sorted = ours.clone();
    reference.sort();
    sorted.sort();
    assert_eq!(sorted, reference);
}

#[test]
fn every_soc_2_identifier_parent_kind_and_title_equals_the_reference() {
    assert_equals_reference("soc2", "soc2-tsc-2017-rev2022.csv");
}

#[test]
fn every_iso_42001_identifier_parent_kind_and_title_equals_the_reference() {
    assert_equals_reference("iso42001", "iso-42001-2023.csv");
}

#[test]
fn every_criterion_has_as_many_points_of_focus_as_the_reference() {
    let catalog = catalog();
    let mut ours: BTreeMap<String, usize> = BTreeMap::new();
    for one in catalog.requirements_of(&"soc2".parse().unwrap()).filter(|one| one.kind == "point_of_focus") {
        *ours.entry(one.parent.as_ref().unwrap().code().to_owned()).or_default() += 1;
    }
    let counts = reference("soc2-tsc-2017-rev2022.pof-counts.csv");
    let counts: BTreeMap<String, usize> =
        counts.into_iter().map(|[id, count, ..]| (id, count.parse().unwrap())).collect();
    assert_eq!(ours, counts);
}

#[test]
fn all_and_only_criteria_leaf_clauses_and_annex_a_controls_are_assessable() {
    let catalog = catalog();
    for one in catalog.requirements.values() {
        let is_leaf = catalog.requirements.values().all(|other| other.parent.as_ref() != Some(&one.id));
        let expected = match one.kind.as_str() {
            "criterion" | "control" => true,
            "clause" => is_leaf,
            _ => false,
        };
        assert_eq!(one.assessable, expected, "{}", one.id);
        assert!(!one.excludable || expected && one.kind != "clause", "{}", one.id);
        assert!(one.excludable || one.kind != "control", "{}", one.id);
        assert_eq!(one.looks_for.is_empty(), !one.assessable, "{}", one.id);
    }
}

#[test]
fn a_key_control_reaches_every_common_criterion_leaf_clause_and_annex_a_control() {
    let counts = counts(&catalog());
    let [iso, soc2] = counts.frameworks.as_slice() else { panic!() };
    assert_eq!((iso.reach.assessable, iso.reach.with_key), (70, 70));
    assert_eq!(
        (soc2.reach.assessable, soc2.by_kind["criterion"], soc2.by_kind["point_of_focus"]),
        (61, 61, 330)
    );
    let security = soc2.categories.iter().find(|category| category.id == "security").unwrap();
    assert_eq!((security.reach.assessable, security.reach.with_key), (33, 33));
}

#[test]
fn eight_control_tests_check_eight_controls_over_ten_streams() {
    let catalog = catalog();
    let counts = counts(&catalog);
    assert_eq!((counts.tests, counts.tested_controls, counts.streams), (8, 8, 10));
    assert!((55..=80).contains(&counts.controls), "{}", counts.controls);
    assert_eq!(
        counts.mappings.total,
        counts.mappings.satisfies + counts.mappings.key + counts.mappings.supporting
    );
    assert_eq!(counts.families.iter().map(|family| family.controls).sum::<usize>(), counts.controls);
}

#[test]
fn the_embedded_catalog_is_the_one_in_the_folder() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs");
    assert_eq!(Files::read(&dir).unwrap(), Files::embedded());
    assert_eq!(load(&dir).unwrap().digest, embedded().unwrap().digest);
}

#[test]
fn every_control_test_has_cases_with_an_expected_result() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs/tests");
    for id in catalog().tests.keys() {
        let cases: Vec<_> = std::fs::read_dir(tests.join(id.as_str()).join("cases")).unwrap().collect();
        assert!(cases.len() >= 3, "{id}");
        for case in cases {
            assert!(case.unwrap().path().join("expected.yaml").is_file(), "{id}");
        }
    }
}
