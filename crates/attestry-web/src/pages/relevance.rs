//! How relevant the categories of a framework are to AI, and whether that is what people usually say.

use attestry_domain::catalog::Related;
use attestry_domain::id::{FrameworkId, RequirementId};
use attestry_domain::relevance::{Relevance, ai_relevance};

use crate::context::Context;
use crate::pages::links::{self, RequirementLink};
use crate::view::words::listed;

/// The framework whose asks stand for AI.
const AI: &str = "iso42001";
/// The framework that the usual claim is about.
const CLAIMED: &str = "soc2";
/// The usual claim, as sources on SOC 2 and AI repeat it: the most relevant first, those of one place together.
const CLAIM: [&[&str]; 3] =
    [&["processing_integrity"], &["security", "confidentiality", "privacy"], &["availability"]];
/// The same in words.
const CLAIM_WORDS: &str =
    "Processing Integrity, then Security, Confidentiality and Privacy, then Availability";

/// The categories of a framework by how relevant they are to AI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRelevance {
    /// What people call the framework.
    pub framework: String,
    /// What people call the framework whose asks stand for AI.
    pub ai: String,
    /// How the data stand to the usual claim; empty where there is none.
    pub claim: Vec<String>,
    /// The categories, the most relevant first.
    pub rows: Vec<RelevanceRow>,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelevanceRow {
    /// Its title.
    pub title: String,
    /// Mean over its criteria, 0 to 1, with three decimals.
    pub mean: String,
    /// What of AI it leaves open, in words.
    pub gap: String,
    /// Its short name, for an anchor.
    pub category: String,
    /// Its criteria with their values, the most relevant first.
    pub criteria: Vec<(RequirementLink, String)>,
    /// The most relevant criterion with its value.
    pub best: Option<(RequirementLink, String)>,
    /// What the other framework still asks beyond that criterion, at its strongest row.
    pub left: Option<(RequirementLink, String)>,
}

/// The categories of a framework; `None` where it has none or nothing relates it to AI.
pub(crate) fn of(context: &Context, framework: &FrameworkId) -> Option<CategoryRelevance> {
    let ai = context.framework(AI).filter(|ai| ai.id != *framework)?;
    context.catalog().crosswalk(framework, &ai.id)?;
    let mut found = ai_relevance(context.catalog(), framework, &ai.id);
    found.retain(|one| !one.criteria.is_empty());
    if found.len() < 2 {
        return None;
    }
    let is_claimed = framework.as_str() == CLAIMED;
    Some(CategoryRelevance {
        framework: context.short(framework.as_str()),
        ai: ai.short.clone(),
        claim: if is_claimed { claim(&found) } else { Vec::new() },
        rows: found.iter().map(|one| row(context, one)).collect(),
    })
}

fn row(context: &Context, one: &Relevance) -> RelevanceRow {
    let best = one.criteria.first().filter(|(_, value)| *value > 0.0);
    let shown = |(id, value): &(RequirementId, f64)| (links::requirement(context, id), format!("{value:.2}"));
    RelevanceRow {
        title: one.title.clone(),
        mean: format!("{:.3}", one.mean),
        gap: one.gap.clone(),
        category: one.category.clone(),
        criteria: one.criteria.iter().map(shown).collect(),
        best: best.map(shown),
        left: best.and_then(|(id, _)| left(context, id)),
    }
}

/// What the AI framework still asks at the strongest row of a criterion.
fn left(context: &Context, criterion: &RequirementId) -> Option<(RequirementLink, String)> {
    let rows = context.catalog().related(criterion).filter(|row| row.had.framework() == AI);
    let value = |row: &Related<'_>| f64::from(row.strength) * row.relation.weight();
    let best = rows.max_by(|one, other| value(one).total_cmp(&value(other)))?;
    let mut back = context.catalog().related(best.had).filter(|row| row.had == criterion);
    let left = back.find(|row| !row.left.is_empty())?.left.to_owned();
    Some((links::requirement(context, best.had), left))
}

/// Whether the data say what people usually say, and where they do not.
fn claim(found: &[Relevance]) -> Vec<String> {
    let value = |id: &str| found.iter().find(|one| one.category == id);
    let mut differ = Vec::new();
    for (at, earlier) in CLAIM.iter().enumerate() {
        for later in CLAIM.iter().skip(at + 1) {
            let pairs = earlier.iter().flat_map(|one| later.iter().map(move |other| (one, other)));
            for (one, other) in pairs.filter_map(|(one, other)| Some((value(one)?, value(other)?))) {
                if other.mean > one.mean {
                    differ.push(format!(
                        "{} ({:.3}) comes before {} ({:.3})",
                        other.title, other.mean, one.title, one.mean
                    ));
                }
            }
        }
    }
    let said = format!("The usual claim is: {CLAIM_WORDS}.");
    if differ.is_empty() {
        return vec![said, "The crosswalk gives the same order.".to_owned()];
    }
    let differ: Vec<&str> = differ.iter().map(String::as_str).collect();
    vec![said, format!("The crosswalk says otherwise: {}.", listed(&differ))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relevance(means: &[(&str, f64)]) -> Vec<Relevance> {
        let one = |(category, mean): &(&str, f64)| Relevance {
            category: (*category).to_owned(),
            title: (*category).to_owned(),
            mean: *mean,
            gap: String::new(),
            criteria: Vec::new(),
        };
        means.iter().map(one).collect()
    }

    #[test]
    fn where_the_data_differ_from_the_usual_claim_both_are_said_with_their_numbers() {
        let as_claimed = [
            ("processing_integrity", 0.3),
            ("privacy", 0.2),
            ("security", 0.2),
            ("confidentiality", 0.1),
            ("availability", 0.05),
        ];
        assert_eq!(claim(&relevance(&as_claimed))[1], "The crosswalk gives the same order.");
        let other = [("processing_integrity", 0.1), ("security", 0.3), ("availability", 0.05)];
        assert_eq!(
            claim(&relevance(&other))[1],
            "The crosswalk says otherwise: security (0.300) comes before processing_integrity (0.100)."
        );
    }
}
