//! Every way of tampering with a package is found and named.

use attestry_ledger::package::{FaultKind, Limits, Options};
use attestry_ledger::verify::Payload;
use attestry_ledger::{Checkpoint, Digest, Envelope, SignerKey, merkle};
use zip::CompressionMethod;

use crate::log::{Log, ORIGIN, entry, signer, witness};
use crate::pack::{
    Pack, assert_fault, assert_kinds, check, check_with, edited, faults, files, options, repack,
};

const EVENTS: &str = "events/000000.jsonl";

fn lines(content: &[u8]) -> Vec<Vec<u8>> {
    content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn with_lines(bytes: &[u8], edit: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    edited(bytes, EVENTS, |content| {
        let mut all = lines(content);
        edit(&mut all);
        *content = all.concat();
        true
    })
}

fn replaced(text: &mut Vec<u8>, from: &str, to: &str) {
    let new = String::from_utf8(text.clone()).unwrap().replacen(from, to, 1);
    assert_ne!(new.as_bytes(), text.as_slice(), "{from} is not there");
    *text = new.into_bytes();
}

#[test]
fn a_flipped_bit_anywhere_in_the_file_is_found() {
    let bytes = Pack::of(6).write();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(!check(&flipped).holds(), "byte {at} of {}", bytes.len());
    }
}

#[test]
fn a_file_that_was_cut_off_or_added_to_is_found() {
    let bytes = Pack::of(6).write();
    for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        assert!(!check(&bytes[..length]).holds(), "{length}");
    }
    for (before, after) in [(&b"x"[..], &b""[..]), (b"", b"x"), (b"PK\x03\x04", b"PK\x05\x06")] {
        let report = check(&[before, &bytes, after].concat());
        assert_fault(&report, FaultKind::Layout, "archive: ");
    }
}

#[test]
fn a_package_packed_anew_says_so_and_is_checked_all_the_same() {
    let bytes = Pack::of(300).write();
    for method in [CompressionMethod::Deflated, CompressionMethod::Stored] {
        let report = check(&repack(&files(&bytes), method));
        assert_kinds(&report, &[FaultKind::Layout]);
        assert_eq!(report.events, 300);
    }
}

#[test]
fn an_edited_payload_is_named() {
    let bytes =
        with_lines(&Pack::of(20).write(), |lines| replaced(&mut lines[3], "{\"a\":\"b", "{\"a\":\"c"));
    let report = check(&bytes);
    assert_fault(&report, FaultKind::Payload, "event 4: its payload does not match its commitment");
    assert_fault(&report, FaultKind::Differs, EVENTS);
}

#[test]
fn a_back_dated_event_is_not_in_the_tree() {
    let bytes = with_lines(&Pack::of(300).write(), |lines| {
        replaced(&mut lines[6], "\"recorded_at\":1700000000000007", "\"recorded_at\":1600000000000007");
    });
    assert_fault(&check(&bytes), FaultKind::NotIncluded, "event 7: its envelope is not the one in the tree");
}

#[test]
fn an_event_made_after_a_witnessed_checkpoint_cannot_claim_an_earlier_time() {
    let mut pack = Pack::of(10);
    // The witness saw ten events at 1,800,000,000 s; the eleventh says 1,700,000,000 s, and the log signs it.
    pack.earlier = vec![pack.signed()];
    pack.log.record("event 11");
    let head = pack.log.publish();
    let mut signed = head.sign(&signer()).unwrap();
    signed.cosign(&witness(), 1_800_000_900).unwrap();
    pack.log.checkpoint = Some(signed.to_string().into_bytes());
    pack.scope.push(11);
    let report = check(&pack.write());
    assert_kinds(&report, &[FaultKind::BackDated]);
    assert_fault(&report, FaultKind::BackDated, "event 11: says it was recorded 100000000 s before");
}

