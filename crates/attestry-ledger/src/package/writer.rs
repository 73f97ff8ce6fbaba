//! Writing a package.

mod archive;
mod error;

use std::collections::BTreeSet;
use std::io::{Read, Seek, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::manifest::{self, Events, File, Head, Manifest};
use super::{CHECKPOINT, EVENTS_TO_A_FILE, MANIFEST, MAX_LINE_BYTES, MAX_MANIFEST_BYTES, SEAL, TIME_STAMP};
use super::{earlier_path, events_path, line, seal_text, tiles};
use crate::verify::Entry;
use crate::{Digest, Note, SignedCheckpoint, SignerKey, TilePath, VerifierKey};
use archive::Archive;
pub use error::WriteError;

/// What a package says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The workspace that every event names.
    pub workspace: String,
    /// What it is, in a line.
    pub title: String,
    /// What it covers, in a sentence.
    pub scope: String,
}

/// An object to put in: bytes that events name by their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEntry {
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// What it is, a word of small letters such as `artifact`, `segment`, `population`, `sample`, `result`.
    pub role: String,
    /// The ending its file gets, small letters and digits without a dot.
    pub extension: Option<String>,
    /// The name it came with.
    pub name: Option<String>,
    /// The events in the package whose payloads hold its digest in hexadecimal, in ascending order; one at least.
    pub events: Vec<u64>,
}

/// What was written.
#[derive(Debug)]
pub struct Finished<W> {
    /// Where it was written to.
    pub out: W,
    /// The digest of the manifest: it stands for everything in the package, so record it.
    pub manifest: Digest,
    /// Files in the package.
    pub files: u64,
    /// Length of the package in bytes.
    pub bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Earlier,
    Events,
    Tiles,
    Objects,
    Files,
}

