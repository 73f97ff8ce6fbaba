//! The keys of signed notes: Ed25519, for notes and for timestamped cosignatures.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::{NoteError, NoteSignature, VerifiedSignature};
use crate::Digest;

/// The longest name a key may have, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The latest timestamp of a cosignature, in seconds since 1970 UTC.
const MAX_TIMESTAMP: u64 = i64::MAX as u64;

/// The four bytes that tell keys of one name apart, shown as eight hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// An id from its bytes.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The four bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    /// SHA-256(name ‖ line feed ‖ type ‖ public key)\[:4\].
    fn of(name: &str, kind: KeyKind, public: &[u8; 32]) -> Self {
        let digest = Digest::of(&[name.as_bytes(), b"\n", &[kind.byte()], public].concat());
        let [a, b, c, d, ..] = *digest.as_bytes();
        Self([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// The text of a note (signature type 0x01): the key of a log.
    Ed25519,
    /// A checkpoint, with the time it was seen (signature type 0x04): the key of a witness.
    CosignatureV1,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::CosignatureV1 => 4,
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::CosignatureV1].into_iter().find(|kind| kind.byte() == byte)
    }
}

/// Why a key cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name has a form that notes cannot carry.
    #[error("`{0}` cannot name a key: give 1 to 255 bytes without spaces, control characters or `+`")]
    Name(String),
    /// The text of a verifier key has another form.
    #[error("this is not a verifier key: name, key id in hexadecimal and base64, joined by `+`")]
    Verifier,
    /// The text of a signer key has another form.
    #[error("this is not a signer key: PRIVATE+KEY, name, key id in hexadecimal and base64, joined by `+`")]
    Signer,
    /// The signature type is not one of those known here.
    #[error("key `{0}` is neither an Ed25519 key (type 1) nor an Ed25519 cosignature key (type 4)")]
    Kind(String),
    /// The key id does not belong to name and key.
    #[error("key id {found} does not belong to `{name}` and its key, which give {computed}")]
    Id {
        /// The name of the key.
        name: String,
        /// The id in the text.
        found: String,
        /// The id that name and key give.
        computed: KeyId,
    },
    /// The public key is not a point of the curve, or one that verifies signatures by nobody.
    #[error("the public key of `{0}` is not a usable Ed25519 key")]
    Public(String),
}

/// The public half of a key, with its name.
///
/// Prints and parses as `name+id+base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    kind: KeyKind,
    public: VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name(name.chars().take(80).collect()));
        }
        let unusable = || KeyError::Public(name.to_owned());
        let key = VerifyingKey::from_bytes(public).map_err(|_| unusable())?;
        if key.is_weak() {
            return Err(unusable());
        }
        Ok(Self { name: name.to_owned(), id: KeyId::of(name, kind, public), kind, public: key })
    }

    /// The name of the key: for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What the key signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Checks one signature of a text, by strict rules that leave no second valid form of a signature.
    ///
    /// # Errors
    /// [`NoteError::DoesNotVerify`].
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> Result<VerifiedSignature, NoteError> {
        let bad = || NoteError::DoesNotVerify { name: signature.name.clone(), id: signature.id };
        if !signature.is_by(self) {
            return Err(bad());
        }
        let (cosigned_at, raw) = match self.kind {
            KeyKind::Ed25519 => (None, signature.bytes.as_slice()),
            KeyKind::CosignatureV1 => {
                let (time, raw) = signature.bytes.split_first_chunk::<8>().ok_or_else(bad)?;
                (Some(u64::from_be_bytes(*time)).filter(|time| *time <= MAX_TIMESTAMP), raw)
            }
        };
        let message = match (self.kind, cosigned_at) {
            (KeyKind::Ed25519, _) => text.to_owned(),
            (KeyKind::CosignatureV1, Some(time)) => cosigned_message(text, time),
            (KeyKind::CosignatureV1, None) => return Err(bad()),
        };
        let raw = Signature::from_slice(raw).map_err(|_| bad())?;
        self.public.verify_strict(message.as_bytes(), &raw).map_err(|_| bad())?;
        Ok(VerifiedSignature { name: self.name.clone(), id: self.id, cosigned_at })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.kind.byte()], self.public.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let parts = Parts::split(text).ok_or(KeyError::Verifier)?;
        let key = Self::new(parts.name, parts.kind()?, &parts.key)?;
        parts.check_id(key.id)?;
        Ok(key)
    }
}

/// The secret half of a key, with its name. Never shown by `Debug`.
#[derive(Clone)]
pub struct SignerKey {
    verifier: VerifierKey,
    secret: SigningKey,
}

