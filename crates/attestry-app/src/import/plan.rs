//! A stream and a map made into one plan: which column of the file fills which column of the stream, and how.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::{Stream, StreamColumn};
use attestry_stats::{ColumnType, Value};
use jiff::tz::TimeZone;

use super::cell::{self, Cell};
use super::error::{ImportError, Place, nearest_name};
use super::map::{Map, MapError, Rule, Scalar};
use super::time::TimeFormat;

/// What an import does with each column.
pub(super) struct Plan {
    pub(super) file: String,
    pub(super) stream: String,
    /// The stream's columns in its order.
    pub(super) targets: Vec<Target>,
    /// The file's columns that are read, by number.
    pub(super) sources: Vec<Source>,
    /// Texts that mean absent.
    pub(super) null_values: BTreeSet<String>,
    ignored: BTreeSet<String>,
    ignores_rest: bool,
}

/// A column of the stream and how its values are read.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: ColumnType,
    pub(super) required: bool,
    /// What it gets when the file says nothing: the map's constant, or null.
    pub(super) fill: Value,
    pub(super) format: Option<TimeFormat>,
    pub(super) zone: Option<TimeZone>,
    pub(super) values: Option<BTreeMap<String, Value>>,
}

/// A column of the file.
pub(super) struct Source {
    pub(super) name: String,
    /// The stream's columns it fills, by number.
    pub(super) targets: Vec<usize>,
    /// Whether the map names it.
    stated: bool,
}

impl Plan {
    pub(super) fn new(stream: &Stream, map: Option<&Map>, file: &str) -> Result<Self, ImportError> {
        let empty = Map::default();
        let map = map.unwrap_or(&empty);
        check_distinct(stream, file)?;
        check_targets(stream, map)?;
        let mut plan = Self {
            file: file.to_owned(),
            stream: stream.id.to_string(),
            targets: Vec::new(),
            sources: Vec::new(),
            null_values: map.null_values.clone(),
            ignored: map.ignored.clone(),
            ignores_rest: map.ignored.contains("*"),
        };
        for (at, column) in stream.columns.iter().enumerate() {
            let rule = map.columns.get(&column.name);
            let mut target = Target::new(column, rule, map)?;
            target.required |= stream.key.contains(&column.name);
            plan.targets.push(target);
            match rule {
                Some(rule) => rule.column.iter().for_each(|name| plan.bind(name, at, true)),
                None => plan.bind(&column.name, at, false),
            }
        }
        Ok(plan)
    }

    /// A plan whose sources are exactly those the caller binds.
    pub(super) fn bare(stream: &Stream, file: &str) -> Result<Self, ImportError> {
        let mut plan = Self::new(stream, None, file)?;
        plan.sources.clear();
        Ok(plan)
    }

    /// Lets a column of the file fill a column of the stream.
    pub(super) fn bind(&mut self, name: &str, target: usize, stated: bool) {
        match self.sources.iter_mut().find(|source| source.name == name) {
            Some(source) => {
                source.targets.push(target);
                source.stated |= stated;
            }
            None => self.sources.push(Source { name: name.to_owned(), targets: vec![target], stated }),
        }
    }

    /// Whether a column of the file is left out on purpose.
    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignores_rest || self.ignored.contains(name)
    }

    /// The refusal of a column of the file that nobody declared.
    pub(super) fn unknown(&self, column: &str, place: Place) -> ImportError {
        let names = self.sources.iter().map(|source| source.name.as_str());
        ImportError::UnknownColumn {
            file: self.file.clone(),
            place,
            stream: self.stream.clone(),
            column: super::error::shown(column),
            nearest: nearest_name(column, names),
        }
    }

    /// Matches the names in a header, by position: the number of the source each one is, `None` when ignored.
    pub(super) fn header(&self, names: &[String], place: Place) -> Result<Vec<Option<usize>>, ImportError> {
        let mut found = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let source = self.sources.iter().position(|source| source.name == *name);
            let again = names.iter().take(at).any(|other| other == name);
            match source {
                Some(_) if again => {
                    return Err(ImportError::DuplicateColumn {
                        file: self.file.clone(),
                        column: name.clone(),
                    });
                }
                None if !self.ignores(name) => return Err(self.unknown(name, place)),
                _ => found.push(source),
            }
        }
        self.check_missing(names, &found)?;
        Ok(found)
    }

    fn check_missing(&self, names: &[String], found: &[Option<usize>]) -> Result<(), ImportError> {
        let needed = |source: &Source| {
            let targets = source.targets.iter().filter_map(|at| self.targets.get(*at));
            source.stated || targets.into_iter().any(|target| target.required)
        };
        let absent = |at: usize| !found.contains(&Some(at));
        let sources = self.sources.iter().enumerate();
        let missing: Vec<String> = sources
            .filter(|(at, source)| needed(source) && absent(*at))
            .map(|(_, source)| source.name.clone())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(ImportError::MissingColumns { file: self.file.clone(), missing, found: names.to_vec() })
    }
}

impl Target {
    fn new(column: &StreamColumn, rule: Option<&Rule>, map: &Map) -> Result<Self, MapError> {
        let format = rule.and_then(|rule| rule.format.as_deref()).map(TimeFormat::new);
        let mut target = Self {
            name: column.name.clone(),
            kind: column.kind,
            required: column.required,
            fill: Value::Null,
            format,
            zone: map.zone.clone(),
            values: None,
        };
        if let Some(rule) = rule {
            if let Some(constant) = &rule.constant {
                target.fill = target.read(constant)?;
            }
            let listed = rule.values.as_ref().map(|values| {
                let read = |(from, to): (&String, &Scalar)| Ok((from.clone(), target.read(to)?));
                values.iter().map(read).collect::<Result<BTreeMap<_, _>, MapError>>()
            });
            target.values = listed.transpose()?;
        }
        Ok(target)
    }

    fn read(&self, scalar: &Scalar) -> Result<Value, MapError> {
        let cell = match scalar {
            Scalar::Boolean(truth) => Cell::Boolean(*truth),
            Scalar::Integer(number) => Cell::Integer(*number),
            Scalar::Float(number) => Cell::Float(*number),
            Scalar::Text(text) => Cell::Text(text),
        };
        cell::convert(cell, self).map_err(|rule| MapError::Value {
            column: self.name.clone(),
            value: cell.shown().unwrap_or_default(),
            rule,
        })
    }
}

fn check_distinct(stream: &Stream, file: &str) -> Result<(), ImportError> {
    let mut names = BTreeSet::new();
    match stream.columns.iter().find(|column| !names.insert(column.name.as_str())) {
        None => Ok(()),
        Some(column) => Err(ImportError::Shape {
            file: file.to_owned(),
            place: None,
            reason: format!(
                "stream `{}` declares column `{}` twice; correct the stream",
                stream.id, column.name
            ),
        }),
    }
}

fn check_targets(stream: &Stream, map: &Map) -> Result<(), MapError> {
    let names = || stream.columns.iter().map(|column| column.name.as_str());
    match map.columns.keys().find(|name| !names().any(|column| column == *name)) {
        None => Ok(()),
        Some(name) => Err(MapError::UnknownTarget {
            stream: stream.id.to_string(),
            column: name.clone(),
            nearest: nearest_name(name, names()),
        }),
    }
}