/// Writes a package. Parts come in the order: [`Writer::earlier`], [`Writer::event`], [`Writer::tile`] for each of
/// [`Writer::tiles_wanted`], [`Writer::object`], [`Writer::file`], [`Writer::finish`]; each in ascending order of size,
/// sequence, path, digest, path. What it is given it does not prove: run [`super::verify()`] over the result.
#[derive(Debug)]
pub struct Writer<W> {
    archive: Archive<W>,
    about: About,
    log_key: String,
    head: Head,
    stage: Stage,
    events: Events,
    /// The file of events that is open, by its number.
    part: Option<u64>,
    sequences: BTreeSet<u64>,
    /// Sizes of the earlier checkpoints so far.
    earlier: u64,
    last_tile: Option<TilePath>,
    last_object: Option<Digest>,
    last_file: String,
    tiles: BTreeSet<TilePath>,
    files: Vec<File>,
    line: Vec<u8>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins a package at the start of `out`, with the checkpoint that its events are proven against.
    ///
    /// # Errors
    /// If the log did not sign the checkpoint, or the bytes cannot be written.
    pub fn new(
        out: W,
        about: About,
        log: &VerifierKey,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Self, WriteError> {
        checkpoint.verify(log)?;
        let head = checkpoint.checkpoint();
        let mut writer = Self {
            archive: Archive::new(out),
            about,
            log_key: log.to_string(),
            head: Head { root: head.root(), size: head.size() },
            stage: Stage::Earlier,
            events: Events::default(),
            part: None,
            sequences: BTreeSet::new(),
            earlier: 0,
            last_tile: None,
            last_object: None,
            last_file: String::new(),
            tiles: BTreeSet::new(),
            files: Vec::new(),
            line: Vec::new(),
        };
        writer.small(CHECKPOINT, "checkpoint", checkpoint.to_string().as_bytes())?;
        Ok(writer)
    }

    /// Adds the time stamp of the checkpoint: the authority's answer as it came.
    ///
    /// # Errors
    /// If it comes after other parts.
    pub fn time_stamp(&mut self, answer: &[u8]) -> Result<(), WriteError> {
        if self.stage != Stage::Earlier || self.earlier > 0 {
            return Err(WriteError::Order("the time stamp".to_owned()));
        }
        self.small(TIME_STAMP, "time_stamp", answer)
    }

    /// Adds an earlier checkpoint, the consistency proof from it to the newest, and its time stamp.
    ///
    /// # Errors
    /// If it is not smaller than the newest and larger than the one before, or comes after other parts.
    pub fn earlier(
        &mut self,
        checkpoint: &SignedCheckpoint,
        consistency: &[Digest],
        time_stamp: Option<&[u8]>,
    ) -> Result<(), WriteError> {
        let size = checkpoint.checkpoint().size();
        if self.stage != Stage::Earlier || size <= self.earlier || size >= self.head.size {
            return Err(WriteError::Order(format!("the checkpoint of {size}")));
        }
        self.earlier = size;
        let proof: String = consistency.iter().map(|hash| STANDARD.encode(hash.as_bytes()) + "\n").collect();
        let note = checkpoint.to_string();
        self.small(&earlier_path(size, CHECKPOINT), "earlier_checkpoint", note.as_bytes())?;
        if let Some(answer) = time_stamp {
            self.small(&earlier_path(size, TIME_STAMP), "time_stamp", answer)?;
        }
        self.small(&earlier_path(size, "consistency"), "consistency_proof", proof.as_bytes())
    }

    /// Adds an event.
    ///
    /// # Errors
    /// If it is not under the checkpoint, too long, or out of order.
    pub fn event(&mut self, entry: &Entry) -> Result<(), WriteError> {
        let sequence = entry.envelope.sequence();
        self.reach(Stage::Events, &format!("event {sequence}"))?;
        if sequence <= self.events.last {
            return Err(WriteError::Order(format!("event {sequence}")));
        }
        if sequence > self.head.size {
            return Err(WriteError::NotCovered { sequence, size: self.head.size });
        }
        let part = (sequence - 1) / EVENTS_TO_A_FILE;
        if self.part != Some(part) {
            self.close_part()?;
            self.archive.begin(&events_path(part), false)?;
            self.part = Some(part);
        }
        self.line.clear();
        line::encode(entry, &mut self.line);
        let too_long = self.line.len() as u64 > MAX_LINE_BYTES;
        if too_long || !self.archive.write(&self.line)? {
            return Err(WriteError::TooLong(sequence));
        }
        if self.events.count == 0 {
            self.events.first = sequence;
        }
        self.events.count += 1;
        self.events.last = sequence;
        self.sequences.insert(sequence);
        self.tiles.extend(tiles::above(sequence - 1, self.head.size));
        Ok(())
    }

    /// The tiles that prove the events given so far, ascending. All of them must be given.
    pub fn tiles_wanted(&self) -> Vec<TilePath> {
        let mut wanted = self.tiles.clone();
        wanted.extend(crate::merkle::tiles_for_root(self.head.size));
        wanted.into_iter().collect()
    }

    /// Adds a tile; a wider one at the same place is cut to what the checkpoint covers.
    ///
    /// # Errors
    /// If it is too short, or out of order.
    pub fn tile(&mut self, path: &TilePath, bytes: &[u8]) -> Result<(), WriteError> {
        self.reach(Stage::Tiles, &path.to_string())?;
        let width = usize::try_from(path.width()).unwrap_or(usize::MAX);
        let cut = bytes.get(..width * 32).ok_or(WriteError::Tile(*path))?;
        if self.last_tile.is_some_and(|last| last >= *path) {
            return Err(WriteError::Order(path.to_string()));
        }
        self.last_tile = Some(*path);
        self.small(&path.to_string(), "tile", cut)
    }

    /// Adds an object from `content`.
    ///
    /// # Errors
    /// If its bytes are others than announced, no event in the package names it, or it is out of order.
    pub fn object(&mut self, object: &ObjectEntry, content: &mut dyn Read) -> Result<(), WriteError> {
        let ObjectEntry { digest, bytes, .. } = *object;
        self.reach(Stage::Objects, &format!("object sha256:{digest}"))?;
        if self.last_object.is_some_and(|last| last >= digest) {
            return Err(WriteError::Order(format!("object sha256:{digest}")));
        }
        let path = object_path(object);
        if !manifest::is_path(&path) || !manifest::is_role(&object.role) {
            return Err(WriteError::Name(format!("{path} {}", object.role)));
        }
        let ascending = object.events.is_sorted_by(|a, b| a < b);
        if object.events.is_empty() || !ascending || !object.events.iter().all(|n| self.sequences.contains(n))
        {
            return Err(WriteError::NamedByNone(digest));
        }
        self.archive.begin(&path, bytes >= u64::from(u32::MAX))?;
        self.archive.copy(content, bytes)?;
        let (found_bytes, found) = self.archive.end()?;
        if found_bytes != bytes {
            return Err(WriteError::ObjectLength { digest, expected: bytes, found: found_bytes });
        }
        if found != digest {
            return Err(WriteError::ObjectDiffers { expected: digest, found });
        }
        self.last_object = Some(digest);
        let (events, name, role) = (object.events.clone(), object.name.clone(), object.role.clone());
        self.files.push(File { bytes, events, name, path, role, sha256: digest });
        Ok(())
    }

    /// Adds a file of the caller's own making, such as `index.html` or `VERIFY.md`.
    ///
    /// # Errors
    /// If the path or role is not fit, or it is out of order.
    pub fn file(&mut self, path: &str, role: &str, bytes: &[u8]) -> Result<(), WriteError> {
        self.reach(Stage::Files, path)?;
        let taken = [MANIFEST, SEAL, CHECKPOINT, TIME_STAMP].contains(&path)
            || ["earlier/", "events/", "tile/", "objects/"].iter().any(|folder| path.starts_with(folder));
        if taken || !manifest::is_path(path) || !manifest::is_role(role) {
            return Err(WriteError::Name(format!("{path} {role}")));
        }
        if path <= self.last_file.as_str() {
            return Err(WriteError::Order(path.to_owned()));
        }
        path.clone_into(&mut self.last_file);
        self.small(path, role, bytes)
    }

    /// Writes manifest, seal and directory. `seal` is the log's key; without a seal nobody can tell whether files were
    /// left out of the package later.
    ///
    /// # Errors
    /// If a tile is missing, or the bytes cannot be written.
    pub fn finish(mut self, seal: Option<&SignerKey>) -> Result<Finished<W>, WriteError> {
        self.close_part()?;
        let names: BTreeSet<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        let missing = self.tiles_wanted().into_iter().find(|tile| !names.contains(tile.to_string().as_str()));
        if let Some(tile) = missing {
            return Err(WriteError::Tile(tile));
        }
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let About { workspace, title, scope } = self.about;
        let manifest = Manifest {
            checkpoint: self.head,
            events: self.events,
            files: self.files,
            format: manifest::FORMAT.to_owned(),
            log_key: self.log_key,
            scope,
            title,
            workspace,
        };
        let bytes = manifest.encode()?;
        if bytes.len() as u64 > MAX_MANIFEST_BYTES {
            return Err(WriteError::TooManyFiles(bytes.len() as u64));
        }
        let digest = Digest::of(&bytes);
        self.archive.whole(MANIFEST, &bytes)?;
        if let Some(key) = seal {
            let mut note = Note::new(&seal_text(key.name(), &digest))?;
            note.add(key.sign(note.text()))?;
            self.archive.whole(SEAL, note.to_string().as_bytes())?;
        }
        Ok(self.archive.finish(digest)?)
    }

    fn reach(&mut self, stage: Stage, what: &str) -> Result<(), WriteError> {
        if stage < self.stage {
            return Err(WriteError::Order(what.to_owned()));
        }
        if stage > Stage::Events {
            self.close_part()?;
        }
        self.stage = stage;
        Ok(())
    }

    fn close_part(&mut self) -> Result<(), WriteError> {
        let Some(part) = self.part.take() else { return Ok(()) };
        let (bytes, sha256) = self.archive.end()?;
        let (path, role) = (events_path(part), "events".to_owned());
        self.files.push(File { bytes, events: Vec::new(), name: None, path, role, sha256 });
        Ok(())
    }

    fn small(&mut self, path: &str, role: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let sha256 = self.archive.whole(path, bytes)?;
        let (path, role, bytes) = (path.to_owned(), role.to_owned(), bytes.len() as u64);
        self.files.push(File { bytes, events: Vec::new(), name: None, path, role, sha256 });
        Ok(())
    }
}

/// The path that an object gets in a package, for indexes that link to it.
pub fn object_path(object: &ObjectEntry) -> String {
    match &object.extension {
        Some(extension) => format!("objects/{}.{extension}", object.digest),
        None => format!("objects/{}", object.digest),
    }
}
