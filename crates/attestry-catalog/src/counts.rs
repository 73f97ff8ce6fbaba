//! What a catalog holds, in numbers.

use std::collections::BTreeMap;

use attestry_domain::catalog::{Catalog, Crosswalk, Framework, MappingKind, Relation, Requirement};
use attestry_domain::id::FrameworkId;
use serde::Serialize;

/// Numbers of everything in a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Frameworks in order of their short names.
    pub frameworks: Vec<FrameworkCounts>,
    /// Controls in the one control set.
    pub controls: usize,
    /// Families in order of their short names.
    pub families: Vec<FamilyCounts>,
    /// Mappings from controls to requirements.
    pub mappings: MappingCounts,
    /// Control tests.
    pub tests: usize,
    /// Controls that at least one test checks.
    pub tested_controls: usize,
    /// Streams.
    pub streams: usize,
    /// Crosswalks in order of their identifiers.
    pub crosswalks: Vec<CrosswalkCounts>,
    /// Topics.
    pub topics: usize,
}

/// Numbers of one crosswalk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CrosswalkCounts {
    /// Its identifier.
    pub id: String,
    /// The first framework.
    pub from: FrameworkId,
    /// The second framework.
    pub to: FrameworkId,
    /// Its rows.
    pub rows: usize,
    /// Its rows by relation, each relation once, the closest first.
    pub relations: Vec<RelationCount>,
    /// Requirements of the first framework that it finds no counterpart of.
    pub alone_from: usize,
    /// Requirements of the second framework that it finds no counterpart of.
    pub alone_to: usize,
}

/// The rows of one relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RelationCount {
    /// The relation.
    pub relation: Relation,
    /// Rows of it.
    pub rows: usize,
}

/// Numbers of one framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameworkCounts {
    /// Its short name.
    pub id: FrameworkId,
    /// What people call it.
    pub short: String,
    /// Its nodes of all kinds.
    pub requirements: usize,
    /// Its nodes by what the publisher calls them.
    pub by_kind: BTreeMap<String, usize>,
    /// How far the control set reaches into its assessable requirements.
    pub reach: Reach,
    /// Assessable requirements that say why no control answers them.
    pub unmapped: usize,
    /// Assessable requirements with at least one key control, in percent of all, rounded down: 100 means every one.
    pub mapped_percent: u8,
    /// The same by category, where the framework has categories.
    pub categories: Vec<CategoryCounts>,
}

/// Numbers of one category of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryCounts {
    /// Its name in files.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How far the control set reaches into it.
    pub reach: Reach,
}

/// How many assessable requirements have controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Reach {
    /// Assessable requirements.
    pub assessable: usize,
    /// Those with at least one key control.
    pub with_key: usize,
    /// Those with at least one control, key or supporting.
    pub with_any: usize,
}

/// Numbers of one family of controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FamilyCounts {
    /// Its short name.
    pub family: String,
    /// Its title.
    pub title: String,
    /// Controls in it.
    pub controls: usize,
}

/// Numbers of mappings by what they give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MappingCounts {
    /// All of them.
    pub total: usize,
    /// Meet the requirement alone.
    pub satisfies: usize,
    /// Contribute as key.
    pub key: usize,
    /// Contribute as supporting.
    pub supporting: usize,
}

/// Counts a catalog.
pub fn counts(catalog: &Catalog) -> Counts {
    let tested = |id| catalog.tests_of(id).next().is_some();
    Counts {
        frameworks: catalog.frameworks.values().map(|framework| of_framework(catalog, framework)).collect(),
        controls: catalog.controls.len(),
        families: families(catalog),
        mappings: mappings(catalog),
        tests: catalog.tests.len(),
        tested_controls: catalog.controls.keys().filter(|id| tested(id)).count(),
        streams: catalog.streams.len(),
        crosswalks: crosswalks(catalog),
        topics: catalog.topics.len(),
    }
}

