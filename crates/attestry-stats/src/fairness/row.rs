//! One group: its counts, and what they give.

use serde::{Serialize, Serializer};

use super::Cell;
use crate::interval::{Interval, Proportion, Z95, katz_ratio, mover_ratio};

/// One group's counts, rates (0 to 1) and 95 % intervals; `None` is "not estimable".
///
/// Serialised names are the field's: `fn` and `for` (false omission rate), and an interval under
/// `…_ci95`, inside an object that names its method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRow {
    /// The group's value of every attribute of the table; `None` when missing.
    pub group: Vec<Option<String>>,
    /// Number of records.
    pub n: u64,
    /// Number of records with a prediction; the selection rate is over these.
    pub predicted: u64,
    /// Number of records without a prediction.
    pub unpredicted: u64,
    /// Number of records without a label.
    pub unlabelled: u64,
    /// Number of records with the favourable prediction.
    pub selected: u64,
    /// True positives.
    pub tp: u64,
    /// False positives.
    pub fp: u64,
    /// False negatives.
    #[serde(rename = "fn")]
    pub fn_: u64,
    /// True negatives.
    pub tn: u64,
    /// Selected over predicted.
    pub selection_rate: Option<f64>,
    /// Wilson interval of the selection rate.
    #[serde(rename = "selection_rate_ci95", serialize_with = "wilson")]
    pub selection_rate_interval: Option<Interval>,
    /// Positive labels over labels, whether predicted or not.
    pub base_rate: Option<f64>,
    /// True positive rate, tp over tp + fn.
    pub tpr: Option<f64>,
    /// Wilson interval of the true positive rate.
    #[serde(rename = "tpr_ci95", serialize_with = "wilson")]
    pub tpr_interval: Option<Interval>,
    /// False positive rate, fp over fp + tn.
    pub fpr: Option<f64>,
    /// Wilson interval of the false positive rate.
    #[serde(rename = "fpr_ci95", serialize_with = "wilson")]
    pub fpr_interval: Option<Interval>,
    /// False negative rate, fn over tp + fn.
    pub fnr: Option<f64>,
    /// Wilson interval of the false negative rate.
    #[serde(rename = "fnr_ci95", serialize_with = "wilson")]
    pub fnr_interval: Option<Interval>,
    /// True negative rate, tn over fp + tn.
    pub tnr: Option<f64>,
    /// Positive predictive value, tp over tp + fp.
    pub ppv: Option<f64>,
    /// Negative predictive value, tn over tn + fn.
    pub npv: Option<f64>,
    /// False discovery rate, fp over tp + fp.
    pub fdr: Option<f64>,
    /// False omission rate, fn over tn + fn.
    #[serde(rename = "for")]
    pub for_: Option<f64>,
    /// Right predictions over records with label and prediction.
    pub accuracy: Option<f64>,
    /// Selection rate over that of the table's reference.
    pub impact_ratio_vs_max: Option<f64>,
    /// Interval of the impact ratio; `None` for the reference itself, which is compared with nothing.
    #[serde(rename = "impact_ratio_vs_max_ci95")]
    pub impact_ratio_interval: Option<RatioInterval>,
    /// Whether this is the group of the highest selection rate, with which the others compare.
    pub is_reference: bool,
}

/// The interval of a ratio of two rates, with the method that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RatioInterval {
    /// Katz's log interval: both groups have selected and rejected somebody.
    Katz(Interval),
    /// Donner and Zou's: one of the groups has selected everybody or nobody, where Katz's interval does not
    /// exist or is narrower than the counts allow.
    Mover(Interval),
}

impl RatioInterval {
    /// The interval, whatever the method.
    pub fn interval(&self) -> Interval {
        match self {
            Self::Katz(interval) | Self::Mover(interval) => *interval,
        }
    }

    fn of(group: Proportion, reference: Proportion) -> Option<Self> {
        let mixed = |rate: Proportion| rate.successes() > 0 && rate.failures() > 0;
        if mixed(group) && mixed(reference) {
            katz_ratio(group, reference, Z95).map(Self::Katz)
        } else {
            mover_ratio(group, reference, Z95).map(Self::Mover)
        }
    }
}

impl GroupRow {
    /// Whether the group has a value of every attribute.
    pub fn is_known(&self) -> bool {
        self.group.iter().all(Option::is_some)
    }

    /// Selected among predicted; `None` when nothing was predicted.
    pub fn selection(&self) -> Option<Proportion> {
        Proportion::new(self.selected, self.predicted)
    }

