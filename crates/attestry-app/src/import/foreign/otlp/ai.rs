//! Calls of AI models, agents and tools after OpenTelemetry's conventions (`gen_ai.*`), which are not yet final: older
//! names are read too.
//!
//! A call is known by its answer's identifier, else by trace and span. Export calls either as spans or as log records:
//! both would be the same answer told twice.

use serde_json::json;

use super::super::ai::joined;
use super::super::finding::key;
use super::super::{Fields, at, person_key};
use super::Signal;
use super::value::nanos;

/// Whether an operation answers something. Others create agents or look after their memory.
pub(super) fn answers(operation: &str) -> bool {
    !(operation.starts_with("create_") || operation.starts_with("delete_") || operation.ends_with("_memory"))
}

pub(super) fn prediction(signal: &Signal<'_>) -> Result<Fields, String> {
    let given = signal.attributes;
    let place = signal.place();
    let answer = given.text("gen_ai.response.id").map(str::to_owned);
    let Some(id) = answer.or_else(|| place.as_ref().map(|(trace, span)| format!("{trace}-{span}"))) else {
        return Err(
            "has neither `gen_ai.response.id` nor trace and span identifiers to know it by".to_owned()
        );
    };
    let finish = given.texts("gen_ai.response.finish_reasons");
    let failed = at(signal.record, &["status", "code"])
        .is_some_and(|code| [json!(2), json!("STATUS_CODE_ERROR")].contains(code));
    let error = given.text("error.type");
    let caller =
        ["user.id", "enduser.id", "user.email"].iter().find_map(|name| given.text(name)).map(person_key);
    let first = |names: &[&str]| names.iter().find_map(|name| given.text(name));
    let service = |names: &[&str]| names.iter().find_map(|name| signal.resource.text(name));
    Ok(Fields::default()
        .with("prediction_id", id)
        .maybe("predicted_at", signal.instant())
        .maybe("system_key", system(signal))
        .maybe("environment", service(&["deployment.environment.name", "deployment.environment"]))
        .maybe("operation", given.text("gen_ai.operation.name"))
        .maybe("provider", first(&["gen_ai.provider.name", "gen_ai.system"]))
        .maybe("requested_model", given.text("gen_ai.request.model"))
        .maybe("model", given.text("gen_ai.response.model"))
        .maybe("model_version", given.text("attestry.model_version"))
        .maybe("prompt_version", given.text("attestry.prompt_version"))
        .maybe("purpose", first(&["attestry.purpose", "gen_ai.workflow.name"]))
        .maybe("caller_key", caller)
        .maybe("subject_key", given.text("attestry.subject_key"))
        .maybe("conversation_id", first(&["gen_ai.conversation.id", "session.id"]))
        .maybe("trace_id", place.as_ref().map(|(trace, _)| trace.as_str()))
        .maybe("span_id", place.as_ref().map(|(_, span)| span.as_str()))
        .with("outcome", outcome(failed || error.is_some(), &finish))
        .maybe("finish_reason", joined(finish))
        .maybe("error_type", error)
        .maybe("agent", first(&["gen_ai.agent.name", "gen_ai.agent.id"]))
        .maybe("tool", given.text("gen_ai.tool.name"))
        .maybe("input_tokens", tokens(signal, &["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"]))
        .maybe(
            "output_tokens",
            tokens(signal, &["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"]),
        )
        .maybe("latency", latency(signal)))
}

pub(super) fn evaluation(signal: &Signal<'_>) -> Result<Fields, String> {
    let given = signal.attributes;
    let Some(metric) = given.text("gen_ai.evaluation.name") else {
        return Err("names no metric (`gen_ai.evaluation.name`)".to_owned());
    };
    let label = given.text("gen_ai.evaluation.score.label");
    let score = given.number("gen_ai.evaluation.score.value");
    let answer = given.text("gen_ai.response.id");
    let place = signal.place();
    let trace = place.as_ref().map(|(trace, _)| trace.as_str());
    let span = place.as_ref().map(|(_, span)| span.as_str());
    let instant = signal.instant();
    let passed = label.and_then(|label| match label.to_ascii_lowercase().as_str() {
        "pass" | "passed" => Some(true),
        "fail" | "failed" => Some(false),
        _ => None,
    });
    let score_text = score.map(|score| score.to_string());
    let parts = [instant.as_deref(), trace, span, answer, Some(metric), label, score_text.as_deref()];
    Ok(Fields::default()
        .with("evaluation_id", key(&parts.map(Option::unwrap_or_default)))
        .maybe("evaluated_at", instant.as_deref())
        .with("basis", "telemetry")
        .maybe("prediction_id", answer)
        .maybe("trace_id", trace)
        .maybe("span_id", span)
        .maybe("system_key", system(signal))
        .with("metric", metric)
        .maybe("metric_value", score)
        .maybe("metric_text", label)
        .maybe("passed", passed))
}

/// How a call ended. The conventions ask for `error.type` on every failure, so without it the call did not fail.
fn outcome(failed: bool, finish: &[String]) -> &'static str {
    const BLOCKED: [&str; 5] =
        ["content_filter", "safety", "guardrail_intervened", "content_filtered", "blocklist"];
    let any =
        |words: &[&str]| finish.iter().any(|reason| words.contains(&reason.to_ascii_lowercase().as_str()));
    match failed {
        true => "error",
        false if any(&BLOCKED) => "blocked",
        false if any(&["refusal"]) => "refused",
        false => "success",
    }
}

/// The system, as the record or its resource names it, else the service.
fn system<'s>(signal: &Signal<'s>) -> Option<&'s str> {
    const NAME: &str = "attestry.system_key";
    let resource = signal.resource;
    signal.attributes.text(NAME).or_else(|| resource.text(NAME)).or_else(|| resource.text("service.name"))
}

fn tokens(signal: &Signal<'_>, names: &[&str]) -> Option<i64> {
    names.iter().find_map(|name| signal.attributes.integer(name))
}

/// Seconds from start to end of a span.
fn latency(signal: &Signal<'_>) -> Option<f64> {
    let instant = |member: &str| nanos(signal.record.get(member)?);
    let taken = instant("endTimeUnixNano")?.checked_sub(instant("startTimeUnixNano")?)?;
    Some(taken as f64 / 1e9)
}
