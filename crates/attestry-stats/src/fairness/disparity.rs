//! How far groups lie apart, as one number per criterion.
//!
//! | criterion | rates compared |
//! |---|---|
//! | demographic parity | selection rate |
//! | equal opportunity | true positive rate (M. Hardt et al., 2016) |
//! | equalized odds | true and false positive rate: the worse of the two, or their mean |
//!
//! *Between groups* compares the highest with the lowest rate; *to overall* each group with all records.
//! Groups for which a rate is not estimable take no part in it, instead of counting as 0.

use serde::Serialize;

use super::GroupRow;

/// Differences (0 is parity) and ratios (1 is parity), each 0 to 1, over the groups that have a value of
/// every attribute; `None` when no group has the rate, or a ratio would divide by 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Disparity {
    /// Highest selection rate minus the lowest.
    #[serde(rename = "demographic_parity_difference.between_groups")]
    pub demographic_parity_difference: Option<f64>,
    /// Largest distance of a selection rate from the overall one.
    #[serde(rename = "demographic_parity_difference.to_overall")]
    pub demographic_parity_difference_to_overall: Option<f64>,
    /// Lowest selection rate over the highest.
    #[serde(rename = "demographic_parity_ratio.between_groups")]
    pub demographic_parity_ratio: Option<f64>,
    /// Smallest ratio between a selection rate and the overall one, the smaller over the larger.
    #[serde(rename = "demographic_parity_ratio.to_overall")]
    pub demographic_parity_ratio_to_overall: Option<f64>,
    /// Highest true positive rate minus the lowest.
    #[serde(rename = "equal_opportunity_difference.between_groups")]
    pub equal_opportunity_difference: Option<f64>,
    /// Largest distance of a true positive rate from the overall one.
    #[serde(rename = "equal_opportunity_difference.to_overall")]
    pub equal_opportunity_difference_to_overall: Option<f64>,
    /// Lowest true positive rate over the highest.
    #[serde(rename = "equal_opportunity_ratio.between_groups")]
    pub equal_opportunity_ratio: Option<f64>,
    /// Smallest ratio between a true positive rate and the overall one.
    #[serde(rename = "equal_opportunity_ratio.to_overall")]
    pub equal_opportunity_ratio_to_overall: Option<f64>,
    /// The larger difference, of true or of false positive rates.
    #[serde(rename = "equalized_odds_difference.between_groups.worst_case")]
    pub equalized_odds_difference: Option<f64>,
    /// Mean of the two differences.
    #[serde(rename = "equalized_odds_difference.between_groups.mean")]
    pub equalized_odds_difference_mean: Option<f64>,
    /// The larger of the two largest distances from the overall rates.
    #[serde(rename = "equalized_odds_difference.to_overall.worst_case")]
    pub equalized_odds_difference_to_overall: Option<f64>,
    /// Mean of the two largest distances from the overall rates.
    #[serde(rename = "equalized_odds_difference.to_overall.mean")]
    pub equalized_odds_difference_to_overall_mean: Option<f64>,
    /// The smaller ratio, of true or of false positive rates.
    #[serde(rename = "equalized_odds_ratio.between_groups.worst_case")]
    pub equalized_odds_ratio: Option<f64>,
    /// Mean of the two ratios.
    #[serde(rename = "equalized_odds_ratio.between_groups.mean")]
    pub equalized_odds_ratio_mean: Option<f64>,
    /// The smaller of the two smallest ratios to the overall rates.
    #[serde(rename = "equalized_odds_ratio.to_overall.worst_case")]
    pub equalized_odds_ratio_to_overall: Option<f64>,
    /// Mean of the two smallest ratios to the overall rates.
    #[serde(rename = "equalized_odds_ratio.to_overall.mean")]
    pub equalized_odds_ratio_to_overall_mean: Option<f64>,
}

impl Disparity {
    pub(super) fn between(rows: &[GroupRow], overall: &GroupRow) -> Self {
        let selection = Spread::of(rows, overall, |row| row.selection_rate);
        let tpr = Spread::of(rows, overall, |row| row.tpr);
        let fpr = Spread::of(rows, overall, |row| row.fpr);
        Self {
            demographic_parity_difference: selection.difference,
            demographic_parity_difference_to_overall: selection.difference_to_overall,
            demographic_parity_ratio: selection.ratio,
            demographic_parity_ratio_to_overall: selection.ratio_to_overall,
            equal_opportunity_difference: tpr.difference,
            equal_opportunity_difference_to_overall: tpr.difference_to_overall,
            equal_opportunity_ratio: tpr.ratio,
            equal_opportunity_ratio_to_overall: tpr.ratio_to_overall,
            equalized_odds_difference: both(tpr.difference, fpr.difference, f64::max),
            equalized_odds_difference_mean: both(tpr.difference, fpr.difference, f64::midpoint),
            equalized_odds_difference_to_overall: both(
                tpr.difference_to_overall,
                fpr.difference_to_overall,
                f64::max,
            ),
            equalized_odds_difference_to_overall_mean: both(
                tpr.difference_to_overall,
                fpr.difference_to_overall,
                f64::midpoint,
            ),
            equalized_odds_ratio: both(tpr.ratio, fpr.ratio, f64::min),
            equalized_odds_ratio_mean: both(tpr.ratio, fpr.ratio, f64::midpoint),
            equalized_odds_ratio_to_overall: both(tpr.ratio_to_overall, fpr.ratio_to_overall, f64::min),
            equalized_odds_ratio_to_overall_mean: both(
                tpr.ratio_to_overall,
                fpr.ratio_to_overall,
                f64::midpoint,
            ),
        }
    }
}

/// Equalized odds asks for both rates, so one alone gives no number.
fn both(tpr: Option<f64>, fpr: Option<f64>, join: fn(f64, f64) -> f64) -> Option<f64> {
    Some(join(tpr?, fpr?))
}

/// How far the values of one rate lie apart.
struct Spread {
    difference: Option<f64>,
    difference_to_overall: Option<f64>,
    ratio: Option<f64>,
    ratio_to_overall: Option<f64>,
}

impl Spread {
    fn of(rows: &[GroupRow], overall: &GroupRow, rate: fn(&GroupRow) -> Option<f64>) -> Self {
        let rates: Vec<f64> = rows.iter().filter(|row| row.is_known()).filter_map(rate).collect();
        let lowest = rates.iter().copied().reduce(f64::min);
        let highest = rates.iter().copied().reduce(f64::max);
        let overall = rate(overall);
        let distances = rates.iter().filter_map(|rate| Some((rate - overall?).abs()));
        let ratios = rates.iter().filter_map(|&rate| smaller_over_larger(rate, overall?));
        Self {
            difference: both(highest, lowest, |highest, lowest| highest - lowest),
            difference_to_overall: distances.reduce(f64::max),
            ratio: lowest.zip(highest).and_then(|(lowest, highest)| smaller_over_larger(lowest, highest)),
            ratio_to_overall: ratios.reduce(f64::min),
        }
    }
}

fn smaller_over_larger(a: f64, b: f64) -> Option<f64> {
    let (smaller, larger) = (a.min(b), a.max(b));
    (larger > 0.0).then(|| smaller / larger)
}
