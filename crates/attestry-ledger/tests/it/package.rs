//! Packages as they are made: they hold, say what they hold, and are the same bytes each time.

use std::io::Cursor;

use attestry_ledger::Digest;
use attestry_ledger::package::{About, Options, SignatureKind, WriteError, Writer, inclusion_proof};

use crate::log::{entry, signer, witness};
use crate::pack::{Pack, check, check_with, faults, files, object};

fn count(report: &attestry_ledger::package::Report, what: &str) -> u64 {
    report.checked.iter().find(|check| check.what.contains(what)).unwrap().count
}

#[test]
fn an_untouched_package_holds_at_every_size_around_a_tile() {
    for events in [1, 2, 3, 17, 255, 256, 257, 511, 512, 513, 1000] {
        let report = check(&Pack::of(events).write());
        assert_eq!(faults(&report), Vec::<String>::new(), "{events} events");
        assert_eq!((report.events, report.size), (events, events));
        assert_eq!(count(&report, "tree that was signed"), events);
        assert_eq!(count(&report, "payloads"), events - u64::from(events >= 5));
        assert_eq!(count(&report, "objects against"), u64::from(events >= 3));
        assert_eq!(count(&report, "root of the checkpoint"), 1);
        assert_eq!(count(&report, "earlier checkpoints"), u64::from(events > 1));
        assert_eq!(count(&report, "files against"), report.files - 2);
    }
}

#[test]
fn a_part_of_a_log_is_proven_and_the_rest_is_said_to_be_missing() {
    let mut pack = Pack::of(1000);
    pack.scope = vec![3, 4, 255, 256, 257, 700, 1000];
    let report = check(&pack.write());
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!(count(&report, "tree that was signed"), 7);
    assert_eq!(report.unchecked, ["993 further events of the log: not in this package"]);
}

#[test]
fn what_events_name_and_the_package_does_not_hold_is_said_to_be_missing() {
    let mut pack = Pack::of(20);
    pack.log.objects.clear();
    let report = check(&pack.write());
    assert!(report.holds());
    let said =
        "1 digest in payloads: of nothing in this package, the first in event 3; ask for what they name";
    assert!(report.unchecked.iter().any(|what| what.starts_with(said)), "{:?}", report.unchecked);
}

#[test]
fn a_package_without_events_holds_too() {
    let mut pack = Pack::of(10);
    pack.scope = Vec::new();
    let report = check(&pack.write());
    assert_eq!((faults(&report), report.events), (Vec::new(), 0));
}

#[test]
fn the_report_says_who_signed_what_and_what_was_not_checked() {
    let bytes = Pack::of(20).write();
    let report = check(&bytes);
    let said: Vec<(SignatureKind, &str, u64, Option<i64>)> =
        report.signatures.iter().map(|s| (s.kind, s.by.as_str(), s.size, s.at)).collect();
    let (log, auditor) = ("attestry.example/acme", "auditor.example/w");
    assert_eq!(
        said,
        [
            (SignatureKind::Seal, log, 0, None),
            (SignatureKind::Log, log, 20, None),
            (SignatureKind::Witness, auditor, 20, Some(1_800_000_000)),
            (SignatureKind::Log, log, 10, None),
            (SignatureKind::Witness, auditor, 10, Some(1_700_000_000)),
        ]
    );
    assert_eq!(report.unchecked, ["payloads of 1 event: erased, their place in the tree is still proven"]);

    let report = check_with(&bytes, Options::default());
    assert!(report.holds());
    assert_eq!(report.log_key, signer().verifier().to_string());
    for what in
        ["who signed: no log key was given", "whether others were shown", "signature by auditor.example/w"]
    {
        assert!(
            report.unchecked.iter().any(|said| said.starts_with(what)),
            "{what}: {:#?}",
            report.unchecked
        );
    }

    let mut pack = Pack::of(20);
    pack.seal = None;
    let report = check(&pack.write());
    assert!(report.holds());
    assert!(
        report.unchecked[0].starts_with("whether files or events were left out"),
        "{:?}",
        report.unchecked
    );
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let (first, second) = (Pack::of(300).write(), Pack::of(300).write());
    assert_eq!(Digest::of(&first), Digest::of(&second));
}

