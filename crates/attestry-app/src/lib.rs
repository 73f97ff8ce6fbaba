//! The use cases of Attestry as plain async functions, over ports for the query engine, the typesetter, the
//! clock and randomness. It knows no HTTP and no terminal.
//!
//! Enter at [`App`], which opens a [`Workspace`]; every use case is a function or method that takes one.
//! To add a use case: a module named after its noun, one public function, its errors in [`AppError`].

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

pub mod account;
pub mod attention;
pub mod begin;
pub mod bias;
pub mod buffer;
pub mod collect;
pub mod collection;
pub mod demo;
pub mod error;
pub mod evidence;
pub mod explain;
pub mod files;
pub mod import;
pub mod ingest;
pub mod ledger;
pub mod overlap;
pub mod package;
pub mod packs;
pub mod port;
pub mod readiness;
pub mod report;
pub mod rows;
pub mod tables;
pub mod testing;
pub mod witness;
pub mod workspace;

pub use error::AppError;
pub use workspace::{App, Axis, Recorded, Sender, Snapshot, Workspace};
