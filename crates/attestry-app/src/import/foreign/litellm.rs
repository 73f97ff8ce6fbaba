//! The log of the LiteLLM gateway (its standard logging payload, one object a call) into `prediction`.
//!
//! Only what surrounds a call is taken: model, caller, tokens, cost, outcome. Messages and answers are never read. The
//! gateway knows people by keys, teams and names: whoever called is recorded as an opaque key.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::Value;

use super::finding::list;
use super::{Fields, Out, at, person_key, text};

/// Whether an item is a call logged by LiteLLM.
pub fn recognises(item: &Value) -> bool {
    let has = |member: &str| item.get(member).is_some();
    text(item, &["call_type"]).is_some()
        && has("custom_llm_provider")
        && has("endTime")
        && has("response_cost")
}

/// Reads a call.
pub fn item(item: &Value, out: &mut Out) {
    match fields(item) {
        Ok(fields) => out.record("prediction", fields),
        Err(rule) => out.refuse(rule),
    }
}

fn fields(item: &Value) -> Result<Fields, String> {
    let Some(id) = text(item, &["id"]) else {
        return Err("has no `id`; LiteLLM gives every call one".to_owned());
    };
    let ended = item.get("endTime").and_then(Value::as_f64);
    let began = item.get("startTime").and_then(Value::as_f64);
    let Some(predicted_at) = ended.and_then(instant) else {
        return Err("has no `endTime` in seconds since 1970".to_owned());
    };
    let measured = item.get("response_time").and_then(Value::as_f64);
    let latency = measured.or_else(|| Some(ended? - began?)).filter(|seconds| *seconds >= 0.0);
    let error =
        ["error_class", "error_code"].iter().find_map(|member| text(item, &["error_information", member]));
    let guardrail = guardrail(item);
    let failed = text(item, &["status"]) == Some("failure");
    let outcome = match (failed, guardrail) {
        (true, Some("intervened")) => "blocked",
        (true, _) => "error",
        (false, _) => "success",
    };
    let tokens = |member: &str| item.get(member).and_then(Value::as_i64).filter(|count| *count >= 0);
    Ok(Fields::default()
        .with("prediction_id", id)
        .with("predicted_at", predicted_at)
        .maybe("operation", text(item, &["call_type"]).map(operation))
        .maybe("provider", text(item, &["custom_llm_provider"]))
        .maybe("requested_model", text(item, &["model_group"]))
        .maybe("model", text(item, &["model"]))
        .maybe("purpose", text(item, &["metadata", "user_api_key_alias"]))
        .maybe("caller_key", caller(item))
        .maybe("trace_id", text(item, &["trace_id"]))
        .with("outcome", outcome)
        .maybe("error_type", error)
        .maybe("guardrail_status", guardrail)
        .maybe("input_tokens", tokens("prompt_tokens"))
        .maybe("output_tokens", tokens("completion_tokens"))
        .maybe("cost", item.get("response_cost").and_then(Value::as_f64))
        .maybe("latency", latency)
        .maybe("cache_hit", item.get("cache_hit").and_then(Value::as_bool)))
}

/// Seconds since 1970 with a fraction, to the microsecond.
fn instant(seconds: f64) -> Option<String> {
    let micros = (seconds * 1e6).round();
    let held = seconds > 0.0 && micros < 9e18;
    Timestamp::from_microsecond(held.then_some(micros as i64)?).ok().map(|moment| moment.to_string())
}

/// The gateway's word for a call, in the words of the stream; asynchronous calls have an `a` before theirs.
fn operation(call: &str) -> &str {
    match call {
        "completion" | "acompletion" | "responses" | "aresponses" | "anthropic_messages" => "chat",
        "text_completion" | "atext_completion" => "text_completion",
        "embedding" | "aembedding" => "embeddings",
        "generate_content" | "agenerate_content" => "generate_content",
        other => other,
    }
}

/// Who called: the user the application named, else the owner of the key, else the team, else the key.
fn caller(item: &Value) -> Option<String> {
    let named = [
        &["end_user"][..],
        &["model_parameters", "user"],
        &["metadata", "user_api_key_user_id"],
        &["metadata", "user_api_key_team_id"],
    ];
    let named = named.iter().find_map(|path| text(item, path)).map(person_key);
    named.or_else(|| text(item, &["metadata", "user_api_key_hash"]).map(str::to_owned))
}

/// What the guardrails did, in the words of the stream; of several, the worst.
fn guardrail(item: &Value) -> Option<&'static str> {
    let whole = text(item, &["status_fields", "guardrail_status"]);
    let held = at(item, &["guardrail_information"]);
    let each = match held {
        Some(Value::Array(_)) => list(item, "guardrail_information"),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let each = each.iter().filter_map(|one| text(one, &["guardrail_status"]));
    let known = whole.into_iter().chain(each).filter_map(|word| match word {
        "guardrail_intervened" | "blocked" => Some(3),
        "guardrail_failed_to_respond" | "failure" => Some(2),
        "success" => Some(1),
        "not_run" => Some(0),
        _ => None,
    });
    known.max().map(|worst| match worst {
        3 => "intervened",
        2 => "failed_to_respond",
        1 => "success",
        _ => "not_run",
    })
}
