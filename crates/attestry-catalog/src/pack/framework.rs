//! A framework that was found in JSON or a spreadsheet: checked, and written as YAML.

use std::collections::BTreeMap;

use attestry_domain::id::RequirementId;
use attestry_domain::time::Day;

use super::{Given, fault};
use crate::error::{CatalogError, Fault, Noun, PackFault};
use crate::fields::Place;
use crate::files::Files;
use crate::nearest::nearest;

/// What a requirement says of itself where the publication's text is not taken over.
pub(super) const SEE: &str = "See the publication.";

/// A framework as it was found.
pub(super) struct Found {
    pub(super) title: String,
    pub(super) version: String,
    pub(super) publisher: String,
    pub(super) licence_note: String,
    pub(super) as_of: Day,
    pub(super) nodes: Vec<Node>,
}

/// A node with bare identifiers, in the order of the publication.
pub(super) struct Node {
    pub(super) id: String,
    pub(super) parent: Option<String>,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) assessable: bool,
    pub(super) summary: String,
    /// Where it stands in the file, and where its parent is named.
    pub(super) place: Place,
    pub(super) parent_place: Place,
}

/// The one file of the framework.
///
/// # Errors
/// Identifiers that are none, that come twice, parents that are not there, and circles of them.
pub(super) fn files(given: &Given<'_>, found: Found) -> Result<Files, Vec<CatalogError>> {
    if found.nodes.is_empty() {
        return Err(fault(given.file, PackFault::Nothing));
    }
    let errors = faults(given.name, &found.nodes);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut files = Files::default();
    files.add(format!("frameworks/{}.yaml", given.name), written(given, &found));
    Ok(files)
}

fn faults(framework: &str, nodes: &[Node]) -> Vec<CatalogError> {
    let mut errors = Vec::new();
    let mut first: BTreeMap<&str, &Node> = BTreeMap::new();
    for node in nodes {
        if let Err(error) = format!("{framework}:{}", node.id).parse::<RequirementId>() {
            errors.push(node.place.error(error.into()));
        }
        if let Some(there) = first.get(node.id.as_str()) {
            let fault = Fault::Duplicate {
                noun: Noun::Requirement,
                id: node.id.clone(),
                first: where_is(&there.place),
            };
            errors.push(node.place.error(fault));
        } else {
            first.insert(&node.id, node);
        }
    }
    for node in nodes {
        let Some(parent) = &node.parent else { continue };
        if !first.contains_key(parent.as_str()) {
            let nearest = nearest(parent, first.keys().copied());
            let fault = Fault::Unknown { noun: Noun::Requirement, id: parent.clone(), nearest };
            errors.push(node.parent_place.error(fault));
        } else if is_above_itself(node, &first) {
            errors.push(node.parent_place.error(Fault::Pack(PackFault::Circle(node.id.clone()))));
        }
    }
    errors
}

fn is_above_itself(node: &Node, all: &BTreeMap<&str, &Node>) -> bool {
    let mut at = node.parent.as_deref();
    // Whoever walks further than there are nodes walks in a circle that the node may not be part of.
    for _ in 0..all.len() {
        match at {
            None => return false,
            Some(id) if id == node.id => return true,
            Some(id) => at = all.get(id).and_then(|one| one.parent.as_deref()),
        }
    }
    false
}

fn where_is(place: &Place) -> String {
    match (place.line, &place.key) {
        (Some(line), _) => format!("{}:{line}", place.file),
        (None, Some(key)) => format!("{}: {key}", place.file),
        (None, None) => place.file.clone(),
    }
}

fn written(given: &Given<'_>, found: &Found) -> String {
    let (base, digest, name) = (plain(given.base()), given.digest(), given.name);
    let mut text = format!("# Made from {base}, SHA-256 {digest}.\n");
    let head = [
        ("id", quoted(name)),
        ("title", quoted(&found.title)),
        ("short", quoted(if found.title.chars().count() <= 40 { &found.title } else { name })),
        ("version", quoted(&found.version)),
        ("publisher", quoted(&found.publisher)),
        ("kind", "guidance".to_owned()),
        ("licence_note", quoted(&found.licence_note)),
        ("as_of", found.as_of.to_string()),
    ];
    for (key, value) in head {
        text.push_str(&format!("{key}: {value}\n"));
    }
    text.push_str("requirements:\n");
    for node in &found.nodes {
        text.push_str(&format!("  - {{ id: {}, ", quoted(&node.id)));
        if let Some(parent) = &node.parent {
            text.push_str(&format!("parent: {}, ", quoted(parent)));
        }
        text.push_str(&format!("kind: {}, title: {}, ", quoted(&node.kind), quoted(&node.title)));
        text.push_str(&format!("assessable: {}", node.assessable));
        if node.assessable {
            // Whoever takes on voluntary guidance tailors it, with a reason for each thing left out.
            text.push_str(", excludable: true");
        }
        if !node.summary.is_empty() {
            text.push_str(&format!(", summary: {}", quoted(&node.summary)));
        }
        text.push_str(" }\n");
    }
    text
}

/// On one line, without what cannot be printed.
pub(super) fn plain(text: &str) -> String {
    let printed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    printed.chars().filter(|c| !c.is_control() && *c != '\u{feff}').collect()
}

/// A text on one line between double quotes, which YAML reads like JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::String(plain(text)).to_string()
}
