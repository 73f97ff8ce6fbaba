//! Everything in one file, and back: the rows of the database, the objects and the signing keys.
//!
//! A backup is a ZIP: `backup.json` says what it is, `tables/NAME.ndjson` holds the rows as of one moment, `objects/…`
//! the bytes under their digests, `keys/…` the signing keys, `checkpoints/…` what witnesses cosigned, and `SHA256SUMS`, last, the digest of each. It holds
//! secrets, so nobody else may read it. Sessions, one-time links and caches are left out; tiles and checkpoint are made
//! anew from the events, which gives the same ones.
//!
//! It may be made while others write: the rows are read in one transaction, and whatever objects they name were
//! durable before. It is restored into an empty store of either kind of database, all rows in one transaction, after
//! every byte of the file was checked.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::StoreError;

mod read;
mod tables;
mod write;

/// The form of backups that this program writes.
const FORMAT: u32 = 1;
/// What says what the file is.
const ABOUT: &str = "backup.json";
/// Checkpoints that witnesses cosigned; their signatures cannot be made anew.
const COSIGNED: &str = "checkpoints";
/// The digests of everything else.
const SUMS: &str = "SHA256SUMS";

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// The form of the file.
    pub format: u32,
    /// The program that made it.
    pub program: String,
    /// When, in RFC 3339.
    pub made_at: String,
    /// Rows by table.
    pub rows: Vec<(String, u64)>,
}

fn broken(path: &Path) -> impl Fn(zip::result::ZipError) -> StoreError {
    let path = path.to_owned();
    move |error| {
        let source = match error {
            zip::result::ZipError::Io(error) => error,
            other => io::Error::other(other),
        };
        StoreError::File { what: "read or write", path: path.clone(), source }
    }
}

fn damaged(path: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::Backup { path: path.to_owned(), reason: reason.into() }
}
