//! A map from a foreign file's columns to a stream's, written as YAML.
//!
//! ```yaml
//! columns:
//!   change_id: "Change Number"                      # a column of the file, or a dotted path into nested JSON
//!   merged_at: { column: closed, format: "%d/%m/%Y %H:%M" }
//!   severity:  { column: impact, values: { "1 - High": critical, "2 - Medium": high } }
//!   repository: { constant: acme/api }
//! constants: { source: servicenow }                 # the same as a column with `constant`
//! time_zone: Europe/Berlin                          # for times without an offset
//! ignore: [assigned_to, "*"]                        # columns of the file to leave out; "*" is all not named
//! null_values: ["?", "N/A"]                         # texts that mean absent
//! encoding: windows-1252                            # else UTF-8
//! delimiter: ";"                                    # CSV only; else a comma
//! ```
//!
//! A stream column that the map does not mention is filled from the file's column of the same name. A `format` is
//! a strptime pattern, or `epoch_seconds`, `epoch_millis`, `epoch_micros`, `epoch_nanos`. With `values` a value
//! that is not listed is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use attestry_domain::time::zone;
use jiff::tz::TimeZone;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

/// How a foreign file's columns become a stream's.
#[derive(Debug, Clone, Default)]
pub struct Map {
    pub(super) columns: BTreeMap<String, Rule>,
    pub(super) zone: Option<TimeZone>,
    pub(super) ignored: BTreeSet<String>,
    pub(super) null_values: BTreeSet<String>,
    pub(super) encoding: Encoding,
    pub(super) delimiter: Option<u8>,
}

/// What is wrong with a map.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MapError {
    /// No map at all.
    #[error("the map cannot be read: {0}")]
    Yaml(String),
    /// The time zone is unknown.
    #[error("the map's `time_zone`: {0}")]
    Zone(String),
    /// A column given by both or neither of `column` and `constant`.
    #[error("the map's column `{0}` needs either `column` or `constant`, and not both")]
    Source(String),
    /// The same column under `columns` and `constants`.
    #[error("the map states `{0}` under `columns` and under `constants`; remove one")]
    Twice(String),
    /// A delimiter that is not one character.
    #[error("the map's `delimiter` `{0}` must be one plain character, such as `;`")]
    Delimiter(String),
    /// A target that the stream does not have.
    #[error("the map fills column `{column}`, which stream `{stream}` does not have{}", super::error::or_nearest(.nearest))]
    UnknownTarget {
        /// The stream.
        stream: String,
        /// The column.
        column: String,
        /// The name that comes nearest.
        nearest: Option<String>,
    },
    /// A constant or listed value that its column does not take.
    #[error("the map's value for column `{column}`: `{value}` {rule}")]
    Value {
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The rule it breaks.
        rule: String,
    },
    /// A map where none applies.
    #[error("a CloudTrail file has fixed columns; leave the map out")]
    Fixed,
}

/// How text is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Where a stream's column comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    pub(super) column: Option<String>,
    pub(super) constant: Option<Scalar>,
    pub(super) format: Option<String>,
    pub(super) values: Option<BTreeMap<String, Scalar>>,
}

/// A value in YAML.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a text, a number, true or false")]
pub(super) enum Scalar {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    columns: BTreeMap<String, Entry>,
    #[serde(default)]
    constants: BTreeMap<String, Scalar>,
    time_zone: Option<String>,
    #[serde(default)]
    ignore: BTreeSet<String>,
    #[serde(default)]
    null_values: BTreeSet<String>,
    #[serde(default)]
    encoding: Encoding,
    delimiter: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    column: Option<String>,
    constant: Option<Scalar>,
    format: Option<String>,
    values: Option<BTreeMap<String, Scalar>>,
}

struct Entry(Rule);

impl Map {
    /// Reads a map.
    ///
    /// # Errors
    /// When the text is no YAML, has a key that maps do not have, or contradicts itself. Whether it fits a
    /// stream is found out when it is used.
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let document: Document = serde_saphyr::from_str(text).map_err(|error| {
            let message = error.without_snippet().to_string();
            MapError::Yaml(message.lines().next().unwrap_or_default().to_owned())
        })?;
        let mut columns = BTreeMap::new();
        for (name, Entry(rule)) in document.columns {
            if rule.column.is_some() == rule.constant.is_some() {
                return Err(MapError::Source(name));
            }
            columns.insert(name, rule);
        }
        for (name, constant) in document.constants {
            if columns.contains_key(&name) {
                return Err(MapError::Twice(name));
            }
            columns.insert(name, Rule { constant: Some(constant), ..Rule::default() });
        }
        let zone = document.time_zone.as_deref().map(zone).transpose();
        Ok(Self {
            columns,
            zone: zone.map_err(|error| MapError::Zone(error.to_string()))?,
            ignored: document.ignore,
            null_values: document.null_values,
            encoding: document.encoding,
            delimiter: document.delimiter.map(delimiter).transpose()?,
        })
    }
}

fn delimiter(text: String) -> Result<u8, MapError> {
    match text.as_bytes() {
        [byte @ (b'\t' | 0x20..=0x7e)] if *byte != b'"' => Ok(*byte),
        _ => Err(MapError::Delimiter(text)),
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;
        impl<'de> Visitor<'de> for EntryVisitor {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a column, or `column` or `constant`")
            }

            fn visit_str<E>(self, name: &str) -> Result<Entry, E> {
                Ok(Entry(Rule { column: Some(name.to_owned()), ..Rule::default() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
                let fields = Fields::deserialize(MapAccessDeserializer::new(map))?;
                let Fields { column, constant, format, values } = fields;
                Ok(Entry(Rule { column, constant, format, values }))
            }
        }
        deserializer.deserialize_any(EntryVisitor)
    }
}
