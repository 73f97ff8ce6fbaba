//! The verifier: everything that can be checked of a log without trusting whoever keeps it.
//!
//! [`Verifier`] takes events one by one and says which tiles and objects it wants to see next, so that it
//! works in any loop, synchronous or not, with one bundle of events in memory. [`verify`] is that loop over a
//! [`Source`].

mod fault;
mod objects;
mod progress;
mod report;
mod tree;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::note::VerifierKey;
use crate::{Checkpoint, Digest, Envelope, SignedCheckpoint, TilePath, commit};

pub use fault::Fault;
use objects::Objects;
pub use progress::{Progress, ResumeError};
use report::Findings;
pub use report::{Check, Report};
use tree::Tree;

/// What the log must be, as far as whoever verifies knows it.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The workspace that every event must name.
    pub workspace: String,
    /// The key of the log; its name is the origin.
    pub log: VerifierKey,
    /// Keys of witnesses whose cosignatures are checked.
    pub cosigners: Vec<VerifierKey>,
    /// Heads of this log that were seen and trusted before: the log must still contain them.
    pub earlier: Vec<Checkpoint>,
}

/// An event as stored.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its envelope.
    pub envelope: Envelope,
    /// Its payload, unless erased.
    pub payload: Payload,
}

/// What is stored of a payload.
#[derive(Debug, Clone)]
pub enum Payload {
    /// The salt and the bytes that the envelope commits to.
    Present {
        /// The 32 random bytes drawn when it was appended.
        salt: [u8; 32],
        /// The payload as stored.
        bytes: Vec<u8>,
    },
    /// It was erased, and its salt with it.
    Erased,
}

/// What a payload names. Found by the caller, who knows how to read payloads.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// Objects that must be there.
    pub objects: Vec<Digest>,
    /// Events whose payload this event records as erased.
    pub erased_events: Vec<u64>,
    /// Objects that this event records as erased.
    pub erased_objects: Vec<Digest>,
}

/// A stored row.
#[derive(Debug, Clone)]
pub enum Row {
    /// An event.
    Entry(Entry),
    /// A row from which no envelope can be made.
    Unreadable {
        /// The number of the event.
        sequence: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// What was found where an object should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// Bytes with this digest, newly computed with a [`crate::Hasher`].
    Bytes(Digest),
}

/// A stored log. Rows come in order of their sequence.
pub trait Source {
    /// What can go wrong while reading.
    type Error;

    /// The published checkpoint, if there is one.
    ///
    /// # Errors
    /// If it cannot be read.
    fn checkpoint(&mut self) -> Result<Option<Vec<u8>>, Self::Error>;

    /// The next row, `None` after the last.
    ///
    /// # Errors
    /// If it cannot be read.
    fn next_row(&mut self) -> Result<Option<Row>, Self::Error>;

    /// The bytes of a tile, `None` if there is no such tile.
    ///
    /// # Errors
    /// If it cannot be read.
    fn tile(&mut self, path: &TilePath) -> Result<Option<Vec<u8>>, Self::Error>;

    /// What lies where the object should be, hashed anew.
    ///
    /// # Errors
    /// If it cannot be read.
    fn object(&mut self, digest: &Digest) -> Result<Found, Self::Error>;

