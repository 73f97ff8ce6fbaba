//! The words, events, decisions and assessments of a compliance programme. Pure: no input, no output, no
//! async, no clock, no randomness; whoever calls hands those in.
//!
//! A [`Command`](command::Command) is decided against a [`Programme`](programme::Programme) and a
//! [`Catalog`](catalog::Catalog) into [`Payload`](event::Payload)s; a stored [`Event`](event::Event) is
//! applied to a programme; [`assess`](assess::assess) derives what holds. Nothing derived is ever stored.
//! Before there is a programme, [`advise`](advise::advise) says what to get first.
//!
//! To add a noun: a payload in `event`, its effect in `programme`, its command in `command`, its rule in
//! `decide` and `authorize`, and a golden event file in `tests/golden`.

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

pub mod advise;
pub mod assess;
pub mod authorize;
pub mod catalog;
pub mod command;
pub mod compare;
pub mod decide;
pub mod event;
pub mod id;
pub mod overlap;
pub mod programme;
pub mod relevance;
pub mod role;
pub mod time;
pub mod words;
