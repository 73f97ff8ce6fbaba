//! What is looked at before the files: manifest, seal, checkpoints, time stamps, names.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use super::archive::Archive;
use super::manifest::Manifest;
use super::report::Findings;
use super::tiles::Tiles;
use super::times::Times;
use super::{
    CHECKPOINT, FaultKind, MANIFEST, MAX_MANIFEST_BYTES, Options, SEAL, Signature, SignatureKind, TIME_STAMP,
};
use super::{earlier_path, seal_text};
use crate::merkle::verify_consistency;
use crate::note::MAX_NOTE_BYTES;
use crate::timestamp::{TimeStamp, imprint};
use crate::witness::parse_hash;
use crate::{Checkpoint, Digest, Note, SignedCheckpoint, VerifierKey};

/// The longest proof between two checkpoints, in bytes.
const MAX_PROOF_BYTES: u64 = 64 * 64;

/// What was learned before the files.
#[derive(Debug)]
pub(super) struct Prelude {
    pub(super) manifest: Manifest,
    pub(super) digest: Digest,
    /// The digests of all files.
    pub(super) digests: BTreeSet<Digest>,
    pub(super) log: Option<VerifierKey>,
    pub(super) log_key_given: bool,
    pub(super) size: u64,
    pub(super) root: Digest,
    pub(super) tiles: Tiles,
    pub(super) times: Times,
    pub(super) signatures: Vec<Signature>,
}

/// Looks at all of it; `None` without a manifest.
pub(super) fn look<R: Read + Seek>(
    archive: &mut Archive<R>,
    options: &Options,
    findings: &mut Findings,
) -> io::Result<Option<Prelude>> {
    let Some(bytes) = archive.small(MANIFEST, MAX_MANIFEST_BYTES)? else {
        findings.fault(FaultKind::Manifest, MANIFEST, "missing or too long");
        return Ok(None);
    };
    let manifest = match Manifest::decode(&bytes) {
        Ok(manifest) => manifest,
        Err(reason) => {
            findings.fault(FaultKind::Manifest, MANIFEST, reason);
            return Ok(None);
        }
    };
    let digest = Digest::of(&bytes);
    compare_names(archive, &manifest, findings);
    let log = log_key(&manifest, options, findings);
    let mut looker = Looker {
        archive,
        options,
        log: log.as_ref(),
        findings,
        signatures: Vec::new(),
        times: Times::default(),
    };
    looker.seal(&digest)?;
    let signed = looker.checkpoint(&manifest)?;
    let head = signed.as_ref().map(SignedCheckpoint::checkpoint);
    let (size, root) =
        head.map_or((manifest.checkpoint.size, manifest.checkpoint.root), |head| (head.size(), head.root()));
    if let Some(head) = head {
        looker.earlier(&manifest, head)?;
    }
    let Looker { signatures, mut times, .. } = looker;
    times.close(options.clock_tolerance_seconds);
    let tiles = Tiles::open(archive, size, root, findings)?;
    let log_key_given = options.log.is_some();
    let digests = manifest.files.iter().map(|file| file.sha256).collect();
    Ok(Some(Prelude { manifest, digest, digests, log, log_key_given, size, root, tiles, times, signatures }))
}

fn compare_names<R: Read + Seek>(archive: &Archive<R>, manifest: &Manifest, findings: &mut Findings) {
    let named: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    for file in manifest.files.iter().filter(|file| !archive.has(&file.path)) {
        findings.fault(
            FaultKind::Missing,
            super::archive::place(file),
            "the manifest names it, it is not there",
        );
    }
    for name in archive.names().filter(|name| ![MANIFEST, SEAL].contains(name) && !named.contains(name)) {
        findings.fault(FaultKind::Unnamed, name, "it is there, the manifest does not name it");
    }
}

fn log_key(manifest: &Manifest, options: &Options, findings: &mut Findings) -> Option<VerifierKey> {
    let stated = match manifest.log_key.parse::<VerifierKey>() {
        Ok(key) => Some(key),
        Err(error) => {
            findings.fault(FaultKind::Manifest, MANIFEST, format!("its log key is none: {error}"));
            None
        }
    };
    match (&options.log, stated) {
        (Some(given), Some(stated)) if *given != stated => {
            let what = format!("it names the log key {stated}, the one given is {given}");
            findings.fault(FaultKind::LogKey, MANIFEST, what);
            Some(given.clone())
        }
        (Some(given), _) => Some(given.clone()),
        (None, stated) => {
            findings.unchecked(
                "who signed: no log key was given, so the package was checked against the key it brings itself; obtain the key from the organisation by another road and give it",
            );
            stated
        }
    }
}

