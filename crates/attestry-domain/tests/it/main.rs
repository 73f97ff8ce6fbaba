//! The rules of the domain, each as a sentence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]
#![allow(unreachable_pub, reason = "a test binary exports nothing")]

mod advise;
mod as_of;
mod auditor;
mod authorize;
mod calendar;
mod closing;
mod commands;
mod compare;
mod completeness;
mod content;
mod crosswalk;
mod decide;
mod design;
mod golden;
mod law;
mod occurrences;
mod operation;
mod overlap;
mod refused;
mod relevance;
mod replay;
mod requirement;
mod roles;
mod runs;
mod sources;
mod stale;
mod support;
