//! What answers tell.

use attestry_domain::time::Instant;
use serde_json::Value;

use super::ask::{Ask, Asked};
use super::gap::says;
use super::{GithubError, Walk};
use crate::collect::http::{HttpError, Response};
use crate::import::foreign::{Out, github_rest, text};

/// How long before the period a deployment can have been asked for that began to serve in it: GitHub drops one that
/// waits longer for its approval.
const ASKED_BEFORE: i64 = 30 * 24 * 3_600 * 1_000_000;

impl Walk {
    /// Takes an answer: adds what it tells, asks what follows from it, and only then drops the question.
    pub(super) fn take(
        &mut self,
        asked: &Asked,
        response: &Response,
        now: Instant,
    ) -> Result<(), GithubError> {
        match (&asked.ask, response.status) {
            (Ask::Repository, 404) => return Err(GithubError::Unknown(self.options.repository.clone())),
            (Ask::Protection, 404) if says(response).contains("Branch not protected") => {
                self.state.protection = Some(None);
                self.state.observed_at = Some(now);
            }
            (ask, 403 | 404 | 410 | 422) if !matches!(ask, Ask::Repository | Ask::Pulls { .. }) => {
                self.lacking(ask, response);
            }
            _ => {
                let body = accepted(response)?;
                self.told(asked, response, &body, now)?;
            }
        }
        self.queue.pop_front();
        if self.queue.is_empty() {
            self.protect();
        }
        Ok(())
    }

    fn told(
        &mut self,
        asked: &Asked,
        response: &Response,
        body: &Value,
        now: Instant,
    ) -> Result<(), GithubError> {
        let list = |member: Option<&str>| {
            let list = member.map_or(Some(body), |member| body.get(member)).and_then(Value::as_array);
            list.ok_or_else(|| response.unreadable("a list was expected"))
        };
        match &asked.ask {
            Ask::Repository => self.repository(response, body)?,
            Ask::Pulls { pass } => self.pulls(asked, *pass, response, list(None)?)?,
            Ask::Pull(_) => {
                self.state.changes.begin();
                github_rest::pull_request(body, Some(&self.state.branch), &mut self.state.changes);
                if let (true, Some(commit)) = (self.options.checks, text(body, &["head", "sha"])) {
                    let commit = commit.to_owned();
                    self.later(Ask::CheckRuns { commit: commit.clone() });
                    self.later(Ask::CommitStatuses { commit });
                }
            }
            Ask::Reviews(number) => {
                let all = list(None)?;
                self.next_page(asked, response)?;
                for review in all {
                    self.state.reviews.begin();
                    github_rest::review(review, &self.state.repository, *number, &mut self.state.reviews);
                }
            }
            Ask::CheckRuns { commit } => {
                let runs = list(Some("check_runs"))?;
                self.next_page(asked, response)?;
                if let Some(count) = body.get("total_count").and_then(Value::as_u64) {
                    self.state.checks_counted.insert(commit.clone(), count);
                }
                self.state.checks_listed += runs.len() as u64;
                read_each(runs, github_rest::check_run, &mut self.state.builds);
            }
            Ask::CommitStatuses { .. } => {
                let all = list(None)?;
                self.next_page(asked, response)?;
                self.state.statuses_listed += all.len() as u64;
                read_each(all, github_rest::commit_status, &mut self.state.builds);
            }
            Ask::Count => self.state.counted = Some(count(body)),
            Ask::Protection => {
                self.state.protection = Some(Some(body.clone()));
                self.state.observed_at = Some(now);
            }
            Ask::Rules => {
                let all = list(None)?;
                self.state.rules_known = !self.next_page(asked, response)?;
                self.state.rules.extend(all.iter().cloned());
            }
            Ask::Deployments => self.deployments(asked, response, list(None)?)?,
            Ask::Statuses(deployment) => {
                let all = list(None)?;
                let is_last = !self.next_page(asked, response)?;
                self.state.statuses.extend(all.iter().cloned());
                if is_last {
                    self.deployed(deployment);
                }
            }
        }
        Ok(())
    }

    fn repository(&mut self, response: &Response, body: &Value) -> Result<(), GithubError> {
        let named = text(body, &["full_name"]).zip(text(body, &["default_branch"]));
        let (name, default) = named.ok_or_else(|| response.unreadable("a repository was expected"))?;
        self.state.repository = name.to_owned();
        self.state.branch = self.options.branch.clone().unwrap_or_else(|| default.to_owned());
        for ask in [Ask::Pulls { pass: 1 }, Ask::Count, Ask::Protection, Ask::Rules, Ask::Deployments] {
            self.later(ask);
        }
        Ok(())
    }