    /// What a payload names, or why that cannot be told.
    ///
    /// # Errors
    /// A reason to print, if the payload is in a form that cannot be read.
    fn references(&self, envelope: &Envelope, payload: &[u8]) -> Result<References, String>;
}

/// Checks a whole log.
///
/// # Errors
/// If the source cannot be read. What is wrong with the log is in the report.
pub fn verify<S: Source>(source: &mut S, expected: Expected) -> Result<Report, S::Error> {
    let checkpoint = source.checkpoint()?;
    let mut verifier = Verifier::new(expected, checkpoint.as_deref());
    while let Some(row) = source.next_row()? {
        match row {
            Row::Entry(entry) => verifier.entry(&entry, |envelope, bytes| source.references(envelope, bytes)),
            Row::Unreadable { sequence, reason } => verifier.unreadable(sequence, &reason),
        }
        show_tiles(source, &mut verifier)?;
    }
    verifier.end_of_entries();
    show_tiles(source, &mut verifier)?;
    while let Some(digest) = verifier.next_object() {
        let found = source.object(&digest)?;
        verifier.object(found);
    }
    Ok(verifier.finish())
}

fn show_tiles<S: Source>(source: &mut S, verifier: &mut Verifier) -> Result<(), S::Error> {
    while let Some(path) = verifier.next_tile() {
        let bytes = source.tile(&path)?;
        verifier.tile(bytes.as_deref());
    }
    Ok(())
}

/// The verifier, step by step: [`Verifier::new`]; for each row [`Verifier::entry`] or
/// [`Verifier::unreadable`], then [`Verifier::next_tile`] and [`Verifier::tile`] until none is wanted;
/// [`Verifier::end_of_entries`] and tiles again; [`Verifier::next_object`] and [`Verifier::object`] until none
/// is wanted; [`Verifier::finish`]. In between, [`Verifier::progress`] says where it stands, for [`Verifier::resume`].
#[derive(Debug)]
pub struct Verifier {
    workspace: String,
    /// What it was begun with, to be told apart from others.
    expected: Digest,
    checkpoint: Option<Vec<u8>>,
    /// Whether all rows were taken.
    ended: bool,
    /// Whether a checkpoint was shown that cannot be read: then nothing is known of what it covers.
    head_unknown: bool,
    findings: Findings,
    tree: Tree,
    objects: Objects,
}

impl Verifier {
    /// Begins with the published checkpoint, if there is one.
    pub fn new(expected: Expected, checkpoint: Option<&[u8]>) -> Self {
        let begun_with = Digest::of(format!("{expected:?}").as_bytes());
        let Expected { workspace, log, cosigners, earlier } = expected;
        let mut findings = Findings::default();
        let head = checkpoint.and_then(|bytes| read_checkpoint(bytes, &log, &cosigners, &mut findings));
        if checkpoint.is_none() {
            findings.unchecked("tiles and root: no checkpoint has been published yet".to_owned());
        }
        let head_unknown = checkpoint.is_some() && head.is_none();
        let tree = Tree::new(head, earlier, &mut findings);
        Self {
            workspace,
            expected: begun_with,
            checkpoint: checkpoint.map(<[u8]>::to_vec),
            ended: false,
            head_unknown,
            findings,
            tree,
            objects: Objects::default(),
        }
    }

    /// Takes a verification up where it was left. Go on with the rows after [`Progress::sequence`], or, if
    /// [`Progress::at_objects`], with [`Verifier::next_object`].
    ///
    /// # Errors
    /// If the log, the keys or the earlier heads are others than then.
    pub fn resume(expected: Expected, progress: &Progress) -> Result<Self, ResumeError> {
        let checkpoint = progress.checkpoint.as_ref().map(|text| STANDARD.decode(text)).transpose();
        let mut verifier = Self::new(expected, checkpoint.map_err(|_| ResumeError::Text)?.as_deref());
        if verifier.expected != progress.expected {
            return Err(ResumeError::OtherExpected);
        }
        verifier.tree.follow(progress.trail.clone());
        verifier.objects = progress.objects.clone();
        verifier.findings = progress.findings.clone();
        verifier.ended = progress.ended;
        Ok(verifier)
    }

    /// Where it stands, to be kept; `None` while a tile is wanted.
    pub fn progress(&self) -> Option<Progress> {
        Some(Progress {
            expected: self.expected,
            checkpoint: self.checkpoint.as_ref().map(|bytes| STANDARD.encode(bytes)),
            ended: self.ended,
            trail: self.tree.trail()?.clone(),
            objects: self.objects.clone(),
            findings: self.findings.clone(),
        })
    }

    /// Says which tiles lie there, before the first event. Those that the checkpoint does not require will be wanted
    /// too as soon as the events below them are known; one that covers more events than there are is a fault.
    pub fn tiles_present(&mut self, tiles: impl IntoIterator<Item = TilePath>) {
        self.tree.present(tiles);
    }

