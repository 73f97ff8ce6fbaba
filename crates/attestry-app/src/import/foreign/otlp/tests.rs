use serde_json::{Value, json};

use super::super::{Fields, Out, person_key};
use super::{item, protobuf, push, recognises};

const LOGS: &[u8] = include_bytes!("../../../../tests/foreign/otlp/logs.pb");
const SPANS: &[u8] = include_bytes!("../../../../tests/foreign/otlp/spans.pb");

fn read(export: &Value) -> Out {
    let mut out = Out::default();
    out.begin();
    item(export, &mut out);
    out
}

fn of<'o>(out: &'o Out, stream: &str) -> Vec<&'o Fields> {
    out.found.iter().filter(|found| found.stream == stream).map(|found| &found.fields).collect()
}

fn get(fields: &Fields, column: &str) -> Value {
    fields.get(column).cloned().unwrap_or_default()
}

fn log(record: Value) -> Value {
    json!({ "resourceLogs": [{ "resource": { "attributes": [] }, "scopeLogs": [{ "logRecords": [record] }] }] })
}

fn attributes(pairs: &[(&str, Value)]) -> Value {
    pairs.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

#[test]
fn a_real_export_of_logs_gives_what_each_record_says_it_is() {
    let out = read(&protobuf::decode(LOGS).unwrap());
    let streams: Vec<&str> = out.found.iter().map(|found| found.stream).collect();
    assert_eq!(streams, ["prediction", "human_review", "evaluation", "prediction"]);
    let decision = &out.found[0].fields;
    assert_eq!(get(decision, "predicted_at"), "2026-07-01T10:00:00.123456789Z");
    assert_eq!((get(decision, "score"), get(decision, "system_key")), (json!(0.83), json!("loan-scoring")));
    assert_eq!(get(decision, "thread.id"), Value::Null, "a name with a dot is no column");
    let review = &out.found[1].fields;
    assert_eq!((get(review, "review_id"), get(review, "mandatory")), (json!("r-1"), json!(true)));
    let rules: Vec<&str> = out.refused.iter().map(|refused| refused.rule.as_str()).collect();
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0], "log record 3: attribute `tags` holds several values; a column holds one");
    assert_eq!(rules[1], "log record 4: `attestry.stream` names `no_such_stream`, which is no stream");
    let passed: Vec<(&str, u64)> =
        out.passed.iter().map(|((kind, _), count)| (kind.as_str(), *count)).collect();
    assert_eq!(passed, [("gen_ai.choice", 1), ("gen_ai.user.message", 2), ("log record", 1)]);
}

#[test]
fn both_encodings_of_an_export_give_the_same() {
    let logs = serde_json::from_str(include_str!("../../../../tests/foreign/otlp/logs.json")).unwrap();
    let spans = serde_json::from_str(include_str!("../../../../tests/foreign/otlp/spans.json")).unwrap();
    assert_eq!(read(&protobuf::decode(LOGS).unwrap()), read(&logs));
    assert_eq!(read(&protobuf::decode_spans(SPANS).unwrap()), read(&spans));
}

#[test]
fn real_spans_of_calls_are_predictions_and_other_spans_are_passed_over() {
    let out = read(&protobuf::decode_spans(SPANS).unwrap());
    let calls = of(&out, "prediction");
    assert_eq!((calls.len(), out.passed.values().sum::<u64>()), (3, 1));
    assert_eq!(get(calls[0], "prediction_id"), "chatcmpl-77");
    assert_eq!(get(calls[0], "requested_model"), "gpt-4o-mini");
    assert_eq!(get(calls[0], "model"), "gpt-4o-mini-2024-07-18");
    assert_eq!((get(calls[0], "input_tokens"), get(calls[0], "finish_reason")), (json!(9), json!("stop")));
    assert_eq!(
        (get(calls[0], "outcome"), get(calls[0], "environment")),
        (json!("success"), json!("production"))
    );
    assert!(get(calls[0], "latency").as_f64().unwrap() > 0.0);
    assert_eq!(
        (get(calls[1], "outcome"), get(calls[1], "error_type")),
        (json!("error"), json!("NotFoundError"))
    );
    let failed = get(calls[1], "prediction_id");
    assert_eq!(
        failed.as_str().unwrap().len(),
        32 + 1 + 16,
        "without an answer it is known by trace and span"
    );
    assert_eq!(get(calls[2], "operation"), "embeddings");
}

