mod der;
mod hostile;
mod keys;
mod tampering;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::Out;
use super::{Facts, Finding, Outcome, PublicKey, Subject, Trust, TrustedRoot, check};

const ROOT: &str = include_str!("../../../../tests/foreign/sigstore/trusted_root.json");
const ENVELOPE: &str = include_str!("../../../../tests/foreign/sigstore/envelope.json");
const STAMPED: &str = include_str!("../../../../tests/foreign/sigstore/stamped.json");
const STAMPED_DSSE: &str = include_str!("../../../../tests/foreign/sigstore/stamped-dsse.json");
const FILE: &str = include_str!("../../../../tests/foreign/sigstore/file.json");
const UNPROMISED: &str = include_str!("../../../../tests/foreign/sigstore/unpromised.json");
const REISSUED: &str = include_str!("../../../../tests/foreign/sigstore/reissued.json");
const UNKNOWN_ENTRY: &str = include_str!("../../../../tests/foreign/sigstore/unknown-entry.json");
const IDENTITY: &str =
    "https://github.com/example-org/example-app/.github/workflows/release.yml@refs/tags/v1.2.3";
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn trust(root: &str) -> Trust {
    Trust { roots: TrustedRoot::parse(root.as_bytes()).unwrap(), ..Trust::default() }
}

/// The root after a change of its JSON.
fn changed_root(change: impl Fn(&mut Value)) -> Trust {
    let mut root = read(ROOT);
    change(&mut root);
    trust(&root.to_string())
}

fn facts(bundle: &Value, trust: &Trust) -> Facts {
    check(bundle, trust, None).unwrap()
}

fn why(facts: &Facts, subject: Subject) -> Option<&Finding> {
    facts.checks.iter().find(|check| check.subject == subject).map(|check| &check.finding)
}

fn open(facts: &Facts, subject: Subject) -> bool {
    matches!(why(facts, subject), Some(Finding::Open(_)))
}

#[test]
fn a_bundle_is_verified_with_the_root_behind_it() {
    for (text, subjects) in [
        (ENVELOPE, &[Subject::Promise, Subject::Inclusion, Subject::Checkpoint][..]),
        (STAMPED, &[Subject::Timestamp, Subject::Inclusion, Subject::Checkpoint][..]),
        (STAMPED_DSSE, &[Subject::Timestamp, Subject::Inclusion, Subject::Checkpoint][..]),
        (FILE, &[Subject::Promise, Subject::Inclusion, Subject::Checkpoint][..]),
    ] {
        let facts = facts(&read(text), &trust(ROOT));
        assert_eq!(facts.outcome, Outcome::Verified, "{facts}");
        assert_eq!(facts.signer.as_deref(), Some(IDENTITY));
        assert_eq!(facts.signer_issuer.as_deref(), Some("https://token.example"));
        assert_eq!(facts.signed_at.len(), 1);
        let all = [Subject::Signature, Subject::Entry, Subject::Certificate, Subject::CertificateLog];
        for subject in all.iter().chain(subjects) {
            assert!(facts.holds(*subject), "{subject}: {facts}");
        }
    }
}

#[test]
fn without_a_root_the_signature_holds_and_says_nothing_of_whose_it_is() {
    let facts = facts(&read(ENVELOPE), &Trust::default());
    assert_eq!(facts.outcome, Outcome::Untrusted);
    assert!(facts.holds(Subject::Signature) && facts.signed_at.is_empty());
    assert_eq!(
        facts.to_string(),
        "signature holds; log entry holds; log inclusion not checked: no given root names the log; \
         certificate not checked: no trusted root was given"
    );
}

#[test]
fn a_root_that_is_not_behind_the_bundle_leaves_it_untrusted() {
    let no_logs = changed_root(|root| root["tlogs"] = json!([]));
    let found = facts(&read(ENVELOPE), &no_logs);
    assert_eq!(found.outcome, Outcome::Untrusted, "{found}");
    assert!(open(&found, Subject::Certificate), "nothing shows when it was signed: {found}");
    let other_authority = changed_root(|root| {
        root["certificateAuthorities"] = root["timestampAuthorities"].clone();
    });
    let found = facts(&read(ENVELOPE), &other_authority);
    assert_eq!(found.outcome, Outcome::Untrusted, "{found}");
    assert!(open(&found, Subject::Certificate));
}

#[test]
fn one_root_among_several_is_enough() {
    let mut several = changed_root(|root| {
        root["certificateAuthorities"] = root["timestampAuthorities"].clone();
        root["tlogs"] = json!([]);
    });
    several.roots.extend(trust(ROOT).roots);
    assert_eq!(facts(&read(ENVELOPE), &several).outcome, Outcome::Verified);
}

#[test]
fn a_certificate_that_no_log_promised_is_not_enough_for_a_root_that_names_such_logs() {
    let found = facts(&read(UNPROMISED), &trust(ROOT));
    assert_eq!(found.outcome, Outcome::Untrusted, "{found}");
    assert!(found.holds(Subject::Certificate) && open(&found, Subject::CertificateLog));
    let without = changed_root(|root| root["ctlogs"] = json!([]));
    assert_eq!(facts(&read(UNPROMISED), &without).outcome, Outcome::Verified);
}

#[test]
fn a_bundle_without_a_log_entry_is_not_enough_for_a_root_that_names_logs() {
    let mut bundle = read(STAMPED);
    bundle["verificationMaterial"]["tlogEntries"] = json!([]);
    let found = facts(&bundle, &trust(ROOT));
    assert_eq!(found.outcome, Outcome::Untrusted, "{found}");
    let without = changed_root(|root| root["tlogs"] = json!([]));
    assert_eq!(facts(&bundle, &without).outcome, Outcome::Verified);
}