    /// Takes the next event. `references` is asked only if the payload matches its commitment.
    pub fn entry(
        &mut self,
        entry: &Entry,
        references: impl FnOnce(&Envelope, &[u8]) -> Result<References, String>,
    ) {
        let envelope = &entry.envelope;
        let sequence = envelope.sequence();
        if !self.tree.reach(sequence, &mut self.findings) {
            return;
        }
        if envelope.workspace() != self.workspace {
            let workspace = envelope.workspace().to_owned();
            self.findings.fault(Fault::OtherWorkspace { sequence, workspace });
        }
        self.payload(entry, references);
        self.tree.push(Some(envelope.leaf()), &mut self.findings);
    }

    fn payload(
        &mut self,
        entry: &Entry,
        references: impl FnOnce(&Envelope, &[u8]) -> Result<References, String>,
    ) {
        let envelope = &entry.envelope;
        let sequence = envelope.sequence();
        let Payload::Present { salt, bytes } = &entry.payload else {
            self.objects.erased(sequence);
            return;
        };
        self.findings.payloads += 1;
        if commit(salt, bytes) != envelope.payload_digest() {
            self.findings.fault(Fault::Payload { sequence });
            return;
        }
        match references(envelope, bytes) {
            Ok(references) => self.objects.named(sequence, &references),
            Err(reason) => self.findings.unchecked(format!("what event {sequence} names: {reason}")),
        }
    }

    /// Takes a row from which no envelope can be made.
    pub fn unreadable(&mut self, sequence: u64, reason: &str) {
        if self.tree.reach(sequence, &mut self.findings) {
            self.findings.fault(Fault::Unreadable { sequence, reason: reason.to_owned() });
            self.tree.push(None, &mut self.findings);
        }
    }

    /// The tile to show next, or `None` if none is wanted now.
    pub fn next_tile(&self) -> Option<TilePath> {
        self.tree.next_tile()
    }

    /// Shows the bytes of the tile that [`Verifier::next_tile`] named, or that there is none.
    pub fn tile(&mut self, bytes: Option<&[u8]>) {
        self.tree.tile(bytes, &mut self.findings);
    }

    /// Says that there are no more rows. More tiles, then objects, will be wanted.
    pub fn end_of_entries(&mut self) {
        self.ended = true;
        self.tree.end(&mut self.findings);
        self.objects.end(self.tree.events(), &mut self.findings);
    }

    /// The object to show next, or `None` if none is wanted.
    pub fn next_object(&self) -> Option<Digest> {
        self.objects.next()
    }

    /// Shows what lies where the object named by [`Verifier::next_object`] should be.
    pub fn object(&mut self, found: Found) {
        self.objects.found(found, &mut self.findings);
    }

    /// The report. What was wanted and never shown is in it as unchecked.
    pub fn finish(mut self) -> Report {
        self.tree.finish(&mut self.findings);
        self.objects.finish(&mut self.findings);
        let uncovered = if self.head_unknown { 0 } else { self.tree.uncovered() };
        self.findings.report(self.tree.events(), uncovered)
    }
}

/// Reads the checkpoint and checks who signed it. A head whose signature fails is still compared.
fn read_checkpoint(
    bytes: &[u8],
    log: &VerifierKey,
    cosigners: &[VerifierKey],
    findings: &mut Findings,
) -> Option<Checkpoint> {
    let signed = match SignedCheckpoint::parse(bytes) {
        Ok(signed) => signed,
        Err(error) => {
            findings.fault(Fault::CheckpointUnreadable { reason: error.to_string() });
            findings.unchecked("tiles and root: the checkpoint cannot be read".to_owned());
            return None;
        }
    };
    findings.checkpoints += 1;
    if let Err(error) = signed.verify(log) {
        let name = log.name().to_owned();
        findings.fault(Fault::CheckpointSignature { name, reason: error.to_string() });
    }
    for key in cosigners {
        let there = signed.note().signatures().iter().any(|signature| signature.is_by(key));
        if !there {
            findings.unchecked(format!("cosignature by {}: the checkpoint carries none", key.name()));
            continue;
        }
        findings.cosignatures += 1;
        if signed.signature_by(key).is_err() {
            findings.fault(Fault::Cosignature { name: key.name().to_owned() });
        }
    }
    if cosigners.is_empty() {
        findings.unchecked(
            "whether others were shown another history: no witness key was given to check cosignatures with"
                .to_owned(),
        );
    }
    Some(signed.checkpoint().clone())
}
