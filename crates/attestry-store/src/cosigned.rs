//! Checkpoints that witnesses cosigned: the newest in its own place, each also under its size, to be handed on later.

use std::path::PathBuf;
use std::sync::Arc;

use attestry_domain::id::WorkspaceId;
use attestry_ledger::note::NoteSignature;
use attestry_ledger::{CheckpointError, SignedCheckpoint, VerifierKey};

use crate::database::stored;
use crate::disk::{self, blocking};
use crate::{Store, StoreError};

impl Store {
    /// Adds a witness's cosignature to a checkpoint that this log signed, and keeps it. While that is the newest one, it
    /// is published with it. Returns the checkpoint with all that is known to be signed.
    ///
    /// # Errors
    /// If the log did not sign the checkpoint, the cosignature is not the witness's, or it cannot be written.
    pub async fn add_cosignature(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        checkpoint: &SignedCheckpoint,
        signature: NoteSignature,
        witness: &VerifierKey,
    ) -> Result<SignedCheckpoint, StoreError> {
        let damaged =
            |error: CheckpointError| StoreError::CheckpointDamaged { workspace, reason: error.to_string() };
        checkpoint.verify(log).map_err(damaged)?;
        let tiles = self.tiles(workspace);
        // No publication may run between reading the newest and replacing it.
        let tiles = blocking(move || tiles.locked()).await?;
        let head = checkpoint.checkpoint();
        let same = |other: &SignedCheckpoint| other.checkpoint() == head;
        let newest = self.lookup_checkpoint(workspace).await?.filter(same);
        let kept = self.list_cosigned(workspace).await?.into_iter().find(same);
        let mut whole = newest.clone().or(kept).unwrap_or_else(|| checkpoint.clone());
        if !whole.note().signatures().contains(&signature) {
            whole.add_cosignature(signature, witness).map_err(damaged)?;
        }
        let (disk, folder) = (Arc::clone(&self.disk), self.cosigned_path(workspace));
        let (note, size) = (whole.to_string(), head.size());
        let bytes = note.clone();
        blocking(move || {
            disk.make_folder(&folder)?;
            let path = folder.join(format!("{size:020}"));
            disk.write(&folder, &path, bytes.as_bytes())?;
            disk.sync_folders([path.as_path()])
        })
        .await?;
        if newest.is_some() {
            sqlx::query("UPDATE checkpoint SET note = $1 WHERE workspace = $2 AND size = $3")
                .bind(note.as_str())
                .bind(workspace.to_string())
                .bind(stored(size))
                .execute(self.database.pool())
                .await?;
            blocking(move || tiles.write_checkpoint(&note)).await?;
        }
        Ok(whole)
    }

    /// The checkpoints that were cosigned, smallest first.
    ///
    /// # Errors
    /// If one cannot be read.
    pub async fn list_cosigned(&self, workspace: WorkspaceId) -> Result<Vec<SignedCheckpoint>, StoreError> {
        let folder = self.cosigned_path(workspace);
        blocking(move || {
            if !folder.is_dir() {
                return Ok(Vec::new());
            }
            let mut found = Vec::new();
            for path in disk::children(&folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if name.len() != 20 || !name.bytes().all(|byte| byte.is_ascii_digit()) {
                    continue;
                }
                let bytes = disk::read(&path)?.unwrap_or_default();
                let damaged = |error: CheckpointError| StoreError::CheckpointDamaged {
                    workspace,
                    reason: format!("{}: {error}", path.display()),
                };
                found.push(SignedCheckpoint::parse(&bytes).map_err(damaged)?);
            }
            found.sort_by_key(|one| one.checkpoint().size());
            Ok(found)
        })
        .await
    }

    fn cosigned_path(&self, workspace: WorkspaceId) -> PathBuf {
        self.disk.folder("checkpoints").join(workspace.to_string())
    }
}
