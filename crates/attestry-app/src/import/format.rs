//! Formats, and telling them apart by the first bytes.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// How records are written in a file. Each may be compressed with gzip, except Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values with a header (RFC 4180).
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC file (Feather version 2).
    Arrow,
    /// AWS CloudTrail: `{"Records":[…]}`, an array of events, events one after the other, or what the
    /// event history exports.
    CloudTrail,
}

/// The bytes every gzip member begins with.
pub(super) const GZIP: &[u8] = &[0x1f, 0x8b];

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ndjson, Self::Csv, Self::Parquet, Self::Arrow, Self::CloudTrail];

    /// Its name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::CloudTrail => "cloudtrail",
        }
    }

    /// The format that a file's first bytes show, else what its name says; `None` when neither tells. A few
    /// kilobytes are enough; they may be compressed.
    pub fn sniff(name: &str, head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PAR1") {
            return Some(Self::Parquet);
        }
        if head.starts_with(b"ARROW1") {
            return Some(Self::Arrow);
        }
        let inflated = inflated(head.to_vec());
        let text = String::from_utf8_lossy(&inflated);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with(['{', '[']) {
            return Some(if is_cloudtrail(text) { Self::CloudTrail } else { Self::Ndjson });
        }
        by_name(name)
            .or_else(|| text.lines().next().is_some_and(|line| line.contains(',')).then_some(Self::Csv))
    }
}

/// The head of a file, decompressed as far as it goes when it is gzip.
pub fn inflated(head: Vec<u8>) -> Vec<u8> {
    if !head.starts_with(GZIP) {
        return head;
    }
    let mut decoder = MultiGzDecoder::new(head.as_slice()).take(1 << 16);
    let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = decoder.read(&mut buffer) {
        text.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
    text
}

fn is_cloudtrail(text: &str) -> bool {
    let has = |key: &str| text.contains(key);
    let envelope = text.trim_start_matches(['{', '[']).trim_start();
    envelope.starts_with("\"Records\"")
        || has("\"CloudTrailEvent\"")
        || (has("\"eventID\"") && has("\"eventSource\"") && has("\"eventName\""))
        || (has("\"eventVersion\"") && has("\"userIdentity\""))
}

fn by_name(name: &str) -> Option<Format> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let (_, extension) = name.rsplit_once('.')?;
    match extension {
        "ndjson" | "jsonl" | "json" => Some(Format::Ndjson),
        "csv" => Some(Format::Csv),
        "parquet" => Some(Format::Parquet),
        "arrow" | "feather" => Some(Format::Arrow),
        _ => None,
    }
}
