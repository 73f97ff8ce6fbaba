//! Publication: from events to tiles to a signed checkpoint. Start-up calls the same function as every write.

mod row;

use std::fmt;
use std::ops::ControlFlow;

use attestry_domain::id::WorkspaceId;
use attestry_domain::time::Instant;
use attestry_ledger::{Checkpoint, SignedCheckpoint, SignerKey, VerifierKey, merkle};

use crate::disk::blocking;
use crate::tiles::TileFolder;
use crate::{Store, StoreError};
pub(crate) use row::CheckpointRow;
use row::Published;

/// Events that enter one checkpoint at most; a longer backlog takes several.
const EVENTS_PER_CHECKPOINT: u32 = 16_384;

/// A point in a publication up to which everything is durable; a crash after it must lose and fork nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// One tile has its bytes, its name perhaps not yet.
    Tile,
    /// All tiles are durable, names too.
    Tiles,
    /// The checkpoint is signed, and the database names it as the newest.
    Row,
    /// The checkpoint file is written.
    File,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tile => "a tile",
            Self::Tiles => "the tiles",
            Self::Row => "the checkpoint row",
            Self::File => "the checkpoint file",
        })
    }
}

impl Store {
    /// Brings all events under a signed checkpoint and returns it; `None` while there are no events. Does nothing
    /// when the newest checkpoint covers them already.
    ///
    /// # Errors
    /// [`StoreError::RolledBack`] and [`StoreError::Forked`] if the store is not the one that was last signed:
    /// these must stop the program. [`StoreError::NotDurable`] likewise. After a transient error call it again.
    pub async fn publish(
        &self,
        workspace: WorkspaceId,
        signer: &SignerKey,
        now: Instant,
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        self.publish_stepwise(workspace, signer, now, &mut |_| ControlFlow::Continue(())).await
    }

