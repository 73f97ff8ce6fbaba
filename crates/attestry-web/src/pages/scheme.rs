//! What a framework is in practice: who concludes, what comes out, where it is asked for, how long it is good.

use attestry_domain::catalog::Scheme;

use crate::view::Moment;

/// What a framework is in practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeFacts {
    /// Name and text of each fact.
    pub facts: Vec<(&'static str, String)>,
    /// Where they are from, and when they were looked up.
    pub sources: Vec<(String, Moment)>,
}

impl From<&Scheme> for SchemeFacts {
    fn from(scheme: &Scheme) -> Self {
        let facts = [
            ("What it is", &scheme.what),
            ("Who concludes", &scheme.concludes),
            ("What comes out", &scheme.output),
            ("Origin", &scheme.origin),
            ("Asked for", &scheme.market),
            ("Good for", &scheme.validity),
            ("Renewal", &scheme.renewal),
            ("Best choice when", &scheme.best_when),
            ("Does not give", &scheme.not_for),
        ];
        let facts = facts.into_iter().filter(|(_, text)| !text.is_empty());
        let sources = scheme.sources.iter().map(|one| (one.source.clone(), one.as_of.into()));
        Self { facts: facts.map(|(name, text)| (name, text.clone())).collect(), sources: sources.collect() }
    }
}