#[test]
fn an_event_cannot_claim_a_time_after_the_checkpoint_that_covers_it() {
    let mut pack = Pack::of(10);
    let head = pack.log.head().unwrap();
    let mut signed = head.sign(&signer()).unwrap();
    signed.cosign(&witness(), 1_600_000_000).unwrap();
    pack.log.checkpoint = Some(signed.to_string().into_bytes());
    pack.earlier.clear();
    let report = check(&pack.write());
    assert_kinds(&report, &[FaultKind::PostDated]);
    assert_eq!(report.faults.len(), 10);
}

#[test]
fn a_clock_that_went_back_is_remarked_and_no_fault() {
    let mut pack = Pack::of(4);
    let digest = attestry_ledger::commit(&[5; 32], b"event 5");
    let envelope = Envelope::new("acme", 5, 1_600_000_000_000_000, "p-1", "noted", 1, digest).unwrap();
    let mut late = entry(5, b"event 5");
    late.envelope = envelope;
    late.payload = Payload::Present { salt: [5; 32], bytes: b"event 5".to_vec() };
    pack.log.rows.push(attestry_ledger::verify::Row::Entry(late));
    pack.log.publish();
    pack.scope.push(5);
    pack.earlier.clear();
    let report = check(&pack.write());
    assert!(report.holds());
    assert_eq!(report.remarks, ["event 5 says it was recorded 100000000 s before the event before it"]);
}

#[test]
fn a_dropped_event_is_found() {
    let report = check(&with_lines(&Pack::of(20).write(), |lines| _ = lines.remove(6)));
    assert_fault(&report, FaultKind::Differs, EVENTS);
    assert_fault(&report, FaultKind::Count, "events: 19 events found, the manifest says 20");
}

#[test]
fn a_dropped_event_is_found_by_the_seal_when_the_manifest_was_made_anew() {
    let whole = Pack::of(20);
    let seal = files(&whole.write())["manifest.note"].clone();
    let mut dropped = whole.clone();
    dropped.scope.retain(|event| *event != 7);
    dropped.seal = None;
    let mut files = files(&dropped.write());
    files.insert("manifest.note".to_owned(), seal);
    let report = check(&repack(&files, CompressionMethod::Stored));
    assert_fault(&report, FaultKind::Seal, "manifest.note: it seals another manifest");
    let stranger = SignerKey::from_seed(ORIGIN, attestry_ledger::note::KeyKind::Ed25519, &[8; 32]).unwrap();
    dropped.seal = Some(stranger);
    assert_kinds(&check(&dropped.write()), &[FaultKind::Seal]);
}

#[test]
fn swapped_events_are_found() {
    let report = check(&with_lines(&Pack::of(20).write(), |lines| lines.swap(6, 7)));
    assert_fault(&report, FaultKind::Order, "event 7: comes after event 8");
    let swapped = with_lines(&Pack::of(20).write(), |lines| {
        replaced(&mut lines[6], "\"sequence\":7,", "\"sequence\":8,");
        replaced(&mut lines[7], "\"sequence\":8,", "\"sequence\":7,");
        lines.swap(6, 7);
    });
    let report = check(&swapped);
    assert_fault(&report, FaultKind::NotIncluded, "event 7: ");
    assert_fault(&report, FaultKind::NotIncluded, "event 8: ");
}

#[test]
fn an_added_event_is_found() {
    let line = |sequence: u64| {
        let entry = entry(sequence, b"{\"forged\":true}");
        let leaf = String::from_utf8(entry.envelope.leaf_bytes()).unwrap();
        let salt = hex::encode([sequence as u8; 32]);
        format!("{{\"envelope\":{leaf},\"payload\":{{\"forged\":true}},\"salt\":\"{salt}\"}}\n").into_bytes()
    };
    let mut pack = Pack::of(20);
    pack.scope.retain(|event| *event != 7);
    let report = check(&with_lines(&pack.write(), |lines| lines.insert(6, line(7))));
    assert_fault(&report, FaultKind::NotIncluded, "event 7: its envelope is not the one in the tree");
    assert_fault(&report, FaultKind::Count, "events: 20 events found, the manifest says 19");
    let report = check(&with_lines(&pack.write(), |lines| lines.push(line(21))));
    assert_fault(&report, FaultKind::NotIncluded, "event 21: the checkpoint covers 20 events only");
    let report = check(&with_lines(&pack.write(), |lines| lines.push(line(70_000))));
    assert_fault(&report, FaultKind::Order, "event 70000: does not belong into events/000000.jsonl");
    let report = check(&with_lines(&pack.write(), |lines| lines.push(b"{}\n".to_vec())));
    assert_fault(&report, FaultKind::Unreadable, "events/000000.jsonl line 20: ");
}

