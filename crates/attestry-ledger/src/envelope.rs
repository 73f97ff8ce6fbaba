//! The leaf of an event: its canonical envelope, which commits to the payload without holding it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Digest;

/// The largest integer an envelope may hold: 2^53 − 1, the last that every JSON reader keeps exact.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// The longest leaf an entry bundle can hold, in bytes.
pub const MAX_LEAF_BYTES: usize = 65_535;

/// The commitment to a payload: SHA-256(salt ‖ payload bytes). Without the salt it tells nothing of the payload.
pub fn commit(salt: &[u8; 32], payload: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(payload);
    Digest::from_bytes(hasher.finalize().into())
}

/// What a leaf says of an event, and its bytes in canonical JSON (RFC 8785).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    fields: Fields,
    leaf: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    actor: String,
    kind: String,
    payload_digest: Digest,
    recorded_at: i64,
    sequence: i64,
    version: u32,
    workspace: String,
}

/// Why an envelope cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// A number is outside what canonical JSON keeps exact.
    #[error("{field} {value} is outside {least} to 9007199254740991")]
    Number {
        /// Which field.
        field: &'static str,
        /// Its value.
        value: i128,
        /// The least value it may have.
        least: i64,
    },
    /// The leaf is longer than an entry bundle can hold.
    #[error("the envelope has {0} bytes: shorten the workspace, actor or kind so that it has at most 65535")]
    Length(usize),
    /// The bytes are not JSON with exactly the fields of an envelope.
    #[error("the leaf is not an envelope")]
    Json(#[from] serde_json::Error),
    /// The bytes are an envelope, but not in canonical form.
    #[error("the leaf is an envelope, but not in canonical form (RFC 8785)")]
    NotCanonical,
}

impl Envelope {
    /// The envelope of an event.
    ///
    /// `sequence` counts from 1 without gaps; `recorded_at` is in microseconds since 1970 UTC; `actor` is an
    /// opaque id, never a name; `payload_digest` comes from [`commit`].
    ///
    /// # Errors
    /// If a number is not kept exact by JSON, or the whole is longer than 65,535 bytes.
    pub fn new(
        workspace: &str,
        sequence: u64,
        recorded_at: i64,
        actor: &str,
        kind: &str,
        version: u32,
        payload_digest: Digest,
    ) -> Result<Self, EnvelopeError> {
        Self::of(Fields {
            actor: actor.to_owned(),
            kind: kind.to_owned(),
            payload_digest,
            recorded_at: exact("recorded_at", recorded_at.into(), -MAX_INTEGER)?,
            sequence: exact("sequence", sequence.into(), 1)?,
            version,
            workspace: workspace.to_owned(),
        })
    }

    /// Reads an envelope from the bytes of a leaf, which must be canonical.
    ///
    /// # Errors
    /// If the bytes are no envelope or not the canonical form of one.
    pub fn parse(leaf: &[u8]) -> Result<Self, EnvelopeError> {
        let fields: Fields = serde_json::from_slice(leaf)?;
        exact("recorded_at", fields.recorded_at.into(), -MAX_INTEGER)?;
        exact("sequence", fields.sequence.into(), 1)?;
        let envelope = Self::of(fields)?;
        if envelope.leaf == leaf { Ok(envelope) } else { Err(EnvelopeError::NotCanonical) }
    }

    fn of(fields: Fields) -> Result<Self, EnvelopeError> {
        // The fields stand in the order that RFC 8785 asks for, and hold only strings and exact integers, which it
        // writes as `serde_json` does: this is the canonical form, made in one pass.
        let mut leaf = Vec::with_capacity(320);
        serde_json::to_writer(&mut leaf, &fields)?;
        if leaf.len() > MAX_LEAF_BYTES {
            return Err(EnvelopeError::Length(leaf.len()));
        }
        Ok(Self { fields, leaf })
    }

    /// The bytes of the leaf: the envelope in canonical JSON.
    pub fn leaf_bytes(&self) -> Vec<u8> {
        self.leaf.clone()
    }

    /// The same bytes, borrowed.
    pub fn leaf(&self) -> &[u8] {
        &self.leaf
    }

    /// The hash of the leaf in the tree.
    pub fn leaf_hash(&self) -> Digest {
        crate::merkle::leaf_hash(&self.leaf)
    }

    /// The workspace the event belongs to.
    pub fn workspace(&self) -> &str {
        &self.fields.workspace
    }

