//! What can be wrong with a log, in sentences.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::{Digest, TilePath};

/// One thing that is wrong. Its text names it exactly; [`Fault::meaning`] says what it means and what to do.
///
/// Serialised as `{kind, what, meaning}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
// The derived form, with its fields, is for what is kept of an interrupted verification; `Serialize` below is for readers.
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum Fault {
    /// Rows are missing.
    #[error("{}: missing", events(*.first, *.last))]
    Gap {
        /// The first missing event.
        first: u64,
        /// The last missing event.
        last: u64,
    },
    /// A row comes twice or too late.
    #[error("event {sequence}: stored twice or out of order, event {expected} was due")]
    OutOfOrder {
        /// The event found.
        sequence: u64,
        /// The event that was due.
        expected: u64,
    },
    /// A row from which no envelope can be made.
    #[error("event {sequence}: the row cannot be read: {reason}")]
    Unreadable {
        /// The event.
        sequence: u64,
        /// Why.
        reason: String,
    },
    /// An event of another workspace.
    #[error("event {sequence}: belongs to workspace `{workspace}`")]
    OtherWorkspace {
        /// The event.
        sequence: u64,
        /// The workspace it names.
        workspace: String,
    },
    /// The payload is not what the envelope commits to.
    #[error("event {sequence}: payload does not match its commitment")]
    Payload {
        /// The event.
        sequence: u64,
    },
    /// A payload is gone and nothing says so.
    #[error("event {sequence}: payload is gone and no event records its erasure")]
    PayloadGone {
        /// The event.
        sequence: u64,
    },
    /// A payload is recorded as erased and still there.
    #[error("event {sequence}: payload is recorded as erased and is still there")]
    PayloadNotErased {
        /// The event.
        sequence: u64,
    },
    /// A tile that the checkpoint requires does not exist.
    #[error("{path}: missing")]
    TileMissing {
        /// The tile.
        path: TilePath,
    },
    /// A tile has not the length of its width.
    #[error("{path}: {bytes} bytes are not a tile of its width")]
    TileMalformed {
        /// The tile.
        path: TilePath,
        /// Its length in bytes.
        bytes: usize,
    },
    /// A hash in a tile is not the one computed from events.
    #[error("{path}: hash {position} differs from {}", events(*.first, *.last))]
    Hash {
        /// The tile.
        path: TilePath,
        /// The place of the hash in the tile, from 0.
        position: usize,
        /// The first event below it.
        first: u64,
        /// The last event below it.
        last: u64,
    },
    /// An entry in a bundle is not the envelope of its event.
    #[error("{path}: entry {position} differs from the envelope of event {sequence}")]
    Entry {
        /// The bundle.
        path: TilePath,
        /// The place of the entry in the bundle, from 0.
        position: usize,
        /// The event.
        sequence: u64,
    },
    /// More of a tile differs than is listed.
    #[error("{path}: {more} more differ")]
    More {
        /// The tile.
        path: TilePath,
        /// How many more.
        more: usize,
    },
    /// A tile covers more events than there are.
    #[error("{path}: covers events that the store does not have")]
    TileBeyond {
        /// The tile.
        path: TilePath,
    },
    /// A file that lies among those of the log and is none of them.
    #[error("{file}: no file of the log")]
    StrayFile {
        /// The file, in the folder of the log.
        file: String,
    },
    /// The checkpoint is not a checkpoint.
    #[error("checkpoint: cannot be read: {reason}")]
    CheckpointUnreadable {
        /// Why.
        reason: String,
    },
    /// The log's signature is missing or false.
    #[error("checkpoint: signature by {name} does not verify: {reason}")]
    CheckpointSignature {
        /// The log.
        name: String,
        /// Why.
        reason: String,
    },
    /// A witness's cosignature is false.
    #[error("checkpoint: cosignature by {name} does not verify")]
    Cosignature {
        /// The witness.
        name: String,
    },
    /// The published checkpoint is not where it was published.
    #[error("checkpoint: the published file is gone")]
    CheckpointGone,
    /// What lay in the place of the published checkpoint was another file.
    #[error("checkpoint: a file that is not the one published was found in its place and kept as `{file}`")]
    CheckpointKept {
        /// The file it was kept as.
        file: String,
    },
    /// What is stored beside the signed checkpoint is not what was signed.
    #[error("checkpoint: its row has another {column} than the signed note in it")]
    CheckpointRow {
        /// The column.
        #[serde(deserialize_with = "column")]
        column: Column,
    },
    /// The signed root is not the one computed from events.
    #[error("checkpoint: root at {size} events is signed as {signed}, the events give {computed}")]
    Root {
        /// The size of the checkpoint.
        size: u64,
        /// The root in the checkpoint.
        signed: Digest,
        /// The root of the events.
        computed: Digest,
    },
    /// The head of the ledger is behind its events.
    #[error("head: says {head} events, the store has {events}")]
    Head {
        /// The number of events that the head says.
        head: u64,
        /// The events in the store.
        events: u64,
    },
    /// The store has fewer events than the checkpoint.
    #[error("head: the store has {events} events, the checkpoint was signed over {size}")]
    HeadBehind {
        /// The events in the store.
        events: u64,
        /// The size of the checkpoint.
        size: u64,
    },
    /// The history before an earlier head is another one.
    #[error("earlier checkpoint: at {size} events the root was {seen}, now it is {computed}")]
    Forked {
        /// The size of the earlier head.
        size: u64,
        /// Its root.
        seen: Digest,
        /// The root of the events now.
        computed: Digest,
    },
    /// The log is shorter than it was.
    #[error("earlier checkpoint: {size} events were seen before, the store has {events}")]
    Shorter {
        /// The size of the earlier head.
        size: u64,
        /// The events in the store.
        events: u64,
    },
    /// An object that an event names does not exist.
    #[error("object sha256:{digest}: missing, named by event {sequence}")]
    ObjectMissing {
        /// The object.
        digest: Digest,
        /// The last event that names it.
        sequence: u64,
    },
    /// An object has other bytes.
    #[error("object sha256:{digest}: bytes hash to {found}, named by event {sequence}")]
    ObjectDiffers {
        /// The object.
        digest: Digest,
        /// The digest of its bytes.
        found: Digest,
        /// The last event that names it.
        sequence: u64,
    },
    /// An object is recorded as erased and still there.
    #[error("object sha256:{digest}: recorded as erased by event {sequence} and still there")]
    ObjectNotErased {
        /// The object.
        digest: Digest,
        /// The event that records the erasure.
        sequence: u64,
    },
}

