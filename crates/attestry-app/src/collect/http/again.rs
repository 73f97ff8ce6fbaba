//! When a request is repeated, and after what pause.

use std::time::Duration;

use attestry_domain::time::Instant;
use jiff::fmt::rfc2822;

use super::{Request, Response};

/// What to do with an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Hand it over.
    Take,
    /// Ask again after a pause.
    Again(Duration),
    /// Give up: the server asks for a longer pause than we make.
    ComeBack(Duration),
}

/// How often and how patiently.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) attempts: u32,
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

impl Patience {
    /// The pause after a failed attempt, counted from 1; `None` when it was the last. It doubles each time, and up to
    /// half of it is left out by `chance` (0–255), so that many clients do not come back at once.
    pub(super) fn pause(self, attempt: u32, chance: u8) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.first.saturating_mul(1_u32 << attempt.saturating_sub(1).min(16)).min(self.longest);
        Some(doubled - doubled.mul_f64(f64::from(chance) / 512.0))
    }

    /// What an answer asks for.
    pub(super) fn next(self, request: &Request, response: &Response, now: Instant, chance: u8) -> Next {
        if !is_busy(request, response) {
            return Next::Take;
        }
        let Some(pause) = self.pause(response.attempts, chance) else {
            return Next::Take;
        };
        match asked_pause(response, now) {
            Some(asked) if asked > self.longest => Next::ComeBack(asked),
            Some(asked) => Next::Again(asked.max(pause)),
            None => Next::Again(pause),
        }
    }
}

/// 501 and 505 stay what they are however often they are asked. A 403 with a pause or with no calls left is a limit.
fn is_busy(request: &Request, response: &Response) -> bool {
    match response.status {
        429 | 500 | 502 | 503 | 504 | 507..=599 => true,
        403 => {
            response.header("retry-after").is_some() || response.header("x-ratelimit-remaining") == Some("0")
        }
        status => (request.busy)(status, &response.body),
    }
}

/// The pause that the server asks for: `Retry-After` in seconds or as a date, or the end of a rate limit's window.
fn asked_pause(response: &Response, now: Instant) -> Option<Duration> {
    let until = |at: i64| {
        Duration::from_secs(u64::try_from(at.saturating_sub(now.micros() / 1_000_000)).unwrap_or(0))
    };
    if let Some(text) = response.header("retry-after") {
        if let Ok(seconds) = text.trim().parse() {
            return Some(Duration::from_secs(seconds));
        }
        return rfc2822::parse(text.trim()).ok().map(|date| until(date.timestamp().as_second()));
    }
    if response.header("x-ratelimit-remaining") == Some("0") {
        return response.header("x-ratelimit-reset")?.trim().parse().ok().map(until);
    }
    None
}
