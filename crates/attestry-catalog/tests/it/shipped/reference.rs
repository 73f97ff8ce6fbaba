//! Identifiers, parents, kinds and titles, against lists that were checked against the publications.

use std::collections::BTreeMap;
use std::path::Path;

use super::{CATALOG, id};

/// id, parent, kind, title.
fn reference(name: &str) -> Vec<[String; 4]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|row| std::array::from_fn(|at| row.as_ref().unwrap()[at].to_owned())).collect()
}

/// The rows without the titles of points of focus, which have none in the publication.
fn sorted(rows: impl IntoIterator<Item = [String; 4]>) -> Vec<[String; 4]> {
    let titled = |[id, parent, kind, title]: [String; 4]| {
        let title = if kind == "point_of_focus" { String::new() } else { title };
        [id, parent, kind, title]
    };
    let mut rows: Vec<[String; 4]> = rows.into_iter().map(titled).collect();
    rows.sort();
    rows
}

fn assert_equals_reference(framework: &str, name: &str) {
    let ours = CATALOG.requirements_of(&id(framework)).map(|one| {
        let parent = one.parent.as_ref().map(|parent| parent.code().to_owned()).unwrap_or_default();
        [one.id.code().to_owned(), parent, one.kind.clone(), one.title.clone()]
    });
    assert_eq!(sorted(ours), sorted(reference(name)), "{framework}");
}

#[test]
fn every_identifier_parent_kind_and_title_equals_the_reference() {
    for (framework, name) in [
        ("soc2", "soc2-tsc-2017-rev2022.csv"),
        ("iso42001", "iso-42001-2023.csv"),
        ("iso27001", "iso-27001-2022.csv"),
        ("nist-ai-rmf", "nist-ai-rmf-1.0.csv"),
        ("eu-ai-act", "eu-ai-act-2024-1689.csv"),
        ("colorado", "colorado-sb24-205.csv"),
    ] {
        assert_equals_reference(framework, name);
    }
}

#[test]
fn every_criterion_has_as_many_points_of_focus_as_the_reference() {
    let mut ours: BTreeMap<String, usize> = BTreeMap::new();
    for one in CATALOG.requirements_of(&id("soc2")).filter(|one| one.kind == "point_of_focus") {
        *ours.entry(one.parent.as_ref().unwrap().code().to_owned()).or_default() += 1;
    }
    let counts = reference("soc2-tsc-2017-rev2022.pof-counts.csv");
    let counts: BTreeMap<String, usize> =
        counts.into_iter().map(|[id, count, ..]| (id, count.parse().unwrap())).collect();
    assert_eq!(ours, counts);
}

#[test]
fn the_standards_have_as_many_requirements_as_published() {
    let count = |framework: &str, kind: &str| {
        CATALOG.requirements_of(&id(framework)).filter(|one| one.kind == kind).count()
    };
    assert_eq!((count("soc2", "criterion"), count("soc2", "point_of_focus")), (61, 330));
    assert_eq!((count("iso42001", "control"), count("iso42001", "control_objective")), (38, 9));
    assert_eq!((count("iso27001", "control"), count("nist-ai-rmf", "subcategory")), (93, 72));
}

#[test]
fn the_five_categories_hold_the_criteria_of_the_publication() {
    let count = |category: &str| {
        let criteria = CATALOG.requirements_of(&id("soc2")).filter(|one| one.assessable);
        criteria.filter(|one| one.category.as_deref() == Some(category)).count()
    };
    let counts =
        ["security", "availability", "processing_integrity", "confidentiality", "privacy"].map(count);
    assert_eq!(counts, [33, 3, 5, 2, 18]);
}
