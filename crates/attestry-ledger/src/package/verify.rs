//! Checking a package, file by file.

use std::io::{self, Read, Seek};

use super::archive::Archive;
use super::events::{self, Named};
use super::prelude::{self, Prelude};
use super::progress::Trail;
use super::report::Findings;
use super::tiles;
use super::{FaultKind, Progress, Report, ResumeError, counted};
use crate::merkle::{self, tiles_for_inclusion};
use crate::proof::TlogProof;
use crate::{Checkpoint, Digest, SignedCheckpoint, VerifierKey};

/// What whoever verifies knows and allows.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key of the log, obtained by another road than the package. Without it the package is checked against the key
    /// that it brings.
    pub log: Option<VerifierKey>,
    /// Keys of witnesses whose cosignatures are checked.
    pub witnesses: Vec<VerifierKey>,
    /// Checkpoints of this log that were seen and trusted before.
    pub earlier: Vec<Checkpoint>,
    /// How far clocks may be apart before a time counts as wrong, in seconds.
    pub clock_tolerance_seconds: u32,
    /// What is too large to be read.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            log: None,
            witnesses: Vec::new(),
            earlier: Vec::new(),
            clock_tolerance_seconds: 300,
            limits: Limits::default(),
        }
    }
}

/// What is too large to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files.
    pub files: u64,
    /// The longest file, in bytes unpacked.
    pub file_bytes: u64,
    /// The most bytes of all files together, unpacked.
    pub total_bytes: u64,
    /// The most bytes that one packed byte may unpack to.
    pub ratio: u64,
}

impl Default for Limits {
    /// A million files, 1 TiB each and together, 200 bytes out of one.
    fn default() -> Self {
        Self { files: 1_000_000, file_bytes: 1 << 40, total_bytes: 1 << 40, ratio: 200 }
    }
}

/// Why a package could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The bytes could not be had; that says nothing about the package.
    #[error("the package could not be read")]
    Io(#[from] io::Error),
    /// A verification could not be taken up.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// There is no such event, or its proof cannot be made.
    #[error("event {sequence} cannot be proven from this package: {reason}")]
    NoProof {
        /// The event.
        sequence: u64,
        /// Why.
        reason: String,
    },
}

/// Checks a whole package.
///
/// # Errors
/// If its bytes cannot be had. What is wrong with them is in the report.
pub fn verify<R: Read + Seek>(reader: R, options: Options) -> Result<Report, PackageError> {
    let mut verification = Verification::begin(reader, options)?;
    while verification.step()? {}
    Ok(verification.finish())
}

/// A verification in steps of one file: [`Verification::begin`] or [`Verification::resume`], [`Verification::step`]
/// until it says false, [`Verification::finish`]. Between steps [`Verification::progress`] says where it stands.
#[derive(Debug)]
pub struct Verification<R> {
    archive: Option<Archive<R>>,
    options: Digest,
    files: u64,
    prelude: Option<Prelude>,
    before: Findings,
    named: Named,
    /// Files of the manifest in the order in which they are looked at: events first.
    order: Vec<usize>,
    done: usize,
    trail: Trail,
    findings: Findings,
}

impl<R: Read + Seek> Verification<R> {
    /// Begins: reads the directory, the manifest, the checkpoints and the right edge of the tree.
    ///
    /// # Errors
    /// If the bytes cannot be had.
    pub fn begin(reader: R, options: Options) -> Result<Self, PackageError> {
        let mut before = Findings::default();
        let mut archive = Archive::open(reader, &options.limits, &mut before)?;
        let prelude = match &mut archive {
            Some(archive) => prelude::look(archive, &options, &mut before)?,
            None => None,
        };
        let files = archive.as_ref().map_or(0, |archive| archive.names().count() as u64);
        let named = prelude.as_ref().map(|prelude| events::named(&prelude.manifest)).unwrap_or_default();
        let manifest = prelude.as_ref().map(|prelude| prelude.manifest.files.as_slice()).unwrap_or_default();
        let mut order: Vec<usize> = (0..manifest.len()).collect();
        order.sort_by_key(|at| !manifest.get(*at).is_some_and(super::manifest::File::is_events));
        Ok(Self {
            archive,
            options: Digest::of(format!("{options:?}").as_bytes()),
            files,
            prelude,
            before,
            named,
            order,
            done: 0,
            trail: Trail::default(),
            findings: Findings::default(),
        })
    }

