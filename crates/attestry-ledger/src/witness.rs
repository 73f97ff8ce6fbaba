//! A witness, as C2SP tlog-witness lays down: it cosigns a checkpoint only if the tree it heads holds every tree it
//! cosigned before.
//!
//! [`add_checkpoint`] is the whole decision, without clock, network or file. Whoever calls it keeps the returned
//! [`State`] durably before the cosignature leaves the machine, and lets no second call begin in between: else two
//! histories could be cosigned.
//!
//! A `POST add-checkpoint` carries a [`Request`]; its answer is [`response`] with status 200, or a [`Refusal`] with its
//! [`Refusal::status`], [`Refusal::content_type`] and [`Refusal::body`]. The log reads the answer with [`parse_response`].

mod state;
mod text;

pub use state::{State, StateError};
pub(crate) use text::parse_hash;
pub use text::{Request, RequestError, parse_response, response};

use crate::merkle::{empty_root, verify_consistency};
use crate::note::NoteSignature;
use crate::{Checkpoint, Digest, SignedCheckpoint, SignerKey};

/// The longest body of a request that need be read, in bytes.
pub const MAX_REQUEST_BYTES: usize = crate::note::MAX_NOTE_BYTES + 8 * 1024;

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The body is no request.
    #[error("the request cannot be read: {0}")]
    Malformed(#[from] RequestError),
    /// The old size is above that of the checkpoint.
    #[error("a proof from {old_size} leaves cannot lead to a checkpoint of {size}")]
    Backwards {
        /// The size the proof starts from, in leaves.
        old_size: u64,
        /// The size of the checkpoint, in leaves.
        size: u64,
    },
    /// The witness has no key for this origin.
    #[error("`{origin}` is not a log that this witness knows: give the witness the key of that log")]
    UnknownLog {
        /// The origin of the checkpoint.
        origin: String,
    },
    /// No signature is by a key that the witness has for this origin.
    #[error("no signature of the checkpoint is by a key of `{origin}` that this witness trusts")]
    Signature {
        /// The origin of the checkpoint.
        origin: String,
    },
    /// The proof does not start where the witness is.
    #[error("this witness cosigned {latest} leaves, the proof starts from {old_size}: prove from {latest}")]
    Conflict {
        /// The size the proof starts from, in leaves.
        old_size: u64,
        /// The size last cosigned, in leaves; 0 if none.
        latest: u64,
    },
    /// Another root was cosigned for this size: the log has two histories.
    #[error(
        "at {size} leaves this witness cosigned the root {seen}, the checkpoint says {shown}: the log forked"
    )]
    Forked {
        /// The size of both trees, in leaves.
        size: u64,
        /// The root cosigned before.
        seen: Digest,
        /// The root in the request.
        shown: Digest,
    },
    /// The proof does not lead from the tree last cosigned to the one of the checkpoint.
    #[error(
        "the proof does not show that the {old_size} leaves cosigned before are still the first of the log: {reason}"
    )]
    Proof {
        /// The size last cosigned, in leaves.
        old_size: u64,
        /// What is wrong with the proof.
        reason: String,
    },
    /// The clock shows an earlier time than at the last cosignature.
    #[error(
        "the clock says {now}, the last cosignature was made at {last} (seconds since 1970 UTC): set the clock right"
    )]
    Clock {
        /// Now, in seconds since 1970 UTC.
        now: u64,
        /// When the last cosignature was made, in seconds since 1970 UTC.
        last: u64,
    },
}

impl Refusal {
    /// The HTTP status that says so.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::Backwards { .. } => 400,
            Self::Signature { .. } => 403,
            Self::UnknownLog { .. } => 404,
            Self::Conflict { .. } | Self::Forked { .. } => 409,
            Self::Proof { .. } => 422,
            Self::Clock { .. } => 503,
        }
    }

    /// The media type of [`Refusal::body`].
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::Conflict { .. } | Self::Forked { .. } => "text/x.tlog.size",
            _ => "text/plain; charset=utf-8",
        }
    }

    /// The body of the answer: for a conflict the size last cosigned, else the reason.
    pub fn body(&self) -> String {
        match self {
            Self::Conflict { latest: size, .. } | Self::Forked { size, .. } => format!("{size}\n"),
            other => format!("{other}\n"),
        }
    }
}

/// Decides over a checkpoint: the state to keep and the cosignature to answer with.
///
/// `key` is of kind [`crate::note::KeyKind::CosignatureV1`]; `now` is in seconds since 1970 UTC.
///
/// # Errors
/// [`Refusal`]; then nothing is to be kept.
pub fn add_checkpoint(
    state: &State,
    request: &Request,
    key: &SignerKey,
    now: u64,
) -> Result<(State, NoteSignature), Refusal> {
    let signed = &request.checkpoint;
    let shown = signed.checkpoint();
    let latest = check_signature(state, signed)?.map(SignedCheckpoint::checkpoint);
    check_sizes(request.old_size, shown, latest)?;
    check_proof(&request.proof, shown, latest)?;
    let last = state.cosigned_at(shown.origin());
    if now < last {
        return Err(Refusal::Clock { now, last });
    }
    let cosignature = key.cosign(signed.note().text(), now);
    Ok((state.advanced(signed, now), cosignature))
}

/// The checkpoint last cosigned of this log, if the new one is signed by one of its keys.
fn check_signature<'a>(
    state: &'a State,
    signed: &SignedCheckpoint,
) -> Result<Option<&'a SignedCheckpoint>, Refusal> {
    let origin = signed.checkpoint().origin();
    let keys = state.keys(origin);
    if keys.is_empty() {
        return Err(Refusal::UnknownLog { origin: origin.to_owned() });
    }
    if !keys.iter().any(|key| signed.verify(key).is_ok()) {
        return Err(Refusal::Signature { origin: origin.to_owned() });
    }
    Ok(state.latest(origin))
}

fn check_sizes(old_size: u64, shown: &Checkpoint, latest: Option<&Checkpoint>) -> Result<(), Refusal> {
    let size = shown.size();
    if old_size > size {
        return Err(Refusal::Backwards { old_size, size });
    }
    let known = latest.map_or(0, Checkpoint::size);
    if old_size != known {
        return Err(Refusal::Conflict { old_size, latest: known });
    }
    match latest.map(Checkpoint::root) {
        Some(seen) if old_size == size && seen != shown.root() => {
            Err(Refusal::Forked { size, seen, shown: shown.root() })
        }
        _ => Ok(()),
    }
}

fn check_proof(proof: &[Digest], shown: &Checkpoint, latest: Option<&Checkpoint>) -> Result<(), Refusal> {
    let (old_size, old_root) = latest.map_or((0, empty_root()), |head| (head.size(), head.root()));
    let refuse = |reason: String| Refusal::Proof { old_size, reason };
    if old_size > 0 {
        let (size, root) = (shown.size(), shown.root());
        return verify_consistency(proof, old_size, size, &old_root, &root)
            .map_err(|error| refuse(error.to_string()));
    }
    if !proof.is_empty() {
        return Err(refuse("from nothing, the proof is empty".to_owned()));
    }
    if shown.size() == 0 && shown.root() != empty_root() {
        return Err(refuse("the root of an empty tree is another".to_owned()));
    }
    Ok(())
}
