//! The ledger, to look at.

use attestry_domain::event::Event;
use attestry_domain::id::Digest;

use crate::{AppError, Workspace};

/// An event's leaf in the tree.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The payload's kind.
    pub kind: String,
    /// The payload's version.
    pub version: u32,
    /// SHA-256 over salt and payload.
    pub commitment: Digest,
    /// The leaf's hash in the tree.
    pub leaf: Digest,
    /// The canonical envelope, as it was hashed.
    pub envelope: String,
}

/// A signed head of the tree.
#[derive(Debug, Clone)]
pub struct CheckpointNote {
    /// Events under it.
    pub size: u64,
    /// The tree's root in hex.
    pub root: String,
    /// The log's name.
    pub origin: String,
    /// The signed note, as published.
    pub note: String,
}

impl Workspace {
    /// Events after the one of that sequence, in order.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn events(&self, after: u64, limit: u32) -> Result<Vec<Event>, AppError> {
        Ok(self.app().store.events_after(self.id(), after, limit).await?)
    }

    /// The leaf of an event; `None` when there is no such event.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn leaf(&self, sequence: u64) -> Result<Option<Leaf>, AppError> {
        let envelope = self.app().store.lookup_leaf(self.id(), sequence).await?;
        Ok(envelope.map(|envelope| Leaf {
            kind: envelope.kind().to_owned(),
            version: envelope.version(),
            commitment: Digest::new(*envelope.payload_digest().as_bytes()),
            leaf: Digest::new(*envelope.leaf_hash().as_bytes()),
            envelope: String::from_utf8_lossy(envelope.leaf()).into_owned(),
        }))
    }

    /// The published checkpoint; `None` before the first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn checkpoint(&self) -> Result<Option<CheckpointNote>, AppError> {
        let signed = self.app().store.lookup_checkpoint(self.id()).await?;
        Ok(signed.map(|signed| CheckpointNote {
            size: signed.checkpoint().size(),
            root: signed.checkpoint().root().to_string(),
            origin: signed.checkpoint().origin().to_owned(),
            note: signed.to_string(),
        }))
    }
}
