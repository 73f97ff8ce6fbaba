//! What the demo's people do, each act with its instant; written down first, performed in order after.

use attestry_domain::catalog::Cadence;
use attestry_domain::command::Command;
use attestry_domain::event::{ArtifactStored, Coverage, ObjectRef, ProcedureWritten};
use attestry_domain::id::{AiSystemId, ArtifactId, ControlId, Digest, PersonId, TestId};
use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::Table;

use crate::evidence::sniff;

/// Somebody does something.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) at: Instant,
    pub(super) by: PersonId,
    pub(super) deed: Deed,
}

/// What is done.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "some fifteen hundred of them live for one build")]
pub(super) enum Deed {
    /// A command that needs nothing else.
    Say(Command),
    /// A file is attached.
    File(File),
    /// A procedure is written.
    Procedure { control: ControlId, text: String, cadence: Cadence, grace_days: u16 },
    /// Records are taken into a stream.
    Take(Take),
    /// A prediction log is registered and measured.
    Measure(Measure),
    /// The newest bias assessment of a system is accepted, or taken note of, with words.
    Accept { system: AiSystemId, note: String },
    /// Control tests run; all of them when none is named.
    Test { tests: Vec<TestId>, period: Period },
}

/// A file with its text.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) artifact: ArtifactId,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) captured_on: Day,
    pub(super) covers: Option<Period>,
    pub(super) controls: Vec<ControlId>,
}

/// Records of a source.
#[derive(Debug, Clone)]
pub(super) struct Take {
    pub(super) stream: &'static str,
    pub(super) source: &'static str,
    pub(super) collector: &'static str,
    pub(super) covers: Option<Coverage>,
    pub(super) table: Option<Table>,
}

/// A prediction log and how it is measured.
#[derive(Debug, Clone)]
pub(super) struct Measure {
    pub(super) name: String,
    pub(super) log: Log,
    pub(super) system: AiSystemId,
    pub(super) version: &'static str,
    pub(super) by: Vec<String>,
    pub(super) conducted_on: Day,
}

/// A prediction log.
#[derive(Debug, Clone)]
pub(super) enum Log {
    /// Public census data in place of a customer's log.
    Adult,
    /// Comma-separated values made up for the demo, with the number of rows.
    Simulated(String, u64),
}

impl Deed {
    /// The text that must be in the object store before the act.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::File(file) => Some(&file.text),
            Self::Procedure { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The one command it takes; none for what is a use case of its own.
    pub(super) fn command(&self) -> Option<Command> {
        match self {
            Self::Say(command) => Some(command.clone()),
            Self::File(file) => Some(Command::StoreArtifact(file.stored())),
            Self::Procedure { control, text, cadence, grace_days } => {
                let (control, text) = (control.clone(), Digest::of(text.as_bytes()));
                let (cadence, grace_days) = (*cadence, *grace_days);
                Some(Command::WriteProcedure(ProcedureWritten { control, text, cadence, grace_days }))
            }
            Self::Take(_) | Self::Measure(_) | Self::Accept { .. } | Self::Test { .. } => None,
        }
    }
}

impl File {
    fn stored(&self) -> ArtifactStored {
        let bytes = self.text.as_bytes();
        ArtifactStored {
            artifact: self.artifact,
            object: ObjectRef { digest: Digest::of(bytes), bytes: bytes.len() as u64 },
            name: self.name.clone(),
            media_type: sniff(bytes).to_owned(),
            captured_on: Some(self.captured_on),
            covers: self.covers,
            controls: self.controls.clone(),
            requirements: Vec::new(),
        }
    }
}
