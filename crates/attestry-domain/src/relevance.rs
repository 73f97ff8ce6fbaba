//! How relevant the criteria of a framework are to AI, by a measure that was defined before the data.
//!
//! Of a criterion: the maximum, over its crosswalk rows to ISO/IEC 42001, of strength/10 times the weight of the
//! relation ([`Relation::weight`](crate::catalog::Relation::weight)). Of a category: the mean over its criteria.

use serde::Serialize;

use crate::catalog::{Catalog, Related, Requirement};
use crate::id::{FrameworkId, RequirementId};

/// A category and how relevant it is to AI.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relevance {
    /// The category.
    pub category: String,
    /// Its title.
    pub title: String,
    /// Mean over its criteria, 0 to 1.
    pub mean: f64,
    /// What of AI it leaves open, in words.
    pub gap: String,
    /// Its criteria, the most relevant first.
    pub criteria: Vec<(RequirementId, f64)>,
}

/// The categories of a framework by how relevant they are to what `ai` asks for, the most relevant first.
pub fn ai_relevance(catalog: &Catalog, framework: &FrameworkId, ai: &FrameworkId) -> Vec<Relevance> {
    let categories = catalog.frameworks.get(framework).map_or(&[][..], |known| &known.categories);
    let mut found: Vec<Relevance> = categories
        .iter()
        .map(|category| {
            let criteria = catalog.requirements_of(framework).filter(|one| one.assessable);
            let inside = criteria.filter(|one| one.category.as_ref() == Some(&category.id));
            let mut criteria: Vec<(RequirementId, f64)> =
                inside.map(|one| (one.id.clone(), of_criterion(catalog, one, ai))).collect();
            criteria.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            let sum: f64 = criteria.iter().map(|(_, relevance)| relevance).sum();
            let count = u32::try_from(criteria.len()).unwrap_or(u32::MAX).max(1);
            let (id, title, gap) = (category.id.clone(), category.title.clone(), category.ai_gap.clone());
            Relevance { category: id, title, mean: sum / f64::from(count), gap, criteria }
        })
        .collect();
    found.sort_by(|one, other| {
        other.mean.total_cmp(&one.mean).then_with(|| one.category.cmp(&other.category))
    });
    found
}

fn of_criterion(catalog: &Catalog, criterion: &Requirement, ai: &FrameworkId) -> f64 {
    let rows = catalog.related(&criterion.id).filter(|row| row.had.framework() == ai.as_str());
    let weight = |row: Related<'_>| f64::from(row.strength) / 10.0 * row.relation.weight();
    rows.map(weight).fold(0.0, f64::max)
}
