//! Results of checks as records of stream `config_state`.

use attestry_domain::time::Instant;
use sha2::{Digest as _, Sha256};

use crate::import::foreign::{Fields, Found};

/// The stream's id.
pub(super) const STREAM: &str = "config_state";

/// A check: what it is called, what it demands, and how bad a fail is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) severity: &'static str,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Pass,
    Fail,
    NotApplicable,
    Unknown,
}

impl Status {
    /// Passed or failed; unknown where nobody could look.
    pub(super) fn of(good: Option<bool>) -> Self {
        match good {
            Some(true) => Self::Pass,
            Some(false) => Self::Fail,
            None => Self::Unknown,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
            Self::Unknown => "unknown",
        }
    }
}

/// What was looked at.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) key: String,
    pub(super) kind: &'static str,
    pub(super) name: Option<String>,
    pub(super) region: Option<String>,
}

/// Collects results of one look.
pub(super) struct States<'a> {
    pub(super) account: &'a str,
    pub(super) at: Instant,
    pub(super) rows: Vec<Found>,
}

impl<'a> States<'a> {
    pub(super) fn new(account: &'a str, at: Instant) -> Self {
        Self { account, at, rows: Vec::new() }
    }

    /// Adds a result; `detail` in words that name nobody.
    pub(super) fn add(
        &mut self,
        check: Check,
        resource: &Resource,
        status: Status,
        detail: impl Into<String>,
    ) {
        let account = self.account;
        let region = resource.region.as_deref().unwrap_or_default();
        let told = [account, region, check.id, &resource.key].join("\n");
        let mut id = hex::encode(Sha256::digest(told));
        id.truncate(32);
        let fields = Fields::default()
            .with("state_id", id)
            .with("observed_at", self.at.to_string())
            .with("scanner", "Attestry")
            .with("check_id", check.id)
            .with("title", check.title)
            .with("resource_key", resource.key.as_str())
            .with("resource_type", resource.kind)
            .maybe("resource_name", resource.name.as_deref())
            .with("status", status.as_str())
            .with("severity", check.severity)
            .with("detail", detail.into())
            .with("provider", "aws")
            .with("account", account)
            .maybe("region", resource.region.as_deref())
            .with("scan_id", format!("aws/{account}/{}", self.at));
        let item = self.rows.len() as u64 + 1;
        self.rows.push(Found { stream: STREAM, item, fields });
    }
}
