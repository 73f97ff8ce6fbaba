//! Keeps each answer as it came, while a collector asks.

use attestry_domain::time::Instant;

use super::batch::Answered;
use super::http::{Fetch, HttpError, Request, Response};
use crate::port::World;

/// Asks, and remembers the answers.
pub(super) struct Journal<'a> {
    fetch: &'a dyn Fetch,
    world: &'a dyn World,
    pub(super) answers: Vec<Answered>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(fetch: &'a dyn Fetch, world: &'a dyn World) -> Self {
        Self { fetch, world, answers: Vec::new() }
    }

    /// The present instant.
    pub(super) fn now(&self) -> Instant {
        self.world.now()
    }

    /// The answer to a request; kept when the server gave what was asked.
    pub(super) async fn ask(&mut self, request: &Request, asked: &str) -> Result<Response, HttpError> {
        let response = self.fetch.fetch(request).await?;
        if matches!(response.status, 200..=299) {
            self.answers.push(Answered {
                asked: asked.to_owned(),
                answered_at: self.now(),
                media_type: response.header("content-type").unwrap_or_default().to_owned(),
                body: response.body.clone(),
            });
        }
        Ok(response)
    }
}
