//! The crosswalks, by what is fixed about them.

use attestry_domain::catalog::{Relation, Row};

use super::{CATALOG, id};

fn rows(crosswalk: &str) -> &'static [Row] {
    let found = CATALOG.crosswalks.iter().find(|one| one.id == crosswalk);
    found.map(|found| found.rows.as_slice()).unwrap()
}

#[test]
fn five_pairs_of_frameworks_are_reasoned_requirement_by_requirement() {
    for (one, other) in [
        ("soc2", "iso42001"),
        ("iso42001", "iso27001"),
        ("soc2", "iso27001"),
        ("iso42001", "nist-ai-rmf"),
        ("iso42001", "eu-ai-act"),
    ] {
        let crosswalk = CATALOG.crosswalk(&id(one), &id(other));
        let crosswalk = crosswalk.unwrap_or_else(|| panic!("{one} and {other}"));
        assert!(crosswalk.rows.len() > 50, "{}", crosswalk.id);
        let unrelated = crosswalk.rows.iter().filter(|row| row.relation == Relation::NoRelation);
        assert!(unrelated.count() > 0, "{} states no pair without relation", crosswalk.id);
    }
}

#[test]
fn nothing_of_iso_42001_is_said_to_meet_a_duty_of_the_eu_ai_act() {
    for row in rows("iso42001--eu-ai-act") {
        assert!(!row.relation.meets(), "{} and {}", row.from, row.to);
    }
}

#[test]
fn nothing_of_soc_2_is_said_to_meet_a_requirement_of_iso_42001_or_the_other_way_round() {
    for row in rows("soc2--iso42001") {
        assert!(
            matches!(row.relation, Relation::Intersects | Relation::NoRelation),
            "{} {}",
            row.from,
            row.to
        );
    }
}

#[test]
fn every_row_gives_its_reason_as_a_sentence() {
    for row in CATALOG.crosswalks.iter().flat_map(|crosswalk| &crosswalk.rows) {
        let texts = [&row.why, &row.left_to, &row.left_from].into_iter().filter(|text| !text.is_empty());
        for text in texts {
            assert!(text.ends_with('.') && text.len() > 20, "{} and {}: {text}", row.from, row.to);
        }
    }
}
