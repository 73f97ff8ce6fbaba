//! Parts and services into `component`.
//!
//! A tree of dependencies lists the same part wherever something needs it. It is one component of the product all the
//! same; of what its places say about its scope, the strongest counts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::ai::{shown, versioned};
use super::super::finding::key;
use super::super::{Fields, Out, text};
use super::bill::{Bill, digest_of, every, licenses_of, name_of, supplier_of, version_of};

/// Adds a record for each part and each service.
pub(super) fn read(bill: &Bill<'_>, out: &mut Out) {
    let mut parts = Parts::default();
    for (place, part) in &bill.parts {
        parts.add(bill, place, part, text(part, &["type"]), out);
    }
    for (place, service) in every(bill.document, "services") {
        parts.add(bill, &place, service, Some("service"), out);
    }
    for (fields, scope) in parts.all {
        out.record("component", fields.maybe("requirement_scope", scope));
    }
}

/// The parts of a bill, each once, with their scopes.
#[derive(Default)]
struct Parts<'v> {
    all: Vec<(Fields, Option<&'v str>)>,
    known: BTreeMap<String, usize>,
}

impl<'v> Parts<'v> {
    fn add(&mut self, bill: &Bill<'_>, place: &str, part: &'v Value, kind: Option<&str>, out: &mut Out) {
        let (name, kind) = match (name_of(part), kind) {
            (None, _) => return out.refuse(format!("`{place}` has no `name`")),
            (Some(name), None) => return out.refuse(format!("`{place}` ({}) has no `type`", shown(&name))),
            (Some(name), Some(kind)) => (name, kind),
        };
        let scope = text(part, &["scope"]);
        let mut id = identifier(part, &name, kind);
        let mut fields = fields(bill, part, &name, kind, &id);
        if let Some(known) = self.known.get(&id).and_then(|at| self.all.get(*at))
            && known.0 != fields
        {
            // The same name for something else, such as another file of the same version.
            let content: Vec<String> =
                fields.iter().map(|(column, value)| format!("{column}={value}")).collect();
            let content: Vec<&str> = content.iter().map(String::as_str).collect();
            id = format!("{id}#{}", key(&content));
            fields = fields.with("component_id", id.as_str());
        }
        match self.known.get(&id).and_then(|at| self.all.get_mut(*at)) {
            Some((_, known)) => {
                *known = if weight(scope) > weight(*known) { scope } else { *known };
                out.pass("part", "the bill lists the same part in another place, too; it is one component");
            }
            None => {
                self.known.insert(id, self.all.len());
                self.all.push((fields, scope));
            }
        }
    }
}

/// A bill that does not state a scope asks its readers to take the part for required.
fn weight(scope: Option<&str>) -> u8 {
    match scope {
        Some("excluded") => 0,
        Some("optional") => 1,
        None => 2,
        Some(_) => 3,
    }
}

fn identifier(part: &Value, name: &str, kind: &str) -> String {
    let own = text(part, &["purl"]).or_else(|| text(part, &["cpe"]));
    own.map_or_else(|| format!("{kind}:{}", versioned(name, version_of(part))), str::to_owned)
}

fn fields(bill: &Bill<'_>, part: &Value, name: &str, kind: &str, id: &str) -> Fields {
    Fields::default()
        .with("listed_in", bill.listed_in.as_str())
        .with("component_id", id)
        .maybe("product", bill.product.as_deref())
        .maybe("product_version", bill.product_version)
        .with("name", name)
        .maybe("version", version_of(part))
        .with("kind", kind)
        .maybe("purl", text(part, &["purl"]))
        .maybe("license", licenses_of(part))
        .maybe("supplier", supplier_of(part))
        .maybe("digest", digest_of(part))
        .maybe("bill_serial", text(bill.document, &["serialNumber"]))
        .maybe("bill_version", bill.document.get("version").and_then(Value::as_i64))
        .maybe("listed_at", bill.made_at)
}
