//! The files of a catalog in memory, wherever they came from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

use include_dir::{Dir, include_dir};

use crate::error::{CatalogError, Fault};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../catalogs");

/// A catalog's files by path; paths are relative to the catalog's folder, with `/` between their parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// The files built into the program.
    pub fn embedded() -> Self {
        let mut files = Self::default();
        files.embed(&EMBEDDED);
        files
    }

    /// The files in a folder. Test cases, `README.md` files and hidden files are left out: they are no content.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn read(dir: &Path) -> Result<Self, CatalogError> {
        let mut files = Self::default();
        files.walk(dir, dir)?;
        Ok(files)
    }

    /// Adds or replaces a file.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }

    pub(crate) fn bundle(&self) -> Vec<u8> {
        let texts: BTreeMap<&String, Cow<'_, str>> =
            self.0.iter().map(|(path, bytes)| (path, String::from_utf8_lossy(bytes))).collect();
        // A map from text to text has nothing that JSON cannot say.
        serde_json::to_vec(&texts).unwrap_or_default()
    }

    pub(crate) fn from_bundle(bytes: &[u8]) -> Result<Self, CatalogError> {
        let fault = |reason: String| CatalogError::of_file("bundle", Fault::Bundle(reason));
        let texts: BTreeMap<String, String> =
            serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
        let files = Self(texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect());
        if files.bundle() == bytes { Ok(files) } else { Err(fault("it is not in canonical form".to_owned())) }
    }

    fn embed(&mut self, dir: &Dir<'static>) {
        for file in dir.files() {
            if let Some(path) = content_path(file.path()) {
                self.add(path, file.contents());
            }
        }
        for dir in dir.dirs() {
            self.embed(dir);
        }
    }

    fn walk(&mut self, root: &Path, dir: &Path) -> Result<(), CatalogError> {
        let unreadable = |path: &Path, error: std::io::Error| {
            CatalogError::of_file(&path.display().to_string(), Fault::Unreadable(error.to_string()))
        };
        for entry in fs::read_dir(dir).map_err(|error| unreadable(dir, error))? {
            let path = entry.map_err(|error| unreadable(dir, error))?.path();
            let Some(name) = path.strip_prefix(root).ok().and_then(content_path) else { continue };
            if path.is_dir() {
                self.walk(root, &path)?;
            } else {
                self.add(name, fs::read(&path).map_err(|error| unreadable(&path, error))?);
            }
        }
        Ok(())
    }
}

/// The path with `/` between its parts; `None` for what is no content.
fn content_path(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.components() {
        let Component::Normal(part) = part else { return None };
        parts.push(part.to_str()?);
    }
    let is_case = parts.first() == Some(&"tests") && parts.get(2) == Some(&"cases");
    let is_hidden = parts.iter().any(|part| part.starts_with('.'));
    let is_readme = parts.last() == Some(&"README.md");
    (!is_case && !is_hidden && !is_readme).then(|| parts.join("/"))
}
