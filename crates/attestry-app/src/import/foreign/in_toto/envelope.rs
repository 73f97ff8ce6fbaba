//! DSSE envelopes: a payload, its type and signatures over both.

use serde_json::Value;

use super::super::sigstore::base64;
use super::super::text;

/// Most signatures that are looked at.
const MOST: usize = 16;

/// An envelope, its signatures not yet judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Envelope {
    pub(in super::super) payload_type: String,
    pub(in super::super) payload: Vec<u8>,
    pub(in super::super) signatures: Vec<Signature>,
}

/// A signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Signature {
    /// What the signer says of the key; empty where nothing.
    pub(in super::super) key_id: String,
    pub(in super::super) signature: Vec<u8>,
    /// The signer's certificate in PEM, where the envelope carries it.
    pub(in super::super) certificate: Option<String>,
}

/// Whether the item looks like an envelope.
pub(super) fn recognises(item: &Value) -> bool {
    let has = |member| text(item, &[member]).is_some();
    has("payloadType") && has("payload") && item.get("signatures").is_some_and(Value::is_array)
}

impl Envelope {
    /// Reads an envelope; the error is a rule to be read after "item 3: ".
    pub(in super::super) fn read(item: &Value) -> Result<Self, String> {
        let payload_type = text(item, &["payloadType"]).ok_or("has no `payloadType`")?.to_owned();
        let payload = text(item, &["payload"]).and_then(base64).ok_or("has no `payload` in base64")?;
        let list = item.get("signatures").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if list.len() > MOST {
            return Err(format!("has more than {MOST} signatures"));
        }
        let signatures = list.iter().map(Signature::read).collect::<Option<_>>();
        let signatures = signatures.ok_or("has a signature whose `sig` is not base64")?;
        Ok(Self { payload_type, payload, signatures })
    }

    /// What the signatures are over: payload and type with their lengths in bytes.
    pub(in super::super) fn signed_bytes(&self) -> Vec<u8> {
        let (kind, payload) = (&self.payload_type, &self.payload);
        let mut bytes = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
        bytes.extend_from_slice(payload);
        bytes
    }
}

impl Signature {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            key_id: text(value, &["keyid"]).unwrap_or_default().to_owned(),
            signature: base64(text(value, &["sig"])?)?,
            certificate: text(value, &["cert"]).map(str::to_owned),
        })
    }
}
