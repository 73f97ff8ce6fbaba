//! The framework of an OSCAL catalog in JSON: groups become headings, controls and their enhancements requirements.

use std::collections::BTreeMap;

use attestry_domain::id::RequirementId;
use attestry_domain::time::{self, Day};
use serde_json::{Map, Value};

use super::framework::{Found, Node, SEE, plain};
use super::{Given, fault};
use crate::error::{CatalogError, Fault, PackFault};
use crate::fields::Place;

mod statement;

/// Groups and controls within each other at most.
const DEEPEST: usize = 16;

type Object = Map<String, Value>;

pub(super) fn read(given: &Given<'_>) -> Result<Found, Vec<CatalogError>> {
    let json = |error: serde_json::Error| fault(given.file, PackFault::Json(error.to_string()));
    let document: Value = serde_json::from_str(given.text()?).map_err(json)?;
    let catalog = match document.get("catalog").and_then(Value::as_object) {
        Some(catalog) => catalog,
        None if document.get("profile").is_some() => return Err(fault(given.file, PackFault::Profile)),
        None => return Err(fault(given.file, PackFault::NoCatalog(keys(&document)))),
    };
    let mut walk = Walk::new(given, catalog);
    walk.inside(catalog, "catalog", (Above::Group, None), 0);
    if !walk.errors.is_empty() {
        return Err(walk.errors);
    }
    let empty = Object::new();
    let metadata = catalog.get("metadata").and_then(Value::as_object).unwrap_or(&empty);
    let base = given.base();
    let licence_note = match given.reading.with_text {
        true => format!("Identifiers, titles and text as {base} has them; the rights are the publisher's."),
        false => format!("Identifiers and titles as {base} has them; for the text see the publication."),
    };
    let own = |key| text(metadata, key).map(|own| plain(&own.replace('*', ""))).filter(|own| !own.is_empty());
    Ok(Found {
        title: own("title").unwrap_or_else(|| given.name.to_owned()),
        version: own("version").unwrap_or_else(|| "not said".to_owned()),
        publisher: publisher(metadata)
            .or_else(|| given.reading.publisher.clone())
            .unwrap_or_else(|| "not said".to_owned()),
        licence_note,
        as_of: modified(metadata).unwrap_or(given.reading.today),
        nodes: walk.nodes,
    })
}

/// The keys of a document, to say what it is instead.
fn keys(document: &Value) -> String {
    let keys = document.as_object().map(|keys| keys.keys().take(5).map(|key| format!("`{key}`")));
    let keys: Vec<String> = keys.into_iter().flatten().collect();
    if keys.is_empty() { "no key at all".to_owned() } else { keys.join(", ") }
}

/// Whoever is responsible as publisher, else as creator or author, else the first organisation.
fn publisher(metadata: &Object) -> Option<String> {
    let parties: Vec<&Object> = objects(metadata, "parties").collect();
    let by_role = |role: &str| {
        let roles = objects(metadata, "responsible-parties");
        let mut roles = roles.filter(|one| text(one, "role-id") == Some(role));
        let uuid = roles.find_map(|one| one.get("party-uuids")?.as_array()?.first()?.as_str())?;
        parties.iter().find(|party| text(party, "uuid") == Some(uuid)).and_then(|party| text(party, "name"))
    };
    let roles = ["publisher", "creator", "author", "prepared-by"];
    let organisation = || {
        let mut those = parties.iter().filter(|party| text(party, "type") == Some("organization"));
        those.find_map(|party| text(party, "name"))
    };
    roles.into_iter().find_map(by_role).or_else(organisation).map(plain).filter(|name| !name.is_empty())
}

/// The day of the last change.
fn modified(metadata: &Object) -> Option<Day> {
    time::day(text(metadata, "last-modified")?.get(..10)?).ok()
}

/// What a control stands in.
#[derive(Clone, Copy)]
enum Above {
    /// A group, or the catalog itself.
    Group,
    Control,
}

/// The nodes so far, and what is wrong.
struct Walk<'a> {
    given: &'a Given<'a>,
    params: BTreeMap<&'a str, &'a Object>,
    /// Whether every control's label is an identifier of its own.
    labelled: bool,
    nodes: Vec<Node>,
    errors: Vec<CatalogError>,
}

impl<'a> Walk<'a> {
    fn new(given: &'a Given<'a>, catalog: &'a Object) -> Self {
        let (mut controls, mut params) = (Vec::new(), BTreeMap::new());
        gather(catalog, 0, &mut controls, &mut params);
        let mut labels: Vec<&str> = controls.iter().filter_map(|control| label(control)).collect();
        let fit = |label: &&str| format!("{}:{label}", given.name).parse::<RequirementId>().is_ok();
        let all_fit = labels.len() == controls.len() && labels.iter().all(fit);
        labels.sort_unstable();
        let twice = labels.windows(2).any(|pair| matches!(pair, [one, other] if one == other));
        Self { given, params, labelled: all_fit && !twice, nodes: Vec::new(), errors: Vec::new() }
    }

