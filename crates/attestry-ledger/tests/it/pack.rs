//! Packages of a log in memory, and what somebody may do to one.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use attestry_ledger::merkle::consistency_proof;
use attestry_ledger::package::{About, FaultKind, ObjectEntry, Options, Report, WriteError, Writer, verify};
use attestry_ledger::verify::{Entry, Payload, Row};
use attestry_ledger::{Digest, SignedCheckpoint, SignerKey};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::log::{Log, signer, witness};

/// What goes into a package.
#[derive(Clone)]
pub(crate) struct Pack {
    pub(crate) log: Log,
    /// Earlier checkpoints, ascending.
    pub(crate) earlier: Vec<SignedCheckpoint>,
    pub(crate) stamp: Option<Vec<u8>>,
    /// The time stamp of every earlier checkpoint.
    pub(crate) earlier_stamp: Option<Vec<u8>>,
    /// The events in scope.
    pub(crate) scope: Vec<u64>,
    pub(crate) key: SignerKey,
    pub(crate) seal: Option<SignerKey>,
}

impl Pack {
    /// A log of so many events, with an earlier checkpoint after the first half, all in scope; the third event names
    /// an object, the fourth is JSON, the fifth is erased.
    pub(crate) fn of(events: u64) -> Self {
        let mut log = Log::default();
        let mut earlier = Vec::new();
        for sequence in 1..=events {
            match sequence {
                3 => {
                    let named = log.object(b"evidence");
                    log.record(&named);
                }
                4 => log.record("{\"a\":\"b \u{e9}\"}"),
                _ => log.record(&format!("event {sequence}")),
            }
            if sequence == events / 2 {
                let mut signed = log.publish().sign(&signer()).unwrap();
                signed.cosign(&witness(), 1_700_000_000).unwrap();
                earlier.push(signed);
            }
        }
        if events >= 5 {
            log.entry(5).payload = Payload::Erased;
        }
        log.publish();
        let scope = (1..=events).collect();
        Self { log, earlier, stamp: None, earlier_stamp: None, scope, key: signer(), seal: Some(signer()) }
    }

    pub(crate) fn signed(&self) -> SignedCheckpoint {
        SignedCheckpoint::parse(self.log.checkpoint.as_ref().unwrap()).unwrap()
    }

    fn entry(&self, sequence: u64) -> &Entry {
        match &self.log.rows[sequence as usize - 1] {
            Row::Entry(entry) => entry,
            Row::Unreadable { .. } => panic!("unreadable row"),
        }
    }

    pub(crate) fn try_write(&self) -> Result<Vec<u8>, WriteError> {
        let signed = self.signed();
        let about = About {
            workspace: "acme".to_owned(),
            title: "Engagement 1".to_owned(),
            scope: "Events of the first half of 2026.".to_owned(),
        };
        let mut writer = Writer::new(Cursor::new(Vec::new()), about, &self.key.verifier(), &signed)?;
        if let Some(stamp) = &self.stamp {
            writer.time_stamp(stamp)?;
        }
        for earlier in &self.earlier {
            let (old, size) = (earlier.checkpoint().size(), signed.checkpoint().size());
            writer.earlier(
                earlier,
                &consistency_proof(&self.log.tiles, old, size).unwrap(),
                self.earlier_stamp.as_deref(),
            )?;
        }
        for sequence in &self.scope {
            writer.event(self.entry(*sequence))?;
        }
        for path in writer.tiles_wanted() {
            let bytes = self.log.tiles.get(&path).or_else(|| self.log.tiles.get(&path.full()));
            writer.tile(&path, bytes.map(Vec::as_slice).unwrap_or_default())?;
        }
        for (digest, bytes) in &self.log.objects {
            if self.scope.contains(&3) {
                writer.object(&object(*digest, bytes.len() as u64), &mut bytes.as_slice())?;
            }
        }
        writer.file("VERIFY.md", "guide", b"Run attestry-verify.\n")?;
        writer.file("index.html", "index", b"<p>1 object</p>\n")?;
        Ok(writer.finish(self.seal.as_ref())?.out.into_inner())
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        self.try_write().unwrap()
    }
}

pub(crate) fn object(digest: Digest, bytes: u64) -> ObjectEntry {
    ObjectEntry {
        digest,
        bytes,
        role: "artifact".to_owned(),
        extension: Some("txt".to_owned()),
        name: Some("evidence \"one\".txt".to_owned()),
        events: vec![3],
    }
}

pub(crate) fn options() -> Options {
    Options { log: Some(signer().verifier()), witnesses: vec![witness().verifier()], ..Options::default() }
}

pub(crate) fn check(bytes: &[u8]) -> Report {
    check_with(bytes, options())
}

pub(crate) fn check_with(bytes: &[u8], options: Options) -> Report {
    verify(Cursor::new(bytes), options).unwrap()
}

pub(crate) fn faults(report: &Report) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

/// Asserts that a fault of this kind is there whose text begins so.
#[track_caller]
pub(crate) fn assert_fault(report: &Report, kind: FaultKind, text: &str) {
    assert!(!report.holds());
    let found = report.faults.iter().any(|fault| fault.kind == kind && fault.to_string().starts_with(text));
    assert!(found, "{kind:?} {text:?} not in {:#?}", report.faults);
}

/// Asserts that all faults are of these kinds.
#[track_caller]
pub(crate) fn assert_kinds(report: &Report, kinds: &[FaultKind]) {
    let mut found: Vec<FaultKind> = report.faults.iter().map(|fault| fault.kind).collect();
    found.sort();
    found.dedup();
    assert_eq!(found, kinds, "{:#?}", faults(report));
}

/// The files of a package.
pub(crate) fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut files = BTreeMap::new();
    for name in names {
        let mut content = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut content).unwrap();
        files.insert(name, content);
    }
    files
}

/// Files packed by another program.
pub(crate) fn repack(files: &BTreeMap<String, Vec<u8>>, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same package with one file changed, or taken out, by another program.
pub(crate) fn edited(bytes: &[u8], name: &str, edit: impl FnOnce(&mut Vec<u8>) -> bool) -> Vec<u8> {
    let mut files = files(bytes);
    let content = files.get_mut(name).unwrap_or_else(|| panic!("no {name}"));
    if !edit(content) {
        files.remove(name);
    }
    repack(&files, CompressionMethod::Stored)
}
