//! Strict reading of maps: every key is asked for by name, what nobody asked for is an error, and reading goes
//! on after an error so that all of them are told at once.

use std::cell::RefCell;
use std::str::FromStr;

use attestry_domain::id::InvalidId;

use crate::error::{CatalogError, Fault};
use crate::nearest::nearest;
use crate::yaml::{Entry, Kind, Node};

/// A file being read, and what was wrong with it so far.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    file: &'a str,
    errors: RefCell<Vec<CatalogError>>,
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    pub(crate) key: Option<String>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// The keys of one map.
pub(crate) struct Fields<'a> {
    source: &'a Source<'a>,
    path: String,
    line: usize,
    entries: &'a [Entry],
    asked: Vec<&'static str>,
}

impl Place {
    /// File and line.
    pub(crate) fn spot(&self) -> String {
        self.line.map_or_else(|| self.file.clone(), |line| format!("{}:{line}", self.file))
    }

    pub(crate) fn error(&self, fault: Fault) -> CatalogError {
        CatalogError {
            file: self.file.clone(),
            line: self.line,
            key: self.key.clone(),
            fault: Box::new(fault),
        }
    }
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Self { file, errors: RefCell::default() }
    }

    pub(crate) fn into_errors(self) -> Vec<CatalogError> {
        self.errors.into_inner()
    }

    pub(crate) fn refuse(&self, place: &Place, fault: impl Into<Fault>) {
        self.errors.borrow_mut().push(place.error(fault.into()));
    }

    pub(crate) fn place(&self, line: usize, key: &str) -> Place {
        let key = (!key.is_empty()).then(|| key.to_owned());
        Place { file: self.file.to_owned(), line: Some(line), key }
    }

    /// The keys of a map; `path` is the key of the map itself, empty for the whole file.
    pub(crate) fn map(&'a self, node: &'a Node, path: &str) -> Option<Fields<'a>> {
        let Kind::Map(entries) = &node.kind else {
            self.refuse(
                &self.place(node.line, path),
                Fault::Shape { expected: "a map", found: node.shape() },
            );
            return None;
        };
        for (at, entry) in entries.iter().enumerate() {
            if entries.iter().take(at).any(|earlier| earlier.key == entry.key) {
                self.refuse(&self.place(entry.line, path), Fault::RepeatedKey(entry.key.clone()));
            }
        }
        Some(Fields { source: self, path: path.to_owned(), line: node.line, entries, asked: Vec::new() })
    }
}

impl<'a> Fields<'a> {
    /// Where the map itself stands.
    pub(crate) fn place(&self) -> Place {
        self.source.place(self.line, &self.path)
    }

