//! The built binary, from the outside; and every case of every control test, through importer and engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod advise;
mod backup;
mod bias;
mod call;
mod cases;
mod catalog;
mod compare;
mod crash;
mod demo;
mod errors;
mod evidence;
mod files;
mod help;
mod overlap;
mod package;
mod packs;
mod story;
mod tamper;
mod worker;
