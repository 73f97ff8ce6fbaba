//! Reading a tree from its tiles: roots and proofs.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use super::append::{decode_entries, encode_entries, size_at};
use super::edge::fold;
use super::{ProofError, empty_root};
use crate::Digest;
use crate::tile::{TILE_WIDTH, TileKind, TilePath};

/// Where tiles are read from. A map of tiles is a source: an asynchronous store fetches what the
/// `tiles_for_…` functions name into one and calls the pure functions with it.
pub trait TileSource {
    /// What can go wrong while reading.
    type Error;

    /// The bytes of the tile, or `None` if there is no such tile.
    ///
    /// # Errors
    /// If it cannot be told whether the tile exists, or its bytes cannot be read.
    fn read(&self, path: &TilePath) -> Result<Option<Vec<u8>>, Self::Error>;
}

impl TileSource for BTreeMap<TilePath, Vec<u8>> {
    type Error = Infallible;

    fn read(&self, path: &TilePath) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.get(path).cloned())
    }
}

impl<S: TileSource + ?Sized> TileSource for &S {
    type Error = S::Error;

    fn read(&self, path: &TilePath) -> Result<Option<Vec<u8>>, S::Error> {
        (**self).read(path)
    }
}

/// Why hashes could not be had from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// The source failed.
    #[error("{path} could not be read")]
    Source {
        /// The tile.
        path: TilePath,
        /// Why.
        #[source]
        source: E,
    },
    /// Neither the tile nor its full form exists.
    #[error("{0} is missing")]
    Missing(TilePath),
    /// The tile has fewer hashes or entries than its path says.
    #[error("{0} is not a tile of its width")]
    Malformed(TilePath),
    /// The positions asked for do not lie in the tree.
    #[error(transparent)]
    Range(#[from] ProofError),
}

/// The root of the tree of `size` leaves.
///
/// # Errors
/// If a tile is missing, malformed or unreadable.
pub fn root<S: TileSource>(source: &S, size: u64) -> Result<Digest, ReadError<S::Error>> {
    if size == 0 { Ok(empty_root()) } else { range_hash(source, (0, size), size) }
}

/// The proof that the leaf at `position` (from 0) is in the tree of `size` leaves.
///
/// # Errors
/// If the position is outside, or a tile is missing, malformed or unreadable.
pub fn inclusion_proof<S: TileSource>(
    source: &S,
    position: u64,
    size: u64,
) -> Result<Vec<Digest>, ReadError<S::Error>> {
    let ranges = inclusion_ranges(position, size)?;
    ranges.into_iter().map(|range| range_hash(source, range, size)).collect()
}

/// The proof that the tree of `old_size` leaves is a prefix of the tree of `size` leaves.
///
/// # Errors
/// If the old tree is empty or larger, or a tile is missing, malformed or unreadable.
pub fn consistency_proof<S: TileSource>(
    source: &S,
    old_size: u64,
    size: u64,
) -> Result<Vec<Digest>, ReadError<S::Error>> {
    let ranges = consistency_ranges(old_size, size)?;
    ranges.into_iter().map(|range| range_hash(source, range, size)).collect()
}

/// The tiles that [`root`] will read.
pub fn tiles_for_root(size: u64) -> Vec<TilePath> {
    tiles_of(&[(0, size)], size)
}

/// The tiles that [`inclusion_proof`] will read.
///
/// # Errors
/// If the position is outside the tree.
pub fn tiles_for_inclusion(position: u64, size: u64) -> Result<Vec<TilePath>, ProofError> {
    Ok(tiles_of(&inclusion_ranges(position, size)?, size))
}

/// The tiles that [`consistency_proof`] will read.
///
/// # Errors
/// If the old tree is empty or larger.
pub fn tiles_for_consistency(old_size: u64, size: u64) -> Result<Vec<TilePath>, ProofError> {
    Ok(tiles_of(&consistency_ranges(old_size, size)?, size))
}

/// Leaves from the first to before the second position.
type Range = (u64, u64);

