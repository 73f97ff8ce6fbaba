//! The one HTTP client of all collectors.
//!
//! Collectors talk to [`Fetch`], so that a test can answer in a server's place; [`Client`] is the real one. It only
//! ever reads: every request is repeated when the server is busy or the connection breaks, with pauses that grow and
//! that follow `Retry-After`. It waits for no answer for ever, reads no body beyond its limit, follows no redirect to
//! another host, and sends no secret over a connection that others can read. What it logs are method, host, path,
//! status and time: never a header, a query or a body.

use std::time::Duration;

use async_trait::async_trait;

mod again;
mod client;
mod error;
mod request;
mod response;
#[cfg(test)]
pub(crate) mod script;
#[cfg(test)]
mod tests;

pub use client::{Client, Settings};
pub use error::HttpError;
pub use request::{Method, Request, Secret};
pub use reqwest::Url;
pub use response::Response;

/// How the client names itself.
pub const USER_AGENT: &str = concat!("attestry/", env!("CARGO_PKG_VERSION"));

/// The largest body that is read unless a request says otherwise, in bytes.
pub const BODY_LIMIT: u64 = 64 << 20;

/// How long one attempt may take unless a request says otherwise.
pub const WITHIN: Duration = Duration::from_secs(60);

/// How much of a server's explanation is shown, in characters.
const SHOWN: usize = 300;

/// Answers requests.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// The answer to a request, whatever its status; a busy server has been asked again before.
    async fn fetch(&self, request: &Request) -> Result<Response, HttpError>;
}

/// Scheme, host, port and path of an address: what may be shown and logged.
pub fn place(address: &Url) -> String {
    let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", address.scheme(), address.host_str().unwrap_or_default(), address.path())
}

/// An address that people wrote.
///
/// # Errors
/// When it is none of a web server, or carries a password.
pub fn address(text: &str) -> Result<Url, HttpError> {
    let unfit = |reason: &str| HttpError::Address { address: shown(text), reason: reason.to_owned() };
    let url = Url::parse(text.trim()).map_err(|error| unfit(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        let reason = "it carries a user name or password; give those apart, so that no log shows them";
        return Err(HttpError::Address { address: place(&url), reason: reason.to_owned() });
    }
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(unfit("expected a form like https://host.example"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unfit("leave out what begins with `?` or `#`"));
    }
    Ok(url)
}

/// An address below another, from path segments.
pub fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// The start of a text on one line.
pub(crate) fn shown(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > SHOWN {
        line = line.chars().take(SHOWN).collect();
        line.push('…');
    }
    line
}
