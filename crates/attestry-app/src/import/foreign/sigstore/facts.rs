//! What was checked of a signature, and what came of it.

use std::fmt;

/// What the checks of a signature come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The signature holds, and a given key or root shows whose it is.
    Verified,
    /// Something does not hold: the signature, its certificate, its time or its entry in a log.
    Invalid,
    /// The signature holds for the key it names, and nothing given says whose key that is or when it signed.
    Untrusted,
    /// There is no signature.
    Unsigned,
    /// There is a signature, and no key at hand to check it with.
    NotChecked,
}

impl Outcome {
    /// The word for it in stream `build`, column `signature_result`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Invalid => "invalid",
            Self::Untrusted => "untrusted",
            Self::Unsigned => "unsigned",
            Self::NotChecked => "not_checked",
        }
    }
}

/// What one check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The signature over the statement or file.
    Signature,
    /// The file that was signed, where it is at hand.
    File,
    /// The certificate, from the signer's to a given root, at every shown instant of signing.
    Certificate,
    /// The promises of logs of certificates that the certificate carries.
    CertificateLog,
    /// That an entry of the signature log is about this signature.
    Entry,
    /// The signature log's promise to add the entry, which carries an instant.
    Promise,
    /// The entry's way to the root of the signature log.
    Inclusion,
    /// The signature log's signature over that root.
    Checkpoint,
    /// A signed time stamp (RFC 3161) over the signature.
    Timestamp,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "signature",
            Self::File => "file",
            Self::Certificate => "certificate",
            Self::CertificateLog => "certificate log",
            Self::Entry => "log entry",
            Self::Promise => "log promise",
            Self::Inclusion => "log inclusion",
            Self::Checkpoint => "log checkpoint",
            Self::Timestamp => "time stamp",
        })
    }
}

/// What came of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It holds.
    Holds,
    /// It does not hold; why, in words.
    Broken(String),
    /// It could not be checked; why, in words.
    Open(String),
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is about.
    pub subject: Subject,
    /// What came of it.
    pub finding: Finding,
}

/// All that was checked of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What the checks come to.
    pub outcome: Outcome,
    /// The identity the certificate is made for; `None` for a bare key.
    pub signer: Option<String>,
    /// Who vouched for that identity, such as the address of an OpenID Connect provider.
    pub signer_issuer: Option<String>,
    /// Instants of signing in seconds of the epoch that a log or a time-stamp authority signed for, oldest first.
    pub signed_at: Vec<i64>,
    /// The checks in the order they were made.
    pub checks: Vec<Check>,
}

impl Facts {
    /// Facts about something that carries no signature.
    pub fn unsigned() -> Self {
        Self { outcome: Outcome::Unsigned, ..Self::new() }
    }

    pub(super) fn new() -> Self {
        let outcome = Outcome::NotChecked;
        Self { outcome, signer: None, signer_issuer: None, signed_at: Vec::new(), checks: Vec::new() }
    }

    pub(super) fn add(&mut self, subject: Subject, finding: Finding) {
        self.checks.push(Check { subject, finding });
    }

    /// Adds a check that either holds or is broken.
    pub(super) fn judge(&mut self, subject: Subject, holds: bool, otherwise: &str) -> bool {
        self.add(subject, if holds { Finding::Holds } else { Finding::Broken(otherwise.to_owned()) });
        holds
    }

    pub(super) fn open(&mut self, subject: Subject, why: &str) {
        self.add(subject, Finding::Open(why.to_owned()));
    }

    /// Whether a check of this subject was made and holds.
    pub fn holds(&self, subject: Subject) -> bool {
        self.checks.iter().any(|check| check.subject == subject && check.finding == Finding::Holds)
    }

    /// Whether a check was made and found something broken.
    pub fn broken(&self) -> bool {
        self.checks.iter().any(|check| matches!(check.finding, Finding::Broken(_)))
    }
}

/// One line: what holds, then what does not and what could not be checked, with the reasons.
impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut seen: Vec<&Check> = Vec::new();
        for check in &self.checks {
            if seen.contains(&check) {
                continue;
            }
            seen.push(check);
            f.write_str(if first { "" } else { "; " })?;
            first = false;
            match &check.finding {
                Finding::Holds => write!(f, "{} holds", check.subject)?,
                Finding::Broken(why) => write!(f, "{} does not hold: {why}", check.subject)?,
                Finding::Open(why) => write!(f, "{} not checked: {why}", check.subject)?,
            }
        }
        Ok(())
    }
}
