//! Checking proofs, as RFC 9162 §2.1.3.2 and §2.1.4.2 lay down.

use super::node_hash;
use crate::Digest;

/// Why a proof cannot be made or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf.
    #[error("position {position} is not in a tree of {size} leaves")]
    Outside {
        /// The position asked for, from 0.
        position: u64,
        /// The leaves in the tree.
        size: u64,
    },
    /// The two sizes do not follow each other.
    #[error(
        "a consistency proof leads from 1 or more leaves to as many or more, not from {old_size} to {size}"
    )]
    Sizes {
        /// The leaves in the older tree.
        old_size: u64,
        /// The leaves in the newer tree.
        size: u64,
    },
    /// The proof has too few or too many hashes.
    #[error("the proof has {found} hashes, which is not the length these sizes need")]
    Length {
        /// How many it has.
        found: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to the root {computed}, not to {expected}")]
    Root {
        /// The root it should lead to.
        expected: Digest,
        /// The root it leads to.
        computed: Digest,
    },
}

/// Checks that the leaf with `leaf_hash` is at `position` (from 0) in the tree of `size` leaves with `root`.
///
/// # Errors
/// [`ProofError`], saying what is wrong with the proof.
pub fn verify_inclusion(
    proof: &[Digest],
    position: u64,
    size: u64,
    leaf_hash: &Digest,
    root: &Digest,
) -> Result<(), ProofError> {
    if position >= size {
        return Err(ProofError::Outside { position, size });
    }
    let length = ProofError::Length { found: proof.len() };
    let (mut node, mut last, mut hash) = (position, size - 1, *leaf_hash);
    for sibling in proof {
        if last == 0 {
            return Err(length);
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // The last node of a row without a sibling moves up unchanged.
            while node.is_multiple_of(2) && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(length);
    }
    same_root(root, &hash)
}

/// Checks that the tree of `old_size` leaves with `old_root` is a prefix of that of `size` leaves with `root`.
///
/// # Errors
/// [`ProofError`], saying what is wrong with the proof.
pub fn verify_consistency(
    proof: &[Digest],
    old_size: u64,
    size: u64,
    old_root: &Digest,
    root: &Digest,
) -> Result<(), ProofError> {
    if old_size == 0 || old_size > size {
        return Err(ProofError::Sizes { old_size, size });
    }
    let length = || ProofError::Length { found: proof.len() };
    if old_size == size {
        return if proof.is_empty() { same_root(root, old_root) } else { Err(length()) };
    }
    // A tree of a power of two is itself the first subtree; the proof leaves it out.
    let (start, rest) = if old_size.is_power_of_two() {
        (*old_root, proof)
    } else {
        proof.split_first().map(|(first, rest)| (*first, rest)).ok_or_else(length)?
    };
    let (mut node, mut last) = (old_size - 1, size - 1);
    while node % 2 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut old_hash, mut hash) = (start, start);
    for sibling in rest {
        if last == 0 {
            return Err(length());
        }
        if node % 2 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            hash = node_hash(sibling, &hash);
            while node.is_multiple_of(2) && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(length());
    }
    same_root(old_root, &old_hash)?;
    same_root(root, &hash)
}

fn same_root(expected: &Digest, computed: &Digest) -> Result<(), ProofError> {
    if expected == computed {
        return Ok(());
    }
    Err(ProofError::Root { expected: *expected, computed: *computed })
}
