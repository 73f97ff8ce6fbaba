//! What a catalog holds, in numbers.

use std::collections::BTreeMap;

use attestry_domain::catalog::{Catalog, Framework, MappingKind, Requirement};
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
    }
}

fn of_framework(catalog: &Catalog, framework: &Framework) -> FrameworkCounts {
    let mut by_kind = BTreeMap::new();
    for requirement in catalog.requirements_of(&framework.id) {
        *by_kind.entry(requirement.kind.clone()).or_default() += 1;
    }
    let category = |id: &str| {
        let inside = catalog.requirements_of(&framework.id);
        reach(catalog, inside.filter(|one| one.category.as_deref() == Some(id)))
    };
    let categories = framework.categories.iter().map(|one| CategoryCounts {
        id: one.id.clone(),
        title: one.title.clone(),
        reach: category(&one.id),
    });
    FrameworkCounts {
        id: framework.id.clone(),
        short: framework.short.clone(),
        requirements: by_kind.values().sum(),
        by_kind,
        reach: reach(catalog, catalog.requirements_of(&framework.id)),
        categories: categories.collect(),
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
