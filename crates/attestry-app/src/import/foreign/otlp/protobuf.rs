//! The binary encoding of OTLP exports, put into the form of the JSON encoding.
//!
//! Only what a record can be made of is kept; unknown fields are stepped over, as the encoding asks. The size
//! of an export, the number of its values and their depth are bounded, so a hostile one costs an error message.

mod wire;

use base64::Engine as _;
use serde_json::{Map, Value, json};

use self::wire::{Field, Reader};

/// Largest export, in bytes.
pub const LARGEST: usize = 32 << 20;

/// Most values of an export: resources, records, attributes and the values in lists.
const MOST: usize = 2_000_000;

/// Deepest value: lists in lists.
const DEEPEST: usize = 16;

/// An export of logs (`ExportLogsServiceRequest`) as its JSON encoding has it.
pub fn decode(bytes: &[u8]) -> Result<Value, String> {
    Decoder::new(bytes)?.export(bytes, "resourceLogs", "scopeLogs", "logRecords", Decoder::log)
}

/// An export of spans (`ExportTraceServiceRequest`) as its JSON encoding has it.
pub fn decode_spans(bytes: &[u8]) -> Result<Value, String> {
    Decoder::new(bytes)?.export(bytes, "resourceSpans", "scopeSpans", "spans", Decoder::span)
}

/// Reads one record.
type Record = fn(&mut Decoder, &[u8]) -> Result<Value, String>;

struct Decoder {
    /// Values that may still be made.
    left: usize,
}

impl Decoder {
    fn new(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LARGEST {
            return Err(format!("is larger than {} MiB; export smaller batches", LARGEST >> 20));
        }
        Ok(Self { left: MOST })
    }

    fn count(&mut self) -> Result<(), String> {
        self.left = self.left.checked_sub(1).ok_or("holds too many values; export smaller batches")?;
        Ok(())
    }

    /// Export, resources and scopes have the same shape for every signal.
    fn export(
        &mut self,
        bytes: &[u8],
        groups: &str,
        scopes: &str,
        records: &str,
        record: Record,
    ) -> Result<Value, String> {
        let mut all = Vec::new();
        for field in Reader::new(bytes) {
            if let (1, Field::Bytes(group)) = field? {
                all.push(self.group(group, scopes, records, record)?);
            }
        }
        Ok(json!({ groups: all }))
    }

    fn group(&mut self, bytes: &[u8], scopes: &str, records: &str, record: Record) -> Result<Value, String> {
        self.count()?;
        let mut members = Map::new();
        let mut all = Vec::new();
        for field in Reader::new(bytes) {
            match field? {
                (1, Field::Bytes(resource)) => {
                    let attributes = self.attributes(resource, 1)?;
                    members.insert("resource".to_owned(), json!({ "attributes": attributes }));
                }
                (2, Field::Bytes(scope)) => all.push(self.scope(scope, records, record)?),
                _ => {}
            }
        }
        members.insert(scopes.to_owned(), Value::Array(all));
        Ok(Value::Object(members))
    }

    fn scope(&mut self, bytes: &[u8], records: &str, record: Record) -> Result<Value, String> {
        self.count()?;
        let mut all = Vec::new();
        for field in Reader::new(bytes) {
            if let (2, Field::Bytes(one)) = field? {
                self.count()?;
                all.push(record(self, one)?);
            }
        }
        Ok(json!({ records: all }))
    }

    fn log(&mut self, bytes: &[u8]) -> Result<Value, String> {
        let mut record = Map::new();
        for field in Reader::new(bytes) {
            match field? {
                (1, Field::Fixed64(time)) => set(&mut record, "timeUnixNano", time.to_string()),
                (2, Field::Varint(severity)) => set(&mut record, "severityNumber", severity),
                (3, Field::Bytes(word)) => set(&mut record, "severityText", utf8(word)?),
                (5, Field::Bytes(body)) => set(&mut record, "body", self.value(body, 0)?),
                (9, Field::Bytes(trace)) => set(&mut record, "traceId", hex::encode(trace)),
                (10, Field::Bytes(span)) => set(&mut record, "spanId", hex::encode(span)),
                (11, Field::Fixed64(time)) => set(&mut record, "observedTimeUnixNano", time.to_string()),
                (12, Field::Bytes(name)) => set(&mut record, "eventName", utf8(name)?),
                _ => {}
            }
        }
        let attributes = self.attributes(bytes, 6)?;
        set(&mut record, "attributes", attributes);
        Ok(Value::Object(record))
    }

