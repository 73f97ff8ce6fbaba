//! Events as the ledger has them: envelope, salt and bytes, to be handed on.

use attestry_domain::id::WorkspaceId;
use attestry_ledger::verify::{Entry, Payload};

use crate::events::StoredPayload;
use crate::{Store, StoreError};

impl Store {
    /// Up to `limit` events after the one numbered `sequence` (0: from the first), in order, undecoded.
    ///
    /// # Errors
    /// If an event is missing, or was changed after it was appended.
    pub async fn entries_after(
        &self,
        workspace: WorkspaceId,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let name = workspace.to_string();
        let rows = self.rows_after(workspace, sequence, limit).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for (due, (found, row)) in (sequence + 1..).zip(rows) {
            let damaged = |reason: String| StoreError::EventDamaged { sequence: due, reason };
            if due != found {
                return Err(damaged("it is missing".to_owned()));
            }
            let row = row.map_err(|error| damaged(error.to_string()))?;
            let envelope = row.checked(&name).map_err(damaged)?;
            let payload = match row.into_payload() {
                Some(StoredPayload { salt, bytes }) => Payload::Present { salt, bytes },
                None => Payload::Erased,
            };
            entries.push(Entry { envelope, payload });
        }
        Ok(entries)
    }
}
