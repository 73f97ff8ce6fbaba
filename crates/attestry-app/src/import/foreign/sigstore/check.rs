//! The order of the checks of a bundle or a signed envelope, and what they come to.

mod certified;
mod time;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use self::certified::certified;
use self::time::{logged, time_stamp};
use super::super::in_toto::Envelope;
use super::super::text;
use super::bundle::{Bundle, Content};
use super::entry::Expected;
use super::facts::{Facts, Outcome, Subject};
use super::key::{Hash, PublicKey, Verdict};
use super::root::Trust;

/// What a signature is over.
enum Over<'s> {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A file whose bytes are not at hand, by its hash.
    Hash(&'s [u8]),
}

/// Checks a bundle. `file` is the signed file, where it is at hand.
pub(super) fn bundle(bundle: &Bundle, trust: &Trust, file: Option<&[u8]>) -> Facts {
    let mut facts = Facts::new();
    let (over, signatures, payload_hash) = match &bundle.content {
        Content::File { algorithm, hash, signature } => {
            if let Some(file) = file {
                facts.judge(
                    Subject::File,
                    same_file(algorithm, hash, file),
                    "it is not the file that was signed",
                );
            }
            let over = file.map_or(Over::Hash(hash), |file| Over::Bytes(file.to_vec()));
            (over, vec![signature.clone()], None)
        }
        Content::Envelope(envelope) => {
            if let Some(file) = file {
                facts.judge(
                    Subject::File,
                    is_artifact(file, envelope),
                    "the statement is about other artifacts",
                );
            }
            let signatures = envelope.signatures.iter().map(|one| one.signature.clone()).collect();
            let payload_hash = Sha256::digest(&envelope.payload).to_vec();
            (Over::Bytes(envelope.signed_bytes()), signatures, Some(payload_hash))
        }
    };
    let Some(signature) = signatures.first().cloned() else {
        return Facts::unsigned();
    };
    let key = signed(&over, &signature, bundle, trust, &mut facts);
    let signer = match bundle.certificates.first() {
        Some(leaf) => Some(leaf.der.clone()),
        None => key.map(|key| key.spki().to_vec()),
    };
    let signed_hash = match &over {
        Over::Bytes(bytes) => Sha256::digest(bytes).to_vec(),
        Over::Hash(hash) => hash.to_vec(),
    };
    let expected = Expected { signed_hash, payload_hash, signatures, signer };
    for answer in &bundle.stamps {
        time_stamp(answer, &signature, trust, &mut facts);
    }
    let mut in_log = false;
    for entry in &bundle.entries {
        in_log |= logged(entry, bundle.proof_demanded, &expected, trust, &mut facts);
    }
    facts.signed_at.sort_unstable();
    facts.outcome = match bundle.certificates.split_first() {
        Some((leaf, extra)) => {
            let trusted = certified(leaf, extra, in_log, trust, &mut facts);
            outcome(&facts, trusted)
        }
        // A bare key is trusted because it was given.
        None => outcome(&facts, true),
    };
    facts
}

fn outcome(facts: &Facts, trusted: bool) -> Outcome {
    match (facts.broken(), facts.holds(Subject::Signature), trusted) {
        (true, ..) => Outcome::Invalid,
        (false, false, _) => Outcome::NotChecked,
        (false, true, false) => Outcome::Untrusted,
        (false, true, true) => Outcome::Verified,
    }
}

fn same_file(algorithm: &str, hash: &[u8], file: &[u8]) -> bool {
    let known = match algorithm {
        "SHA2_256" => Hash::Sha256,
        "SHA2_384" => Hash::Sha384,
        "SHA2_512" => Hash::Sha512,
        // Without a hash of its own the signature itself is over the file.
        _ => return hash.is_empty(),
    };
    known.of(file) == hash
}

/// Whether a file is one of the artifacts that the statement in an envelope is about.
fn is_artifact(file: &[u8], envelope: &Envelope) -> bool {
    let statement: Value = serde_json::from_slice(&envelope.payload).unwrap_or_default();
    let hashes = [("sha256", Hash::Sha256), ("sha384", Hash::Sha384), ("sha512", Hash::Sha512)];
    let hashes = hashes.map(|(name, hash)| (name, hex::encode(hash.of(file))));
    let subjects = statement.get("subject").and_then(Value::as_array);
    let same = |subject: &Value| {
        let mut stated = hashes
            .iter()
            .filter_map(|(name, hash)| Some((text(subject, &["digest", name])?, hash)))
            .peekable();
        stated.peek().is_some() && stated.all(|(stated, hash)| stated.eq_ignore_ascii_case(hash))
    };
    subjects.is_some_and(|subjects| subjects.iter().any(same))
}

/// Checks the signature itself; gives the key it holds for.
fn signed(
    over: &Over<'_>,
    signature: &[u8],
    bundle: &Bundle,
    trust: &Trust,
    facts: &mut Facts,
) -> Option<PublicKey> {
    let keys = match bundle.certificates.first() {
        Some(leaf) => {
            facts.signer = leaf.name();
            facts.signer_issuer = leaf.statement(8).or_else(|| leaf.statement(1));
            match leaf.key() {
                Ok(key) => vec![key],
                Err(error) => {
                    facts.open(Subject::Signature, &format!("the certificate's key {error}"));
                    return None;
                }
            }
        }
        None => match given(bundle.hint.as_deref().unwrap_or_default(), &trust.keys) {
            Ok(keys) => keys,
            Err(why) => {
                facts.open(Subject::Signature, why);
                return None;
            }
        },
    };
    let mut needs_file = false;
    for key in keys {
        let verdict = match over {
            Over::Bytes(bytes) => key.verify(bytes, signature).into(),
            Over::Hash(hash) => key.verify_hash(hash, signature),
        };
        if verdict == Verdict::Holds {
            facts.judge(Subject::Signature, true, "");
            return Some(key);
        }
        needs_file |= verdict == Verdict::CannotTell;
    }
    if needs_file {
        facts.open(
            Subject::Signature,
            "with a key of this kind the file itself is needed, which is not at hand",
        );
    } else {
        facts.judge(Subject::Signature, false, "it does not fit the key and what was signed");
    }
    None
}

/// The given keys that may be the one a signature names.
fn given(hint: &str, keys: &[PublicKey]) -> Result<Vec<PublicKey>, &'static str> {
    let is = |key: &&PublicKey| hint == STANDARD.encode(key.id()) || hint == hex::encode(key.id());
    let named: Vec<PublicKey> = keys.iter().filter(is).cloned().collect();
    let names_one = [44, 64].contains(&hint.len());
    match (named.is_empty(), keys.is_empty()) {
        (false, _) => Ok(named),
        (true, true) => Err("it carries no certificate, and no key was given"),
        (true, false) if names_one => Err("the key it names is not among those given"),
        (true, false) => Ok(keys.to_vec()),
    }
}
