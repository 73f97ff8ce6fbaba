//! Rules that hold for the whole house, checked against the tree and its manifests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod edges;
mod features;
mod house;
mod layout;
mod words;
