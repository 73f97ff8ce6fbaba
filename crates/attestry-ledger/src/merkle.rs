//! The Merkle tree of RFC 6962 and RFC 9162 with SHA-256, over tiles.

mod append;
mod edge;
mod proof;
mod read;

use sha2::{Digest as _, Sha256};

pub use append::{AppendError, Appended, append, decode_entries, encode_entries, tiles_for_append};
pub(crate) use append::{partial_levels, size_at};
pub(crate) use edge::{Edge, fold};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub(crate) use read::tile_hashes_path;
pub use read::{
    ReadError, TileSource, consistency_proof, inclusion_proof, root, tiles_for_consistency,
    tiles_for_inclusion, tiles_for_root,
};

use crate::Digest;

/// The root of the tree without leaves: the digest of nothing.
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// The hash of a leaf: SHA-256(0x00 ‖ bytes).
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(leaf);
    Digest::from_bytes(hasher.finalize().into())
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

/// The root of the tree over these leaf hashes, in memory.
pub fn tree_root(leaf_hashes: &[Digest]) -> Digest {
    fold(leaf_hashes, None).unwrap_or_else(empty_root)
}
