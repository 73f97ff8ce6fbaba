//! Words that are never true stand nowhere in the repository: not in texts, pages or the program's own sentences.

use std::path::{Path, PathBuf};

use attestry_catalog::forbidden_words;

/// Files that people read, or whose text they come to see.
const READ: [&str; 10] = ["md", "html", "yaml", "yml", "sql", "rs", "js", "css", "svg", "txt"];

/// What is no text of the project: what tests put there to be refused, and what is built or fetched.
fn is_left_out(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_list = path.ends_with("attestry-catalog/src/words.rs");
    is_list || name.starts_with('.') || ["target", "tests", "node_modules"].contains(&name)
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let is_catalog_test = path.ends_with("catalogs/tests");
        if is_left_out(&path) && !is_catalog_test || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().and_then(|one| one.to_str()).is_some_and(|one| READ.contains(&one)) {
            found.push(path);
        }
    }
}

#[test]
fn no_text_of_the_project_says_what_is_never_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut files = Vec::new();
    walk(&root, &mut files);
    let has = |end: &str| files.iter().any(|path| path.to_string_lossy().ends_with(end));
    assert!(has(".html") && has("README.md") && has("soc2.yaml"), "texts were looked at: {}", files.len());
    let mut said = Vec::new();
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        if let Some(words) = forbidden_words(&text) {
            said.push(format!("{}: {words}", path.display()));
        }
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
}
