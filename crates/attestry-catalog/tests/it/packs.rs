//! Content that somebody adds: from YAML, OSCAL and spreadsheets, put together with the shipped catalog.

use attestry_catalog::{CatalogError, Files, Pack, Reading, load_files, pack_of_bytes};
use attestry_domain::catalog::Catalog;
use attestry_domain::time::day;

mod layers;
mod oscal;
mod sheet;
mod yaml;

/// Reading on a fixed day, under this name.
fn named(name: &str) -> Reading {
    Reading { name: Some(name.to_owned()), ..Reading::on(day("2026-03-01").unwrap()) }
}

fn pack(file: &str, bytes: impl AsRef<[u8]>) -> Pack {
    pack_of_bytes(file, bytes.as_ref(), &named("demo")).unwrap()
}

fn shipped_with(pack: &Pack) -> Files {
    Files::embedded().with(pack, false).unwrap()
}

fn loaded(pack: &Pack) -> Catalog {
    load_files(&shipped_with(pack)).unwrap()
}

fn told(errors: Vec<CatalogError>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

fn refused(file: &str, bytes: impl AsRef<[u8]>) -> Vec<String> {
    told(pack_of_bytes(file, bytes.as_ref(), &named("demo")).unwrap_err())
}
