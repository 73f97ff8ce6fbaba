//! The bodies of `add-checkpoint`: request and answer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MAX_REQUEST_BYTES;
use crate::note::NoteSignature;
use crate::{CheckpointError, Digest, NoteError, SignedCheckpoint};

/// The most lines of proof in a request.
const MAX_PROOF_LINES: usize = 63;

/// What a log asks of a witness. Prints as the body to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The size that the witness cosigned last, in leaves; 0 if none.
    pub old_size: u64,
    /// The consistency proof from there to the checkpoint (RFC 6962 §2.1.2); empty from 0.
    pub proof: Vec<Digest>,
    /// The checkpoint to cosign.
    pub checkpoint: SignedCheckpoint,
}

/// Why a body is not a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// It is too long.
    #[error("a request has at most {MAX_REQUEST_BYTES} bytes, this has {0}")]
    TooLong(usize),
    /// It is not UTF-8, or has no empty line before the checkpoint.
    #[error("a request is text: an old size, lines of proof, an empty line and a checkpoint")]
    Lines,
    /// The first line is not `old` and a size.
    #[error("`{0}` is not an old size: write `old`, a space and a decimal number without leading zeroes")]
    OldSize(String),
    /// There are more than 63 lines of proof.
    #[error("a consistency proof has at most 63 lines")]
    TooManyLines,
    /// A line of the proof is not a hash.
    #[error("`{0}` is not a hash: give 32 bytes in base64")]
    Hash(String),
    /// What follows the empty line is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Request {
    /// Reads the body of a request. The signatures of the checkpoint are not yet checked.
    ///
    /// # Errors
    /// [`RequestError`], naming the line.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLong(body.len()));
        }
        let text = std::str::from_utf8(body).map_err(|_| RequestError::Lines)?;
        let (head, note) = text.split_once("\n\n").ok_or(RequestError::Lines)?;
        let mut lines = head.split('\n');
        let old_size = parse_old_size(lines.next().unwrap_or_default())?;
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() == MAX_PROOF_LINES {
                return Err(RequestError::TooManyLines);
            }
            proof.push(parse_hash(line).ok_or_else(|| RequestError::Hash(line.chars().take(80).collect()))?);
        }
        Ok(Self { old_size, proof, checkpoint: SignedCheckpoint::parse(note.as_bytes())? })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

fn parse_old_size(line: &str) -> Result<u64, RequestError> {
    let number = line.strip_prefix("old ").unwrap_or_default();
    let size = number.parse::<u64>().ok().filter(|size| size.to_string() == number);
    size.ok_or_else(|| RequestError::OldSize(line.chars().take(80).collect()))
}

pub(crate) fn parse_hash(line: &str) -> Option<Digest> {
    STANDARD.decode(line).ok().and_then(|bytes| Digest::from_slice(&bytes).ok())
}

/// The body of an answer that cosigns: a signature line for each cosignature.
pub fn response(cosignatures: &[NoteSignature]) -> String {
    cosignatures.iter().map(|signature| format!("{signature}\n")).collect()
}

/// Reads the body of an answer with status 200. Nothing in it is checked: hand each signature to
/// [`SignedCheckpoint::add_cosignature`] with the key of the witness it is by, and pass over those of others.
///
/// # Errors
/// If a line is no signature line, or there is none.
pub fn parse_response(body: &[u8]) -> Result<Vec<NoteSignature>, NoteError> {
    if body.len() > MAX_REQUEST_BYTES {
        return Err(NoteError::TooLong(body.len()));
    }
    let text = std::str::from_utf8(body).map_err(|_| NoteError::NotText)?;
    let lines = text.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
    lines.split('\n').map(str::parse).collect()
}
