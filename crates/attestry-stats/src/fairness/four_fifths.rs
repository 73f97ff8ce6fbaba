//! Where the interval of an impact ratio lies against a threshold.

use serde::{Deserialize, Serialize};

use super::GroupRow;
use crate::interval::Interval;

/// The ratio of 29 CFR 1607.4(D). New York City's Local Law 144 asks for the ratio and sets no such line.
pub const FOUR_FIFTHS: f64 = 0.8;

/// Where an impact ratio lies against a threshold, by its 95 % interval: a point estimate alone never
/// decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FourFifths {
    /// The whole interval is below the threshold.
    Below,
    /// The whole interval is at or above the threshold, or the group is the one compared with.
    Above,
    /// The threshold is inside the interval: the counts do not tell.
    Inconclusive,
    /// There is no ratio: nothing predicted in the group, or nobody selected in any.
    NotEstimable,
}

impl FourFifths {
    /// Judges an interval against a threshold, usually [`FOUR_FIFTHS`].
    pub fn of(interval: Option<Interval>, threshold: f64) -> Self {
        match interval {
            None => Self::NotEstimable,
            Some(interval) if interval.high < threshold => Self::Below,
            Some(interval) if interval.low >= threshold => Self::Above,
            Some(_) => Self::Inconclusive,
        }
    }
}

impl GroupRow {
    /// Judges the group's impact ratio. The group of the highest rate is above any threshold up to 1: its
    /// ratio is 1 whatever its numbers.
    pub fn four_fifths(&self, threshold: f64) -> FourFifths {
        if self.is_reference {
            let itself = Interval { low: 1.0, high: 1.0 };
            return FourFifths::of(Some(itself), threshold);
        }
        FourFifths::of(self.impact_ratio_interval.map(|ratio| ratio.interval()), threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, group_tables};
    use super::*;

    fn judged(selected_of: &[(&str, u64, u64)]) -> Vec<FourFifths> {
        let attributes = vec!["group".to_owned()];
        let cell = |name: &str, prediction, n| Cell {
            groups: vec![Some(name.to_owned())],
            label: None,
            prediction: Some(prediction),
            n,
        };
        let cells: Vec<Cell> = selected_of
            .iter()
            .flat_map(|&(name, selected, of)| [cell(name, true, selected), cell(name, false, of - selected)])
            .collect();
        let table = group_tables(&attributes, &cells, std::slice::from_ref(&attributes)).unwrap().remove(0);
        table.rows.iter().map(|row| row.four_fifths(FOUR_FIFTHS)).collect()
    }

    #[test]
    fn one_point_estimate_below_the_line_is_below_or_inconclusive_by_its_numbers() {
        use FourFifths::{Above, Below, Inconclusive};
        assert_eq!(judged(&[("a", 500, 1000), ("b", 300, 1000)]), [Above, Below]);
        assert_eq!(judged(&[("a", 5, 10), ("b", 3, 10)]), [Above, Inconclusive]);
        assert_eq!(judged(&[("a", 500, 1000), ("b", 480, 1000)]), [Above, Above]);
    }

    #[test]
    fn nobody_selected_of_many_is_below_and_of_two_is_inconclusive() {
        use FourFifths::{Above, Below, Inconclusive, NotEstimable};
        assert_eq!(judged(&[("a", 2000, 5000), ("b", 0, 5000)]), [Above, Below]);
        assert_eq!(judged(&[("a", 2000, 5000), ("b", 0, 2)]), [Above, Inconclusive]);
        assert_eq!(judged(&[("a", 0, 5000), ("b", 0, 5000)]), [NotEstimable, NotEstimable]);
    }

    #[test]
    fn one_of_one_selected_neither_clears_nor_condemns_anybody() {
        use FourFifths::{Above, Inconclusive};
        assert_eq!(judged(&[("a", 1, 1), ("b", 1, 1)]), [Above, Inconclusive]);
        assert_eq!(judged(&[("a", 1, 1), ("b", 60, 100)]), [Above, Inconclusive]);
        assert_eq!(judged(&[("a", 9000, 9000), ("b", 9000, 9000)]), [Above, Above]);
    }

    #[test]
    fn an_interval_that_starts_at_the_threshold_is_above_and_one_that_ends_there_is_inconclusive() {
        let from = Interval { low: 0.8, high: 0.9 };
        let to = Interval { low: 0.7, high: 0.8 };
        assert_eq!(FourFifths::of(Some(from), 0.8), FourFifths::Above);
        assert_eq!(FourFifths::of(Some(to), 0.8), FourFifths::Inconclusive);
        assert_eq!(FourFifths::of(None, 0.8), FourFifths::NotEstimable);
    }
}
