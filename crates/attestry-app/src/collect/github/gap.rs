//! What GitHub would not say.

use super::Walk;
use super::ask::Ask;
use crate::collect::http::{Response, shown};
use crate::import::foreign::text;

impl Walk {
    /// Writes down what GitHub would not say.
    pub(super) fn lacking(&mut self, ask: &Ask, response: &Response) {
        let said = shown(&says(response));
        let (stream, what) = match ask {
            Ask::Pull(number) => ("change", format!("pull request {number}")),
            Ask::Reviews(number) => ("review", format!("the reviews of pull request {number}")),
            Ask::CheckRuns { commit } => ("build", format!("the check runs of {commit}")),
            Ask::CommitStatuses { commit } => ("build", format!("the statuses of {commit}")),
            Ask::Protection => (
                "branch_protection",
                "the branch's protection (a token needs the right to read administration)".to_owned(),
            ),
            Ask::Rules => ("branch_protection", "the rules that are active on the branch".to_owned()),
            Ask::Deployments => ("deployment", "the deployments".to_owned()),
            Ask::Statuses(deployment) => {
                let id = deployment.get("id").map(ToString::to_string).unwrap_or_default();
                self.state.statuses.clear();
                ("deployment", format!("the statuses of deployment {id}"))
            }
            Ask::Count | Ask::Repository | Ask::Pulls { .. } => {
                self.state.counted = Some(Err(format!("the search answered {}: {said}", response.status)));
                return;
            }
        };
        let gap = format!("GitHub does not give {what}: it answered {}: {said}", response.status);
        self.state.gaps.entry(stream).or_default().insert(gap);
    }
}

/// The message of a refusal.
pub(super) fn says(response: &Response) -> String {
    let body = response.json().unwrap_or_default();
    text(&body, &["message"]).unwrap_or_default().to_owned()
}
