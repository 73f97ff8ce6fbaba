//! A single YAML file: a framework, a family of controls, a crosswalk or a stream, by its keys.

use super::{Given, fault};
use crate::error::{CatalogError, Fault, PackFault};
use crate::files::Files;
use crate::yaml::{Kind, Node, parse};

/// The key that only this kind of file has, the key of its name, and its folder.
const KINDS: [(&str, &str, &str); 4] = [
    ("requirements", "id", "frameworks"),
    ("family", "family", "controls"),
    ("rows", "id", "crosswalks"),
    ("columns", "id", "streams"),
];

pub(super) fn read(given: &Given<'_>) -> Result<Files, Vec<CatalogError>> {
    let node = parse(given.text()?).map_err(|(line, fault)| {
        let line = (line > 0).then_some(line);
        vec![CatalogError { file: given.file.to_owned(), line, key: None, fault: Box::new(fault) }]
    })?;
    let kind = KINDS.iter().find(|(key, ..)| value(&node, key).is_some());
    let Some((_, name, folder)) = kind else { return Err(fault(given.file, PackFault::Untold)) };
    let missing = || vec![CatalogError::of_file(given.file, Fault::MissingKey(name))];
    let id = value(&node, name).and_then(text).ok_or_else(missing)?;
    // It becomes the name of a file.
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if id.is_empty() || id.len() > 80 || id.starts_with('.') || !id.chars().all(fits) {
        return Err(fault(given.file, PackFault::Name(id.to_owned())));
    }
    let mut files = Files::default();
    files.add(format!("{folder}/{id}.yaml"), given.bytes);
    Ok(files)
}

fn value<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let Kind::Map(entries) = &node.kind else { return None };
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
}

fn text(node: &Node) -> Option<&str> {
    let Kind::Scalar { text, .. } = &node.kind else { return None };
    Some(text.trim())
}
