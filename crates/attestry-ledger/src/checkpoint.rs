//! Checkpoints, as C2SP tlog-checkpoint lays down: a tree head as the text of a signed note.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::note::{NoteSignature, VerifiedSignature};
use crate::{Digest, Note, NoteError, SignerKey, VerifierKey};

/// The head of a log's tree: its origin, its size in leaves and its root.
///
/// Prints as the text that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
    extensions: Vec<String>,
}

/// Why a checkpoint cannot be made, read or trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The bytes are no signed note, or its signatures fail.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text does not begin with origin, size and root, each on its line.
    #[error("a checkpoint has an origin, a size and a root, each on its own line, and no empty line")]
    Lines,
    /// The origin is empty or holds control characters.
    #[error("`{0}` cannot be an origin: give a name of one line, such as a URL without its scheme")]
    Origin(String),
    /// The size is not a number.
    #[error("`{0}` is not a size: give a decimal number up to 2^63 − 1 without leading zeroes")]
    Size(String),
    /// The root is not a digest.
    #[error("`{0}` is not a root: give 32 bytes in base64")]
    Root(String),
    /// The key's name is not the origin.
    #[error("the key is named `{key}`, the checkpoint is of `{origin}`: use the key of that log")]
    OtherLog {
        /// The name of the key.
        key: String,
        /// The origin of the checkpoint.
        origin: String,
    },
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    ///
    /// # Errors
    /// If the origin is not a line of text, or the size is above 2^63 − 1.
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.chars().any(char::is_control) {
            return Err(CheckpointError::Origin(origin.chars().take(80).collect()));
        }
        if i64::try_from(size).is_err() {
            return Err(CheckpointError::Size(size.to_string()));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads the text of a checkpoint, without signatures.
    ///
    /// # Errors
    /// If a line is missing or malformed.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError::Lines);
        let (origin, size, root) = (line()?, line()?, line()?);
        let checkpoint = Self::new(origin, parse_size(size)?, parse_root(root)?)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        let fit = |line: &String| !line.is_empty() && !line.chars().any(char::is_control);
        if !extensions.iter().all(fit) {
            return Err(CheckpointError::Lines);
        }
        Ok(Self { extensions, ..checkpoint })
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// Lines after the first three, which this crate reads but never writes.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs with the log's key, whose name must be the origin.
    ///
    /// The caller must never sign two heads of one size with different roots.
    ///
    /// # Errors
    /// If the key is of another log.
    pub fn sign(self, key: &SignerKey) -> Result<SignedCheckpoint, CheckpointError> {
        if key.name() != self.origin {
            return Err(CheckpointError::OtherLog { key: key.name().to_owned(), origin: self.origin });
        }
        let mut note = Note::new(&self.to_string())?;
        note.add(key.sign(note.text()))?;
        Ok(SignedCheckpoint { checkpoint: self, note })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn parse_size(text: &str) -> Result<u64, CheckpointError> {
    let size = text.parse::<u64>().ok().filter(|size| size.to_string() == text);
    size.ok_or_else(|| CheckpointError::Size(text.chars().take(80).collect()))
}

fn parse_root(text: &str) -> Result<Digest, CheckpointError> {
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes).ok());
    bytes.ok_or_else(|| CheckpointError::Root(text.chars().take(80).collect()))
}

