//! Digests that are gone, changed, forged or moved.

use super::super::{Finding, FindingKind};
use super::made::{Made, OTHER, key, made};
use super::{hour, kinds, proven, span};

#[test]
fn a_removed_digest_is_found_and_takes_its_hour_and_the_signature_before() {
    let mut made = made(6);
    let gone = made.digests.remove(3);
    let report = made.check();
    let missing = FindingKind::DigestMissing { after: Some(hour(3)), before: hour(4) };
    assert!(report.findings.contains(&Finding { path: gone.tail.clone(), kind: missing }), "{report:?}");
    assert_eq!(proven(&report), [span(0, 3), span(4, 6)]);
    assert_eq!(
        kinds(&report).iter().filter(|kind| ***kind == FindingKind::Outside).count(),
        2,
        "its log files"
    );
    // In a copy without metadata the digest before it has lost its signature too.
    let mut bare = super::made::made(6).without_metadata();
    bare.digests.remove(3);
    let report = bare.check();
    assert_eq!(proven(&report), [span(0, 2), span(4, 5)]);
    assert!(kinds(&report).contains(&&FindingKind::NoSignature { newest: false }));
}

#[test]
fn a_changed_digest_is_found_by_its_signature_and_by_the_next_ones_hash() {
    let mut made = made(6);
    made.digests[2].text = made.digests[2].text.replace("SHA-256", "SHA-257");
    let report = made.check();
    let path = made.digests[2].tail.clone();
    for kind in [FindingKind::Forged, FindingKind::OtherHash] {
        assert!(report.findings.contains(&Finding { path: path.clone(), kind }), "{report:?}");
    }
    assert_eq!(proven(&report), [span(0, 2), span(3, 6)]);
}

#[test]
fn a_digest_rewritten_after_its_log_was_changed_does_not_hold() {
    let mut made = made(6);
    made.logs[2].content.push(b' ');
    let old = made.logs[2].hash_before.clone();
    let new = made.logs[2].hash();
    made.digests[1].text = made.digests[1].text.replace(&old, &new);
    let report = made.check();
    assert!(kinds(&report).contains(&&FindingKind::Forged));
    assert!(kinds(&report).contains(&&FindingKind::Unproven));
    assert_eq!(proven(&report), [span(0, 1), span(2, 6)]);
}

#[test]
fn a_chain_signed_anew_with_another_key_does_not_hold() {
    let mut forged = Made::new(6, OTHER);
    let report = forged.check();
    assert!(
        report.findings.iter().filter(|finding| finding.kind == FindingKind::Forged).count() == 6,
        "{report:?}"
    );
    assert_eq!(proven(&report), []);
    // Its key is only trusted if it was given.
    forged.keys = vec![key(OTHER)];
    assert_eq!(proven(&forged.check()), [span(0, 6)]);
}

#[test]
fn digests_that_change_places_are_found() {
    let mut made = made(6);
    let (first, second) = (made.digests[1].found_at.clone(), made.digests[4].found_at.clone());
    made.digests[1].found_at = second;
    made.digests[4].found_at = first;
    let report = made.check();
    assert_eq!(kinds(&report).iter().filter(|kind| matches!(kind, FindingKind::Moved(_))).count(), 2);
    assert_eq!(proven(&report), [span(0, 1), span(2, 4), span(5, 6)]);
}

#[test]
fn an_hour_that_was_never_covered_is_a_hole() {
    let mut made = made(3);
    made.skip_hours(1);
    made.extend(2);
    let report = made.check();
    assert!(kinds(&report).contains(&&FindingKind::Uncovered(span(3, 4))), "{report:?}");
    assert_eq!(proven(&report), [span(0, 3), span(4, 6)]);
    assert!(!report.proves(hour(0), hour(6)));
}

#[test]
fn a_chain_that_starts_anew_says_since_when_it_was_off() {
    let mut made = made(3);
    made.skip_hours(5);
    made.restart();
    made.extend(2);
    let report = made.check();
    assert_eq!(kinds(&report), [&FindingKind::Restarted(span(3, 8))]);
    assert_eq!(proven(&report), [span(0, 3), span(8, 10)]);
}

#[test]
fn a_forged_digest_does_not_blame_the_signed_one_before_it() {
    let mut made = made(3);
    let newest = made.digests[2].tail.clone();
    let text = &made.digests[2].text;
    let at = text.find("previousDigestHashValue").unwrap() + "previousDigestHashValue\":\"".len();
    let other = if text[at..].starts_with('0') { "1" } else { "0" };
    made.digests[2].text.replace_range(at..=at, other);
    let report = made.check();
    assert_eq!(report.findings, [Finding { path: newest, kind: FindingKind::Forged }]);
    assert_eq!(proven(&report), [span(0, 2)]);
}

#[test]
fn an_hour_whose_digest_is_not_signed_covers_no_file() {
    let mut made = made(2).without_metadata();
    let mut extra = made.logs[2].clone();
    extra.tail = extra.tail.replace("_a.json", "_planted.json");
    made.logs.push(extra.clone());
    let report = made.check();
    assert!(
        report.findings.contains(&Finding { path: extra.tail, kind: FindingKind::Outside }),
        "{report:?}"
    );
}
