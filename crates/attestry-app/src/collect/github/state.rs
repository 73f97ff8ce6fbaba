//! What a walk knows while it is under way.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::time::Instant;
use serde_json::Value;

use crate::import::foreign::Out;

/// What the answers told so far.
#[derive(Debug, Default)]
pub(super) struct State {
    /// `owner/name` as GitHub writes it.
    pub(super) repository: String,
    pub(super) branch: String,
    /// Numbers of the pull requests merged in the period.
    pub(super) merged: BTreeSet<u64>,
    /// The newest update among pull requests when the walk began.
    pub(super) newest: Option<Instant>,
    /// How many the search counts, or why that is not known.
    pub(super) counted: Option<Result<u64, String>>,
    /// Check runs that GitHub counts, by commit.
    pub(super) checks_counted: BTreeMap<String, u64>,
    /// Check runs that were listed.
    pub(super) checks_listed: u64,
    /// Statuses of commits that were listed.
    pub(super) statuses_listed: u64,
    /// The branch's own protection: `Some(None)` when GitHub said that there is none.
    pub(super) protection: Option<Option<Value>>,
    pub(super) rules: Vec<Value>,
    pub(super) rules_known: bool,
    pub(super) observed_at: Option<Instant>,
    /// Statuses of a deployment whose further pages are still to come.
    pub(super) statuses: Vec<Value>,
    /// Deployments that were listed, by their identifiers.
    pub(super) deployments_listed: BTreeSet<String>,
    pub(super) changes: Out,
    pub(super) reviews: Out,
    pub(super) builds: Out,
    pub(super) protections: Out,
    pub(super) deployments: Out,
    /// What GitHub would not say, by stream.
    pub(super) gaps: BTreeMap<&'static str, BTreeSet<String>>,
}
