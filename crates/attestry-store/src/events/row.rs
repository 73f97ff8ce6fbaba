//! An event as its row holds it.

use attestry_domain::event::{Event, Payload};
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;
use attestry_ledger::{Envelope, commit};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row};

use super::Append;
use crate::StoreError;
use crate::database::{digest, number, stored};

/// An event and what the ledger says of it.
pub(crate) struct Stored {
    pub(crate) sequence: u64,
    recorded_at: i64,
    actor: String,
    kind: String,
    version: u32,
    payload: Option<StoredPayload>,
    payload_digest: Digest,
    pub(crate) leaf_hash: Digest,
}

/// A payload that was not erased.
pub(crate) struct StoredPayload {
    pub(crate) salt: [u8; 32],
    pub(crate) bytes: Vec<u8>,
}

impl Stored {
    pub(super) fn new(
        workspace: &str,
        sequence: u64,
        append: &Append<'_>,
        payload: &Payload,
        salt: [u8; 32],
    ) -> Result<Self, StoreError> {
        let kind = payload.kind();
        let refuse = |reason: String| StoreError::Unledgerable { kind, reason };
        let bytes = payload.encode().map_err(|error| refuse(error.to_string()))?;
        let mut row = Self {
            sequence,
            recorded_at: append.recorded_at.micros(),
            actor: String::from(append.actor),
            kind: kind.to_owned(),
            version: payload.version().into(),
            payload_digest: Digest::new(*commit(&salt, &bytes).as_bytes()),
            payload: Some(StoredPayload { salt, bytes }),
            leaf_hash: Digest::new([0; 32]),
        };
        let envelope = row.envelope(workspace).map_err(refuse)?;
        row.leaf_hash = Digest::new(*envelope.leaf_hash().as_bytes());
        Ok(row)
    }

    /// Reads the columns that the envelope needs, and those of the payload if the row has them.
    pub(super) fn read(row: &AnyRow, with_payload: bool) -> Result<Self, StoreError> {
        let version = number(row, "event", "version")?;
        Ok(Self {
            sequence: number(row, "event", "sequence")?,
            recorded_at: row.try_get("recorded_at")?,
            actor: row.try_get("actor")?,
            kind: row.try_get("kind")?,
            version: version.try_into().map_err(|_| StoreError::row("event", version))?,
            payload: if with_payload { read_payload(row)? } else { None },
            payload_digest: digest(row, "event", "payload_digest")?,
            leaf_hash: digest(row, "event", "leaf_hash")?,
        })
    }

    pub(super) fn bind<'q>(&self, query: Query<'q, Any, AnyArguments>) -> Query<'q, Any, AnyArguments> {
        let payload = self.payload.as_ref();
        query
            .bind(stored(self.sequence))
            .bind(self.recorded_at)
            .bind(self.actor.clone())
            .bind(self.kind.clone())
            .bind(i64::from(self.version))
            .bind(payload.map(|payload| payload.bytes.clone()))
            .bind(payload.map(|payload| payload.salt.to_vec()))
            .bind(self.payload_digest.bytes().to_vec())
            .bind(self.leaf_hash.bytes().to_vec())
    }

    /// What the ledger's leaf says, or why there can be no such leaf.
    pub(crate) fn envelope(&self, workspace: &str) -> Result<Envelope, String> {
        let digest = attestry_ledger::Digest::from_bytes(*self.payload_digest.bytes());
        let (actor, kind) = (&self.actor, &self.kind);
        Envelope::new(workspace, self.sequence, self.recorded_at, actor, kind, self.version, digest)
            .map_err(|error| error.to_string())
    }

    /// What the ledger's leaf says, if row and leaf hash still fit each other, and the payload, if it was read and is
    /// still there, its commitment.
    pub(crate) fn checked(&self, workspace: &str) -> Result<Envelope, String> {
        let envelope = self.envelope(workspace)?;
        if envelope.leaf_hash().as_bytes() != self.leaf_hash.bytes() {
            return Err("it was changed after it was appended".to_owned());
        }
        match &self.payload {
            Some(StoredPayload { salt, bytes }) if commit(salt, bytes) != envelope.payload_digest() => {
                Err("its payload was changed after it was appended".to_owned())
            }
            _ => Ok(envelope),
        }
    }

    /// Decodes the event for those who want to know what happened.
    pub(super) fn event(&self) -> Result<Event, StoreError> {
        let sequence = self.sequence;
        let payload = self.payload.as_ref().map(|payload| {
            let version = self.version.try_into().map_err(|_| StoreError::row("event", self.version))?;
            Payload::decode(&self.kind, version, &payload.bytes)
                .map_err(|source| StoreError::UnreadableEvent { sequence, source })
        });
        let actor = self.actor.clone().try_into().map_err(|_| StoreError::row("event", &self.actor))?;
        let recorded_at = Instant::from_micros(self.recorded_at);
        Ok(Event { sequence, recorded_at, actor, payload: payload.transpose()? })
    }

    /// The payload as stored, `None` when it was erased.
    pub(crate) fn into_payload(self) -> Option<StoredPayload> {
        self.payload
    }
}

fn read_payload(row: &AnyRow) -> Result<Option<StoredPayload>, StoreError> {
    let bytes: Option<Vec<u8>> = row.try_get("payload")?;
    let salt: Option<Vec<u8>> = row.try_get("salt")?;
    match (bytes, salt) {
        (None, _) => Ok(None),
        (Some(bytes), salt) => {
            let salt = salt.unwrap_or_default();
            let length = || StoreError::row("event", format!("{} bytes of salt", salt.len()));
            let salt = salt.as_slice().try_into().map_err(|_| length())?;
            Ok(Some(StoredPayload { salt, bytes }))
        }
    }
}

/// The sequence of a row, if that much of it can be read.
pub(super) fn sequence(row: &AnyRow) -> Result<u64, StoreError> {
    number(row, "event", "sequence")
}
