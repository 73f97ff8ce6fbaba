//! How relevant a category is to AI.

use attestry_domain::catalog::{Category, FrameworkKind, Relation};
use attestry_domain::relevance::ai_relevance;

use super::content::{crosswalk, of, plain, row};
use super::support::{code, framework, requirement};

#[test]
fn a_criterion_counts_by_its_strongest_row_and_a_category_by_the_mean_of_its_criteria() {
    let category = |id: &str| Category {
        id: id.to_owned(),
        title: id.to_owned(),
        required: true,
        ai_gap: String::new(),
    };
    let criteria = vec![
        requirement("soc2:1", "criterion", false, Some("first")),
        requirement("soc2:2", "criterion", false, Some("first")),
        requirement("soc2:3", "criterion", false, Some("second")),
    ];
    let soc2 = framework("soc2", FrameworkKind::Attestation, vec![category("first"), category("second")]);
    let rows = vec![
        row("soc2:1", "ai:1", Relation::Intersects, 10),
        row("soc2:1", "ai:2", Relation::SubsetOf, 8),
        row("soc2:2", "ai:1", Relation::NoRelation, 0),
        row("soc2:3", "ai:1", Relation::Equal, 9),
    ];
    let other = crosswalk("soc2", "other", vec![row("soc2:2", "other:1", Relation::Equal, 10)]);
    let frameworks = vec![(soc2, criteria), plain("ai", 2), plain("other", 1)];
    let catalog = of(frameworks, vec![], vec![crosswalk("soc2", "ai", rows), other]);
    let found = ai_relevance(&catalog, &code("soc2"), &code("ai"));
    let means: Vec<(&str, f64)> = found.iter().map(|one| (one.category.as_str(), one.mean)).collect();
    let expected = [("second", 0.9), ("first", (0.6 + 0.0) / 2.0)];
    for ((category, mean), (right, value)) in means.iter().zip(expected) {
        assert_eq!(*category, right);
        assert!((mean - value).abs() < 1e-9, "{category} {mean}");
    }
    assert_eq!(found[1].criteria.iter().map(|(id, _)| id.code()).collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn a_category_without_criteria_is_of_no_relevance() {
    let empty = Category {
        id: "empty".to_owned(),
        title: "Empty".to_owned(),
        required: false,
        ai_gap: String::new(),
    };
    let alone = (framework("soc2", FrameworkKind::Attestation, vec![empty]), Vec::new());
    let catalog = of(vec![alone, plain("ai", 1)], vec![], vec![]);
    assert!(ai_relevance(&catalog, &code("soc2"), &code("ai"))[0].mean.abs() < 1e-9);
}