struct Looker<'a, R> {
    archive: &'a mut Archive<R>,
    options: &'a Options,
    log: Option<&'a VerifierKey>,
    findings: &'a mut Findings,
    signatures: Vec<Signature>,
    times: Times,
}

impl<R: Read + Seek> Looker<'_, R> {
    fn seal(&mut self, manifest: &Digest) -> io::Result<()> {
        let Some(bytes) = self.archive.small(SEAL, MAX_NOTE_BYTES as u64)? else {
            self.findings.unchecked(
                "whether files or events were left out after the package was made: the manifest carries no seal",
            );
            return Ok(());
        };
        let Some(log) = self.log else { return Ok(()) };
        let note = Note::parse(&bytes);
        let verified = note.map_err(|error| error.to_string()).and_then(|note| {
            if note.text() != seal_text(log.name(), manifest) {
                return Err("it seals another manifest".to_owned());
            }
            note.verify(std::slice::from_ref(log)).map_err(|error| error.to_string())
        });
        self.findings.signatures += 1;
        match verified {
            Ok(_) => self.sign(SignatureKind::Seal, log.name().to_owned(), 0, None),
            Err(reason) => self.findings.fault(FaultKind::Seal, SEAL, reason),
        }
        Ok(())
    }

    fn sign(&mut self, kind: SignatureKind, by: String, size: u64, at: Option<i64>) {
        self.signatures.push(Signature { kind, by, size, at });
    }

    fn checkpoint(&mut self, manifest: &Manifest) -> io::Result<Option<SignedCheckpoint>> {
        let bytes = self.archive.small(CHECKPOINT, MAX_NOTE_BYTES as u64)?.unwrap_or_default();
        let signed = match SignedCheckpoint::parse(&bytes) {
            Ok(signed) => signed,
            Err(error) => {
                self.findings.fault(FaultKind::Checkpoint, CHECKPOINT, error.to_string());
                return Ok(None);
            }
        };
        let head = signed.checkpoint();
        if (head.size(), head.root()) != (manifest.checkpoint.size, manifest.checkpoint.root) {
            let what = format!(
                "it is of {} events with root {}, the manifest was made for {} with root {}",
                head.size(),
                head.root(),
                manifest.checkpoint.size,
                manifest.checkpoint.root
            );
            self.findings.fault(FaultKind::Checkpoint, CHECKPOINT, what);
        }
        self.log_signature(CHECKPOINT, &signed);
        self.witnesses(CHECKPOINT, &signed, true);
        self.time_stamp(TIME_STAMP, head)?;
        for seen in self.options.earlier.iter().filter(|seen| seen.size() == head.size()) {
            self.same(CHECKPOINT, seen, head);
        }
        Ok(Some(signed))
    }

    fn log_signature(&mut self, path: &str, signed: &SignedCheckpoint) {
        let Some(log) = self.log else { return };
        self.findings.signatures += 1;
        match signed.verify(log) {
            Ok(_) => self.sign(SignatureKind::Log, log.name().to_owned(), signed.checkpoint().size(), None),
            Err(error) => self.findings.fault(FaultKind::Signature, path, error.to_string()),
        }
    }

    fn same(&mut self, path: &str, seen: &Checkpoint, shown: &Checkpoint) {
        self.findings.proofs += 1;
        if seen.origin() != shown.origin() || seen.root() != shown.root() {
            let what = format!(
                "at {} events the root was {}, here it is {}",
                seen.size(),
                seen.root(),
                shown.root()
            );
            self.findings.fault(FaultKind::Forked, path, what);
        }
    }

    fn witnesses(&mut self, path: &str, signed: &SignedCheckpoint, newest: bool) {
        let size = signed.checkpoint().size();
        let carried = signed.note().signatures();
        for key in &self.options.witnesses {
            if !carried.iter().any(|signature| signature.is_by(key)) {
                if newest {
                    self.findings
                        .unchecked(format!("cosignature by {}: the checkpoint carries none", key.name()));
                }
                continue;
            }
            self.findings.signatures += 1;
            match signed.signature_by(key) {
                Ok(verified) => {
                    let at = verified.cosigned_at.and_then(|at| i64::try_from(at).ok());
                    self.times.add(size, at);
                    self.signatures.push(Signature {
                        kind: SignatureKind::Witness,
                        by: verified.name,
                        size,
                        at,
                    });
                }
                Err(error) => self.findings.fault(FaultKind::Cosignature, path, error.to_string()),
            }
        }
        if newest {
            self.unknown_witnesses(signed);
        }
    }

    fn unknown_witnesses(&mut self, signed: &SignedCheckpoint) {
        if self.options.witnesses.is_empty() {
            self.findings.unchecked(
                "whether others were shown another history: no witness key was given to check cosignatures with",
            );
        }
        let known = |signature: &&crate::note::NoteSignature| {
            self.log.iter().copied().chain(&self.options.witnesses).any(|key| signature.is_by(key))
        };
        let others = signed.note().signatures().iter().filter(|signature| !known(signature));
        let others: BTreeMap<_, _> = others.map(|other| (other.name().to_owned(), other.id())).collect();
        for (name, id) in others {
            self.findings.unchecked(format!(
                "signature by {name} (key {id}) on the checkpoint: its key was not given"
            ));
        }
    }

    fn time_stamp(&mut self, path: &str, head: &Checkpoint) -> io::Result<()> {
        let Some(bytes) = self.archive.small(path, crate::timestamp::MAX_BYTES as u64)? else {
            return Ok(());
        };
        let stamp = TimeStamp::parse(&bytes).and_then(|stamp| stamp.check(head).map(|()| stamp));
        match stamp {
            Ok(stamp) => {
                self.times.add(head.size(), Some(stamp.at));
                self.sign(SignatureKind::TimeStamp, path.to_owned(), head.size(), Some(stamp.at));
                let digest = imprint(head);
                self.findings.unchecked(format!(
                    "{path}: time stamp present, imprint matches, the authority's signature is not checked here; `openssl ts -verify -digest {digest} -in {path} -CAfile AUTHORITY` does"
                ));
            }
            Err(error) => self.findings.fault(FaultKind::TimeStamp, path, error.to_string()),
        }
        Ok(())
    }

    /// Earlier checkpoints: each signed by the log, and proven to be a prefix of the newest.
    fn earlier(&mut self, manifest: &Manifest, newest: &Checkpoint) -> io::Result<()> {
        let mut shown = BTreeSet::new();
        for file in manifest.files.iter().filter(|file| file.role == "earlier_checkpoint") {
            let bytes = self.archive.small(&file.path, MAX_NOTE_BYTES as u64)?.unwrap_or_default();
            let signed = match SignedCheckpoint::parse(&bytes) {
                Ok(signed) => signed,
                Err(error) => {
                    self.findings.fault(FaultKind::Checkpoint, file.path.as_str(), error.to_string());
                    continue;
                }
            };
            let head = signed.checkpoint();
            self.log_signature(&file.path, &signed);
            self.witnesses(&file.path, &signed, false);
            self.consistency(&file.path, head, newest)?;
            self.time_stamp(&earlier_path(head.size(), TIME_STAMP), head)?;
            shown.insert(head.size());
            for seen in self.options.earlier.iter().filter(|seen| seen.size() == head.size()) {
                self.same(&file.path, seen, head);
            }
        }
        for seen in self.options.earlier.iter().map(Checkpoint::size) {
            if seen != newest.size() && !shown.contains(&seen) {
                self.findings.unchecked(format!(
                    "checkpoint of {seen} events seen earlier: the package holds no proof from it"
                ));
            }
        }
        Ok(())
    }

    fn consistency(&mut self, path: &str, old: &Checkpoint, newest: &Checkpoint) -> io::Result<()> {
        let bytes = self.archive.small(&earlier_path(old.size(), "consistency"), MAX_PROOF_BYTES)?;
        let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        let hashes: Option<Vec<Digest>> = text.lines().map(parse_hash).collect();
        let (old_root, root) = (old.root(), newest.root());
        let proof = hashes.ok_or_else(|| "its proof cannot be read".to_owned()).and_then(|hashes| {
            verify_consistency(&hashes, old.size(), newest.size(), &old_root, &root)
                .map_err(|error| error.to_string())
        });
        self.findings.proofs += 1;
        match proof {
            Ok(()) if old.origin() == newest.origin() => {}
            Ok(()) => self.findings.fault(FaultKind::Earlier, path, "it is of another log"),
            Err(reason) => {
                let what = format!("it is not proven to be part of the newest checkpoint: {reason}");
                self.findings.fault(FaultKind::Earlier, path, what);
            }
        }
        Ok(())
    }
}
