//! A catalog while it is put together: what was read, where each name was given and used, what is wrong.

use std::collections::BTreeMap;

use attestry_domain::catalog::{Catalog, Control, ControlTest, Framework, Requirement, Stream};
use attestry_domain::id::Digest;

use crate::error::{CatalogError, Fault, Noun};
use crate::fields::{Located, Place};

#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) frameworks: Vec<(Framework, Vec<Requirement>)>,
    pub(crate) controls: Vec<Control>,
    pub(crate) tests: Vec<ControlTest>,
    pub(crate) streams: Vec<Stream>,
    /// Where each name was first given.
    pub(crate) places: BTreeMap<(Noun, String), Place>,
    /// Where a name was used.
    pub(crate) uses: Vec<(Noun, Located<String>)>,
    /// Every text with its place, for rules about words.
    pub(crate) texts: Vec<Located<String>>,
    pub(crate) errors: Vec<CatalogError>,
}

impl Draft {
    /// Gives something its name; a name given before is an error.
    pub(crate) fn define(&mut self, noun: Noun, id: impl ToString, place: &Place) {
        let id = id.to_string();
        if let Some(first) = self.places.get(&(noun, id.clone())) {
            let first =
                first.line.map_or_else(|| first.file.clone(), |line| format!("{}:{line}", first.file));
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

    /// The catalog, or all that is wrong, in order of file and line.
    pub(crate) fn finish(mut self, digest: Digest) -> Result<Catalog, Vec<CatalogError>> {
        if self.errors.is_empty() {
            return Ok(Catalog::new(digest, self.frameworks, self.controls, self.tests, self.streams));
        }
        self.errors.sort_by(|a, b| (&a.file, a.line, &a.key).cmp(&(&b.file, b.line, &b.key)));
        Err(self.errors)
    }
}
