//! Categories that stand for roles, and categories that requirements belong to.

use attestry_domain::catalog::{Applies, Category, Framework, FrameworkKind, MappingKind, Requirement};

use super::content::{of, yearly};
use super::support::{code, framework, requirement};

fn law() -> Framework {
    let category = |id: &str| Category {
        id: id.to_owned(),
        title: id.to_owned(),
        required: false,
        ai_gap: String::new(),
    };
    framework("act", FrameworkKind::Law, vec![category("provider"), category("deployer")])
}

fn owed_by(duty: &[&str]) -> Requirement {
    let duty = duty.iter().map(|one| (*one).to_owned()).collect();
    let applies = Some(Applies { duty, tier: vec!["high_risk".to_owned()], when: String::new() });
    Requirement { applies, ..requirement("act:1", "article", false, None) }
}

fn in_scope(requirement: &Requirement, chosen: &[&str]) -> bool {
    law().has_in_scope(requirement, |category| chosen.contains(&category))
}

#[test]
fn a_duty_is_in_scope_when_one_of_its_bearers_is_chosen() {
    assert!(in_scope(&owed_by(&["provider"]), &["provider"]));
    assert!(!in_scope(&owed_by(&["provider"]), &["deployer"]));
    assert!(in_scope(&owed_by(&["provider", "deployer"]), &["deployer"]));
    assert!(!in_scope(&owed_by(&["provider", "deployer"]), &[]));
}

#[test]
fn what_concerns_everybody_or_a_role_that_is_no_category_is_always_in_scope() {
    assert!(in_scope(&requirement("act:1", "article", false, None), &[]));
    assert!(in_scope(&owed_by(&[]), &[]));
    assert!(in_scope(&owed_by(&["employer"]), &["provider"]));
}

#[test]
fn a_requirement_of_a_category_follows_its_category_whoever_owes_it() {
    let one = Requirement { category: Some("deployer".to_owned()), ..owed_by(&["provider"]) };
    assert!(in_scope(&one, &["deployer"]));
    assert!(!in_scope(&one, &["provider"]));
}

#[test]
fn a_role_not_chosen_needs_no_controls() {
    let both = vec![owed_by(&["provider"]), Requirement { id: code("act:2"), ..owed_by(&["deployer"]) }];
    let key = MappingKind::ContributesKey;
    let controls = vec![yearly("PRO-01", &[("act:1", key)]), yearly("DEP-01", &[("act:2", key)])];
    let catalog = of(vec![(law(), both)], controls, vec![]);
    let needed = catalog.needed(&code("act"), &["deployer".to_owned()].into());
    assert_eq!(needed.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["DEP-01"]);
}
