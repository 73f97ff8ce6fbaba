//! Reading events in order.

use attestry_domain::event::Event;
use attestry_domain::id::WorkspaceId;
use sqlx::any::AnyRow;

use super::row::{self, Stored};
use crate::database::stored;
use crate::{Store, StoreError};

impl Store {
    /// Up to `limit` events after the one numbered `sequence` (0: from the first), in order.
    ///
    /// # Errors
    /// If an event is missing, was changed after it was appended, or its payload is of a newer program.
    pub async fn events_after(
        &self,
        workspace: WorkspaceId,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let rows = self.rows_after(workspace, sequence, limit).await?;
        no_gaps(sequence, rows.iter().map(|(sequence, _)| *sequence))?;
        let name = workspace.to_string();
        let read = |(sequence, row): (u64, Result<Stored, StoreError>)| {
            let row = row.map_err(|error| damaged(sequence, error))?;
            row.checked(&name).map_err(|reason| damaged(sequence, reason))?;
            row.event()
        };
        rows.into_iter().map(read).collect()
    }

    /// Events without their payloads.
    pub(crate) async fn leaves_after(
        &self,
        workspace: WorkspaceId,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, recorded_at, actor, kind, version, payload_digest, leaf_hash FROM event \
             WHERE workspace = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        );
        let rows = self.rows(rows, workspace, sequence, limit).await?;
        let leaves: Vec<Stored> =
            rows.iter().map(|row| Stored::read(row, false)).collect::<Result<_, _>>()?;
        no_gaps(sequence, leaves.iter().map(|leaf| leaf.sequence))?;
        Ok(leaves)
    }

    /// Everything of each event, as far as it can be read: the sequence, and the event or what is wrong with it.
    pub(crate) async fn rows_after(
        &self,
        workspace: WorkspaceId,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Result<Stored, StoreError>)>, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, recorded_at, actor, kind, version, payload, salt, payload_digest, leaf_hash \
             FROM event WHERE workspace = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        );
        let rows = self.rows(rows, workspace, sequence, limit).await?;
        rows.iter().map(|row| Ok((row::sequence(row)?, Stored::read(row, true)))).collect()
    }

    async fn rows(
        &self,
        query: sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>,
        workspace: WorkspaceId,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let query = query.bind(workspace.to_string()).bind(stored(sequence)).bind(i64::from(limit));
        Ok(query.fetch_all(self.database.pool()).await?)
    }
}

fn damaged(sequence: u64, reason: impl ToString) -> StoreError {
    StoreError::EventDamaged { sequence, reason: reason.to_string() }
}

fn no_gaps(after: u64, sequences: impl Iterator<Item = u64>) -> Result<(), StoreError> {
    match (after + 1..).zip(sequences).find(|(due, found)| due != found) {
        Some((sequence, _)) => Err(damaged(sequence, "it is missing")),
        None => Ok(()),
    }
}