    /// Finds what was merged in the period; goes on while what is older may still have been updated in it.
    fn pulls(
        &mut self,
        asked: &Asked,
        pass: u8,
        response: &Response,
        pulls: &[Value],
    ) -> Result<(), GithubError> {
        let instant =
            |pull: &Value, member: &str| text(pull, &[member]).and_then(|at| at.parse::<Instant>().ok());
        let newest = pulls.iter().filter_map(|pull| instant(pull, "updated_at")).max();
        let oldest = pulls.iter().filter_map(|pull| instant(pull, "updated_at")).min();
        if pass == 1 && self.state.newest.is_none() {
            self.state.newest = newest;
        }
        let down_to = if pass == 1 { Some(self.options.since) } else { self.state.newest };
        let further = oldest.is_none_or(|oldest| down_to.is_none_or(|down_to| oldest >= down_to));
        let goes_on = further && self.next_page(asked, response)?;
        if !goes_on && pass == 1 {
            self.next(Ask::Pulls { pass: 2 });
        }
        for pull in pulls {
            let number = pull.get("number").and_then(Value::as_u64);
            let merged =
                instant(pull, "merged_at").is_some_and(|at| self.options.since <= at && at < self.until);
            if let (true, Some(number)) = (merged, number)
                && self.state.merged.insert(number)
            {
                self.later(Ask::Pull(number));
                self.later(Ask::Reviews(number));
            }
        }
        Ok(())
    }

    fn deployments(&mut self, asked: &Asked, response: &Response, all: &[Value]) -> Result<(), GithubError> {
        let created = |one: &Value| text(one, &["created_at"]).and_then(|at| at.parse::<Instant>().ok());
        let from = Instant::from_micros(self.options.since.micros().saturating_sub(ASKED_BEFORE));
        let oldest = all.iter().filter_map(created).min();
        if oldest.is_none_or(|oldest| oldest >= from) {
            self.next_page(asked, response)?;
        }
        for one in all {
            let asked_in_time = created(one).is_none_or(|at| from <= at && at < self.until);
            let id = one.get("id").map(ToString::to_string).unwrap_or_default();
            // A new deployment moves the others down, so that one can come again on the next page.
            if asked_in_time && self.state.deployments_listed.insert(id) {
                self.later(Ask::Statuses(Box::new(one.clone())));
            }
        }
        Ok(())
    }

    /// A deployment with all its statuses; only those that began to serve in the period are wanted.
    fn deployed(&mut self, deployment: &Value) {
        let statuses = std::mem::take(&mut self.state.statuses);
        let mut own = Out::default();
        github_rest::deployment(deployment, &statuses, &mut own);
        let out = &mut self.state.deployments;
        out.begin();
        for found in own.found {
            let at = found
                .fields
                .get("deployed_at")
                .and_then(Value::as_str)
                .and_then(|at| at.parse::<Instant>().ok());
            if at.is_some_and(|at| self.options.since <= at && at < self.until) {
                out.record(found.stream, found.fields);
            } else {
                out.pass("deployment", "began to serve outside of the period that was asked for");
            }
        }
        own.refused.into_iter().for_each(|refused| out.refuse(refused.rule));
        for (kind, times) in own.passed {
            *out.passed.entry(kind).or_default() += times;
        }
    }

    /// The state of the branch, when both places that can protect it were read.
    fn protect(&mut self) {
        let state = &mut self.state;
        let (Some(own), true, Some(at)) = (&state.protection, state.rules_known, state.observed_at) else {
            return;
        };
        let at = at.to_string();
        let seen = github_rest::Seen {
            repository: &state.repository,
            branch: &state.branch,
            observed_at: &at,
            basis: "snapshot",
            changed_by_key: None,
        };
        state.protections.begin();
        github_rest::settings(own.as_ref(), &state.rules, seen, &mut state.protections);
    }
}

fn read_each(all: &[Value], read: fn(&Value, &mut Out), out: &mut Out) {
    for one in all {
        out.begin();
        read(one, out);
    }
}

fn count(body: &Value) -> Result<u64, String> {
    if body.get("incomplete_results").and_then(Value::as_bool) == Some(true) {
        return Err("the search did not look at everything in its time".to_owned());
    }
    body.get("total_count").and_then(Value::as_u64).ok_or_else(|| "the search stated no count".to_owned())
}

fn accepted(response: &Response) -> Result<Value, HttpError> {
    response.clone().accepted()?.json()
}
