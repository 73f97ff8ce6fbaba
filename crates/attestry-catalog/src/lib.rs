//! Reads and checks the catalogs: frameworks, the one control set, control tests and streams.
//!
//! The content is data, in `catalogs/`: YAML and SQL, embedded in the program. This crate turns a set of such
//! [`Files`] into a [`Catalog`], or says everything that is wrong with it: each [`CatalogError`] names file,
//! line and key, and for an unknown name the nearest known ones. It evaluates nothing and runs no SQL; the
//! types live in `attestry-domain`.
//!
//! # Where to enter
//!
//! - [`embedded`]: the catalog built into the program; [`load`]: one from a folder.
//! - [`bundle()`] and [`load_bundle`]: a catalog as one object under its digest, so that the one a programme
//!   adopted can be read again after the program has moved on.
//! - [`read_pack`] and [`Files::with`]: content that somebody adds, from a folder or a file; [`diff()`]: what it changes.
//! - [`counts()`]: what a catalog holds, and how much of each framework its controls reach.
//!
//! # The digest
//!
//! A catalog's digest is the SHA-256 of its bundle: the JSON object from path to text of every file, keys in
//! the order of their bytes, no white space between tokens. Test cases and `README.md` files are no part of it.
//!
//! # To add a kind of content
//!
//! A module in `read` that decodes its files, a kind of path in `read::Part`, its look-ups in
//! [`CatalogError`]'s [`Noun`], its rules in `check`, and a test of each error in `tests/it`.

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

use std::path::Path;

use attestry_domain::catalog::Catalog;
use attestry_domain::id::Digest;

pub use counts::{
    CategoryCounts, Counts, CrosswalkCounts, FamilyCounts, FrameworkCounts, MappingCounts, Reach,
    RelationCount, counts,
};
pub use diff::{CatalogDiff, Change, Difference, diff};
pub use error::{AdviceFault, CatalogError, Fault, Noun, PackFault, RowFault};
pub use files::Files;
pub use pack::{Pack, Reading, pack_of_bytes, read_pack};
pub use words::forbidden_words;

mod check;
mod counts;
mod diff;
mod draft;
mod error;
mod fields;
mod files;
mod layers;
mod nearest;
mod pack;
mod read;
mod words;
mod yaml;

/// The catalog built into the program. Rules about content are left to a test of this crate and to
/// `attestry catalog check`, so that no start of the program waits for them.
///
/// # Errors
/// What makes it unreadable; a test of this crate sees to it that nothing does.
pub fn embedded() -> Result<Catalog, Vec<CatalogError>> {
    let files = Files::embedded();
    let mut draft = read::files(&files);
    check::references(&mut draft);
    draft.finish(Digest::of(&bundle(&files)))
}

/// The catalog in a folder that is laid out like `catalogs/`.
///
/// # Errors
/// Everything that is wrong with it, in order of file and line.
pub fn load(dir: &Path) -> Result<Catalog, Vec<CatalogError>> {
    load_files(&Files::read(dir).map_err(|error| vec![error])?)
}

/// The catalog that a set of files makes: read, and checked in full.
///
/// # Errors
/// Everything that is wrong with it, in order of file and line.
pub fn load_files(files: &Files) -> Result<Catalog, Vec<CatalogError>> {
    let mut draft = draft(files)?;
    check::references(&mut draft);
    check::content(&mut draft);
    draft.finish(Digest::of(&bundle(files)))
}

/// The one object that a catalog is stored as; its SHA-256 is the catalog's digest. Files that are no UTF-8 text
/// make no catalog, so what stands here in the place of such bytes is never adopted.
pub fn bundle(files: &Files) -> Vec<u8> {
    files.bundle()
}

/// The files of a bundle.
///
/// # Errors
/// When the bytes are no bundle in canonical form.
pub fn read_bundle(bytes: &[u8]) -> Result<Files, CatalogError> {
    Files::from_bundle(bytes)
}

/// What the files say, those of packs in their places.
fn draft(files: &Files) -> Result<draft::Draft, Vec<CatalogError>> {
    let layers = files.layered()?;
    let mut draft = read::files(&layers.files);
    draft.packed = layers.packed;
    Ok(draft)
}

/// Reads a catalog back from its bundle. Only what reading needs is checked: rules about content that came
/// after a catalog was adopted do not make it unreadable.
///
/// # Errors
/// When the bytes are no bundle in canonical form, or its files do not make a catalog.
pub fn load_bundle(bytes: &[u8]) -> Result<Catalog, Vec<CatalogError>> {
    let files = read_bundle(bytes).map_err(|error| vec![error])?;
    let mut draft = draft(&files)?;
    check::references(&mut draft);
    draft.finish(Digest::of(bytes))
}
