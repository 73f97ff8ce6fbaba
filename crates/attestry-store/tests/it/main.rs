//! The store, on SQLite always and on PostgreSQL where there is one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may panic, and say what they could not run"
)]

mod accounts;
mod backup;
mod buffer;
mod events;
mod keys;
mod objects;
mod place;
mod postgres;
mod publish;
mod rates;
mod stream_keys;
mod verify;