    /// Closes counts to numbers; compared with no other group yet.
    pub(super) fn from_tally(group: Vec<Option<String>>, tally: &Tally) -> Self {
        let Tally { n, tp, fp, fn_, tn, .. } = *tally;
        let selection = Proportion::new(tally.selected, tally.predicted);
        let (positives, negatives) = (tp + fn_, fp + tn);
        let (tpr, fnr) = (Proportion::new(tp, positives), Proportion::new(fn_, positives));
        let (fpr, tnr) = (Proportion::new(fp, negatives), Proportion::new(tn, negatives));
        let (ppv, fdr) = (Proportion::new(tp, tp + fp), Proportion::new(fp, tp + fp));
        let (npv, for_) = (Proportion::new(tn, tn + fn_), Proportion::new(fn_, tn + fn_));
        Self {
            group,
            n,
            predicted: tally.predicted,
            unpredicted: n - tally.predicted,
            unlabelled: n - tally.labelled,
            selected: tally.selected,
            tp,
            fp,
            fn_,
            tn,
            selection_rate: rate(selection),
            selection_rate_interval: interval(selection),
            base_rate: rate(Proportion::new(tally.positive, tally.labelled)),
            tpr: rate(tpr),
            tpr_interval: interval(tpr),
            fpr: rate(fpr),
            fpr_interval: interval(fpr),
            fnr: rate(fnr),
            fnr_interval: interval(fnr),
            tnr: rate(tnr),
            ppv: rate(ppv),
            npv: rate(npv),
            fdr: rate(fdr),
            for_: rate(for_),
            accuracy: rate(Proportion::new(tp + tn, positives + negatives)),
            impact_ratio_vs_max: None,
            impact_ratio_interval: None,
            is_reference: false,
        }
    }

    pub(super) fn compare_with(&mut self, reference: &GroupRow) {
        let (Some(here), Some(there)) = (self.selection(), reference.selection()) else {
            return;
        };
        self.is_reference = self.group == reference.group;
        self.impact_ratio_vs_max = here.ratio_to(there);
        if !self.is_reference {
            self.impact_ratio_interval = RatioInterval::of(here, there);
        }
    }
}

/// The first row of the highest selection rate among those with a value of every attribute; `None` when that
/// rate is 0, for nothing can be compared with it.
pub(super) fn most_selected(rows: &[GroupRow]) -> Option<&GroupRow> {
    rows.iter()
        .filter(|row| row.is_known())
        .filter_map(|row| row.selection().filter(|rate| rate.successes() > 0).map(|rate| (row, rate)))
        .reduce(|best, next| if next.1.compare(best.1).is_gt() { next } else { best })
        .map(|(row, _)| row)
}

/// A group's values, ordered by text with missing last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupKey(Vec<GroupValue>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum GroupValue {
    // The derived order follows this one.
    Known(String),
    Missing,
}

impl GroupKey {
    /// The values at these positions.
    pub(super) fn project(groups: &[Option<String>], positions: &[usize]) -> Self {
        let value = |&at: &usize| match groups.get(at) {
            Some(Some(text)) => GroupValue::Known(text.clone()),
            _ => GroupValue::Missing,
        };
        Self(positions.iter().map(value).collect())
    }

    pub(super) fn into_group(self) -> Vec<Option<String>> {
        let text = |value| match value {
            GroupValue::Known(text) => Some(text),
            GroupValue::Missing => None,
        };
        self.0.into_iter().map(text).collect()
    }
}

/// What is counted per group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    n: u64,
    predicted: u64,
    selected: u64,
    labelled: u64,
    positive: u64,
    tp: u64,
    fp: u64,
    fn_: u64,
    tn: u64,
}

impl Tally {
    pub(super) fn add(&mut self, cell: &Cell) {
        let n = cell.n;
        self.n += n;
        self.predicted += if cell.prediction.is_some() { n } else { 0 };
        self.selected += if cell.prediction == Some(true) { n } else { 0 };
        self.labelled += if cell.label.is_some() { n } else { 0 };
        self.positive += if cell.label == Some(true) { n } else { 0 };
        match (cell.label, cell.prediction) {
            (Some(true), Some(true)) => self.tp += n,
            (Some(false), Some(true)) => self.fp += n,
            (Some(true), Some(false)) => self.fn_ += n,
            (Some(false), Some(false)) => self.tn += n,
            (None, _) | (_, None) => {}
        }
    }
}

fn rate(proportion: Option<Proportion>) -> Option<f64> {
    proportion.map(Proportion::rate)
}

fn interval(proportion: Option<Proportion>) -> Option<Interval> {
    proportion.map(|proportion| proportion.wilson(Z95))
}

/// An interval inside an object that names its method.
#[derive(Serialize)]
struct Wilson {
    wilson: Interval,
}

fn wilson<S: Serializer>(interval: &Option<Interval>, serializer: S) -> Result<S::Ok, S::Error> {
    interval.map(|wilson| Wilson { wilson }).serialize(serializer)
}
