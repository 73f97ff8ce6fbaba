//! The ledger, to look at.

use std::path::{Path, PathBuf};

use attestry_domain::event::Event;
use attestry_domain::id::Digest;
use attestry_ledger::TilePath;
use attestry_ledger::merkle::{self, TileSource};

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

    /// The root of the tree over the first `size` events, from the published tiles: the same for ever.
    ///
    /// # Errors
    /// When so many events are not published, or a tile is missing.
    pub async fn root_at(&self, size: u64) -> Result<Digest, AppError> {
        let tiles = self.tiles();
        let read = move || {
            merkle::root(&tiles, size).map_err(|error| AppError::Catalog(format!("the tiles: {error}")))
        };
        let root = tokio::task::spawn_blocking(read).await.map_err(|_| AppError::Stopping)??;
        Ok(Digest::new(*root.as_bytes()))
    }
}

impl Workspace {
    /// The published tiles.
    pub(crate) fn tiles(&self) -> Tiles {
        Tiles(self.app().store.tiles_path(self.id()))
    }
}

/// Published tiles in their folder.
pub(crate) struct Tiles(PathBuf);

impl TileSource for Tiles {
    type Error = std::io::Error;

    fn read(&self, tile: &TilePath) -> Result<Option<Vec<u8>>, Self::Error> {
        match std::fs::read(self.0.join(tile.to_string())) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => wider(&self.0, tile),
            read => read.map(Some),
        }
    }
}

/// The beginning of a wider partial tile: older widths are dropped as the tree grows.
fn wider(folder: &Path, tile: &TilePath) -> Result<Option<Vec<u8>>, std::io::Error> {
    if !tile.is_partial() {
        return Ok(None);
    }
    let partials = folder.join(format!("{}.p", tile.full()));
    let Ok(names) = std::fs::read_dir(partials) else { return Ok(None) };
    let width = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u64>().ok();
    let paths = names.filter_map(|name| Some(name.ok()?.path()));
    let Some(path) = paths.filter(|path| width(path).is_some_and(|width| width > tile.width())).min() else {
        return Ok(None);
    };
    let hashes = usize::try_from(tile.width() * 32).unwrap_or(usize::MAX);
    let mut bytes = std::fs::read(path)?;
    bytes.truncate(hashes);
    Ok(Some(bytes))
}
