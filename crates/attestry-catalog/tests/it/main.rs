//! What the shipped catalog holds, what the loader refuses and in which words, and that no bytes make it panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod adviser;
mod any_bytes;
mod bundle;
mod packs;
mod refused;
mod shipped;
mod words;
