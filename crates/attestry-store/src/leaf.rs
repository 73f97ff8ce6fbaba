//! Single leaves and the newest checkpoint, to show.

use attestry_domain::id::WorkspaceId;
use attestry_ledger::{Envelope, SignedCheckpoint};

use crate::{Store, StoreError};

impl Store {
    /// The leaf of an event as the ledger holds it; `None` when there is no such event.
    ///
    /// # Errors
    /// If the row is damaged or was changed after it was appended.
    pub async fn lookup_leaf(
        &self,
        workspace: WorkspaceId,
        sequence: u64,
    ) -> Result<Option<Envelope>, StoreError> {
        let Some(before) = sequence.checked_sub(1) else { return Ok(None) };
        if sequence > self.head(workspace).await? {
            return Ok(None);
        }
        let leaves = self.leaves_after(workspace, before, 1).await?;
        let Some(leaf) = leaves.first() else { return Ok(None) };
        let damaged = |reason: String| StoreError::EventDamaged { sequence, reason };
        leaf.checked(&workspace.to_string()).map(Some).map_err(damaged)
    }

    /// The newest signed checkpoint, as the database has it; `None` before the first.
    ///
    /// # Errors
    /// If the row is damaged.
    pub async fn lookup_checkpoint(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let note = self.published_note(workspace).await?;
        let damaged = |error: attestry_ledger::CheckpointError| StoreError::row("checkpoint", error);
        note.map(|note| SignedCheckpoint::parse(note.as_bytes()).map_err(damaged)).transpose()
    }
}
