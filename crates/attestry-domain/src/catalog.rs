//! What the catalogs say: frameworks, the one control set, control tests and streams. Loaded and checked by
//! `attestry-catalog`; here only the types and the look-ups that decisions and assessments need.

use std::collections::{BTreeMap, BTreeSet};

pub use attestry_stats::{ColumnType, Value};
use serde::{Deserialize, Serialize};

use crate::advise::Adviser;
use crate::id::{ControlId, Digest, FrameworkId, RequirementId, StreamId, TestId};

pub use control::{Cadence, Control, ControlType, Mapping, MappingKind, Nature};
pub use crosswalk::{Answers, Crosswalk, Related, Relation, Row};
pub use framework::{Applies, Category, CitedSource, Framework, FrameworkKind, Requirement, Scheme};
pub use law::{LawDate, LawState};
pub(crate) use links::{InRow, Marks, OfRequirement};

use links::Links;

mod control;
mod crosswalk;
mod framework;
mod law;
mod links;

/// The tables that SQL sees besides streams and datasets, none of which may bear one of these names.
pub const PROGRAMME_TABLES: [&str; 18] = [
    "framework",
    "requirement",
    "mapping",
    "control",
    "attestation",
    "expected_occurrence",
    "calendar",
    "person",
    "artifact",
    "segment",
    "test_run",
    "ai_system",
    "ai_deployment",
    "ai_assessment",
    "threshold",
    "requirement_state",
    "parameter",
    "population",
];

/// All content of one version, under one digest.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// SHA-256 over the canonical form of everything below.
    pub digest: Option<Digest>,
    /// By short name.
    pub frameworks: BTreeMap<FrameworkId, Framework>,
    /// By qualified identifier, across frameworks.
    pub requirements: BTreeMap<RequirementId, Requirement>,
    /// The requirements of each framework in the order of its publication.
    pub order: BTreeMap<FrameworkId, Vec<RequirementId>>,
    /// The one control set.
    pub controls: BTreeMap<ControlId, Control>,
    /// Control tests.
    pub tests: BTreeMap<TestId, ControlTest>,
    /// Kinds of records.
    pub streams: BTreeMap<StreamId, Stream>,
    /// What to get first, and why; empty when the catalog has none.
    pub adviser: Adviser,
    /// Requirement to requirement, between two frameworks each.
    pub crosswalks: Vec<Crosswalk>,
    /// What the control set covers, topic by topic.
    pub topics: Vec<Topic>,
    links: Links,
}

/// A topic that people ask about, such as bias, and the controls that make it up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Topic {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// What belongs to it.
    pub about: String,
    /// The controls.
    pub controls: Vec<ControlId>,
}

/// An executable check of one control: a population query and an exception rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ControlTest {
    /// Its identifier and folder name.
    pub id: TestId,
    /// The control it checks.
    pub control: ControlId,
    /// What it finds out, as a sentence.
    pub title: String,
    /// What one row of the population is, such as `merged change`.
    pub unit: String,
    /// Streams whose completeness the result rests on; empty when it reads only the programme.
    pub streams: Vec<StreamId>,
    /// Values the queries read from the one-row table `parameter`.
    pub parameters: Vec<Parameter>,
    /// One row an occurrence: `id`, `occurred_at`, and what helps to read it.
    pub population: String,
    /// Rows of `population` that broke the rule: `id`, `reason`.
    pub exceptions: String,
}

/// A threshold that a test reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parameter {
    /// Column in the table `parameter`.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// Its unit, such as `days`.
    pub unit: String,
    /// The value when the organisation says nothing else.
    pub default: Value,
}

/// A typed kind of record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stream {
    /// Its name, as SQL sees it.
    pub id: StreamId,
    /// What one record is.
    pub title: String,
    /// How repeats of a key are read.
    pub keeping: Keeping,
    /// Columns that together identify a record.
    pub key: Vec<String>,
    /// The column that says when it happened.
    pub event_time: String,
    /// How long its records are kept, where the catalog says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// The columns.
    pub columns: Vec<StreamColumn>,
}

