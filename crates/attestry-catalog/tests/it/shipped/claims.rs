//! Well-known claims, reproduced from the data.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::compare::{ExtentWord, extent};
use attestry_domain::overlap::{Kind, Overlap, Wish, closing, overlap};
use attestry_domain::relevance::ai_relevance;

use super::{CATALOG, id};

fn towards(have: &[&str], want: &str, ai_in_scope: bool) -> Overlap<'static> {
    let have: BTreeMap<_, _> = have.iter().map(|one| (id(one), BTreeSet::new())).collect();
    overlap(&CATALOG, &Wish { have, met: None, want: id(want), categories: BTreeSet::new(), ai_in_scope })
}

fn word(topic: &str, framework: &str) -> ExtentWord {
    let topic = CATALOG.topics.iter().find(|one| one.id == topic).unwrap_or_else(|| panic!("{topic}"));
    extent(&CATALOG, &CATALOG.frameworks[&id(framework)], topic).word
}

#[test]
fn soc_2_misses_six_topics_that_iso_42001_goes_into() {
    for topic in ["bias", "transparency", "oversight", "lifecycle", "drift", "impact"] {
        assert_eq!(word(topic, "soc2"), ExtentWord::Misses, "{topic}");
        assert!(word(topic, "iso42001") > ExtentWord::Misses, "{topic}");
    }
}

#[test]
fn soc_2_covers_six_topics_well() {
    for topic in ["access", "change", "incident", "encryption", "vendor", "monitoring"] {
        assert_eq!(word(topic, "soc2"), ExtentWord::Covers, "{topic}");
    }
}

#[test]
fn from_soc_2_no_impact_assessment_is_ever_reused() {
    for have in [&["soc2"][..], &["soc2", "nist-ai-rmf"]] {
        let found = towards(have, "iso42001", true);
        let impact = found.items.iter().filter(|item| item.requirement.code().starts_with("A.5."));
        let impact: Vec<_> = impact.map(|item| item.kind).collect();
        assert_eq!(impact.len(), 4);
        assert!(have.len() > 1 || impact.iter().all(|kind| *kind != Kind::Reuse), "{have:?} {impact:?}");
    }
}

#[test]
fn soc_2_and_iso_42001_complete_each_other_with_little_to_reuse_and_share_groundwork() {
    let found = towards(&["soc2"], "iso42001", true);
    assert_eq!((found.total, found.reuse), (70, 0));
    assert!(found.extend > 0 && found.new > 0, "{} {}", found.extend, found.new);
    let kind = |code: &str| {
        let id = format!("iso42001:{code}");
        found.items.iter().find(|item| item.requirement.as_str() == id).unwrap().kind
    };
    // Risk, documents, incidents, suppliers.
    for shared in ["6.1.2", "7.5.2", "A.8.4", "A.10.3"] {
        assert_eq!(kind(shared), Kind::Extend, "{shared}");
    }
}

#[test]
fn iso_27001_gives_iso_42001_more_to_reuse_than_soc_2_does() {
    let (soc2, iso) = (towards(&["soc2"], "iso42001", true), towards(&["iso27001"], "iso42001", true));
    assert!(iso.reuse > soc2.reuse, "{} {}", iso.reuse, soc2.reuse);
    assert!(iso.new < iso.total, "{}", iso.new);
}

#[test]
fn most_of_soc_2_security_is_begun_once_iso_27001_is_there() {
    let wish = Wish {
        have: [(id("iso27001"), BTreeSet::new())].into(),
        met: None,
        want: id("soc2"),
        categories: ["security".to_owned()].into(),
        ai_in_scope: true,
    };
    let found = overlap(&CATALOG, &wish);
    assert_eq!(found.total, 33);
    assert!((found.reuse + found.extend) * 2 > found.total, "{found:?}");
}

#[test]
fn what_is_open_is_closed_by_controls_and_every_item_says_why() {
    for (have, want) in [("soc2", "iso42001"), ("iso42001", "soc2"), ("iso42001", "eu-ai-act")] {
        let found = towards(&[have], want, true);
        for item in &found.items {
            assert!(!item.why.is_empty() && (item.kind == Kind::Reuse) == item.left.is_empty(), "{item:?}");
            let unmapped = !CATALOG.requirements[&item.requirement].unmapped.is_empty();
            assert!(item.kind == Kind::Reuse || unmapped || !item.closes_with.is_empty(), "{item:?}");
        }
        let closed: usize =
            closing(&CATALOG, &found, &BTreeSet::new()).iter().map(|step| step.closes.len()).sum();
        let open = found.items.iter().filter(|item| !item.closes_with.is_empty()).count();
        assert_eq!(closed, open, "{have} to {want}");
    }
}

#[test]
fn between_any_two_frameworks_nothing_is_reused_while_ai_is_out_of_scope() {
    for have in CATALOG.frameworks.keys() {
        for want in CATALOG.frameworks.keys().filter(|want| *want != have) {
            let (with, without) = (
                towards(&[have.as_str()], want.as_str(), true),
                towards(&[have.as_str()], want.as_str(), false),
            );
            assert_eq!((without.reuse, without.new), (0, with.new), "{have} to {want}");
            assert_eq!(with.total, with.items.len());
        }
    }
}

#[test]
fn of_the_five_categories_processing_integrity_is_the_most_relevant_to_ai_and_availability_the_least() {
    let order = ai_relevance(&CATALOG, &id("soc2"), &id("iso42001"));
    let order: Vec<(&str, f64)> = order.iter().map(|one| (one.category.as_str(), one.mean)).collect();
    let names: Vec<&str> = order.iter().map(|one| one.0).collect();
    assert_eq!(names[..2], ["processing_integrity", "security"], "{order:?}");
    assert_eq!(names[4..], ["availability"], "{order:?}");
    assert!(order.iter().all(|(_, mean)| *mean > 0.0 && *mean < 1.0), "{order:?}");
}

#[test]
fn every_soc_2_category_names_what_of_ai_it_leaves_open() {
    let said = [
        ("security", "Threats to models"),
        ("availability", "Degradation and drift"),
        ("processing_integrity", "Bias and explainability"),
        ("confidentiality", "AI data governance"),
        ("privacy", "Memorisation and re-identification"),
    ];
    for (category, gap) in said {
        let known = CATALOG.frameworks[&id("soc2")].categories.iter().find(|one| one.id == category).unwrap();
        assert!(known.ai_gap.starts_with(gap), "{category}: {}", known.ai_gap);
    }
}
