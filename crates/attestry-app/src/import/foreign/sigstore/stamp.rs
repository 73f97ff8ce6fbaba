//! Signed time stamps (RFC 3161): an authority's word that a signature existed at an instant.

use super::certificate::Certificate;
use super::chain::{Purpose, Way, way};
use super::der::{self, Element, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET, context};
use super::key::{Hash, Verdict};
use super::root::Authority;

/// Most certificates in a token and signers of it that are looked at.
const MOST: usize = 16;
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const STAMP_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// ESS signing-certificate-v2, which names the signer's certificate by its hash.
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
const HASHES: [(&[u8], Hash); 9] = [
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], Hash::Sha256),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02], Hash::Sha384),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03], Hash::Sha512),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03], Hash::Sha384),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04], Hash::Sha512),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], Hash::Sha384),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], Hash::Sha512),
];

/// What came of looking at a time stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stamped {
    /// It holds; the instant in seconds of the epoch.
    At(i64),
    Broken(String),
    /// None of the given authorities made it.
    OtherAuthority,
    /// Its signature is of a kind that cannot be checked.
    UnknownKind,
}

/// A token, read but not judged.
struct Token<'t> {
    /// What is signed: the stamp's own text.
    info: &'t [u8],
    certificates: Vec<Certificate>,
    signers: Vec<Signer<'t>>,
}

struct Signer<'t> {
    /// Issuer and serial number of the certificate, where it is named so.
    named: Option<(&'t [u8], &'t [u8])>,
    digest: Hash,
    hash: Hash,
    attributes: Element<'t>,
    signature: &'t [u8],
}

/// Checks the answer of a time-stamp authority over `signature`.
pub(super) fn stamped(answer: &[u8], signature: &[u8], authorities: &[Authority]) -> Stamped {
    let Some(token) = read(answer) else {
        return Stamped::Broken("it is malformed or was refused by its authority".to_owned());
    };
    let Some(time) = stated(token.info, signature) else {
        return Stamped::Broken("it is over something else than this signature".to_owned());
    };
    let mut result = Stamped::OtherAuthority;
    for authority in authorities {
        match by(&token, authority, time) {
            Stamped::At(time) => return Stamped::At(time),
            Stamped::OtherAuthority => {}
            other => result = other,
        }
    }
    result
}

/// The instant of a stamp that is over `signature`.
fn stated(info: &[u8], signature: &[u8]) -> Option<i64> {
    let mut fields = der::only(info, SEQUENCE)?.inside();
    fields.expect(INTEGER)?;
    fields.expect(OID)?;
    let mut imprint = fields.expect(SEQUENCE)?.inside();
    let hash = hash(&imprint.expect(SEQUENCE)?)?;
    let same = imprint.expect(OCTET_STRING)?.value == hash.of(signature);
    fields.expect(INTEGER)?;
    fields.any()?.instant().filter(|_| same)
}

fn by(token: &Token<'_>, authority: &Authority, time: i64) -> Stamped {
    let mut result = Stamped::OtherAuthority;
    for signer in &token.signers {
        let fits =
            |each: &&Certificate| signer.named.is_none_or(|named| named == (&each.issuer, &each.serial));
        for leaf in token.certificates.iter().chain(authority.chain.first()).filter(fits) {
            match way(leaf, &token.certificates, authority, time, Purpose::TimeStamping) {
                Way::Elsewhere => {}
                Way::Broken(why) => result = Stamped::Broken(format!("of its certificate: {why}")),
                Way::Leads { .. } => match signer.holds(token.info, leaf) {
                    Verdict::Holds => return Stamped::At(time),
                    Verdict::CannotTell => result = Stamped::UnknownKind,
                    Verdict::Broken => {
                        result = Stamped::Broken(
                            "its signature does not fit its contents and certificate".to_owned(),
                        );
                    }
                },
            }
        }
    }
    result
}

