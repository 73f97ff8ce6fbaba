//! Sigstore bundles, and the signatures of envelopes.
//!
//! A bundle carries a signature with all that is needed to judge it later without a network: the certificate that was
//! issued for the identity of the signer, the signature log's entry, and signed time stamps. What of this holds
//! depends on what the reader trusts ([`Trust`]): without a root or key nothing is verified, and the facts say so.
//!
//! What is checked: the signature (ECDSA P-256 and P-384, Ed25519, RSA) over the envelope, over the file or, with ECDSA
//! P-256, over the file's hash alone; the certificate's chain at every shown instant of signing; the promise of a log of
//! certificates; that the log entry is about this signature, certificate and contents; the log's promise; the Merkle
//! proof; the checkpoint; time stamps of RFC 3161. Not checked: witnesses' signatures on checkpoints, and revocation,
//! which these certificates do not have because they live for minutes. Whether the signer is the right one is for a rule
//! over the records to say.

mod bundle;
mod certificate;
mod chain;
mod check;
mod der;
mod entry;
mod facts;
mod inclusion;
mod key;
mod promise;
mod root;
mod stamp;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::bundle::{Bundle, Content};
use super::Out;
use super::in_toto::{self, Envelope, Run};

pub use self::facts::{Check, Facts, Finding, Outcome, Subject};
pub use self::key::{KeyError, PublicKey};
pub use self::root::{RootError, Trust, TrustedRoot};

pub(super) use self::bundle::base64;
use self::certificate::Certificate;

/// Whether the item looks like a bundle, or like an entry that holds one in member `bundle`, as GitHub's and npm's
/// answers about attestations do.
pub fn recognises(item: &Value) -> bool {
    bundle::recognises(unwrapped(item))
}

fn unwrapped(item: &Value) -> &Value {
    item.get("bundle").filter(|inner| inner.is_object()).unwrap_or(item)
}

/// Reads a bundle when nothing is trusted: signatures over statements are checked against the certificates and keys
/// they carry, and none counts as verified.
pub fn item(item: &Value, out: &mut Out) {
    item_with(item, &Trust::default(), out);
}

/// Reads a bundle, judging its signature by what is trusted.
pub fn item_with(item: &Value, trust: &Trust, out: &mut Out) {
    let bundle = match Bundle::read(unwrapped(item)) {
        Ok(bundle) => bundle,
        Err(rule) => return out.refuse(rule),
    };
    let signed = signed(&bundle, check::bundle(&bundle, trust, None));
    match &bundle.content {
        Content::Envelope(envelope) => in_toto::payload(envelope, &signed, out),
        Content::File { algorithm, hash, .. } => {
            let known = [("SHA2_256", "sha256"), ("SHA2_384", "sha384"), ("SHA2_512", "sha512")];
            let known = known.iter().find(|(name, _)| name == algorithm);
            match (known, bundle.certificates.first().and_then(run)) {
                (Some((_, name)), Some(run)) => {
                    in_toto::signed_file(format!("{name}:{}", hex::encode(hash)), &run, &signed, out);
                }
                _ => out
                    .pass("signature over a file", "it states no build: only that somebody signed the file"),
            }
        }
    }
}

/// The run that a certificate was issued to.
fn run(leaf: &Certificate) -> Option<Run> {
    Some(Run {
        address: leaf.statement(21)?,
        builder: leaf.statement(9),
        config: leaf.statement(18),
        repository: leaf.statement(12),
        commit: leaf.statement(13),
        reference: leaf.statement(14),
    })
}

/// All that can be checked of a bundle. `file` is the signed file, where it is at hand: some keys can only be checked
/// with it, and it is compared with the hash that was signed.
///
/// # Errors
/// A rule that the bundle breaks, to be read after its name.
pub fn check(item: &Value, trust: &Trust, file: Option<&[u8]>) -> Result<Facts, String> {
    Bundle::read(unwrapped(item)).map(|bundle| check::bundle(&bundle, trust, file))
}

/// What the signature of an envelope says beyond the statement in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) facts: Facts,
    /// When the log says it took the entry, trusted or not, in seconds of the epoch.
    pub(super) logged_at: Option<i64>,
    /// When the certificate was issued, in seconds of the epoch.
    pub(super) certified_at: Option<i64>,
    /// The address of the run, as the certificate has it.
    pub(super) run: Option<String>,
}

fn signed(bundle: &Bundle, facts: Facts) -> Signed {
    let leaf = bundle.certificates.first();
    Signed {
        facts,
        logged_at: bundle.entries.iter().find_map(|entry| entry.integrated),
        certified_at: leaf.map(|leaf| leaf.valid.0),
        run: leaf.and_then(|leaf| leaf.statement(21)),
    }
}

/// Checks the signatures of an envelope that stands alone, each by the certificate it carries or by a given key; one that
/// is verified is enough.
pub(super) fn envelope(envelope: &Envelope, trust: &Trust) -> Signed {
    let rank = |signed: &Signed| match signed.facts.outcome {
        Outcome::Verified => 0,
        Outcome::Invalid => 1,
        Outcome::Untrusted => 2,
        Outcome::NotChecked => 3,
        Outcome::Unsigned => 4,
    };
    let all = envelope.signatures.iter().map(|one| {
        let certificate = one.certificate.as_ref().and_then(|text| Certificate::from_pem(text.as_bytes()));
        let alone = Envelope { signatures: vec![one.clone()], ..envelope.clone() };
        let bundle = Bundle {
            proof_demanded: false,
            certificates: certificate.into_iter().collect(),
            hint: Some(one.key_id.clone()),
            entries: Vec::new(),
            stamps: Vec::new(),
            content: Content::Envelope(alone),
        };
        let facts = check::bundle(&bundle, trust, None);
        signed(&bundle, facts)
    });
    all.min_by_key(rank).unwrap_or_else(unsigned)
}

/// What is known of a statement without signature.
pub(super) fn unsigned() -> Signed {
    Signed { facts: Facts::unsigned(), logged_at: None, certified_at: None, run: None }
}