#[test]
fn an_answer_that_a_filter_stopped_is_blocked_and_one_the_model_declined_is_refused() {
    let call = |reason: &str| {
        let record = json!({ "timeUnixNano": "1", "attributes": attributes(&[
            ("gen_ai.operation.name", json!({ "stringValue": "chat" })),
            ("gen_ai.response.id", json!({ "stringValue": "a" })),
            ("enduser.id", json!({ "stringValue": "Anna@Example.com" })),
            ("gen_ai.response.finish_reasons", json!({ "arrayValue": { "values": [{ "stringValue": reason }] } })),
        ]) });
        read(&log(record))
    };
    assert_eq!(get(&call("content_filter").found[0].fields, "outcome"), "blocked");
    assert_eq!(get(&call("refusal").found[0].fields, "outcome"), "refused");
    assert_eq!(get(&call("length").found[0].fields, "outcome"), "success");
    assert_eq!(get(&call("stop").found[0].fields, "caller_key"), person_key("anna@example.com"));
}

#[test]
fn a_call_that_nothing_identifies_is_refused() {
    let zero = "00000000000000000000000000000000";
    let record = json!({ "timeUnixNano": "1", "traceId": zero, "spanId": "0000000000000000",
        "attributes": attributes(&[("gen_ai.operation.name", json!({ "stringValue": "chat" }))]) });
    let out = read(&log(record));
    assert!(out.refused[0].rule.contains("neither `gen_ai.response.id` nor trace and span"));
}

#[test]
fn a_stated_event_time_counts_and_an_unknown_one_stays_absent() {
    let push = |extra: &[(&str, Value)], time: Value| {
        let mut pairs = vec![("attestry.stream", json!({ "stringValue": "backup" }))];
        pairs.extend_from_slice(extra);
        let out = read(&log(json!({ "timeUnixNano": time, "attributes": attributes(&pairs) })));
        get(&out.found[0].fields, "finished_at")
    };
    let stated = ("finished_at", json!({ "stringValue": "2026-01-01T00:00:00Z" }));
    assert_eq!(push(&[stated], json!("5000000000")), "2026-01-01T00:00:00Z");
    assert_eq!(push(&[], json!(5_000_000_000_u64)), "1970-01-01T00:00:05Z");
    assert_eq!(push(&[], json!("0")), Value::Null);
    assert_eq!(push(&[], json!("soon")), Value::Null);
}

#[test]
fn the_record_wins_over_its_resource_and_the_prefix_over_the_plain_name() {
    let text = |text: &str| json!({ "stringValue": text });
    let record = json!({ "attributes": attributes(&[("a", text("plain")), ("attestry.b", text("prefixed")), ("b", text("x"))]) });
    let mut export = log(record);
    export["resourceLogs"][0]["resource"]["attributes"] = attributes(&[
        ("attestry.stream", text("build")),
        ("attestry.a", text("resource")),
        ("attestry.c", text("resource")),
    ]);
    let out = read(&export);
    let fields = &out.found[0].fields;
    assert_eq!([get(fields, "a"), get(fields, "b"), get(fields, "c")], ["plain", "prefixed", "resource"]);
    assert_eq!(fields.get("stream"), None);
}

