//! Properties that hold for all counts.

use attestry_stats::fairness::{Cell, GroupRow, GroupTable, each_and_intersection, group_tables};
use attestry_stats::interval::{Interval, Proportion, Z95, katz_ratio, mover_ratio, newcombe_difference};
use attestry_stats::significance::{fisher_exact, pooled_z};
use attestry_stats::{ColumnType, Field, Table, Value};
use proptest::prelude::*;

fn attributes() -> Vec<String> {
    vec!["sex".to_owned(), "race".to_owned()]
}

fn tables(cells: &[Cell]) -> Vec<GroupTable> {
    group_tables(&attributes(), cells, &each_and_intersection(&attributes())).unwrap()
}

fn group_value() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.8, prop::sample::select(vec!["", "a", "b", "c"]).prop_map(str::to_owned))
}

fn cell() -> impl Strategy<Value = Cell> {
    let groups = prop::collection::vec(group_value(), 2);
    let outcome = || prop::option::weighted(0.8, any::<bool>());
    (groups, outcome(), outcome(), 0u64..2000).prop_map(|(groups, label, prediction, n)| Cell {
        groups,
        label,
        prediction,
        n,
    })
}

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    prop::collection::vec(cell(), 0..40)
}

fn proportion() -> impl Strategy<Value = Proportion> {
    let trials = prop_oneof![1u64..40, 1u64..1_000_000, Just(u64::MAX)];
    (trials, 0.0..=1.0f64, 0..4u8).prop_map(|(trials, share, edge)| {
        let successes = match edge {
            0 => 0,
            1 => trials,
            _ => ((trials as f64 * share) as u64).min(trials),
        };
        Proportion::new(successes, trials).unwrap()
    })
}

fn small() -> impl Strategy<Value = Proportion> {
    (1u64..60).prop_flat_map(|n| (0..=n).prop_map(move |x| Proportion::new(x, n).unwrap()))
}

fn inside(outer: Interval, inner: Interval) -> bool {
    outer.low <= inner.low && inner.low <= inner.high && inner.high <= outer.high
}

/// What a group counts by itself, without comparison to others.
fn counts(row: &GroupRow) -> [u64; 9] {
    [row.n, row.predicted, row.unpredicted, row.unlabelled, row.selected, row.tp, row.fp, row.fn_, row.tn]
}

