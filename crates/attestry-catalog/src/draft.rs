//! A catalog while it is put together: what was read, where each name was given and used, what is wrong.

use std::collections::BTreeMap;

use attestry_domain::advise::{Adviser, Question, Rule, Step};
use attestry_domain::catalog::{
    Catalog, Control, ControlTest, Crosswalk, Framework, Requirement, Stream, Topic,
};
use attestry_domain::id::Digest;

use crate::error::{CatalogError, Fault, Noun};
use crate::fields::{Located, Place};

#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) frameworks: Vec<(Framework, Vec<Requirement>)>,
    pub(crate) controls: Vec<Control>,
    pub(crate) tests: Vec<ControlTest>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) crosswalks: Vec<Crosswalk>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) questions: Vec<Question>,
    pub(crate) steps: Vec<Step>,
    pub(crate) rules: Vec<Rule>,
    /// Where each name was first given.
    pub(crate) places: BTreeMap<(Noun, String), Place>,
    /// Where a name was used.
    pub(crate) uses: Vec<(Noun, Located<String>)>,
    /// Every text with its place, for rules about words.
    pub(crate) texts: Vec<Located<String>>,
    /// Every reason for a relation, with the noun and the name within which no other may be the same.
    pub(crate) reasons: Vec<(Noun, String, Located<String>)>,
    pub(crate) errors: Vec<CatalogError>,
    /// Of each path that a pack brings, the path in the pack's folder.
    pub(crate) packed: BTreeMap<String, String>,
}

impl Draft {
    /// Gives something its name; a name given before is an error.
    pub(crate) fn define(&mut self, noun: Noun, id: impl ToString, place: &Place) {
        let id = id.to_string();
        if let Some(first) = self.places.get(&(noun, id.clone())) {
            let first = first.spot();
            self.errors.push(place.error(Fault::Duplicate { noun, id, first }));
        } else {
            self.places.insert((noun, id), place.clone());
        }
    }

    /// Notes that a name is used, to be looked up when all names are known.
    pub(crate) fn refer(&mut self, noun: Noun, id: impl ToString, place: &Place) {
        self.uses.push((noun, Located { value: id.to_string(), place: place.clone() }));
    }

    /// Where a name was given; the catalog as a whole when it was not.
    pub(crate) fn place(&self, noun: Noun, id: &str) -> Place {
        self.places.get(&(noun, id.to_owned())).cloned().unwrap_or_else(|| Place {
            file: "catalog".to_owned(),
            line: None,
            key: None,
        })
    }

    /// The names of a kind, in order.
    pub(crate) fn names(&self, noun: Noun) -> impl Iterator<Item = &str> {
        self.places.keys().filter(move |(of, _)| *of == noun).map(|(_, id)| id.as_str())
    }

    /// Whether a rule about content asks for something here. What lies under packs was checked when it was shipped, and
    /// of a pack only that is asked which would be wrong by itself.
    pub(crate) fn asks(&self, error: &CatalogError) -> bool {
        self.packed.is_empty() || self.packed.contains_key(&error.file) && !error.fault.is_incompleteness()
    }

    /// The catalog, or all that is wrong, in order of file and line.
    pub(crate) fn finish(mut self, digest: Digest) -> Result<Catalog, Vec<CatalogError>> {
        if self.errors.is_empty() {
            let catalog = Catalog::new(digest, self.frameworks, self.controls, self.tests, self.streams);
            let adviser = Adviser::new(self.questions, self.steps, self.rules);
            return Ok(catalog
                .with_adviser(adviser)
                .with_crosswalks(self.crosswalks)
                .with_topics(self.topics));
        }
        for error in &mut self.errors {
            if let Some(path) = self.packed.get(&error.file) {
                error.file.clone_from(path);
            }
            if let Fault::Duplicate { first, .. } = error.fault.as_mut()
                && let Some((file, line)) = first.rsplit_once(':')
                && let Some(path) = self.packed.get(file)
            {
                *first = format!("{path}:{line}");
            }
        }
        self.errors.sort_by(|a, b| (&a.file, a.line, &a.key).cmp(&(&b.file, b.line, &b.key)));
        Err(self.errors)
    }
}
