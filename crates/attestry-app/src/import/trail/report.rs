//! What the digests prove, and what they do not.

use std::fmt;

use jiff::Timestamp;

/// A span of instants: from the first to before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Where it starts.
    pub start: Timestamp,
    /// Where it ends.
    pub end: Timestamp,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.end)
    }
}

/// Which chain of digests: one for each account and region of a trail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailName {
    /// The organisation, where the trail is an organisation's.
    pub organisation: Option<String>,
    /// The account whose calls are recorded.
    pub account: String,
    /// The region the calls were made in.
    pub region: String,
    /// The trail's name.
    pub trail: String,
    /// The region the trail was made in.
    pub home_region: String,
}

impl fmt::Display for TrailName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trail `{}` of account {} in {}", self.trail, self.account, self.region)
    }
}

/// What is proven of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// Which.
    pub name: TrailName,
    /// Digest files.
    pub digests: u64,
    /// Digest files whose signature holds.
    pub signed: u64,
    /// Log files that signed digests name.
    pub logs: u64,
    /// Those of them that are here unchanged.
    pub intact: u64,
    /// Spans in which every log file that was delivered is here unchanged, in order, not touching. By the time of
    /// delivery: an event is delivered up to some 15 minutes after it happened.
    pub proven: Vec<Span>,
}

/// What came of checking digests and logs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The chains, by name.
    pub trails: Vec<Trail>,
    /// What is not as it should be, chain by chain from the oldest on, then the log files without digest.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether every chain is proven without a hole from `start` to `end`; false without any chain.
    pub fn proves(&self, start: Timestamp, end: Timestamp) -> bool {
        let covers = |trail: &Trail| trail.proven.iter().any(|span| span.start <= start && end <= span.end);
        !self.trails.is_empty() && self.trails.iter().all(covers)
    }
}

/// How much a finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It can be as it should: more files or keys may settle it.
    Open,
    /// Something is missing or was switched off.
    Missing,
    /// Something was changed, forged or moved.
    Changed,
}

/// Something that is not as it should be. Paths are from `AWSLogs` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file it is about.
    pub path: String,
    /// What it is.
    pub kind: FindingKind,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingKind {
    /// The digest lies at another path than it says: the path it was found at.
    Moved(String),
    /// Two digests with different contents claim the same path.
    Doubled,
    /// No signature of the digest is at hand; whether it is the newest of its chain, whose signature only S3 has.
    NoSignature {
        /// No later digest is here, which would carry the signature.
        newest: bool,
    },
    /// The digest names a way of signing that is not known.
    Algorithm(String),
    /// No key with this fingerprint was given.
    NoKey(String),
    /// The key does not sign at that time.
    KeyOutOfTime(String),
    /// The digest's signature does not hold.
    Forged,
    /// A later digest names this one with another hash.
    OtherHash,
    /// A later digest names this one, and it is not here: the time up to the later digest's start.
    DigestMissing {
        /// The end of the newest older digest that is here, if any.
        after: Option<Timestamp>,
        /// The start of the digest that names it.
        before: Timestamp,
    },
    /// A chain starts here although older digests exist: validation or logging was off in between.
    Restarted(Span),
    /// No digest covers this span although the digests name each other.
    Uncovered(Span),
    /// A log file that a signed digest names is not here.
    LogMissing,
    /// A log file is not what a signed digest says.
    LogChanged,
    /// A log file cannot be unpacked, so that it is not what a signed digest says.
    LogUnreadable,
    /// A log file's hash is of an unknown kind.
    LogHash,
    /// A log file that no digest names, though a signed digest covers its time.
    Unnamed,
    /// A log file that only digests name whose signature does not hold or is not at hand.
    Unproven,
    /// A log file of a time that no signed digest covers.
    Outside,
    /// A log file of an account and region without any digest.
    NoDigests,
}

impl FindingKind {
    /// How much it says.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Moved(_) | Self::Doubled | Self::Forged | Self::OtherHash => Weight::Changed,
            Self::LogChanged | Self::LogUnreadable | Self::Unnamed => Weight::Changed,
            // Every copy of a part of a trail begins with a digest that names an older one.
            Self::DigestMissing { after: None, .. } => Weight::Open,
            Self::DigestMissing { .. } | Self::Restarted(_) | Self::Uncovered(_) => Weight::Missing,
            Self::LogMissing | Self::NoSignature { newest: false } => Weight::Missing,
            Self::NoSignature { newest: true } | Self::Algorithm(_) | Self::NoKey(_) => Weight::Open,
            Self::KeyOutOfTime(_) | Self::LogHash | Self::Unproven | Self::Outside => Weight::Open,
            Self::NoDigests => Weight::Open,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.path)?;
        match &self.kind {
            FindingKind::Moved(path) => write!(f, "was found at `{path}`: a digest counts only where it says it is"),
            FindingKind::Doubled => f.write_str("is claimed by two digests with different contents"),
            FindingKind::NoSignature { newest: true } => f.write_str(
                "is the newest digest, whose signature is in the metadata of its object in S3: give it to prove this hour",
            ),
            FindingKind::NoSignature { newest: false } => {
                f.write_str("has no signature here: the digest after it, which carries the signature, is missing")
            }
            FindingKind::Algorithm(name) => write!(f, "is signed with `{name}`; only SHA256withRSA is known"),
            FindingKind::NoKey(fingerprint) => {
                write!(f, "is signed with key {fingerprint}, which was not given: give the keys of its region and time")
            }
            FindingKind::KeyOutOfTime(fingerprint) => {
                write!(f, "is signed with key {fingerprint}, which does not sign at that time")
            }
            FindingKind::Forged => f.write_str("has a signature that does not hold: it is not as CloudTrail wrote it"),
            FindingKind::OtherHash => f.write_str("is not the one that the digest after it names: the hash differs"),
            FindingKind::DigestMissing { after: Some(after), before } => {
                write!(f, "is missing: a later digest names it; nothing is proven from {after} to {before}")
            }
            FindingKind::DigestMissing { after: None, before } => {
                write!(f, "is missing: the oldest digest here names it; nothing is proven before {before}")
            }
            FindingKind::Restarted(span) => {
                write!(f, "starts a new chain: validation or logging was off from {span}")
            }
            FindingKind::Uncovered(span) => write!(f, "follows a hole: no digest covers {span}"),
            FindingKind::LogMissing => f.write_str("is named by a signed digest and is not here"),
            FindingKind::LogChanged => f.write_str("was changed: its hash is not the one in its signed digest"),
            FindingKind::LogUnreadable => f.write_str("cannot be unpacked, so it is not the file its signed digest names"),
            FindingKind::LogHash => f.write_str("is named with a hash of an unknown kind: only SHA-256 is known"),
            FindingKind::Unnamed => f.write_str("is named by no digest, though a signed one covers its time: nothing vouches for it"),
            FindingKind::Unproven => f.write_str("is named only by digests whose signature does not hold or is not here"),
            FindingKind::Outside => f.write_str("is of a time that no signed digest here covers"),
            FindingKind::NoDigests => f.write_str("is of an account and region without any digest here"),
        }
    }
}
