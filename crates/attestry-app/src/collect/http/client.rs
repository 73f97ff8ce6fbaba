//! The real client: reqwest over rustls.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Certificate, Url};

use super::again::{Next, Patience};
use super::{Fetch, HttpError, Method, Request, Response, USER_AGENT, place};
use crate::port::World;

/// How many redirects within one host are followed.
const REDIRECTS: usize = 5;

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a connection may take to come about.
    pub connect_within: Duration,
    /// How long a server may say nothing in the middle of an answer.
    pub idle_within: Duration,
    /// How often a request is sent at most.
    pub attempts: u32,
    /// The pause after the first failure; it doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause. A server that asks for a longer one is not waited for.
    pub longest_pause: Duration,
    /// Certificates in PEM form to trust besides the public ones, for servers of one's own.
    pub authorities: Vec<u8>,
    /// Whether credentials may go over plain http to another machine.
    pub plain_secrets: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_within: Duration::from_secs(10),
            idle_within: Duration::from_secs(30),
            attempts: 5,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(60),
            authorities: Vec::new(),
            plain_secrets: false,
        }
    }
}

/// Fetches over the network.
pub struct Client {
    inner: reqwest::Client,
    world: Arc<dyn World>,
    patience: Patience,
    plain_secrets: bool,
}

impl Client {
    /// A client; proxies are those that the environment names.
    ///
    /// # Errors
    /// When the extra certificates cannot be read.
    pub fn new(world: Arc<dyn World>, settings: Settings) -> Result<Self, HttpError> {
        let setup = |error: reqwest::Error| HttpError::Setup(chain(&error));
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(settings.connect_within)
            .read_timeout(settings.idle_within)
            .redirect(Policy::custom(same_host_only))
            .referer(false);
        for authority in Certificate::from_pem_bundle(&settings.authorities).map_err(setup)? {
            builder = builder.add_root_certificate(authority);
        }
        let patience = Patience {
            attempts: settings.attempts.max(1),
            first: settings.first_pause,
            longest: settings.longest_pause,
        };
        let inner = builder.build().map_err(setup)?;
        Ok(Self { inner, world, patience, plain_secrets: settings.plain_secrets })
    }

    fn chance(&self) -> u8 {
        let mut byte = [0];
        self.world.randomise(&mut byte);
        let [byte] = byte;
        byte
    }

    /// One attempt.
    async fn send(&self, request: &Request, attempts: u32) -> Result<Response, Failure> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = self.inner.request(method, request.address.clone()).timeout(request.within);
        for (name, value) in &request.headers {
            builder = builder.header(name, value.reveal());
        }
        let mut answer = builder.body(request.body.clone()).send().await.map_err(Failure::of)?;
        let too_large = || HttpError::TooLarge { place: request.place(), limit: request.limit };
        if answer.content_length().is_some_and(|length| length > request.limit) {
            return Err(Failure::Final(too_large()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(Failure::of)? {
            if (body.len() + chunk.len()) as u64 > request.limit {
                return Err(Failure::Final(too_large()));
            }
            body.extend_from_slice(&chunk);
        }
        let headers = answer.headers().iter().filter_map(|(name, value)| {
            value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
        });
        let headers = headers.collect();
        Ok(Response { status: answer.status().as_u16(), headers, body, attempts, place: request.place() })
    }

    fn guard(&self, request: &Request) -> Result<(), HttpError> {
        let open = request.address.scheme() == "http" && !is_loopback(&request.address);
        if request.confidential && open && !self.plain_secrets {
            return Err(HttpError::Unprotected { place: request.place() });
        }
        Ok(())
    }
}

#[async_trait]
impl Fetch for Client {
    async fn fetch(&self, request: &Request) -> Result<Response, HttpError> {
        self.guard(request)?;
        for attempt in 1.. {
            let begun = std::time::Instant::now();
            let sent = self.send(request, attempt).await;
            let status = sent.as_ref().ok().map(|response| response.status);
            let milliseconds = begun.elapsed().as_millis() as u64;
            tracing::debug!(place = request.place(), status, milliseconds, attempt, "asked");
            let pause = match sent {
                Ok(response) => {
                    match self.patience.next(request, &response, self.world.now(), self.chance()) {
                        Next::Take => return Ok(response),
                        Next::Again(pause) => pause,
                        Next::ComeBack(wait) => {
                            return Err(HttpError::ComeBack { place: response.place, wait });
                        }
                    }
                }
                Err(Failure::Final(error)) => return Err(error),
                Err(failure) => match self.patience.pause(attempt, self.chance()) {
                    Some(pause) => pause,
                    None => return Err(failure.told(request, attempt)),
                },
            };
            tokio::time::sleep(pause).await;
        }
        Err(HttpError::Setup("no attempt was made".to_owned()))
    }
}

/// Why an attempt failed.
enum Failure {
    /// It would fail again.
    Final(HttpError),
    /// The time was up.
    Slow,
    /// The connection broke or did not come about.
    Broken(String),
}

impl Failure {
    fn of(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::Slow } else { Self::Broken(chain(&error.without_url())) }
    }

    fn told(self, request: &Request, attempts: u32) -> HttpError {
        let place = request.place();
        match self {
            Self::Final(error) => error,
            Self::Slow => HttpError::TimedOut { place, within: request.within, attempts },
            Self::Broken(reason) => HttpError::Unreachable { place, reason, attempts },
        }
    }
}

/// An error with its causes, without the address it was asked at.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        if !text.contains(&part) {
            text = format!("{text}: {part}");
        }
        cause = error.source();
    }
    text
}

/// Another host could be anybody's; the same host may send from one path to another, and from http to https.
fn same_host_only(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let stays = attempt.previous().last().is_some_and(|from| {
        let to = attempt.url();
        let same_port = from.port_or_known_default() == to.port_or_known_default();
        let raised = from.scheme() == "http" && to.scheme() == "https";
        from.host_str() == to.host_str() && (from.scheme() == to.scheme() && same_port || raised)
    });
    if !stays {
        attempt.stop()
    } else if attempt.previous().len() > REDIRECTS {
        let here = place(attempt.url());
        attempt.error(format!("more than {REDIRECTS} redirects, at last to {here}"))
    } else {
        attempt.follow()
    }
}

fn is_loopback(address: &Url) -> bool {
    match address.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}
