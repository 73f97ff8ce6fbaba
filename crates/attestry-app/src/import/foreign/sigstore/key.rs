//! Public keys and signatures by them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::der::{self, BIT_STRING, OID, SEQUENCE};

const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ED25519_KEY: &[u8] = &[0x2b, 0x65, 0x70];
/// The algorithm of an RSA key in a `SubjectPublicKeyInfo`.
const RSA_ALGORITHM: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A hash that a signature is made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of `message`.
    pub(super) fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Ed25519,
    Rsa,
}

/// Why a key is not one, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor DER of a public key.
    #[error("is not a public key in PEM or DER (SubjectPublicKeyInfo)")]
    Malformed,
    /// Its algorithm is not one of those that can be checked.
    #[error("is a key of another kind than ECDSA P-256 or P-384, Ed25519 or RSA")]
    Kind,
}

/// A public key: ECDSA P-256 or P-384, Ed25519 or RSA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    /// The `SubjectPublicKeyInfo`.
    spki: Vec<u8>,
    /// What its bit string holds.
    bits: Vec<u8>,
}

/// What came of checking a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Broken,
    /// It cannot be checked: the message itself is needed, or such a key does not go with such a hash here.
    CannotTell,
}

impl From<bool> for Verdict {
    fn from(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Broken }
    }
}

impl PublicKey {
    /// Reads a key in PEM (`BEGIN PUBLIC KEY`) or DER.
    ///
    /// # Errors
    /// [`KeyError`] if it is no key, or one of a kind that cannot be checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        match pem(bytes, "PUBLIC KEY") {
            Some(der) => Self::from_spki(&der),
            None => Self::from_spki(bytes),
        }
    }

    /// Reads a `SubjectPublicKeyInfo`.
    pub(super) fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let mut fields = der::only(spki, SEQUENCE).ok_or(KeyError::Malformed)?.inside();
        let mut algorithm = fields.expect(SEQUENCE).ok_or(KeyError::Malformed)?.inside();
        let id = algorithm.expect(OID).ok_or(KeyError::Malformed)?.value;
        let bits = fields.expect(BIT_STRING).and_then(|bits| bits.bits()).ok_or(KeyError::Malformed)?;
        let curve = algorithm.expect(OID).map(|curve| curve.value);
        let (kind, fits) = match (id, curve) {
            (EC_KEY, Some(P256)) => (Kind::P256, p256::ecdsa::VerifyingKey::from_sec1_bytes(bits).is_ok()),
            // A point of this curve without compression; whether it lies on the curve is seen at the first signature.
            (EC_KEY, Some(P384)) => (Kind::P384, bits.len() == 97 && bits.starts_with(&[4])),
            (ED25519_KEY, _) => (Kind::Ed25519, bits.len() == 32),
            (RSA, _) => (Kind::Rsa, !bits.is_empty()),
            _ => return Err(KeyError::Kind),
        };
        if !fits {
            return Err(KeyError::Malformed);
        }
        Ok(Self { kind, spki: spki.to_vec(), bits: bits.to_vec() })
    }

    /// Reads an RSA key in PKCS #1, or anything that [`Self::from_spki`] reads.
    pub(super) fn from_spki_or_pkcs1(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_spki(bytes).or_else(|error| {
            let bits = der::encode(BIT_STRING, &[&[0], bytes]);
            Self::from_spki(&der::encode(SEQUENCE, &[&RSA_ALGORITHM, &bits])).map_err(|_| error)
        })
    }

    /// Its `SubjectPublicKeyInfo`.
    pub(super) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The SHA-256 of its `SubjectPublicKeyInfo`.
    pub(super) fn id(&self) -> [u8; 32] {
        Sha256::digest(&self.spki).into()
    }

    /// Checks a signature over `message` with a hash that is usual for such a key.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let hashes =
            if self.kind == Kind::P384 { &[Hash::Sha384, Hash::Sha256][..] } else { &[Hash::Sha256] };
        hashes.iter().any(|hash| self.verify_with(*hash, message, signature) == Verdict::Holds)
    }

    /// Checks a signature over `message` made with `hash`.
    pub(super) fn verify_with(&self, hash: Hash, message: &[u8], signature: &[u8]) -> Verdict {
        let algorithm: &'static dyn VerificationAlgorithm = match (self.kind, hash) {
            (Kind::P256, Hash::Sha256) => &ECDSA_P256_SHA256_ASN1,
            (Kind::P256, Hash::Sha384) => &ECDSA_P256_SHA384_ASN1,
            (Kind::P384, Hash::Sha256) => &ECDSA_P384_SHA256_ASN1,
            (Kind::P384, Hash::Sha384) => &ECDSA_P384_SHA384_ASN1,
            (Kind::P256 | Kind::P384, Hash::Sha512) => return self.verify_hash(&hash.of(message), signature),
            (Kind::Ed25519, _) => &ED25519,
            (Kind::Rsa, Hash::Sha256) => &RSA_PKCS1_2048_8192_SHA256,
            (Kind::Rsa, Hash::Sha384) => &RSA_PKCS1_2048_8192_SHA384,
            (Kind::Rsa, Hash::Sha512) => &RSA_PKCS1_2048_8192_SHA512,
        };
        UnparsedPublicKey::new(algorithm, &self.bits).verify(message, signature).is_ok().into()
    }

    /// Checks a signature over the message that has this hash: of the kinds of keys, only that of ECDSA P-256, which
    /// nearly all signers of files use, can be checked without the message.
    pub(super) fn verify_hash(&self, hash: &[u8], signature: &[u8]) -> Verdict {
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&self.bits);
        match (self.kind, key, p256::ecdsa::Signature::from_der(signature)) {
            (Kind::P256, Ok(key), Ok(signature)) => key.verify_prehash(hash, &signature).is_ok().into(),
            (Kind::P256, ..) => Verdict::Broken,
            _ => Verdict::CannotTell,
        }
    }
}

/// The DER inside the first PEM block with this label.
pub(super) fn pem(bytes: &[u8], label: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(body).ok()
}
