//! Time stamps against a time stamping authority of our own, run by OpenSSL.

use std::path::Path;
use std::process::Command;

use attestry_ledger::package::{FaultKind, SignatureKind};
use attestry_ledger::timestamp::{TimeStamp, TimeStampError, imprint, request};

use crate::pack::{Pack, assert_kinds, check, edited, faults};

const CONFIG: &str = "
[req]
distinguished_name = name
prompt = no
x509_extensions = authority
[name]
CN = Test authority
[authority]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = authority.pem
signer_key = authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
";

/// Runs OpenSSL in a folder; what it printed, if it ended well.
fn openssl(folder: &Path, words: &[&str]) -> Result<String, String> {
    let output = Command::new("openssl").args(words).current_dir(folder).output().expect("openssl runs");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// A folder with an authority, or `None` where there is no OpenSSL; under `CI=true` that is a failure.
fn authority() -> Option<tempfile::TempDir> {
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "OpenSSL is not installed");
        eprintln!("SKIPPED: OpenSSL is not installed, time stamps are not tried against an authority");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config"), CONFIG).unwrap();
    std::fs::write(folder.path().join("serial"), "01\n").unwrap();
    let key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out", "authority.pem"];
    openssl(folder.path(), &[&["req", "-config", "config", "-x509", "-days", "2"], &key[..]].concat())
        .unwrap();
    Some(folder)
}

fn stamp(folder: &Path, query: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("query"), query).unwrap();
    openssl(folder, &["ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "reply"]).unwrap();
    std::fs::read(folder.join("reply")).unwrap()
}

#[test]
fn an_authority_stamps_our_request_and_openssl_verifies_what_we_read() {
    let Some(folder) = authority() else { return };
    let signed = Pack::of(20).signed();
    let head = signed.checkpoint();
    let nonce = 0xfedc_ba98_7654_3210;
    let query = request(&imprint(head), nonce);
    let reply = stamp(folder.path(), &query);
    let said = openssl(folder.path(), &["ts", "-query", "-in", "query", "-text"]).unwrap();
    assert!(said.contains("Hash Algorithm: sha256") && said.contains("0xFEDCBA9876543210"), "{said}");

    let stamp = TimeStamp::parse(&reply).unwrap();
    stamp.check(head).unwrap();
    stamp.check_nonce(nonce).unwrap();
    assert_eq!(stamp.check_nonce(nonce + 1), Err(TimeStampError::OtherNonce));
    let other = Pack::of(21).signed();
    assert!(matches!(stamp.check(other.checkpoint()), Err(TimeStampError::OtherImprint { .. })));
    let said = openssl(folder.path(), &["ts", "-reply", "-in", "reply", "-text"]).unwrap();
    let clock =
        Command::new("date").args(["-u", "-d", &format!("@{}", stamp.at), "+%T %Y GMT"]).output().unwrap();
    let clock = String::from_utf8(clock.stdout).unwrap();
    assert!(said.contains(clock.trim()), "{clock} not in {said}");

    // The bare token is read too.
    openssl(folder.path(), &["ts", "-reply", "-in", "reply", "-token_out", "-out", "token"]).unwrap();
    assert_eq!(TimeStamp::parse(&std::fs::read(folder.path().join("token")).unwrap()).unwrap(), stamp);

    // What the report tells auditors to run.
    let digest = imprint(head).to_string();
    let verify = |digest: &str| {
        openssl(
            folder.path(),
            &["ts", "-verify", "-digest", digest, "-in", "reply", "-CAfile", "authority.pem"],
        )
    };
    assert!(verify(&digest).unwrap().contains("Verification: OK"));
    assert!(verify(&imprint(other.checkpoint()).to_string()).is_err());
}

#[test]
fn a_package_tells_its_time_stamp_and_that_the_signature_was_not_checked() {
    let Some(folder) = authority() else { return };
    let mut pack = Pack::of(20);
    pack.stamp = Some(stamp(folder.path(), &request(&imprint(pack.signed().checkpoint()), 1)));
    let bytes = pack.write();
    let report = check(&bytes);
    assert_eq!(faults(&report), Vec::<String>::new());
    let at = report.signatures.iter().find(|s| s.kind == SignatureKind::TimeStamp).unwrap().at.unwrap();
    assert!(at > 1_700_000_000, "{at}");
    let said =
        "checkpoint.tsr: time stamp present, imprint matches, the authority's signature is not checked here";
    assert!(report.unchecked.iter().any(|what| what.starts_with(said)), "{:?}", report.unchecked);

    // What was recorded after a stamped checkpoint cannot claim a time long before the stamp.
    pack.earlier_stamp = Some(stamp(folder.path(), &request(&imprint(pack.earlier[0].checkpoint()), 1)));
    let report = check(&pack.write());
    assert_kinds(&report, &[FaultKind::BackDated]);
    assert_eq!(report.faults.len(), 10);
    assert_eq!(report.signatures.iter().filter(|s| s.kind == SignatureKind::TimeStamp).count(), 2);
    pack.earlier_stamp = None;

    pack.stamp = Some(stamp(folder.path(), &request(&imprint(Pack::of(21).signed().checkpoint()), 1)));
    assert_kinds(&check(&pack.write()), &[FaultKind::TimeStamp]);
    let cut = edited(&bytes, "checkpoint.tsr", |content| {
        content.pop();
        true
    });
    assert!(check(&cut).faults.iter().any(|fault| fault.kind == FaultKind::TimeStamp));
}
