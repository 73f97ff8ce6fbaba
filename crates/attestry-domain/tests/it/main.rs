//! The rules of the domain, each as a sentence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]
#![allow(unreachable_pub, reason = "a test binary exports nothing")]

mod authorize;
mod calendar;
mod commands;
mod completeness;
mod decide;
mod design;
mod golden;
mod occurrences;
mod operation;
mod replay;
mod requirement;
mod runs;
mod support;
