//! The verifier: an untouched log holds, and every way of tampering is named.

use attestry_ledger::verify::{Entry, Expected, Payload, References, Report, Row, Source, Verifier};
use attestry_ledger::{Checkpoint, Digest, Envelope, SignerKey, TilePath, merkle};

use crate::log::{Log, ORIGIN, entry, expected, signer, witness};

fn faults(report: &Report) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_fault(report: &Report, text: &str) {
    assert!(!report.holds());
    assert!(
        faults(report).iter().any(|fault| fault.starts_with(text)),
        "{text:?} not in {:#?}",
        faults(report)
    );
}

#[track_caller]
fn assert_only_fault(report: &Report, text: &str) {
    assert_fault(report, text);
    assert_eq!(report.faults.len(), 1, "{:#?}", faults(report));
}

fn count(report: &Report, what: &str) -> u64 {
    report.checked.iter().find(|check| check.what.contains(what)).unwrap().count
}

fn reenvelope(entry: &mut Entry, change: impl FnOnce(&mut String)) {
    let mut text = String::from_utf8(entry.envelope.leaf_bytes()).unwrap();
    change(&mut text);
    entry.envelope = Envelope::parse(text.as_bytes()).unwrap();
}

#[test]
fn an_untouched_log_holds_at_every_size_around_a_tile() {
    for events in [0, 1, 2, 17, 255, 256, 257, 511, 512, 513, 1000] {
        let report = Log::of(events).verify();
        assert_eq!(faults(&report), Vec::<String>::new(), "{events} events");
        assert_eq!(report.unchecked, Vec::<String>::new(), "{events} events");
        assert_eq!((report.events, report.not_yet_under_checkpoint), (events, 0));
        assert_eq!(count(&report, "payloads"), events);
        assert_eq!(count(&report, "envelopes"), events);
        assert!(count(&report, "hashes of the tree") >= events);
        assert_eq!(count(&report, "root of the checkpoint"), 1);
        assert_eq!(count(&report, "cosignatures"), 1);
        assert_eq!(count(&report, "objects"), u64::from(events >= 3));
    }
}

#[test]
fn a_flipped_byte_in_a_payload_is_named() {
    let mut log = Log::of(20);
    let Payload::Present { bytes, .. } = &mut log.entry(17).payload else { panic!() };
    bytes[0] ^= 1;
    assert_only_fault(&log.verify(), "event 17: payload does not match its commitment");
}

#[test]
fn a_flipped_byte_in_a_salt_is_named() {
    let mut log = Log::of(20);
    let Payload::Present { salt, .. } = &mut log.entry(17).payload else { panic!() };
    salt[31] ^= 1;
    assert_only_fault(&log.verify(), "event 17: payload does not match its commitment");
}

#[test]
fn a_changed_envelope_differs_from_bundle_tile_and_root() {
    let mut log = Log::of(20);
    reenvelope(log.entry(17), |text| *text = text.replace("p-1", "p-2"));
    let report = log.verify();
    assert_fault(&report, "tile/entries/000.p/20: entry 16 differs from the envelope of event 17");
    assert_fault(&report, "tile/0/000.p/20: hash 16 differs from event 17");
    assert_fault(&report, "checkpoint: root at 20 events is signed as");
    assert_eq!(report.faults.len(), 3);
}

#[test]
fn a_back_dated_event_is_found() {
    let mut log = Log::of(300);
    reenvelope(log.entry(4), |text| *text = text.replace("1700000000000004", "1600000000000004"));
    let report = log.verify();
    assert_fault(&report, "tile/0/000: hash 3 differs from event 4");
    assert_fault(&report, "tile/1/000.p/1: hash 0 differs from events 1 to 256");
}

#[test]
fn two_swapped_events_are_found() {
    let mut log = Log::of(20);
    log.rows.swap(6, 7);
    let report = log.verify();
    assert_fault(&report, "event 7: missing");
    assert_fault(&report, "event 7: stored twice or out of order, event 9 was due");
}