/// The name of a column.
// A name of its own, so that deriving does not take it for a text borrowed from the input.
type Column = &'static str;

/// A column by its name; the names are those that faults are raised with.
fn column<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Column, D::Error> {
    let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    Ok(["size", "root"].into_iter().find(|known| *known == name).unwrap_or("value"))
}

/// Faults as they are kept of an interrupted verification, with all their fields.
pub(super) mod kept {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Fault;

    #[derive(Serialize, Deserialize)]
    struct Kept(#[serde(with = "Fault")] Fault);

    pub(in crate::verify) fn serialize<S: Serializer>(
        faults: &[Fault],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(faults.iter().cloned().map(Kept))
    }

    pub(in crate::verify) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Fault>, D::Error> {
        let kept = Vec::<Kept>::deserialize(deserializer)?;
        Ok(kept.into_iter().map(|Kept(fault)| fault).collect())
    }
}

fn events(first: u64, last: u64) -> String {
    if first == last { format!("event {first}") } else { format!("events {first} to {last}") }
}

const RESTORE: &str = "restore it from a backup or from a package that holds it, then verify again";
const ALTERED: &str = "it was altered after it was recorded; compare with a backup, keep this store as it is, and find out who had access";

impl Fault {
    /// What it means and what to do.
    pub fn meaning(&self) -> &'static str {
        self.words().1
    }

