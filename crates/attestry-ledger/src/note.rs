//! Signed notes, as C2SP signed-note lays down: a text, and lines that say who signed it.

mod key;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use key::{KeyError, KeyId, KeyKind, SignerKey, VerifierKey};

/// The longest note that is read, in bytes: room for a hundred signatures of 5 kB is not needed here.
pub const MAX_NOTE_BYTES: usize = 256 * 1024;

/// The most signatures a note may carry.
pub const MAX_SIGNATURES: usize = 100;

/// A text and its signatures, known or not. The text is worth nothing before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line: a key's name and id, and what it signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    id: KeyId,
    bytes: Vec<u8>,
}

/// A signature that was checked with a known key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: KeyId,
    /// For a cosignature, when it was made, in seconds since 1970 UTC.
    pub cosigned_at: Option<u64>,
}

/// Why a note cannot be made, read or trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The bytes are longer than [`MAX_NOTE_BYTES`].
    #[error("a note has at most 262144 bytes, this has {0}")]
    TooLong(usize),
    /// The bytes are not UTF-8, or hold a control character.
    #[error("a note is text in UTF-8 without control characters other than the line feed")]
    NotText,
    /// The text of a note ends with a line feed.
    #[error("the text of a note ends with a line feed")]
    NoFinalNewline,
    /// There is no blank line with signatures after it.
    #[error("a note ends with a blank line and its signature lines")]
    NoSignatures,
    /// A signature line has another form.
    #[error("line `{0}` is not a signature: an em dash, a key name, and base64")]
    Signature(String),
    /// There are more than [`MAX_SIGNATURES`] signatures.
    #[error("a note has at most 100 signatures")]
    TooManySignatures,
    /// A key that is known did not sign this text.
    #[error(
        "the signature by `{name}` (key {id}) does not verify: the note was changed, or signed by another key"
    )]
    DoesNotVerify {
        /// The name of the key.
        name: String,
        /// The id of the key.
        id: KeyId,
    },
    /// No signature is by a key that is known.
    #[error("no signature of this note is by a known key")]
    Unknown,
}

impl Note {
    /// A note without signatures.
    ///
    /// # Errors
    /// If the text does not end with a line feed or holds control characters.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        if text.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong(text.len()));
        }
        if !text.ends_with('\n') {
            return Err(NoteError::NoFinalNewline);
        }
        if text.chars().any(is_refused) {
            return Err(NoteError::NotText);
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Reads a note; its signatures are not yet checked.
    ///
    /// # Errors
    /// If the bytes are not a note with one signature or more, or are too many.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong(bytes.len()));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        let (before, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        if whole.chars().any(is_refused) {
            return Err(NoteError::NotText);
        }
        let mut note = Self::new(&format!("{before}\n"))?;
        for line in lines.split('\n') {
            if note.signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            note.signatures.push(line.parse()?);
        }
        Ok(note)
    }

    /// The text, with its final line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in the order of their lines.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature; one by the same key is replaced.
    ///
    /// # Errors
    /// If the note has [`MAX_SIGNATURES`] already.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        self.signatures.retain(|old| old.name != signature.name || old.id != signature.id);
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Checks the signatures of the known keys; those of other keys are passed over.
    ///
    /// # Errors
    /// If a signature by a known key does not verify, or none is by a known key.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<VerifiedSignature>, NoteError> {
        let mut verified: Vec<VerifiedSignature> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = keys.iter().find(|key| signature.is_by(key)) else { continue };
            let found = key.verify(&self.text, signature)?;
            if !verified.iter().any(|old| old.name == found.name && old.id == found.id) {
                verified.push(found);
            }
        }
        if verified.is_empty() { Err(NoteError::Unknown) } else { Ok(verified) }
    }
}

/// The whole note: text, blank line, signature lines.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

fn is_refused(c: char) -> bool {
    c < ' ' && c != '\n'
}

/// Reads a signature line, without its line feed.
impl FromStr for NoteSignature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        let read = || {
            let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
            let decoded = STANDARD.decode(encoded).ok()?;
            let (id, bytes) = decoded.split_first_chunk::<4>()?;
            let fit = key::is_name(name) && !bytes.is_empty();
            fit.then(|| Self { name: name.to_owned(), id: KeyId::from_bytes(*id), bytes: bytes.to_vec() })
        };
        read().ok_or_else(|| NoteError::Signature(line.chars().take(80).collect()))
    }
}

impl NoteSignature {
    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The signature after the key id: 64 bytes for Ed25519, 72 for an Ed25519 cosignature.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether name and id are those of `key`.
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }
}

