//! Records of a stream, sent by a program.

use attestry_app::AppError;
use attestry_app::buffer::{Accepted, Submit};
use attestry_app::ingest;
use attestry_domain::event::Actor;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, header};
use serde::Deserialize;

use super::{ApiProblem, Caller};

/// Longest key of a request.
const LONGEST_KEY: usize = 200;

/// What the address says besides the stream.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Where the records come from; the token's name unless given.
    source: Option<String>,
}

/// Takes records, one JSON object a line; when this answers, they are durable.
pub(crate) async fn submit(
    caller: Caller,
    Path(stream): Path<String>,
    asked: Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Accepted>, ApiProblem> {
    media_type(&headers)?;
    let catalog = caller.state.workspace.newest().catalog;
    let stream = stream.parse().map_err(|_| ingest::no_stream(&catalog, &stream))?;
    let submit = Submit {
        stream,
        source: asked.0.source.unwrap_or_else(|| caller.token.name.clone()),
        collector: format!("{} api ({})", caller.state.workspace.app().program, caller.token.name),
        actor: Actor::Person(caller.token.person),
        records: body.to_vec(),
        request: key(&headers)?,
    };
    Ok(Json(caller.state.buffer().await?.submit(submit).await?))
}

fn media_type(headers: &HeaderMap) -> Result<(), ApiProblem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = given.split(';').next().unwrap_or_default().trim();
    match plain {
        "" | "application/x-ndjson" | "application/jsonl" | "application/json" => Ok(()),
        _ => Err(ApiProblem::media_type("Send one JSON object a line as `application/x-ndjson`.")),
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiProblem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text.is_empty() || text.len() > LONGEST_KEY {
        let rule = format!("the idempotency key must be plain text of 1 to {LONGEST_KEY} characters");
        return Err(AppError::Input(rule).into());
    }
    Ok(Some(text.to_owned()))
}
