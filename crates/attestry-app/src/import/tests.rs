//! What is taken and what is refused.

use std::io::Write;

use attestry_domain::catalog::{Keeping, Stream, StreamColumn};
use attestry_stats::{ColumnType, Table, Value};

use super::{Chunk, Format, ImportError, Map, Place, event_times, key_digests, records, tables};

mod cloudtrail;
mod formats;
mod maps;
mod properties;
mod refusals;

/// A stream of every type of column.
fn stream() -> Stream {
    let column = |(name, kind, required): (&str, ColumnType, bool)| StreamColumn {
        name: name.to_owned(),
        kind,
        meaning: name.to_owned(),
        unit: None,
        required,
        personal: false,
    };
    let columns = [
        ("ticket", ColumnType::Text, true),
        ("opened_at", ColumnType::Timestamp, true),
        ("due_on", ColumnType::Date, false),
        ("reopened", ColumnType::Integer, false),
        ("score", ColumnType::Float, false),
        ("urgent", ColumnType::Boolean, false),
        ("note", ColumnType::Text, false),
    ];
    Stream {
        id: "ticket".parse().unwrap(),
        title: "Ticket".to_owned(),
        keeping: Keeping::Append,
        key: vec!["ticket".to_owned()],
        event_time: "opened_at".to_owned(),
        retention: None,
        columns: columns.into_iter().map(column).collect(),
    }
}

const LINES: &str = concat!(
    r#"{"ticket":"T-1","opened_at":"2026-05-12T08:30:00Z","due_on":"2026-05-13","reopened":2,"score":0.5,"urgent":true,"note":"a, \"b\"\nc"}"#,
    "\n\n",
    r#"{"opened_at":"2026-05-12T10:31:00+02:00","ticket":"T-2","urgent":null}"#,
    "\r\n",
);
const CELLS: &str = "note,ticket,opened_at,due_on,reopened,score,urgent\n\
    \"a, \"\"b\"\"\nc\",T-1,2026-05-12 08:30:00Z,2026-05-13,2,5e-1,TRUE\n\
    ,T-2,2026-05-12T08:31:00.000Z,,,,\n";

fn read(format: Format, bytes: &[u8]) -> Result<Vec<Chunk>, ImportError> {
    records(&stream(), format, None, "t", bytes).collect()
}

fn read_with(map: &str, format: Format, bytes: &[u8]) -> Result<Vec<Chunk>, ImportError> {
    records(&stream(), format, Some(&Map::parse(map).unwrap()), "t", bytes).collect()
}

fn one(chunks: Vec<Chunk>) -> Table {
    assert_eq!(chunks.len(), 1);
    chunks.into_iter().next().unwrap().table
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The refusal as a person reads it.
fn refusal(result: Result<Vec<Chunk>, ImportError>) -> String {
    result.unwrap_err().to_string()
}
