//! Plain tables, and the arithmetic that turns counts into numbers with intervals.
//!
//! This crate keeps arithmetic out of the query engine and Arrow out of everything else. It knows no
//! compliance, does no I/O, has no clock and no randomness: every function is pure, and the functions
//! beyond IEEE arithmetic (logarithm, exponential, error function) come from `libm`, so the same counts
//! give the same bits on every machine.
//!
//! Integer counts are the evidence; every rate, ratio and interval is derived from them and can be
//! derived again by whoever holds the counts. A number that the counts cannot give is `None`, never 0.
//!
//! # Where to enter
//!
//! - [`Table`]: what crosses the query port, in both directions.
//! - [`fairness`]: group metrics from counts by finest cell; start at [`fairness::group_tables`].
//! - [`interval`]: a [`Proportion`](interval::Proportion) and the intervals around it.
//! - [`significance`]: tests for a difference between two proportions.
//!
//! # What it is not
//!
//! It reads no files and runs no queries: one grouping query in the engine yields the cells. It gives no
//! verdict on a control: [`fairness::FourFifths`] says where an interval lies, a control test says what
//! follows. Drift, calibration and privacy statistics are not here.
//!
//! # To add a group metric
//!
//! Add the field to [`fairness::GroupRow`] under the name the field uses, derive it from the counts in
//! `GroupRow::from_tally`, and compare it with reference values in `tests/it/golden.rs`. If the counts do not
//! suffice, widen [`fairness::Cell`], never the row.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may panic"
    )
)]

pub mod fairness;
pub mod interval;
pub mod significance;
pub mod table;

pub use table::{Column, ColumnType, Field, Table, TableError, Value};
