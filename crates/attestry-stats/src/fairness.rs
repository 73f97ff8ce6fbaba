//! Group metrics from integer counts by finest cell.
//!
//! One grouping query yields [`Cell`]s: how many records share the same value of every attribute, the same
//! label and the same prediction. [`group_tables`] rolls them up to one [`GroupTable`] per list of
//! attributes; nothing is computed from anything but those counts.
//!
//! A **prediction** of true is the favourable outcome: the person is selected. A **label** of true says that
//! the favourable outcome was the right one. Both may be missing, and so may the value of an attribute:
//!
//! - records without prediction count in `n`, in `unpredicted`, and in nothing that needs a prediction;
//! - records without label count in `n`, in `unlabelled`, and in the selection metrics only;
//! - records without a value of an attribute form a row of their own, which sorts last. It is compared with
//!   the others but never the group that others are compared with, and never counts towards a [`Disparity`].
//!
//! # Impact ratio and four-fifths
//!
//! The impact ratio of a group is its selection rate over the highest selection rate among the groups that
//! have a value of every attribute; on a tie the first row is the one compared with. 29 CFR 1607.4(D) takes
//! a ratio below four-fifths as evidence of adverse impact, and warns in the same paragraph of small
//! numbers. So [`FourFifths`] is read from the interval of the ratio, never from the ratio alone.
//!
//! For the scoring rate of New York City's Local Law 144, let a prediction of true be a score strictly above the
//! median of the full sample: then the selection rate is the scoring rate.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use thiserror::Error;

mod disparity;
mod four_fifths;
mod row;

pub use disparity::Disparity;
pub use four_fifths::{FOUR_FIFTHS, FourFifths};
pub use row::{GroupRow, RatioInterval};

use row::{GroupKey, Tally};

/// How many records share these values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cell {
    /// One value per attribute, in the order of the attributes; `None` when missing.
    pub groups: Vec<Option<String>>,
    /// Whether the favourable outcome was the right one; `None` when not known.
    pub label: Option<bool>,
    /// Whether the favourable outcome was predicted; `None` when nothing was predicted.
    pub prediction: Option<bool>,
    /// Number of records.
    pub n: u64,
}

/// The groups of one list of attributes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupTable {
    /// The attributes, in the order in which a row's group names its values.
    pub attributes: Vec<String>,
    /// One row per group that occurs, by group text, missing values last.
    pub rows: Vec<GroupRow>,
    /// All records together; its group is empty and it is compared with nothing.
    pub overall: GroupRow,
    /// Group of the highest selection rate, with which the impact ratios compare; `None` when no group with
    /// a value of every attribute has selected anybody.
    pub reference: Option<Vec<Option<String>>>,
    /// Number of records without a value of at least one of the attributes.
    pub missing: u64,
    /// Differences and ratios over the groups that have a value of every attribute.
    pub disparity: Disparity,
}

/// Why cells cannot be rolled up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FairnessError {
    /// A list asks for an attribute that the cells do not have.
    #[error("there is no attribute `{name}`; the cells are grouped by {known}")]
    UnknownAttribute {
        /// The attribute asked for.
        name: String,
        /// The attributes there are, comma separated.
        known: String,
    },
    /// One attribute named twice.
    #[error("attribute `{0}` is named twice; name each attribute once")]
    DuplicateAttribute(String),
    /// A cell with another number of values than there are attributes.
    #[error("cell {at} has {found} group values where there are {expected} attributes")]
    CellWidth {
        /// Position of the cell, from 0.
        at: usize,
        /// Values in it.
        found: usize,
        /// Attributes there are.
        expected: usize,
    },
    /// More records than can be counted.
    #[error("the cells hold more than {} records together", u64::MAX)]
    TooManyRecords,
}

/// Each attribute alone and, when there are several, the intersection of all of them.
pub fn each_and_intersection(attributes: &[String]) -> Vec<Vec<String>> {
    let mut subsets: Vec<Vec<String>> = attributes.iter().map(|name| vec![name.clone()]).collect();
    if attributes.len() > 1 {
        subsets.push(attributes.to_vec());
    }
    subsets
}

