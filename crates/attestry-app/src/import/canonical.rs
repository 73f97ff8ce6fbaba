//! Digests of records that do not depend on how a file wrote them.
//!
//! A record's canonical bytes are its non-null cells in the order of their column names: name, type and value,
//! each with its length. A null adds nothing, so that a stream which gains an optional column keeps the digests
//! of its old records.

use attestry_domain::catalog::Stream;
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;
use attestry_stats::{Column, Table, Value};
use sha2::{Digest as _, Sha256};

/// A record's key and its content, each as the first 16 bytes of a SHA-256.
pub type KeyDigest = ([u8; 16], [u8; 16]);

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// SHA-256 over a stream's name and a table's records in their order. Chunks of the same records have the same
/// digest, whichever format they came in.
pub fn chunk_digest(stream: &Stream, table: &Table) -> Digest {
    digest(stream.id.as_str(), table)
}

/// For every row: the digest of its key columns and the digest of all its columns. Equal keys with equal
/// contents are a repeat; equal keys with other contents are a conflict, or a newer state.
pub fn key_digests(stream: &Stream, table: &Table) -> Vec<KeyDigest> {
    let key = Layout::of(table, |name| stream.key.iter().any(|column| column == name));
    let all = Layout::of(table, |_| true);
    let mut bytes = Vec::new();
    (0..table.len())
        .map(|row| {
            let short = |layout: &Layout<'_>, domain: &[u8], bytes: &mut Vec<u8>| {
                bytes.clear();
                bytes.extend_from_slice(domain);
                text(bytes, stream.id.as_str());
                layout.row(row, bytes);
                let digest: [u8; 32] = Sha256::digest(&*bytes).into();
                let mut short = [0; 16];
                short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
                short
            };
            let key = short(&key, b"attestry record key v1\0", &mut bytes);
            (key, short(&all, b"attestry record v1\0", &mut bytes))
        })
        .collect()
}

/// The earliest and the latest instant in the stream's event time column; a day counts as its midnight in UTC.
/// `None` when the table has no such instant.
pub fn event_times(stream: &Stream, table: &Table) -> Option<(Instant, Instant)> {
    let micros: Vec<i64> = match table.column(&stream.event_time)? {
        Column::Timestamp(cells) => cells.iter().flatten().copied().collect(),
        Column::Date(cells) => cells.iter().flatten().map(|day| i64::from(*day) * DAY_MICROS).collect(),
        _ => return None,
    };
    let (first, last) = (micros.iter().min()?, micros.iter().max()?);
    Some((Instant::from_micros(*first), Instant::from_micros(*last)))
}

/// The instant in a cell; a day counts as its midnight in UTC, everything else as none.
pub fn instant(value: &Value) -> Option<Instant> {
    match value {
        Value::Timestamp(micros) => Some(Instant::from_micros(*micros)),
        Value::Date(days) => Some(Instant::from_micros(i64::from(*days) * DAY_MICROS)),
        _ => None,
    }
}

pub(super) fn digest(stream: &str, table: &Table) -> Digest {
    let layout = Layout::of(table, |_| true);
    let mut hash = Sha256::new();
    let mut bytes = b"attestry chunk v1\0".to_vec();
    text(&mut bytes, stream);
    bytes.extend_from_slice(&(table.len() as u64).to_be_bytes());
    for row in 0..table.len() {
        layout.row(row, &mut bytes);
        bytes.push(0);
        if bytes.len() > 1 << 16 {
            hash.update(&bytes);
            bytes.clear();
        }
    }
    hash.update(&bytes);
    Digest::new(hash.finalize().into())
}

/// Columns by name, each with the bytes that announce a cell of it.
struct Layout<'a> {
    columns: Vec<(Vec<u8>, &'a Column)>,
}

impl<'a> Layout<'a> {
    fn of(table: &'a Table, wanted: impl Fn(&str) -> bool) -> Self {
        let mut named: Vec<_> = table
            .fields()
            .iter()
            .zip(table.columns())
            .filter(|(field, _)| wanted(&field.name))
            .map(|(field, column)| (field.name.as_str(), column))
            .collect();
        named.sort_by_key(|(name, _)| *name);
        let announced = |(name, column): (&str, &'a Column)| {
            let mut bytes = vec![1];
            text(&mut bytes, name);
            (bytes, column)
        };
        Self { columns: named.into_iter().map(announced).collect() }
    }

    fn row(&self, row: usize, bytes: &mut Vec<u8>) {
        for (name, column) in &self.columns {
            match column {
                Column::Text(cells) => {
                    if let Some(Some(cell)) = cells.get(row) {
                        bytes.extend_from_slice(name);
                        bytes.push(b't');
                        text(bytes, cell);
                    }
                }
                _ => scalar(name, column.value(row), bytes),
            }
        }
    }
}

fn scalar(name: &[u8], value: Value, bytes: &mut Vec<u8>) {
    let (tag, word) = match value {
        Value::Null | Value::Text(_) => return,
        Value::Integer(number) => (b'i', number.to_be_bytes()),
        Value::Float(number) => (b'f', (number + 0.0).to_bits().to_be_bytes()),
        Value::Boolean(truth) => (b'b', i64::from(truth).to_be_bytes()),
        Value::Timestamp(micros) => (b's', micros.to_be_bytes()),
        Value::Date(days) => (b'd', i64::from(days).to_be_bytes()),
    };
    bytes.extend_from_slice(name);
    bytes.push(tag);
    bytes.extend_from_slice(&word);
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}
