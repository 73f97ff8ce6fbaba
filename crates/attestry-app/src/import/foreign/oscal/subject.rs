//! What observations are about: subjects, looked up among the components and inventory items of a document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::finding::list;
use super::super::{at, person_key, text};
use super::property;

/// Properties that name a thing for good, best first. A document's own identifier can be another in the next one.
const NAMES: &[&str] =
    &["asset-id", "fqdn", "target", "host_name", "Computer_Name", "hostname", "uri", "scc_inventory_item_id"];

/// Lists of a document that hold what observations are about.
const KINDS: [&str; 3] = ["inventory-items", "components", "users"];

/// What a document knows, by kind and identifier: converters give one identifier to things of several kinds.
pub(super) struct Things<'v> {
    by_id: BTreeMap<(&'static str, &'v str), &'v Value>,
    tool: Option<&'v str>,
}

/// What an observation is about.
pub(super) struct Subject<'v> {
    /// The name that stays the same, or the opaque key of a person.
    pub(super) key: String,
    pub(super) kind: Option<&'v str>,
    pub(super) name: Option<&'v str>,
}

impl<'v> Things<'v> {
    pub(super) fn of(document: &'v Value, result: &'v Value) -> Self {
        let places = [
            at(document, &["local-definitions"]),
            at(result, &["local-definitions"]),
            at(result, &["local-definitions", "assessment-assets"]),
        ];
        let mut by_id = BTreeMap::new();
        for place in places.into_iter().flatten() {
            for kind in KINDS {
                for thing in list(place, kind) {
                    if let Some(id) = text(thing, &["uuid"]) {
                        by_id.entry((kind, id)).or_insert(thing);
                    }
                }
            }
        }
        let assets = at(result, &["local-definitions", "assessment-assets"]);
        let tool = assets.and_then(|assets| {
            list(assets, "components")
                .iter()
                .find_map(|one| property(one, &["scanner_name"]).or_else(|| text(one, &["title"])))
        });
        Self { by_id, tool }
    }

    /// The tool that a result says it was made with.
    pub(super) fn tool(&self) -> Option<&'v str> {
        self.tool
    }

    pub(super) fn subject(&self, subject: &'v Value) -> Subject<'v> {
        let id =
            text(subject, &["subject-uuid"]).or_else(|| text(subject, &["uuid-ref"])).unwrap_or_default();
        let kind = text(subject, &["type"]);
        let own = KINDS.iter().find(|name| kind.is_some_and(|kind| name.strip_suffix('s') == Some(kind)));
        let mut kinds = own.into_iter().chain(KINDS.iter());
        let thing = kinds.find_map(|kind| self.by_id.get(&(*kind, id)).copied());
        let title = text(subject, &["title"]).or_else(|| text(thing?, &["title"]));
        let named = thing.and_then(|thing| property(thing, NAMES)).or_else(|| property(subject, NAMES));
        let best = named.or(title).unwrap_or(id);
        let person = matches!(kind, Some("party" | "user"));
        let key = if person { person_key(best) } else { best.to_owned() };
        let exact = thing.and_then(|thing| property(thing, &["target_type", "asset-type"]));
        Subject { key, kind: exact.or(kind), name: title.filter(|title| *title != best || person) }
    }
}