/// Rolls cells up to one table per list of attributes, in the order of the lists.
///
/// `attributes` names the values of every cell's groups. The order of the cells, and how the records of one
/// combination are spread over cells, make no difference; cells of no records make no row.
pub fn group_tables(
    attributes: &[String],
    cells: &[Cell],
    subsets: &[Vec<String>],
) -> Result<Vec<GroupTable>, FairnessError> {
    refuse_duplicates(attributes)?;
    refuse_misfits(attributes.len(), cells)?;
    subsets.iter().map(|subset| group_table(attributes, cells, subset)).collect()
}

fn group_table(
    attributes: &[String],
    cells: &[Cell],
    subset: &[String],
) -> Result<GroupTable, FairnessError> {
    refuse_duplicates(subset)?;
    let positions = subset.iter().map(|name| position(attributes, name)).collect::<Result<Vec<_>, _>>()?;
    let mut tallies: BTreeMap<GroupKey, Tally> = BTreeMap::new();
    let mut everybody = Tally::default();
    for cell in cells.iter().filter(|cell| cell.n > 0) {
        let key = GroupKey::project(&cell.groups, &positions);
        tallies.entry(key).or_default().add(cell);
        everybody.add(cell);
    }
    Ok(GroupTable::close(subset.to_vec(), tallies, &everybody))
}

impl GroupTable {
    /// A row by its group.
    pub fn row(&self, group: &[Option<String>]) -> Option<&GroupRow> {
        self.rows.iter().find(|row| row.group == group)
    }

    fn close(attributes: Vec<String>, tallies: BTreeMap<GroupKey, Tally>, everybody: &Tally) -> Self {
        let overall = GroupRow::from_tally(Vec::new(), everybody);
        let mut rows: Vec<GroupRow> =
            tallies.into_iter().map(|(key, tally)| GroupRow::from_tally(key.into_group(), &tally)).collect();
        let reference = row::most_selected(&rows).cloned();
        if let Some(reference) = &reference {
            rows.iter_mut().for_each(|row| row.compare_with(reference));
        }
        let missing = rows.iter().filter(|row| !row.is_known()).map(|row| row.n).sum();
        let disparity = Disparity::between(&rows, &overall);
        let reference = reference.map(|row| row.group);
        Self { attributes, rows, overall, reference, missing, disparity }
    }
}

fn position(attributes: &[String], name: &str) -> Result<usize, FairnessError> {
    attributes.iter().position(|known| known == name).ok_or_else(|| {
        let known = attributes.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        FairnessError::UnknownAttribute { name: name.to_owned(), known }
    })
}

fn refuse_duplicates(names: &[String]) -> Result<(), FairnessError> {
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(FairnessError::DuplicateAttribute(twice.clone())),
        None => Ok(()),
    }
}