#[test]
fn people_can_read_the_files_without_this_program() {
    let files = files(&Pack::of(20).write());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let object = format!("objects/{}.txt", Digest::of(b"evidence"));
    assert_eq!(
        names,
        [
            "VERIFY.md",
            "checkpoint",
            "earlier/00000000000000000010/checkpoint",
            "earlier/00000000000000000010/consistency",
            "events/000000.jsonl",
            "index.html",
            "manifest.json",
            "manifest.note",
            &object,
            "tile/0/000.p/20",
        ]
    );
    assert_eq!(files[&object], b"evidence");
    let lines: Vec<serde_json::Value> = files["events/000000.jsonl"]
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 20);
    assert_eq!(lines[3]["payload"]["a"], "b \u{e9}");
    assert_eq!((&lines[4]["salt"], &lines[4]["envelope"]["sequence"]), (&serde_json::Value::Null, &5.into()));
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let named = manifest["files"].as_array().unwrap().iter().find(|file| file["path"] == *object).unwrap();
    assert_eq!(named["events"], serde_json::json!([3]));
    assert_eq!(named["name"], "evidence \"one\".txt");
}

#[test]
fn one_event_is_proven_by_a_file_of_its_own() {
    let bytes = Pack::of(700).write();
    let leaf = entry(300, b"event 300").envelope.leaf_hash();
    let proof = inclusion_proof(Cursor::new(&bytes), 300).unwrap();
    proof.verify(&leaf, &signer().verifier()).unwrap();
    assert!(proof.to_string().len() < 2048);
    for sequence in [0, 701, u64::MAX] {
        assert!(inclusion_proof(Cursor::new(&bytes), sequence).is_err(), "{sequence}");
    }
    assert!(inclusion_proof(Cursor::new(b"no archive"), 1).is_err());
}

#[test]
fn parts_out_of_order_and_parts_that_do_not_fit_are_not_written() {
    let pack = Pack::of(20);
    let start = || {
        Writer::new(Cursor::new(Vec::new()), About::default(), &signer().verifier(), &pack.signed()).unwrap()
    };
    let mut writer = start();
    writer.event(&entry(7, b"event 7")).unwrap();
    assert!(matches!(writer.event(&entry(7, b"event 7")), Err(WriteError::Order(_))));
    assert!(matches!(writer.event(&entry(21, b"x")), Err(WriteError::NotCovered { sequence: 21, size: 20 })));
    assert!(matches!(writer.earlier(&pack.earlier[0], &[], None), Err(WriteError::Order(_))));
    assert!(matches!(writer.tile(&"tile/0/000.p/20".parse().unwrap(), b"short"), Err(WriteError::Tile(_))));
    let digest = Digest::of(b"evidence");
    assert!(matches!(
        writer.object(&object(digest, 8), &mut &b"evidence"[..]),
        Err(WriteError::NamedByNone(_))
    ));
    let mut named = object(digest, 8);
    named.events = vec![7];
    assert!(matches!(
        writer.object(&named, &mut &b"forgeries"[..]),
        Err(WriteError::ObjectLength { found: 9, .. })
    ));
    let mut writer = start();
    writer.event(&entry(7, b"event 7")).unwrap();
    assert!(matches!(writer.object(&named, &mut &b"EVIDENCE"[..]), Err(WriteError::ObjectDiffers { .. })));
    for path in ["../x", "manifest.json", "events/1", "a b", ""] {
        assert!(matches!(start().file(path, "guide", b""), Err(WriteError::Name(_))), "{path}");
    }
    assert!(matches!(start().file("a", "Not A Role", b""), Err(WriteError::Name(_))));
    let mut writer = start();
    writer.file("b", "guide", b"").unwrap();
    assert!(matches!(writer.file("a", "guide", b""), Err(WriteError::Order(_))));
    assert!(matches!(writer.finish(None), Err(WriteError::Tile(_))));
    let other = witness();
    assert!(matches!(
        Writer::new(Cursor::new(Vec::new()), About::default(), &other.verifier(), &pack.signed()),
        Err(WriteError::Checkpoint(_))
    ));
}

