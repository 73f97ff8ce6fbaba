//! Signatures by bare keys.

use serde_json::json;

use super::super::super::in_toto::Envelope;
use super::*;

const KEYS: [(&str, &str); 3] = [
    (
        include_str!("../../../../../tests/foreign/sigstore/key-p256.json"),
        include_str!("../../../../../tests/foreign/sigstore/key-p256.pem"),
    ),
    (
        include_str!("../../../../../tests/foreign/sigstore/key-p384.json"),
        include_str!("../../../../../tests/foreign/sigstore/key-p384.pem"),
    ),
    (
        include_str!("../../../../../tests/foreign/sigstore/key-ed25519.json"),
        include_str!("../../../../../tests/foreign/sigstore/key-ed25519.pem"),
    ),
];

#[test]
fn an_envelope_by_a_bare_key_is_verified_with_that_key_and_no_other() {
    for (at, (text, pem)) in KEYS.iter().enumerate() {
        let envelope = Envelope::read(&read(text)).unwrap();
        let with = |keys: &[&str]| {
            let keys = keys.iter().map(|pem| PublicKey::parse(pem.as_bytes()).unwrap()).collect();
            super::super::envelope(&envelope, &Trust { keys, ..Trust::default() }).facts
        };
        let (_, other) = KEYS[(at + 1) % KEYS.len()];
        assert_eq!(with(&[other, pem]).outcome, Outcome::Verified);
        assert_eq!(with(&[pem]).signer, None);
        assert_eq!(with(&[other]).outcome, Outcome::Invalid);
        assert_eq!(with(&[]).outcome, Outcome::NotChecked);
        assert_eq!(
            with(&[]).to_string(),
            "signature not checked: it carries no certificate, and no key was given"
        );
    }
}

#[test]
fn a_bundle_that_names_another_key_than_those_given_is_not_checked() {
    let (text, pem) = KEYS[0];
    let key = PublicKey::parse(pem.as_bytes()).unwrap();
    let bundle = |hint: &str| {
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": { "publicKey": { "hint": hint } },
            "dsseEnvelope": read(text),
        })
    };
    let given =
        |pem: &str| Trust { keys: vec![PublicKey::parse(pem.as_bytes()).unwrap()], ..Trust::default() };
    let id = hex::encode(key.id());
    assert_eq!(facts(&bundle(&id), &given(pem)).outcome, Outcome::Verified);
    assert_eq!(facts(&bundle(&id), &given(KEYS[1].1)).outcome, Outcome::NotChecked);
    assert_eq!(facts(&bundle("release key"), &given(pem)).outcome, Outcome::Verified);
}

#[test]
fn a_key_that_signs_files_themselves_cannot_be_checked_by_their_hash() {
    let (_, pem) = KEYS[2];
    let bundle = json!({
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": { "publicKey": { "hint": "" } },
        "messageSignature": { "messageDigest": { "algorithm": "SHA2_256", "digest": "AAAA" }, "signature": "AAAA" },
    });
    let keys = vec![PublicKey::parse(pem.as_bytes()).unwrap()];
    let found = facts(&bundle, &Trust { keys, ..Trust::default() });
    assert_eq!(found.outcome, Outcome::NotChecked, "{found}");
    assert!(open(&found, Subject::Signature));
}
