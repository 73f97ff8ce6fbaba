//! What a page says when there is none: what, where, what to do. Logged here, once.

use askama::Template;
use attestry_app::AppError;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::axis::InvalidAxis;
use crate::view::words::{encoded, sentence};

/// A problem, as people read it.
#[derive(Debug, Clone, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// HTTP status.
    pub status: u16,
    /// What is wrong.
    pub what: String,
    /// The address.
    pub place: String,
    /// What to do.
    pub to_do: String,
    /// Places near the one asked for.
    pub nearest: Vec<Link>,
}

/// A place to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Text.
    pub text: String,
    /// Address.
    pub href: String,
}

/// Why a request has no page.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Nobody is signed in; the page that was asked for.
    SignedOut(String),
    /// Signed in without any part in the programme.
    NoRole,
    /// An auditor, who may see one engagement only; who owns the programme.
    Auditor(Vec<String>),
    /// A form that this server did not give, or gave to somebody else.
    Forged,
    /// Too many tries.
    TooMany,
    /// What the address or form says cannot be understood.
    Asked(String),
    /// There is no such page or thing.
    NotFound {
        /// What is not there.
        what: String,
        /// Nearest places.
        nearest: Vec<Link>,
    },
    /// It could not be done.
    Failed(String),
    /// It is not known whether it was done.
    Unsure(String),
}

impl Problem {
    /// No page at this address.
    pub(crate) fn no_page(path: &str) -> Self {
        Self::NotFound { what: format!("there is no page `{path}`"), nearest: Vec::new() }
    }

    /// Nothing of a kind with that id; the nearest by their paths.
    pub(crate) fn unknown(kind: &'static str, id: &str, near: Vec<String>) -> Self {
        AppError::NotFound { kind, id: id.chars().take(120).collect(), near }.into()
    }

    fn page(&self) -> ProblemPage {
        let ask;
        let (status, what, to_do) = match self {
            Self::SignedOut(_) => (401, "you are signed out", "Sign in and open the page again."),
            Self::NoRole => (
                403,
                "you have no part in this programme",
                "Ask an owner to give you a role; then open the page again.",
            ),
            Self::Auditor(owners) => {
                ask = format!(
                    "An auditor sees one engagement, and these pages show the whole programme. Ask {} for the readiness report and the evidence of your engagement.",
                    if owners.is_empty() { "an owner".to_owned() } else { owners.join(" or ") }
                );
                (403, "there is no view of your engagement in this browser", ask.as_str())
            }
            Self::Forged => (
                403,
                "this form is not from this page",
                "Nothing was changed. Go back, load the page again and send the form once more.",
            ),
            Self::TooMany => (
                429,
                "too many sign-ins failed for this address",
                "Wait a quarter of an hour, or ask an owner for a one-time link.",
            ),
            Self::Asked(what) => (400, what.as_str(), "Correct the address or the form and try again."),
            Self::NotFound { what, .. } => {
                (404, what.as_str(), "Check the address, or start from the overview.")
            }
            Self::Failed(_) => (
                500,
                "the page could not be made",
                "Nothing was changed. Try again; if it stays so, the server's log says why, and `attestry verify` checks the store.",
            ),
            Self::Unsure(_) => (
                500,
                "it is not known whether this was recorded",
                "Open the page again and look before you send it once more; the server's log says what failed.",
            ),
        };
        let nearest = if let Self::NotFound { nearest, .. } = self { nearest.clone() } else { Vec::new() };
        ProblemPage { status, what: sentence(what), place: String::new(), to_do: to_do.to_owned(), nearest }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        if let AppError::NotFound { kind, id, near } = &error {
            let place = |id: &String| {
                Some(Link { text: id.clone(), href: format!("{}{}", place_of(kind)?, encoded(id)) })
            };
            return Self::NotFound {
                what: format!("there is no {kind} `{id}`"),
                nearest: near.iter().filter_map(place).collect(),
            };
        }
        match error {
            AppError::Unsure(why) => Self::Unsure(why),
            error if error.is_callers() => Self::Asked(error.to_string()),
            error => Self::Failed(error.to_string()),
        }
    }
}

fn place_of(kind: &str) -> Option<&'static str> {
    match kind {
        "requirement" => Some("/requirements/"),
        "framework" => Some("/frameworks/"),
        "crosswalk" => Some("/crosswalks/"),
        "control" => Some("/controls/"),
        "stream" => Some("/evidence/"),
        "AI system" => Some("/ai/"),
        "test run" => Some("/runs/"),
        _ => None,
    }
}

impl From<InvalidAxis> for Problem {
    fn from(error: InvalidAxis) -> Self {
        Self::Asked(error.to_string())
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::Failed(format!("the template could not be filled: {error}"))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::SignedOut(wanted) = &self {
            let to =
                if wanted == "/" { "/login".to_owned() } else { format!("/login?next={}", encoded(wanted)) };
            return Redirect::to(&to).into_response();
        }
        if let Self::Failed(why) | Self::Unsure(why) = &self {
            tracing::error!(why, "a page could not be made");
        }
        let page = self.page();
        let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = page.render().unwrap_or_else(|_| page.what.clone());
        (status, [(header::CACHE_CONTROL, "no-store")], Html(body)).into_response()
    }
}
