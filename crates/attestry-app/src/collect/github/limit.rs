//! Limits of how often GitHub answers.

use std::time::Duration;

use attestry_domain::time::Instant;

use super::super::http::Response;

/// The pause GitHub asks for where it names none, by its own documentation.
const UNNAMED: Duration = Duration::from_secs(60);

/// The pause that a refusal asks for; `None` when it is refused for another reason, or not at all.
pub(super) fn refused(response: &Response, now: Instant) -> Option<Duration> {
    if !matches!(response.status, 403 | 429) {
        return None;
    }
    let named =
        response.header("retry-after").and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let says_so = || {
        let said = String::from_utf8_lossy(&response.body).to_lowercase();
        response.status == 429 || said.contains("rate limit") || said.contains("abuse detection")
    };
    named.or_else(|| spent(response, now)).or_else(|| says_so().then_some(UNNAMED))
}

/// The pause until requests are allowed again, when this was the last one that is.
pub(super) fn spent(response: &Response, now: Instant) -> Option<Duration> {
    if response.header("x-ratelimit-remaining")?.trim() != "0" {
        return None;
    }
    let reset: i64 = response.header("x-ratelimit-reset")?.trim().parse().ok()?;
    let left = reset.saturating_mul(1_000_000).saturating_sub(now.micros());
    // One second more: the limit's window is counted in whole ones.
    Some(Duration::from_micros(u64::try_from(left).unwrap_or(0)) + Duration::from_secs(1))
}