#[test]
fn an_empty_attribute_stays_absent_and_an_infinite_one_is_refused() {
    let push = |value: Value| {
        let stream = ("attestry.stream", json!({ "stringValue": "prediction" }));
        read(&log(json!({ "attributes": attributes(&[stream, ("score", value)]) })))
    };
    assert_eq!(push(json!({})).found[0].fields.get("score"), None);
    assert_eq!(get(&push(json!({ "intValue": "7" })).found[0].fields, "score"), 7);
    for value in
        [json!({ "doubleValue": "Infinity" }), json!({ "intValue": "x" }), json!({ "otherValue": 1 })]
    {
        assert!(push(value).refused[0].rule.contains("`score` holds a value that no column can hold"));
    }
}

#[test]
fn every_stream_of_the_catalog_can_be_pushed_to_but_the_collectors_own() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogs/streams");
    let mut missing = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let said = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let stream = (said("id: "), said("event_time: "));
        let listed = push::STREAMS.iter().any(|(id, time)| (*id, *time) == (&stream.0, &stream.1));
        if listed == (stream.0 == "collector_run") {
            missing.push(stream);
        }
    }
    assert_eq!(missing, [], "bring `STREAMS` in otlp/push.rs up to date");
}

#[test]
fn an_export_cut_off_anywhere_is_an_error_or_a_smaller_export_and_never_a_panic() {
    let mut broken = 0;
    for end in 0..LOGS.len() {
        broken += usize::from(protobuf::decode(&LOGS[..end]).is_err());
    }
    assert!(broken > LOGS.len() * 9 / 10, "{broken}");
}

#[test]
fn a_flipped_bit_never_panics() {
    let mut bytes = LOGS.to_vec();
    for at in (0..bytes.len()).step_by(3) {
        let bit = 1 << (at % 8);
        bytes[at] ^= bit;
        if let Ok(export) = protobuf::decode(&bytes) {
            read(&export);
        }
        bytes[at] ^= bit;
    }
}

#[test]
fn values_nested_too_deep_and_exports_too_large_are_refused() {
    let wrap = |tag: u8, inner: &[u8]| {
        let mut bytes = vec![tag << 3 | 2];
        let mut length = inner.len();
        while length > 127 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend_from_slice(inner);
        bytes
    };
    let nested = |levels: usize| {
        let value = (0..levels).fold(wrap(1, b"x"), |value, _| wrap(5, &wrap(1, &value)));
        wrap(1, &wrap(2, &wrap(2, &wrap(5, &value))))
    };
    assert!(protobuf::decode(&nested(16)).is_ok());
    assert!(protobuf::decode(&nested(17)).unwrap_err().contains("deeper than 16"));
    assert!(protobuf::decode(&vec![0; protobuf::LARGEST + 1]).unwrap_err().contains("larger than 32 MiB"));
    let many = wrap(1, &wrap(2, &[0x12, 0].repeat(2_000_001)));
    assert!(protobuf::decode(&many).unwrap_err().contains("too many values"));
    assert!(protobuf::decode(b"{\"resourceLogs\":[]}").is_err(), "JSON is not binary");
}

#[test]
fn a_resource_too_long_for_its_records_is_refused() {
    let mut export = log(json!({}));
    export["resourceLogs"][0]["resource"]["attributes"] =
        attributes(&[("service.name", json!({ "stringValue": "x".repeat(70_000) }))]);
    export["resourceLogs"][0]["scopeLogs"][0]["logRecords"] = vec![json!({}); 1_000].into();
    assert!(read(&export).refused[0].rule.contains("too long for so many records"));
}

#[test]
fn an_empty_export_and_what_is_none_are_told_apart() {
    assert_eq!(protobuf::decode(b"").unwrap(), json!({ "resourceLogs": [] }));
    assert_eq!(read(&json!({ "resourceLogs": [] })).passed.values().sum::<u64>(), 1);
    assert!(!recognises(&json!({ "resourceMetrics": [] })));
    assert!(read(&json!({ "resourceMetrics": [] })).refused[0].rule.contains("no OTLP export"));
    for strange in [
        json!(null),
        json!([1]),
        json!({ "scopeLogs": [null, { "logRecords": [null, 1, { "attributes": [null, { "key": 1 }] }] }] }),
    ] {
        read(&json!({ "resourceLogs": [strange] }));
    }
}
