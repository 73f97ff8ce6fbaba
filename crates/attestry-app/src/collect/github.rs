//! Changes, reviews, checks, protection and deployments of one repository, from GitHub's REST API.
//!
//! [`Walk`] asks, in this order: the repository; the closed pull requests of the shipped branch, newest update first,
//! until one was last updated before the period; each that was merged in the period by itself, with its reviews and
//! the checks of its newest commit; how many GitHub's search counts, to tie out; the branch's protection and rules;
//! the deployments with their statuses. It only reads.
//!
//! **Nothing is lost on the way.** A pull request that is updated while pages are turned moves to the front, behind
//! the reader: the list is therefore read again from the front, down to what was newest at the beginning. A list goes
//! on as long as GitHub names a next page. When GitHub asks for a pause, [`Walk::run`] gives back how long, keeps the
//! page that it was at, and goes on from there when it is run again; so it does after an error.
//!
//! **What this does not know.** Commits that reached the branch without a pull request: the repository itself has
//! those. Whom a ruleset lets pass. Deployments asked for more than thirty days before the period, and who answers
//! behind `ghost`, which is every deleted account.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use attestry_domain::time::Instant;
use thiserror::Error;

use super::batch::{Answered, Collection};
use super::http::{Fetch, HttpError, Request, Response, Secret, Url};
use crate::port::World;
use ask::{Ask, Asked};
use state::State;

mod ask;
mod batches;
mod gap;
mod limit;
mod page;
mod state;
mod take;

#[cfg(test)]
mod tests;

/// Where GitHub is and who asks.
#[derive(Debug, Clone)]
pub struct GithubSettings {
    /// The API's address: `https://api.github.com`, or `https://HOST/api/v3` of a server of one's own.
    pub api: Url,
    /// A token that may read the repository; without one only public repositories answer, and few times an hour.
    pub token: Option<Secret>,
}

/// What to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubOptions {
    /// `owner/name`.
    pub repository: String,
    /// The branch that is shipped; the repository's default branch when absent.
    pub branch: Option<String>,
    /// What was merged or deployed at this instant or later.
    pub since: Instant,
    /// What was merged or deployed before this instant; the beginning of the walk when absent or later than that.
    pub until: Option<Instant>,
    /// Whether to ask for the checks of each change, two requests or more for each.
    pub checks: bool,
}

/// Why nothing was collected.
#[derive(Debug, Error)]
pub enum GithubError {
    /// The network or the server.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// No form of a repository's name.
    #[error("`{0}` is no repository of GitHub; expected a form like owner/name")]
    Name(String),
    /// The period has no instant.
    #[error("nothing to ask for: the period from {since} to {until} is empty")]
    Period {
        /// Its start.
        since: Instant,
        /// Its end.
        until: Instant,
    },
    /// No such repository.
    #[error(
        "GitHub knows no repository `{0}`, or the token may not see it; check the name, and give the token the right \
         to read it"
    )]
    Unknown(String),
    /// A list that does not end.
    #[error(
        "{place} names a next page that was read already; nothing is collected from a list that runs in a circle"
    )]
    Circle {
        /// The list.
        place: String,
    },
    /// GitHub asks for a longer pause than one is willing to make.
    #[error(
        "GitHub allows no more requests for {} s, with {left} still to make; run it again then, or with a token", .wait.as_secs()
    )]
    Limited {
        /// How long.
        wait: Duration,
        /// Requests that are known to be left.
        left: usize,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Everything is asked.
    Done,
    /// GitHub asks for a pause of this length; run again after it.
    Wait(Duration),
}

/// A collection on its way. It can be run again after a pause or an error and goes on where it was.
#[derive(Debug)]
pub struct Walk {
    settings: GithubSettings,
    options: GithubOptions,
    until: Instant,
    queue: VecDeque<Asked>,
    seen: BTreeSet<(u8, String)>,
    not_before: Option<Instant>,
    answers: Vec<Answered>,
    state: State,
}