impl SignerKey {
    /// The key that comes from 32 random bytes, which the caller draws.
    ///
    /// # Errors
    /// If the name has a form that notes cannot carry.
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, secret.verifying_key().as_bytes())?;
        Ok(Self { verifier, secret })
    }

    /// Reads a key from the text that [`SignerKey::encode`] gives.
    ///
    /// # Errors
    /// If the text has another form, or its id does not belong to name and key.
    pub fn decode(text: &str) -> Result<Self, KeyError> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Signer)?;
        let parts = Parts::split(rest).ok_or(KeyError::Signer)?;
        let key = Self::from_seed(parts.name, parts.kind()?, &parts.key)?;
        parts.check_id(key.verifier.id)?;
        Ok(key)
    }

    /// The key as text, `PRIVATE+KEY+name+id+base64`: secret, for a file that only the log may read.
    pub fn encode(&self) -> String {
        let bytes = [&[self.verifier.kind.byte()], self.secret.as_bytes().as_slice()].concat();
        format!("PRIVATE+KEY+{}+{}+{}", self.verifier.name, self.verifier.id, STANDARD.encode(bytes))
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// Signs a text as it is. A cosignature key signs with [`SignerKey::cosign`] instead; one made by this
    /// function would not verify.
    pub fn sign(&self, text: &str) -> NoteSignature {
        self.signature(self.secret.sign(text.as_bytes()).to_bytes().to_vec())
    }

    /// Cosigns the text of a checkpoint: the statement that at `time` (seconds since 1970 UTC) it was the
    /// largest tree head seen of its log.
    pub fn cosign(&self, text: &str, time: u64) -> NoteSignature {
        let signed = self.secret.sign(cosigned_message(text, time).as_bytes()).to_bytes();
        self.signature([time.to_be_bytes().as_slice(), &signed].concat())
    }

    fn signature(&self, bytes: Vec<u8>) -> NoteSignature {
        NoteSignature { name: self.verifier.name.clone(), id: self.verifier.id, bytes }
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

fn cosigned_message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Whether a signature line can carry this name.
pub(super) fn is_name(name: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.chars().all(fits)
}

/// `name+id+base64(type ‖ 32 bytes)`, taken apart.
struct Parts<'a> {
    name: &'a str,
    id: &'a str,
    kind: u8,
    key: [u8; 32],
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        // Base64 may hold `+`, a name may not.
        let (name, rest) = text.split_once('+')?;
        let (id, encoded) = rest.split_once('+')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (kind, key) = decoded.split_first()?;
        Some(Self { name, id, kind: *kind, key: key.try_into().ok()? })
    }

    fn kind(&self) -> Result<KeyKind, KeyError> {
        KeyKind::of_byte(self.kind).ok_or_else(|| KeyError::Kind(self.name.to_owned()))
    }

    fn check_id(&self, computed: KeyId) -> Result<(), KeyError> {
        if self.id == computed.to_string() {
            return Ok(());
        }
        let found = self.id.chars().take(80).collect();
        Err(KeyError::Id { name: self.name.to_owned(), found, computed })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn the_published_example_key_prints_back_and_gives_its_verifier() {
        let key = SignerKey::decode(SECRET).unwrap();
        assert_eq!(key.encode(), SECRET);
        assert_eq!(key.verifier().to_string(), PUBLIC);
        assert_eq!(PUBLIC.parse::<VerifierKey>().unwrap(), key.verifier());
    }

    #[test]
    fn the_secret_is_not_in_the_debug_text() {
        let key = SignerKey::decode(SECRET).unwrap();
        let secret = SECRET.rsplit_once('+').unwrap().1;
        assert!(!format!("{key:?}").contains(secret));
    }

    #[test]
    fn keys_with_a_wrong_id_name_type_or_point_are_refused() {
        for text in [
            "".to_owned(),
            "name".to_owned(),
            "name+c74f20a3".to_owned(),
            PUBLIC.replace("c74f20a3", "c74f20a4"),
            PUBLIC.replace("c74f20a3", "C74F20A3"),
            PUBLIC.replace("PeterNeumann", "PeterNewman"),
            PUBLIC.replace("PeterNeumann", "Peter Neumann"),
            PUBLIC.replace("PeterNeumann", ""),
            PUBLIC.replace("ARpc", "AhpC"),
            PUBLIC.replace("ARpc", "AR"),
            SECRET.to_owned(),
        ] {
            assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        }
        assert!(matches!(
            VerifierKey::new("weak", KeyKind::Ed25519, &[0; 32]),
            Err(KeyError::Public(name)) if name == "weak"
        ));
        assert!(SignerKey::decode(PUBLIC).is_err());
    }

    #[test]
    fn one_key_has_another_id_for_each_kind_and_its_signatures_do_not_cross() {
        let log = SignerKey::from_seed("w", KeyKind::Ed25519, &[3; 32]).unwrap();
        let witness = SignerKey::from_seed("w", KeyKind::CosignatureV1, &[3; 32]).unwrap();
        assert_ne!(log.verifier().id(), witness.verifier().id());
        assert!(witness.verifier().verify("a\n", &witness.cosign("a\n", 5)).is_ok());
        assert!(witness.verifier().verify("a\n", &witness.sign("a\n")).is_err());
        assert!(witness.verifier().verify("a\n", &log.sign("a\n")).is_err());
        assert!(log.verifier().verify("a\n", &log.cosign("a\n", 5)).is_err());
        assert!(witness.verifier().verify("a\n", &witness.cosign("a\n", u64::MAX)).is_err());
    }

    proptest! {
        #[test]
        fn every_key_parses_back(name in "[^+\\s\\p{Cc}]{1,60}", seed: [u8; 32], witness: bool) {
            let kind = if witness { KeyKind::CosignatureV1 } else { KeyKind::Ed25519 };
            let key = SignerKey::from_seed(&name, kind, &seed).unwrap();
            prop_assert_eq!(SignerKey::decode(&key.encode()).unwrap().verifier(), key.verifier());
            prop_assert_eq!(key.verifier().to_string().parse::<VerifierKey>().unwrap(), key.verifier());
        }

        #[test]
        fn any_text_is_parsed_or_refused_and_never_panics(text in "\\PC{0,80}|[a-z+/0-9A-Z=]{0,90}") {
            let _ = text.parse::<VerifierKey>();
            let _ = SignerKey::decode(&text);
        }
    }
}