    /// A text that must be there and say something.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Located<String>> {
        let found = self.optional_text(key);
        if found.is_none() && self.find(key).is_none_or(Node::is_null) {
            self.source.refuse(&self.place(), Fault::MissingKey(key));
        }
        found
    }

    /// A text that says something if it is there.
    pub(crate) fn optional_text(&mut self, key: &'static str) -> Option<Located<String>> {
        let node = self.ask(key).filter(|node| !node.is_null())?;
        self.text_of(node, &self.path_of(key))
    }

    /// An identifier that must be there.
    pub(crate) fn id<T: FromStr<Err = InvalidId>>(&mut self, key: &'static str) -> Option<Located<T>> {
        let text = self.text(key)?;
        self.parse(text)
    }

    /// One of a few words; must be there.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        self.choose(&text, choices)
    }

    /// One of a few words, if it is there.
    pub(crate) fn optional_choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.optional_text(key)?;
        self.choose(&text, choices)
    }

    /// True or false; must be there.
    pub(crate) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.choice(key, &[("true", true), ("false", false)])
    }

    /// True or false; false when it is not there.
    pub(crate) fn optional_flag(&mut self, key: &'static str) -> bool {
        self.optional_choice(key, &[("true", true), ("false", false)]).unwrap_or(false)
    }

    /// The value of a key as it stands; must be there.
    pub(crate) fn node(&mut self, key: &'static str) -> Option<(&'a Node, Place)> {
        let Some(node) = self.ask(key) else {
            self.source.refuse(&self.place(), Fault::MissingKey(key));
            return None;
        };
        Some((node, self.source.place(node.line, &self.path_of(key))))
    }

    /// The value of a key as it stands, if it is there.
    pub(crate) fn optional_node(&mut self, key: &'static str) -> Option<(&'a Node, Place)> {
        let node = self.ask(key).filter(|node| !node.is_null())?;
        Some((node, self.source.place(node.line, &self.path_of(key))))
    }

    /// The items of a list, each with its key; must be there, but may be empty.
    pub(crate) fn list(&mut self, key: &'static str) -> Vec<(&'a Node, String)> {
        if self.find(key).is_none() {
            self.source.refuse(&self.place(), Fault::MissingKey(key));
        }
        self.optional_list(key)
    }

    /// The items of a list, each with its key; none when it is not there.
    pub(crate) fn optional_list(&mut self, key: &'static str) -> Vec<(&'a Node, String)> {
        let Some(node) = self.ask(key) else { return Vec::new() };
        let path = self.path_of(key);
        let Kind::List(items) = &node.kind else {
            let fault = Fault::Shape { expected: "a list", found: node.shape() };
            self.source.refuse(&self.source.place(node.line, &path), fault);
            return Vec::new();
        };
        items.iter().enumerate().map(|(at, item)| (item, format!("{path}[{at}]"))).collect()
    }

    /// The texts of a list; must be there, but may be empty.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Located<String>> {
        let items = self.list(key);
        items.into_iter().filter_map(|(node, path)| self.text_of(node, &path)).collect()
    }

    /// The texts of a list; none when it is not there.
    pub(crate) fn optional_texts(&mut self, key: &'static str) -> Vec<Located<String>> {
        let items = self.optional_list(key);
        items.into_iter().filter_map(|(node, path)| self.text_of(node, &path)).collect()
    }

    /// The identifiers of a list; must be there, but may be empty.
    pub(crate) fn ids<T: FromStr<Err = InvalidId>>(&mut self, key: &'static str) -> Vec<Located<T>> {
        let texts = self.texts(key);
        texts.into_iter().filter_map(|text| self.parse(text)).collect()
    }

    /// The maps of a list; must be there, but may be empty.
    pub(crate) fn maps(&mut self, key: &'static str) -> Vec<Fields<'a>> {
        let items = self.list(key);
        items.into_iter().filter_map(|(node, path)| self.source.map(node, &path)).collect()
    }

    /// The maps of a list; none when it is not there.
    pub(crate) fn optional_maps(&mut self, key: &'static str) -> Vec<Fields<'a>> {
        let items = self.optional_list(key);
        items.into_iter().filter_map(|(node, path)| self.source.map(node, &path)).collect()
    }

    /// The map under a key, if it is there.
    pub(crate) fn optional_map(&mut self, key: &'static str) -> Option<Fields<'a>> {
        let node = self.ask(key).filter(|node| !node.is_null())?;
        self.source.map(node, &self.path_of(key))
    }

    /// A whole number within bounds, if it is there.
    pub(crate) fn optional_number(&mut self, key: &'static str, least: u8, most: u8) -> Option<u8> {
        let text = self.optional_text(key)?;
        let number = text.value.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.refuse(&text.place, Fault::Number { found: text.value, least, most });
        }
        number
    }

    /// Reads what a text says; says why when it is no such thing.
    pub(crate) fn parse<T: FromStr<Err = E>, E: Into<Fault>>(
        &self,
        text: Located<String>,
    ) -> Option<Located<T>> {
        match text.value.parse() {
            Ok(value) => Some(Located { value, place: text.place }),
            Err(error) => {
                self.source.refuse(&text.place, error);
                None
            }
        }
    }

    /// Refuses something about this map.
    pub(crate) fn refuse(&self, place: &Place, fault: impl Into<Fault>) {
        self.source.refuse(place, fault);
    }

    /// Refuses every key that was not asked for.
    pub(crate) fn finish(self) {
        for entry in self.entries {
            if !self.asked.contains(&entry.key.as_str()) {
                let nearest = nearest(&entry.key, self.asked.iter().copied());
                let place = self.source.place(entry.line, &self.path);
                self.source.refuse(&place, Fault::UnknownKey { key: entry.key.clone(), nearest });
            }
        }
    }

    fn ask(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        self.find(key)
    }

    fn find(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn text_of(&self, node: &Node, path: &str) -> Option<Located<String>> {
        let place = self.source.place(node.line, path);
        let fault = match &node.kind {
            Kind::Scalar { text, .. } if !text.trim().is_empty() => {
                return Some(Located { value: text.trim().to_owned(), place });
            }
            Kind::Scalar { .. } => Fault::Empty,
            _ => Fault::Shape { expected: "a text", found: node.shape() },
        };
        self.source.refuse(&place, fault);
        None
    }

    fn choose<T: Copy>(&self, text: &Located<String>, choices: &[(&'static str, T)]) -> Option<T> {
        let found = choices.iter().find(|(word, _)| *word == text.value).map(|(_, choice)| *choice);
        if found.is_none() {
            let choices: Vec<&'static str> = choices.iter().map(|(word, _)| *word).collect();
            let nearest = nearest(&text.value, choices.iter().copied());
            self.source.refuse(&text.place, Fault::Choice { found: text.value.clone(), choices, nearest });
        }
        found
    }
}
