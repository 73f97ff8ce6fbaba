//! The tiles of a package: the root from those at the right edge, and every other against the one above it.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use super::FaultKind;
use super::archive::Archive;
use super::report::Findings;
use crate::merkle::{fold, root, tile_hashes_path, tiles_for_root};
use crate::tile::TILE_WIDTH;
use crate::{Digest, TilePath};

/// The longest tile, in bytes.
const MAX_TILE_BYTES: u64 = TILE_WIDTH * 32;

/// The tiles on the way from a leaf to the right edge of the tree, lowest first: what proves the leaf, together with
/// the edge.
pub(super) fn above(position: u64, size: u64) -> Vec<TilePath> {
    let mut paths = Vec::new();
    let mut index = position / TILE_WIDTH;
    for level in 0..8 {
        let Some(path) = tile_hashes_path(level, index, size) else { break };
        paths.push(path);
        if path.is_partial() {
            break;
        }
        index /= TILE_WIDTH;
    }
    paths
}

/// A tile that was looked at.
#[derive(Debug, Clone, Default)]
struct Seen {
    index: u64,
    /// Its hashes, if they are what the tile above says.
    hashes: Option<Vec<Digest>>,
    /// The hash that the tile above has for it.
    expected: Option<Digest>,
}

/// The tiles as far as they were looked at: the right edge, and one of each level.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    size: u64,
    edge: BTreeMap<TilePath, Vec<Digest>>,
    /// Whether the edge gives the root that was signed.
    rooted: bool,
    seen: BTreeMap<u8, Seen>,
}

impl Tiles {
    /// Reads the right edge and compares its root.
    pub(super) fn open<R: Read + Seek>(
        archive: &mut Archive<R>,
        size: u64,
        signed: Digest,
        findings: &mut Findings,
    ) -> io::Result<Self> {
        let mut edge = BTreeMap::new();
        for path in tiles_for_root(size) {
            match read(archive, &path)? {
                Some(bytes) => _ = edge.insert(path, bytes),
                None => {
                    findings.fault(FaultKind::Tile, path.to_string(), "missing or not a tile of its width")
                }
            }
        }
        let computed = root(&edge, size).ok();
        findings.roots += u64::from(computed.is_some());
        if let Some(computed) = computed.filter(|computed| *computed != signed) {
            let what = format!("root at {size} events is {signed}, the tiles give {computed}");
            findings.fault(FaultKind::Root, "checkpoint", what);
        }
        let edge = edge.into_iter().map(|(path, bytes)| (path, split(&bytes))).collect();
        Ok(Self { size, edge, rooted: computed == Some(signed), seen: BTreeMap::new() })
    }

    /// Compares the leaves of one bundle of 256 with the tree: pairs of sequence and leaf hash, ascending.
    pub(super) fn compare<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        leaves: &[(u64, Digest)],
        findings: &mut Findings,
    ) -> io::Result<()> {
        let (Some((first, _)), Some((last, _))) = (leaves.first(), leaves.last()) else { return Ok(()) };
        let index = (first - 1) / TILE_WIDTH;
        let tile = self.look(archive, 0, index, findings)?;
        let mut included = 0;
        if let Some(hashes) = &tile.hashes {
            for (sequence, leaf) in leaves {
                let at = usize::try_from((sequence - 1) % TILE_WIDTH).unwrap_or_default();
                if hashes.get(at) == Some(leaf) {
                    included += 1;
                } else {
                    let what = "its envelope is not the one in the tree that was signed";
                    findings.fault(FaultKind::NotIncluded, format!("event {sequence}"), what);
                }
            }
        } else if self.whole(leaves) == tile.expected && tile.expected.is_some() {
            // The tile is bad, but all its events are here and are those of the tree.
            included = leaves.len() as u64;
        } else {
            let what = "cannot be proven, for the tile above is missing or false";
            findings.fault(FaultKind::NotIncluded, format!("events {first} to {last}"), what);
        }
        findings.included += if self.rooted { included } else { 0 };
        Ok(())
    }

    fn whole(&self, leaves: &[(u64, Digest)]) -> Option<Digest> {
        let hashes: Vec<Digest> = leaves.iter().map(|(_, leaf)| *leaf).collect();
        if hashes.len() as u64 == TILE_WIDTH { fold(&hashes, None) } else { None }
    }

    pub(super) fn rooted(&self) -> bool {
        self.rooted
    }

    fn look<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        level: u8,
        index: u64,
        findings: &mut Findings,
    ) -> io::Result<Seen> {
        let Some(path) = tile_hashes_path(level, index, self.size) else { return Ok(Seen::default()) };
        if path.is_partial() {
            return Ok(Seen { index, hashes: self.edge.get(&path).cloned(), expected: None });
        }
        if let Some(seen) = self.seen.get(&level).filter(|seen| seen.index == index) {
            return Ok(seen.clone());
        }
        let above = self.look(archive, level + 1, index / TILE_WIDTH, findings)?;
        let at = usize::try_from(index % TILE_WIDTH).unwrap_or_default();
        let expected = above.hashes.as_ref().and_then(|hashes| hashes.get(at).copied());
        let hashes = match read(archive, &path)?.map(|bytes| split(&bytes)) {
            None => {
                findings.fault(FaultKind::Tile, path.to_string(), "missing or not a tile of its width");
                None
            }
            Some(hashes) => {
                findings.tiles += 1;
                let computed = fold(&hashes, None);
                if expected.is_some() && computed != expected {
                    let what = "its hashes do not give the one in the tile above it";
                    findings.fault(FaultKind::Tile, path.to_string(), what);
                }
                Some(hashes).filter(|_| expected.is_some() && computed == expected)
            }
        };
        let seen = Seen { index, hashes, expected };
        self.seen.insert(level, seen.clone());
        Ok(seen)
    }
}

/// The bytes of a tile, if they are as many as its width asks.
pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, path: &TilePath) -> io::Result<Option<Vec<u8>>> {
    let bytes = archive.small(&path.to_string(), MAX_TILE_BYTES)?;
    Ok(bytes.filter(|bytes| bytes.len() as u64 == path.width() * 32))
}

fn split(bytes: &[u8]) -> Vec<Digest> {
    bytes.as_chunks::<32>().0.iter().map(|hash| Digest::from_bytes(*hash)).collect()
}
