//! Answers in a server's place, for tests.

use std::sync::Mutex;

use async_trait::async_trait;
use attestry_domain::time::Instant;

use super::{Fetch, HttpError, Request, Response};
use crate::port::World;

/// A clock that stands still, and no chance.
pub(crate) struct At(pub(crate) Instant);

impl At {
    /// At an instant such as `2026-03-01T12:00:00Z`.
    pub(crate) fn parse(text: &str) -> Self {
        Self(text.parse().unwrap())
    }
}

impl World for At {
    fn now(&self) -> Instant {
        self.0
    }

    fn randomise(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

type Told = dyn Fn(&Request, usize) -> Result<Response, HttpError> + Send + Sync;

/// Answers by a function of the request and of how many came before it, and keeps the requests.
pub(crate) struct Script {
    told: Box<Told>,
    asked: Mutex<Vec<Request>>,
}

impl Script {
    pub(crate) fn new(
        told: impl Fn(&Request, usize) -> Result<Response, HttpError> + Send + Sync + 'static,
    ) -> Self {
        Self { told: Box::new(told), asked: Mutex::new(Vec::new()) }
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Fetch for Script {
    async fn fetch(&self, request: &Request) -> Result<Response, HttpError> {
        let before = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(request.clone());
            asked.len() - 1
        };
        (self.told)(request, before)
    }
}

/// An answer with a status and a body.
pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    let place = "GET http://host.example/".to_owned();
    Response { status, headers: Vec::new(), body: body.into(), attempts: 1, place }
}
