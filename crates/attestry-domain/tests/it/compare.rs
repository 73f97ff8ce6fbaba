//! Frameworks side by side.

use attestry_domain::catalog::{MappingKind, Topic};
use attestry_domain::compare::{ExtentWord, compare};

use super::content::{crosswalk, of, plain, yearly};
use super::support::code;

const KEY: MappingKind = MappingKind::ContributesKey;

#[test]
fn a_topic_is_covered_from_half_of_its_controls_on_and_supporting_ones_do_not_count() {
    let controls = vec![
        yearly("ONE-01", &[("a:1", KEY), ("b:1", KEY)]),
        yearly("TWO-01", &[("a:1", MappingKind::Satisfies), ("c:1", MappingKind::ContributesSupporting)]),
        yearly("SIX-01", &[("a:1", MappingKind::ContributesSupporting)]),
    ];
    let topic = Topic {
        id: "t".to_owned(),
        title: "T".to_owned(),
        about: "about".to_owned(),
        controls: vec![code("ONE-01"), code("TWO-01"), code("SIX-01")],
    };
    let frameworks = vec![plain("a", 1), plain("b", 1), plain("c", 1)];
    let catalog = of(frameworks, controls, vec![]).with_topics(vec![topic]);
    let found = compare(&catalog, &[code("a"), code("b"), code("c"), code("nobody")]);
    let extents: Vec<_> = found.topics[0].extents.iter().map(|one| (one.word, one.needed, one.of)).collect();
    let expected = [(ExtentWord::Covers, 2, 3), (ExtentWord::Partly, 1, 3), (ExtentWord::Misses, 0, 3)];
    assert_eq!(extents, expected);
}

#[test]
fn each_pair_with_a_crosswalk_is_told_once_and_unknown_frameworks_are_left_out() {
    let catalog = of(
        vec![plain("a", 2), plain("b", 1), plain("c", 1)],
        vec![yearly("ONE-01", &[("a:1", KEY)])],
        vec![crosswalk("b", "a", vec![])],
    );
    let found = compare(&catalog, &[code("nobody"), code("a"), code("c"), code("b")]);
    let sides: Vec<_> =
        found.frameworks.iter().map(|side| (side.id.as_str(), side.assessable, side.needs)).collect();
    assert_eq!(sides, [("a", 2, 1), ("c", 1, 0), ("b", 1, 0)]);
    let pairs: Vec<_> = found.pairs.iter().map(|pair| (pair.from.as_str(), pair.to.as_str())).collect();
    assert_eq!(pairs, [("b", "a")]);
}
