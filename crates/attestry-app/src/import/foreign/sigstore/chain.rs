//! A certificate's way to an authority that is trusted.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert, ring};

use super::certificate::Certificate;
use super::root::Authority;

/// id-kp-codeSigning.
const CODE_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03];
/// id-kp-timeStamping.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
];

/// What a certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    CodeSigning,
    TimeStamping,
}

/// What came of looking for the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// It leads to the authority; the key of who issued the certificate, as `SubjectPublicKeyInfo`.
    Leads { issuer_key: Vec<u8> },
    /// The authority is not the issuer.
    Elsewhere,
    /// The authority may be the issuer, and the certificate does not hold; why, in words.
    Broken(String),
}

/// Looks for the way from `leaf` to `authority` at an instant in seconds of the epoch.
pub(super) fn way(
    leaf: &Certificate,
    extra: &[Certificate],
    authority: &Authority,
    time: i64,
    purpose: Purpose,
) -> Way {
    let Some(root) = authority.chain.last() else {
        return Way::Elsewhere;
    };
    let Ok(since) = u64::try_from(time) else {
        return Way::Broken("it was used before 1970".to_owned());
    };
    let between: Vec<&Certificate> = authority
        .chain
        .iter()
        .chain(extra)
        .filter(|each| each.der != leaf.der && each.der != root.der)
        .collect();
    let between_der: Vec<CertificateDer<'_>> =
        between.iter().map(|each| CertificateDer::from(each.der.as_slice())).collect();
    let (root_der, leaf_der) =
        (CertificateDer::from(root.der.as_slice()), CertificateDer::from(leaf.der.as_slice()));
    let (Ok(anchor), Ok(end)) = (anchor_from_trusted_cert(&root_der), EndEntityCert::try_from(&leaf_der))
    else {
        return Way::Broken("it is malformed".to_owned());
    };
    let usage = KeyUsage::required(match purpose {
        Purpose::CodeSigning => CODE_SIGNING,
        Purpose::TimeStamping => TIME_STAMPING,
    });
    let time_given = UnixTime::since_unix_epoch(Duration::from_secs(since));
    let anchors = [anchor];
    match end.verify_for_usage(ALGORITHMS, &anchors, &between_der, time_given, usage, None, None) {
        Ok(path) => {
            let issuer = path.intermediate_certificates().next().map(|cert| cert.der().to_vec());
            let issuer = issuer.and_then(|der| between.iter().find(|each| each.der == der).copied());
            within(root, authority, time, issuer.unwrap_or(root))
        }
        Err(Error::UnknownIssuer) => Way::Elsewhere,
        Err(error) => Way::Broken(reason(&error)),
    }
}

/// The root must be within its own time, and within the time it is trusted for.
fn within(root: &Certificate, authority: &Authority, time: i64, issuer: &Certificate) -> Way {
    let (from, until) = root.valid;
    if !(from..=until).contains(&time) || !authority.span.covers(time) {
        return Way::Broken("it was used when its authority was not to be trusted".to_owned());
    }
    Way::Leads { issuer_key: issuer.spki.clone() }
}

fn reason(error: &Error) -> String {
    match error {
        Error::CertExpired { .. } => "it had expired when it was used".to_owned(),
        Error::CertNotValidYet { .. } => "it was used before it was valid".to_owned(),
        Error::RequiredEkuNotFoundContext(_) => "it is not made for this use".to_owned(),
        Error::CaUsedAsEndEntity => "it is an authority's own certificate".to_owned(),
        other => format!("it breaks a rule of certificates ({other:?})"),
    }
}
