//! Why a package could not be written.

use std::io;

use crate::{CheckpointError, Digest, NoteError, TilePath};

/// Why a package could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file could not be written, or an object not read.
    #[error("the package could not be written")]
    Io(#[from] io::Error),
    /// Parts come as: earlier checkpoints, events, tiles, objects, files; each in ascending order.
    #[error(
        "{0} comes out of order: first earlier checkpoints, then events, tiles, objects and files, each ascending"
    )]
    Order(String),
    /// A path, role or ending that packages do not have.
    #[error("`{0}` cannot be the path, role or ending of a file in a package")]
    Name(String),
    /// The checkpoint is not of this log, or not signed by it.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The seal could not be made.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// An event is not under the checkpoint, and so cannot be proven.
    #[error("event {sequence} is not under the checkpoint of {size} events: sign a newer one first")]
    NotCovered {
        /// The event.
        sequence: u64,
        /// Leaves under the checkpoint.
        size: u64,
    },
    /// There are too many files for the manifest.
    #[error("the manifest has {0} bytes, more than is read: make packages of fewer files")]
    TooManyFiles(u64),
    /// An event is too long for a line, or the events of a file for the file.
    #[error("event {0} is too long for a package")]
    TooLong(u64),
    /// A tile that is wanted was not given, or is not as wide as it must be.
    #[error("{0}: missing or not a tile of its width")]
    Tile(TilePath),
    /// An object's bytes are not those that were announced.
    #[error("object sha256:{expected}: its bytes hash to {found}")]
    ObjectDiffers {
        /// The digest announced.
        expected: Digest,
        /// The digest of the bytes.
        found: Digest,
    },
    /// An object has another length than announced.
    #[error("object sha256:{digest}: {expected} bytes were announced, it has {found} or more")]
    ObjectLength {
        /// The object.
        digest: Digest,
        /// Bytes announced.
        expected: u64,
        /// Bytes read until then.
        found: u64,
    },
    /// An object is named by no event in the package.
    #[error("object sha256:{0}: name the events in the package that name it")]
    NamedByNone(Digest),
    /// The manifest could not be made.
    #[error("the manifest could not be made")]
    Json(#[from] serde_json::Error),
}