/// A checkpoint with its signatures and cosignatures. Prints as the note to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a published checkpoint; its signatures are not yet checked.
    ///
    /// # Errors
    /// If the bytes are not a note, or its text is not a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// Checks that it is of the log whose key this is, signed by it.
    ///
    /// # Errors
    /// If the origin is another, or the log's signature is missing or does not verify.
    pub fn verify(&self, log: &VerifierKey) -> Result<VerifiedSignature, CheckpointError> {
        if self.checkpoint.origin != log.name() {
            let origin = self.checkpoint.origin.clone();
            return Err(CheckpointError::OtherLog { key: log.name().to_owned(), origin });
        }
        self.signature_by(log)
    }

    /// Checks the signature or cosignature by `key`.
    ///
    /// # Errors
    /// If there is none, or it does not verify.
    pub fn signature_by(&self, key: &VerifierKey) -> Result<VerifiedSignature, CheckpointError> {
        let verified = self.note.verify(std::slice::from_ref(key))?;
        verified.into_iter().next().ok_or(CheckpointError::Note(NoteError::Unknown))
    }

    /// Adds the cosignature of a witness that saw this head at `time` (seconds since 1970 UTC).
    ///
    /// # Errors
    /// If the note carries too many signatures.
    pub fn cosign(&mut self, witness: &SignerKey, time: u64) -> Result<(), CheckpointError> {
        Ok(self.note.add(witness.cosign(self.note.text(), time))?)
    }

    /// Adds a cosignature that came from elsewhere, if it is by `witness` and verifies.
    ///
    /// # Errors
    /// If it does not verify, or the note carries too many signatures.
    pub fn add_cosignature(
        &mut self,
        signature: NoteSignature,
        witness: &VerifierKey,
    ) -> Result<VerifiedSignature, CheckpointError> {
        let verified = witness.verify(self.note.text(), &signature)?;
        self.note.add(signature)?;
        Ok(verified)
    }

    /// The tree head.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note that carries it.
    pub fn note(&self) -> &Note {
        &self.note
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.note, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::note::KeyKind;

    // The example of the specification.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    fn key(kind: KeyKind) -> SignerKey {
        SignerKey::from_seed("attestry.example/acme", kind, &[4; 32]).unwrap()
    }

    fn signed() -> SignedCheckpoint {
        let checkpoint = Checkpoint::new("attestry.example/acme", 17, Digest::of(b"")).unwrap();
        checkpoint.sign(&key(KeyKind::Ed25519)).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_parses_and_prints_back() {
        let signed = SignedCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(signed.checkpoint().origin(), "example.com/behind-the-sofa");
        assert_eq!(signed.checkpoint().size(), 20_852_163);
        assert_eq!(signed.note().signatures().len(), 2);
        assert_eq!(signed.note().signatures()[1].bytes().len(), 72);
        assert_eq!(signed.to_string(), EXAMPLE);
    }

    #[test]
    fn a_signed_and_cosigned_checkpoint_verifies_and_tells_when_it_was_cosigned() {
        let witness = SignerKey::from_seed("auditor.example/w", KeyKind::CosignatureV1, &[5; 32]).unwrap();
        let mut signed = signed();
        signed.cosign(&witness, 1_679_315_147).unwrap();
        let read = SignedCheckpoint::parse(signed.to_string().as_bytes()).unwrap();
        read.verify(&key(KeyKind::Ed25519).verifier()).unwrap();
        let cosigned = read.signature_by(&witness.verifier()).unwrap();
        assert_eq!(cosigned.cosigned_at, Some(1_679_315_147));
    }

    #[test]
    fn a_key_of_another_log_neither_signs_nor_verifies() {
        let other = SignerKey::from_seed("attestry.example/other", KeyKind::Ed25519, &[4; 32]).unwrap();
        assert!(matches!(signed().verify(&other.verifier()), Err(CheckpointError::OtherLog { .. })));
        let unsigned = signed().checkpoint().clone();
        assert!(matches!(unsigned.sign(&other), Err(CheckpointError::OtherLog { .. })));
    }

    #[test]
    fn a_changed_size_root_or_origin_does_not_verify() {
        let text = signed().to_string();
        let root = STANDARD.encode(Digest::of(b"").as_bytes());
        let other = STANDARD.encode(Digest::of(b"x").as_bytes());
        for changed in
            [text.replacen("17", "18", 1), text.replace(&root, &other), text.replacen("acme", "evil", 1)]
        {
            let read = SignedCheckpoint::parse(changed.as_bytes()).unwrap();
            assert!(read.verify(&key(KeyKind::Ed25519).verifier()).is_err());
        }
    }

    #[test]
    fn malformed_texts_are_refused() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for text in [
            "".to_owned(),
            "a\n".to_owned(),
            "a\n1\n".to_owned(),
            format!("a\n1\n{root}"),
            format!("\n1\n{root}\n"),
            format!("a\n01\n{root}\n"),
            format!("a\n+1\n{root}\n"),
            format!("a\n-1\n{root}\n"),
            format!("a\n9223372036854775808\n{root}\n"),
            format!("a\n1\n{root}=\n"),
            "a\n1\nAAAA\n".to_owned(),
            format!("a\n1\n{root}\n\n"),
            format!("a\n1\n{root}\nx\n\ny\n"),
        ] {
            assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
        }
        assert!(Checkpoint::parse(&format!("a\n0\n{root}\nextension\n")).is_ok());
    }

    proptest! {
        #[test]
        fn every_checkpoint_parses_back(origin in "[^\\p{Cc}]{1,30}", size in 0u64..1 << 63, root: [u8; 32]) {
            let checkpoint = Checkpoint::new(&origin, size, Digest::from_bytes(root)).unwrap();
            prop_assert_eq!(Checkpoint::parse(&checkpoint.to_string()).unwrap(), checkpoint);
        }

        #[test]
        fn any_text_is_parsed_or_refused_and_never_panics(text in "\\PC{0,9}\n[0-9+-]{0,21}\n[A-Za-z0-9=]{0,50}(\n\\PC{0,9}){0,3}") {
            if let Ok(checkpoint) = Checkpoint::parse(&text) {
                prop_assert_eq!(checkpoint.to_string(), text);
            }
        }

        #[test]
        fn any_bytes_are_parsed_or_refused_and_never_panic(bytes: Vec<u8>) {
            let _ = SignedCheckpoint::parse(&bytes);
        }
    }
}
