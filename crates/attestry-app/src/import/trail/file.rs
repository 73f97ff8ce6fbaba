//! Digest files and log files, read but not judged.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::place::{Place, PlaceKind, place};

/// Most bytes of a digest file, unpacked.
const MOST_BYTES: u64 = 64 << 20;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a file is no digest file.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// It cannot be unpacked.
    #[error("it cannot be unpacked: {0}")]
    Gzip(io::Error),
    /// It is larger than a digest file can be.
    #[error("it has more than {MOST_BYTES} bytes, which no digest file has")]
    TooLarge,
    /// It is no JSON document of this form.
    #[error("it is no digest file of CloudTrail: {0}")]
    Json(serde_json::Error),
    /// A member holds something that it cannot.
    #[error("its `{0}` is malformed")]
    Member(&'static str),
}

/// A digest file: what was delivered in an hour, and which digest came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The path it was found at, as given.
    pub path: String,
    /// Where it says it belongs.
    pub place: Place,
    /// The bucket it says it belongs in.
    pub bucket: String,
    /// Start of the hour it covers, by delivery.
    pub start: Timestamp,
    /// End of the hour it covers, by delivery.
    pub end: Timestamp,
    /// Oldest and newest event in the files it names; `None` if it names none.
    pub events: Option<(Timestamp, Timestamp)>,
    /// Which key signed it.
    pub fingerprint: String,
    /// The digest before it; `None` where a chain starts.
    pub previous: Option<Previous>,
    /// The log files it names.
    pub logs: Vec<Named>,
    /// SHA-256 of its unpacked bytes.
    pub hash: [u8; 32],
    /// Its signature from the metadata of the object in S3 (`x-amz-meta-signature`), where that was kept.
    pub signature: Option<Vec<u8>>,
    /// How it says it is signed.
    pub(super) algorithm: String,
    /// `digestEndTime`, `digestS3Object` and `previousDigestSignature` as written, which the signature is over.
    pub(super) written: [String; 3],
}

/// What a digest says of the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// Its path from `AWSLogs` on.
    pub tail: String,
    /// The bucket it is in.
    pub bucket: String,
    /// SHA-256 of its unpacked bytes.
    pub hash: Option<[u8; 32]>,
    /// Its signature.
    pub signature: Vec<u8>,
}

/// What a digest says of a log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its path from `AWSLogs` on.
    pub tail: String,
    /// SHA-256 of its unpacked bytes; `None` where another hash is named.
    pub hash: Option<[u8; 32]>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    digest_start_time: String,
    digest_end_time: String,
    digest_s3_bucket: String,
    digest_s3_object: String,
    digest_public_key_fingerprint: String,
    #[serde(default)]
    digest_signature_algorithm: String,
    newest_event_time: Option<String>,
    oldest_event_time: Option<String>,
    previous_digest_s3_bucket: Option<String>,
    previous_digest_s3_object: Option<String>,
    previous_digest_hash_value: Option<String>,
    previous_digest_signature: Option<String>,
    log_files: Option<Vec<LogEntry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogEntry {
    s3_object: String,
    hash_value: String,
    #[serde(default)]
    hash_algorithm: String,
}

impl Digest {
    /// Reads a digest file, packed or not. `path` is where it was found; `signature` is the hexadecimal text from the
    /// metadata of its object in S3, where that was kept.
    ///
    /// # Errors
    /// [`DigestError`] if it is no digest file.
    pub fn parse(path: &str, bytes: &[u8], signature: Option<&str>) -> Result<Self, DigestError> {
        let bytes = unpacked(bytes)?;
        let document: Document = serde_json::from_slice(&bytes).map_err(DigestError::Json)?;
        let signature = match signature.map(str::trim) {
            Some(text) => Some(hex::decode(text).map_err(|_| DigestError::Member("signature"))?),
            None => None,
        };
        let digest =
            place(&document.digest_s3_object).filter(|place| matches!(place.kind, PlaceKind::Digest { .. }));
        Ok(Self {
            path: path.to_owned(),
            place: digest.ok_or(DigestError::Member("digestS3Object"))?,
            start: instant(&document.digest_start_time, "digestStartTime")?,
            end: instant(&document.digest_end_time, "digestEndTime")?,
            events: events(&document)?,
            previous: previous(&document)?,
            logs: document.log_files.as_deref().unwrap_or_default().iter().map(Named::read).collect(),
            hash: Sha256::digest(&bytes).into(),
            signature,
            bucket: document.digest_s3_bucket,
            fingerprint: document.digest_public_key_fingerprint,
            algorithm: document.digest_signature_algorithm,
            written: [
                document.digest_end_time,
                document.digest_s3_object,
                document.previous_digest_signature.unwrap_or_else(|| "null".to_owned()),
            ],
        })
    }

    /// What the signature is over: end, path in S3, hash, and the signature before it.
    pub fn signed_text(&self) -> String {
        let [end, object, before] = &self.written;
        format!("{end}\n{}/{object}\n{}\n{before}", self.bucket, hex::encode(self.hash))
    }
}

impl Named {
    fn read(entry: &LogEntry) -> Self {
        let known = matches!(entry.hash_algorithm.as_str(), "" | "SHA-256");
        Self { tail: tail(&entry.s3_object), hash: hash(&entry.hash_value).filter(|_| known) }
    }
}

fn previous(document: &Document) -> Result<Option<Previous>, DigestError> {
    let (Some(object), Some(signature)) =
        (&document.previous_digest_s3_object, &document.previous_digest_signature)
    else {
        return Ok(None);
    };
    Ok(Some(Previous {
        tail: tail(object),
        bucket: document.previous_digest_s3_bucket.clone().unwrap_or_default(),
        hash: document.previous_digest_hash_value.as_deref().and_then(hash),
        signature: hex::decode(signature).map_err(|_| DigestError::Member("previousDigestSignature"))?,
    }))
}

fn events(document: &Document) -> Result<Option<(Timestamp, Timestamp)>, DigestError> {
    let (Some(oldest), Some(newest)) = (&document.oldest_event_time, &document.newest_event_time) else {
        return Ok(None);
    };
    Ok(Some((instant(oldest, "oldestEventTime")?, instant(newest, "newestEventTime")?)))
}

/// The path from `AWSLogs` on, or all of it.
pub(super) fn tail(path: &str) -> String {
    place(path).map_or_else(|| path.to_owned(), |place| place.tail)
}

fn instant(text: &str, member: &'static str) -> Result<Timestamp, DigestError> {
    text.parse().map_err(|_| DigestError::Member(member))
}

fn hash(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, DigestError> {
    let mut unpacked = Vec::new();
    if bytes.starts_with(&GZIP) {
        MultiGzDecoder::new(bytes)
            .take(MOST_BYTES + 1)
            .read_to_end(&mut unpacked)
            .map_err(DigestError::Gzip)?;
    } else {
        unpacked = bytes.to_vec();
    }
    let fits = u64::try_from(unpacked.len()).is_ok_and(|length| length <= MOST_BYTES);
    if fits { Ok(unpacked) } else { Err(DigestError::TooLarge) }
}

/// SHA-256 of a log file's unpacked bytes, as digests state it.
///
/// # Errors
/// If it cannot be read or unpacked.
pub fn log_hash(file: impl Read) -> io::Result<[u8; 32]> {
    let mut file = BufReader::new(file);
    if file.fill_buf()?.starts_with(&GZIP) { hash_of(MultiGzDecoder::new(file)) } else { hash_of(file) }
}

fn hash_of(mut bytes: impl Read) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match bytes.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            length => hasher.update(buffer.get(..length).unwrap_or_default()),
        }
    }
}
