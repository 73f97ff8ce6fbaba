//! The interface for programs: JSON under `/api/v1`, signed in by a token, problems as RFC 9457 has them.

use attestry_app::AppError;
use attestry_app::account::ApiCaller;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::WebState;

pub(crate) mod otlp;
pub(crate) mod records;

/// Who calls, by the token in `Authorization: Bearer …`.
pub(crate) struct Caller {
    /// The token's name and in whose name it acts.
    pub(crate) token: ApiCaller,
    /// The server's state.
    pub(crate) state: WebState,
}

/// Why a call was not carried out.
#[derive(Debug, Serialize)]
pub(crate) struct ApiProblem {
    /// A word that stays the same.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// What kind of problem it is.
    pub(crate) title: &'static str,
    /// HTTP status.
    pub(crate) status: u16,
    /// What is wrong, where, what to do.
    pub(crate) detail: String,
}

impl ApiProblem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status, detail: detail.into() }
    }

    pub(crate) fn unauthorized(detail: &str) -> Self {
        Self::new(401, "unauthorized", "No valid token", detail)
    }

    pub(crate) fn media_type(detail: &str) -> Self {
        Self::new(415, "media-type", "Unknown media type", detail)
    }
}

impl From<AppError> for ApiProblem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::NotFound { .. } => Self::new(404, "not-found", "Not found", detail),
            AppError::Refused(_) => Self::new(403, "refused", "Refused", detail),
            AppError::Busy | AppError::Stopping => Self::new(503, "unavailable", "Not now", detail),
            error if error.is_callers() => Self::new(422, "invalid", "Not valid", detail),
            _ => {
                tracing::error!(detail, "a call failed");
                Self::new(
                    500,
                    "failed",
                    "Failed",
                    "It could not be done, and nothing was taken. Send it again; the server's log says why.",
                )
            }
        }
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let head = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        let mut response = (status, head, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl FromRequestParts<WebState> for Caller {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, ApiProblem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let secret = header.and_then(|header| header.strip_prefix("Bearer ")).map(str::trim);
        let secret = secret.ok_or_else(|| {
            ApiProblem::unauthorized(
                "Send `Authorization: Bearer TOKEN`; `attestry token add` makes a token.",
            )
        })?;
        let token = state.workspace.api_caller(secret).await?;
        let token = token.ok_or_else(|| {
            ApiProblem::unauthorized(
                "The token is unknown or has expired; make a new one with `attestry token add`.",
            )
        })?;
        Ok(Self { token, state: state.clone() })
    }
}
