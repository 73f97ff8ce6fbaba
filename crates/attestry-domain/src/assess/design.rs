//! The design of a control at a date: documented, designed, implemented.

use serde::Serialize;

use crate::programme::AdoptedControl;
use crate::time::{Day, Period};

/// How far the design of a control has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DesignLevel {
    /// It lacks an owner or an approved procedure.
    NotDocumented,
    /// It has an owner and an approved procedure.
    Documented,
    /// Besides, a named person recorded why it meets the risk of its requirements.
    Designed,
    /// Besides, an instance was walked through.
    Implemented,
}

/// A control's design on a day, with the first day of each level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Design {
    /// The level reached on that day.
    pub level: DesignLevel,
    /// First day with owner and approved procedure.
    pub documented_since: Option<Day>,
    /// First day on which it was also designed.
    pub designed_since: Option<Day>,
    /// First day on which it was also implemented.
    pub implemented_since: Option<Day>,
    /// What is missing for the next level.
    pub missing: Vec<&'static str>,
}

impl DesignLevel {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotDocumented => "not documented",
            Self::Documented => "documented",
            Self::Designed => "designed",
            Self::Implemented => "implemented",
        }
    }
}

impl Design {
    /// The design of a control on a day.
    pub fn of(control: &AdoptedControl, as_of: Day) -> Self {
        let owned = control.owners.iter().map(|owner| owner.recorded_on).min();
        let in_force =
            control.procedures.iter().filter_map(|one| one.approved.as_ref()).map(|one| one.value).min();
        let reasoned = control.rationales.iter().map(|one| one.recorded_on).min();
        let walked = control.walkthroughs.iter().map(|one| one.value.on).min();
        let documented_since = latest(owned, in_force);
        let designed_since = latest(documented_since, reasoned);
        let implemented_since = latest(designed_since, walked);
        let reached = |since: Option<Day>| since.is_some_and(|since| since <= as_of);
        let level = match () {
            () if reached(implemented_since) => DesignLevel::Implemented,
            () if reached(designed_since) => DesignLevel::Designed,
            () if reached(documented_since) => DesignLevel::Documented,
            () => DesignLevel::NotDocumented,
        };
        let needs = [
            (owned, "an owner"),
            (in_force, "an approved procedure"),
            (reasoned, "a recorded reason why it meets its risk"),
            (walked, "a walked-through instance"),
        ];
        let missing = needs.into_iter().filter(|(since, _)| !reached(*since)).map(|(_, what)| what).collect();
        Self { level, documented_since, designed_since, implemented_since, missing }
    }

    /// The days of a period, from its first, on which the control is not in place.
    pub fn uncovered(&self, period: Period) -> Option<Period> {
        let since = self.implemented_since.unwrap_or(Day::MAX);
        Period::between(period.from(), period.to().min(since))
    }
}

fn latest(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    Some(one?.max(other?))
}
