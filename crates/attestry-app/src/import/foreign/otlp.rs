//! OTLP, the protocol of OpenTelemetry: exported logs, and spans of AI calls.
//!
//! An item is one export (`ExportLogsServiceRequest` or `ExportTraceServiceRequest`) in its JSON encoding; what came
//! in binary is first put into that form by [`protobuf`].
//!
//! - **Push.** A log record with the attribute `attestry.stream` is a record of that stream. Its other attributes are
//!   columns: those named plainly (`subject_key`) and those with the prefix `attestry.` (`attestry.subject_key`).
//!   Attributes of the resource with that prefix hold for all its records, so that a service states `attestry.stream`
//!   or `attestry.system_key` once. An attribute whose name has another dot (`thread.id`) is no column. Where the
//!   record states no event time, its own instant is it.
//! - **AI calls.** Spans and log records after the conventions for generative AI (`gen_ai.*`) are `prediction`s, their
//!   results of evaluation `evaluation`s. Messages, prompts and answers are never read.
//! - What is neither is passed over.
//!
//! A record's instant is the one it states, else the one at which it was observed, as the protocol recommends.

mod ai;
pub mod protobuf;
mod push;
#[cfg(test)]
mod tests;
mod value;

use serde_json::Value;

use self::value::{Attributes, instant};
use super::finding::list;
use super::{Out, text};

/// Whether an item is an export of logs or spans.
pub fn recognises(item: &Value) -> bool {
    ["resourceLogs", "resourceSpans"].iter().any(|member| item.get(*member).is_some_and(Value::is_array))
}

/// Reads an export.
pub fn item(item: &Value, out: &mut Out) {
    if !recognises(item) {
        return out
            .refuse("is no OTLP export: it has neither a list `resourceLogs` nor a list `resourceSpans`");
    }
    let before = Tally::of(out);
    let mut number = 0;
    for (groups, scopes, records, read) in SIGNALS {
        for group in list(item, groups) {
            let resource = Attributes::of(group.get("resource"));
            let each = || {
                scopes.iter().flat_map(|scopes| list(group, scopes)).flat_map(|scope| list(scope, records))
            };
            if resource.repeated().saturating_mul(each().count()) > MOST_REPEATED {
                out.refuse("has a resource whose attributes are too long for so many records; shorten them");
                continue;
            }
            for record in each() {
                number += 1;
                let attributes = Attributes::of(Some(record));
                read(&Signal { number, record, attributes: &attributes, resource: &resource }, out);
            }
        }
    }
    if before == Tally::of(out) {
        out.pass("export", "it holds no log record and no span");
    }
}

/// What the attributes of a resource may come to in all its records, in bytes.
const MOST_REPEATED: usize = 64 << 20;

/// Reads a record.
type Read = fn(&Signal<'_>, &mut Out);

/// Where an export keeps its records, by their groups and scopes (with the name of early versions).
const SIGNALS: [(&str, [&str; 2], &str, Read); 2] = [
    ("resourceLogs", ["scopeLogs", "instrumentationLibraryLogs"], "logRecords", |signal, out| {
        signal.log(out)
    }),
    ("resourceSpans", ["scopeSpans", "instrumentationLibrarySpans"], "spans", |signal, out| signal.span(out)),
];

#[derive(PartialEq)]
struct Tally(usize, usize, u64);

impl Tally {
    fn of(out: &Out) -> Self {
        Self(out.found.len(), out.refused.len(), out.passed.values().sum())
    }
}

/// A log record or a span.
struct Signal<'s> {
    /// Counted from 1 in the export.
    number: usize,
    record: &'s Value,
    attributes: &'s Attributes<'s>,
    resource: &'s Attributes<'s>,
}

impl Signal<'_> {
    fn log(&self, out: &mut Out) {
        let event = text(self.record, &["eventName"]).or_else(|| self.attributes.text("event.name"));
        let stream =
            self.attributes.text("attestry.stream").or_else(|| self.resource.text("attestry.stream"));
        if let Some(stream) = stream {
            return match push::fields(self, stream) {
                Ok((stream, fields)) => out.record(stream, fields),
                Err(rule) => out.refuse(format!("log record {}: {rule}", self.number)),
            };
        }
        match event {
            Some("gen_ai.evaluation.result") => self.keep("evaluation", ai::evaluation(self), out),
            Some("gen_ai.client.operation.exception") => {
                out.pass("gen_ai.client.operation.exception", "the call it belongs to states the error itself");
            }
            _ if self.attributes.text("gen_ai.operation.name").is_some() => self.call(out),
            Some(event) if event.starts_with("gen_ai.") => {
                out.pass(event, "it holds the content of a message, which no stream takes");
            }
            event => out.pass(
                event.unwrap_or("log record"),
                "no attribute `attestry.stream` says which stream it is a record of, and it is no call of an AI model",
            ),
        }
    }

    fn span(&self, out: &mut Out) {
        match self.attributes.text("gen_ai.operation.name") {
            Some(_) => self.call(out),
            None => out.pass("span", "it is no call of an AI model"),
        }
    }

    /// A call of a model, an agent or a tool.
    fn call(&self, out: &mut Out) {
        let operation = self.attributes.text("gen_ai.operation.name").unwrap_or_default();
        if ai::answers(operation) {
            self.keep("prediction", ai::prediction(self), out);
        } else {
            out.pass(format!("gen_ai {operation}"), "it sets something up and answers nothing");
        }
    }

    fn keep(&self, stream: &'static str, fields: Result<super::Fields, String>, out: &mut Out) {
        match fields {
            Ok(fields) => out.record(stream, fields),
            Err(rule) => out.refuse(format!("record {} ({stream}): {rule}", self.number)),
        }
    }

    /// When it happened: a span at its end.
    fn instant(&self) -> Option<String> {
        ["timeUnixNano", "endTimeUnixNano", "observedTimeUnixNano"]
            .iter()
            .find_map(|member| instant(self.record.get(*member)?))
    }

    /// Trace and span, where both are stated.
    fn place(&self) -> Option<(String, String)> {
        let id = |member: &str| {
            let id = text(self.record, &[member])?.to_ascii_lowercase();
            id.bytes().any(|byte| byte != b'0').then_some(id)
        };
        Some((id("traceId")?, id("spanId")?))
    }
}
