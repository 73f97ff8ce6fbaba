//! Why a use case did not do what it was asked.

use attestry_domain::decide::Refusal;
use attestry_store::StoreError;
use thiserror::Error;

use crate::port::{QueryFailure, TypesetFailure};

/// Why a use case did not do what it was asked. Nothing is half done, save as [`AppError::Unsure`] says.
#[derive(Debug, Error)]
pub enum AppError {
    /// The programme refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was given does not fit.
    #[error("{0}")]
    Input(String),
    /// It names something that is not there.
    #[error("there is no {kind} `{id}`{}", nearest(.near))]
    NotFound {
        /// What kind of thing.
        kind: &'static str,
        /// What was named.
        id: String,
        /// The nearest that there are.
        near: Vec<String>,
    },
    /// A query did not run.
    #[error(transparent)]
    Query(#[from] QueryFailure),
    /// A document was not set.
    #[error("the document could not be set: {0}")]
    Typeset(#[from] TypesetFailure),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The catalog that the programme adopted cannot be read.
    #[error("the catalog cannot be read: {0}")]
    Catalog(String),
    /// The ledger cannot be read.
    #[error(transparent)]
    Replay(#[from] attestry_domain::programme::ReplayError),
    /// A file cannot be read or written.
    #[error("`{path}`: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A package cannot be written.
    #[error("the package could not be written: {0}")]
    Package(#[from] attestry_ledger::package::WriteError),
    /// A command was decided and could not be stored.
    #[error("nothing was recorded: {0}")]
    NotStored(String),
    /// Others were in the way all the time; nothing was recorded.
    #[error("other programs write to this workspace all the time; send it again")]
    Busy,
    /// A command was on its way into the ledger when the connection or the disk failed.
    #[error("it is not known whether it was recorded ({0}); send it again: a command is recorded once")]
    Unsure(String),
    /// The ledger has fewer events than this process has seen in it.
    #[error(
        "the ledger has {here} events and had {known}: an old copy was put back under the running program; \
         stop it, bring back the newest backup and start again"
    )]
    Shrunk {
        /// Events in it now.
        here: u64,
        /// Events that were seen.
        known: u64,
    },
    /// The server is stopping.
    #[error("the program is stopping; send it again")]
    Stopping,
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; nearest: {}", near.join(", ")) }
}

impl AppError {
    /// Whether the caller asked for something wrong, rather than that it could not be done.
    pub fn is_callers(&self) -> bool {
        match self {
            Self::Refused(_)
            | Self::Input(_)
            | Self::NotFound { .. }
            | Self::Query(QueryFailure::Asked(_))
            | Self::Store(
                StoreError::WorkspaceExists(_) | StoreError::Slug(_) | StoreError::AccountExists(_),
            ) => true,
            Self::File { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
            _ => false,
        }
    }

    pub(crate) fn file(path: impl AsRef<std::path::Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().display().to_string();
        move |source| Self::File { path, source }
    }

    pub(crate) fn unknown(kind: &'static str, id: impl ToString) -> Self {
        Self::NotFound { kind, id: id.to_string(), near: Vec::new() }
    }
}