#[test]
fn two_events_swapped_and_renumbered_are_found() {
    let mut log = Log::of(20);
    let (a, b) = (entry(7, b"event 8"), entry(8, b"event 7"));
    log.rows[6] = Row::Entry(a);
    log.rows[7] = Row::Entry(b);
    assert_fault(&log.verify(), "tile/0/000.p/20: hash 6 differs from event 7");
}

#[test]
fn a_flipped_byte_in_any_hash_tile_is_named() {
    let log = Log::of(600);
    let mut levels = 0;
    for path in log.tiles.keys().filter(|path| !path.to_string().contains("entries")) {
        let mut tampered = log.clone();
        tampered.tiles.get_mut(path).unwrap()[0] ^= 1;
        assert_only_fault(&tampered.verify(), &format!("{path}: hash 0 differs from event"));
        levels += 1;
    }
    assert_eq!(levels, 4);
}

#[test]
fn a_flipped_byte_in_an_entry_bundle_is_named() {
    let mut log = Log::of(20);
    let bundle = log.tile("tile/entries/000.p/20");
    *bundle.last_mut().unwrap() ^= 1;
    assert_only_fault(&log.verify(), "tile/entries/000.p/20: entry 19 differs from the envelope of event 20");
}

#[test]
fn a_truncated_or_extended_tile_is_named() {
    for path in ["tile/0/000.p/20", "tile/entries/000.p/20"] {
        let mut log = Log::of(20);
        log.tile(path).pop();
        assert_only_fault(&log.verify(), &format!("{path}: "));
        let mut log = Log::of(20);
        log.tile(path).extend([0; 32]);
        assert_only_fault(&log.verify(), &format!("{path}: "));
    }
}