#[test]
fn a_truncated_log_and_a_rolled_back_copy_are_found() {
    let newest = Pack::of(20);
    let seen = newest.signed().checkpoint().clone();
    // The checkpoint of ten events put in place of the one of twenty.
    let old = newest.earlier[0].to_string().into_bytes();
    let report = check(&edited(&newest.write(), "checkpoint", |content| {
        *content = old;
        true
    }));
    assert_fault(&report, FaultKind::Checkpoint, "checkpoint: it is of 10 events");
    assert_fault(&report, FaultKind::NotIncluded, "event 11: the checkpoint covers 10 events only");
    // A whole older package cannot disprove itself; it says that something newer was seen.
    let report = check_with(&Pack::of(10).write(), Options { earlier: vec![seen], ..options() });
    assert!(report.unchecked.iter().any(|what| what.starts_with("checkpoint of 20 events seen earlier")));
}

#[test]
fn a_forked_history_is_found_by_whoever_kept_a_checkpoint() {
    let honest = Pack::of(20);
    let mut forked = Pack::of(20);
    let mut log = Log::default();
    for event in 1..=20 {
        log.record(&format!("other event {event}"));
    }
    log.publish();
    forked.log = log;
    forked.scope.retain(|event| *event != 3);
    forked.earlier.clear();
    let bytes = forked.write();
    // To itself it is sound: it is signed by the log, and even cosigned.
    assert!(check(&bytes).holds());
    let seen = honest.signed().checkpoint().clone();
    let report = check_with(&bytes, Options { earlier: vec![seen], ..options() });
    assert_kinds(&report, &[FaultKind::Forked]);
    // A checkpoint of the honest history in it has no proof that leads to the other.
    forked.earlier = honest.earlier.clone();
    let report = check(&forked.write());
    assert_kinds(&report, &[FaultKind::Earlier]);
    assert_fault(&report, FaultKind::Earlier, "earlier/00000000000000000010/checkpoint: it is not proven");
    // The forked checkpoint in an honest package does not fit its tiles.
    let fork = forked.signed().to_string().into_bytes();
    let report = check(&edited(&honest.write(), "checkpoint", |content| {
        *content = fork;
        true
    }));
    assert_fault(&report, FaultKind::Checkpoint, "checkpoint: it is of 20 events");
    assert_fault(&report, FaultKind::Root, "checkpoint: root at 20 events");
    assert_eq!(report.checked.iter().find(|check| check.what.contains("tree that")).unwrap().count, 0);
}

#[test]
fn a_swapped_key_is_found_by_whoever_knows_the_right_one() {
    let other = SignerKey::from_seed(ORIGIN, attestry_ledger::note::KeyKind::Ed25519, &[8; 32]).unwrap();
    let mut pack = Pack::of(20);
    let head = pack.log.head().unwrap();
    pack.log.checkpoint = Some(head.sign(&other).unwrap().to_string().into_bytes());
    (pack.key, pack.seal) = (other.clone(), Some(other));
    pack.earlier.clear();
    let bytes = pack.write();
    let report = check(&bytes);
    assert_kinds(&report, &[FaultKind::Seal, FaultKind::LogKey, FaultKind::Signature]);
    assert!(report.unchecked.iter().any(|what| what.contains("the checkpoint carries none")));
    let report = check_with(&bytes, Options::default());
    assert!(report.holds(), "{:?}", faults(&report));
    assert!(report.unchecked[0].starts_with("who signed: no log key was given"));
}

