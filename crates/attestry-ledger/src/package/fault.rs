//! What can be wrong with a package.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// One thing that is wrong: what kind, where, and what exactly.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// Where: a file, an event or the archive itself.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

/// The kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The file is no archive that can be read.
    NotAPackage,
    /// The bytes around the files are not as a writer leaves them.
    Layout,
    /// A file has a name that no package holds, or one that another has too.
    Name,
    /// A file is larger than is read, or unpacks to far more than it takes.
    TooLarge,
    /// There is no manifest, or it cannot be read.
    Manifest,
    /// The seal on the manifest does not verify.
    Seal,
    /// The manifest names another log key than the one given.
    LogKey,
    /// A file that the manifest names is not there.
    Missing,
    /// A file is there that the manifest does not name.
    Unnamed,
    /// A file has other bytes than the manifest says.
    Differs,
    /// The checkpoint cannot be read, or is another than the manifest says.
    Checkpoint,
    /// The log's signature is missing or false.
    Signature,
    /// A witness's cosignature is false.
    Cosignature,
    /// A checkpoint seen before has another root.
    Forked,
    /// An earlier checkpoint in the package is not proven to be part of the newest.
    Earlier,
    /// A time stamp cannot be read or is of something else.
    TimeStamp,
    /// The hash tiles do not give the root that was signed.
    Root,
    /// A hash tile is missing, malformed, or not part of the tree.
    Tile,
    /// A line of events cannot be read.
    Unreadable,
    /// An event comes twice, too late, or in the wrong file.
    Order,
    /// Events of the manifest are missing, or there are more.
    Count,
    /// An event of another workspace.
    OtherWorkspace,
    /// A payload is not what its envelope commits to.
    Payload,
    /// An event is not in the tree that was signed.
    NotIncluded,
    /// An event says it was recorded before a checkpoint that it came after.
    BackDated,
    /// An event says it was recorded after a checkpoint that it lies under.
    PostDated,
    /// No event names the file that should.
    NotNamed,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { kind, place: place.into(), what: what.into() }
    }

    /// What it means and what to do.
    pub fn meaning(&self) -> &'static str {
        self.kind.meaning()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            kind: FaultKind,
            place: &'a str,
            what: &'a str,
            meaning: &'static str,
        }
        let (place, what) = (self.place.as_str(), self.what.as_str());
        Fields { kind: self.kind, place, what, meaning: self.meaning() }.serialize(serializer)
    }
}

const AGAIN: &str = "the package was damaged or changed on its way; obtain it again from whoever issued it";
const EDITED: &str =
    "the file was changed after the package was made; obtain the package again and compare the two";

impl FaultKind {
    /// What it means and what to do.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::NotAPackage | Self::Manifest => AGAIN,
            Self::Layout => {
                "the archive was packed anew or carries bytes that belong to no file; obtain it as it was issued"
            }
            Self::Name | Self::TooLarge => {
                "no package is made so; do not unpack it, and ask whoever gave it to you where it comes from"
            }
            Self::Seal => "the manifest was changed after the log sealed it, or another key sealed it",
            Self::LogKey => {
                "the package was made with another log's key; obtain the key again by a road you trust"
            }
            Self::Missing => "the file was taken out after the package was made; obtain the package again",
            Self::Unnamed => "the file was put in after the package was made; do not rely on it",
            Self::Differs => EDITED,
            Self::Checkpoint => {
                "the checkpoint was changed or belongs to another package; obtain the package again"
            }
            Self::Signature => {
                "the checkpoint was changed, or signed by another key than the one you gave; obtain the log's key again by a road you trust"
            }
            Self::Cosignature => {
                "the cosignature was changed, or the witness has another key; ask the witness for its own copy"
            }
            Self::Forked => {
                "this is another history than the one seen before; keep both checkpoints, together they prove it"
            }
            Self::Earlier => {
                "the log's history was rewritten after that checkpoint, or the proof was damaged; keep both checkpoints"
            }
            Self::TimeStamp => "the time stamp proves nothing here; ask for the one of this checkpoint",
            Self::Root => {
                "tiles or checkpoint were changed, or belong to different histories; nothing below is proven"
            }
            Self::Tile => {
                "the tile was changed or taken out; events below it are not proven; obtain the package again"
            }
            Self::Unreadable => "the line was damaged or changed; obtain the package again",
            Self::Order => "events were put in, moved or renumbered; obtain the package again",
            Self::Count => {
                "events were taken out or put in after the package was made; obtain the package again"
            }
            Self::OtherWorkspace => "an event of another programme lies in this package",
            Self::Payload => "what the event says was changed after it was recorded",
            Self::NotIncluded => "the event was put in, changed or renumbered after the log signed its tree",
            Self::BackDated => {
                "the clock was set back, or the event was made later than it says; ask how the time came about"
            }
            Self::PostDated => {
                "the clock was set forward, or the time was changed; ask how the time came about"
            }
            Self::NotNamed => "nothing in the log vouches for this file; do not rely on it",
        }
    }
}
