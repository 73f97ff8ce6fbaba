//! Sets of days. Those that an assessment deals in consist of a few runs, however many days these have.

use crate::time::{Day, Period};

/// A set of days: the runs that it consists of, in order. Between two of them lies a day that is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days(Vec<Period>);

impl Days {
    /// All days of a period.
    pub(super) fn of(period: Period) -> Self {
        Self(vec![period])
    }

    /// Its runs in order.
    pub(super) fn runs(&self) -> &[Period] {
        &self.0
    }

    /// The same, to keep.
    pub(super) fn into_runs(self) -> Vec<Period> {
        self.0
    }

    /// Whether it has no day.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// From its first day to its last.
    pub(super) fn span(&self) -> Option<Period> {
        let (first, last) = self.0.first().zip(self.0.last())?;
        Period::between(first.from(), last.to())
    }

    /// Whether a day is in it.
    pub(super) fn contains(&self, day: Day) -> bool {
        self.first_after(day).is_some_and(|run| run.contains(day))
    }

    /// Whether all days of a period are in it.
    pub(super) fn covers(&self, period: Period) -> bool {
        let run = self.first_after(period.from());
        run.is_some_and(|run| run.from() <= period.from() && period.to() <= run.to())
    }

    /// Whether some day of a period is in it.
    pub(super) fn meets(&self, period: Period) -> bool {
        self.first_after(period.from()).is_some_and(|run| run.from() < period.to())
    }

    /// Its days that lie in a period.
    pub(super) fn within(&self, period: Period) -> Self {
        Self(self.0.iter().filter_map(|run| run.intersection(period)).collect())
    }

    /// Takes the days of a period out.
    pub(super) fn remove(&mut self, period: Period) {
        if self.meets(period) {
            let before = |run: &Period| Period::between(run.from(), run.to().min(period.from()));
            let after = |run: &Period| Period::between(run.from().max(period.to()), run.to());
            self.0 = self.0.iter().flat_map(|run| [before(run), after(run)]).flatten().collect();
        }
    }

    /// Puts all days of another in.
    pub(super) fn add(&mut self, other: Self) {
        *self = std::mem::take(&mut self.0).into_iter().chain(other.0).collect();
    }

    /// The first run that ends after a day.
    fn first_after(&self, day: Day) -> Option<Period> {
        self.0.get(self.0.partition_point(|run| run.to() <= day)).copied()
    }
}

impl FromIterator<Period> for Days {
    fn from_iter<I: IntoIterator<Item = Period>>(periods: I) -> Self {
        let mut runs: Vec<Period> = periods.into_iter().collect();
        runs.sort_unstable();
        runs.dedup_by(|later, run| {
            let touches = later.from() <= run.to();
            if let Some(both) = Period::between(run.from(), run.to().max(later.to())).filter(|_| touches) {
                *run = both;
            }
            touches
        });
        Self(runs)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::time::{next, whole_days};

    fn period((from, length): (i32, i32)) -> Period {
        let from = Day::constant(2024, 2, 20).saturating_add(whole_days(from));
        Period::new(from, from.saturating_add(whole_days(length))).unwrap()
    }

    fn any_period() -> impl Strategy<Value = Period> {
        (0..30, 1..12).prop_map(period)
    }

    fn one_by_one(days: &Days) -> BTreeSet<Day> {
        days.runs().iter().flat_map(|run| run.days()).collect()
    }

    proptest! {
        #[test]
        fn runs_of_days_answer_as_the_days_one_by_one_do(
            put in prop::collection::vec(any_period(), 0..6),
            taken in prop::collection::vec(any_period(), 0..4),
            added in prop::collection::vec(any_period(), 0..4),
            asked in any_period(),
        ) {
            let mut days: Days = put.iter().copied().collect();
            let mut each: BTreeSet<Day> = put.iter().flat_map(|one| one.days()).collect();
            for period in taken {
                days.remove(period);
                each.retain(|day| !period.contains(*day));
            }
            days.add(added.iter().copied().collect());
            each.extend(added.iter().flat_map(|one| one.days()));

            prop_assert_eq!(&one_by_one(&days), &each);
            prop_assert_eq!(days.is_empty(), each.is_empty());
            let span = each.first().zip(each.last()).map(|(first, last)| Period::new(*first, next(*last)).unwrap());
            prop_assert_eq!(days.span(), span);
            prop_assert_eq!(days.covers(asked), asked.days().all(|day| each.contains(&day)));
            prop_assert_eq!(days.meets(asked), asked.days().any(|day| each.contains(&day)));
            prop_assert_eq!(days.contains(asked.from()), each.contains(&asked.from()));
            each.retain(|day| asked.contains(*day));
            prop_assert_eq!(one_by_one(&days.within(asked)), each);
            prop_assert!(days.runs().windows(2).all(|two| two[0].to() < two[1].from()), "{:?}", days);
        }
    }
}
