//! The workspace in a browser: pages rendered by the server, correct without script.
//!
//! Enter at [`router()`], which serves one open workspace, or at [`serve()`], which also listens. Every page is one
//! file in [`pages`]: the struct that its template (in `templates/`) shows, and a handler that makes one call into
//! `attestry-app` and fills it. What pages are made of (marks, strips, maps, charts, the frame) is in [`view`] and
//! knows no programme.
//!
//! It decides nothing: who may record what is `attestry-domain`'s, and nothing here writes but sign-in and, where
//! there is no workspace yet, the form that [`setup`] shows once.
//!
//! # To add a page
//!
//! A file in `pages/` with struct and `show(Context, Path<…>)`, a template that extends `base.html`, a route in
//! `router.rs`, a sample in `tests/it/samples.rs` (the checks of every page then hold for it), a link to it.

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

mod api;
pub mod assets;
mod attempts;
pub mod axis;
mod context;
mod cookie;
pub mod pages;
pub mod problem;
mod router;
mod security;
mod serve;
pub mod setup;
mod state;
pub mod view;
pub mod witness;

pub use router::router;
pub use serve::serve;
pub use state::WebState;
