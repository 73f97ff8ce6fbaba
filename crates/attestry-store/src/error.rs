//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use attestry_domain::event::UnreadableEvent;
use attestry_domain::id::{CommandId, Digest, WorkspaceId};
use thiserror::Error;

/// Why the store could not do something.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The address of the database is none.
    #[error("the database address is not understood: give `sqlite://PATH` or `postgres://USER@HOST/NAME`")]
    Address,
    /// The database cannot be used for the moment.
    #[error("the database is busy or out of reach ({0}): nothing was lost, try again")]
    Busy(#[source] sqlx::Error),
    /// The database refused a statement.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// A newer program wrote the database.
    #[error("the database has form {found}, this program knows forms up to {known}: use the newer program")]
    NewerDatabase {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration of this program.
        known: i64,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {what} `{}`: {source}", .path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A file that should be a backup is none, or is damaged.
    #[error("`{}` cannot be restored: {reason}; nothing was restored, use another copy", .path.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A backup is restored into an empty store only.
    #[error("there is something in this store already: restore into an empty home and an empty database")]
    NotEmpty,
    /// Bytes could not be brought to the disk for certain.
    #[error(
        "`{}` could not be made durable: {source}; stop the program, check the disk and start again, what was not acknowledged must be sent again",
        .path.display()
    )]
    NotDurable {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// An earlier write could not be made durable.
    #[error(
        "an earlier write could not be made durable, so nothing more is written: check the disk and start again"
    )]
    DiskFailed,
    /// The bytes of an object are not those of its digest.
    #[error("object {digest} has other bytes, of digest {found}: restore `{}` from a backup", .path.display())]
    ObjectDamaged {
        /// The digest asked for.
        digest: Digest,
        /// The digest of what is there.
        found: Digest,
        /// The file.
        path: PathBuf,
    },
    /// An event's payload cannot be read.
    #[error("event {sequence}: {source}")]
    UnreadableEvent {
        /// The event.
        sequence: u64,
        /// Why not.
        #[source]
        source: UnreadableEvent,
    },
    /// A row of an event is not what was written.
    #[error("event {sequence}: {reason}; the store is damaged, run `attestry verify`")]
    EventDamaged {
        /// The event.
        sequence: u64,
        /// What is wrong.
        reason: String,
    },
    /// A column holds what this program never writes.
    #[error(
        "table `{table}` holds `{value}`, which was not written by this program; restore it from a backup"
    )]
    RowDamaged {
        /// The table.
        table: &'static str,
        /// The value.
        value: String,
    },
    /// There is no such workspace.
    #[error("there is no workspace {0}: name one that exists or make one with `attestry init`")]
    NoWorkspace(WorkspaceId),
    /// A workspace's short name has another form.
    #[error("`{0}` cannot name a workspace: give 1 to 40 lower-case letters, digits and hyphens")]
    Slug(String),
    /// The id, short name or origin of a workspace is in use.
    #[error(
        "a workspace named `{0}`, or with the same id or log origin, exists already: choose another name"
    )]
    WorkspaceExists(String),
    /// The e-mail address or person has an account.
    #[error("there is already an account for `{0}`: let its owner sign in")]
    AccountExists(String),
    /// A signing key exists and is not replaced.
    #[error("`{}` exists already: a log keeps its key; move the file away only to begin a new log", .0.display())]
    KeyExists(PathBuf),
    /// A signing key is not one, or not of this log.
    #[error("`{}` is no signing key of `{origin}`: {reason}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The log.
        origin: String,
        /// What is wrong.
        reason: String,
    },
    /// The signing key that was given is of another log.
    #[error("the signing key is of `{key}`, the workspace's log is `{origin}`: use that log's key")]
    OtherLog {
        /// The name of the key.
        key: String,
        /// The origin of the log.
        origin: String,
    },
    /// The store is older than what was already signed.
    #[error(
        "workspace {workspace} has {here} but a checkpoint over {published} events was published: an old copy was \
         restored; bring back the newest backup; if there is none, keep this copy as it is and begin a new workspace, \
         with a log of its own"
    )]
    RolledBack {
        /// The workspace.
        workspace: WorkspaceId,
        /// What the database has.
        here: String,
        /// The size of the published checkpoint.
        published: u64,
    },
    /// Two roots for one size.
    #[error(
        "workspace {workspace} was signed over {size} events with root {signed}, and here they give {computed}: \
         history was changed; keep both copies and run `attestry verify`"
    )]
    Forked {
        /// The workspace.
        workspace: WorkspaceId,
        /// The size.
        size: u64,
        /// The root that was signed.
        signed: Digest,
        /// The root found now.
        computed: Digest,
    },
    /// The tiles of the published tree are not all there, or changed.
    #[error(
        "the tiles of workspace {workspace} are damaged: {reason}; restore the folder `tiles` from a backup"
    )]
    TilesDamaged {
        /// The workspace.
        workspace: WorkspaceId,
        /// What is wrong.
        reason: String,
    },
    /// The published checkpoint is not one.
    #[error(
        "the published checkpoint of workspace {workspace} cannot be read: {reason}; restore it from a backup"
    )]
    CheckpointDamaged {
        /// The workspace.
        workspace: WorkspaceId,
        /// What is wrong.
        reason: String,
    },
    /// A payload cannot be put into the ledger.
    #[error("an event of kind `{kind}` cannot be put into the ledger: {reason}")]
    Unledgerable {
        /// Its kind.
        kind: &'static str,
        /// Why not.
        reason: String,
    },
    /// A publication was stopped by its caller.
    #[error("the publication was stopped after {0}; the next one resumes it")]
    Stopped(crate::Step),
    /// The program is shutting down.
    #[error("the program is shutting down: send the request again")]
    ShuttingDown,
}

