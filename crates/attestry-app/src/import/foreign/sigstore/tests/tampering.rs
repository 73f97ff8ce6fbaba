use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;

const ENTRY: &str = "/verificationMaterial/tlogEntries/0";

/// The bundle with another value at a place of its JSON.
fn with(text: &str, place: &str, value: Value) -> Value {
    let mut bundle = read(text);
    *bundle.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
    bundle
}

/// Bytes in base64 with one bit changed in the middle.
fn flipped(text: &str) -> String {
    let mut bytes = STANDARD.decode(text).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    STANDARD.encode(bytes)
}

fn at<'v>(bundle: &'v Value, place: &str) -> &'v str {
    bundle.pointer(place).and_then(Value::as_str).unwrap_or_else(|| panic!("{place}"))
}

fn broken(bundle: &Value, subject: Subject) {
    broken_with(bundle, &trust(ROOT), subject);
}

fn broken_with(bundle: &Value, trust: &Trust, subject: Subject) {
    let found = facts(bundle, trust);
    assert_eq!(found.outcome, Outcome::Invalid, "{subject}: {found}");
    let of_it = found.checks.iter().filter(|check| check.subject == subject);
    assert!(of_it.clone().any(|check| matches!(check.finding, Finding::Broken(_))), "{subject}: {found}");
}

#[test]
fn a_changed_bit_is_found_wherever_it_is() {
    let proof = |name: &str| format!("{ENTRY}/inclusionProof/{name}");
    for (text, place, subject) in [
        (ENVELOPE, "/dsseEnvelope/signatures/0/sig".to_owned(), Subject::Signature),
        (ENVELOPE, "/dsseEnvelope/payload".to_owned(), Subject::Signature),
        (ENVELOPE, "/dsseEnvelope/payload".to_owned(), Subject::Entry),
        (ENVELOPE, format!("{ENTRY}/inclusionPromise/signedEntryTimestamp"), Subject::Promise),
        (ENVELOPE, proof("rootHash"), Subject::Inclusion),
        (ENVELOPE, proof("hashes/0"), Subject::Inclusion),
        (ENVELOPE, proof("rootHash"), Subject::Checkpoint),
        (STAMPED, "/dsseEnvelope/signatures/0/sig".to_owned(), Subject::Timestamp),
        (FILE, "/messageSignature/messageDigest/digest".to_owned(), Subject::Signature),
        (FILE, "/messageSignature/messageDigest/digest".to_owned(), Subject::Entry),
        (FILE, "/messageSignature/signature".to_owned(), Subject::Signature),
    ] {
        let value = flipped(at(&read(text), &place));
        broken(&with(text, &place, json!(value)), subject);
    }
}

#[test]
fn another_time_position_or_size_is_found() {
    broken(&with(ENVELOPE, &format!("{ENTRY}/integratedTime"), json!("1000000000")), Subject::Promise);
    broken(&with(ENVELOPE, &format!("{ENTRY}/logIndex"), json!("7")), Subject::Promise);
    broken(&with(ENVELOPE, &format!("{ENTRY}/inclusionProof/logIndex"), json!("1")), Subject::Inclusion);
    broken(&with(ENVELOPE, &format!("{ENTRY}/inclusionProof/treeSize"), json!("4")), Subject::Checkpoint);
}

#[test]
fn a_checkpoint_must_be_signed_by_the_log_of_the_entry() {
    let place = format!("{ENTRY}/inclusionProof/checkpoint/envelope");
    let note = at(&read(ENVELOPE), &place).to_owned();
    let (before, line) = note.rsplit_once("\n\n").unwrap();
    let (name, signature) = line.trim_end().rsplit_once(' ').unwrap();
    let forged = format!("{before}\n\n{name} {}\n", flipped(signature));
    broken(&with(ENVELOPE, &place, json!(forged)), Subject::Checkpoint);
    let mut hint = STANDARD.decode(signature).unwrap();
    hint[0] ^= 1;
    let hinted = format!("{before}\n\n{name} {}\n", STANDARD.encode(hint));
    broken(&with(ENVELOPE, &place, json!(hinted)), Subject::Checkpoint);
    let unnamed = format!("{before}\n\n— other.example {signature}\n");
    broken(&with(ENVELOPE, &place, json!(unnamed)), Subject::Checkpoint);
    broken(&with(ENVELOPE, &place, json!("no note")), Subject::Checkpoint);
    let mut without = read(ENVELOPE);
    let proof = without.pointer_mut(&format!("{ENTRY}/inclusionProof")).unwrap();
    proof.as_object_mut().unwrap().remove("checkpoint");
    broken(&without, Subject::Checkpoint);
    // Other signatures, before or after, do no harm.
    let cosigned = format!("{before}\n\n— witness.example AAAAAAAA\n{line}— {name} AAAAAAAA\n");
    assert_eq!(facts(&with(ENVELOPE, &place, json!(cosigned)), &trust(ROOT)).outcome, Outcome::Verified);
}

#[test]
fn parts_of_another_bundle_do_not_fit() {
    let (first, second) = (read(ENVELOPE), read(STAMPED));
    for (place, subject) in [
        ("/verificationMaterial/certificate", Subject::Signature),
        ("/verificationMaterial/tlogEntries", Subject::Entry),
        ("/dsseEnvelope/signatures", Subject::Signature),
    ] {
        broken(&with(ENVELOPE, place, second.pointer(place).unwrap().clone()), subject);
    }
    let mut stamped = first;
    stamped["verificationMaterial"]["timestampVerificationData"] =
        second["verificationMaterial"]["timestampVerificationData"].clone();
    broken(&stamped, Subject::Timestamp);
}

