//! Typed identifiers: ULIDs for what a programme creates, codes for what a catalog names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ulid::Ulid;

/// A text that is no identifier of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is no {kind} id; {expected}")]
pub struct InvalidId {
    text: String,
    kind: &'static str,
    expected: &'static str,
}

macro_rules! ulid_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Ulid);

        impl $name {
            /// The identifier with these 128 bits: a time in milliseconds and 80 random bits.
            pub const fn new(ulid: Ulid) -> Self {
                Self(ulid)
            }

            /// The bare ULID.
            pub const fn ulid(self) -> Ulid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let expected = "expected 26 letters and digits, as the list of them prints";
                Ulid::from_string(text)
                    .map(Self)
                    .map_err(|_| InvalidId { text: text.to_owned(), kind: $kind, expected })
            }
        }
    )*};
}

ulid_ids! {
    /// One organisation's programme.
    WorkspaceId = "workspace";
    /// A person; opaque, so that it may stay when the person's name is erased.
    PersonId = "person";
    /// An uploaded file.
    ArtifactId = "artifact";
    /// An immutable file of records.
    SegmentId = "segment";
    /// Records that were not taken.
    SetAsideId = "set-aside";
    /// A registered prediction log or other table.
    DatasetId = "dataset";
    /// A named person's statement that a control was performed.
    AttestationId = "attestation";
    /// One execution of a control test.
    RunId = "test run";
    /// One audit.
    EngagementId = "engagement";
    /// An AI system.
    AiSystemId = "AI system";
    /// An impact or bias assessment.
    AssessmentId = "assessment";
    /// What a caller sent, so that a repeat returns the first answer.
    CommandId = "command";
}

macro_rules! code_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let plain = |c: char| c.is_ascii_alphanumeric() || " .:-_()".contains(c);
                let ok = !text.is_empty() && text.len() <= 80 && text.trim() == text && text.chars().all(plain);
                let expected = "expected 1 to 80 letters, digits, spaces, dots, colons, hyphens or brackets";
                if ok {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidId { text: text.chars().take(80).collect(), kind: $kind, expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }
    )*};
}

code_ids! {
    /// A framework's short name, such as `soc2`.
    FrameworkId = "framework";
    /// A qualified requirement, such as `iso42001:A.5.2`.
    RequirementId = "requirement";
    /// A control of the one control set, such as `CHG-01`.
    ControlId = "control";
    /// A control test, such as `change-reviewed`.
    TestId = "control test";
    /// A kind of record, such as `change`.
    StreamId = "stream";
    /// A field of an adviser's profile, such as `customers`.
    FieldId = "profile field";
    /// A rule of an adviser, such as `soc2-asked`.
    RuleId = "rule";
    /// A step that an adviser can plan, such as `soc2-type2`.
    StepId = "step";
}

impl RequirementId {
    /// The framework's part, before the first colon.
    pub fn framework(&self) -> &str {
        self.0.split_once(':').map_or("", |(framework, _)| framework)
    }

    /// The bare code, after the first colon.
    pub fn code(&self) -> &str {
        self.0.split_once(':').map_or(&self.0, |(_, code)| code)
    }
}

/// A SHA-256 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first twelve hexadecimal digits, enough to tell digests apart on a page.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(12);
        text
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Digest {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut bytes = [0; 32];
        let expected = "expected 64 hexadecimal digits";
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidId {
            text: text.chars().take(80).collect(),
            kind: "digest",
            expected,
        })?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}
