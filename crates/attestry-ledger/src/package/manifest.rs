//! The manifest: what the package says of itself.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// The form of packages that this program writes and reads.
pub(super) const FORMAT: &str = "attestry-package/1";

/// The longest path in a package, in bytes.
const MAX_PATH_BYTES: usize = 200;

/// Names that one operating system takes for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com1", "lpt1"];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) checkpoint: Head,
    pub(super) events: Events,
    pub(super) files: Vec<File>,
    pub(super) format: String,
    pub(super) log_key: String,
    pub(super) scope: String,
    pub(super) title: String,
    pub(super) workspace: String,
}

/// The tree that the events are proven in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) root: Digest,
    pub(super) size: u64,
}

/// The events in the package; first and last are 0 if there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Events {
    pub(super) count: u64,
    pub(super) first: u64,
    pub(super) last: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) bytes: u64,
    /// The events that name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<u64>,
    /// The name it came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) path: String,
    pub(super) role: String,
    pub(super) sha256: Digest,
}

impl File {
    pub(super) fn is_object(&self) -> bool {
        self.path.starts_with("objects/")
    }

    pub(super) fn is_events(&self) -> bool {
        self.path.starts_with("events/")
    }
}

impl Manifest {
    pub(super) fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(self)
    }

    /// Reads a manifest, which must be canonical, with files in order of their paths and every path usable.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT {
            return Err(format!("its format is `{}`, this program reads `{FORMAT}`", manifest.format));
        }
        let ordered = manifest.files.is_sorted_by(|a, b| a.path < b.path);
        if !ordered {
            return Err("its files are not in order, or one is named twice".to_owned());
        }
        if let Some(file) = manifest.files.iter().find(|file| !is_path(&file.path)) {
            return Err(format!("`{}` is no path that a package may hold", shown(&file.path)));
        }
        let again = manifest.encode().map_err(|error| error.to_string())?;
        if again == bytes { Ok(manifest) } else { Err("it is not in canonical form (RFC 8785)".to_owned()) }
    }
}

/// Whether a file may have this path: relative, without `..`, the same file on every system.
pub(super) fn is_path(path: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let part = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        !part.is_empty()
            && part.bytes().all(fits)
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !DEVICES.contains(&stem.as_str())
    };
    path.len() <= MAX_PATH_BYTES && path.split('/').all(part)
}

/// Whether a text can be a role: a word of small letters.
pub(super) fn is_role(role: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    (1..=40).contains(&role.len()) && role.bytes().all(fits)
}

/// A foreign text, cut and without control characters, to be named in a report.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(120).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_or_differ_between_systems_are_refused() {
        for path in ["index.html", "objects/aa.parquet", "earlier/00/checkpoint", "a-b_c.D9"] {
            assert!(is_path(path), "{path}");
        }
        for path in [
            "", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "C:a", "a b", "a.", ".a", "con",
            "aux.txt", "é", "a\0b", "a\nb",
        ] {
            assert!(!is_path(path), "{path:?}");
        }
        assert!(!is_path(&"a".repeat(201)));
    }
}
