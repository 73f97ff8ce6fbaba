//! Every page: with sample values, and through the router over a real store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod advice;
mod api;
mod findings;
mod frameworks;
mod house;
mod looks;
mod samples;
mod served;
mod setup;