/// The signature line, without its line feed.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes().as_slice(), &self.bytes].concat();
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The example of the specification.
    const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n— example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    fn signer() -> SignerKey {
        SignerKey::from_seed("attestry.example/acme", KeyKind::Ed25519, &[9; 32]).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_verifies_and_prints_back() {
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        let verified = note.verify(&[KEY.parse().unwrap()]).unwrap();
        assert_eq!((verified[0].name.as_str(), verified[0].cosigned_at), ("example.com/foo", None));
        assert_eq!(note.to_string(), NOTE);
    }

    #[test]
    fn a_changed_text_or_signature_does_not_verify() {
        let key: VerifierKey = KEY.parse().unwrap();
        for changed in [NOTE.replace("This", "That"), NOTE.replace("Kuw", "Kux")] {
            let note = Note::parse(changed.as_bytes()).unwrap();
            assert!(matches!(note.verify(std::slice::from_ref(&key)), Err(NoteError::DoesNotVerify { .. })));
        }
    }

    #[test]
    fn signatures_by_unknown_keys_are_kept_and_passed_over() {
        let mut note = Note::parse(NOTE.as_bytes()).unwrap();
        note.add(signer().sign(note.text())).unwrap();
        let note = Note::parse(note.to_string().as_bytes()).unwrap();
        assert_eq!(note.signatures().len(), 2);
        assert_eq!(note.verify(&[KEY.parse().unwrap()]).unwrap().len(), 1);
        assert_eq!(note.verify(&[signer().verifier(), KEY.parse().unwrap()]).unwrap().len(), 2);
        let stranger = SignerKey::from_seed("stranger", KeyKind::Ed25519, &[1; 32]).unwrap();
        assert_eq!(note.verify(&[stranger.verifier()]), Err(NoteError::Unknown));
    }

    #[test]
    fn signing_again_with_a_key_replaces_its_line() {
        let mut note = Note::new("a\n").unwrap();
        note.add(signer().sign("b\n")).unwrap();
        note.add(signer().sign(note.text())).unwrap();
        assert_eq!(note.signatures().len(), 1);
        note.verify(&[signer().verifier()]).unwrap();
    }

    #[test]
    fn a_text_with_empty_lines_is_split_at_the_last() {
        let mut note = Note::new("one\n\ntwo\n\n").unwrap();
        note.add(signer().sign(note.text())).unwrap();
        assert_eq!(Note::parse(note.to_string().as_bytes()).unwrap(), note);
    }

    #[test]
    fn malformed_notes_are_refused() {
        let line = NOTE.split_once("\n\n").unwrap().1;
        for text in [
            "".to_owned(),
            "text\n".to_owned(),
            "text\n\n".to_owned(),
            format!("text\n{line}"),
            format!("text\n\n{}", line.trim_end()),
            format!("te\u{1}xt\n\n{line}"),
            format!("te\rxt\n\n{line}"),
            format!("text\n\n{}", line.replace('—', "-")),
            format!("text\n\n{}", line.replace("example.com/foo", "exam ple")),
            format!("text\n\n{}", line.replace("example.com/foo", "exam+ple")),
            format!("text\n\n{}", line.replace("Uw2Q", "Uw!Q")),
            "text\n\n— example.com/foo AAAA\n".to_owned(),
            format!("text\n\n{}", line.repeat(MAX_SIGNATURES + 1)),
            format!("{}\n\n{line}", "x".repeat(MAX_NOTE_BYTES)),
        ] {
            assert!(Note::parse(text.as_bytes()).is_err(), "{:.80}", text);
        }
        assert!(Note::parse(&[b"\xff\n\n", line.as_bytes()].concat()).is_err());
    }

    proptest! {
        #[test]
        fn every_note_parses_back(lines in proptest::collection::vec("[^\\x00-\\x1f]{0,20}", 1..6)) {
            let mut note = Note::new(&format!("{}\n", lines.join("\n"))).unwrap();
            note.add(signer().sign(note.text())).unwrap();
            let again = Note::parse(note.to_string().as_bytes()).unwrap();
            again.verify(&[signer().verifier()]).unwrap();
            prop_assert_eq!(again, note);
        }

        #[test]
        fn any_bytes_are_parsed_or_refused_and_never_panic(bytes: Vec<u8>, tail in "(\n\n— [a-z ]{0,9}[A-Za-z0-9+/=]{0,20}\n)?") {
            let _ = Note::parse(&[bytes.as_slice(), tail.as_bytes()].concat());
        }
    }
}
