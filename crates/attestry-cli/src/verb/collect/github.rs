//! Changes, reviews, checks, protection and deployments from GitHub.

use std::time::Duration;

use attestry_app::collect::github::{self, GithubOptions, GithubSettings};
use attestry_app::collect::http::{self, Secret};
use attestry_app::collection::Brought;
use attestry_domain::time::{Instant, midnight};

use super::Run;
use crate::args::Github;
use crate::ui::{Fault, WRONG, progress};
use crate::verb::Done;

/// How long pauses that GitHub asks for may be together.
const PATIENCE: Duration = Duration::from_secs(65 * 60);
/// How far back the first collection goes, in microseconds: thirty days.
const FIRST: i64 = 30 * 24 * 3_600 * 1_000_000;
const FILLS: [&str; 5] = ["change", "review", "build", "branch_protection", "deployment"];

pub(super) async fn run(run: Run<'_>, args: &Github) -> Done {
    let workspace = run.sender.workspace();
    let (zone, started) = (workspace.newest().programme.zone(), run.now());
    let source = args.source.clone().unwrap_or_else(|| args.repository.clone());
    let collector = run.collector(&source, "github", &FILLS)?;
    let api = http::address(&args.api).map_err(|error| Fault::split(WRONG, &error.to_string()))?;
    let since = args.since.map(|day| midnight(day, &zone));
    let since = since.or_else(|| workspace.collected_to(&source, &collector.name));
    let options = GithubOptions {
        repository: args.repository.clone(),
        branch: args.branch.clone(),
        since: since.unwrap_or_else(|| Instant::from_micros(started.micros() - FIRST)),
        until: args.until.map(|day| midnight(day, &zone)),
        checks: !args.without_checks,
    };
    let token = std::env::var("GITHUB_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new);
    let (client, world) = (run.client()?, workspace.app().world.clone());
    let bar = progress::waiting("Asking GitHub");
    let settings = GithubSettings { api, token };
    let brought = github::collect(&client, world.as_ref(), settings, options, PATIENCE).await;
    bar.finish_and_clear();
    run.take(&collector, started, brought.map(Brought::Collection).map_err(|error| error.to_string())).await
}