/// How long records are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Months from the event time on.
    pub months: u16,
    /// Which rule or habit asks for that long.
    pub because: String,
}

/// How a stream treats a key that comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// A key never repeats: the same again is dropped, other contents are a conflict.
    Append,
    /// The newest record of a key counts, older ones remain.
    Upsert,
}

/// One column of a stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StreamColumn {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: ColumnType,
    /// Meaning, with unit.
    pub meaning: String,
    /// Unit of a number, such as `seconds`, `count` or `ratio`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether null is refused.
    pub required: bool,
    /// Whether it is personal data and so kept in a side object.
    pub personal: bool,
}

impl Catalog {
    /// Puts a catalog together and indexes its mappings.
    pub fn new(
        digest: Digest,
        frameworks: Vec<(Framework, Vec<Requirement>)>,
        controls: Vec<Control>,
        tests: Vec<ControlTest>,
        streams: Vec<Stream>,
    ) -> Self {
        let mut catalog = Self { digest: Some(digest), ..Self::default() };
        for (framework, requirements) in frameworks {
            let order = requirements.iter().map(|requirement| requirement.id.clone()).collect();
            catalog.order.insert(framework.id.clone(), order);
            catalog.frameworks.insert(framework.id.clone(), framework);
            catalog.requirements.extend(requirements.into_iter().map(|one| (one.id.clone(), one)));
        }
        for (id, order) in &catalog.order {
            catalog.links.add_framework(id, order, &catalog.requirements);
        }
        controls.iter().for_each(|control| catalog.links.add_control(control));
        catalog.controls = controls.into_iter().map(|control| (control.id.clone(), control)).collect();
        catalog.tests = tests.into_iter().map(|test| (test.id.clone(), test)).collect();
        catalog.tests.values().for_each(|test| catalog.links.add_test(test));
        catalog.streams = streams.into_iter().map(|stream| (stream.id.clone(), stream)).collect();
        catalog
    }

    /// The same catalog with an adviser.
    #[must_use]
    pub fn with_adviser(self, adviser: Adviser) -> Self {
        Self { adviser, ..self }
    }

    /// The same catalog with crosswalks.
    #[must_use]
    pub fn with_crosswalks(mut self, crosswalks: Vec<Crosswalk>) -> Self {
        self.links.add_rows(&crosswalks);
        self.crosswalks = crosswalks;
        self
    }

    /// The same catalog with topics.
    #[must_use]
    pub fn with_topics(mut self, topics: Vec<Topic>) -> Self {
        self.topics = topics;
        self
    }