impl Walk {
    /// A walk that begins at an instant.
    ///
    /// # Errors
    /// When the repository's name has another form than `owner/name`, or the period is empty.
    pub fn new(settings: GithubSettings, options: GithubOptions, now: Instant) -> Result<Self, GithubError> {
        let fits = |part: &str| {
            let may = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            !part.is_empty() && part.chars().all(may) && part.chars().any(|c| c != '.')
        };
        let name = options.repository.split_once('/');
        if !name.is_some_and(|(owner, name)| fits(owner) && fits(name)) {
            return Err(GithubError::Name(options.repository));
        }
        let until = options.until.map_or(now, |until| until.min(now));
        if options.since >= until {
            return Err(GithubError::Period { since: options.since, until });
        }
        let mut walk = Self {
            settings,
            options,
            until,
            queue: VecDeque::new(),
            seen: BTreeSet::new(),
            not_before: None,
            answers: Vec::new(),
            state: State::default(),
        };
        walk.later(Ask::Repository);
        Ok(walk)
    }

    /// Asks until everything is asked, or GitHub asks for a pause.
    ///
    /// # Errors
    /// When GitHub cannot be reached, refuses, or answers something else than it documents. What was asked then is
    /// still to be asked.
    pub async fn run(&mut self, fetch: &dyn Fetch, world: &dyn World) -> Result<Step, GithubError> {
        while let Some(asked) = self.queue.front().cloned() {
            if let Some(wait) = self.pause(world.now()) {
                return Ok(Step::Wait(wait));
            }
            let response = match fetch.fetch(&self.request(&asked.address)).await {
                Err(HttpError::ComeBack { wait, .. }) => return Ok(Step::Wait(wait)),
                other => other?,
            };
            let now = world.now();
            if let Some(wait) = limit::refused(&response, now) {
                self.not_before = Some(later(now, wait));
                return Ok(Step::Wait(wait));
            }
            if !matches!(asked.ask, Ask::Count) {
                self.not_before = limit::spent(&response, now).map(|wait| later(now, wait));
            }
            self.take(&asked, &response, now)?;
            self.keep(&asked, response, now);
        }
        Ok(Step::Done)
    }

    /// How many requests are known to be left.
    pub fn left(&self) -> usize {
        self.queue.len()
    }

    fn pause(&mut self, now: Instant) -> Option<Duration> {
        let until = self.not_before.filter(|until| *until > now);
        if until.is_none() {
            self.not_before = None;
        }
        u64::try_from(until?.micros() - now.micros()).ok().map(Duration::from_micros)
    }

    fn request(&self, address: &Url) -> Request {
        let request = Request::get(address.clone())
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        match &self.settings.token {
            Some(token) => request.secret("authorization", format!("Bearer {}", token.reveal())),
            None => request,
        }
    }

    /// Keeps an answer that told something; that a branch is not protected is told by a 404.
    fn keep(&mut self, asked: &Asked, response: Response, now: Instant) {
        if matches!(response.status, 200..=299 | 404) {
            let media_type = response.header("content-type").unwrap_or_default().to_owned();
            let asked = format!("GET {}", asked.address);
            self.answers.push(Answered { asked, answered_at: now, media_type, body: response.body });
        }
    }

    /// What was brought home, once the walk is done.
    pub fn finish(self) -> Collection {
        batches::of(self)
    }
}

fn later(now: Instant, wait: Duration) -> Instant {
    let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    Instant::from_micros(now.micros().saturating_add(micros))
}

/// Collects everything, making pauses of together at most `patience` when GitHub asks for them.
///
/// # Errors
/// As [`Walk::new`] and [`Walk::run`], and when GitHub asks for longer pauses than that.
pub async fn collect(
    fetch: &dyn Fetch,
    world: &dyn World,
    settings: GithubSettings,
    options: GithubOptions,
    mut patience: Duration,
) -> Result<Collection, GithubError> {
    let mut walk = Walk::new(settings, options, world.now())?;
    loop {
        match walk.run(fetch, world).await? {
            Step::Done => return Ok(walk.finish()),
            Step::Wait(wait) => {
                let rest = patience.checked_sub(wait);
                patience = rest.ok_or(GithubError::Limited { wait, left: walk.left() })?;
                tokio::time::sleep(wait).await;
            }
        }
    }
}