impl Signer<'_> {
    fn holds(&self, info: &[u8], leaf: &Certificate) -> Verdict {
        let Ok(key) = leaf.key() else {
            return Verdict::CannotTell;
        };
        // Signed is the set of attributes, under the tag of a set.
        let signed = der::encode(SET, &[self.attributes.value]);
        let digest = self.attribute(MESSAGE_DIGEST).filter(|value| value.tag == OCTET_STRING);
        let kind = self.attribute(CONTENT_TYPE).filter(|value| value.tag == OID);
        let fits = digest.is_some_and(|digest| digest.value == self.digest.of(info))
            && kind.is_some_and(|kind| kind.value == STAMP_INFO)
            && self.names(leaf);
        if fits { key.verify_with(self.hash, &signed, self.signature) } else { Verdict::Broken }
    }

    fn attribute(&self, id: &[u8]) -> Option<Element<'_>> {
        self.attributes.inside().find_map(|attribute| {
            let mut parts = attribute.inside();
            parts.expect(OID).filter(|found| found.value == id)?;
            parts.expect(SET)?.inside().any()
        })
    }

    /// Whether the certificate is the one the attributes name, where they name one by such a hash.
    fn names(&self, leaf: &Certificate) -> bool {
        let Some(attribute) = self.attribute(SIGNING_CERTIFICATE) else {
            return true;
        };
        let first = || {
            let mut parts = attribute.inside().expect(SEQUENCE)?.inside().expect(SEQUENCE)?.inside();
            let algorithm = parts.expect(SEQUENCE).map_or(Some(Hash::Sha256), |found| hash(&found))?;
            Some(parts.expect(OCTET_STRING)?.value == algorithm.of(&leaf.der))
        };
        first() == Some(true)
    }
}

fn hash(algorithm: &Element<'_>) -> Option<Hash> {
    let id = algorithm.inside().expect(OID)?.value;
    HASHES.iter().find(|(known, _)| *known == id).map(|(_, hash)| *hash)
}

fn read(answer: &[u8]) -> Option<Token<'_>> {
    let mut fields = der::only(answer, SEQUENCE)?.inside();
    let status = fields.expect(SEQUENCE)?.inside().expect(INTEGER)?;
    // Granted, or granted with changes.
    if !matches!(status.value, [0 | 1]) {
        return None;
    }
    let mut token = fields.expect(SEQUENCE)?.inside();
    token.expect(OID).filter(|id| id.value == SIGNED_DATA)?;
    let mut data = token.expect(context(0))?.inside().expect(SEQUENCE)?.inside();
    data.expect(INTEGER)?;
    data.expect(SET)?;
    let mut content = data.expect(SEQUENCE)?.inside();
    content.expect(OID).filter(|id| id.value == STAMP_INFO)?;
    let info = content.expect(context(0))?.inside().expect(OCTET_STRING)?.value;
    let certificates = data.expect(context(0)).map_or(Reader::new(&[]), |set| set.inside());
    let certificates =
        certificates.take(MOST).map(|each| Certificate::from_der(each.whole)).collect::<Option<_>>()?;
    data.expect(context(1));
    let signers = data.expect(SET)?.inside().take(MOST).map(signer).collect::<Option<_>>()?;
    Some(Token { info, certificates, signers })
}

fn signer(element: Element<'_>) -> Option<Signer<'_>> {
    let mut fields = element.inside();
    fields.expect(INTEGER)?;
    let who = fields.any()?;
    let named = match who.tag {
        SEQUENCE => {
            let mut parts = who.inside();
            Some((parts.expect(SEQUENCE)?.whole, parts.expect(INTEGER)?.whole))
        }
        _ => None,
    };
    let digest = hash(&fields.expect(SEQUENCE)?)?;
    let attributes = fields.expect(context(0))?;
    // An algorithm that names no hash, such as that of RSA or Ed25519, goes with the hash of the contents.
    let hash = hash(&fields.expect(SEQUENCE)?).unwrap_or(digest);
    Some(Signer { named, digest, hash, attributes, signature: fields.expect(OCTET_STRING)?.value })
}
