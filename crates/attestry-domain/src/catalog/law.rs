//! When provisions of a law apply. Every date is data with its source; none stands in code.

use serde::{Deserialize, Serialize};

use super::{Catalog, CitedSource, Framework};
use crate::id::RequirementId;
use crate::time::Day;

/// Provisions of a law and the days on which they apply.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LawDate {
    /// Identifier within the framework.
    pub id: String,
    /// The provisions; each stands for everything beneath it.
    pub provisions: Vec<RequirementId>,
    /// The first day they apply.
    pub applies_from: Day,
    /// The first day they no longer do.
    pub until: Option<Day>,
    /// What took their place.
    pub superseded_by: String,
    /// What applies, to whom, and what was planned before.
    pub note: String,
    /// Where the date is from.
    pub source: CitedSource,
}

/// What a law's provision is on a day.
#[derive(Debug, Clone, Copy)]
pub enum LawState<'a> {
    /// Nothing is known of its dates.
    Undated,
    /// It applies from a later day.
    NotYet(&'a LawDate),
    /// It applies.
    Applies(&'a LawDate),
    /// It no longer applies, or never did ([`LawDate::is_never`]).
    Ended(&'a LawDate),
}

impl LawDate {
    /// Whether the provisions apply on a day.
    pub fn applies_on(&self, day: Day) -> bool {
        self.applies_from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether there is no day on which the provisions apply: a law repealed before its time came.
    pub fn is_never(&self) -> bool {
        self.until.is_some_and(|until| until <= self.applies_from)
    }
}

impl Framework {
    /// The dates of a provision: those that name it, else those of the nearest node above that is named.
    pub fn dates_of<'a>(
        &self,
        provision: &'a RequirementId,
        parent: impl Fn(&'a RequirementId) -> Option<&'a RequirementId>,
    ) -> Vec<&LawDate> {
        let mut node = Some(provision);
        while let Some(id) = node {
            let named: Vec<&LawDate> =
                self.dates.iter().filter(|date| date.provisions.contains(id)).collect();
            if !named.is_empty() {
                return named;
            }
            node = parent(id);
        }
        Vec::new()
    }
}

impl Catalog {
    /// The dates of a provision: those that name it, else those of the nearest node above that is named.
    pub fn dates_of<'a>(&'a self, provision: &RequirementId) -> Vec<&'a LawDate> {
        let framework = provision.framework().parse().ok().and_then(|id| self.frameworks.get(&id));
        let parent = |id| self.requirements.get(id).and_then(|one| one.parent.as_ref());
        framework.map(|law| law.dates_of(provision, parent)).unwrap_or_default()
    }

    /// What a provision is on a day. Where it has several dates, such as for two kinds of systems, it applies from
    /// the first of them; which one concerns a system is in their notes.
    pub fn law_on<'a>(&'a self, provision: &RequirementId, day: Day) -> LawState<'a> {
        let dates = self.dates_of(provision);
        let applies = dates.iter().filter(|date| date.applies_on(day)).min_by_key(|date| date.applies_from);
        let next = dates.iter().filter(|date| date.applies_from > day && !date.is_never());
        let next = next.min_by_key(|date| date.applies_from);
        let ended =
            dates.iter().filter(|date| date.is_never() || date.until.is_some_and(|until| until <= day));
        let ended = ended.max_by_key(|date| date.until);
        match (applies, next, ended) {
            (Some(date), ..) => LawState::Applies(date),
            (None, Some(date), _) => LawState::NotYet(date),
            (None, None, Some(date)) => LawState::Ended(date),
            (None, None, None) => LawState::Undated,
        }
    }
}
