//! Where facts are kept: events, workspaces, accounts and the key index in SQL (SQLite or PostgreSQL), objects,
//! tiles and signing keys in files.
//!
//! What it is not: it decides nothing and knows no compliance beyond the form of an event. Clock and randomness
//! are the caller's.
//!
//! Where to enter: [`Store::open`]; then [`Store::append`] after the bytes that its payloads name were given to
//! [`Store::objects`]; then [`Store::publish`], which is also what start-up calls. [`Store::verify`] checks it all.
//!
//! The order in which things become durable: objects, events with their head, tiles, checkpoint row, checkpoint
//! file. Whatever was acknowledged survives a crash after any of these steps.
//!
//! To add a table: one file of the same number in `migrations/sqlite` and `migrations/postgres`, its two lines
//! in `database.rs`, and one Rust file named after the noun that holds its SQL, one text for both databases.
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

mod accounts;
mod api_tokens;
mod backup;
mod buffer;
mod cosigned;
mod database;
mod disk;
mod entries;
mod error;
mod events;
mod keys;
mod leaf;
mod objects;
mod publish;
mod stream_keys;
mod tiles;
mod verify;
mod workspace;

use std::path::Path;
use std::sync::Arc;

pub use accounts::{Account, LoginLink, NewSession, Session};
pub use api_tokens::ApiToken;
pub use backup::Backup;
pub use buffer::{Answered, Buffered, Submission, Submitted};
pub use error::{AppendError, StoreError};
pub use events::{Append, Appended};
pub use objects::{ObjectWriter, Objects};
pub use publish::Step;
pub use stream_keys::StreamKey;
pub use workspace::Workspace;

use database::Database;
use disk::Disk;
use objects::ObjectFolder;

/// An open store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    database: Database,
    disk: Arc<Disk>,
    objects: Arc<dyn Objects>,
}

impl Store {
    /// Opens a store, making its tables and folders where they are missing.
    ///
    /// `database_url` is like `sqlite:///var/lib/attestry/attestry.db` or `postgres://user@host/name`; `root` is
    /// the folder of objects, tiles and keys.
    ///
    /// # Errors
    /// If the database cannot be reached or was written by a newer program, or the folder cannot be written.
    pub async fn open(database_url: &str, root: &Path) -> Result<Self, StoreError> {
        let root = root.to_owned();
        let disk = Arc::new(disk::blocking(move || Disk::open(&root)).await?);
        let database = Database::open(database_url).await?;
        let objects = Arc::new(ObjectFolder::new(Arc::clone(&disk)));
        Ok(Self { database, disk, objects })
    }

    /// The bytes that events name by digest.
    pub fn objects(&self) -> &Arc<dyn Objects> {
        &self.objects
    }

    /// Closes the connections to the database, after what is running on them.
    pub async fn close(&self) {
        self.database.close().await;
    }
}