/// Why events were not appended. Nothing was written.
#[derive(Debug, Error)]
pub enum AppendError {
    /// Others appended in the meantime: catch up, decide again.
    #[error("the ledger has {size} events by now: catch up and decide again")]
    Conflict {
        /// Events in the ledger.
        size: u64,
    },
    /// The command was carried out before; this is its answer.
    #[error("command {command} was carried out before, as events {first} to {last}")]
    Repeated {
        /// The command.
        command: CommandId,
        /// Its first event.
        first: u64,
        /// Its last event; one less than the first when it made none.
        last: u64,
    },
    /// One batch holds a command twice.
    #[error("the batch holds command {command} twice: append it once and answer both callers with it")]
    TwiceInBatch {
        /// The command.
        command: CommandId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoreError {
    /// Whether the same call may succeed when made again.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    pub(crate) fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { what, path: path.to_owned(), source }
    }

    pub(crate) fn row(table: &'static str, value: impl ToString) -> Self {
        Self::RowDamaged { table, value: value.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let transient = match &error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
            sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| is_transient_code(&code)),
            _ => false,
        };
        if transient { Self::Busy(error) } else { Self::Database(error) }
    }
}

impl From<sqlx::Error> for AppendError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// SQLite: the low byte of an extended code is 5 (busy) or 6 (locked). PostgreSQL: serialisation failure, deadlock,
/// lock not available, too many connections, and the classes for connections and operator intervention.
fn is_transient_code(code: &str) -> bool {
    if code.len() == 5 && !code.starts_with('-') {
        return matches!(code, "40001" | "40P01" | "55P03" | "53300")
            || code.starts_with("08")
            || code.starts_with("57P");
    }
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

#[cfg(test)]
mod tests {
    use super::is_transient_code;

    #[test]
    fn busy_and_lost_connections_are_transient_and_violations_are_not() {
        for code in ["5", "6", "261", "517", "40001", "40P01", "08006", "57P01", "53300"] {
            assert!(is_transient_code(code), "{code}");
        }
        for code in ["1", "19", "2067", "1555", "23505", "42P01", "0A000"] {
            assert!(!is_transient_code(code), "{code}");
        }
    }
}