#[test]
fn a_false_cosignature_is_found() {
    let mut pack = Pack::of(20);
    let impostor =
        SignerKey::from_seed("auditor.example/w", attestry_ledger::note::KeyKind::CosignatureV1, &[9; 32])
            .unwrap();
    let cosigned = pack.signed().to_string();
    let right = cosigned.lines().last().unwrap().to_owned();
    let false_one = impostor.cosign(pack.signed().note().text(), 1_800_000_000).to_string();
    let bytes = |signature: &str| {
        // The key id of the witness before the signature of another.
        let (head, tail) = (right.rsplit_once(' ').unwrap(), signature.rsplit_once(' ').unwrap());
        let mut swapped = tail.1.to_owned();
        swapped.replace_range(0..5, &head.1[0..5]);
        cosigned.replace(&right, &format!("{} {swapped}", head.0)).into_bytes()
    };
    pack.log.checkpoint = Some(bytes(&false_one));
    pack.earlier.clear();
    assert_fault(&check(&pack.write()), FaultKind::Cosignature, "checkpoint: ");
}

#[test]
fn an_edited_object_is_named_with_its_event() {
    let path = format!("objects/{}.txt", Digest::of(b"evidence"));
    let report = check(&edited(&Pack::of(20).write(), &path, |content| {
        content[0] ^= 1;
        true
    }));
    assert_fault(
        &report,
        FaultKind::Differs,
        &format!("{path} (artifact, named by event 3): its bytes hash to"),
    );
}

#[test]
fn an_object_that_the_event_does_not_name_is_found_though_the_manifest_was_made_anew() {
    let mut pack = Pack::of(20);
    pack.log.objects = [(Digest::of(b"forged"), b"forged".to_vec())].into();
    let report = check(&pack.write());
    assert_kinds(&report, &[FaultKind::NotNamed]);
    assert_fault(&report, FaultKind::NotNamed, &format!("objects/{}.txt", Digest::of(b"forged")));
}

#[test]
fn files_taken_out_and_put_in_are_named() {
    let bytes = Pack::of(300).write();
    let report = check(&edited(&bytes, "VERIFY.md", |_| false));
    assert_fault(&report, FaultKind::Missing, "VERIFY.md: the manifest names it, it is not there");
    let report = check(&edited(&bytes, "tile/0/000", |_| false));
    assert_fault(&report, FaultKind::Missing, "tile/0/000");
    assert_fault(&report, FaultKind::Tile, "tile/0/000: missing");
    // All 256 events below it are here, so they are proven without it.
    assert!(!report.faults.iter().any(|fault| fault.kind == FaultKind::NotIncluded));
    let mut more = files(&bytes);
    more.insert("objects/evil.exe".to_owned(), b"MZ".to_vec());
    let report = check(&repack(&more, CompressionMethod::Stored));
    assert_fault(&report, FaultKind::Unnamed, "objects/evil.exe: it is there, the manifest does not name it");
    for name in ["manifest.json", "checkpoint", EVENTS] {
        assert!(!check(&edited(&bytes, name, |_| false)).holds(), "{name}");
    }
}

#[test]
fn a_changed_tile_is_named_and_its_events_are_not_proven() {
    let mut pack = Pack::of(600);
    pack.scope = vec![4, 300, 301];
    let report = check(&edited(&pack.write(), "tile/0/001", |content| {
        content[0] ^= 1;
        true
    }));
    assert_fault(&report, FaultKind::Tile, "tile/0/001: its hashes do not give the one in the tile above it");
    assert_fault(&report, FaultKind::NotIncluded, "events 300 to 301: cannot be proven");
    let report = check(&edited(&pack.write(), "tile/1/000.p/2", |content| {
        content[40] ^= 1;
        true
    }));
    assert_fault(&report, FaultKind::Root, "checkpoint: root at 600 events");
}