    /// Takes a verification up where it was left. Manifest, checkpoints and names are looked at again.
    ///
    /// # Errors
    /// If package or options are others than then, or the bytes cannot be had.
    pub fn resume(reader: R, options: Options, progress: &Progress) -> Result<Self, PackageError> {
        let mut verification = Self::begin(reader, options)?;
        let now = verification.progress();
        if (now.manifest, now.length) != (progress.manifest, progress.length) {
            return Err(ResumeError::OtherPackage.into());
        }
        if now.options != progress.options {
            return Err(ResumeError::OtherOptions.into());
        }
        verification.done = usize::try_from(progress.done).map_err(|_| ResumeError::Text)?;
        verification.trail = progress.trail.clone();
        verification.findings = progress.findings.clone();
        Ok(verification)
    }

    /// Looks at the next file; false if there is none.
    ///
    /// # Errors
    /// If the bytes cannot be had. The verification may be taken up later.
    pub fn step(&mut self) -> Result<bool, PackageError> {
        let (Some(archive), Some(prelude)) = (&mut self.archive, &mut self.prelude) else { return Ok(false) };
        let Some(at) = self.order.get(self.done) else { return Ok(false) };
        let Some(file) = prelude.manifest.files.get(*at).cloned() else { return Ok(false) };
        if file.is_events() {
            // Nothing of a step that fails half-way is kept.
            let (mut trail, mut findings) = (self.trail.clone(), self.findings.clone());
            events::step(archive, &file, prelude, &self.named, &mut trail, &mut findings)?;
            (self.trail, self.findings) = (trail, findings);
        } else if let Some(stream) = archive.stream(&file.path)? {
            stream.compare(&file, &mut self.findings)?;
            if file.is_object() && file.events.is_empty() {
                self.findings.fault(FaultKind::NotNamed, file.path, "no event is said to name it");
            }
        }
        self.done += 1;
        Ok(true)
    }

    /// Files looked at, and files to look at.
    pub fn position(&self) -> (u64, u64) {
        (self.done as u64, self.order.len() as u64)
    }

    /// Where it stands, to be kept.
    pub fn progress(&self) -> Progress {
        Progress {
            manifest: self.prelude.as_ref().map_or_else(|| Digest::of(b""), |prelude| prelude.digest),
            length: self.archive.as_ref().map_or(0, Archive::length),
            options: self.options,
            done: self.done as u64,
            trail: self.trail.clone(),
            findings: self.findings.clone(),
        }
    }

    /// The report. Files that were not looked at are in it as unchecked.
    pub fn finish(mut self) -> Report {
        let left = self.order.len().saturating_sub(self.done);
        if left > 0 {
            let left = counted(left as u64, "file");
            self.findings.unchecked(format!("{left}: the verification was not carried to its end"));
        } else if let Some(prelude) = &self.prelude {
            close(prelude, &self.named, &self.trail, &mut self.findings);
        }
        let mut findings = self.before.and(self.findings);
        findings.close();
        report(self.prelude, self.files, findings)
    }
}