    fn span(&mut self, bytes: &[u8]) -> Result<Value, String> {
        let mut record = Map::new();
        for field in Reader::new(bytes) {
            match field? {
                (1, Field::Bytes(trace)) => set(&mut record, "traceId", hex::encode(trace)),
                (2, Field::Bytes(span)) => set(&mut record, "spanId", hex::encode(span)),
                (5, Field::Bytes(name)) => set(&mut record, "name", utf8(name)?),
                (7, Field::Fixed64(time)) => set(&mut record, "startTimeUnixNano", time.to_string()),
                (8, Field::Fixed64(time)) => set(&mut record, "endTimeUnixNano", time.to_string()),
                (15, Field::Bytes(status)) => set(&mut record, "status", status_of(status)?),
                _ => {}
            }
        }
        let attributes = self.attributes(bytes, 9)?;
        set(&mut record, "attributes", attributes);
        Ok(Value::Object(record))
    }

    /// The pairs in the fields of one number.
    fn attributes(&mut self, bytes: &[u8], number: u64) -> Result<Vec<Value>, String> {
        let mut pairs = Vec::new();
        for field in Reader::new(bytes) {
            if let (at, Field::Bytes(one)) = field?
                && at == number
            {
                pairs.push(self.pair(one, 0)?);
            }
        }
        Ok(pairs)
    }

    fn pair(&mut self, bytes: &[u8], depth: usize) -> Result<Value, String> {
        self.count()?;
        let (mut name, mut value) = (String::new(), Value::Object(Map::new()));
        for field in Reader::new(bytes) {
            match field? {
                (1, Field::Bytes(text)) => name = utf8(text)?,
                (2, Field::Bytes(held)) => value = self.value(held, depth)?,
                _ => {}
            }
        }
        Ok(json!({ "key": name, "value": value }))
    }

    /// A value of any kind; of several, the last counts.
    fn value(&mut self, bytes: &[u8], depth: usize) -> Result<Value, String> {
        self.count()?;
        if depth > DEEPEST {
            return Err(format!("nests values deeper than {DEEPEST} levels"));
        }
        let mut value = json!({});
        for field in Reader::new(bytes) {
            value = match field? {
                (1, Field::Bytes(text)) => json!({ "stringValue": utf8(text)? }),
                (2, Field::Varint(truth)) => json!({ "boolValue": truth != 0 }),
                (3, Field::Varint(number)) => json!({ "intValue": number.cast_signed().to_string() }),
                (4, Field::Fixed64(bits)) => json!({ "doubleValue": double(f64::from_bits(bits)) }),
                (5, Field::Bytes(items)) => {
                    json!({ "arrayValue": { "values": self.items(items, depth + 1)? } })
                }
                (6, Field::Bytes(pairs)) => {
                    json!({ "kvlistValue": { "values": self.pairs(pairs, depth + 1)? } })
                }
                (7, Field::Bytes(raw)) => {
                    json!({ "bytesValue": base64::prelude::BASE64_STANDARD.encode(raw) })
                }
                _ => value,
            };
        }
        Ok(value)
    }

    fn items(&mut self, bytes: &[u8], depth: usize) -> Result<Vec<Value>, String> {
        let mut items = Vec::new();
        for field in Reader::new(bytes) {
            if let (1, Field::Bytes(item)) = field? {
                items.push(self.value(item, depth)?);
            }
        }
        Ok(items)
    }

    fn pairs(&mut self, bytes: &[u8], depth: usize) -> Result<Vec<Value>, String> {
        let mut pairs = Vec::new();
        for field in Reader::new(bytes) {
            if let (1, Field::Bytes(pair)) = field? {
                pairs.push(self.pair(pair, depth)?);
            }
        }
        Ok(pairs)
    }
}

/// How a span ended: 1 well, 2 with an error.
fn status_of(bytes: &[u8]) -> Result<Value, String> {
    let mut status = Map::new();
    for field in Reader::new(bytes) {
        match field? {
            (2, Field::Bytes(message)) => set(&mut status, "message", utf8(message)?),
            (3, Field::Varint(code)) => set(&mut status, "code", code),
            _ => {}
        }
    }
    Ok(Value::Object(status))
}

fn set(record: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    record.insert(name.to_owned(), value.into());
}

/// JSON has no numbers for these; the encoding writes words.
fn double(number: f64) -> Value {
    match number {
        number if number.is_finite() => Value::from(number),
        number if number.is_nan() => Value::from("NaN"),
        number if number > 0.0 => Value::from("Infinity"),
        _ => Value::from("-Infinity"),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "holds a text that is not UTF-8")?;
    Ok(text.to_owned())
}
