//! What is asked.

use std::fmt;
use std::time::Duration;

use super::{BODY_LIMIT, Url, WITHIN, place};

/// What is done at an address. Both only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`, for questions that are too long or too structured for an address.
    Post,
}

impl Method {
    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A text that is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for whoever has to send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// One request.
#[derive(Clone)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// Where.
    pub address: Url,
    /// Names and values in the order in which they are sent.
    pub headers: Vec<(String, Secret)>,
    /// What is sent along.
    pub body: Vec<u8>,
    /// The largest body that is read, in bytes.
    pub limit: u64,
    /// How long one attempt may take.
    pub within: Duration,
    /// Whether headers hold what others must not read.
    pub confidential: bool,
    /// Whether a status and the start of its body mean that the server is busy, besides 429 and 5xx.
    pub busy: fn(u16, &[u8]) -> bool,
}

impl Request {
    /// Reads an address.
    pub fn get(address: Url) -> Self {
        Self {
            method: Method::Get,
            address,
            headers: Vec::new(),
            body: Vec::new(),
            limit: BODY_LIMIT,
            within: WITHIN,
            confidential: false,
            busy: |_, _| false,
        }
    }

    /// Sends a question to an address.
    pub fn post(address: Url, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let request = Self { method: Method::Post, body: body.into(), ..Self::get(address) };
        request.header("content-type", media_type)
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), Secret::new(value)));
        self
    }

    /// With a header that others must not read.
    #[must_use]
    pub fn secret(mut self, name: &str, value: impl Into<String>) -> Self {
        self.confidential = true;
        self.header(name, value)
    }

    /// Reads at most so many bytes of a body.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Gives one attempt so long.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// With another sign of a busy server.
    #[must_use]
    pub fn busy_when(mut self, busy: fn(u16, &[u8]) -> bool) -> Self {
        self.busy = busy;
        self
    }

    /// Method, host and path, for people.
    pub fn place(&self) -> String {
        format!("{} {}", self.method.as_str(), place(&self.address))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("place", &self.place())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