    /// The groups and controls of a catalog, group or control.
    fn inside(&mut self, of: &'a Object, key: &str, (above, parent): (Above, Option<&str>), depth: usize) {
        if depth > DEEPEST {
            let place = self.place(key);
            return self.errors.push(place.error(Fault::Pack(PackFault::Deep(DEEPEST))));
        }
        for (at, group) in objects(of, "groups").enumerate() {
            self.group(group, &format!("{key}.groups[{at}]"), parent, depth);
        }
        for (at, control) in objects(of, "controls").enumerate() {
            self.control(control, &format!("{key}.controls[{at}]"), (above, parent), depth);
        }
    }

    fn group(&mut self, group: &'a Object, key: &str, parent: Option<&str>, depth: usize) {
        let Some(title) = self.title(group, key) else { return };
        let id = text(group, "id").map_or_else(|| title.clone(), str::to_owned);
        let kind = text(group, "class").map(plain).filter(|kind| !kind.is_empty());
        let kind = kind.unwrap_or_else(|| "group".to_owned());
        self.nodes.push(Node { kind, ..self.node(&id, title, key, parent) });
        self.inside(group, key, (Above::Group, Some(&id)), depth + 1);
    }

    fn control(
        &mut self,
        control: &'a Object,
        key: &str,
        (above, parent): (Above, Option<&str>),
        depth: usize,
    ) {
        let Some(title) = self.title(control, key) else { return };
        let Some(own) = text(control, "id") else {
            let place = self.place(key);
            return self.errors.push(place.error(Fault::MissingKey("id")));
        };
        let id = if self.labelled { label(control).unwrap_or(own) } else { own }.to_owned();
        let withdrawn = is_withdrawn(control);
        let kind = match above {
            _ if withdrawn => "withdrawn",
            Above::Control => "enhancement",
            Above::Group => "control",
        };
        let summary = match (withdrawn, self.given.reading.with_text) {
            (true, _) => String::new(),
            (false, true) => statement::of(control, &self.params).unwrap_or_else(|| SEE.to_owned()),
            (false, false) => SEE.to_owned(),
        };
        let (kind, assessable) = (kind.to_owned(), !withdrawn);
        self.nodes.push(Node { kind, assessable, summary, ..self.node(&id, title, key, parent) });
        self.inside(control, key, (Above::Control, Some(&id)), depth + 1);
    }

    fn node(&self, id: &str, title: String, key: &str, parent: Option<&str>) -> Node {
        Node {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            kind: String::new(),
            title,
            assessable: false,
            summary: String::new(),
            place: self.place(&format!("{key}.id")),
            parent_place: self.place(key),
        }
    }

    fn title(&mut self, of: &Object, key: &str) -> Option<String> {
        let title = text(of, "title").map(plain).filter(|title| !title.is_empty());
        if title.is_none() {
            let place = self.place(key);
            self.errors.push(place.error(Fault::MissingKey("title")));
        }
        title
    }

    fn place(&self, key: &str) -> Place {
        Place { file: self.given.file.to_owned(), line: None, key: Some(key.to_owned()) }
    }
}

/// Every control below, and every parameter by its name.
fn gather<'a>(
    of: &'a Object,
    depth: usize,
    controls: &mut Vec<&'a Object>,
    params: &mut BTreeMap<&'a str, &'a Object>,
) {
    if depth > DEEPEST {
        return;
    }
    params.extend(objects(of, "params").filter_map(|param| Some((text(param, "id")?, param))));
    for control in objects(of, "controls") {
        controls.push(control);
    }
    for below in objects(of, "groups").chain(objects(of, "controls")) {
        gather(below, depth + 1, controls, params);
    }
}

/// What the publication calls it: the label that is meant for no particular use.
fn label(of: &Object) -> Option<&str> {
    let mut labels = objects(of, "props").filter(|prop| text(prop, "name") == Some("label"));
    let label = labels.find(|prop| prop.get("class").is_none())?;
    text(label, "value")
}

fn is_withdrawn(control: &Object) -> bool {
    objects(control, "props").any(|prop| {
        let is_status = text(prop, "name") == Some("status");
        is_status && text(prop, "value").is_some_and(|value| value.eq_ignore_ascii_case("withdrawn"))
    })
}

fn objects<'a>(of: &'a Object, key: &str) -> impl Iterator<Item = &'a Object> + use<'a> {
    of.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn text<'a>(of: &'a Object, key: &str) -> Option<&'a str> {
    of.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}
