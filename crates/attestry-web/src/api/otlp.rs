//! OpenTelemetry logs over HTTP, as its exporters send them: protobuf or JSON.

use std::collections::BTreeMap;

use attestry_app::AppError;
use attestry_app::buffer::Submit;
use attestry_app::import::foreign::{Out, otlp};
use attestry_domain::event::Actor;
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{ApiProblem, Caller};

/// Media type of the binary form.
const PROTOBUF: &str = "application/x-protobuf";

/// Takes log records into the streams that they name; when this answers, they are durable.
pub(crate) async fn logs(caller: Caller, headers: HeaderMap, body: Bytes) -> Result<Response, ApiProblem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    let value = match kind {
        PROTOBUF => otlp::protobuf::decode(&body).map_err(AppError::Input)?,
        "application/json" => serde_json::from_slice::<Value>(&body)
            .map_err(|error| AppError::Input(format!("the body is no JSON: {error}")))?,
        _ => return Err(ApiProblem::media_type("Send `application/x-protobuf` or `application/json`.")),
    };
    let mut out = Out::default();
    out.begin();
    otlp::item(&value, &mut out);
    let refused = out.refused.len() as u64;
    let mut streams: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for found in &out.found {
        let lines = streams.entry(found.stream).or_default();
        lines.extend_from_slice(found.fields.to_json().as_bytes());
        lines.push(b'\n');
    }
    let (mut rejected, mut why) =
        (refused, out.refused.first().map(|one| one.rule.clone()).unwrap_or_default());
    for (stream, records) in streams {
        let rows = records.iter().filter(|byte| **byte == b'\n').count() as u64;
        let submitted = caller.state.buffer().await?.submit(submit(&caller, stream, records)?).await;
        match submitted {
            Ok(_) => {}
            Err(error) if error.is_callers() => {
                rejected += rows;
                why = error.to_string();
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(answer(kind, rejected, &why))
}

fn submit(caller: &Caller, stream: &str, records: Vec<u8>) -> Result<Submit, ApiProblem> {
    let stream = stream.parse().map_err(|_| AppError::Input(format!("`{stream}` names no stream")))?;
    Ok(Submit {
        stream,
        source: caller.token.name.clone(),
        collector: format!("{} otlp ({})", caller.state.workspace.app().program, caller.token.name),
        actor: Actor::Person(caller.token.person),
        records,
        request: None,
    })
}

/// The answer that exporters expect: what was rejected, as a partial success.
fn answer(kind: &str, rejected: u64, why: &str) -> Response {
    if kind != PROTOBUF {
        let partial = json!({ "rejectedLogRecords": rejected.to_string(), "errorMessage": why });
        let body = if rejected == 0 { json!({}) } else { json!({ "partialSuccess": partial }) };
        return axum::Json(body).into_response();
    }
    ([(header::CONTENT_TYPE, PROTOBUF)], protobuf(rejected, why)).into_response()
}

/// `ExportLogsServiceResponse { partial_success = 1 { rejected_log_records = 1, error_message = 2 } }`.
fn protobuf(rejected: u64, why: &str) -> Vec<u8> {
    if rejected == 0 {
        return Vec::new();
    }
    let mut partial = vec![0x08];
    varint(&mut partial, rejected);
    partial.push(0x12);
    varint(&mut partial, why.len() as u64);
    partial.extend_from_slice(why.as_bytes());
    let mut whole = vec![0x0a];
    varint(&mut whole, partial.len() as u64);
    whole.extend_from_slice(&partial);
    whole
}

/// Seven bits a byte, the lowest first, each byte but the last with its highest bit set.
fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}
