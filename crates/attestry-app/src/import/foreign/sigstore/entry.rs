//! Whether an entry of a signature log is about the signature at hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::{at, text};
use super::bundle::{Entry, base64};
use super::key::pem;

/// The signature at hand, as an entry can state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    /// The hash of what was signed: of a file, or of an envelope with its length and type.
    pub(super) signed_hash: Vec<u8>,
    /// The SHA-256 of the payload, where an envelope was signed.
    pub(super) payload_hash: Option<Vec<u8>>,
    pub(super) signatures: Vec<Vec<u8>>,
    /// The certificate or, without one, the `SubjectPublicKeyInfo`, in DER.
    pub(super) signer: Option<Vec<u8>>,
}

/// What an entry says.
struct Stated {
    hash: Vec<u8>,
    /// The hash is of the payload alone.
    of_payload: bool,
    /// Absent where this kind of entry does not state them.
    signatures: Option<Vec<Vec<u8>>>,
    signers: Vec<Vec<u8>>,
}

/// What came of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Compared {
    Same,
    /// It is about something else; what, in words.
    Other(&'static str),
    /// A kind of entry that is not known.
    UnknownKind,
}

/// Compares what an entry says with the signature at hand.
pub(super) fn compare(entry: &Entry, expected: &Expected) -> Compared {
    let Ok(body) = serde_json::from_slice::<Value>(&entry.body) else {
        return Compared::Other("its body is not JSON");
    };
    let (kind, version) = (entry.kind.0.as_str(), entry.kind.1.as_str());
    if text(&body, &["kind"]) != Some(kind) || text(&body, &["apiVersion"]) != Some(version) {
        return Compared::Other("its body is of another kind than the bundle says");
    }
    let stated = match (kind, version) {
        ("hashedrekord", "0.0.1") => file_1(&body),
        ("hashedrekord", "0.0.2") => file_2(&body),
        ("dsse", "0.0.1") => envelope_1(&body),
        ("dsse", "0.0.2") => envelope_2(&body),
        ("intoto", "0.0.1" | "0.0.2") => statement(&body),
        _ => return Compared::UnknownKind,
    };
    match stated {
        Some(stated) => same(&stated, expected),
        None => Compared::Other("its body lacks what this kind of entry states"),
    }
}

fn same(stated: &Stated, expected: &Expected) -> Compared {
    let hash = if stated.of_payload { expected.payload_hash.as_ref() } else { Some(&expected.signed_hash) };
    if hash != Some(&stated.hash) {
        return Compared::Other("it is about other contents");
    }
    let known = |signature: &Vec<u8>| expected.signatures.contains(signature);
    if stated.signatures.as_ref().is_some_and(|list| list.is_empty() || !list.iter().all(known)) {
        return Compared::Other("it is about another signature");
    }
    match &expected.signer {
        Some(signer) if !stated.signers.contains(signer) => {
            Compared::Other("it is about another certificate or key")
        }
        _ => Compared::Same,
    }
}

fn file_1(body: &Value) -> Option<Stated> {
    let spec = body.get("spec")?;
    Some(Stated {
        hash: hex::decode(text(spec, &["data", "hash", "value"])?).ok()?,
        of_payload: false,
        signatures: Some(vec![base64(text(spec, &["signature", "content"])?)?]),
        signers: vec![signer(text(spec, &["signature", "publicKey", "content"])?)?],
    })
}

fn file_2(body: &Value) -> Option<Stated> {
    let spec = at(body, &["spec", "hashedRekordV002"])?;
    Some(Stated {
        hash: base64(text(spec, &["data", "digest"])?)?,
        of_payload: false,
        signatures: Some(vec![base64(text(spec, &["signature", "content"])?)?]),
        signers: vec![verifier(spec.get("signature")?)?],
    })
}

fn envelope_1(body: &Value) -> Option<Stated> {
    let spec = body.get("spec")?;
    let signatures = spec.get("signatures")?.as_array()?;
    let each = |member, read: fn(&str) -> Option<Vec<u8>>| {
        signatures.iter().map(|one| read(text(one, &[member])?)).collect::<Option<Vec<_>>>()
    };
    Some(Stated {
        hash: hex::decode(text(spec, &["payloadHash", "value"])?).ok()?,
        of_payload: true,
        signatures: Some(each("signature", base64)?),
        signers: each("verifier", signer)?,
    })
}

fn envelope_2(body: &Value) -> Option<Stated> {
    let spec = at(body, &["spec", "dsseV002"])?;
    let signatures = spec.get("signatures")?.as_array()?;
    Some(Stated {
        hash: base64(text(spec, &["payloadHash", "digest"])?)?,
        of_payload: true,
        signatures: Some(
            signatures.iter().map(|one| base64(text(one, &["content"])?)).collect::<Option<_>>()?,
        ),
        signers: signatures.iter().map(verifier).collect::<Option<_>>()?,
    })
}

/// Entries of kind `intoto`: the first version states the key apart and no signature, the second both with each
/// signature, which it encodes twice.
fn statement(body: &Value) -> Option<Stated> {
    let spec = body.get("spec")?;
    let hash = hex::decode(text(spec, &["content", "payloadHash", "value"])?).ok()?;
    let signatures = at(spec, &["content", "envelope", "signatures"]).and_then(Value::as_array);
    let Some(signatures) = signatures else {
        let signers = vec![signer(text(spec, &["publicKey"])?)?];
        return Some(Stated { hash, of_payload: true, signatures: None, signers });
    };
    let twice = |one: &Value| {
        let once = base64(text(one, &["sig"])?)?;
        base64(std::str::from_utf8(&once).ok()?)
    };
    Some(Stated {
        hash,
        of_payload: true,
        signatures: Some(signatures.iter().map(twice).collect::<Option<_>>()?),
        signers: signatures.iter().map(|one| signer(text(one, &["publicKey"])?)).collect::<Option<_>>()?,
    })
}

/// A certificate or key in PEM in base64.
fn signer(encoded: &str) -> Option<Vec<u8>> {
    let text = base64(encoded)?;
    pem(&text, "CERTIFICATE").or_else(|| pem(&text, "PUBLIC KEY"))
}

/// A certificate or key as entries of the second version hold it.
fn verifier(signature: &Value) -> Option<Vec<u8>> {
    let certificate = text(signature, &["verifier", "x509Certificate", "rawBytes"]);
    base64(certificate.or_else(|| text(signature, &["verifier", "publicKey", "rawBytes"]))?)
}

/// What the log signs to promise that it will add the entry: the entry in canonical JSON.
pub(super) fn promise_text(entry: &Entry) -> Option<String> {
    let (body, id) = (STANDARD.encode(&entry.body), hex::encode(&entry.log_id));
    let (time, index) = (entry.integrated?, entry.log_index);
    Some(format!(r#"{{"body":"{body}","integratedTime":{time},"logID":"{id}","logIndex":{index}}}"#))
}