fn crosswalks(catalog: &Catalog) -> Vec<CrosswalkCounts> {
    let of_crosswalk = |crosswalk: &Crosswalk| {
        let alone = |side: &FrameworkId| {
            crosswalk.alone.keys().filter(|one| one.framework() == side.as_str()).count()
        };
        let relations = crosswalk.counts().into_iter();
        CrosswalkCounts {
            id: crosswalk.id.clone(),
            from: crosswalk.from.clone(),
            to: crosswalk.to.clone(),
            rows: crosswalk.rows.len(),
            relations: relations.map(|(relation, rows)| RelationCount { relation, rows }).collect(),
            alone_from: alone(&crosswalk.from),
            alone_to: alone(&crosswalk.to),
        }
    };
    let mut counts: Vec<CrosswalkCounts> = catalog.crosswalks.iter().map(of_crosswalk).collect();
    counts.sort_by(|one, other| one.id.cmp(&other.id));
    counts
}

fn of_framework(catalog: &Catalog, framework: &Framework) -> FrameworkCounts {
    let mut by_kind = BTreeMap::new();
    for requirement in catalog.requirements_of(&framework.id) {
        *by_kind.entry(requirement.kind.clone()).or_default() += 1;
    }
    let category = |id: &str| {
        let inside = catalog.requirements_of(&framework.id);
        let is_part = |one: &&Requirement| one.category.is_some() || one.applies.is_some();
        reach(catalog, inside.filter(is_part).filter(|one| framework.has_in_scope(one, |part| part == id)))
    };
    let categories = framework.categories.iter().map(|one| CategoryCounts {
        id: one.id.clone(),
        title: one.title.clone(),
        reach: category(&one.id),
    });
    let all = reach(catalog, catalog.requirements_of(&framework.id));
    let unmapped = catalog.requirements_of(&framework.id).filter(|one| one.assessable);
    FrameworkCounts {
        id: framework.id.clone(),
        short: framework.short.clone(),
        requirements: by_kind.values().sum(),
        by_kind,
        reach: all,
        unmapped: unmapped.filter(|one| !one.unmapped.is_empty()).count(),
        mapped_percent: all.percent(),
        categories: categories.collect(),
    }
}

impl Reach {
    /// Assessable requirements with at least one key control, in percent of all, rounded down; 100 of none.
    pub fn percent(self) -> u8 {
        let percent = (self.with_key * 100).checked_div(self.assessable).unwrap_or(100);
        u8::try_from(percent).unwrap_or(100)
    }
}

fn reach<'a>(catalog: &Catalog, requirements: impl Iterator<Item = &'a Requirement>) -> Reach {
    let mut reach = Reach::default();
    for requirement in requirements.filter(|one| one.assessable) {
        let is_key = |(_, mapping): (_, &attestry_domain::catalog::Mapping)| mapping.kind.is_key();
        reach.assessable += 1;
        reach.with_any += usize::from(catalog.mapped(&requirement.id).next().is_some());
        reach.with_key += usize::from(catalog.mapped(&requirement.id).any(is_key));
    }
    reach
}

fn families(catalog: &Catalog) -> Vec<FamilyCounts> {
    let mut families: BTreeMap<&str, FamilyCounts> = BTreeMap::new();
    for control in catalog.controls.values() {
        let (family, title) = (control.family.clone(), control.family_title.clone());
        let counts = families.entry(&control.family).or_insert(FamilyCounts { family, title, controls: 0 });
        counts.controls += 1;
    }
    families.into_values().collect()
}

fn mappings(catalog: &Catalog) -> MappingCounts {
    let mut counts = MappingCounts::default();
    for mapping in catalog.controls.values().flat_map(|control| &control.mappings) {
        counts.total += 1;
        match mapping.kind {
            MappingKind::Satisfies => counts.satisfies += 1,
            MappingKind::ContributesKey => counts.key += 1,
            MappingKind::ContributesSupporting => counts.supporting += 1,
        }
    }
    counts
}
