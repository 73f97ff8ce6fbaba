//! Formats that other products write, read as records of our streams.
//!
//! A product's file knows nothing of streams: one audit log holds sign-ins, grants and settings. Each format here is
//! a function from one *item* of a file (an event, a finding, a document) to any number of [`Found`] records, each
//! of the stream it belongs to. It is pure: no clock, no network, no files.
//!
//! What an item holds and no stream has a column for is passed over: the file is kept as evidence beside its
//! records. An item that no stream takes is counted with the reason ([`Out::pass`]); an item that should have been
//! a record and is not one is refused with the rule it breaks ([`Out::refuse`]). Nothing disappears unsaid, and
//! nothing is made up: what an item does not state stays absent.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

mod ai;
pub mod audit;
pub mod cyclonedx;
mod finding;
pub mod github_audit;
pub mod github_rest;
pub mod github_webhook;
pub mod in_toto;
pub mod junit;
pub mod kev;
pub mod litellm;
pub mod model_card;
pub mod ocsf;
pub mod okta;
pub mod oscal;
pub mod otlp;
pub mod sarif;
pub mod sigstore;
pub mod trivy;

/// A record of a stream, as an item states it. Types and rules of the stream are checked afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The stream's id.
    pub stream: &'static str,
    /// The item it comes from, counted from 1 in the order of the file.
    pub item: u64,
    /// Columns of the stream; an instant is RFC 3339 text, a date `YYYY-MM-DD`.
    pub fields: Fields,
}

/// An item that should have been a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The item, counted from 1.
    pub item: u64,
    /// The rule it breaks, to be read after "item 3: ".
    pub rule: String,
}

/// What a file gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Out {
    /// Items begun.
    pub items: u64,
    /// Records in the order of their items.
    pub found: Vec<Found>,
    /// Items that should have been records.
    pub refused: Vec<Refused>,
    /// Items that no stream takes: their kind, why, and how many.
    pub passed: BTreeMap<(String, &'static str), u64>,
}

impl Out {
    /// Starts the next item.
    pub fn begin(&mut self) {
        self.items += 1;
    }

    /// Adds a record of the current item.
    pub fn record(&mut self, stream: &'static str, fields: Fields) {
        self.found.push(Found { stream, item: self.items, fields });
    }

    /// Counts the current item as one that no stream takes: `kind` as the source names it, `why` for people.
    pub fn pass(&mut self, kind: impl Into<String>, why: &'static str) {
        *self.passed.entry((kind.into(), why)).or_default() += 1;
    }

    /// Refuses the current item.
    pub fn refuse(&mut self, rule: impl Into<String>) {
        self.refused.push(Refused { item: self.items, rule: rule.into() });
    }
}

/// The columns of a record; what is absent is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// With a value for a column.
    #[must_use]
    pub fn with(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.0.insert(column.to_owned(), value.into());
        self
    }

    /// With a value for a column where there is one.
    #[must_use]
    pub fn maybe(self, column: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(column, value),
            None => self,
        }
    }

    /// The value of a column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }

    /// The columns as one JSON object.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// Columns and values in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// The text at a path of member names; `None` when absent, empty or no text.
pub fn text<'v>(item: &'v Value, path: &[&str]) -> Option<&'v str> {
    at(item, path)?.as_str().filter(|text| !text.is_empty())
}

/// The value at a path of member names.
pub fn at<'v>(item: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(item, |value, name| value.get(*name)).filter(|value| !value.is_null())
}

/// The opaque key of a person or account: the first 16 hexadecimal digits of the SHA-256 of the lower-cased address,
/// or of the name where there is no address. The same person has the same key in every stream.
pub fn person_key(address: &str) -> String {
    let mut key = hex::encode(Sha256::digest(address.trim().to_lowercase().as_bytes()));
    key.truncate(16);
    key
}
