//! The proof that one leaf is in the log, as a file that needs nothing else: C2SP tlog-proof.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::merkle::{ProofError, verify_inclusion};
use crate::witness::parse_hash;
use crate::{CheckpointError, Digest, SignedCheckpoint, VerifierKey};

/// The first line of the file.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes on the way from a leaf to a root.
const MAX_HASHES: usize = 63;

/// The longest file that is read, in bytes.
const MAX_BYTES: usize = crate::note::MAX_NOTE_BYTES + 64 * 1024;

/// A leaf's place, its inclusion proof and the checkpoint it leads to. Prints as a `.tlog-proof` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// The position of the leaf, from 0: one less than the sequence of the event.
    pub position: u64,
    /// The audit path, lowest first (RFC 6962 §2.1.1).
    pub hashes: Vec<Digest>,
    /// The checkpoint whose tree holds the leaf.
    pub checkpoint: SignedCheckpoint,
}

/// Why a proof cannot be read or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The text has another form.
    #[error(
        "this is not a proof file: the line `{HEADER}`, an index, hashes in base64, an empty line, a checkpoint"
    )]
    Text,
    /// The checkpoint cannot be read or is not signed by the log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead from the leaf to the root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl TlogProof {
    /// Reads a proof file. An `extra` line is passed over: nothing vouches for it.
    ///
    /// # Errors
    /// If the text has another form.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_BYTES);
        let (head, note) = text.and_then(|text| text.split_once("\n\n")).ok_or(TlogProofError::Text)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Text);
        }
        lines.next_if(|line| line.starts_with("extra "));
        let position = lines.next().and_then(parse_index).ok_or(TlogProofError::Text)?;
        let hashes: Vec<Digest> = lines.map(parse_hash).collect::<Option<_>>().ok_or(TlogProofError::Text)?;
        if hashes.len() > MAX_HASHES {
            return Err(TlogProofError::Text);
        }
        Ok(Self { position, hashes, checkpoint: SignedCheckpoint::parse(note.as_bytes())? })
    }

    /// Checks that the log signed a tree that holds this leaf at this place.
    ///
    /// # Errors
    /// If the log's signature or the proof does not hold.
    pub fn verify(&self, leaf_hash: &Digest, log: &VerifierKey) -> Result<(), TlogProofError> {
        self.checkpoint.verify(log)?;
        let head = self.checkpoint.checkpoint();
        Ok(verify_inclusion(&self.hashes, self.position, head.size(), leaf_hash, &head.root())?)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.position)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

fn parse_index(line: &str) -> Option<u64> {
    let number = line.strip_prefix("index ")?;
    number.parse::<u64>().ok().filter(|index| index.to_string() == number)
}
