//! Tests of the ledger from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod log;
mod merkle;
mod oracle;
mod verify;
