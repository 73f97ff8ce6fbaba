//! Sigstore bundles, versions 0.1 to 0.3, as the JSON form of their protocol buffers has them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

use super::super::in_toto::Envelope;
use super::super::{at, text};
use super::certificate::Certificate;

const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle";
/// Most entries, time stamps, certificates or proof hashes that are looked at.
const MOST: usize = 128;

/// A bundle, read but not judged.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bundle {
    /// Whether its version demands a proof that the log holds the entry.
    pub(super) proof_demanded: bool,
    /// The signer's certificate first; empty where a bare key signed.
    pub(super) certificates: Vec<Certificate>,
    /// What the signer says of a bare key.
    pub(super) hint: Option<String>,
    pub(super) entries: Vec<Entry>,
    /// Answers of time-stamp authorities in DER.
    pub(super) stamps: Vec<Vec<u8>>,
    pub(super) content: Content,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// A file that lies elsewhere, by the hash of its bytes.
    File {
        algorithm: String,
        hash: Vec<u8>,
        signature: Vec<u8>,
    },
    Envelope(Envelope),
}

/// An entry of a signature log.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) log_id: Vec<u8>,
    pub(super) log_index: u64,
    /// Kind and version, such as `dsse` and `0.0.1`.
    pub(super) kind: (String, String),
    /// Seconds of the epoch; logs of the second version state none.
    pub(super) integrated: Option<i64>,
    pub(super) promise: Option<Vec<u8>>,
    pub(super) proof: Option<Proof>,
    pub(super) body: Vec<u8>,
}

/// The way from an entry to a signed root.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proof {
    pub(super) index: u64,
    pub(super) size: u64,
    pub(super) root: Vec<u8>,
    pub(super) hashes: Vec<Vec<u8>>,
    pub(super) checkpoint: Option<String>,
}

/// Whether the item looks like a bundle.
pub(super) fn recognises(item: &Value) -> bool {
    let media = text(item, &["mediaType"]).is_some_and(|media| media.starts_with(MEDIA_TYPE));
    media && item.get("verificationMaterial").is_some()
}

impl Bundle {
    /// Reads a bundle; the error is a rule to be read after "item 3: ".
    pub(super) fn read(item: &Value) -> Result<Self, String> {
        let version = version(text(item, &["mediaType"]).unwrap_or_default())?;
        let material = item.get("verificationMaterial").ok_or("has no `verificationMaterial`")?;
        let (certificates, hint) = signer(material)?;
        Ok(Self {
            proof_demanded: version != "0.1",
            certificates,
            hint,
            entries: list(material, &["tlogEntries"])?
                .iter()
                .map(|entry| {
                    Entry::read(entry).ok_or("has a `tlogEntries` entry that is malformed".to_owned())
                })
                .collect::<Result<_, _>>()?,
            stamps: list(material, &["timestampVerificationData", "rfc3161Timestamps"])?
                .iter()
                .map(|stamp| text(stamp, &["signedTimestamp"]).and_then(base64))
                .collect::<Option<_>>()
                .ok_or("has a `signedTimestamp` that is not base64")?,
            content: content(item)?,
        })
    }
}

fn version(media: &str) -> Result<&str, String> {
    let rest = media.strip_prefix(MEDIA_TYPE).unwrap_or_default();
    let version = rest.strip_prefix("+json;version=");
    let version = version.or_else(|| rest.strip_prefix(".v").and_then(|rest| rest.strip_suffix("+json")));
    match version {
        Some(known @ ("0.1" | "0.2" | "0.3")) => Ok(known),
        _ => Err(format!(
            "is a bundle of the unknown type `{}`: versions 0.1, 0.2 and 0.3 are read",
            cut(media)
        )),
    }
}

fn signer(material: &Value) -> Result<(Vec<Certificate>, Option<String>), String> {
    let chain = list(material, &["x509CertificateChain", "certificates"])?;
    let certificates: Vec<Certificate> = material
        .get("certificate")
        .into_iter()
        .chain(chain)
        .map(|each| Certificate::from_der(&base64(text(each, &["rawBytes"])?)?))
        .collect::<Option<_>>()
        .ok_or("has a certificate that is not X.509 in base64")?;
    let hint = material.get("publicKey").map(|key| text(key, &["hint"]).unwrap_or_default().to_owned());
    if certificates.is_empty() && hint.is_none() {
        return Err("names neither a certificate nor a key of its signer".to_owned());
    }
    Ok((certificates, hint))
}

fn content(item: &Value) -> Result<Content, String> {
    if let Some(envelope) = item.get("dsseEnvelope") {
        let envelope = Envelope::read(envelope)?;
        return match envelope.signatures.len() {
            0 | 1 => Ok(Content::Envelope(envelope)),
            many => Err(format!("has {many} signatures in its envelope, where a bundle has one")),
        };
    }
    let message = item.get("messageSignature").ok_or("has neither `dsseEnvelope` nor `messageSignature`")?;
    let bytes = |path: &[&str]| text(message, path).and_then(base64);
    let signature = bytes(&["signature"]).ok_or("has a `messageSignature` without signature")?;
    let algorithm = text(message, &["messageDigest", "algorithm"]).unwrap_or_default().to_owned();
    Ok(Content::File { algorithm, hash: bytes(&["messageDigest", "digest"]).unwrap_or_default(), signature })
}

impl Entry {
    fn read(value: &Value) -> Option<Self> {
        let kind = |name| Some(text(value, &["kindVersion", name])?.to_owned());
        let proof = match at(value, &["inclusionProof"]) {
            Some(proof) => Some(Proof::read(proof)?),
            None => None,
        };
        Some(Self {
            log_id: base64(text(value, &["logId", "keyId"])?)?,
            log_index: number(value.get("logIndex")).unwrap_or(0),
            kind: (kind("kind")?, kind("version")?),
            integrated: number(value.get("integratedTime"))
                .and_then(|time| i64::try_from(time).ok())
                .filter(|t| *t > 0),
            promise: match text(value, &["inclusionPromise", "signedEntryTimestamp"]) {
                Some(promise) => Some(base64(promise)?),
                None => None,
            },
            proof,
            body: base64(text(value, &["canonicalizedBody"])?)?,
        })
    }
}

impl Proof {
    fn read(value: &Value) -> Option<Self> {
        let hashes = value.get("hashes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if hashes.len() > MOST {
            return None;
        }
        Some(Self {
            index: number(value.get("logIndex")).unwrap_or(0),
            size: number(value.get("treeSize"))?,
            root: base64(text(value, &["rootHash"])?)?,
            hashes: hashes.iter().map(|hash| base64(hash.as_str()?)).collect::<Option<_>>()?,
            checkpoint: text(value, &["checkpoint", "envelope"]).map(str::to_owned),
        })
    }
}

/// A list that may be absent.
fn list<'v>(value: &'v Value, path: &[&str]) -> Result<&'v [Value], String> {
    let list = at(value, path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if list.len() > MOST {
        return Err(format!("has more than {MOST} entries in `{}`", path.join(".")));
    }
    Ok(list)
}

/// A whole number, which this form of JSON writes as text.
fn number(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Bytes in base64, of either alphabet.
pub(in super::super) fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

/// An instant of RFC 3339 in seconds of the epoch.
pub(super) fn instant(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(|time| time.as_second())
}

/// At most 80 characters of something foreign.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
