//! The content that ships: against published identifiers and titles, and against the rules it is written by.

use std::sync::LazyLock;

use attestry_catalog::{Files, load_files};
use attestry_domain::catalog::Catalog;

mod claims;
mod content;
mod counted;
mod crosswalks;
mod law;
mod reference;

/// The shipped catalog, loaded once.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    load_files(&Files::embedded()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
});

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}
