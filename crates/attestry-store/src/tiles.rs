//! The tiles and the checkpoint of a workspace's log, as files in the layout of C2SP tlog-tiles.

mod listing;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attestry_domain::id::WorkspaceId;
use attestry_ledger::merkle::TileSource;
use attestry_ledger::{Digest, TILE_WIDTH, TileKind, TilePath};

use crate::disk::{self, Disk};
use crate::{Store, StoreError};

pub(crate) use listing::Listing;

/// What the names of files begin with that lay in the place of the checkpoint and are none.
const KEPT: &str = "checkpoint.damaged-";

/// The folder of one log.
#[derive(Clone)]
pub(crate) struct TileFolder {
    disk: Arc<Disk>,
    folder: PathBuf,
    _lock: Option<Arc<File>>,
}

impl Store {
    pub(crate) fn tiles(&self, workspace: WorkspaceId) -> TileFolder {
        TileFolder { disk: Arc::clone(&self.disk), folder: self.tiles_path(workspace), _lock: None }
    }

    /// The folder with the checkpoint and the tiles of a workspace's log, to be served or copied as it is.
    pub fn tiles_path(&self, workspace: WorkspaceId) -> PathBuf {
        self.disk.folder("tiles").join(workspace.to_string())
    }
}

impl TileFolder {
    /// Waits until no other publication of this log runs on this machine. Others are kept out until this and all its
    /// clones are dropped, so also while an abandoned write is still under way.
    pub(crate) fn locked(self) -> Result<Self, StoreError> {
        self.disk.make_folder(&self.folder)?;
        let path = self.folder.join(".lock");
        let file = disk::open_lock(&path)?;
        file.lock().map_err(StoreError::file("lock", &path))?;
        Ok(Self { _lock: Some(Arc::new(file)), ..self })
    }

    pub(crate) fn path(&self, tile: &TilePath) -> PathBuf {
        self.folder.join(tile.to_string())
    }

    pub(crate) fn write(&self, tile: &TilePath, bytes: &[u8]) -> Result<(), StoreError> {
        self.disk.write(&self.folder, &self.path(tile), bytes)
    }

    /// Makes the names of written tiles durable.
    pub(crate) fn sync(&self, tiles: &[TilePath]) -> Result<(), StoreError> {
        let paths: Vec<PathBuf> = tiles.iter().map(|tile| self.path(tile)).collect();
        self.disk.sync_folders(paths.iter().map(PathBuf::as_path))
    }

    pub(crate) fn checkpoint(&self) -> Result<Option<Vec<u8>>, StoreError> {
        disk::read(&self.checkpoint_path())
    }

    pub(crate) fn write_checkpoint(&self, note: &str) -> Result<(), StoreError> {
        let path = self.checkpoint_path();
        self.disk.write(&self.folder, &path, note.as_bytes())?;
        self.disk.sync_folders([path.as_path()])
    }

    /// Keeps the file that lies in the place of the checkpoint, as evidence: the file itself with its owner and times,
    /// under a further name. The same bytes are kept once.
    pub(crate) fn keep_checkpoint(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let name = format!("{KEPT}{}", Digest::of(bytes));
        let mut kept = self.folder.join(&name);
        let mut serial = 1u64;
        while let Some(other) = disk::read(&kept)? {
            if other == bytes {
                break;
            }
            serial += 1;
            kept = self.folder.join(format!("{name}-{serial}"));
        }
        self.disk.keep(&self.checkpoint_path(), &kept)?;
        self.disk.sync_folders([kept.as_path()])?;
        let kept = kept.display();
        tracing::error!(%kept, "another file lay in the place of the checkpoint; it is kept as evidence");
        Ok(())
    }

    fn checkpoint_path(&self) -> PathBuf {
        self.folder.join("checkpoint")
    }

    /// Drops the partial forms of the tiles that became full while the tree grew from `old` to `new` leaves; readers of
    /// older checkpoints take the full form.
    pub(crate) fn drop_covered(&self, old: u64, new: u64) {
        for level in 0..8u8 {
            let [old, new] = [old, new].map(|size| (size >> (8 * u32::from(level))) / TILE_WIDTH);
            for index in old..new {
                self.drop_partial(TileKind::Hashes { level }, index);
                if level == 0 {
                    self.drop_partial(TileKind::Entries, index);
                }
            }
        }
    }

    fn drop_partial(&self, kind: TileKind, index: u64) {
        let Ok(tile) = TilePath::new(kind, index, TILE_WIDTH) else { return };
        let mut partial = self.path(&tile).into_os_string();
        partial.push(".p");
        remove_folder(Path::new(&partial));
    }
}

/// What is left behind takes only space.
fn remove_folder(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "partial tiles could not be dropped");
    }
}

impl TileSource for TileFolder {
    type Error = StoreError;

    fn read(&self, path: &TilePath) -> Result<Option<Vec<u8>>, StoreError> {
        disk::read(&self.path(path))
    }
}
