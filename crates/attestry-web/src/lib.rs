//! The workspace in a browser: pages rendered by the server, correct without script.

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

pub mod assets;
pub mod axis;
pub mod pages;
pub mod problem;
pub mod view;
