//! Whether a signature log holds an entry: the way to its root, and the log's signature over that root.

use attestry_ledger::merkle::{leaf_hash, verify_inclusion};
use attestry_ledger::{Checkpoint, Digest};

use super::bundle::{Entry, Proof, base64};
use super::root::Log;

/// Most signature lines that are looked at.
const MOST: usize = 64;

/// What came of looking at a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    Holds,
    /// It does not hold; why.
    Broken(&'static str),
    /// There is none.
    None,
}

/// Whether the proof leads from the entry to the root it names.
pub(super) fn leads(entry: &Entry, proof: &Proof) -> bool {
    let digest = |bytes: &Vec<u8>| Digest::from_slice(bytes).ok();
    let hashes: Option<Vec<Digest>> = proof.hashes.iter().map(digest).collect();
    let (Some(hashes), Some(root)) = (hashes, digest(&proof.root)) else {
        return false;
    };
    verify_inclusion(&hashes, proof.index, proof.size, &leaf_hash(&entry.body), &root).is_ok()
}

/// Whether the log signed for that root.
pub(super) fn signed(proof: &Proof, log: &Log) -> Signed {
    let Some(note) = &proof.checkpoint else {
        return Signed::None;
    };
    let Some((before, signatures)) = note.rsplit_once("\n\n") else {
        return Signed::Broken("it is malformed");
    };
    let text = format!("{before}\n");
    let Ok(checkpoint) = Checkpoint::parse(&text) else {
        return Signed::Broken("it is malformed");
    };
    if checkpoint.size() != proof.size || checkpoint.root().as_bytes().as_slice() != proof.root {
        return Signed::Broken("it is of another root than the proof");
    }
    let by_log = |line: &str| {
        let (name, encoded) = line.strip_prefix("— ")?.rsplit_once(' ')?;
        let bytes = base64(encoded)?;
        let (hint, signature) = bytes.split_first_chunk::<4>()?;
        let named = checkpoint.origin() == name || checkpoint.origin().starts_with(&format!("{name} - "));
        (named && log.id.starts_with(hint) && log.key.verify(text.as_bytes(), signature)).then_some(())
    };
    if signatures.lines().take(MOST).any(|line| by_log(line).is_some()) {
        Signed::Holds
    } else {
        Signed::Broken("no signature on it is by the log the entry names")
    }
}