#[test]
fn a_changed_manifest_is_found() {
    let bytes = Pack::of(20).write();
    for (from, to) in [
        ("\"title\":\"Engagement 1\"", "\"title\":\"Engagement 2\""),
        ("\"scope\":", "\"scope\": "),
        ("attestry-package/1", "attestry-package/9"),
        ("\"path\":\"VERIFY.md\"", "\"path\":\"../VERIFY.md\""),
        ("{\"checkpoint\":{\"root\"", "{\"a\":1,\"checkpoint\":{\"root\""),
        ("\"events\":[3]", "\"events\":[4]"),
    ] {
        let report = check(&edited(&bytes, "manifest.json", |content| {
            replaced(content, from, to);
            true
        }));
        let found =
            report.faults.iter().any(|fault| matches!(fault.kind, FaultKind::Manifest | FaultKind::Seal));
        assert!(found, "{from}: {:?}", faults(&report));
    }
}

#[test]
fn names_that_leave_the_folder_come_twice_or_are_links_are_refused() {
    use std::io::Write as _;
    let stored = zip::write::SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files(&Pack::of(6).write()) {
        writer.start_file(name, stored).unwrap();
        writer.write_all(&content).unwrap();
    }
    for name in ["../evil", "/etc/passwd", "C:\\evil", "verify.MD"] {
        writer.start_file(name, stored).unwrap();
    }
    writer.add_symlink("link", "/etc/passwd", stored).unwrap();
    let report = check(&writer.finish().unwrap().into_inner());
    for name in ["../evil", "/etc/passwd", "link", "verify.MD"] {
        assert_fault(&report, FaultKind::Name, name);
    }
}

#[test]
fn bombs_are_not_unpacked() {
    let mut bombs = files(&Pack::of(6).write());
    bombs.insert("VERIFY.md".to_owned(), vec![b'a'; 20 << 20]);
    let report = check(&repack(&bombs, CompressionMethod::Deflated));
    assert_fault(&report, FaultKind::TooLarge, "VERIFY.md: ");
    let bytes = Pack::of(300).write();
    for limits in [
        Limits { files: 3, ..Limits::default() },
        Limits { total_bytes: 1000, ..Limits::default() },
        Limits { file_bytes: 1000, ..Limits::default() },
    ] {
        let report = check_with(&bytes, Options { limits, ..options() });
        assert!(report.faults.iter().any(|fault| fault.kind == FaultKind::TooLarge), "{:?}", faults(&report));
    }
}

#[test]
fn what_is_no_package_is_said_to_be_none() {
    for bytes in [&b""[..], b"PK", b"not a package at all, but text of some length that goes on"] {
        let report = check(bytes);
        assert_fault(&report, FaultKind::NotAPackage, "archive: ");
        assert!(report.unchecked.iter().any(|what| what.starts_with("everything else")));
    }
    let empty = zip::ZipWriter::new(std::io::Cursor::new(Vec::new())).finish().unwrap().into_inner();
    assert_fault(&check(&empty), FaultKind::Manifest, "manifest.json: missing");
}

#[test]
fn a_log_whose_last_events_were_taken_back_does_not_fit_its_earlier_checkpoint() {
    let mut pack = Pack::of(20);
    // Signed over other events at the same places, after the witness saw the first ten.
    let mut log = Log::default();
    for event in 1..=9 {
        log.record(&format!("event {event}"));
    }
    for event in 10..=20 {
        log.record(&format!("rewritten {event}"));
    }
    let leaves: Vec<Vec<u8>> = (1..=20).map(|n| log.entry(n).envelope.leaf_bytes()).collect();
    let appended = merkle::append(&std::collections::BTreeMap::new(), 0, &leaves).unwrap();
    log.tiles.extend(appended.tiles);
    log.sign(Checkpoint::new(ORIGIN, 20, appended.root).unwrap());
    pack.log = log;
    pack.scope.retain(|event| *event != 3);
    assert_kinds(&check(&pack.write()), &[FaultKind::Earlier]);
}
