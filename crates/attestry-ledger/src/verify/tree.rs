//! The tree part of the verifier: sequence, bundles, hash tiles at all levels, roots.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Fault, report::Findings};
use crate::merkle::{Edge, decode_entries, empty_root, leaf_hash, partial_levels, size_at, tile_hashes_path};
use crate::tile::TILE_WIDTH;
use crate::{Checkpoint, Digest, TileKind, TilePath};

/// The longest run of missing events that is bridged; after a longer one the tree is given up.
const MAX_GAP: u64 = 1 << 20;

/// Differences listed per tile.
const MAX_PER_TILE: usize = 3;

#[derive(Debug)]
pub(super) struct Tree {
    head: Option<Checkpoint>,
    earlier: Vec<Checkpoint>,
    wanted: VecDeque<Wanted>,
    trail: Trail,
}

/// What carries over from one event to the next.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trail {
    /// The edge over the events so far; an event that is missing or unreadable is an unknown leaf.
    edge: Edge<Option<Digest>>,
    /// The leaves since the last full bundle.
    bundle: Vec<Option<Vec<u8>>>,
    /// Tiles that lie there and were not wanted yet.
    present: BTreeSet<TilePath>,
    /// The event that is due next.
    pub(super) due: u64,
    /// Whether a gap was too long to bridge.
    lost: bool,
}

/// A tile to be shown.
#[derive(Debug)]
struct Wanted {
    /// The tile as the checkpoint requires it.
    path: TilePath,
    /// The tile to ask for: the same, or its full form, for a partial tile may be dropped once that exists.
    ask: TilePath,
    /// What it must begin with.
    content: Content,
    /// Whether the checkpoint requires it.
    required: bool,
}

#[derive(Debug)]
enum Content {
    Entries(Vec<Option<Vec<u8>>>),
    Hashes(Vec<Option<Digest>>),
}

impl Content {
    /// The content of the tile of this width at the same place.
    fn prefix(&self, width: u64) -> Self {
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        match self {
            Self::Entries(leaves) => Self::Entries(leaves.iter().take(width).cloned().collect()),
            Self::Hashes(hashes) => Self::Hashes(hashes.iter().take(width).copied().collect()),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::Entries(leaves) => leaves.len() as u64,
            Self::Hashes(hashes) => hashes.len() as u64,
        }
    }
}

impl Tree {
    pub(super) fn new(head: Option<Checkpoint>, earlier: Vec<Checkpoint>, findings: &mut Findings) -> Self {
        let trail =
            Trail { edge: Edge::new(), bundle: Vec::new(), present: BTreeSet::new(), due: 1, lost: false };
        let mut tree = Self { head, earlier, wanted: VecDeque::new(), trail };
        tree.compare_heads(findings);
        tree
    }

    /// What is to be kept of it; `None` while a tile is wanted.
    pub(super) fn trail(&self) -> Option<&Trail> {
        self.wanted.is_empty().then_some(&self.trail)
    }

    /// Takes up what was kept.
    pub(super) fn follow(&mut self, trail: Trail) {
        self.trail = trail;
    }

    pub(super) fn present(&mut self, tiles: impl IntoIterator<Item = TilePath>) {
        self.trail.present.extend(tiles);
    }

    /// Events up to the last one seen.
    pub(super) fn events(&self) -> u64 {
        self.trail.due - 1
    }

    /// Events after the checkpoint.
    pub(super) fn uncovered(&self) -> u64 {
        self.events().saturating_sub(self.head_size())
    }

    fn head_size(&self) -> u64 {
        self.head.as_ref().map_or(0, Checkpoint::size)
    }

    /// Whether the event `sequence` is to be taken now; a gap before it is a fault and is bridged.
    pub(super) fn reach(&mut self, sequence: u64, findings: &mut Findings) -> bool {
        if sequence < self.trail.due {
            findings.fault(Fault::OutOfOrder { sequence, expected: self.trail.due });
            return false;
        }
        if sequence > self.trail.due {
            findings.fault(Fault::Gap { first: self.trail.due, last: sequence - 1 });
            if sequence - self.trail.due > MAX_GAP {
                self.trail.lost = true;
                self.trail.due = sequence;
            }
            while self.trail.due < sequence {
                self.push(None, findings);
            }
        }
        true
    }

