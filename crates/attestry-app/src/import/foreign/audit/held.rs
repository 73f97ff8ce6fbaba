//! The accesses that an event gives or takes.

use serde_json::Value;

use super::super::{Fields, person_key};
use super::event::{Event, holder};
use super::table::Access;
use super::value::{access_id, find, meets_all, text};

impl Event<'_> {
    /// The accesses that an event is about.
    pub(super) fn held(&self, access: &Access) -> Vec<Held> {
        let whole = std::slice::from_ref(self.item);
        let all = match access.each {
            "" => whole,
            list => find(self.item, list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice),
        };
        let mut held = Vec::new();
        for one in all.iter().filter(|one| meets_all(one, access.when)) {
            held.extend(self.parts(access, one));
        }
        let several = held.len() > 1;
        held.into_iter()
            .zip(1_usize..)
            .map(|(one, nth)| Held { nth: several.then_some(nth), ..one })
            .collect()
    }

    fn parts(&self, access: &Access, one: &Value) -> Vec<Held> {
        let Some(person) = holder(one, access.person) else { return Vec::new() };
        let names: Vec<_> = access.entitlement.iter().filter_map(|path| text(one, path)).collect();
        let whole = names.join(": ");
        let whole = whole.trim_matches('"');
        let parts = if access.listed { list(whole) } else { vec![whole] };
        let scope = self.text(access.scope);
        let system = text(one, access.system).unwrap_or_else(|| self.product.system.to_owned());
        let entitlement_id = text(one, access.entitlement_id);
        let held = |part: &str| Held {
            nth: None,
            person_key: person_key(&person),
            account: text(one, access.account),
            system: system.clone(),
            entitlement: match &scope {
                Some(scope) => format!("{part} on {scope}"),
                None => part.to_owned(),
            },
            entitlement_id: entitlement_id.clone(),
            kind: access.kind,
            privileged: access.privileged.iter().any(|word| part.to_lowercase().contains(word)),
        };
        parts.into_iter().map(held).collect()
    }
}

/// The parts of a list with commas; those within brackets belong to a part.
fn list(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let parts = text.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth <= 0
    });
    parts.map(str::trim).collect()
}

/// An access that an event is about.
pub(super) struct Held {
    /// Its place among several of one event.
    nth: Option<usize>,
    person_key: String,
    account: Option<String>,
    system: String,
    entitlement: String,
    entitlement_id: Option<String>,
    kind: &'static str,
    pub(super) privileged: bool,
}

impl Held {
    /// The columns that a grant and a removal share.
    pub(super) fn fields(&self, event: &str) -> Fields {
        let grant = self.nth.map_or_else(|| event.to_owned(), |nth| format!("{event}#{nth}"));
        let named = self.entitlement_id.as_deref().unwrap_or(&self.entitlement);
        let entitlement = Some(self.entitlement.as_str()).filter(|text| !text.is_empty());
        Fields::default()
            .with("grant_id", grant)
            .with("person_key", self.person_key.as_str())
            .with("system", self.system.as_str())
            .with("access_id", access_id(&self.system, &self.person_key, named))
            .maybe("entitlement", entitlement)
            .maybe("entitlement_id", self.entitlement_id.as_deref())
            .maybe("kind", Some(self.kind).filter(|kind| !kind.is_empty()))
            .maybe("account_id", self.account.as_deref())
    }
}