    /// The rows about a requirement, each read from the other requirement towards this one.
    pub fn related<'a>(&'a self, requirement: &RequirementId) -> impl Iterator<Item = Related<'a>> + use<'a> {
        let rows = self.linked(requirement).into_iter().flat_map(|linked| &linked.rows);
        rows.filter_map(|row| self.row(row))
    }

    /// A row read from the other requirement towards the one that is linked to it.
    pub(crate) fn row(&self, at: &InRow) -> Option<Related<'_>> {
        let row = self.crosswalks.get(at.crosswalk)?.rows.get(at.row)?;
        Some(if at.is_second { row.towards_second() } else { row.towards_first() })
    }

    /// What is linked to a requirement: controls, rows, and its number.
    pub(crate) fn linked(&self, requirement: &RequirementId) -> Option<&OfRequirement> {
        self.links.requirement(requirement)
    }

    /// Marks for requirements by number.
    pub(crate) fn requirement_marks(&self) -> Marks {
        Marks::none(self.links.requirements())
    }

    /// Marks for controls by number.
    pub(crate) fn control_marks(&self) -> Marks {
        Marks::none(self.links.controls())
    }

    /// The number of a control that the catalog names, below [`Self::control_numbers`].
    pub(crate) fn number_of(&self, control: &ControlId) -> Option<usize> {
        self.links.number_of(control)
    }

    /// How many controls the catalog names.
    pub(crate) fn control_numbers(&self) -> usize {
        self.links.controls()
    }

    /// The crosswalk between two frameworks, whichever way it was written.
    pub fn crosswalk(&self, one: &FrameworkId, other: &FrameworkId) -> Option<&Crosswalk> {
        let is_meant = |crosswalk: &&Crosswalk| {
            (&crosswalk.from, &crosswalk.to) == (one, other)
                || (&crosswalk.from, &crosswalk.to) == (other, one)
        };
        self.crosswalks.iter().find(is_meant)
    }

    /// The controls mapped to a requirement, each with its mapping, in order of control.
    pub fn mapped<'a>(
        &'a self,
        requirement: &RequirementId,
    ) -> impl Iterator<Item = (&'a Control, &'a Mapping)> + use<'a> {
        let mapped = self.linked(requirement).into_iter().flat_map(|linked| &linked.mapped);
        mapped.filter_map(|mapped| {
            let control = self.controls.get(&mapped.control)?;
            Some((control, control.mappings.get(mapped.at)?))
        })
    }

    /// The requirements of a framework, in its own order.
    pub fn requirements_of<'a>(
        &'a self,
        framework: &FrameworkId,
    ) -> impl Iterator<Item = &'a Requirement> + use<'a> {
        let found: Vec<&'a Requirement> = match self.links.places(framework) {
            // One walk is faster than a search for each.
            Some((first, places)) => {
                let walked = self.requirements.range(first..).map(|(_, one)| one).take(places.len());
                let walked: Vec<&Requirement> = walked.collect();
                places.iter().filter_map(|at| walked.get(*at).copied()).collect()
            }
            None => {
                let order = self.order.get(framework).into_iter().flatten();
                order.filter_map(|id| self.requirements.get(id)).collect()
            }
        };
        found.into_iter()
    }

    /// The fewest controls with which every assessable requirement of a framework, within categories, can be met:
    /// those that are key for one.
    pub fn needed(&self, framework: &FrameworkId, categories: &BTreeSet<String>) -> BTreeSet<ControlId> {
        let known = self.frameworks.get(framework);
        let in_scope = |one: &&Requirement| {
            known.is_some_and(|known| known.has_in_scope(one, |category| categories.contains(category)))
        };
        let assessed = self.requirements_of(framework).filter(|one| one.assessable).filter(in_scope);
        let mapped = assessed.flat_map(|requirement| self.mapped(&requirement.id));
        mapped.filter(|(_, mapping)| mapping.kind.is_key()).map(|(control, _)| control.id.clone()).collect()
    }

    /// The tests that check a control, in order of identifier.
    pub fn tests_of<'a>(&'a self, control: &'a ControlId) -> impl Iterator<Item = &'a ControlTest> {
        self.links.tests_of(control).iter().filter_map(|id| self.tests.get(id))
    }

    /// The requirements that a text can mean: itself when qualified, else every framework's of that code. Letter
    /// case counts only where two identifiers differ in nothing else.
    pub fn resolve(&self, text: &str, adopted: &[FrameworkId]) -> Vec<RequirementId> {
        if let Some(id) = text.parse().ok().filter(|id| self.requirements.contains_key(id)) {
            return vec![id];
        }
        let ids = adopted.iter().filter_map(|framework| format!("{framework}:{text}").parse().ok());
        let exact: Vec<RequirementId> = ids.filter(|id| self.requirements.contains_key(id)).collect();
        if !exact.is_empty() {
            return exact;
        }
        let qualified = |id: &&RequirementId| id.as_str().eq_ignore_ascii_case(text);
        let bare = |id: &&RequirementId| {
            id.code().eq_ignore_ascii_case(text) && adopted.iter().any(|one| one.as_str() == id.framework())
        };
        let found: Vec<RequirementId> = self.requirements.keys().filter(qualified).cloned().collect();
        if found.is_empty() { self.requirements.keys().filter(bare).cloned().collect() } else { found }
    }
}
