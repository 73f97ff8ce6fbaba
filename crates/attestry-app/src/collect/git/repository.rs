//! A repository, opened for reading commits and nothing else.

use std::path::{Path, PathBuf};

use gix::ObjectId;

use attestry_domain::time::Instant;

use super::person::Person;
use super::{CollectError, Standing};

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// An open repository.
pub(super) struct Repository {
    path: PathBuf,
    git: gix::Repository,
}

/// What a change or a review is made from.
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: Person,
    pub(super) committer: Person,
    /// Microseconds since the epoch.
    pub(super) committed_at: i64,
    pub(super) title: String,
    pub(super) is_signed: bool,
    pub(super) co_authors: Vec<Person>,
    pub(super) reviewers: Vec<Person>,
    pub(super) names_review: bool,
}

impl Repository {
    pub(super) fn open(path: &Path) -> Result<Self, CollectError> {
        let options = gix::open::Options::isolated().config_overrides(["core.useReplaceRefs=false"]);
        let git = gix::open_opts(path, options)
            .map_err(|error| CollectError::NotARepository { path: path.to_owned(), source: error.into() })?;
        Ok(Self { path: path.to_owned(), git })
    }

    /// The branch's name and the commit it points at.
    pub(super) fn tip(&self, branch: Option<&str>) -> Result<(String, ObjectId), CollectError> {
        let Some(branch) = branch else { return self.head() };
        for full in [format!("refs/heads/{branch}"), format!("refs/remotes/{branch}")] {
            let Ok(Some(mut reference)) = self.git.try_find_reference(full.as_str()) else { continue };
            let commit = reference.peel_to_commit().map_err(|error| self.failed(error))?;
            return Ok((branch.to_owned(), commit.id));
        }
        let names = self.branches()?;
        let likeness = |name: &&String| strsim::jaro_winkler(branch, name);
        let nearest = names.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
        let nearest = nearest.cloned();
        Err(CollectError::UnknownBranch { path: self.path.clone(), branch: branch.to_owned(), nearest })
    }

    fn head(&self) -> Result<(String, ObjectId), CollectError> {
        let mut head = self.git.head().map_err(|error| self.failed(error))?;
        let name = head.referent_name().map_or("HEAD".to_owned(), |name| name.shorten().to_string());
        match head.try_peel_to_id() {
            Ok(Some(id)) => Ok((name, id.detach())),
            Ok(None) => Err(CollectError::Empty(self.path.clone())),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn branches(&self) -> Result<Vec<String>, CollectError> {
        let references = self.git.references().map_err(|error| self.failed(error))?;
        let local = references.local_branches().map_err(|error| self.failed(error))?;
        let remote = references.remote_branches().map_err(|error| self.failed(error))?;
        let shorten = |reference: gix::Reference<'_>| reference.name().shorten().to_string();
        Ok(local.chain(remote).filter_map(Result::ok).map(shorten).collect())
    }

    /// Whether this is a copy, and when it was fetched last: the time of the file that git writes then, else of the
    /// file that a clone writes.
    pub(super) fn standing(&self) -> Standing {
        if self.git.remote_names().is_empty() {
            return Standing::Origin;
        }
        let written = |name: &str| std::fs::metadata(self.git.common_dir().join(name)).ok()?.modified().ok();
        let fetched = written("FETCH_HEAD").or_else(|| written("packed-refs"));
        let since = fetched.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let micros = since.and_then(|since| i64::try_from(since.as_micros()).ok());
        Standing::Copy { fetched_at: micros.map(Instant::from_micros) }
    }

    /// `owner/name` from the address of `origin`, else the folder's name. Nothing else of the address, which may
    /// hold a password, is kept.
    pub(super) fn name(&self) -> String {
        let origin = self.git.config_snapshot().string("remote.origin.url").map(|url| url.to_string());
        origin.as_deref().and_then(path_in_address).unwrap_or_else(|| {
            let folder = self.git.workdir().unwrap_or_else(|| self.git.git_dir());
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.strip_suffix(".git").unwrap_or(&name).to_owned()
        })
    }

    /// The commits where a shallow clone stops; empty for a complete one.
    pub(super) fn edges(&self) -> Result<Vec<ObjectId>, CollectError> {
        let edges = self.git.shallow_commits().map_err(|error| self.failed(error))?;
        Ok(edges.map(|edges| edges.iter().copied().collect()).unwrap_or_default())
    }

    pub(super) fn commit(&self, id: ObjectId) -> Result<Commit, CollectError> {
        self.read(id).map_err(|error| CollectError::Commit {
            path: self.path.clone(),
            commit: id.to_string(),
            reason: error.to_string(),
        })
    }

    fn read(&self, id: ObjectId) -> Result<Commit, gix::Error> {
        let object = self.git.find_commit(id)?;
        let commit = object.decode()?;
        let (author, committer) = (commit.author()?, commit.committer()?);
        let mut read = Commit {
            id,
            parents: commit.parents().collect(),
            author: Person::new(author.name, author.email),
            committer: Person::new(committer.name, committer.email),
            committed_at: committer.seconds().saturating_mul(SECOND),
            title: title(&commit.message.to_string()),
            is_signed: commit
                .extra_headers
                .iter()
                .any(|(name, _)| *name == "gpgsig" || *name == "gpgsig-sha256"),
            co_authors: Vec::new(),
            reviewers: Vec::new(),
            names_review: false,
        };
        for trailer in commit.message_trailers() {
            let person = Person::parse(&trailer.value.to_string());
            match trailer.token.to_string().to_ascii_lowercase().as_str() {
                "co-authored-by" => read.co_authors.extend(person),
                "reviewed-by" | "acked-by" | "approved-by" => read.reviewers.extend(person),
                "reviewed-on" => read.names_review = true,
                _ => {}
            }
        }
        Ok(read)
    }

    fn failed(&self, error: gix::Error) -> CollectError {
        CollectError::Repository { path: self.path.clone(), source: error.into() }
    }
}

/// The first line of a message; where that only says that a pull request was merged, the first line below.
fn title(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let below = if first.starts_with("Merge pull request #") { lines.next() } else { None };
    below.unwrap_or(first).to_owned()
}

/// The path in `https://host/owner/name.git`, `git@host:owner/name` and their kin.
fn path_in_address(address: &str) -> Option<String> {
    let path = match address.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address.split_once(':').filter(|(host, _)| !host.contains('/'))?.1,
    };
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!path.is_empty()).then(|| path.to_owned())
}
