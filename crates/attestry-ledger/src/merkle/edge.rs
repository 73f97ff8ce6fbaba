//! The right edge of a growing tree: per tile level, the hashes not yet in a full tile.

use serde::{Deserialize, Serialize};

use super::node_hash;
use crate::Digest;
use crate::tile::TILE_WIDTH;

/// A hash in the tree. `Option<Digest>` is a node: above an unknown leaf everything is unknown.
pub(crate) trait Node: Copy {
    /// The node above two others.
    fn parent(left: Self, right: Self) -> Self;
}

impl Node for Digest {
    fn parent(left: Self, right: Self) -> Self {
        node_hash(&left, &right)
    }
}

impl Node for Option<Digest> {
    fn parent(left: Self, right: Self) -> Self {
        Some(node_hash(&left?, &right?))
    }
}

/// The right edge: at most 255 hashes per level once [`Edge::push`] has returned.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edge<N> {
    size: u64,
    levels: Vec<Vec<N>>,
}

impl<N: Node> Edge<N> {
    pub(crate) fn new() -> Self {
        Self { size: 0, levels: Vec::new() }
    }

    /// An edge taken up at `size` leaves, from the hashes of the partial tile of each level.
    pub(crate) fn resume(size: u64, levels: Vec<Vec<N>>) -> Self {
        Self { size, levels }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the partial tile of each level, from level 0.
    pub(crate) fn levels(&self) -> &[Vec<N>] {
        &self.levels
    }

    /// Takes the next leaf hash; `full(level, index, hashes)` is told of every tile that this fills.
    pub(crate) fn push(&mut self, leaf: N, mut full: impl FnMut(u8, u64, &[N])) {
        self.size += 1;
        let mut carried = Some(leaf);
        let mut level: u8 = 0;
        let mut count = self.size;
        while let Some(hash) = carried.take() {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(usize::from(level)) else { return };
            hashes.push(hash);
            if hashes.len() as u64 == TILE_WIDTH {
                full(level, count / TILE_WIDTH - 1, hashes);
                carried = fold(hashes, None);
                hashes.clear();
                level += 1;
                count /= TILE_WIDTH;
            }
        }
    }

    /// The root of the tree so far, or `None` if it is empty.
    pub(crate) fn root(&self) -> Option<N> {
        self.levels.iter().fold(None, |right, hashes| fold(hashes, right))
    }
}

/// The root over `hashes`, roots of perfect subtrees of one size, followed by a smaller subtree `right`.
pub(crate) fn fold<N: Node>(hashes: &[N], right: Option<N>) -> Option<N> {
    let mut right = right;
    let mut rest = hashes;
    while !rest.is_empty() {
        // The last perfect subtree holds as many hashes as the lowest set bit of the count says.
        let perfect = 1 << rest.len().trailing_zeros();
        let (before, last) = rest.split_at(rest.len() - perfect);
        let left = perfect_root(last)?;
        right = Some(right.map_or(left, |right| N::parent(left, right)));
        rest = before;
    }
    right
}

fn perfect_root<N: Node>(hashes: &[N]) -> Option<N> {
    match hashes {
        [] => None,
        [only] => Some(*only),
        _ => {
            let mut row: Vec<N> = pair(hashes);
            while row.len() > 1 {
                row = pair(&row);
            }
            row.first().copied()
        }
    }
}

fn pair<N: Node>(row: &[N]) -> Vec<N> {
    row.as_chunks::<2>().0.iter().map(|[left, right]| N::parent(*left, *right)).collect()
}