    /// As [`Store::publish`], telling `step` each point that was reached; it may stop the publication there.
    ///
    /// # Errors
    /// As [`Store::publish`], and [`StoreError::Stopped`].
    pub async fn publish_stepwise(
        &self,
        workspace: WorkspaceId,
        signer: &SignerKey,
        now: Instant,
        step: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send),
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let origin = self.origin(workspace).await?;
        if origin != signer.name() {
            return Err(StoreError::OtherLog { key: signer.name().to_owned(), origin });
        }
        let log = signer.verifier();
        let tiles = self.tiles(workspace);
        let tiles = blocking(move || tiles.locked()).await?;
        loop {
            let published = self.newest(workspace, &log, &tiles).await?;
            let size = published.as_ref().map_or(0, |published| published.checkpoint.size());
            let head = self.head(workspace).await?;
            if head < size {
                return Err(StoreError::RolledBack {
                    workspace,
                    here: format!("{head} events"),
                    published: size,
                });
            }
            if head == size {
                return self.finish(workspace, &log, &tiles, published, step).await;
            }
            let checkpoint = self.extend(workspace, &tiles, published.as_ref(), &origin, step).await?;
            let root = checkpoint.root();
            let signed = checkpoint.sign(signer).map_err(|error| damaged(workspace, error))?;
            if self.advance(workspace, published.as_ref(), &signed, now).await? {
                reached(Step::Row, step)?;
            } else {
                self.refuse_fork(workspace, signed.checkpoint().size(), root).await?;
            }
        }
    }

    /// Writes the tiles of the next events and returns the checkpoint to sign.
    async fn extend(
        &self,
        workspace: WorkspaceId,
        tiles: &TileFolder,
        published: Option<&Published>,
        origin: &str,
        step: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send),
    ) -> Result<Checkpoint, StoreError> {
        let old = published.map(|published| published.checkpoint.clone());
        let size = old.as_ref().map_or(0, Checkpoint::size);
        let leaves = self.leaves(workspace, size).await?;
        let folder = tiles.clone();
        let appended = blocking(move || append(workspace, &folder, old.as_ref(), &leaves)).await?;
        let (checkpoint, mut names) =
            (Checkpoint::new(origin, appended.size, appended.root), Vec::with_capacity(appended.tiles.len()));
        for (tile, bytes) in appended.tiles {
            names.push(tile);
            let folder = tiles.clone();
            blocking(move || folder.write(&tile, &bytes)).await?;
            reached(Step::Tile, step)?;
        }
        let folder = tiles.clone();
        blocking(move || folder.sync(&names)).await?;
        reached(Step::Tiles, step)?;
        checkpoint.map_err(|error| damaged(workspace, error))
    }

    /// The leaves after the first `size`, each compared with the hash that was stored when it was appended.
    async fn leaves(&self, workspace: WorkspaceId, size: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let name = workspace.to_string();
        let rows = self.leaves_after(workspace, size, EVENTS_PER_CHECKPOINT).await?;
        let mut leaves = Vec::with_capacity(rows.len());
        for row in rows {
            let changed = |reason: String| StoreError::EventDamaged { sequence: row.sequence, reason };
            leaves.push(row.checked(&name).map_err(changed)?.leaf_bytes());
        }
        if leaves.is_empty() {
            return Err(StoreError::EventDamaged { sequence: size + 1, reason: "it is missing".to_owned() });
        }
        Ok(leaves)
    }

    /// Brings the checkpoint file up to its row. What lay in its place and was not published by this log is kept: it
    /// is evidence of whoever changed it.
    async fn finish(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        tiles: &TileFolder,
        published: Option<Published>,
        step: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send),
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let Some(Published { note, checkpoint }) = published else { return Ok(None) };
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| damaged(workspace, error))?;
        let (folder, log) = (tiles.clone(), log.clone());
        let written = blocking(move || {
            let file = folder.checkpoint()?;
            if file.as_deref() == Some(note.as_bytes()) {
                return Ok(false);
            }
            let old = file.as_deref().map_or(Some(0), |file| older(file, &log, &checkpoint));
            if let (None, Some(file)) = (old, &file) {
                folder.keep_checkpoint(file)?;
            }
            folder.write_checkpoint(&note)?;
            folder.drop_covered(old.unwrap_or(0), checkpoint.size());
            Ok(true)
        });
        if written.await? {
            reached(Step::File, step)?;
        }
        Ok(Some(signed))
    }
}

/// The size of an older checkpoint that this log signed, or of the newest with other cosignatures; `None` if the file is
/// anything else.
fn older(file: &[u8], log: &VerifierKey, newest: &Checkpoint) -> Option<u64> {
    let signed = SignedCheckpoint::parse(file).ok()?;
    signed.verify(log).ok()?;
    let found = signed.checkpoint();
    (found.size() < newest.size() || found == newest).then(|| found.size())
}

fn append(
    workspace: WorkspaceId,
    tiles: &TileFolder,
    old: Option<&Checkpoint>,
    leaves: &[Vec<u8>],
) -> Result<merkle::Appended, StoreError> {
    let unfit = |reason: String| StoreError::TilesDamaged { workspace, reason };
    let size = old.map_or(0, Checkpoint::size);
    if let Some(old) = old {
        let root = merkle::root(tiles, size).map_err(|error| unfit(error.to_string()))?;
        if root != old.root() {
            return Err(unfit(format!("they give root {root} at {size} events, {} was signed", old.root())));
        }
    }
    merkle::append(tiles, size, leaves).map_err(|error| unfit(error.to_string()))
}

fn reached(point: Step, step: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send)) -> Result<(), StoreError> {
    if step(point).is_break() { Err(StoreError::Stopped(point)) } else { Ok(()) }
}

fn damaged(workspace: WorkspaceId, reason: impl fmt::Display) -> StoreError {
    StoreError::CheckpointDamaged { workspace, reason: reason.to_string() }
}