#[test]
fn an_entry_of_another_kind_than_its_body_is_found() {
    let place = format!("{ENTRY}/kindVersion/version");
    broken(&with(ENVELOPE, &place, json!("0.0.2")), Subject::Entry);
    // A kind that is not known is no fault, and shows nothing: not even when it was signed.
    let found = facts(&read(UNKNOWN_ENTRY), &trust(ROOT));
    assert!(open(&found, Subject::Entry) && found.signed_at.is_empty(), "{found}");
    assert_eq!(found.outcome, Outcome::Untrusted, "{found}");
}

#[test]
fn an_entry_about_another_signature_or_certificate_is_found() {
    let place = format!("{ENTRY}/canonicalizedBody");
    let body: Value = serde_json::from_slice(&STANDARD.decode(at(&read(ENVELOPE), &place)).unwrap()).unwrap();
    let other = read(STAMPED);
    let certificate = at(&other, "/verificationMaterial/certificate/rawBytes");
    let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    for (at, value, reason) in [
        ("/spec/signatures/0/verifier", json!(STANDARD.encode(pem)), "another certificate or key"),
        (
            "/spec/signatures/0/signature",
            other["dsseEnvelope"]["signatures"][0]["sig"].clone(),
            "another signature",
        ),
        ("/spec/signatures", json!([]), "another signature"),
        ("/spec/payloadHash/value", json!("00"), "other contents"),
        ("/spec", json!({}), "lacks what this kind"),
    ] {
        let mut changed = body.clone();
        *changed.pointer_mut(at).unwrap() = value;
        let bundle = with(ENVELOPE, &place, json!(STANDARD.encode(changed.to_string())));
        let found = facts(&bundle, &trust(ROOT));
        let Some(Finding::Broken(why)) = why(&found, Subject::Entry) else { panic!("{found}") };
        assert!(why.contains(reason), "{why}");
    }
}

#[test]
fn a_promise_of_another_key_or_time_does_not_hold() {
    let other_key = changed_root(|root| {
        root["ctlogs"][0]["publicKey"]["rawBytes"] = root["tlogs"][0]["publicKey"]["rawBytes"].clone();
    });
    broken_with(&read(ENVELOPE), &other_key, Subject::CertificateLog);
    let ended = changed_root(|root| {
        root["ctlogs"][0]["publicKey"]["validFor"]["end"] = json!("2026-01-02T00:00:00Z")
    });
    broken_with(&read(ENVELOPE), &ended, Subject::CertificateLog);
}

#[test]
fn a_root_whose_own_certificate_had_ended_is_not_behind_anything() {
    let ended = changed_root(|root| {
        let place = "/certificateAuthorities/0/certChain/certificates/1/rawBytes";
        let bytes = root.pointer_mut(place).unwrap();
        let mut der = STANDARD.decode(bytes.as_str().unwrap()).unwrap();
        // The second instant in a certificate is its end; the first digits of it are the year.
        let times: Vec<usize> = (0..der.len() - 2).filter(|at| der[*at..].starts_with(&[0x17, 13])).collect();
        der[times[1] + 2..times[1] + 4].copy_from_slice(b"26");
        der[times[1] + 4..times[1] + 6].copy_from_slice(b"01");
        *bytes = json!(STANDARD.encode(der));
    });
    broken_with(&read(ENVELOPE), &ended, Subject::Certificate);
}

#[test]
fn a_stamp_with_another_time_is_found() {
    let place = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp";
    let mut der = STANDARD.decode(at(&read(STAMPED), place)).unwrap();
    let time = (0..der.len()).find(|at| der[*at..].starts_with(&[0x18, 15])).unwrap();
    // The last digit of the seconds.
    der[time + 15] = if der[time + 15] == b'1' { b'2' } else { b'1' };
    broken(&with(STAMPED, place, json!(STANDARD.encode(der))), Subject::Timestamp);
}

#[test]
fn a_stamp_of_an_authority_that_is_not_trusted_shows_no_time() {
    let without = changed_root(|root| root["timestampAuthorities"] = json!([]));
    let found = facts(&read(STAMPED), &without);
    assert_eq!(found.outcome, Outcome::Untrusted, "{found}");
    assert!(open(&found, Subject::Timestamp) && found.signed_at.is_empty());
    let later = changed_root(|root| {
        root["timestampAuthorities"][0]["validFor"]["start"] = json!("2090-01-01T00:00:00Z")
    });
    let found = facts(&read(STAMPED), &later);
    assert_eq!(found.outcome, Outcome::Invalid, "{found}");
}

#[test]
fn a_stamp_signed_for_another_use_is_found() {
    // The authority's own certificate, without the one that is made for stamping.
    let swapped = changed_root(|root| {
        let authority = root["certificateAuthorities"][0].clone();
        root["timestampAuthorities"] = json!([authority]);
    });
    let found = facts(&read(STAMPED), &swapped);
    assert!(!found.holds(Subject::Timestamp), "{found}");
    assert_ne!(found.outcome, Outcome::Verified);
}

#[test]
fn a_stamp_counts_only_with_the_certificate_that_its_signer_names() {
    let case = read(REISSUED);
    let bundle = &case["bundle"];
    let found = facts(bundle, &trust(ROOT));
    assert_eq!(found.outcome, Outcome::Verified, "{found}");
    let other = changed_root(|root| {
        *root.pointer_mut("/timestampAuthorities/0/certChain/certificates/0/rawBytes").unwrap() =
            case["certificate"].clone();
    });
    broken_with(bundle, &other, Subject::Timestamp);
}
