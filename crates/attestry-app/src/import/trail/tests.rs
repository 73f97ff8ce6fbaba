mod chain;
mod made;
mod parts;
mod properties;

use jiff::{SignedDuration, Timestamp};

use self::made::{KEY, Made, made, start};
use super::{Finding, FindingKind, Report, Span, Weight};

fn hour(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

fn span(from: i64, to: i64) -> Span {
    Span { start: hour(from), end: hour(to) }
}

fn kinds(report: &Report) -> Vec<&FindingKind> {
    report.findings.iter().map(|finding| &finding.kind).collect()
}

fn proven(report: &Report) -> &[Span] {
    let [trail] = report.trails.as_slice() else { panic!("{report:?}") };
    &trail.proven
}

#[test]
fn an_untouched_chain_proves_all_its_hours() {
    let report = made(6).check();
    assert_eq!(report.findings, [] as [Finding; 0]);
    assert_eq!(proven(&report), [span(0, 6)]);
    assert!(report.proves(hour(0), hour(6)) && report.proves(hour(2), hour(3)));
    assert!(!report.proves(hour(0), hour(7)) && !report.proves(hour(-1), hour(1)));
    let trail = &report.trails[0];
    assert_eq!((trail.digests, trail.signed), (6, 6));
    // Every third hour is silent, the others have two files.
    assert_eq!((trail.logs, trail.intact), (8, 8));
    assert_eq!(trail.name.to_string(), "trail `main_trail` of account 111122223333 in eu-central-1");
}

#[test]
fn a_copy_without_metadata_proves_all_but_the_newest_hour() {
    let report = made(6).without_metadata().check();
    assert_eq!(proven(&report), [span(0, 5)]);
    assert!(kinds(&report).contains(&&FindingKind::NoSignature { newest: true }));
    assert!(report.findings.iter().all(|finding| finding.kind.weight() == Weight::Open), "{report:?}");
}

#[test]
fn a_changed_log_file_is_found_and_takes_its_hour() {
    let mut made = made(6);
    made.logs[2].content.push(b' ');
    let report = made.check();
    assert_eq!(kinds(&report), [&FindingKind::LogChanged]);
    assert_eq!(report.findings[0].path, made.logs[2].tail);
    assert_eq!(proven(&report), [span(0, 1), span(2, 6)]);
}

#[test]
fn a_missing_log_file_is_found_and_takes_its_hour() {
    let mut made = made(6);
    let gone = made.logs.remove(0);
    let report = made.check();
    assert_eq!(report.findings, [Finding { path: gone.tail, kind: FindingKind::LogMissing }]);
    assert_eq!(proven(&report), [span(1, 6)]);
}

#[test]
fn a_file_that_cannot_be_unpacked_is_no_log_file() {
    let mut made = made(3);
    made.logs[0].unreadable = true;
    assert_eq!(kinds(&made.check()), [&FindingKind::LogUnreadable]);
}

#[test]
fn a_log_file_that_no_digest_names_is_found() {
    let mut made = made(6);
    let mut extra = made.logs[0].clone();
    extra.tail = extra.tail.replace("_a.json", "_planted.json");
    made.logs.push(extra.clone());
    let report = made.check();
    assert_eq!(report.findings, [Finding { path: extra.tail.clone(), kind: FindingKind::Unnamed }]);
    assert_eq!(proven(&report), [span(0, 6)], "what the digests name is still complete");
    // A file of a time that no digest covers, or of another region, is nobody's fault.
    made.logs.last_mut().unwrap().tail = extra.tail.replace("20260301T", "20260309T");
    assert_eq!(kinds(&made.check()), [&FindingKind::Outside]);
    made.logs.last_mut().unwrap().tail = extra.tail.replace("eu-central-1", "eu-west-1");
    assert_eq!(kinds(&made.check()), [&FindingKind::NoDigests]);
}

#[test]
fn the_order_in_which_files_are_given_does_not_matter() {
    let mut made = made(6);
    let right = made.check();
    made.digests.reverse();
    made.digests.swap(1, 3);
    made.logs.reverse();
    assert_eq!(made.check(), right);
}

#[test]
fn a_part_of_a_trail_names_an_older_digest_that_is_not_here() {
    let mut made = made(6);
    made.digests.drain(..2);
    made.logs.drain(..4);
    let report = made.check();
    let missing = FindingKind::DigestMissing { after: None, before: hour(2) };
    assert_eq!(kinds(&report), [&missing]);
    assert_eq!(missing.weight(), Weight::Open);
    assert_eq!(proven(&report), [span(2, 6)]);
}

#[test]
fn without_the_key_nothing_is_proven() {
    let mut made = made(2);
    made.keys.clear();
    let report = made.check();
    assert!(kinds(&report).iter().any(|kind| matches!(kind, FindingKind::NoKey(_))));
    assert_eq!(proven(&report), []);
    let mut late = self::made(2);
    late.keys[0].from = Some(hour(48));
    assert!(kinds(&late.check()).iter().any(|kind| matches!(kind, FindingKind::KeyOutOfTime(_))));
}

#[test]
fn a_digest_that_fills_in_names_late_files_and_its_losses_count() {
    let mut made = made(3);
    made.backfill(1);
    let report = made.check();
    assert_eq!(report.findings, []);
    assert_eq!(proven(&report), [span(0, 3)]);
    assert_eq!(report.trails[0].digests, 4);
    made.logs.pop();
    let report = made.check();
    assert_eq!(kinds(&report), [&FindingKind::LogMissing]);
    assert_eq!(proven(&report), [span(0, 1), span(2, 3)]);
}

#[test]
fn the_same_digest_twice_is_one_and_two_different_ones_are_found() {
    let mut made = made(3);
    made.digests.push(made.digests[1].clone());
    assert_eq!(made.check().findings, []);
    made.digests[3].text.push(' ');
    assert!(kinds(&made.check()).contains(&&FindingKind::Doubled));
}

#[test]
fn a_way_of_signing_that_is_not_known_is_said() {
    let mut made = made(2);
    made.digests[1].text = made.digests[1].text.replace("SHA256withRSA", "Ed448");
    assert!(kinds(&made.check()).contains(&&FindingKind::Algorithm("Ed448".to_owned())));
}

#[test]
fn every_finding_reads_as_a_sentence_about_its_file() {
    let mut made = Made::new(6, KEY);
    made.logs[2].content.push(b' ');
    made.digests.remove(3);
    let text: Vec<String> = made.check().findings.iter().map(ToString::to_string).collect();
    assert!(
        text.iter().any(|line| line.ends_with("was changed: its hash is not the one in its signed digest"))
    );
    assert!(
        text.iter().any(|line| line.ends_with(
            "is missing: a later digest names it; nothing is proven from 2026-03-01T03:00:00Z to 2026-03-01T04:00:00Z"
        )),
        "{text:#?}"
    );
}
