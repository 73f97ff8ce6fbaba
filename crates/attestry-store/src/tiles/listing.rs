//! What lies in the folder of a log.

use std::path::Path;

use attestry_ledger::TilePath;

use super::{KEPT, TileFolder};
use crate::StoreError;
use crate::disk::{self, UNFINISHED};

/// The files of a log, but for its checkpoint.
#[derive(Default)]
pub(crate) struct Listing {
    /// The tiles, full and partial.
    pub(crate) tiles: Vec<TilePath>,
    /// What was kept of files that lay in the place of the checkpoint, from the store's root.
    pub(crate) kept: Vec<String>,
    /// What has no business there, from the log's folder.
    pub(crate) strays: Vec<String>,
}

impl TileFolder {
    /// Lists the folder, to be called while no publication is under way.
    pub(crate) fn list(&self) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        self.list_below(&self.folder, &mut listing)?;
        Ok(listing)
    }

    fn list_below(&self, folder: &Path, listing: &mut Listing) -> Result<(), StoreError> {
        for path in disk::children(folder)? {
            // A link is a file here, wherever it leads.
            if path.symlink_metadata().is_ok_and(|entry| entry.is_dir()) {
                self.list_below(&path, listing)?;
                continue;
            }
            let name = path.strip_prefix(&self.folder).unwrap_or(&path).to_string_lossy().into_owned();
            if name.starts_with(KEPT) {
                listing.kept.push(self.below_root(&path));
            } else if let Ok(tile) = name.parse() {
                listing.tiles.push(tile);
            } else if !is_own(&name) {
                listing.strays.push(name);
            }
        }
        Ok(())
    }

    fn below_root(&self, path: &Path) -> String {
        let root = self.folder.parent().and_then(Path::parent);
        let below = root.and_then(|root| path.strip_prefix(root).ok());
        below.unwrap_or(path).to_string_lossy().into_owned()
    }
}

/// A crash may leave a file that was never finished; the next start without another program removes it.
fn is_own(name: &str) -> bool {
    matches!(name, "checkpoint" | ".lock") || (name.starts_with(UNFINISHED) && !name.contains('/'))
}
