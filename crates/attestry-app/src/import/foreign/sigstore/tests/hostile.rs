//! Bytes and documents that nobody well-meaning made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::json;

use super::super::certificate::Certificate;
use super::super::promise::promised;
use super::super::stamp::stamped;
use super::*;

fn certificate() -> Vec<u8> {
    let bundle = read(ENVELOPE);
    STANDARD.decode(bundle["verificationMaterial"]["certificate"]["rawBytes"].as_str().unwrap()).unwrap()
}

fn stamp() -> Vec<u8> {
    let bundle = read(STAMPED);
    let stamp = &bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"][0];
    STANDARD.decode(stamp["signedTimestamp"].as_str().unwrap()).unwrap()
}

#[test]
fn documents_that_are_no_bundles_are_refused_with_the_rule() {
    let base = read(ENVELOPE);
    let without = |remove: &str| {
        let mut bundle = base.clone();
        bundle.as_object_mut().unwrap().remove(remove);
        check(&bundle, &Trust::default(), None).unwrap_err()
    };
    assert!(without("mediaType").contains("unknown type"));
    assert!(without("verificationMaterial").contains("verificationMaterial"));
    assert!(without("dsseEnvelope").contains("neither"));
    let mut newer = base.clone();
    newer["mediaType"] = json!("application/vnd.dev.sigstore.bundle.v0.9+json");
    assert!(check(&newer, &Trust::default(), None).unwrap_err().contains("versions 0.1, 0.2 and 0.3"));
    let mut nobody = base.clone();
    nobody["verificationMaterial"] = json!({});
    assert!(check(&nobody, &Trust::default(), None).unwrap_err().contains("neither a certificate nor a key"));
    let mut many = base.clone();
    let one = many["dsseEnvelope"]["signatures"][0].clone();
    many["dsseEnvelope"]["signatures"] = json!([one, one]);
    assert!(check(&many, &Trust::default(), None).unwrap_err().contains("2 signatures"));
    let mut none = base;
    none["dsseEnvelope"]["signatures"] = json!([]);
    assert_eq!(check(&none, &Trust::default(), None).unwrap().outcome, Outcome::Unsigned);
}

#[test]
fn documents_that_are_no_roots_are_refused() {
    for (text, part) in [
        ("{", "not JSON"),
        ("{}", "names no certificate authority"),
        ("", "names no certificate authority"),
        (r#"{"tlogs":[{}]}"#, "`tlogs`, entry 1"),
        (
            r#"{"certificateAuthorities":[{"certChain":{"certificates":[]}}]}"#,
            "`certificateAuthorities`, entry 1",
        ),
        (&read(ROOT).to_string().replace("\"start\"", "\"from\""), "does not say from when it counts"),
        (
            &read(ROOT)
                .to_string()
                .replace("2026-01-01T00:00:00Z\"", "2026-01-01T00:00:00Z\",\"end\":\"never\""),
            "malformed until when",
        ),
    ] {
        assert!(TrustedRoot::parse(text.as_bytes()).unwrap_err().to_string().contains(part), "{text}");
    }
}

proptest! {
    // Signatures are slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_bytes_make_a_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Certificate::from_der(&bytes);
        let _ = PublicKey::parse(&bytes);
        let _ = TrustedRoot::parse(&bytes);
        let _ = stamped(&bytes, b"signature", &trust(ROOT).roots[0].stamps);
    }

    #[test]
    fn a_certificate_with_a_changed_byte_is_never_verified(at in any::<prop::sample::Index>(), flip in 1..=u8::MAX) {
        let mut bytes = certificate();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let mut bundle = read(ENVELOPE);
        bundle["verificationMaterial"]["certificate"]["rawBytes"] = json!(STANDARD.encode(&bytes));
        if let Ok(facts) = check(&bundle, &trust(ROOT), None) {
            prop_assert_ne!(facts.outcome, Outcome::Verified);
        }
        if let Some(certificate) = Certificate::from_der(&bytes) {
            let _ = (certificate.name(), certificate.statement(8), certificate.body_before_logging());
            let _ = promised(&certificate, b"", &trust(ROOT).roots[0].certificate_logs);
        }
    }

    #[test]
    fn a_stamp_with_a_changed_byte_shows_the_same_time_or_none(at in any::<prop::sample::Index>(), flip in 1..=u8::MAX) {
        let mut bytes = stamp();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let right = facts(&read(STAMPED), &trust(ROOT)).signed_at;
        let mut bundle = read(STAMPED);
        let stamp = &mut bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"][0];
        stamp["signedTimestamp"] = json!(STANDARD.encode(&bytes));
        let found = facts(&bundle, &trust(ROOT));
        prop_assert!(found.signed_at.is_empty() || found.signed_at == right);
    }

    #[test]
    fn a_bundle_with_a_changed_character_is_never_a_panic(at in any::<prop::sample::Index>(), new in any::<char>()) {
        let mut text: Vec<char> = STAMPED.chars().collect();
        let at = at.index(text.len());
        text[at] = new;
        if let Ok(bundle) = serde_json::from_str(&text.into_iter().collect::<String>()) {
            let _ = check(&bundle, &trust(ROOT), Some(b"file"));
        }
    }
}