proptest! {
    #[test]
    fn splitting_and_reordering_cells_changes_nothing(cells in cells(), parts in prop::collection::vec(0.0..=1.0f64, 40)) {
        let mut split: Vec<Cell> = cells.iter().zip(&parts).flat_map(|(cell, part)| {
            let first = (cell.n as f64 * part) as u64;
            [Cell { n: first, ..cell.clone() }, Cell { n: cell.n - first, ..cell.clone() }]
        }).collect();
        split.reverse();
        prop_assert_eq!(tables(&cells), tables(&split));
    }

    #[test]
    fn the_intersection_rolls_up_to_each_attribute_and_every_table_to_the_whole(cells in cells()) {
        let tables = tables(&cells);
        let (alone, both) = tables.split_at(2);
        let add = |rows: &mut dyn Iterator<Item = &GroupRow>| {
            rows.map(counts).fold([0; 9], |sum, row| std::array::from_fn(|at| sum[at] + row[at]))
        };
        for (at, table) in alone.iter().enumerate() {
            prop_assert_eq!(add(&mut table.rows.iter()), counts(&table.overall));
            for row in &table.rows {
                let mut parts = both[0].rows.iter().filter(|part| part.group[at] == row.group[0]);
                prop_assert_eq!(add(&mut parts), counts(row));
            }
        }
        prop_assert_eq!(alone[0].overall.n, cells.iter().map(|cell| cell.n).sum::<u64>());
    }

    #[test]
    fn adding_a_group_never_changes_another_groups_own_numbers(cells in cells(), added in cells()) {
        let newcomer = || vec![Some("new".to_owned()), Some("new".to_owned())];
        let more: Vec<Cell> = cells.iter().cloned()
            .chain(added.into_iter().map(|cell| Cell { groups: newcomer(), ..cell }))
            .collect();
        for (before, after) in tables(&cells).iter().zip(&tables(&more)) {
            for row in &before.rows {
                let now = after.row(&row.group).unwrap();
                prop_assert_eq!(counts(row), counts(now));
                prop_assert_eq!(row.selection_rate_interval, now.selection_rate_interval);
                prop_assert_eq!((row.tpr, row.fpr, row.ppv, row.npv), (now.tpr, now.fpr, now.ppv, now.npv));
            }
        }
    }

    #[test]
    fn rows_are_sorted_with_missing_last_and_their_numbers_stand_in_their_intervals(cells in cells()) {
        for table in tables(&cells) {
            let order = |row: &GroupRow| -> Vec<(bool, Option<String>)> {
                row.group.iter().map(|value| (value.is_none(), value.clone())).collect()
            };
            prop_assert!(table.rows.is_sorted_by_key(order));
            for row in &table.rows {
                for (rate, interval) in [
                    (row.selection_rate, row.selection_rate_interval),
                    (row.tpr, row.tpr_interval),
                    (row.fpr, row.fpr_interval),
                    (row.fnr, row.fnr_interval),
                ] {
                    prop_assert_eq!(rate.is_some(), interval.is_some());
                    prop_assert!(interval.is_none_or(|interval| interval.contains(rate.unwrap())));
                }
                if let Some(ratio) = row.impact_ratio_interval {
                    prop_assert!(ratio.interval().contains(row.impact_ratio_vs_max.unwrap()));
                }
                prop_assert!(!row.is_known() || row.impact_ratio_vs_max.is_none_or(|ratio| ratio <= 1.0));
            }
        }
    }

    #[test]
    fn every_interval_contains_its_estimate(a in proportion(), b in proportion()) {
        let wilson = a.wilson(Z95);
        prop_assert!(wilson.contains(a.rate()) && inside(Interval { low: 0.0, high: 1.0 }, wilson), "{:?}", wilson);
        let newcombe = newcombe_difference(a, b, Z95);
        prop_assert!(newcombe.contains(a.rate() - b.rate()), "{:?}", newcombe);
        prop_assert!(inside(Interval { low: -1.0, high: 1.0 }, newcombe), "{:?}", newcombe);
        for interval in [katz_ratio(a, b, Z95), mover_ratio(a, b, Z95)].into_iter().flatten() {
            prop_assert!(interval.contains(a.ratio_to(b).unwrap()), "{:?}", interval);
            prop_assert!(interval.low >= 0.0 && interval.high.is_finite(), "{:?}", interval);
        }
    }

    #[test]
    fn more_confidence_widens_and_swapping_mirrors(a in small(), b in small()) {
        prop_assert!(inside(a.wilson(2.575_829_303_548_900_4), a.wilson(Z95)));
        let (there, back) = (newcombe_difference(a, b, Z95), newcombe_difference(b, a, Z95));
        prop_assert!((there.low + back.high).abs() < 1e-12 && (there.high + back.low).abs() < 1e-12);
        if let (Some(there), Some(back)) = (katz_ratio(a, b, Z95), katz_ratio(b, a, Z95)) {
            prop_assert!((there.low * back.high - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn fisher_agrees_with_summing_every_table(a in small(), b in small()) {
        let choose = |n: u64, k: u64| (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64);
        let successes = a.successes() + b.successes();
        let weight = |k: u64| choose(a.trials(), k) * choose(b.trials(), successes - k);
        let possible = successes.saturating_sub(b.trials())..=successes.min(a.trials());
        let seen = weight(a.successes()) * (1.0 + 1e-7);
        let all: f64 = possible.clone().map(weight).sum();
        let extreme: f64 = possible.map(weight).filter(|&w| w <= seen).sum();
        prop_assert!((fisher_exact(a, b) - extreme / all).abs() < 1e-11);
    }

    #[test]
    fn p_values_do_not_depend_on_which_group_comes_first(a in small(), b in small()) {
        prop_assert!((fisher_exact(a, b) - fisher_exact(b, a)).abs() < 1e-11);
        match (pooled_z(a, b), pooled_z(b, a)) {
            (Some(there), Some(back)) => {
                prop_assert!((there.z + back.z).abs() < 1e-12 && (0.0..=1.0).contains(&there.p));
            }
            (there, back) => prop_assert_eq!(there, back),
        }
    }

    #[test]
    fn push_row_adds_a_whole_row_or_changes_nothing(rows in prop::collection::vec(row(), 0..20)) {
        let mut table = Table::empty(vec![
            Field::new("group", ColumnType::Text),
            Field::new("n", ColumnType::Integer),
            Field::new("rate", ColumnType::Float),
        ]);
        let takes = [ColumnType::Text, ColumnType::Integer, ColumnType::Float];
        for row in rows {
            let before = table.clone();
            let fits = row.len() == 3
                && row.iter().zip(takes).all(|(value, kind)| value.kind().is_none_or(|found| found == kind));
            prop_assert_eq!(table.push_row(row.clone()).is_ok(), fits);
            if fits {
                prop_assert_eq!(table.len(), before.len() + 1);
                prop_assert_eq!(table.row(before.len()), row);
            } else {
                prop_assert_eq!(&table, &before);
            }
            prop_assert!(table.columns().iter().all(|column| column.len() == table.len()));
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        "[a-z]{0,3}".prop_map(Value::Text),
        any::<i64>().prop_map(Value::Integer),
        (-1e9..1e9f64).prop_map(Value::Float),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Timestamp),
        any::<i32>().prop_map(Value::Date),
    ]
}

/// Half of the rows fit by construction, the others are anything.
fn row() -> impl Strategy<Value = Vec<Value>> {
    let fitting = ("[a-z]{0,3}", any::<i64>(), -1e9..1e9f64)
        .prop_map(|(text, n, rate)| vec![Value::Text(text), Value::Integer(n), Value::Float(rate)]);
    prop_oneof![fitting, prop::collection::vec(value(), 0..5)]
}