/// What can be said only after the last event.
fn close(prelude: &Prelude, named: &Named, trail: &Trail, findings: &mut Findings) {
    let stated = &prelude.manifest.events;
    if stated.count != findings.events {
        let found = counted(findings.events, "event");
        let what = format!("{found} found, the manifest says {}", stated.count);
        findings.fault(FaultKind::Count, "events", what);
    }
    if (stated.first, stated.last) != (trail.first, trail.sequence) {
        let what = format!(
            "they run from {} to {}, the manifest says from {} to {}",
            trail.first, trail.sequence, stated.first, stated.last
        );
        findings.fault(FaultKind::Count, "events", what);
    }
    for (event, files) in named.iter().filter(|(event, _)| !trail.seen.contains(event)) {
        let files = files.iter().filter_map(|at| prelude.manifest.files.get(*at));
        for file in files {
            let what = format!("event {event}, which should name it, is not in the package");
            findings.fault(FaultKind::NotNamed, file.path.as_str(), what);
        }
    }
    if findings.erased > 0 {
        let erased = counted(findings.erased, "event");
        findings.unchecked(format!("payloads of {erased}: erased, their place in the tree is still proven"));
    }
    if findings.elsewhere > 0 {
        let (others, first) = (counted(findings.elsewhere, "digest"), trail.elsewhere);
        findings.unchecked(format!(
            "{others} in payloads: of nothing in this package, the first in event {first}; ask for what they name if it matters"
        ));
    }
    let others = prelude.size.saturating_sub(findings.events);
    if others > 0 {
        let others = counted(others, "further event");
        findings.unchecked(format!("{others} of the log: not in this package"));
    }
    if !prelude.tiles.rooted() && findings.events > 0 {
        findings.unchecked(
            "whether the events are in the tree that was signed: the tiles do not lead to its root",
        );
    }
}

fn report(prelude: Option<Prelude>, files: u64, findings: Findings) -> Report {
    let checked = findings.checks();
    let mut report = Report {
        title: String::new(),
        scope: String::new(),
        workspace: String::new(),
        log_key: String::new(),
        log_key_given: false,
        size: 0,
        root: None,
        events: findings.events,
        files,
        signatures: Vec::new(),
        checked,
        faults: findings.faults,
        further_faults: findings.further,
        unchecked: findings.unchecked,
        remarks: findings.remarks,
    };
    let Some(prelude) = prelude else {
        report.unchecked.push("everything else: without a manifest nothing can be told".to_owned());
        return report;
    };
    report.title = prelude.manifest.title;
    report.scope = prelude.manifest.scope;
    report.workspace = prelude.manifest.workspace;
    report.log_key_given = prelude.log_key_given;
    report.log_key = prelude.log.map(|key| key.to_string()).unwrap_or_default();
    report.size = prelude.size;
    report.root = Some(prelude.root);
    report.signatures = prelude.signatures;
    report
}

/// The proof of one event as a file that needs no package: C2SP tlog-proof. It is made from the tiles, whether they hold
/// or not: whoever gets it checks it.
///
/// # Errors
/// If the package has no checkpoint, or not the tiles.
pub fn inclusion_proof<R: Read + Seek>(reader: R, sequence: u64) -> Result<TlogProof, PackageError> {
    let no_proof = |reason: String| PackageError::NoProof { sequence, reason };
    let archive = Archive::open(reader, &Limits::default(), &mut Findings::default())?;
    let mut archive = archive.ok_or_else(|| no_proof("it is no archive".to_owned()))?;
    let note = archive.small(super::CHECKPOINT, crate::note::MAX_NOTE_BYTES as u64)?.unwrap_or_default();
    let checkpoint = SignedCheckpoint::parse(&note).map_err(|error| no_proof(error.to_string()))?;
    let size = checkpoint.checkpoint().size();
    let position =
        sequence.checked_sub(1).ok_or_else(|| no_proof("events are numbered from 1".to_owned()))?;
    let mut tiles = std::collections::BTreeMap::new();
    for path in tiles_for_inclusion(position, size).map_err(|error| no_proof(error.to_string()))? {
        let bytes = tiles::read(&mut archive, &path)?;
        tiles.extend(bytes.map(|bytes| (path, bytes)));
    }
    let hashes =
        merkle::inclusion_proof(&tiles, position, size).map_err(|error| no_proof(error.to_string()))?;
    Ok(TlogProof { position, hashes, checkpoint })
}
