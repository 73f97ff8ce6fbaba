//! The tree of the house, as these tests read it.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace")
}

/// A file of text, with its path from the root.
pub(crate) struct Text {
    pub(crate) path: String,
    pub(crate) body: String,
}

/// A file that must be there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
}

/// Every file of text that belongs to the project, in order of path.
pub(crate) fn texts() -> Vec<Text> {
    let mut paths = Vec::new();
    walk(root(), &mut paths);
    paths.sort();
    let text = |path: PathBuf| {
        let body = String::from_utf8(fs::read(&path).ok()?).ok()?;
        let path = path.strip_prefix(root()).ok()?.to_str()?.to_owned();
        Some(Text { path, body })
    };
    paths.into_iter().filter_map(text).collect()
}

/// What cargo, git and a run of the program leave behind is no part of the project.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("`{}`: {error}", folder.display()));
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let left_behind = [".git", ".attestry", "target", "Cargo.lock", "corpus", "artifacts"];
        if left_behind.iter().any(|left| name == *left)
            || entry.file_type().is_ok_and(|kind| kind.is_symlink())
        {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The folders of the workspace's own crates, from the root.
pub(crate) fn crates() -> Vec<String> {
    let entries = fs::read_dir(root().join("crates")).expect("the crates lie in `crates`");
    let mut names: Vec<String> =
        entries.flatten().map(|entry| format!("crates/{}", entry.file_name().display())).collect();
    names.sort();
    names.push("tests".to_owned());
    names
}
