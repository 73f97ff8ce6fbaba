//! The public keys that CloudTrail signs digests with, one region's apart from another's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

/// The algorithm of an RSA key in a `SubjectPublicKeyInfo`.
const RSA: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A key of CloudTrail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailKey {
    /// The name by which digests refer to it, in hexadecimal.
    pub fingerprint: String,
    /// From when it signs, if said.
    pub from: Option<Timestamp>,
    /// Until when it signs, if said.
    pub until: Option<Timestamp>,
    /// The RSA key in DER, PKCS #1.
    der: Vec<u8>,
}

/// Why keys cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The text is something else.
    #[error(
        "it is no list of keys: give what `aws cloudtrail list-public-keys` prints, for the region and time at hand"
    )]
    Shape,
    /// A key in it is malformed.
    #[error("key {number} has no fingerprint, or its value is not base64")]
    Key {
        /// Its number, from 1.
        number: usize,
    },
}

impl TrailKey {
    /// A key from its DER, in PKCS #1 or as a `SubjectPublicKeyInfo`.
    pub fn new(fingerprint: &str, der: &[u8]) -> Self {
        let der = bare(der).unwrap_or(der).to_vec();
        Self { fingerprint: fingerprint.to_lowercase(), from: None, until: None, der }
    }

    /// Whether it signs at this instant; a day is left on both sides, for digests that come late.
    pub(super) fn signs_at(&self, time: Timestamp) -> bool {
        let day = jiff::SignedDuration::from_hours(24);
        self.from.is_none_or(|from| from <= time.saturating_add(day).unwrap_or(time))
            && self.until.is_none_or(|until| time.saturating_sub(day).unwrap_or(time) <= until)
    }

    /// Checks an RSA signature (PKCS #1 v1.5 with SHA-256).
    pub(super) fn verify(&self, text: &str, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.der)
            .verify(text.as_bytes(), signature)
            .is_ok()
    }
}

/// The bit string of a `SubjectPublicKeyInfo` of an RSA key.
fn bare(der: &[u8]) -> Option<&[u8]> {
    let at = der.windows(RSA.len()).take(8).position(|window| window == RSA)?;
    let bits = der.get(at + RSA.len()..)?;
    match bits {
        [0x03, 0x82, _, _, 0, key @ ..] | [0x03, 0x81, _, 0, key @ ..] => Some(key),
        _ => None,
    }
}

/// Reads what `aws cloudtrail list-public-keys` prints.
///
/// # Errors
/// [`KeysError`] if it is something else.
pub fn trail_keys(json: &[u8]) -> Result<Vec<TrailKey>, KeysError> {
    let document: Value = serde_json::from_slice(json).map_err(|_| KeysError::Shape)?;
    let list = document.get("PublicKeyList").or_else(|| document.get("publicKeyList"));
    let list = list.and_then(Value::as_array).ok_or(KeysError::Shape)?;
    let key = |value: &Value| {
        let member = |name| value.get(name).and_then(Value::as_str);
        let der = STANDARD.decode(member("Value")?).ok()?;
        let time = |name| value.get(name).and_then(instant);
        let key = TrailKey::new(member("Fingerprint")?, &der);
        Some(TrailKey { from: time("ValidityStartTime"), until: time("ValidityEndTime"), ..key })
    };
    let each = |(at, value)| key(value).ok_or(KeysError::Key { number: at + 1 });
    list.iter().enumerate().map(each).collect()
}

/// RFC 3339, or seconds of the epoch as a number or text.
fn instant(value: &Value) -> Option<Timestamp> {
    if let Some(time) = value.as_str().and_then(|text| text.parse().ok()) {
        return Some(time);
    }
    let seconds = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    let milliseconds = (seconds * 1000.0).round();
    if milliseconds.abs() < 1e15 { Timestamp::from_millisecond(milliseconds as i64).ok() } else { None }
}