#[test]
fn events_of_more_than_one_file_are_proven() {
    // 65,536 events to a file: the second file begins with event 65,537.
    let mut pack = Pack::of(5);
    for sequence in 6..=65_600 {
        pack.log.record(&format!("event {sequence}"));
    }
    pack.log.publish();
    pack.earlier.clear();
    pack.scope = [4, 65_535, 65_536, 65_537, 65_600].into();
    let bytes = pack.write();
    let names: Vec<String> = files(&bytes).into_keys().filter(|name| name.starts_with("events/")).collect();
    assert_eq!(names, ["events/000000.jsonl", "events/000001.jsonl"]);
    let report = check(&bytes);
    assert_eq!((faults(&report), count(&report, "tree that was signed")), (Vec::new(), 5));
    assert!(count(&report, "tiles against the tiles above") >= 2);
}

#[test]
fn more_files_than_an_archive_could_once_count_are_packed_and_read_by_others() {
    let pack = Pack::of(1);
    let about = About { workspace: "acme".to_owned(), ..About::default() };
    let mut writer =
        Writer::new(Cursor::new(Vec::new()), about, &signer().verifier(), &pack.signed()).unwrap();
    writer.event(&entry(1, b"event 1")).unwrap();
    for (path, bytes) in &pack.log.tiles {
        if path.to_string().starts_with("tile/0/") {
            writer.tile(path, bytes).unwrap();
        }
    }
    for file in 0..66_000 {
        writer.file(&format!("more/{file:06}"), "index", b"x").unwrap();
    }
    let finished = writer.finish(Some(&signer())).unwrap();
    let bytes = finished.out.into_inner();
    assert_eq!((finished.files, finished.bytes), (66_005, bytes.len() as u64));
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    assert_eq!(archive.len(), 66_005);
    assert!(archive.by_name("more/065999").is_ok());
    let report = check(&bytes);
    assert_eq!((faults(&report), report.files), (Vec::new(), 66_005));
}

#[test]
#[ignore = "writes 4.3 GB: cargo test -p attestry-ledger -- --ignored four_gigabytes"]
fn an_object_of_more_than_four_gigabytes_is_packed_and_read_by_others() {
    use std::io::Read as _;

    let bytes = (1 << 32) + 5;
    let mut hasher = attestry_ledger::Hasher::new();
    let zeros = vec![0; 1 << 20];
    (0..1 << 12).for_each(|_| hasher.update(&zeros));
    hasher.update(&zeros[..5]);
    let digest = hasher.finish();
    let mut log = crate::log::Log::default();
    log.record(&format!("object {digest}"));
    log.publish();
    let signed = attestry_ledger::SignedCheckpoint::parse(log.checkpoint.as_ref().unwrap()).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let about = About { workspace: "acme".to_owned(), ..About::default() };
    let mut writer = Writer::new(file, about, &signer().verifier(), &signed).unwrap();
    let payload = format!("object {digest}");
    writer.event(&entry(1, payload.as_bytes())).unwrap();
    writer.tile(&"tile/0/000.p/1".parse().unwrap(), &log.tiles[&"tile/0/000.p/1".parse().unwrap()]).unwrap();
    let mut large = object(digest, bytes);
    large.events = vec![1];
    writer.object(&large, &mut std::io::repeat(0).take(bytes)).unwrap();
    writer.file("after", "index", b"beyond the old offsets").unwrap();
    let file = writer.finish(Some(&signer())).unwrap().out;
    let report = attestry_ledger::package::verify(file.reopen().unwrap(), crate::pack::options()).unwrap();
    assert_eq!(faults(&report), Vec::<String>::new());
    let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); \
        assert z.read('after') == b'beyond the old offsets'; print(max(i.file_size for i in z.infolist()))";
    let said = std::process::Command::new("python3").args(["-c", script]).arg(file.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), bytes.to_string(), "{said:?}");
}
