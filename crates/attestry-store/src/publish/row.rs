//! The newest checkpoint, in its row and in its file.

use attestry_domain::id::{Digest, WorkspaceId};
use attestry_domain::time::Instant;
use attestry_ledger::{Checkpoint, SignedCheckpoint, VerifierKey};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::damaged;
use crate::database::{digest, number, stored};
use crate::disk::blocking;
use crate::tiles::TileFolder;
use crate::{Store, StoreError};

/// The newest checkpoint, as the database has it.
pub(super) struct Published {
    pub(super) checkpoint: Checkpoint,
    pub(super) note: String,
}

/// What the row of a checkpoint holds.
pub(crate) struct CheckpointRow {
    pub(crate) size: i64,
    pub(crate) root: Vec<u8>,
    pub(crate) note: String,
}

impl Store {
    /// The newest checkpoint of the database, not older than the published file. The file is read first: it is
    /// written after the row, by whichever server.
    pub(super) async fn newest(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        tiles: &TileFolder,
    ) -> Result<Option<Published>, StoreError> {
        let folder = tiles.clone();
        let file = blocking(move || folder.checkpoint()).await?;
        let row = self.published(workspace).await?;
        if let Some(row) = &row {
            let signed = SignedCheckpoint::parse(row.note.as_bytes());
            signed.and_then(|signed| signed.verify(log)).map_err(|error| damaged(workspace, error))?;
        }
        let Some(file) = file else {
            if row.is_some() {
                tracing::info!(%workspace, "there is no checkpoint file; it is written next");
            }
            return Ok(row);
        };
        let signed = SignedCheckpoint::parse(&file).and_then(|signed| signed.verify(log).map(|_| signed));
        match signed {
            Ok(signed) => refuse_older(workspace, row.as_ref(), signed.checkpoint())?,
            Err(error) => {
                tracing::warn!(%workspace, %error, "the checkpoint file is damaged, it will be kept aside and written anew")
            }
        }
        Ok(row)
    }

    async fn published(&self, workspace: WorkspaceId) -> Result<Option<Published>, StoreError> {
        let row = sqlx::query("SELECT size, root, note FROM checkpoint WHERE workspace = $1");
        let row = row.bind(workspace.to_string()).fetch_optional(self.database.pool()).await?;
        let Some(row) = row else { return Ok(None) };
        let note: String = row.try_get("note")?;
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| damaged(workspace, error))?;
        let checkpoint = signed.checkpoint().clone();
        let (size, root) = (number(&row, "checkpoint", "size")?, digest(&row, "checkpoint", "root")?);
        if checkpoint.size() != size || checkpoint.root().as_bytes() != root.bytes() {
            return Err(damaged(workspace, "size or root of its row differ from the signed note"));
        }
        Ok(Some(Published { checkpoint, note }))
    }

    /// The note of the newest checkpoint as the database has it, unchecked.
    pub(crate) async fn published_note(&self, workspace: WorkspaceId) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT note FROM checkpoint WHERE workspace = $1").bind(workspace.to_string());
        let row = row.fetch_optional(self.database.pool()).await?;
        Ok(row.map(|row| row.try_get("note")).transpose()?)
    }

    /// The row of the newest checkpoint, unchecked, or why it cannot be read.
    pub(crate) async fn published_row(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Option<Result<CheckpointRow, String>>, StoreError> {
        let row = sqlx::query("SELECT size, root, note FROM checkpoint WHERE workspace = $1");
        let row = row.bind(workspace.to_string()).fetch_optional(self.database.pool()).await?;
        let read = |row: &AnyRow| -> Result<CheckpointRow, sqlx::Error> {
            Ok(CheckpointRow {
                size: row.try_get("size")?,
                root: row.try_get("root")?,
                note: row.try_get("note")?,
            })
        };
        Ok(row.map(|row| read(&row).map_err(|error| error.to_string())))
    }

    /// Makes the signed checkpoint the newest, unless another server moved it in the meantime.
    pub(super) async fn advance(
        &self,
        workspace: WorkspaceId,
        old: Option<&Published>,
        signed: &SignedCheckpoint,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let new = signed.checkpoint();
        let sql = match old {
            None => {
                "INSERT INTO checkpoint (size, root, note, signed_at, workspace) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT DO NOTHING"
            }
            Some(_) => {
                "UPDATE checkpoint SET size = $1, root = $2, note = $3, signed_at = $4 \
                 WHERE workspace = $5 AND size = $6 AND root = $7"
            }
        };
        let mut query = sqlx::query(sql)
            .bind(stored(new.size()))
            .bind(new.root().as_bytes().to_vec())
            .bind(signed.to_string())
            .bind(now.micros())
            .bind(workspace.to_string());
        if let Some(old) = old {
            query = query.bind(stored(old.checkpoint.size())).bind(old.checkpoint.root().as_bytes().to_vec());
        }
        let mut tx = self.database.begin_write().await?;
        let moved = query.execute(&mut *tx).await?.rows_affected() == 1;
        tx.commit().await?;
        Ok(moved)
    }

    pub(super) async fn refuse_fork(
        &self,
        workspace: WorkspaceId,
        size: u64,
        root: attestry_ledger::Digest,
    ) -> Result<(), StoreError> {
        let Some(row) = self.published(workspace).await? else { return Ok(()) };
        if row.checkpoint.size() == size { refuse_root(workspace, &row.checkpoint, root) } else { Ok(()) }
    }
}

fn refuse_older(
    workspace: WorkspaceId,
    row: Option<&Published>,
    file: &Checkpoint,
) -> Result<(), StoreError> {
    let size = row.map_or(0, |row| row.checkpoint.size());
    if file.size() > size {
        let here = format!("a checkpoint over {size} events");
        return Err(StoreError::RolledBack { workspace, here, published: file.size() });
    }
    match row {
        Some(row) if file.size() == size => refuse_root(workspace, file, row.checkpoint.root()),
        _ => Ok(()),
    }
}

fn refuse_root(
    workspace: WorkspaceId,
    signed: &Checkpoint,
    computed: attestry_ledger::Digest,
) -> Result<(), StoreError> {
    if signed.root() == computed {
        return Ok(());
    }
    let [signed_root, computed] = [signed.root(), computed].map(|root| Digest::new(*root.as_bytes()));
    Err(StoreError::Forked { workspace, size: signed.size(), signed: signed_root, computed })
}
