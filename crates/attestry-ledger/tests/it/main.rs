//! Tests of the ledger from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may panic and say what they skip"
)]

mod go;
mod log;
mod merkle;
mod oracle;
mod pack;
mod package;
mod program;
mod proof;
mod resume;
mod tamper;
mod timestamp;
mod verify;
mod witness;