    /// Takes the leaf of the event that is due, `None` if it is unknown.
    pub(super) fn push(&mut self, leaf: Option<&[u8]>, findings: &mut Findings) {
        self.trail.due += 1;
        if self.trail.lost {
            return;
        }
        let covered = self.trail.edge.size() < self.head_size();
        let mut filled = Vec::new();
        self.trail.edge.push(leaf.map(leaf_hash), |level, index, hashes| {
            filled.push((TileKind::Hashes { level }, index, Content::Hashes(hashes.to_vec())));
        });
        self.trail.bundle.push(leaf.map(<[u8]>::to_vec));
        if self.trail.bundle.len() as u64 == TILE_WIDTH {
            let entries = Content::Entries(std::mem::take(&mut self.trail.bundle));
            filled.push((TileKind::Entries, self.trail.edge.size() / TILE_WIDTH - 1, entries));
        }
        for (kind, index, content) in filled {
            self.want_present(kind, index, &content, covered);
            if let Ok(path) = TilePath::new(kind, index, TILE_WIDTH)
                && covered
            {
                self.want(path, content);
            }
        }
        if self.trail.edge.size() == self.head_size() {
            self.want_partial();
        }
        self.compare_heads(findings);
    }

    /// Wants the tiles at the right edge, as wide as the checkpoint makes them.
    fn want_partial(&mut self) {
        let (size, head) = (self.trail.edge.size(), self.head_size());
        if !self.trail.bundle.is_empty() {
            let index = size / TILE_WIDTH;
            let width = (head - index * TILE_WIDTH).min(TILE_WIDTH);
            if let Ok(path) = TilePath::new(TileKind::Entries, index, width) {
                self.want(path, Content::Entries(self.trail.bundle.clone()));
            }
        }
        let levels: Vec<_> = partial_levels(size).zip(self.trail.edge.levels().to_vec()).collect();
        for ((level, path), hashes) in levels {
            let index = path.map(|path| path.index());
            if let Some(path) = index.and_then(|index| tile_hashes_path(level, index, head)) {
                self.want(path, Content::Hashes(hashes));
            }
        }
    }

    /// Wants a tile that the checkpoint requires.
    fn want(&mut self, path: TilePath, content: Content) {
        self.trail.present.remove(&path);
        self.wanted.push_back(Wanted { path, ask: path, content, required: true });
    }

    /// Wants the tiles that lie at a place of the tree and are not wider than what is known of it, but for the full
    /// one if that is required.
    fn want_present(&mut self, kind: TileKind, index: u64, content: &Content, full_is_required: bool) {
        let widest = if full_is_required { content.len().min(TILE_WIDTH - 1) } else { content.len() };
        let (Ok(first), Ok(last)) = (TilePath::new(kind, index, 1), TilePath::new(kind, index, widest))
        else {
            return;
        };
        let tiles: Vec<TilePath> = self.trail.present.range(first..=last).copied().collect();
        for path in tiles {
            self.trail.present.remove(&path);
            let content = content.prefix(path.width());
            self.wanted.push_back(Wanted { path, ask: path, content, required: false });
        }
    }

    /// Wants the tiles that lie at the right edge; those left then cover events that there are not.
    fn end_of_present(&mut self, findings: &mut Findings) {
        let size = self.trail.edge.size();
        let bundle = Content::Entries(std::mem::take(&mut self.trail.bundle));
        self.want_present(TileKind::Entries, size / TILE_WIDTH, &bundle, false);
        for (level, hashes) in (0u8..).zip(self.trail.edge.levels().to_vec()) {
            let index = size_at(size, level) / TILE_WIDTH;
            self.want_present(TileKind::Hashes { level }, index, &Content::Hashes(hashes), false);
        }
        for path in std::mem::take(&mut self.trail.present) {
            findings.fault(Fault::TileBeyond { path });
        }
    }

    /// Compares the root with the heads of just this size.
    fn compare_heads(&mut self, findings: &mut Findings) {
        let size = self.trail.edge.size();
        let signed = self.head.as_ref().filter(|head| head.size() == size).map(Checkpoint::root);
        let mut seen =
            self.earlier.iter().filter(|head| head.size() == size).map(Checkpoint::root).peekable();
        if signed.is_none() && seen.peek().is_none() {
            return;
        }
        let Some(computed) = self.trail.edge.root().unwrap_or_else(|| Some(empty_root())) else {
            findings
                .unchecked(format!("root at {size} events: some events before are missing or unreadable"));
            return;
        };
        for seen in seen {
            findings.earlier += 1;
            if seen != computed {
                findings.fault(Fault::Forked { size, seen, computed });
            }
        }
        if let Some(signed) = signed {
            findings.roots += 1;
            if signed != computed {
                findings.fault(Fault::Root { size, signed, computed });
            }
        }
    }

