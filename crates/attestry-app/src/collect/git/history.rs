//! The first-parent history of a branch, and who stands behind each of its changes.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;

use super::CollectError;
use super::person::Person;
use super::repository::{Commit, Repository};

/// A branch's changes, oldest first.
pub(super) struct History {
    pub(super) changes: Vec<Change>,
    pub(super) commits: u64,
    pub(super) complete: bool,
}

/// What reached the branch with one commit.
pub(super) struct Change {
    pub(super) commit: ObjectId,
    /// Microseconds since the epoch.
    pub(super) merged_at: i64,
    pub(super) title: String,
    pub(super) author: Person,
    pub(super) committer: Person,
    pub(super) is_merge: bool,
    pub(super) is_signed: bool,
    pub(super) reviews: Vec<Review>,
}

/// One person's word on a change.
pub(super) struct Review {
    pub(super) reviewer: Person,
    pub(super) verdict: &'static str,
    pub(super) basis: &'static str,
}

/// Reads the history from a tip to its root, or to the edge of a shallow clone.
pub(super) fn read(repository: &Repository, tip: ObjectId) -> Result<History, CollectError> {
    let edges: HashSet<ObjectId> = repository.edges()?.into_iter().collect();
    let mut complete = true;
    let mut line = Vec::new();
    let mut next = Some(tip);
    while let Some(id) = next {
        line.push(id);
        let parent = repository.commit(id)?.parents.first().copied();
        complete &= parent.is_none() || !edges.contains(&id);
        next = parent.filter(|_| !edges.contains(&id));
    }
    let commits = line.len() as u64;
    // From the root on, everything seen is what the branch already had: what a merge reaches beyond it is what
    // the merge brought in.
    let mut walk = Walk { repository, edges, seen: HashSet::new(), complete };
    let mut changes = Vec::new();
    for id in line.into_iter().rev() {
        let commit = repository.commit(id)?;
        walk.seen.insert(id);
        if commit.parents.len() > 1 && walk.edges.contains(&id) {
            continue;
        }
        let brought = walk.brought_in(&commit)?;
        changes.push(Change::new(commit, &brought));
    }
    Ok(History { changes, commits, complete: walk.complete })
}

struct Walk<'a> {
    repository: &'a Repository,
    edges: HashSet<ObjectId>,
    seen: HashSet<ObjectId>,
    complete: bool,
}

impl Walk<'_> {
    /// The commits that a merge reaches through its other parents and that the branch did not have; empty for a
    /// plain commit. The merged branch's tip comes first.
    fn brought_in(&mut self, merge: &Commit) -> Result<Vec<Commit>, CollectError> {
        let mut open: Vec<ObjectId> = merge.parents.iter().skip(1).rev().copied().collect();
        let mut brought = Vec::new();
        while let Some(id) = open.pop() {
            if !self.seen.insert(id) {
                continue;
            }
            let commit = self.repository.commit(id)?;
            if self.edges.contains(&id) {
                self.complete &= commit.parents.is_empty();
            } else {
                open.extend(commit.parents.iter().rev().copied());
            }
            brought.push(commit);
        }
        Ok(brought)
    }
}

impl Change {
    fn new(commit: Commit, brought: &[Commit]) -> Self {
        let author = author(&commit, brought);
        let reviews = reviews(&commit, brought);
        Self {
            commit: commit.id,
            merged_at: commit.committed_at,
            title: commit.title,
            author,
            committer: commit.committer,
            is_merge: commit.parents.len() > 1,
            is_signed: commit.is_signed,
            reviews,
        }
    }
}

/// The author of the newest commit on the merged branch's own line that is no merge; of the tip when all are.
fn author(commit: &Commit, brought: &[Commit]) -> Person {
    let by_id: HashMap<ObjectId, &Commit> = brought.iter().map(|commit| (commit.id, commit)).collect();
    let mut at = brought.first();
    while let Some(one) = at {
        if one.parents.len() < 2 {
            return one.author.clone();
        }
        at = one.parents.first().and_then(|parent| by_id.get(parent).copied());
    }
    brought.first().unwrap_or(commit).author.clone()
}

fn reviews(commit: &Commit, brought: &[Commit]) -> Vec<Review> {
    let contributors = contributors(commit, brought);
    let wrote = |person: &Person| contributors.iter().any(|one| one.is(person));
    let mut reviews: Vec<Review> = Vec::new();
    let named = commit.reviewers.iter().cloned().chain(reviewers_of_all(brought));
    for reviewer in named.filter(|person| !person.is_service()) {
        if reviews.iter().all(|review| review.reviewer.key() != reviewer.key()) {
            let verdict = if wrote(&reviewer) { "commented" } else { "approved" };
            reviews.push(Review { reviewer, verdict, basis: "trailer" });
        }
    }
    if let Some(merger) = merger(commit) {
        let is_known = reviews.iter().any(|review| review.reviewer.is(merger));
        if !wrote(merger) && !is_known {
            reviews.push(Review { reviewer: merger.clone(), verdict: "approved", basis: "merge_message" });
        }
    }
    reviews
}

/// Everybody who wrote a part of a change.
fn contributors(commit: &Commit, brought: &[Commit]) -> Vec<Person> {
    let alone = if brought.is_empty() { std::slice::from_ref(commit) } else { &[] };
    let wrote = |commit: &Commit| {
        let mut people = vec![commit.author.clone()];
        people.extend(commit.co_authors.iter().cloned());
        people
    };
    let merged_with = commit.co_authors.iter().cloned();
    brought.iter().chain(alone).flat_map(wrote).chain(merged_with).collect()
}

/// The reviewers that every commit names, merges apart.
fn reviewers_of_all(brought: &[Commit]) -> Vec<Person> {
    let mut plain = brought.iter().filter(|commit| commit.parents.len() < 2);
    let Some(first) = plain.next() else { return Vec::new() };
    let rest: Vec<&Commit> = plain.collect();
    let in_all = |person: &Person| {
        rest.iter().all(|commit| commit.reviewers.iter().any(|other| other.key() == person.key()))
    };
    first.reviewers.iter().filter(|person| in_all(person)).cloned().collect()
}

/// The person who brought a change in, when its message shows that somebody did: a merge, or a commit with
/// `Reviewed-on`.
fn merger(commit: &Commit) -> Option<&Person> {
    let is_merge = commit.parents.len() > 1;
    let person = match commit.committer.is_service() {
        true if is_merge => &commit.author,
        _ => &commit.committer,
    };
    ((is_merge || commit.names_review) && !person.is_service()).then_some(person)
}