/// After this no sum over cells can overflow: every tally counts a part of one total that fits.
fn refuse_misfits(expected: usize, cells: &[Cell]) -> Result<(), FairnessError> {
    let mut total: u64 = 0;
    for (at, cell) in cells.iter().enumerate() {
        let found = cell.groups.len();
        if found != expected {
            return Err(FairnessError::CellWidth { at, found, expected });
        }
        total = total.checked_add(cell.n).ok_or(FairnessError::TooManyRecords)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(group: Option<&str>, label: Option<bool>, prediction: Option<bool>, n: u64) -> Cell {
        Cell { groups: vec![group.map(str::to_owned)], label, prediction, n }
    }

    fn by_one(cells: &[Cell]) -> GroupTable {
        let attributes = vec!["sex".to_owned()];
        group_tables(&attributes, cells, std::slice::from_ref(&attributes)).unwrap().remove(0)
    }

    #[test]
    fn a_missing_group_is_a_row_of_its_own_sorts_last_and_is_never_the_reference() {
        let table = by_one(&[
            cell(None, None, Some(true), 10),
            cell(Some("~"), None, Some(true), 5),
            cell(Some("~"), None, Some(false), 5),
        ]);
        assert_eq!(
            table.rows.iter().map(|row| row.group[0].as_deref()).collect::<Vec<_>>(),
            [Some("~"), None]
        );
        assert_eq!(table.reference, Some(vec![Some("~".to_owned())]));
        assert_eq!(table.rows[1].impact_ratio_vs_max, Some(2.0));
        assert_eq!((table.missing, table.overall.n), (10, 20));
        assert_eq!(table.disparity.demographic_parity_difference, Some(0.0));
    }

    #[test]
    fn an_empty_text_is_a_group_and_not_a_missing_one() {
        let table = by_one(&[cell(Some(""), None, Some(true), 1), cell(None, None, Some(true), 1)]);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.missing, 1);
    }

    #[test]
    fn without_labels_only_the_selection_metrics_are_estimable() {
        let table = by_one(&[cell(Some("F"), None, Some(true), 3), cell(Some("F"), None, Some(false), 1)]);
        let row = &table.rows[0];
        assert_eq!((row.n, row.unlabelled, row.tp + row.fp + row.fn_ + row.tn), (4, 4, 0));
        assert_eq!(row.selection_rate, Some(0.75));
        assert_eq!((row.tpr, row.fpr, row.accuracy, row.base_rate), (None, None, None, None));
        assert_eq!(table.disparity.equalized_odds_difference, None);
    }

    #[test]
    fn without_a_prediction_a_record_counts_in_n_and_in_the_base_rate_only() {
        let table =
            by_one(&[cell(Some("F"), Some(true), None, 3), cell(Some("F"), Some(false), Some(false), 1)]);
        let row = &table.rows[0];
        assert_eq!((row.n, row.unpredicted, row.predicted), (4, 3, 1));
        assert_eq!((row.selection_rate, row.base_rate, row.tpr), (Some(0.0), Some(0.75), None));
        assert_eq!((row.impact_ratio_vs_max, &table.reference), (None, &None));
    }

    #[test]
    fn an_unknown_attribute_names_those_there_are() {
        let attributes = ["sex".to_owned(), "race".to_owned()];
        let error = group_tables(&attributes, &[], &[vec!["age".to_owned()]]).unwrap_err();
        assert_eq!(error.to_string(), "there is no attribute `age`; the cells are grouped by `sex`, `race`");
    }

    #[test]
    fn misfits_duplicates_and_overflow_are_refused() {
        let one = ["sex".to_owned()];
        let twice = vec!["sex".to_owned(), "sex".to_owned()];
        let narrow = Cell { groups: vec![], label: None, prediction: None, n: 1 };
        assert_eq!(
            group_tables(&one, &[narrow], &[]),
            Err(FairnessError::CellWidth { at: 0, found: 0, expected: 1 })
        );
        assert_eq!(
            group_tables(&one, &[], &[twice]),
            Err(FairnessError::DuplicateAttribute("sex".to_owned()))
        );
        let many = [cell(None, None, None, u64::MAX), cell(None, None, None, 1)];
        assert_eq!(group_tables(&one, &many, &[]), Err(FairnessError::TooManyRecords));
    }

    #[test]
    fn each_attribute_alone_and_their_intersection() {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            each_and_intersection(&names(&["sex", "race"])),
            [names(&["sex"]), names(&["race"]), names(&["sex", "race"])]
        );
        assert_eq!(each_and_intersection(&names(&["sex"])), [names(&["sex"])]);
    }

    #[test]
    fn no_cells_make_a_table_without_rows_and_without_numbers() {
        let table = by_one(&[]);
        assert!(table.rows.is_empty());
        assert_eq!((table.overall.n, table.overall.selection_rate), (0, None));
        assert_eq!(table.disparity, Disparity::default());
    }
}
