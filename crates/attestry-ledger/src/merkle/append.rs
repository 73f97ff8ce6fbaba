//! Appending: the tiles that must be written when leaves are added.

use super::edge::Edge;
use super::read::{ReadError, TileSource, read_entries, read_hashes, tile_hashes_path};
use super::{empty_root, leaf_hash};
use crate::tile::{TILE_WIDTH, TileKind, TilePath};
use crate::{Digest, MAX_LEAF_BYTES};

/// The outcome of an append: write every tile durably, then sign a checkpoint of `size` and `root`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Leaves in the tree afterwards.
    pub size: u64,
    /// The root of the tree afterwards.
    pub root: Digest,
    /// The tiles that are new or wider than before, with their bytes; older tiles stay as they are.
    pub tiles: Vec<(TilePath, Vec<u8>)>,
}

/// Why leaves could not be appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError<E> {
    /// A tile of the old tree could not be had.
    #[error(transparent)]
    Read(#[from] ReadError<E>),
    /// A leaf is longer than an entry bundle can hold.
    #[error("leaf {position} has {bytes} bytes: an entry bundle holds leaves up to 65535 bytes")]
    LeafTooLong {
        /// The position of the leaf in the tree, from 0.
        position: u64,
        /// Its length in bytes.
        bytes: usize,
    },
}

/// The tiles of the old tree that [`append`] will read: the partial ones.
pub fn tiles_for_append(old_size: u64) -> Vec<TilePath> {
    let entries = partial_path(TileKind::Entries, old_size);
    entries.into_iter().chain(partial_levels(old_size).filter_map(|(_, path)| path)).collect()
}

/// Appends `leaves` (their bytes, in order) to a tree of `old_size` leaves.
///
/// # Errors
/// If a partial tile of the old tree is missing or unfit, or a leaf is longer than 65,535 bytes.
pub fn append<S: TileSource, L: AsRef<[u8]>>(
    source: &S,
    old_size: u64,
    leaves: &[L],
) -> Result<Appended, AppendError<S::Error>> {
    let mut writer = Writer::open(source, old_size)?;
    for leaf in leaves {
        writer.push(leaf.as_ref())?;
    }
    Ok(writer.finish(old_size))
}

struct Writer {
    edge: Edge<Digest>,
    bundle: Vec<u8>,
    tiles: Vec<(TilePath, Vec<u8>)>,
}

impl Writer {
    fn open<S: TileSource>(source: &S, old_size: u64) -> Result<Self, ReadError<S::Error>> {
        let mut levels = Vec::new();
        for (_, path) in partial_levels(old_size) {
            levels.push(path.map_or_else(|| Ok(Vec::new()), |path| read_hashes(source, &path))?);
        }
        let bundle = partial_path(TileKind::Entries, old_size)
            .map_or_else(|| Ok(Vec::new()), |path| read_entries(source, &path))?;
        Ok(Self { edge: Edge::resume(old_size, levels), bundle, tiles: Vec::new() })
    }

    fn push<E>(&mut self, leaf: &[u8]) -> Result<(), AppendError<E>> {
        let position = self.edge.size();
        let too_long = AppendError::LeafTooLong { position, bytes: leaf.len() };
        let length = u16::try_from(leaf.len()).map_err(|_| too_long)?;
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(leaf);
        if let Some(path) = full_path(TileKind::Entries, position) {
            self.tiles.push((path, std::mem::take(&mut self.bundle)));
        }
        let tiles = &mut self.tiles;
        self.edge.push(leaf_hash(leaf), |level, index, hashes| {
            if let Ok(path) = TilePath::new(TileKind::Hashes { level }, index, TILE_WIDTH) {
                tiles.push((path, concat(hashes)));
            }
        });
        Ok(())
    }

    fn finish(mut self, old_size: u64) -> Appended {
        let size = self.edge.size();
        if size > old_size
            && let Some(path) = partial_path(TileKind::Entries, size)
        {
            self.tiles.push((path, self.bundle));
        }
        for ((level, path), hashes) in partial_levels(size).zip(self.edge.levels()) {
            let grown = size_at(size, level) > size_at(old_size, level);
            if let Some(path) = path.filter(|_| grown) {
                self.tiles.push((path, concat(hashes)));
            }
        }
        let root = self.edge.root().unwrap_or_else(empty_root);
        Appended { size, root, tiles: self.tiles }
    }
}

/// The partial tile of each level of a tree of `size`, or none where the level has only full tiles.
pub(crate) fn partial_levels(size: u64) -> impl Iterator<Item = (u8, Option<TilePath>)> {
    (0u8..8).take_while(move |level| size_at(size, *level) > 0).map(move |level| {
        (level, tile_hashes_path(level, size_at(size, level) / TILE_WIDTH, size).filter(TilePath::is_partial))
    })
}

/// Hashes at a tile level of a tree of `size` leaves.
pub(crate) fn size_at(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// The partial entry bundle of a tree of `size`, if its last bundle is not full.
pub(crate) fn partial_path(kind: TileKind, size: u64) -> Option<TilePath> {
    TilePath::new(kind, size / TILE_WIDTH, size % TILE_WIDTH).ok()
}

fn full_path(kind: TileKind, position: u64) -> Option<TilePath> {
    let last = position % TILE_WIDTH == TILE_WIDTH - 1;
    last.then(|| TilePath::new(kind, position / TILE_WIDTH, TILE_WIDTH).ok())?
}

fn concat(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The bytes of an entry bundle with these entries, or `None` if one is longer than 65,535 bytes.
pub fn encode_entries<L: AsRef<[u8]>>(entries: &[L]) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    for entry in entries {
        bundle.extend_from_slice(&u16::try_from(entry.as_ref().len()).ok()?.to_be_bytes());
        bundle.extend_from_slice(entry.as_ref());
    }
    Some(bundle)
}

/// The entries of a bundle, or `None` if its lengths do not add up.
pub fn decode_entries(bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = after;
    }
    Some(entries)
}

const _: () = assert!(MAX_LEAF_BYTES == u16::MAX as usize, "a leaf must fit an entry bundle");
