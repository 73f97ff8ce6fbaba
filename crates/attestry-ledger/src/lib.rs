//! The ledger: an append-only Merkle tree over events, checkable by strangers.
//!
//! What it is: RFC 6962 hashing and proofs, C2SP tiles, signed notes, checkpoints and cosignatures, the leaf
//! envelope, and the verifier of a whole log. What it is not: it knows no compliance, opens no file, makes no
//! connection, draws no random number and reads no clock; bytes, seeds and times are arguments.
//!
//! Where to enter:
//! - appending: [`Envelope::new`] → [`Envelope::leaf_bytes`] → [`merkle::append`] gives the tiles to write, then
//!   [`Checkpoint::sign`] gives the note to publish. Tiles first, checkpoint last.
//! - proving: [`merkle::inclusion_proof`] and [`merkle::consistency_proof`] over any [`merkle::TileSource`].
//! - checking: [`verify::verify`] over a [`verify::Source`], or [`verify::Verifier`] step by step.
//! - being watched: [`witness::add_checkpoint`] decides over a cosignature; [`timestamp`] asks for and reads the time
//!   stamps of others.
//! - handing over: [`package::Writer`] packs what an auditor takes home, [`package::verify`] checks it offline, and the
//!   program `attestry-verify` shows what that found.
//!
//! To add a check to the verifier: add a variant to [`verify::Fault`] with its sentence and its meaning, raise
//! it in `verify/`, and add a test to `tests/it/verify.rs` that flips one byte to raise it.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may panic"
    )
)]

pub mod checkpoint;
mod digest;
mod envelope;
pub mod merkle;
pub mod note;
pub mod package;
pub mod proof;
mod tile;
pub mod timestamp;
pub mod verify;
pub mod witness;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use digest::{Digest, DigestError, Hasher};
pub use envelope::{Envelope, EnvelopeError, MAX_INTEGER, MAX_LEAF_BYTES, commit};
pub use note::{Note, NoteError, SignerKey, VerifierKey};
pub use tile::{TILE_WIDTH, TileKind, TilePath, TilePathError};
