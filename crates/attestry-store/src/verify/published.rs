//! What was published, as verification begins: the checkpoint in its file and in its row, and the files of the log.

use attestry_domain::id::WorkspaceId;
use attestry_ledger::verify::Fault;
use attestry_ledger::{Checkpoint, SignedCheckpoint, TilePath, VerifierKey};

use crate::disk::blocking;
use crate::publish::CheckpointRow;
use crate::tiles::Listing;
use crate::{Store, StoreError};

/// What the verifier begins with.
pub(super) struct Published {
    /// The published checkpoint: its file, or its row where there is no file.
    pub(super) checkpoint: Option<Vec<u8>>,
    /// The checkpoint of the row, whose tree the events must contain too.
    pub(super) earlier: Vec<Checkpoint>,
    /// The tiles that lie in the folder.
    pub(super) tiles: Vec<TilePath>,
}

impl Store {
    /// Looks while no publication is under way, so that file and row agree and every tile is one of stored events.
    pub(super) async fn look(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        beside: &mut Vec<Fault>,
    ) -> Result<Published, StoreError> {
        let tiles = self.tiles(workspace);
        let tiles = blocking(move || tiles.locked()).await?;
        let folder = tiles.clone();
        let (file, listing) = blocking(move || Ok((folder.checkpoint()?, folder.list()?))).await?;
        let row = self.published_row(workspace).await?;
        drop(tiles);
        if file.is_none() && row.is_some() {
            beside.push(Fault::CheckpointGone);
        }
        let row = match row {
            Some(Ok(row)) => Some(row),
            Some(Err(reason)) => {
                beside.push(Fault::CheckpointUnreadable { reason: format!("its row: {reason}") });
                None
            }
            None => None,
        };
        let earlier = row.as_ref().and_then(|row| read(row, log, beside));
        let Listing { tiles, kept, strays } = listing;
        beside.extend(kept.into_iter().map(|file| Fault::CheckpointKept { file }));
        beside.extend(strays.into_iter().map(|file| Fault::StrayFile { file }));
        Ok(Published {
            checkpoint: file.or(row.map(|row| row.note.into_bytes())),
            earlier: earlier.into_iter().collect(),
            tiles,
        })
    }
}

/// The checkpoint in the database, which must be signed too, and the columns beside it, which repeat it.
fn read(row: &CheckpointRow, log: &VerifierKey, beside: &mut Vec<Fault>) -> Option<Checkpoint> {
    let signed = match SignedCheckpoint::parse(row.note.as_bytes()) {
        Ok(signed) => signed,
        Err(error) => {
            beside.push(Fault::CheckpointUnreadable { reason: format!("its row: {error}") });
            return None;
        }
    };
    if let Err(error) = signed.verify(log) {
        let (name, reason) = (log.name().to_owned(), format!("its row: {error}"));
        beside.push(Fault::CheckpointSignature { name, reason });
    }
    let checkpoint = signed.checkpoint();
    if u64::try_from(row.size) != Ok(checkpoint.size()) {
        beside.push(Fault::CheckpointRow { column: "size" });
    }
    if row.root != checkpoint.root().as_bytes() {
        beside.push(Fault::CheckpointRow { column: "root" });
    }
    Some(checkpoint.clone())
}