/// The siblings on the way from a leaf to the root, lowest first (RFC 6962 §2.1.1).
fn inclusion_ranges(position: u64, size: u64) -> Result<Vec<Range>, ProofError> {
    if position >= size {
        return Err(ProofError::Outside { position, size });
    }
    let (mut low, mut high, mut ranges) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if position < middle {
            ranges.push((middle, high));
            high = middle;
        } else {
            ranges.push((low, middle));
            low = middle;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

/// The subtrees that connect two tree sizes, lowest first (RFC 6962 §2.1.2).
fn consistency_ranges(old_size: u64, size: u64) -> Result<Vec<Range>, ProofError> {
    if old_size == 0 || old_size > size {
        return Err(ProofError::Sizes { old_size, size });
    }
    let (mut low, mut high, mut ranges) = (0, size, Vec::new());
    while old_size != high {
        let middle = low + split(high - low);
        if old_size <= middle {
            ranges.push((middle, high));
            high = middle;
        } else {
            ranges.push((low, middle));
            low = middle;
        }
    }
    if low > 0 {
        ranges.push((low, high));
    }
    ranges.reverse();
    Ok(ranges)
}

/// The largest power of two below `count`, which is 2 or more.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The perfect subtrees that a range consists of, left to right: (height, index at that height).
fn perfect_subtrees((low, high): Range) -> impl Iterator<Item = (u32, u64)> {
    let mut low = low;
    std::iter::from_fn(move || {
        if low >= high {
            return None;
        }
        // A range that starts in the tree at a multiple of its greatest perfect subtree splits by size alone.
        let height = (high - low).ilog2().min(if low == 0 { 63 } else { low.trailing_zeros() });
        let index = low >> height;
        low += 1 << height;
        Some((height, index))
    })
}

/// The tile that holds a perfect subtree, the place of its first hash there, and how many.
fn place((height, index): (u32, u64), size: u64) -> Option<(TilePath, usize, usize)> {
    let level = u8::try_from(height / 8).ok()?;
    let count = 1usize << (height % 8);
    let first = index << (height % 8);
    let path = tile_hashes_path(level, first / TILE_WIDTH, size)?;
    Some((path, usize::try_from(first % TILE_WIDTH).ok()?, count))
}

/// The hash tile at a level and index of the tree of `size` leaves, as wide as that tree makes it.
pub(crate) fn tile_hashes_path(level: u8, index: u64, size: u64) -> Option<TilePath> {
    let before = index.checked_mul(TILE_WIDTH)?;
    let width = size_at(size, level).checked_sub(before)?.min(TILE_WIDTH);
    TilePath::new(TileKind::Hashes { level }, index, width).ok()
}

fn tiles_of(ranges: &[Range], size: u64) -> Vec<TilePath> {
    let places = ranges.iter().flat_map(|range| perfect_subtrees(*range));
    let paths: BTreeSet<TilePath> =
        places.filter_map(|node| place(node, size)).map(|(path, _, _)| path).collect();
    paths.into_iter().collect()
}

fn range_hash<S: TileSource>(source: &S, range: Range, size: u64) -> Result<Digest, ReadError<S::Error>> {
    let outside = ProofError::Outside { position: range.1, size };
    let mut roots = Vec::new();
    for node in perfect_subtrees(range) {
        let (path, first, count) = place(node, size).ok_or(outside.clone())?;
        let hashes = read_hashes(source, &path)?;
        let inside = hashes.get(first..first + count).and_then(|hashes| fold(hashes, None));
        roots.push(inside.ok_or(ReadError::Malformed(path))?);
    }
    let joined = roots.into_iter().rev().reduce(|right, left| super::node_hash(&left, &right));
    joined.ok_or(ReadError::Range(outside))
}

/// The hashes of a tile. A partial tile may have been dropped once the full one exists.
pub(crate) fn read_hashes<S: TileSource>(
    source: &S,
    path: &TilePath,
) -> Result<Vec<Digest>, ReadError<S::Error>> {
    let bytes = read_or_full(source, path)?;
    let hashes: Vec<Digest> = bytes
        .as_chunks::<32>()
        .0
        .iter()
        .take(path.width() as usize)
        .map(|h| Digest::from_bytes(*h))
        .collect();
    let complete = hashes.len() as u64 == path.width() && bytes.len() % 32 == 0;
    if complete { Ok(hashes) } else { Err(ReadError::Malformed(*path)) }
}

/// The bytes of an entry bundle, cut to the width of its path.
pub(crate) fn read_entries<S: TileSource>(
    source: &S,
    path: &TilePath,
) -> Result<Vec<u8>, ReadError<S::Error>> {
    let bytes = read_or_full(source, path)?;
    let malformed = || ReadError::Malformed(*path);
    let entries = decode_entries(&bytes).ok_or_else(malformed)?;
    let wanted = entries.get(..path.width() as usize).ok_or_else(malformed)?;
    encode_entries(wanted).ok_or_else(malformed)
}

fn read_or_full<S: TileSource>(source: &S, path: &TilePath) -> Result<Vec<u8>, ReadError<S::Error>> {
    let read =
        |path: &TilePath| source.read(path).map_err(|error| ReadError::Source { path: *path, source: error });
    if let Some(bytes) = read(path)? {
        return Ok(bytes);
    }
    let full = if path.is_partial() { read(&path.full())? } else { None };
    full.ok_or(ReadError::Missing(*path))
}