#[test]
fn keys_and_authorities_count_to_the_last_second_of_their_time_and_not_longer() {
    for (text, log) in [(ENVELOPE, 0), (STAMPED, 1)] {
        keys_count_to_the_last_second(&read(text), log);
    }
}

fn keys_count_to_the_last_second(bundle: &Value, log: usize) {
    let signed = facts(bundle, &trust(ROOT)).signed_at[0];
    for (seconds, outcome) in [(0, Outcome::Verified), (-1, Outcome::Invalid)] {
        let end = jiff::Timestamp::from_second(signed + seconds).unwrap().to_string();
        let of_log = changed_root(|root| root["tlogs"][log]["publicKey"]["validFor"]["end"] = json!(end));
        let found = facts(bundle, &of_log);
        assert_eq!(found.outcome, outcome, "{found}");
        let authority =
            changed_root(|root| root["certificateAuthorities"][0]["validFor"]["end"] = json!(end));
        let found = facts(bundle, &authority);
        assert_eq!(found.outcome, outcome, "{found}");
    }
}

#[test]
fn a_file_is_checked_by_its_hash_and_by_its_bytes() {
    let (bundle, trust) = (read(FILE), trust(ROOT));
    assert_eq!(check(&bundle, &trust, Some(b"a file\n")).unwrap().outcome, Outcome::Verified);
    let other = check(&bundle, &trust, Some(b"another file\n")).unwrap();
    assert_eq!(other.outcome, Outcome::Invalid);
    assert!(matches!(why(&other, Subject::File), Some(Finding::Broken(_))), "{other}");
    let artifact = |file: &[u8]| check(&read(ENVELOPE), &trust, Some(file)).unwrap();
    assert_eq!(artifact(b"app").outcome, Outcome::Verified);
    assert!(artifact(b"app").holds(Subject::File));
    assert_eq!(artifact(b"other").outcome, Outcome::Invalid);
}

#[test]
fn the_first_version_of_bundles_may_carry_a_promise_without_proof_and_later_ones_may_not() {
    let strip = |text: &str| {
        let mut bundle = read(text);
        bundle["verificationMaterial"]["tlogEntries"][0].as_object_mut().unwrap().remove("inclusionProof");
        facts(&bundle, &trust(ROOT))
    };
    let first = strip(FILE);
    assert_eq!(first.outcome, Outcome::Verified, "{first}");
    assert!(open(&first, Subject::Inclusion));
    let mut bundle = read(FILE);
    bundle["verificationMaterial"]["tlogEntries"][0].as_object_mut().unwrap().remove("inclusionProof");
    let ended =
        changed_root(|root| root["tlogs"][0]["publicKey"]["validFor"]["end"] = json!("2026-01-02T00:00:00Z"));
    let late = facts(&bundle, &ended);
    assert!(late.signed_at.is_empty() && late.outcome == Outcome::Invalid, "{late}");
    let later = strip(ENVELOPE);
    assert_eq!(later.outcome, Outcome::Invalid, "{later}");
}

#[test]
fn a_file_signed_in_a_run_is_a_record_of_that_run() {
    let mut out = Out::default();
    out.begin();
    super::item_with(&read(FILE), &trust(ROOT), &mut out);
    let [found] = out.found.as_slice() else { panic!("{out:?}") };
    let column = |name: &str| found.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let digest = format!("sha256:{}", hex::encode(Sha256::digest(b"a file\n")));
    let run = "example-org/example-app/actions/runs/424242/attempts/1";
    assert_eq!(column("build_id"), format!("{run}/signature@{digest}"));
    assert_eq!(column("artifact_digest"), digest);
    assert_eq!(column("signature_result"), "verified");
    assert_eq!(column("time_basis"), "logged");
    assert_eq!(column("invocation"), format!("https://github.com/{run}"));
    assert!(found.fields.get("artifact_name").is_none());
}

#[test]
fn a_file_signed_by_a_bare_key_states_no_build() {
    let mut bundle = read(FILE);
    bundle["verificationMaterial"] = json!({ "publicKey": { "hint": "" } });
    let mut out = Out::default();
    out.begin();
    super::item_with(&bundle, &trust(ROOT), &mut out);
    assert!(out.found.is_empty() && out.refused.is_empty() && out.passed.len() == 1, "{out:?}");
}

#[test]
fn a_bundle_may_not_bring_its_own_root() {
    let root = read(ROOT)["certificateAuthorities"][0]["certChain"]["certificates"].clone();
    let chain = "/verificationMaterial/x509CertificateChain/certificates";
    for (extra, outcome) in [(&root[0], Outcome::Verified), (&root[1], Outcome::Invalid)] {
        let mut bundle = read(FILE);
        bundle.pointer_mut(chain).unwrap().as_array_mut().unwrap().push(extra.clone());
        let found = facts(&bundle, &trust(ROOT));
        assert_eq!(found.outcome, outcome, "{found}");
    }
}

#[test]
fn a_bundle_becomes_the_builds_its_statement_is_about() {
    let mut out = Out::default();
    out.begin();
    let wrapped = json!({ "bundle": read(ENVELOPE), "repository_id": 1 });
    assert!(super::recognises(&wrapped));
    super::item_with(&wrapped, &trust(ROOT), &mut out);
    let [found] = out.found.as_slice() else { panic!("{out:?}") };
    let column = |name: &str| found.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    assert_eq!(found.stream, "build");
    assert_eq!(column("signature_result"), "verified");
    assert_eq!(column("signer"), IDENTITY);
    assert_eq!(column("time_basis"), "logged");
    assert_eq!(column("repository"), "example-org/example-app");
    assert_eq!(column("source_commit"), "a".repeat(40));
    assert!(column("build_id").starts_with("example-org/example-app/actions/runs/424242/attempts/1@sha256:"));
}
