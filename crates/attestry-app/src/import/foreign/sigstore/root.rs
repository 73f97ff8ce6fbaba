//! Keys and authorities that whoever checks has decided to trust.

use serde_json::{Deserializer, Value};

use super::super::{at, text};
use super::bundle::{base64, instant};
use super::certificate::Certificate;
use super::key::PublicKey;

/// What a checker trusts: keys of signers, and roots that vouch for certificates, logs and time stamps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Keys of signers who use no certificate.
    pub keys: Vec<PublicKey>,
    /// Roots, each as one `trusted_root.json` names them.
    pub roots: Vec<TrustedRoot>,
}

/// Authorities and logs that belong together, as a `trusted_root.json` of Sigstore names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedRoot {
    pub(super) authorities: Vec<Authority>,
    pub(super) stamps: Vec<Authority>,
    pub(super) logs: Vec<Log>,
    pub(super) certificate_logs: Vec<Log>,
}

/// Why a trusted root cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// The text is not JSON.
    #[error("the trusted root is not JSON ({0}): give the `trusted_root.json` that the authority publishes")]
    Json(String),
    /// The document is something else.
    #[error(
        "the document names no certificate authority, time-stamp authority or log: give a `trusted_root.json`"
    )]
    Empty,
    /// A key or certificate in it cannot be read.
    #[error("the trusted root's `{member}`, entry {number}, is malformed: {reason}")]
    Entry {
        /// The list it is in.
        member: &'static str,
        /// Its number, from 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
}

/// From when to when something counts, both ends included, in seconds of the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: i64,
    end: Option<i64>,
}

impl Span {
    fn read(owner: &Value) -> Result<Self, String> {
        let end = text(owner, &["validFor", "end"]);
        let start = text(owner, &["validFor", "start"]).and_then(instant);
        let (start, until) = (start.ok_or("it does not say from when it counts")?, end.and_then(instant));
        if end.is_some() != until.is_some() {
            return Err("it says malformed until when it counts".to_owned());
        }
        Ok(Self { start, end: until })
    }

    pub(super) fn covers(self, time: i64) -> bool {
        self.start <= time && self.end.is_none_or(|end| time <= end)
    }
}

/// A log and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) id: Vec<u8>,
    pub(super) key: PublicKey,
    pub(super) span: Span,
}

/// An authority: its certificates from the issuing one to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) chain: Vec<Certificate>,
    pub(super) span: Span,
}

impl TrustedRoot {
    /// Reads one trusted root, or several one after the other.
    ///
    /// # Errors
    /// [`RootError`] if a document is malformed or names nothing.
    pub fn parse(bytes: &[u8]) -> Result<Vec<Self>, RootError> {
        let documents: Vec<Value> = Deserializer::from_slice(bytes)
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|error| RootError::Json(error.to_string()))?;
        let roots: Vec<Self> = documents.iter().map(Self::read).collect::<Result<_, _>>()?;
        let empty = |root: &Self| *root == Self::default();
        if roots.is_empty() || roots.iter().any(empty) { Err(RootError::Empty) } else { Ok(roots) }
    }

    fn read(document: &Value) -> Result<Self, RootError> {
        Ok(Self {
            authorities: entries(document, "certificateAuthorities", authority)?,
            stamps: entries(document, "timestampAuthorities", authority)?,
            logs: logs(document, "tlogs")?,
            certificate_logs: logs(document, "ctlogs")?,
        })
    }
}

fn entries<T>(
    document: &Value,
    member: &'static str,
    read: impl Fn(&Value) -> Result<T, String>,
) -> Result<Vec<T>, RootError> {
    let list = document.get(member).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let entry = |(at, value): (usize, &Value)| {
        read(value).map_err(|reason| RootError::Entry { member, number: at + 1, reason })
    };
    list.iter().enumerate().map(entry).collect()
}

fn authority(value: &Value) -> Result<Authority, String> {
    let list = at(value, &["certChain", "certificates"]).and_then(Value::as_array);
    let chain: Option<Vec<Certificate>> = list
        .into_iter()
        .flatten()
        .map(|each| Certificate::from_der(&base64(text(each, &["rawBytes"])?)?))
        .collect();
    match chain {
        Some(chain) if !chain.is_empty() => Ok(Authority { chain, span: Span::read(value)? }),
        _ => Err("it has no chain of X.509 certificates".to_owned()),
    }
}

/// Logs whose key is of a kind that can be checked; the others cannot vouch for anything here.
fn logs(document: &Value, member: &'static str) -> Result<Vec<Log>, RootError> {
    let found = entries(document, member, |value| {
        let bytes = text(value, &["publicKey", "rawBytes"]).and_then(base64);
        let id = text(value, &["logId", "keyId"]).and_then(base64);
        let (Some(bytes), Some(id)) = (bytes, id) else {
            return Err("it has no key or no identifier".to_owned());
        };
        let span = Span::read(value.get("publicKey").unwrap_or(&Value::Null))?;
        Ok(PublicKey::from_spki_or_pkcs1(&bytes).ok().map(|key| Log { id, key, span }))
    })?;
    Ok(found.into_iter().flatten().collect())
}
