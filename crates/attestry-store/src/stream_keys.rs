//! The key index of append streams: which keys a stream has, and a digest of what each stands for.
//!
//! A cache, written after the events it follows; [`Store::stream_keys_at`] says up to which event it is complete, and
//! whoever finds it behind adds what is missing from the segments. Keys travel packed in one parameter and are cut up by
//! the database, which is far quicker than a parameter each.

use attestry_domain::id::{StreamId, WorkspaceId};
use sqlx::{Any, Row, Transaction};

use crate::database::{number, stored};
use crate::{Store, StoreError};

/// Keys in one statement.
const KEYS_PER_STATEMENT: usize = 8_192;

/// A key of a stream and what it stands for, both as the first 16 bytes of a SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKey {
    /// The key.
    pub key: [u8; 16],
    /// The record under it.
    pub content: [u8; 16],
}

impl Store {
    /// For each key, what it stands for in the stream, `None` where the stream does not have it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn known(
        &self,
        workspace: WorkspaceId,
        stream: &StreamId,
        keys: &[[u8; 16]],
    ) -> Result<Vec<Option<[u8; 16]>>, StoreError> {
        let mut known = vec![None; keys.len()];
        let Some((index, _)) = self.key_index(workspace, stream).await? else { return Ok(known) };
        for (keys, known) in keys.chunks(KEYS_PER_STATEMENT).zip(known.chunks_mut(KEYS_PER_STATEMENT)) {
            let rows = sqlx::query(
                "WITH RECURSIVE place (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i + 1 < $1) \
                 SELECT i, content FROM place JOIN stream_key \
                 ON key_index = $2 AND key = substr($3, 16 * i + 1, 16)",
            )
            .bind(stored(keys.len() as u64))
            .bind(index)
            .bind(keys.concat())
            .fetch_all(self.database.pool())
            .await?;
            for row in rows {
                let content: &[u8] = row.try_get("content")?;
                let content = content.try_into().map_err(|_| StoreError::row("stream_key", "content"))?;
                // SQLite gives every integer as 64 bits, PostgreSQL this one as 32.
                let place: i64 = row.try_get("i")?;
                if let Some(known) = usize::try_from(place).ok().and_then(|place| known.get_mut(place)) {
                    *known = Some(content);
                }
            }
        }
        Ok(known)
    }

    /// Adds keys and says that the index is now complete up to event `sequence`. A key that is there already keeps
    /// what it stands for.
    ///
    /// # Errors
    /// If the database fails; then nothing was added.
    pub async fn add_stream_keys(
        &self,
        workspace: WorkspaceId,
        stream: &StreamId,
        keys: &[StreamKey],
        sequence: u64,
    ) -> Result<(), StoreError> {
        let mut sorted = keys.to_vec();
        // In order of the index, so that neighbours are written together. Stable: the first of equals wins.
        sorted.sort_by_key(|entry| entry.key);
        let mut tx = self.database.begin_write().await?;
        let index = open_index(&mut tx, workspace, stream).await?;
        for keys in sorted.chunks(KEYS_PER_STATEMENT) {
            let packed: Vec<u8> =
                keys.iter().flat_map(|entry| [entry.key, entry.content]).flatten().collect();
            sqlx::query(
                "WITH RECURSIVE place (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i + 1 < $1) \
                 INSERT INTO stream_key (key_index, key, content) \
                 SELECT $2, substr($3, 32 * i + 1, 16), substr($3, 32 * i + 17, 16) FROM place WHERE true \
                 ON CONFLICT DO NOTHING",
            )
            .bind(stored(keys.len() as u64))
            .bind(index)
            .bind(packed)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("UPDATE key_index SET high_water = $1 WHERE id = $2 AND high_water < $1")
            .bind(stored(sequence))
            .bind(index)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// The last event whose keys are in the index; 0 when it is empty.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn stream_keys_at(&self, workspace: WorkspaceId, stream: &StreamId) -> Result<u64, StoreError> {
        Ok(self.key_index(workspace, stream).await?.map_or(0, |(_, at)| at))
    }

    /// Empties the index of a stream, to be built anew.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn clear_stream_keys(
        &self,
        workspace: WorkspaceId,
        stream: &StreamId,
    ) -> Result<(), StoreError> {
        let mut tx = self.database.begin_write().await?;
        let index = open_index(&mut tx, workspace, stream).await?;
        sqlx::query("DELETE FROM stream_key WHERE key_index = $1").bind(index).execute(&mut *tx).await?;
        sqlx::query("UPDATE key_index SET high_water = 0 WHERE id = $1")
            .bind(index)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn key_index(
        &self,
        workspace: WorkspaceId,
        stream: &StreamId,
    ) -> Result<Option<(i64, u64)>, StoreError> {
        let row = sqlx::query("SELECT id, high_water FROM key_index WHERE workspace = $1 AND stream = $2")
            .bind(workspace.to_string())
            .bind(stream.as_str())
            .fetch_optional(self.database.pool())
            .await?;
        row.map(|row| Ok((row.try_get("id")?, number(&row, "key_index", "high_water")?))).transpose()
    }
}

async fn open_index(
    tx: &mut Transaction<'static, Any>,
    workspace: WorkspaceId,
    stream: &StreamId,
) -> Result<i64, StoreError> {
    sqlx::query(
        "INSERT INTO key_index (workspace, stream, high_water) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
    )
    .bind(workspace.to_string())
    .bind(stream.as_str())
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query("SELECT id FROM key_index WHERE workspace = $1 AND stream = $2")
        .bind(workspace.to_string())
        .bind(stream.as_str())
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get("id")?)
}
