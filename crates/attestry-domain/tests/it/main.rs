//! The rules of the domain, each as a sentence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]
#![allow(unreachable_pub, reason = "a test binary exports nothing")]

mod as_of;
mod auditor;
mod authorize;
mod calendar;
mod commands;
mod completeness;
mod decide;
mod design;
mod golden;
mod occurrences;
mod operation;
mod refused;
mod replay;
mod requirement;
mod runs;
mod sources;
mod stale;
mod support;
