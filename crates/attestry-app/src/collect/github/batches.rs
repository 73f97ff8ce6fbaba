//! A finished walk as one batch a stream.

use std::ops::Range;

use attestry_domain::time::Instant;

use super::super::batch::{Batch, Collection};
use super::Walk;
use crate::import::foreign::Out;

/// The batches of a walk.
pub(super) fn of(mut walk: Walk) -> Collection {
    let outs = [
        ("change", std::mem::take(&mut walk.state.changes)),
        ("review", std::mem::take(&mut walk.state.reviews)),
        ("build", std::mem::take(&mut walk.state.builds)),
        ("branch_protection", std::mem::take(&mut walk.state.protections)),
        ("deployment", std::mem::take(&mut walk.state.deployments)),
    ];
    let mut collection = Collection::default();
    for (stream, out) in outs {
        if stream == "build" && !walk.options.checks {
            continue;
        }
        collection.batches.push(walk.batch(stream, &out));
        for (kind, times) in out.passed {
            *collection.passed.entry(kind).or_default() += times;
        }
    }
    collection.answers = walk.answers;
    collection
}

impl Walk {
    fn batch(&self, stream: &'static str, out: &Out) -> Batch {
        let mut gaps: Vec<String> = self.state.gaps.get(stream).into_iter().flatten().cloned().collect();
        gaps.extend(out.refused.iter().map(|refused| format!("object {}: {}", refused.item, refused.rule)));
        let (at_source, tie_out) = match stream {
            "change" => self.changes_tie(&mut gaps),
            "review" => {
                (None, self.every_page(&format!("the reviews of {} pull requests", self.state.merged.len())))
            }
            "build" => self.checks_tie(&mut gaps),
            "deployment" => (
                None,
                self.every_page(&format!(
                    "the statuses of {} deployments",
                    self.state.deployments_listed.len()
                )),
            ),
            _ => (None, "one state of one branch, as it was when asked".to_owned()),
        };
        Batch {
            stream,
            rows: out.found.clone(),
            query: self.query(stream),
            at_source,
            tie_out,
            covers: self.covers(stream, &gaps),
            gaps,
        }
    }

    /// Settings are of the instant they were read, and checks are only those of merged changes; the others are
    /// complete for the period unless something is missing. Reviews are complete only if the changes are.
    fn covers(&self, stream: &str, gaps: &[String]) -> Option<Range<Instant>> {
        let complete = match stream {
            "change" | "deployment" => gaps.is_empty(),
            "review" => gaps.is_empty() && !self.state.gaps.contains_key("change") && self.missing() == 0,
            _ => false,
        };
        complete.then_some(self.options.since..self.until)
    }

    /// How many merged pull requests the search counts and the list did not give.
    fn missing(&self) -> u64 {
        let counted = self.state.counted.as_ref().and_then(|counted| counted.as_ref().ok()).copied();
        counted.unwrap_or(0).saturating_sub(self.state.merged.len() as u64)
    }

    fn changes_tie(&self, gaps: &mut Vec<String>) -> (Option<u64>, String) {
        let listed = self.state.merged.len() as u64;
        match &self.state.counted {
            Some(Ok(counted)) if *counted == listed => (
                Some(*counted),
                format!("{listed} merged pull requests listed; GitHub's search counts as many"),
            ),
            Some(Ok(counted)) if *counted > listed => {
                gaps.push(format!(
                    "GitHub's search counts {counted} merged pull requests and its lists gave {listed}"
                ));
                (
                    Some(*counted),
                    format!("{listed} merged pull requests listed; GitHub's search counts {counted}"),
                )
            }
            Some(Ok(counted)) => (
                Some(*counted),
                format!(
                    "{listed} merged pull requests listed; GitHub's search counts only {counted}: its index is behind"
                ),
            ),
            Some(Err(why)) => (None, format!("{listed} merged pull requests listed; not tied out: {why}")),
            None => (None, format!("{listed} merged pull requests listed; not tied out")),
        }
    }

    fn checks_tie(&self, gaps: &mut Vec<String>) -> (Option<u64>, String) {
        let counted: u64 = self.state.checks_counted.values().sum();
        let listed = self.state.checks_listed;
        if counted != listed {
            gaps.push(format!("GitHub counts {counted} check runs and its lists gave {listed}"));
        }
        let commits = self.state.checks_counted.len();
        let statuses = self.state.statuses_listed;
        let tie = format!(
            "{listed} check runs of {commits} commits listed; GitHub counts {counted}; besides {statuses} statuses, which it does not count"
        );
        (Some(counted.saturating_add(statuses)), tie)
    }

    fn every_page(&self, what: &str) -> String {
        format!("every page of {what} was read; GitHub states no count of them")
    }

    /// What was asked, in words and with addresses to ask again.
    fn query(&self, stream: &str) -> String {
        let api = self.settings.api.as_str().trim_end_matches('/');
        let (repository, branch) = (&self.state.repository, &self.state.branch);
        let (since, until) = (self.options.since, self.until);
        let of = format!("{api}/repos/{repository}");
        let merged = format!(
            "GET {of}/pulls?state=closed&base={branch}&sort=updated&direction=desc&per_page=100, every page down to \
             those last updated before {since}, and once more from the front; merged from {since} until before {until}"
        );
        match stream {
            "change" => {
                format!("{merged}; GET {of}/pulls/NUMBER of each; counted by GET {api}/search/issues")
            }
            "review" => format!("{merged}; GET {of}/pulls/NUMBER/reviews?per_page=100 of each, every page"),
            "build" => format!(
                "{merged}; GET {of}/commits/HEAD/check-runs?filter=all&per_page=100 and \
                 {of}/commits/HEAD/statuses?per_page=100 of the newest commit of each, every page"
            ),
            "deployment" => format!(
                "GET {of}/deployments?per_page=100, every page down to those asked for thirty days before {since}; GET \
                 {of}/deployments/ID/statuses?per_page=100 of each; first success from {since} until before {until}"
            ),
            _ => {
                format!("GET {of}/branches/{branch}/protection and {of}/rules/branches/{branch}?per_page=100")
            }
        }
    }
}
