//! Changes and reviews from a git repository, without any hosting service.
//!
//! A *change* is one commit of the branch's first-parent history: what reached the branch, in the order in which
//! it did. The history is read whole, since committer times need not ascend; `since` and `until` then choose by
//! committer time, the first included, the second not. Replacement objects are ignored, so that the history read
//! is the one that the commit names vouch for.
//!
//! **Author.** Of a plain commit, its author. Of a merge, never the person at the merge button: the author of the
//! newest commit on the merged branch's own line that is no merge itself. A merge that brought nothing new has
//! the author of the merge commit.
//!
//! **Contributors** are the authors and `Co-authored-by` people of every commit that the change brought in.
//!
//! **Reviews** come from two places:
//!
//! - basis `trailer`: `Reviewed-by`, `Acked-by` and `Approved-by` in the change's message, or, for a merge, in
//!   every commit that it brought in (one reviewed commit does not make a reviewed branch);
//! - basis `merge_message`: a merge commit, or a commit with `Reviewed-on`, that another person than a
//!   contributor committed. It claims that a second person brought the change in. It does not claim that the
//!   person read it.
//!
//! A reviewer who is a contributor has verdict `commented`: nobody approves their own work. Services (the word
//! `bot`, `robot` or `noreply` in the name or before the `@`) are no people and review nothing.
//!
//! **What this does not know.** Trailers and committers are text that whoever wrote the commit could write;
//! a signature is noted as present and not verified. One person with two addresses is two keys, unless the names
//! are equal: then they count as one contributor. A key hides a name from readers, not from somebody who
//! guesses addresses. A service that calls itself neither bot nor robot passes for a person. A platform's own
//! review records, where there are any, are better evidence.

use std::path::{Path, PathBuf};

use attestry_domain::time::Instant;
use attestry_stats::Table;
use thiserror::Error;

mod history;
mod person;
mod records;
mod repository;

/// What to collect.
#[derive(Debug, Clone, Default)]
pub struct GitOptions {
    /// Changes committed at this instant or later.
    pub since: Option<Instant>,
    /// Changes committed before this instant.
    pub until: Option<Instant>,
    /// A local branch, or a remote one such as `origin/main`; else what `HEAD` names.
    pub branch: Option<String>,
}

/// What a repository gave.
#[derive(Debug, Clone)]
pub struct GitCollection {
    /// Records of stream `change`, oldest first.
    pub changes: Table,
    /// Records of stream `review`, in the order of their changes.
    pub reviews: Table,
    /// `owner/name` from the address of remote `origin`, else the folder's name.
    pub repository: String,
    /// The commit that the branch pointed at, in hexadecimal.
    pub head: String,
    /// The branch read; `HEAD` when it is detached.
    pub branch: String,
    /// What was asked, in words and with a command to ask it again.
    pub query: String,
    /// First-parent commits from `head` to the root, those outside the period included: equal to
    /// `git rev-list --first-parent --count HEAD` in a complete clone.
    pub commits: u64,
    /// Whether the history was there to its root. `false` for a shallow clone: older changes are missing, and
    /// so is a merge at the very edge.
    pub complete: bool,
    /// Whether it was read where changes are made, or in a copy that can be behind.
    pub standing: Standing,
}

/// Where a history was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In a repository without a remote: nothing newer is elsewhere.
    Origin,
    /// In a copy, brought up to date at that instant; `None` when the copy does not tell.
    Copy {
        /// When it was fetched last.
        fetched_at: Option<Instant>,
    },
}

/// Why nothing was collected.
#[derive(Debug, Error)]
pub enum CollectError {
    /// No repository there.
    #[error("`{}` is no git repository: {source}; name the folder that holds `.git`", .path.display())]
    NotARepository {
        /// The folder.
        path: PathBuf,
        /// What git says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No such branch.
    #[error("`{}` has no branch `{branch}`{}", .path.display(), .nearest.as_ref().map(|name| format!("; the nearest is `{name}`")).unwrap_or_default())]
    UnknownBranch {
        /// The folder.
        path: PathBuf,
        /// The branch asked for.
        branch: String,
        /// The name that comes nearest.
        nearest: Option<String>,
    },
    /// A repository without commits.
    #[error("`{}` has no commits yet", .0.display())]
    Empty(PathBuf),
    /// An object that cannot be read.
    #[error("`{}`: commit {commit} cannot be read: {reason}; run `git fsck` there", .path.display())]
    Commit {
        /// The folder.
        path: PathBuf,
        /// The commit.
        commit: String,
        /// Why.
        reason: String,
    },
    /// Any other failure of the repository.
    #[error("`{}` cannot be read: {source}", .path.display())]
    Repository {
        /// The folder.
        path: PathBuf,
        /// What git says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The records did not make a table.
    #[error("the changes of `{}` make no table: {source}", .path.display())]
    Table {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: attestry_stats::TableError,
    },
}

/// Reads a branch's changes and their reviews; the repository is only read.
///
/// # Errors
/// When there is no repository, no such branch or no commit, and when an object is missing that a complete or
/// shallow clone would have.
pub fn collect(path: &Path, options: GitOptions) -> Result<GitCollection, CollectError> {
    let repository = repository::Repository::open(path)?;
    let (branch, tip) = repository.tip(options.branch.as_deref())?;
    let history = history::read(&repository, tip)?;
    let name = repository.name();
    let inside = |at: i64| {
        let at = Instant::from_micros(at);
        options.since.is_none_or(|since| since <= at) && options.until.is_none_or(|until| at < until)
    };
    let changes: Vec<_> = history.changes.into_iter().filter(|change| inside(change.merged_at)).collect();
    let table = |result: Result<Table, _>| {
        result.map_err(|source| CollectError::Table { path: path.to_owned(), source })
    };
    Ok(GitCollection {
        changes: table(records::changes(&name, &changes))?,
        reviews: table(records::reviews(&name, &changes))?,
        query: query(&branch, &tip.to_string(), &options),
        repository: name,
        head: tip.to_string(),
        branch,
        commits: history.commits,
        complete: history.complete,
        standing: repository.standing(),
    })
}

fn query(branch: &str, head: &str, options: &GitOptions) -> String {
    let since = options.since.map(|at| format!(" from {at}")).unwrap_or_default();
    let until = options.until.map(|at| format!(" until before {at}")).unwrap_or_default();
    let period =
        if since.is_empty() && until.is_empty() { " at any time".to_owned() } else { since + &until };
    format!(
        "first-parent commits of {branch} at {head}, committed{period}; \
         compare `git log --first-parent --format='%H %cI' {head}`"
    )
}

#[cfg(test)]
mod tests;
