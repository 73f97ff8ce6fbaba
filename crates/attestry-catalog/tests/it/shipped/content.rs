//! The rules that the content is written by.

use std::collections::BTreeSet;
use std::path::Path;

use attestry_catalog::{Files, load};
use attestry_domain::catalog::{FrameworkKind, Requirement};
use attestry_domain::id::ControlId;

use super::{CATALOG, id};

/// Frameworks in which everything that is assessed is a leaf, by kind: the two management systems and the criteria.
const BY_KIND: [&str; 3] = ["soc2", "iso42001", "iso27001"];

#[test]
fn ten_frameworks_each_say_what_they_are_in_practice_and_from_where_that_is_known() {
    let ids: Vec<&str> = CATALOG.frameworks.keys().map(|id| id.as_str()).collect();
    let expected = [
        "california",
        "colorado",
        "eu-ai-act",
        "illinois",
        "iso27001",
        "iso42001",
        "nist-ai-rmf",
        "nyc-ll144",
        "soc2",
        "texas",
    ];
    assert_eq!(ids, expected);
    for framework in CATALOG.frameworks.values() {
        let scheme = framework.scheme.as_ref().unwrap_or_else(|| panic!("{} has no scheme", framework.id));
        assert!(!scheme.sources.is_empty(), "{}", framework.id);
        let is_law = framework.kind == FrameworkKind::Law;
        assert_eq!(!framework.dates.is_empty(), is_law, "{}", framework.id);
        assert!(!is_law || framework.licence_note.contains("egal advice"), "{}", framework.id);
    }
}

#[test]
fn all_and_only_criteria_leaf_clauses_and_annex_a_controls_are_assessable() {
    for framework in BY_KIND {
        let parents: BTreeSet<_> =
            CATALOG.requirements_of(&id(framework)).filter_map(|one| one.parent.as_ref()).collect();
        for one in CATALOG.requirements_of(&id(framework)) {
            let expected = match one.kind.as_str() {
                "criterion" | "control" => true,
                "clause" => !parents.contains(&one.id),
                _ => false,
            };
            assert_eq!(one.assessable, expected, "{}", one.id);
            assert!(!one.excludable || expected && one.kind != "clause", "{}", one.id);
            assert!(one.excludable || one.kind != "control", "{}", one.id);
        }
    }
    for one in CATALOG.requirements_of(&id("nist-ai-rmf")) {
        assert_eq!(one.assessable, one.kind == "subcategory", "{}", one.id);
    }
}

#[test]
fn nothing_assessed_lies_beneath_something_assessed() {
    for one in CATALOG.requirements.values().filter(|one| one.assessable) {
        let mut above = one.parent.as_ref();
        while let Some(id) = above {
            let node = &CATALOG.requirements[id];
            assert!(!node.assessable, "{} lies beneath {}", one.id, node.id);
            above = node.parent.as_ref();
        }
    }
}

#[test]
fn everything_assessed_is_explained_and_nothing_else_is_judged() {
    for one in CATALOG.requirements.values() {
        let judged = [&one.looks_for, &one.evidence].map(|text| !text.is_empty());
        assert_eq!(judged, [one.assessable; 2], "{}", one.id);
        assert!(!one.assessable || !one.summary.is_empty(), "{}", one.id);
        assert!(one.unmapped.is_empty() || one.assessable, "{}", one.id);
    }
}

#[test]
fn every_assessable_requirement_has_a_key_control_or_says_why_none_can_be() {
    for one in CATALOG.requirements.values().filter(|one| one.assessable) {
        let has_key = CATALOG.mapped(&one.id).any(|(_, mapping)| mapping.kind.is_key());
        assert_ne!(has_key, !one.unmapped.is_empty(), "{}", one.id);
    }
}

#[test]
fn of_the_standards_no_requirement_goes_without_a_control() {
    for framework in ["soc2", "iso42001", "iso27001", "nist-ai-rmf"] {
        let unmapped: Vec<&Requirement> =
            CATALOG.requirements_of(&id(framework)).filter(|one| !one.unmapped.is_empty()).collect();
        assert!(unmapped.is_empty(), "{unmapped:?}");
    }
}

#[test]
fn there_are_about_150_controls_and_each_is_complete() {
    assert!((130..=190).contains(&CATALOG.controls.len()), "{}", CATALOG.controls.len());
    for control in CATALOG.controls.values() {
        assert!(!control.mappings.is_empty() && !control.evidence.is_empty(), "{}", control.id);
    }
}

#[test]
fn soc_2_security_and_iso_42001_together_need_about_sixty_controls() {
    let needed = |framework: &str, category: &[&str]| -> BTreeSet<ControlId> {
        CATALOG.needed(&id(framework), &category.iter().map(|one| (*one).to_owned()).collect())
    };
    let (soc2, iso) = (needed("soc2", &["security"]), needed("iso42001", &[]));
    let both: BTreeSet<_> = soc2.union(&iso).collect();
    assert!((55..=75).contains(&both.len()), "{}: {} and {}", both.len(), soc2.len(), iso.len());
}

#[test]
fn every_family_of_the_control_set_is_there() {
    let families: BTreeSet<&str> = CATALOG.controls.values().map(|control| control.family.as_str()).collect();
    let expected = [
        "access",
        "ai-data",
        "ai-governance",
        "ai-impact",
        "ai-lifecycle",
        "ai-monitoring",
        "ai-oversight",
        "ai-transparency",
        "change",
        "continuity",
        "data",
        "governance",
        "incident",
        "monitoring",
        "operations",
        "people",
        "physical",
        "privacy",
        "risk",
        "vendor",
    ];
    assert_eq!(families.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_embedded_catalog_is_the_one_in_the_folder() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs");
    assert_eq!(Files::read(&dir).unwrap(), Files::embedded());
    assert_eq!(load(&dir).unwrap().digest, CATALOG.digest);
}

#[test]
fn every_control_test_has_cases_with_an_expected_result() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs/tests");
    for id in CATALOG.tests.keys() {
        let cases: Vec<_> = std::fs::read_dir(tests.join(id.as_str()).join("cases")).unwrap().collect();
        assert!(cases.len() >= 3, "{id}");
        for case in cases {
            assert!(case.unwrap().path().join("expected.yaml").is_file(), "{id}");
        }
    }
}