    pub(super) fn end(&mut self, findings: &mut Findings) {
        let events = self.events();
        if self.trail.lost {
            findings.unchecked("tree: more than a million events in a row are missing".to_owned());
        } else {
            if events < self.head_size() {
                self.want_partial();
                findings
                    .unchecked(format!("root at {} events: the store has only {events}", self.head_size()));
            }
            self.end_of_present(findings);
        }
        if events < self.head_size() {
            findings.fault(Fault::HeadBehind { events, size: self.head_size() });
        }
        for size in self.earlier.iter().map(Checkpoint::size).filter(|size| *size > events) {
            findings.fault(Fault::Shorter { size, events });
        }
    }

    pub(super) fn next_tile(&self) -> Option<TilePath> {
        self.wanted.front().map(|wanted| wanted.ask)
    }

    pub(super) fn tile(&mut self, bytes: Option<&[u8]>, findings: &mut Findings) {
        let Some(mut wanted) = self.wanted.pop_front() else { return };
        match bytes {
            Some(bytes) => {
                let count = if wanted.required { &mut findings.tiles } else { &mut findings.further_tiles };
                *count += 1;
                wanted.compare(bytes, findings);
            }
            // Nobody needs it: it may be dropped at any time.
            None if !wanted.required => {}
            None if wanted.ask.is_partial() => {
                wanted.ask = wanted.ask.full();
                self.wanted.push_front(wanted);
            }
            None => {
                findings.tiles += 1;
                findings.fault(Fault::TileMissing { path: wanted.path });
            }
        }
    }

    pub(super) fn finish(&mut self, findings: &mut Findings) {
        if !self.wanted.is_empty() {
            findings.unchecked(format!("{} tiles: not shown to the verifier", self.wanted.len()));
        }
    }
}

impl Wanted {
    fn compare(&self, bytes: &[u8], findings: &mut Findings) {
        let different = match &self.content {
            Content::Entries(leaves) => self.different_entries(leaves, bytes, findings),
            Content::Hashes(hashes) => self.different_hashes(hashes, bytes, findings),
        };
        let Some(different) = different else {
            findings.fault(Fault::TileMalformed { path: self.ask, bytes: bytes.len() });
            return;
        };
        for position in different.iter().take(MAX_PER_TILE) {
            findings.fault(self.fault(*position));
        }
        if different.len() > MAX_PER_TILE {
            findings.fault(Fault::More { path: self.ask, more: different.len() - MAX_PER_TILE });
        }
    }

    fn different_entries(
        &self,
        leaves: &[Option<Vec<u8>>],
        bytes: &[u8],
        findings: &mut Findings,
    ) -> Option<Vec<usize>> {
        let entries = decode_entries(bytes).filter(|entries| entries.len() as u64 == self.ask.width())?;
        if self.required {
            findings.entries += leaves.iter().flatten().count() as u64;
        }
        let pairs = leaves.iter().zip(entries).enumerate();
        let differs = |leaf: &Option<Vec<u8>>, entry: &[u8]| leaf.as_ref().is_some_and(|leaf| leaf != entry);
        Some(pairs.filter(|(_, (leaf, entry))| differs(leaf, entry)).map(|(at, _)| at).collect())
    }

    fn different_hashes(
        &self,
        hashes: &[Option<Digest>],
        bytes: &[u8],
        findings: &mut Findings,
    ) -> Option<Vec<usize>> {
        let (stored, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || stored.len() as u64 != self.ask.width() {
            return None;
        }
        if self.required {
            findings.hashes += hashes.iter().flatten().count() as u64;
        }
        let pairs = hashes.iter().zip(stored).enumerate();
        let differs =
            |hash: &Option<Digest>, stored: &[u8; 32]| hash.is_some_and(|hash| hash.as_bytes() != stored);
        Some(pairs.filter(|(_, (hash, stored))| differs(hash, stored)).map(|(at, _)| at).collect())
    }

    fn fault(&self, position: usize) -> Fault {
        let (path, at) = (self.ask, self.ask.index() * TILE_WIDTH + position as u64);
        match path.kind() {
            TileKind::Entries => Fault::Entry { path, position, sequence: at + 1 },
            TileKind::Hashes { level } => {
                let below = 1u64.checked_shl(8 * u32::from(level)).unwrap_or(u64::MAX);
                let first = at.saturating_mul(below);
                Fault::Hash { path, position, first: first + 1, last: first.saturating_add(below) }
            }
        }
    }
}
