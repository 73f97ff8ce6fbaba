//! Every page: with sample values, and through the router over a real store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod findings;
mod house;
mod looks;
mod samples;
mod served;
