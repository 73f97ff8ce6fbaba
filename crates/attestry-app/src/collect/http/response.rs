//! What is answered.

use serde_json::Value;

use super::{HttpError, Url, place, shown};

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
    /// How often it was asked.
    pub attempts: u32,
    /// Method, host and path that were asked.
    pub place: String,
}

impl Response {
    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The answer, if the server gave what was asked.
    ///
    /// # Errors
    /// Any status but 2xx, with what the server said.
    pub fn accepted(self) -> Result<Self, HttpError> {
        match self.status {
            200..=299 => Ok(self),
            300..=399 => {
                let to = self.header("location").and_then(|to| Url::parse(to).ok());
                let to = to.map_or_else(|| "an address it does not name".to_owned(), |to| place(&to));
                Err(HttpError::Redirected { place: self.place, to })
            }
            _ => Err(self.refusal()),
        }
    }

    /// The error that this answer is.
    pub fn refusal(self) -> HttpError {
        let said = shown(&String::from_utf8_lossy(&self.body));
        HttpError::Refused { place: self.place, status: self.status, said, attempts: self.attempts }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value, HttpError> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(format!("no JSON: {error}")))
    }

    /// The error that the body is not what was expected.
    pub fn unreadable(&self, reason: impl Into<String>) -> HttpError {
        HttpError::Unreadable { place: self.place.clone(), reason: reason.into() }
    }
}
