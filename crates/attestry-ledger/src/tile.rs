//! Where the tiles of a log lie, in the paths of C2SP tlog-tiles.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// The highest tile level a path may name.
const MAX_LEVEL: u8 = 63;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// The leaf bytes themselves, each after its length as a big-endian 16-bit number (an entry bundle).
    Entries,
    /// Hashes of the subtrees with 256^level leaves, 32 bytes each.
    Hashes {
        /// The level, 0 for leaf hashes.
        level: u8,
    },
}

/// The place of one tile: kind, index within its level, and width.
///
/// Prints and parses as `tile/0/x001/234` or, when it holds fewer than 256, `tile/entries/000.p/17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

/// Why a text or a triple of numbers names no tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TilePathError {
    /// The text is not of the form of a tile path.
    #[error("`{0}` is not a tile path such as tile/0/x001/234 or tile/entries/000.p/17")]
    Text(String),
    /// The width is not in 1 to 256.
    #[error("a tile is 1 to 256 wide, not {0}")]
    Width(u64),
    /// The level is above 63.
    #[error("a tile level is 0 to 63, not {0}")]
    Level(u8),
}

impl TilePath {
    /// The tile of `kind` at `index`, with `width` hashes or entries.
    ///
    /// # Errors
    /// If the level is above 63 or the width is not in 1 to 256.
    pub fn new(kind: TileKind, index: u64, width: u64) -> Result<Self, TilePathError> {
        if let TileKind::Hashes { level } = kind
            && level > MAX_LEVEL
        {
            return Err(TilePathError::Level(level));
        }
        match u16::try_from(width) {
            Ok(narrow @ 1..=256) => Ok(Self { kind, index, width: narrow }),
            _ => Err(TilePathError::Width(width)),
        }
    }

    /// What the tile holds.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// The index of the tile within its level, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries the tile holds, 1 to 256.
    pub fn width(&self) -> u64 {
        u64::from(self.width)
    }

    /// Whether the tile holds fewer than 256.
    pub fn is_partial(&self) -> bool {
        self.width() < TILE_WIDTH
    }

    /// The full tile at the same place.
    pub fn full(&self) -> Self {
        Self { width: 256, ..*self }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => f.write_str("tile/entries/")?,
            TileKind::Hashes { level } => write!(f, "tile/{level}/")?,
        }
        write_index(f, self.index / 1000)?;
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_partial() { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

fn write_index(f: &mut fmt::Formatter<'_>, rest: u64) -> fmt::Result {
    if rest == 0 {
        return Ok(());
    }
    write_index(f, rest / 1000)?;
    write!(f, "x{:03}/", rest % 1000)
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let refuse = || TilePathError::Text(text.chars().take(80).collect());
        let path = parse(text).ok_or_else(refuse)?;
        // One spelling only: leading zeroes and `x000/` elements would give a tile two names.
        if path.to_string() == text { Ok(path) } else { Err(refuse()) }
    }
}

impl Serialize for TilePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TilePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

fn parse(text: &str) -> Option<TilePath> {
    let (kind, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => TileKind::Hashes { level: level.parse().ok()? },
    };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok().filter(|w| *w < TILE_WIDTH)?),
        None => (rest, TILE_WIDTH),
    };
    TilePath::new(kind, parse_index(index)?, width).ok()
}

fn parse_index(text: &str) -> Option<u64> {
    text.split('/').try_fold(0u64, |index, element| {
        let digits = element.strip_prefix('x').unwrap_or(element);
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        index.checked_mul(1000)?.checked_add(digits.parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_print_as_in_the_specification() {
        let hashes = |level, index, width| {
            TilePath::new(TileKind::Hashes { level }, index, width).unwrap().to_string()
        };
        assert_eq!(hashes(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(hashes(5, 0, 1), "tile/5/000.p/1");
        assert_eq!(hashes(63, 1000, 256), "tile/63/x001/000");
        let entries = TilePath::new(TileKind::Entries, 273, 112).unwrap();
        assert_eq!(entries.to_string(), "tile/entries/273.p/112");
    }

    #[test]
    fn other_spellings_of_a_path_are_refused() {
        for text in [
            "",
            "tile",
            "tile/0/",
            "tile/0/1",
            "tile/00/001",
            "tile/+1/001",
            "tile/64/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/x000/001",
            "tile/0/001.p/0",
            "tile/0/001.p/01",
            "tile/0/001.p/256",
            "tile/0/001.p/",
            "tile/data/001",
            "/tile/0/001",
            "tile/0/001 ",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(text.parse::<TilePath>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_path_parses_back(level in 0u8..64, index: u64, width in 1u64..=256, entries: bool) {
            let kind = if entries { TileKind::Entries } else { TileKind::Hashes { level } };
            let path = TilePath::new(kind, index, width).unwrap();
            prop_assert_eq!(path.to_string().parse::<TilePath>().unwrap(), path);
        }

        #[test]
        fn any_text_is_parsed_or_refused_and_never_panics(text in "(tile/)?[x0-9a-z./]{0,40}|\\PC{0,60}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
