//! Whether a trusted root is behind a certificate, with all that the root asks for.

use super::super::certificate::Certificate;
use super::super::chain::{Purpose, Way, way};
use super::super::facts::{Facts, Subject};
use super::super::promise::{Promised, promised};
use super::super::root::{Trust, TrustedRoot};

/// Checks the certificate; whether all holds that the root behind it asks for.
pub(super) fn certified(
    leaf: &Certificate,
    extra: &[Certificate],
    in_log: bool,
    trust: &Trust,
    facts: &mut Facts,
) -> bool {
    if trust.roots.iter().all(|root| root.authorities.is_empty()) {
        facts.open(Subject::Certificate, "no trusted root was given");
        return false;
    }
    if facts.signed_at.is_empty() {
        facts.open(Subject::Certificate, "no trusted log or time-stamp authority shows when it was used");
        return false;
    }
    let (root, issuer_key) = match issued(leaf, extra, trust, &facts.signed_at) {
        Ok(Some(found)) => found,
        Ok(None) => {
            facts.open(Subject::Certificate, "none of the given roots is behind it");
            return false;
        }
        Err(why) => return facts.judge(Subject::Certificate, false, &why),
    };
    if extra.iter().any(|each| each.subject == each.issuer) {
        return facts.judge(
            Subject::Certificate,
            false,
            "the bundle carries a root, which only its reader may choose",
        );
    }
    facts.judge(Subject::Certificate, true, "");
    let mut enough = true;
    if !root.certificate_logs.is_empty() {
        match promised(leaf, &issuer_key, &root.certificate_logs) {
            Promised::Holds => enough = facts.judge(Subject::CertificateLog, true, ""),
            Promised::Broken => {
                enough = facts.judge(Subject::CertificateLog, false, "a promise in it does not hold")
            }
            Promised::OtherLogs | Promised::None => {
                facts.open(Subject::CertificateLog, "it carries no promise of a log that its root names");
                enough = false;
            }
        }
    }
    if !root.logs.is_empty() && !in_log {
        facts.open(Subject::Inclusion, "no trusted log is shown to have this signature");
        enough = false;
    }
    enough
}

/// The root behind a certificate at every shown instant of signing, and the key of who issued it.
fn issued<'t>(
    leaf: &Certificate,
    extra: &[Certificate],
    trust: &'t Trust,
    times: &[i64],
) -> Result<Option<(&'t TrustedRoot, Vec<u8>)>, String> {
    let mut broken = None;
    for root in &trust.roots {
        for authority in &root.authorities {
            let ways: Vec<Way> =
                times.iter().map(|time| way(leaf, extra, authority, *time, Purpose::CodeSigning)).collect();
            let mut found = None;
            for each in ways {
                match each {
                    Way::Leads { issuer_key } => found = found.or(Some(Ok(issuer_key))),
                    Way::Broken(why) => found = Some(Err(why)),
                    Way::Elsewhere => {}
                }
            }
            match found {
                Some(Ok(issuer_key)) => return Ok(Some((root, issuer_key))),
                Some(Err(why)) => broken = Some(why),
                None => {}
            }
        }
    }
    broken.map_or(Ok(None), Err)
}
