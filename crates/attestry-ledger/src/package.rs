//! Packages: what an auditor takes home, one ZIP file that can be checked without whoever made it.
//!
//! | file | holds |
//! |---|---|
//! | `manifest.json` | every other file with digest, size, role and the events that name it (canonical JSON, RFC 8785) |
//! | `manifest.note` | a signed note over the digest of the manifest, by the log's key |
//! | `checkpoint` | the signed checkpoint with its cosignatures; `checkpoint.tsr` its time stamp, if there is one |
//! | `earlier/SIZE/checkpoint` | an earlier checkpoint, `consistency` its proof towards the newest, `checkpoint.tsr` |
//! | `events/000000.jsonl` | the events 1 to 65,536 in scope, one a line; `000001` the next 65,536, and so on |
//! | `tile/0/000` … | the C2SP hash tiles on the way from these events to the root |
//! | `objects/DIGEST.EXT` | artifacts, segments, populations, samples, results, as they came |
//! | anything else | guides and indexes that the caller wrote |
//!
//! A line of events is `{"envelope":…,"payload":…,"salt":"…"}`: the envelope exactly as the leaf of the tree has it, the
//! payload exactly as stored (`payload_base64` if it is no JSON object), the salt in hexadecimal. An erased event has
//! its envelope only. The inclusion proof of an event (RFC 6962 §2.1.1) is read from the tiles, where one hash of 32
//! bytes serves one event; [`inclusion_proof`] writes it as a C2SP tlog-proof file that needs no tiles.
//!
//! Files are stored, not compressed, at one fixed time and in one fixed order, so that the same content gives the same
//! bytes, and so that a verifier can account for every byte of the file. [`Writer`] makes a package, [`verify()`] checks
//! one, [`Verification`] does so in steps that can be taken up later.
//!
//! To add a check: raise a [`FaultKind`] in `package/`, give it a meaning, and add to `tests/it/package.rs` the
//! tampering that it finds.

mod archive;
mod events;
mod fault;
mod layout;
mod line;
mod manifest;
mod prelude;
mod progress;
mod report;
mod tiles;
mod times;
mod verify;
mod writer;

pub use fault::{Fault, FaultKind};
pub use progress::{Progress, ResumeError};
pub use report::{Report, Signature, SignatureKind};
pub use verify::{Limits, Options, PackageError, Verification, inclusion_proof, verify};
pub use writer::{About, Finished, ObjectEntry, WriteError, Writer, object_path};

/// Events to a file of events: those below one hash tile of level 1.
pub const EVENTS_TO_A_FILE: u64 = 65_536;

/// The longest line of events, in bytes.
pub const MAX_LINE_BYTES: u64 = 32 * 1024 * 1024;

/// The longest manifest that is written and read, in bytes: it is held in memory.
const MAX_MANIFEST_BYTES: u64 = 128 * 1024 * 1024;

const MANIFEST: &str = "manifest.json";
const SEAL: &str = "manifest.note";
const CHECKPOINT: &str = "checkpoint";
const TIME_STAMP: &str = "checkpoint.tsr";

/// The text that the seal signs. It can't be taken for a checkpoint: its second line is no number.
fn seal_text(origin: &str, manifest: &crate::Digest) -> String {
    format!("attestry package\n{origin}\n{manifest}\n")
}

/// A number with what it counts.
fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn earlier_path(size: u64, file: &str) -> String {
    format!("earlier/{size:020}/{file}")
}

fn events_path(part: u64) -> String {
    format!("events/{part:06}.jsonl")
}
