use serde_json::{Value, json};

use super::super::{Fields, Out, person_key};
use super::{item, recognises};

const CALLS: &str = include_str!("../../../../tests/foreign/litellm/calls.jsonl");

fn read(call: &Value) -> Out {
    let mut out = Out::default();
    out.begin();
    item(call, &mut out);
    out
}

fn real() -> Vec<Value> {
    CALLS.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn get(fields: &Fields, column: &str) -> Value {
    fields.get(column).cloned().unwrap_or_default()
}

#[test]
fn real_calls_are_predictions_without_their_messages() {
    let calls: Vec<Fields> = real().iter().map(|call| read(call).found.remove(0).fields).collect();
    let [failed, answered] = calls.as_slice() else { panic!("two calls") };
    assert_eq!(
        (get(failed, "outcome"), get(failed, "error_type")),
        (json!("error"), json!("RateLimitError"))
    );
    assert_eq!((get(answered, "outcome"), get(answered, "operation")), (json!("success"), json!("chat")));
    assert_eq!((get(answered, "cost"), get(answered, "output_tokens")), (json!(1.35e-5), json!(20)));
    assert_eq!(get(answered, "guardrail_status"), "not_run");
    assert_eq!(get(answered, "caller_key"), person_key("anna@example.com"));
    assert_eq!(get(answered, "predicted_at"), "2026-11-22T01:44:43.466172Z");
    assert!(real().iter().all(recognises));
}

#[test]
fn a_call_that_a_guardrail_stopped_is_blocked() {
    let mut call = real().remove(0);
    call["guardrail_information"] =
        json!([{ "guardrail_status": "success" }, { "guardrail_status": "guardrail_intervened" }]);
    let out = read(&call);
    assert_eq!(get(&out.found[0].fields, "outcome"), "blocked");
    assert_eq!(get(&out.found[0].fields, "guardrail_status"), "intervened");
}

#[test]
fn a_call_without_identifier_or_instant_is_refused() {
    assert!(read(&json!({ "endTime": 1.0 })).refused[0].rule.contains("has no `id`"));
    for time in [json!(null), json!("soon"), json!(-1.0), json!(1e300)] {
        assert!(read(&json!({ "id": "a", "endTime": time })).refused[0].rule.contains("`endTime`"));
    }
    assert!(!recognises(&json!({ "id": "a", "call_type": "completion" })));
}
