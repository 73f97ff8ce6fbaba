//! Frameworks side by side: what each is, and which topics each covers, derived from what the controls are mapped to.

use serde::Serialize;

use crate::catalog::{Answers, Catalog, Framework, Relation, Scheme, Topic};
use crate::id::{ControlId, FrameworkId};
use crate::relevance::{Relevance, ai_relevance};

/// The framework whose asks stand for AI.
const AI: &str = "iso42001";

/// Frameworks side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison<'a> {
    /// One a framework, in the order asked.
    pub frameworks: Vec<Side<'a>>,
    /// One a topic: what each framework does about it, in the same order.
    pub topics: Vec<Covered<'a>>,
    /// One a pair of them that has a crosswalk.
    pub pairs: Vec<Pair<'a>>,
    /// How relevant the categories of those with categories are to AI, where ISO/IEC 42001 is asked beside them.
    pub relevance: Vec<Relevance>,
}

/// A framework as one column of the comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Side<'a> {
    /// The framework.
    pub id: &'a FrameworkId,
    /// What people call it.
    pub short: &'a str,
    /// Its full title.
    pub title: &'a str,
    /// What it is in practice.
    pub scheme: Option<&'a Scheme>,
    /// Requirements that are assessed.
    pub assessable: usize,
    /// Controls that its whole scope needs.
    pub needs: usize,
}

/// A topic over the frameworks.
#[derive(Debug, Clone, Serialize)]
pub struct Covered<'a> {
    /// The topic.
    pub topic: &'a Topic,
    /// How far each framework goes, in the order asked.
    pub extents: Vec<Extent>,
}

/// How far a framework goes into a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// In a word.
    pub word: ExtentWord,
    /// Controls of the topic that the framework needs.
    pub needed: usize,
    /// Controls of the topic.
    pub of: usize,
}

/// How far a framework goes into a topic, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtentWord {
    /// None of the topic's controls is key for any of its requirements.
    Misses,
    /// Less than half of them are.
    Partly,
    /// Half of them or more are.
    Covers,
}

/// Two frameworks and what their crosswalk says.
#[derive(Debug, Clone, Serialize)]
pub struct Pair<'a> {
    /// The one.
    pub from: &'a FrameworkId,
    /// The other.
    pub to: &'a FrameworkId,
    /// Rows by relation, in the order of [`Relation::ALL`].
    pub relations: Vec<(Relation, usize)>,
    /// What people ask about them.
    pub answers: Option<&'a Answers>,
}

/// Sets frameworks side by side; unknown ones are left out.
pub fn compare<'a>(catalog: &'a Catalog, asked: &[FrameworkId]) -> Comparison<'a> {
    let frameworks: Vec<&Framework> = asked.iter().filter_map(|id| catalog.frameworks.get(id)).collect();
    let topics = catalog.topics.iter().map(|topic| Covered {
        topic,
        extents: frameworks.iter().map(|framework| extent(catalog, framework, topic)).collect(),
    });
    let pairs = frameworks.iter().enumerate().flat_map(|(at, one)| {
        let others = frameworks.iter().skip(at + 1);
        others.filter_map(|other| catalog.crosswalk(&one.id, &other.id))
    });
    let ai = frameworks.iter().find(|framework| framework.id.as_str() == AI);
    let parted = |ai: &&Framework| {
        let ai = ai.id.clone();
        let beside = frameworks.iter().filter(move |one| catalog.crosswalk(&one.id, &ai).is_some());
        beside.filter(|one| one.categories.iter().any(|category| !category.ai_gap.is_empty())).copied()
    };
    let relevance =
        ai.into_iter().flat_map(|ai| parted(ai).map(|one| ai_relevance(catalog, &one.id, &ai.id)));
    Comparison {
        relevance: relevance.flatten().collect(),
        frameworks: frameworks.iter().map(|framework| side(catalog, framework)).collect(),
        topics: topics.collect(),
        pairs: pairs
            .map(|crosswalk| Pair {
                from: &crosswalk.from,
                to: &crosswalk.to,
                relations: crosswalk.counts(),
                answers: crosswalk.answers.as_ref(),
            })
            .collect(),
    }
}

fn side<'a>(catalog: &'a Catalog, framework: &'a Framework) -> Side<'a> {
    let all = framework.categories.iter().map(|one| one.id.clone()).collect();
    Side {
        id: &framework.id,
        short: &framework.short,
        title: &framework.title,
        scheme: framework.scheme.as_ref(),
        assessable: catalog.requirements_of(&framework.id).filter(|one| one.assessable).count(),
        needs: catalog.needed(&framework.id, &all).len(),
    }
}

/// How far a framework goes into a topic: which of the topic's controls are key for one of its requirements.
pub fn extent(catalog: &Catalog, framework: &Framework, topic: &Topic) -> Extent {
    let is_needed = |id: &&ControlId| {
        let mappings = catalog.controls.get(*id).map_or(&[][..], |control| &control.mappings);
        mappings.iter().any(|one| one.kind.is_key() && one.requirement.framework() == framework.id.as_str())
    };
    let (needed, of) = (topic.controls.iter().filter(is_needed).count(), topic.controls.len());
    let word = match needed {
        0 => ExtentWord::Misses,
        needed if needed * 2 < of => ExtentWord::Partly,
        _ => ExtentWord::Covers,
    };
    Extent { word, needed, of }
}

impl ExtentWord {
    /// As pages print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Misses => "misses",
            Self::Partly => "partly",
            Self::Covers => "covers",
        }
    }
}
