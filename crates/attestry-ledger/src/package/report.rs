//! What the verifier of a package found.

use serde::{Deserialize, Serialize};

use super::{Fault, FaultKind};
use crate::Digest;
use crate::verify::Check;

/// The most faults, and the most things unchecked, that a report lists.
const MAX_LISTED: usize = 1000;

/// The outcome of checking a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the package says it is, in its maker's words; empty if it has no manifest.
    pub title: String,
    /// What it says it covers.
    pub scope: String,
    /// The workspace its events belong to.
    pub workspace: String,
    /// The key of the log that was checked against.
    pub log_key: String,
    /// Whether that key was given. If not, it is the one that the package brings, and the package only agrees with itself.
    pub log_key_given: bool,
    /// Leaves in the tree of its checkpoint.
    pub size: u64,
    /// The root of that tree.
    pub root: Option<Digest>,
    /// Events in the package.
    pub events: u64,
    /// Files in the package.
    pub files: u64,
    /// Who signed what, as far as it verified.
    pub signatures: Vec<Signature>,
    /// What was looked at.
    pub checked: Vec<Check>,
    /// What is wrong, at most the first 1,000.
    pub faults: Vec<Fault>,
    /// How many more faults there are.
    pub further_faults: u64,
    /// What could not be checked, and why.
    pub unchecked: Vec<String>,
    /// What is odd and proves nothing.
    pub remarks: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A signature that verified, or a time stamp that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// The kind of statement.
    pub kind: SignatureKind,
    /// Who made it: the name of a key.
    pub by: String,
    /// Over how many events.
    pub size: u64,
    /// When, in seconds since 1970 UTC, where it says.
    pub at: Option<i64>,
}

/// What a signature states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// The log signed the checkpoint.
    Log,
    /// The log sealed the manifest.
    Seal,
    /// A witness saw the checkpoint, consistent with all it saw before.
    Witness,
    /// A time stamp of the checkpoint; the authority's signature was not checked.
    TimeStamp,
}

/// A report in the making; the part that is kept when the verification is interrupted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Findings {
    pub(super) events: u64,
    pub(super) payloads: u64,
    pub(super) erased: u64,
    /// Digests in payloads that are of no file here.
    pub(super) elsewhere: u64,
    pub(super) included: u64,
    pub(super) tiles: u64,
    pub(super) files: u64,
    pub(super) named: u64,
    pub(super) times: u64,
    pub(super) signatures: u64,
    pub(super) roots: u64,
    pub(super) proofs: u64,
    pub(super) faults: Vec<Fault>,
    pub(super) further: u64,
    pub(super) unchecked: Vec<String>,
    pub(super) unchecked_further: u64,
    pub(super) remarks: Vec<String>,
    pub(super) remarks_further: u64,
}

impl Findings {
    pub(super) fn fault(&mut self, kind: FaultKind, place: impl Into<String>, what: impl Into<String>) {
        if self.faults.len() < MAX_LISTED {
            self.faults.push(Fault::new(kind, place, what));
        } else {
            self.further += 1;
        }
    }

    pub(super) fn unchecked(&mut self, what: impl Into<String>) {
        if self.unchecked.len() < MAX_LISTED {
            self.unchecked.push(what.into());
        } else {
            self.unchecked_further += 1;
        }
    }

    pub(super) fn remark(&mut self, what: impl Into<String>) {
        if self.remarks.len() < 20 {
            self.remarks.push(what.into());
        } else {
            self.remarks_further += 1;
        }
    }

    /// Both together: what was found before the files, then what was found in them.
    pub(super) fn and(mut self, more: Self) -> Self {
        for fault in more.faults {
            self.fault(fault.kind, fault.place, fault.what);
        }
        more.unchecked.into_iter().for_each(|what| self.unchecked(what));
        more.remarks.into_iter().for_each(|what| self.remark(what));
        self.further += more.further;
        self.unchecked_further += more.unchecked_further;
        self.remarks_further += more.remarks_further;
        self.events += more.events;
        self.payloads += more.payloads;
        self.erased += more.erased;
        self.elsewhere += more.elsewhere;
        self.included += more.included;
        self.tiles += more.tiles;
        self.files += more.files;
        self.named += more.named;
        self.times += more.times;
        self.signatures += more.signatures;
        self.roots += more.roots;
        self.proofs += more.proofs;
        self
    }

    pub(super) fn checks(&self) -> Vec<Check> {
        let checks = [
            ("files against the digests in the manifest", self.files),
            ("signatures", self.signatures),
            ("root of the checkpoint against the tiles", self.roots),
            ("tiles against the tiles above them", self.tiles),
            ("events against the tree that was signed", self.included),
            ("payloads against their commitments", self.payloads),
            ("objects against the events that name them", self.named),
            ("earlier checkpoints against the newest", self.proofs),
            ("times of events against the checkpoints around them", self.times),
        ];
        checks.map(|(what, count)| Check { what, count }).to_vec()
    }

    /// The lists, with a last line that counts what they leave out.
    pub(super) fn close(&mut self) {
        if self.unchecked_further > 0 {
            self.unchecked.push(format!("{} more things of the same kinds", self.unchecked_further));
        }
        if self.remarks_further > 0 {
            self.remarks.push(format!("{} more of the same kinds", self.remarks_further));
        }
    }
}
