//! What is asked, and at which addresses.

use super::super::http::{Url, below};
use super::{GithubError, Walk, page};
use crate::collect::http::Response;

/// Objects on a page; GitHub gives no more.
const PAGE: &str = "100";

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ask {
    Repository,
    /// Closed pull requests; the second pass finds those that moved while the first was under way.
    Pulls {
        pass: u8,
    },
    Pull(u64),
    Reviews(u64),
    CheckRuns {
        commit: String,
    },
    CommitStatuses {
        commit: String,
    },
    /// How many the search counts.
    Count,
    Protection,
    Rules,
    Deployments,
    /// Statuses of a deployment, which is carried along.
    Statuses(Box<serde_json::Value>),
}

/// What is asked and where: the first page of a list, or a later one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) ask: Ask,
    pub(super) address: Url,
}

impl Ask {
    /// Tells passes over the same list apart.
    fn pass(&self) -> u8 {
        match self {
            Self::Pulls { pass } => *pass,
            _ => 0,
        }
    }
}

impl Walk {
    /// Puts a question at the end.
    pub(super) fn later(&mut self, ask: Ask) {
        let address = self.address(&ask);
        self.seen.insert((ask.pass(), address.to_string()));
        self.queue.push_back(Asked { ask, address });
    }

    /// Puts a question directly after the present one.
    pub(super) fn next(&mut self, ask: Ask) {
        let address = self.address(&ask);
        self.seen.insert((ask.pass(), address.to_string()));
        self.queue.insert(1.min(self.queue.len()), Asked { ask, address });
    }

    /// Puts the next page of a list directly after the present one; whether there is one.
    pub(super) fn next_page(&mut self, asked: &Asked, response: &Response) -> Result<bool, GithubError> {
        let Some(named) = page::next(response) else { return Ok(false) };
        let outside = || response.unreadable("its next page is at another server");
        let address =
            Url::parse(named).map_err(|error| response.unreadable(format!("its next page: {error}")))?;
        if address.origin() != self.settings.api.origin() {
            return Err(outside().into());
        }
        if !self.seen.insert((asked.ask.pass(), address.to_string())) {
            return Err(GithubError::Circle { place: response.place.clone() });
        }
        self.queue.insert(1.min(self.queue.len()), Asked { ask: asked.ask.clone(), address });
        Ok(true)
    }

    /// The address of a question's first page.
    fn address(&self, ask: &Ask) -> Url {
        let known = Some(self.state.repository.as_str()).filter(|name| !name.is_empty());
        let repository = known.unwrap_or(&self.options.repository);
        let branch = self.state.branch.as_str();
        let number;
        let id;
        let (rest, query): (Vec<&str>, Vec<(&str, String)>) = match ask {
            Ask::Repository => (vec![], vec![]),
            Ask::Pulls { .. } => {
                let order =
                    [("state", "closed"), ("base", branch), ("sort", "updated"), ("direction", "desc")];
                (vec!["pulls"], order.map(|(name, value)| (name, value.to_owned())).to_vec())
            }
            Ask::Pull(of) => {
                number = of.to_string();
                (vec!["pulls", &number], vec![])
            }
            Ask::Reviews(of) => {
                number = of.to_string();
                (vec!["pulls", &number, "reviews"], vec![])
            }
            Ask::CheckRuns { commit } => {
                (vec!["commits", commit, "check-runs"], vec![("filter", "all".to_owned())])
            }
            Ask::CommitStatuses { commit } => (vec!["commits", commit, "statuses"], vec![]),
            Ask::Count => {
                let mut address = below(&self.settings.api, &["search", "issues"]);
                address.query_pairs_mut().append_pair("q", &self.search()).append_pair("per_page", "1");
                return address;
            }
            Ask::Protection => (vec!["branches", branch, "protection"], vec![]),
            Ask::Rules => (vec!["rules", "branches", branch], vec![]),
            Ask::Deployments => (vec!["deployments"], vec![]),
            Ask::Statuses(deployment) => {
                id = deployment.get("id").map(ToString::to_string).unwrap_or_default();
                (vec!["deployments", &id, "statuses"], vec![])
            }
        };
        let mut path = vec!["repos"];
        path.extend(repository.split('/'));
        path.extend(rest);
        let mut address = below(&self.settings.api, &path);
        if !matches!(ask, Ask::Repository | Ask::Pull(_) | Ask::Protection) {
            address.query_pairs_mut().extend_pairs(query).append_pair("per_page", PAGE);
        }
        address
    }

    /// What the search is asked to count; it knows whole seconds, and both ends belong to it.
    fn search(&self) -> String {
        let second =
            |micros: i64| jiff::Timestamp::from_second(micros.div_euclid(1_000_000)).unwrap_or_default();
        let from = second(self.options.since.micros().saturating_add(999_999));
        let to = second(self.until.micros().saturating_sub(1));
        format!(
            "repo:{} is:pr is:merged base:{} merged:{from}..{to}",
            self.state.repository, self.state.branch
        )
    }
}