    /// A short name of the kind of fault, for programs.
    pub fn kind(&self) -> &'static str {
        self.words().0
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Gap { .. } => (
                "gap",
                "rows were deleted or lost; restore them from a backup, the tiles say what they must hash to",
            ),
            Self::OutOfOrder { .. } => {
                ("out_of_order", "a row was inserted or renumbered; compare with a backup")
            }
            Self::Unreadable { .. } => {
                ("unreadable", "the row was damaged or altered; restore it from a backup")
            }
            Self::OtherWorkspace { .. } => (
                "other_workspace",
                "a row of another programme lies in this one; compare with a backup of both",
            ),
            Self::Payload { .. } => ("payload", ALTERED),
            Self::PayloadGone { .. } => (
                "payload_gone",
                "it was deleted outside the program; restore it from a backup, or record the erasure",
            ),
            Self::PayloadNotErased { .. } => (
                "payload_not_erased",
                "a backup was restored without its erasures, or the erasure was cut short; erase it again",
            ),
            Self::TileMissing { .. } => ("tile_missing", RESTORE),
            Self::TileMalformed { .. } => ("tile_malformed", RESTORE),
            Self::Hash { .. } => (
                "hash",
                "the tile or the events below it were altered; if the root still matches, the tile is wrong and can be restored",
            ),
            Self::Entry { .. } => (
                "entry",
                "the bundle or the row was altered; the hash of the leaf in the level 0 tile says which",
            ),
            Self::More { .. } => ("more", "see the faults of the same tile above"),
            Self::TileBeyond { .. } => (
                "tile_beyond",
                "the last events were deleted or the file was put there; compare with a backup before you move it away",
            ),
            Self::StrayFile { .. } => {
                ("stray_file", "the program did not put it there; find out who did, then move it away")
            }
            Self::CheckpointGone => (
                "checkpoint_gone",
                "it was deleted, or the program was stopped before it wrote it; its row was checked instead, and it is written anew when the workspace is next opened",
            ),
            Self::CheckpointKept { .. } => (
                "checkpoint_kept",
                "the published checkpoint was altered and has been written anew; keep the file as evidence, find out who had access, then move it out of this folder",
            ),
            Self::CheckpointRow { .. } => ("checkpoint_row", ALTERED),
            Self::Head { .. } => (
                "head",
                "the number of events was set back outside the program; do not append, compare with a backup",
            ),
            Self::CheckpointUnreadable { .. } => ("checkpoint_unreadable", RESTORE),
            Self::CheckpointSignature { .. } => (
                "checkpoint_signature",
                "the checkpoint was altered, or signed by another key than the one you gave; obtain the log's key again by a road you trust",
            ),
            Self::Cosignature { .. } => (
                "cosignature",
                "the cosignature was altered, or the witness has another key; ask the witness for its own copy",
            ),
            Self::Root { .. } => (
                "root",
                "events were added, removed or altered after they were signed; the other faults say where",
            ),
            Self::HeadBehind { .. } => (
                "head_behind",
                "the last events were deleted, or an old backup was restored over a newer log; do not append, restore the newest backup",
            ),
            Self::Forked { .. } => (
                "forked",
                "this is another history than the one seen before; keep both checkpoints, together they prove it",
            ),
            Self::Shorter { .. } => (
                "shorter",
                "the last events were deleted, or an old backup was restored; keep the earlier checkpoint as proof",
            ),
            Self::ObjectMissing { .. } => ("object_missing", RESTORE),
            Self::ObjectDiffers { .. } => ("object_differs", ALTERED),
            Self::ObjectNotErased { .. } => (
                "object_not_erased",
                "a backup was restored without its erasures, or the erasure was cut short; erase it again",
            ),
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Fault", 3)?;
        fields.serialize_field("kind", self.kind())?;
        fields.serialize_field("what", &self.to_string())?;
        fields.serialize_field("meaning", self.meaning())?;
        fields.end()
    }
}