#[test]
fn a_missing_tile_is_named() {
    for path in
        ["tile/0/000", "tile/1/000.p/1", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/44"]
    {
        let mut log = Log::of(300);
        assert!(log.tiles.remove(&path.parse::<TilePath>().unwrap()).is_some());
        assert_only_fault(&log.verify(), &format!("{path}: missing"));
    }
}

#[test]
fn a_partial_tile_dropped_for_the_full_one_is_no_fault_but_its_full_one_is_compared() {
    let mut log = Log::of(100);
    let head = log.checkpoint.clone();
    for n in 101..=300 {
        log.record(&format!("event {n}"));
    }
    log.publish();
    log.checkpoint = head;
    log.tiles.retain(|path, _| !path.to_string().contains(".p/"));
    let report = log.verify();
    assert_eq!(faults(&report), Vec::<String>::new());
    log.tile("tile/0/000")[32 * 99] ^= 1;
    assert_only_fault(&log.verify(), "tile/0/000: hash 99 differs from event 100");
}

#[test]
fn many_differences_in_one_tile_are_counted() {
    let mut log = Log::of(20);
    log.tile("tile/0/000.p/20").fill(0);
    let report = log.verify();
    assert_fault(&report, "tile/0/000.p/20: 17 more differ");
    assert_eq!(report.faults.len(), 4);
}

#[test]
fn a_dropped_event_is_a_gap_and_the_rest_is_still_checked() {
    let mut log = Log::of(300);
    log.rows.remove(16);
    let report = log.verify();
    assert_only_fault(&report, "event 17: missing");
    assert!(report.unchecked.iter().any(|what| what.starts_with("root at 300 events")));
    log.tile("tile/0/000")[32 * 17] ^= 1;
    assert_fault(&log.verify(), "tile/0/000: hash 17 differs from event 18");
}

#[test]
fn a_gap_of_any_length_is_named_without_walking_it() {
    let mut log = Log::of(5);
    log.rows.push(Row::Entry(entry(1 << 52, b"far")));
    assert_fault(&log.verify(), "events 6 to 4503599627370495: missing");
}

#[test]
fn an_event_stored_twice_is_named() {
    let mut log = Log::of(20);
    let again = log.rows[16].clone();
    log.rows.insert(17, again);
    assert_only_fault(&log.verify(), "event 17: stored twice or out of order, event 18 was due");
}

#[test]
fn an_unreadable_row_is_named_and_the_rest_is_still_checked() {
    let mut log = Log::of(20);
    log.rows[16] = Row::Unreadable { sequence: 17, reason: "the digest is not hexadecimal".to_owned() };
    assert_only_fault(&log.verify(), "event 17: the row cannot be read: the digest is not hexadecimal");
}

#[test]
fn an_event_of_another_workspace_is_named() {
    let mut log = Log::of(20);
    reenvelope(log.entry(17), |text| *text = text.replace("\"acme\"", "\"other\""));
    assert_fault(&log.verify(), "event 17: belongs to workspace `other`");
}

#[test]
fn events_deleted_from_the_end_leave_the_head_behind_the_checkpoint() {
    for (events, left) in [(20, 17), (600, 511), (600, 512), (600, 3), (600, 0)] {
        let mut log = Log::of(events);
        log.rows.truncate(left);
        let report = log.verify();
        let text = format!("head: the store has {left} events, the checkpoint was signed over {events}");
        assert_only_fault(&report, &text);
        assert_eq!(report.not_yet_under_checkpoint, 0);
    }
}

#[test]
fn events_after_the_checkpoint_are_counted_and_are_no_fault() {
    let mut log = Log::of(20);
    log.record("event 21");
    log.record("event 22");
    let report = log.verify();
    assert!(report.holds());
    assert_eq!(report.not_yet_under_checkpoint, 2);
    assert!(report.unchecked.contains(&"events 21 to 22: not yet under a checkpoint (2)".to_owned()));
    let Payload::Present { bytes, .. } = &mut log.entry(22).payload else { panic!() };
    bytes[0] ^= 1;
    assert_only_fault(&log.verify(), "event 22: payload does not match its commitment");
}

#[test]
fn a_log_without_a_checkpoint_says_so() {
    let mut log = Log::of(20);
    log.checkpoint = None;
    let report = log.verify();
    assert!(report.holds());
    assert_eq!(report.not_yet_under_checkpoint, 20);
    assert!(report.unchecked.iter().any(|what| what.contains("no checkpoint")));
}

#[test]
fn every_flipped_byte_of_the_checkpoint_is_found() {
    let log = Log::of(20);
    let length = log.checkpoint.as_ref().unwrap().len();
    for at in 0..length {
        let mut tampered = log.clone();
        tampered.checkpoint.as_mut().unwrap()[at] ^= 1;
        let report = tampered.verify();
        // A changed name or id on the witness's line makes it a stranger's: unchecked instead of false.
        let noticed =
            !report.holds() || report.unchecked.iter().any(|what| what.starts_with("cosignature by"));
        assert!(noticed, "byte {at}");
    }
}

#[test]
fn a_checkpoint_signed_by_another_key_is_named() {
    let mut log = Log::of(20);
    let thief = SignerKey::from_seed(ORIGIN, attestry_ledger::note::KeyKind::Ed25519, &[9; 32]).unwrap();
    let signed = log.head().unwrap().sign(&thief).unwrap();
    log.checkpoint = Some(signed.to_string().into_bytes());
    assert_only_fault(&log.verify(), "checkpoint: signature by attestry.example/acme does not verify");
}

#[test]
fn a_checkpoint_of_another_log_is_named() {
    let mut log = Log::of(20);
    let other = SignerKey::from_seed("other", attestry_ledger::note::KeyKind::Ed25519, &[1; 32]).unwrap();
    let head = Checkpoint::new("other", 20, log.head().unwrap().root()).unwrap();
    log.checkpoint = Some(head.sign(&other).unwrap().to_string().into_bytes());
    assert_only_fault(&log.verify(), "checkpoint: signature by attestry.example/acme does not verify");
}

#[test]
fn a_false_cosignature_is_named() {
    let mut log = Log::of(20);
    let mut signed = log.head().unwrap().sign(&signer()).unwrap();
    let mut other = Checkpoint::new(ORIGIN, 21, Digest::of(b"")).unwrap().sign(&signer()).unwrap();
    other.cosign(&witness(), 5).unwrap();
    let foreign = other.note().signatures()[1].to_string();
    signed.cosign(&witness(), 5).unwrap();
    let text = signed.to_string();
    let own = signed.note().signatures()[1].to_string();
    log.checkpoint = Some(text.replace(&own, &foreign).into_bytes());
    assert_only_fault(&log.verify(), "checkpoint: cosignature by auditor.example/w does not verify");
}

#[test]
fn an_unreadable_checkpoint_is_named_and_payloads_are_still_checked() {
    let mut log = Log::of(20);
    log.checkpoint = Some(b"nonsense".to_vec());
    let report = log.verify();
    assert_only_fault(&report, "checkpoint: cannot be read: ");
    assert_eq!((count(&report, "payloads"), report.not_yet_under_checkpoint), (20, 0));
}

#[test]
fn a_root_that_was_signed_over_other_events_is_named() {
    let mut log = Log::of(20);
    log.sign(Checkpoint::new(ORIGIN, 20, Digest::of(b"forged")).unwrap());
    assert_only_fault(&log.verify(), "checkpoint: root at 20 events is signed as");
}

#[test]
fn a_log_rewritten_and_signed_anew_forks_from_the_checkpoint_seen_before() {
    let seen = Log::of(10).head().unwrap();
    let mut rewritten = Log::default();
    for n in 1..=20 {
        rewritten.record(if n == 5 { "a nicer event" } else { "event" });
    }
    rewritten.publish();
    assert!(rewritten.verify().holds());
    let expected = Expected { earlier: vec![seen], ..expected() };
    assert_only_fault(&rewritten.verify_with(expected), "earlier checkpoint: at 10 events the root was");
}

#[test]
fn a_log_that_grew_from_the_checkpoint_seen_before_holds_and_a_rolled_back_one_does_not() {
    let mut log = Log::of(10);
    let early = log.head().unwrap();
    let old_copy = log.clone();
    for n in 11..=300 {
        log.record(&format!("event {n}"));
    }
    let late = log.publish();
    let report = log.verify_with(Expected { earlier: vec![early, late.clone()], ..expected() });
    assert!(report.holds(), "{:?}", faults(&report));
    assert_eq!(count(&report, "checkpoints seen earlier"), 2);
    let rolled_back = old_copy.verify_with(Expected { earlier: vec![late], ..expected() });
    assert_only_fault(&rolled_back, "earlier checkpoint: 300 events were seen before, the store has 10");
}

#[test]
fn a_missing_and_a_flipped_object_are_named_with_their_event() {
    let log = Log::of(20);
    let digest = Digest::of(b"evidence");
    let mut missing = log.clone();
    missing.objects.clear();
    assert_only_fault(&missing.verify(), &format!("object sha256:{digest}: missing, named by event 3"));
    let mut flipped = log;
    flipped.objects.get_mut(&digest).unwrap()[0] ^= 1;
    assert_only_fault(&flipped.verify(), &format!("object sha256:{digest}: bytes hash to "));
}

#[test]
fn an_erasure_that_is_recorded_holds_and_is_reported() {
    let mut log = Log::of(20);
    let digest = Digest::of(b"evidence");
    log.record(&format!("erases 5\nerases-object {digest}"));
    log.publish();
    assert_fault(&log.verify(), "event 5: payload is recorded as erased and is still there");
    log.entry(5).payload = Payload::Erased;
    assert_only_fault(
        &log.verify(),
        &format!("object sha256:{digest}: recorded as erased by event 21 and still there"),
    );
    log.objects.clear();
    let report = log.verify();
    assert!(report.holds(), "{:?}", faults(&report));
    assert_eq!(count(&report, "erasures"), 2);
    assert!(
        report.unchecked.contains(&"payloads of 1 events: erased, their leaves are still proven".to_owned())
    );
    assert!(report.unchecked.contains(&"1 objects: erased".to_owned()));
}

#[test]
fn an_object_added_anew_after_its_erasure_must_be_there() {
    let mut log = Log::of(20);
    log.record(&format!("erases-object {}", Digest::of(b"evidence")));
    let again = log.object(b"evidence");
    log.record(&again);
    log.publish();
    assert!(log.verify().holds());
    log.objects.clear();
    assert_fault(&log.verify(), "object sha256:");
}

#[test]
fn a_payload_that_is_gone_without_a_record_is_named() {
    let mut log = Log::of(20);
    log.entry(17).payload = Payload::Erased;
    assert_only_fault(&log.verify(), "event 17: payload is gone and no event records its erasure");
}

#[test]
fn a_payload_that_names_nothing_readable_is_reported_as_unchecked() {
    let mut log = Log::of(2);
    log.rows.push(Row::Entry(entry(3, b"\xff")));
    log.publish();
    let report = log.verify();
    assert!(report.holds());
    assert!(report.unchecked.iter().any(|what| what.starts_with("what event 3 names: ")));
}

#[test]
fn without_witness_keys_the_report_says_what_cannot_be_told() {
    let report = Log::of(3).verify_with(Expected { cosigners: Vec::new(), ..expected() });
    assert!(report.holds());
    assert!(report.unchecked.iter().any(|what| what.contains("no witness key was given")));
}

#[test]
fn tiles_and_objects_that_are_never_shown_are_reported_as_unchecked() {
    let log = Log::of(3);
    let mut verifier = Verifier::new(expected(), log.checkpoint.as_deref());
    for row in &log.rows {
        let Row::Entry(entry) = row else { panic!() };
        verifier.entry(entry, |envelope, payload| Source::references(&log, envelope, payload));
    }
    verifier.end_of_entries();
    let report = verifier.finish();
    assert!(report.unchecked.contains(&"2 tiles: not shown to the verifier".to_owned()));
    assert!(report.unchecked.contains(&"1 objects: not shown to the verifier".to_owned()));
}

/// Verifies with all tiles of the log said to lie there.
fn verify_with_all_tiles(log: &Log) -> Report {
    let mut verifier = Verifier::new(expected(), log.checkpoint.as_deref());
    verifier.tiles_present(log.tiles.keys().copied());
    let show = |verifier: &mut Verifier| {
        while let Some(path) = verifier.next_tile() {
            verifier.tile(log.tiles.get(&path).map(Vec::as_slice));
        }
    };
    for row in &log.rows {
        let Row::Entry(entry) = row else { panic!() };
        verifier.entry(entry, |_, _| Ok(References::default()));
        show(&mut verifier);
    }
    verifier.end_of_entries();
    show(&mut verifier);
    verifier.finish()
}

#[test]
fn every_tile_that_lies_there_is_compared_also_those_that_the_checkpoint_does_not_require() {
    let mut log = Log::default();
    for more in [1, 16, 238, 1, 44, 255, 500] {
        for _ in 0..more {
            log.record("an event");
        }
        log.publish();
    }
    // Tiles of a publication that did not come to sign.
    let signed = log.checkpoint.clone();
    for _ in 0..900 {
        log.record("an event");
    }
    log.publish();
    log.checkpoint = signed;
    let report = verify_with_all_tiles(&log);
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!(count(&report, "tiles that the") + count(&report, "further tiles"), log.tiles.len() as u64);
    assert_eq!(count(&report, "envelopes"), 1_055);
    let paths: Vec<TilePath> = log.tiles.keys().copied().collect();
    for path in paths {
        let last = log.tiles[&path].len() - 1;
        log.tiles.get_mut(&path).unwrap()[last] ^= 1;
        let found = verify_with_all_tiles(&log);
        log.tiles.get_mut(&path).unwrap()[last] ^= 1;
        assert_fault(&found, &format!("{path}: "));
    }
}

#[test]
fn a_tile_that_covers_more_events_than_there_are_is_named() {
    let mut log = Log::of(300);
    for path in ["tile/0/001.p/45", "tile/0/001", "tile/1/000.p/2", "tile/7/000", "tile/entries/002.p/1"] {
        log.tiles.insert(path.parse().unwrap(), vec![0; 32]);
        assert_only_fault(
            &verify_with_all_tiles(&log),
            &format!("{path}: covers events that the store does not have"),
        );
        log.tiles.remove(&path.parse().unwrap());
    }
}

#[test]
fn a_flood_of_faults_is_cut_at_a_thousand_and_counted() {
    let mut log = Log::of(1_500);
    for n in 1..=1_500 {
        let Payload::Present { salt, .. } = &mut log.entry(n).payload else { panic!() };
        salt[0] ^= 1;
    }
    let report = log.verify();
    assert_eq!((report.faults.len(), report.further_faults), (1_000, 500));
}

#[test]
fn the_report_serialises_with_kind_what_and_meaning() {
    let mut log = Log::of(20);
    log.entry(17).payload = Payload::Erased;
    let json = serde_json::to_value(log.verify()).unwrap();
    assert_eq!(json["faults"][0]["kind"], "payload_gone");
    assert_eq!(json["faults"][0]["what"], "event 17: payload is gone and no event records its erasure");
    assert!(json["faults"][0]["meaning"].as_str().unwrap().contains("restore it from a backup"));
    assert_eq!(json["events"], 20);
}

#[test]
fn a_log_with_three_levels_of_tiles_is_verified_event_by_event() {
    let (report, _) = verify_streamed(66_000, 20);
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!(count(&report, "envelopes"), 66_000);
    assert_eq!(count(&report, "hashes of the tree"), 66_000 + 257 + 1);
    assert_eq!(count(&report, "tiles that"), 258 + 258 + 2 + 1);
}

#[test]
#[ignore = "measures an optimised build: cargo test --release -p attestry-ledger -- --ignored"]
fn a_million_events_are_verified_at_200_000_a_second_or_more() {
    let (report, rate) = verify_streamed(1_000_000, 300);
    assert_eq!(faults(&report), Vec::<String>::new());
    assert!(rate >= 200_000.0, "{rate:.0} events a second");
}

/// Verifies a log whose payloads are never in memory together; gives events a second too.
fn verify_streamed(events: u64, payload_bytes: usize) -> (Report, f64) {
    let payload = vec![b'x'; payload_bytes];
    let leaves: Vec<Vec<u8>> =
        (1..=events).map(|sequence| entry(sequence, &payload).envelope.leaf_bytes()).collect();
    let mut log = Log::default();
    let appended = merkle::append(&log.tiles, 0, &leaves).unwrap();
    drop(leaves);
    log.tiles.extend(appended.tiles);
    log.sign(Checkpoint::new(ORIGIN, appended.size, appended.root).unwrap());

    // Making the events is not what is measured, yet only a thousand are in memory at once.
    let mut verifier = Verifier::new(expected(), log.checkpoint.as_deref());
    let mut spent = std::time::Duration::ZERO;
    for start in (1..=events).step_by(1000) {
        let entries: Vec<Entry> = (start..events.min(start + 999) + 1).map(|n| entry(n, &payload)).collect();
        let started = std::time::Instant::now();
        for entry in &entries {
            verifier.entry(entry, |_, _| Ok(Default::default()));
            show_tiles(&mut verifier, &log);
        }
        spent += started.elapsed();
    }
    verifier.end_of_entries();
    show_tiles(&mut verifier, &log);
    (verifier.finish(), events as f64 / spent.as_secs_f64())
}

fn show_tiles(verifier: &mut Verifier, log: &Log) {
    while let Some(path) = verifier.next_tile() {
        verifier.tile(log.tiles.get(&path).map(Vec::as_slice));
    }
}