    /// The number of the event, from 1; its position in the tree is one less.
    pub fn sequence(&self) -> u64 {
        self.fields.sequence.unsigned_abs()
    }

    /// When the ledger learned of it, in microseconds since 1970 UTC.
    pub fn recorded_at(&self) -> i64 {
        self.fields.recorded_at
    }

    /// The opaque id of who did it.
    pub fn actor(&self) -> &str {
        &self.fields.actor
    }

    /// The kind of event.
    pub fn kind(&self) -> &str {
        &self.fields.kind
    }

    /// The version of the payload's form.
    pub fn version(&self) -> u32 {
        self.fields.version
    }

    /// The commitment to the payload.
    pub fn payload_digest(&self) -> Digest {
        self.fields.payload_digest
    }
}

fn exact(field: &'static str, value: i128, least: i64) -> Result<i64, EnvelopeError> {
    let inside = i64::try_from(value).ok().filter(|value| (least..=MAX_INTEGER).contains(value));
    inside.ok_or(EnvelopeError::Number { field, value, least })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn envelope(sequence: u64, actor: &str) -> Result<Envelope, EnvelopeError> {
        Envelope::new("acme", sequence, 1_700_000_000_000_000, actor, "control_adopted", 1, Digest::of(b""))
    }

    #[test]
    fn the_leaf_is_canonical_json_with_sorted_keys_and_integers() {
        let leaf = envelope(7, "p-1").unwrap().leaf_bytes();
        assert_eq!(
            String::from_utf8(leaf).unwrap(),
            "{\"actor\":\"p-1\",\"kind\":\"control_adopted\",\"payload_digest\":\
             \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\
             \"recorded_at\":1700000000000000,\"sequence\":7,\"version\":1,\"workspace\":\"acme\"}"
        );
    }

    #[test]
    fn numbers_that_json_does_not_keep_exact_are_refused() {
        assert!(envelope(0, "p").is_err());
        assert!(envelope(1 << 53, "p").is_err());
        assert!(envelope(u64::MAX, "p").is_err());
        let last = envelope((1 << 53) - 1, "p").unwrap();
        assert!(String::from_utf8(last.leaf_bytes()).unwrap().contains("\"sequence\":9007199254740991,"));
        assert!(Envelope::new("w", 1, 1 << 53, "a", "k", 1, Digest::of(b"")).is_err());
    }

    #[test]
    fn a_leaf_that_does_not_fit_an_entry_bundle_is_refused() {
        assert!(matches!(envelope(1, &"x".repeat(70_000)), Err(EnvelopeError::Length(_))));
    }

    #[test]
    fn the_commitment_is_the_digest_of_salt_and_payload() {
        let salt = [7; 32];
        assert_eq!(commit(&salt, b"{}"), Digest::of(&[&salt[..], b"{}"].concat()));
        assert_ne!(commit(&salt, b"{}"), commit(&[8; 32], b"{}"));
    }

    #[test]
    fn a_leaf_with_other_spacing_order_or_fields_is_refused() {
        let leaf = String::from_utf8(envelope(7, "p-1").unwrap().leaf_bytes()).unwrap();
        assert!(matches!(
            Envelope::parse(leaf.replace(':', ": ").as_bytes()),
            Err(EnvelopeError::NotCanonical)
        ));
        assert!(Envelope::parse(leaf.replace("\"version\":1,", "").as_bytes()).is_err());
        assert!(Envelope::parse(leaf.replace('{', "{\"a\":1,").as_bytes()).is_err());
        assert!(Envelope::parse(leaf.replace(":7,", ":0,").as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn every_envelope_parses_back(
            workspace in "\\PC{0,20}", sequence in 1u64..1 << 53, at in -MAX_INTEGER..=MAX_INTEGER,
            actor: String, kind: String, version: u32, payload: [u8; 32],
        ) {
            let digest = Digest::from_bytes(payload);
            let envelope = Envelope::new(&workspace, sequence, at, &actor, &kind, version, digest).unwrap();
            let value: serde_json::Value = serde_json::from_slice(envelope.leaf()).unwrap();
            prop_assert_eq!(serde_json_canonicalizer::to_vec(&value).unwrap(), envelope.leaf());
            prop_assert_eq!(Envelope::parse(envelope.leaf()).unwrap(), envelope);
        }

        #[test]
        fn any_bytes_are_parsed_or_refused_and_never_panic(bytes: Vec<u8>) {
            let _ = Envelope::parse(&bytes);
        }
    }
}
