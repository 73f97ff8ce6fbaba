//! What a certificate says.

use super::der::{self, BIT_STRING, BOOLEAN, Element, INTEGER, OCTET_STRING, OID, SEQUENCE, UTF8_STRING};
use super::der::{Reader, context};
use super::key::{KeyError, PublicKey, pem};

const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// Certificate timestamps of the logs that promised to log it (RFC 6962 §3.3).
const TIMESTAMP_LIST: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];
/// What the authority of Sigstore says about an identity; the last number follows.
const SIGSTORE: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xbf, 0x30, 0x01];
/// A user name in a certificate's names.
const SIGSTORE_USER: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xbf, 0x30, 0x01, 0x07];

/// An X.509 certificate, read but not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    /// The `SubjectPublicKeyInfo`.
    pub(super) spki: Vec<u8>,
    /// The name of who issued it, in DER.
    pub(super) issuer: Vec<u8>,
    /// The name of whom it is for, in DER.
    pub(super) subject: Vec<u8>,
    /// The serial number's element.
    pub(super) serial: Vec<u8>,
    /// Seconds of the epoch, both ends included.
    pub(super) valid: (i64, i64),
    extensions: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Certificate {
    /// Reads DER; `None` if it is no certificate.
    pub(super) fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut tbs = body(bytes)?.inside();
        tbs.expect(context(0));
        let serial = tbs.expect(INTEGER)?.whole.to_vec();
        tbs.expect(SEQUENCE)?;
        let issuer = tbs.expect(SEQUENCE)?.whole.to_vec();
        let mut validity = tbs.expect(SEQUENCE)?.inside();
        let valid = (validity.any()?.instant()?, validity.any()?.instant()?);
        let subject = tbs.expect(SEQUENCE)?.whole.to_vec();
        let spki = tbs.expect(SEQUENCE)?.whole.to_vec();
        let list = tbs.find(|element| element.tag == context(3));
        let extensions = list.map_or(Some(Vec::new()), |list| {
            list.inside().expect(SEQUENCE)?.inside().map(|each| extension(&each)).collect()
        })?;
        Some(Self { der: bytes.to_vec(), spki, issuer, subject, serial, valid, extensions })
    }

    /// Reads PEM.
    pub(super) fn from_pem(text: &[u8]) -> Option<Self> {
        Self::from_der(&pem(text, "CERTIFICATE")?)
    }

    /// The key it is about.
    pub(super) fn key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki(&self.spki)
    }

    fn extension(&self, id: &[u8]) -> Option<&[u8]> {
        self.extensions.iter().find(|(found, _)| found == id).map(|(_, value)| value.as_slice())
    }

    /// The first name it is for: an address of the web or of mail, or a user name.
    pub(super) fn name(&self) -> Option<String> {
        let names = der::only(self.extension(SUBJECT_ALT_NAME)?, SEQUENCE)?;
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        names.inside().find_map(|name| match name.tag {
            0x81 | 0x86 => text(name.value),
            0xa0 => {
                let mut parts = name.inside();
                parts.expect(OID).filter(|id| id.value == SIGSTORE_USER)?;
                text(parts.expect(context(0))?.inside().expect(UTF8_STRING)?.value)
            }
            _ => None,
        })
    }

    /// Sigstore's statement with this number, such as 21 for the address of the run.
    pub(super) fn statement(&self, number: u8) -> Option<String> {
        let id = [SIGSTORE, &[number]].concat();
        let value = self.extension(&id)?;
        // The first six are bare text, the later ones are strings of DER.
        let text = if number < 7 { value } else { der::only(value, UTF8_STRING)?.value };
        std::str::from_utf8(text).ok().map(str::to_owned)
    }

    /// The list of certificate timestamps, as TLS writes it.
    pub(super) fn timestamps(&self) -> Option<&[u8]> {
        der::only(self.extension(TIMESTAMP_LIST)?, OCTET_STRING).map(|list| list.value)
    }

    /// The body as the logs signed it: without their timestamps (RFC 6962 §3.2).
    pub(super) fn body_before_logging(&self) -> Option<Vec<u8>> {
        let parts: Vec<Vec<u8>> =
            body(&self.der)?
                .inside()
                .map(|part| {
                    if part.tag == context(3) { without_timestamps(&part) } else { Some(part.whole.to_vec()) }
                })
                .collect::<Option<_>>()?;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Some(der::encode(SEQUENCE, &parts))
    }
}

/// The part of a certificate that its issuer signs.
fn body(certificate: &[u8]) -> Option<Element<'_>> {
    let mut parts = der::only(certificate, SEQUENCE)?.inside();
    let body = parts.expect(SEQUENCE)?;
    parts.expect(SEQUENCE)?;
    parts.expect(BIT_STRING)?;
    parts.is_empty().then_some(body)
}

/// Id and value of an extension.
fn extension(element: &Element<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut parts: Reader<'_> = element.inside();
    let id = parts.expect(OID)?.value.to_vec();
    parts.expect(BOOLEAN);
    Some((id, parts.expect(OCTET_STRING)?.value.to_vec()))
}

fn without_timestamps(list: &Element<'_>) -> Option<Vec<u8>> {
    let kept = list.inside().expect(SEQUENCE)?.inside().filter(|each| {
        let id = each.inside().expect(OID).map(|id| id.value);
        id != Some(TIMESTAMP_LIST)
    });
    let kept: Vec<&[u8]> = kept.map(|each| each.whole).collect();
    Some(der::encode(list.tag, &[&der::encode(SEQUENCE, &kept)]))
}
