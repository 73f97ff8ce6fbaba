//! Why there is no answer, and what to do about it.

use std::time::Duration;

use thiserror::Error;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HttpError {
    /// No address of a web server.
    #[error("`{address}` is no address to collect from: {reason}")]
    Address {
        /// The address.
        address: String,
        /// Why.
        reason: String,
    },
    /// A secret would be readable on its way.
    #[error(
        "`{place}` is not encrypted, and the request carries credentials; use https, or allow plain http if the network between is yours alone"
    )]
    Unprotected {
        /// Method, host and path.
        place: String,
    },
    /// The client could not be made.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
    /// Nobody answers.
    #[error(
        "{place} cannot be reached: {reason} (tried {attempts} times); check the address, the network and any proxy"
    )]
    Unreachable {
        /// Method, host and path.
        place: String,
        /// What the network says.
        reason: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// Nobody answers in time.
    #[error("{place} did not answer within {} s (tried {attempts} times); try again later, or a shorter period", .within.as_secs())]
    TimedOut {
        /// Method, host and path.
        place: String,
        /// The time of one attempt.
        within: Duration,
        /// How often it was tried.
        attempts: u32,
    },
    /// A body beyond the limit.
    #[error("{place} answered with more than {limit} bytes; ask for less at a time")]
    TooLarge {
        /// Method, host and path.
        place: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The server asks to wait longer than we do.
    #[error("{place} is busy and asks to come back in {} s; try again then", .wait.as_secs())]
    ComeBack {
        /// Method, host and path.
        place: String,
        /// How long.
        wait: Duration,
    },
    /// The server sends us elsewhere.
    #[error("{place} redirects to {to}, which is not followed; give that address if it is the right one")]
    Redirected {
        /// Method, host and path.
        place: String,
        /// Where to.
        to: String,
    },
    /// The server says no.
    #[error("{place} answered {status}{}{}", quoted(.said), advice(*.status, *.attempts))]
    Refused {
        /// Method, host and path.
        place: String,
        /// The status.
        status: u16,
        /// The start of what it said.
        said: String,
        /// How often it was asked.
        attempts: u32,
    },
    /// The answer is not what was expected.
    #[error(
        "{place} answered something unexpected: {reason}; check that the address is that of the right product"
    )]
    Unreadable {
        /// Method, host and path.
        place: String,
        /// What was wrong with it.
        reason: String,
    },
}

impl HttpError {
    /// The status that the server refused with.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// What the server said, as part of a sentence.
fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": `{text}`") }
}

/// What to do about a status.
fn advice(status: u16, attempts: u32) -> String {
    let advice = match status {
        401 => "; the credentials are missing, wrong or out of date",
        403 => "; the credentials are known, and may not read this: give them the right to",
        404 => "; check the address, and that the credentials may see it",
        413 | 414 => "; ask for less at a time",
        429 => "; it limits how often it is asked: try again later",
        500..=599 => "; the server has a problem: try again later",
        _ => "",
    };
    let tried = if attempts > 1 { format!(" (tried {attempts} times)") } else { String::new() };
    format!("{tried}{advice}")
}
