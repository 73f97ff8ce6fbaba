//! The programme as files: [`export`] writes it, [`plan`] says what the files would change, [`apply`] makes it so.
//!
//! ```text
//! workspace.yaml       name and time zone
//! people.yaml          people by address, with their roles
//! frameworks.yaml      frameworks in scope, with their categories
//! requirements.yaml    requirements left out, with the reason
//! controls/ID.yaml     applicability, owner, cadence, approval, rationale, walkthroughs, attestations
//! controls/ID.md       the procedure's text
//! ai/NAME.yaml         an AI system: versions, deployments, thresholds, assessments
//! engagements.yaml     audits
//! sources.yaml         the streams' sources
//! responses.yaml       management's newest answers to exceptions
//! evidence/            files that walkthroughs, attestations and assessments name
//! ```
//!
//! A file or entry that is missing changes nothing: what was recorded stays. Only two things are taken away: a
//! listed person's roles are made exactly those of the file, and a requirement that `requirements.yaml` no longer
//! leaves out is taken in again. What the programme has and the files lack is told in [`Plan::notes`]. Records of
//! streams and test runs are no part of the files.
//!
//! An attestation is recorded as said by whoever applies. It is the one that is there when control, day, window,
//! note and the contents of its file are the same. A named file is stored before what names it; it is written back
//! as `evidence/ID-NAME`, or named as `sha256:DIGEST` when it is larger than a million bytes.
//!
//! Files are read strictly: an unknown key, a wrong type or an unknown identifier is a [`FileFault`] with file and
//! line. Everything is checked, each command against the state that those before it leave, before the first one
//! is sent.
//!
//! To add a noun: its document in `document`, its writing in `write`, its reading in `read`, its commands in
//! `compare`.

use std::fmt;
use std::path::{Path, PathBuf};

use attestry_domain::command::{Command, Envelope};
use attestry_domain::decide::{Context, Refusal, decide};
use attestry_domain::event::Event;
use attestry_domain::id::{AiSystemId, CommandId, Digest};
use attestry_domain::programme::Programme;
use serde::Serialize;
use thiserror::Error;

use crate::{AppError, Sender, Snapshot, Workspace};

pub use nearest::nearest;

mod compare;
mod document;
mod nearest;
mod read;
mod write;

/// One difference between the files and the programme, and what makes it go away.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The file that asks for it, below the folder.
    pub file: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: u64,
    /// What it does, as a sentence without subject: `names ana@acme.example owner of CHG-01`.
    pub words: String,
    #[serde(skip)]
    command: Command,
    /// What the command names by digest.
    #[serde(skip)]
    object: Option<Object>,
}

/// Contents to be stored before the first command is sent.
#[derive(Debug, Clone)]
enum Object {
    Bytes(Vec<u8>),
    File(PathBuf, Digest),
}

/// What files ask for.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The changes in the order in which they are made.
    pub changes: Vec<Change>,
    /// What no change is made for though files and programme differ, as sentences.
    pub notes: Vec<String>,
}

/// Something in the files that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileFault {
    /// The file, below the folder.
    pub file: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: u64,
    /// What is wrong, and what to do.
    pub what: String,
}

/// Why files cannot be applied. Nothing was changed.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The files are at fault; never empty.
    #[error("{}", lines(.0))]
    Faults(Vec<FileFault>),
    /// The programme cannot be read.
    #[error(transparent)]
    App(#[from] AppError),
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

fn lines(faults: &[FileFault]) -> String {
    faults.iter().map(FileFault::to_string).collect::<Vec<_>>().join("\n")
}

/// Writes the programme of a snapshot into a folder and returns the files' names in order.
///
/// # Errors
/// When a file cannot be written, or a procedure's text cannot be read.
pub async fn export(workspace: &Workspace, snapshot: &Snapshot, dir: &Path) -> Result<Vec<String>, AppError> {
    let mut files = write::documents(snapshot)?;
    for (id, control) in &snapshot.programme.controls {
        if let Some(procedure) = control.procedures.last() {
            files.push((format!("controls/{id}.md"), workspace.object(&procedure.text).await?));
        }
    }
    for (name, digest) in write::evidence(&snapshot.programme) {
        files.push((name, workspace.object(&digest).await?));
    }
    files.sort();
    let mut names = Vec::new();
    for (name, bytes) in files {
        let path = dir.join(&name);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder).map_err(AppError::file(folder))?;
        std::fs::write(&path, bytes).map_err(AppError::file(&path))?;
        names.push(name);
    }
    Ok(names)
}

/// The file, below the folder, that [`export`] writes of an AI system; `None` when there is no such system.
pub fn system_file(programme: &Programme, system: AiSystemId) -> Option<String> {
    write::system_files(programme).remove(&system)
}

/// What the files in a folder would change, in the order in which it is done. Changes nothing.
///
/// # Errors
/// When the files are at fault, or ask for what the sender may not do or a rule stands against.
pub async fn plan(sender: &Sender, dir: &Path) -> Result<Plan, FilesError> {
    let snapshot = sender.workspace().at(None).await?;
    let files = read::folder(dir)?;
    let plan = compare::plan(sender, &snapshot, &files)?;
    rehearse(sender, &snapshot, &plan.changes)?;
    Ok(plan)
}

/// Decides every command against the state that those before it leave.
fn rehearse(sender: &Sender, snapshot: &Snapshot, changes: &[Change]) -> Result<(), FilesError> {
    let app = sender.workspace().app();
    let context = Context { actor: sender.actor(), now: app.world.now() };
    let mut programme = Programme::clone(&snapshot.programme);
    let mut faults = Vec::new();
    for change in changes {
        let envelope =
            Envelope { id: CommandId::new(app.ulid()), based_on: None, command: change.command.clone() };
        match decide(&programme, &snapshot.catalog, &envelope, &context) {
            Err(refusal) => faults.push(refused(change, &refusal)),
            Ok(payloads) => {
                for payload in payloads {
                    let (recorded_at, actor, sequence) = (context.now, context.actor, programme.sequence + 1);
                    let event = Event { sequence, recorded_at, actor, payload: Some(payload) };
                    programme.apply(&event).map_err(AppError::from)?;
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(FilesError::Faults(faults)) }
}

fn refused(change: &Change, refusal: &Refusal) -> FileFault {
    FileFault { file: change.file.clone(), line: change.line, what: refusal.to_string() }
}

/// Sends what [`plan`] found. Returns how many events it made.
///
/// # Errors
/// When somebody else changed the programme in between, or the store cannot be written; the message says how far
/// it came.
pub async fn apply(sender: &Sender, changes: &[Change]) -> Result<u64, AppError> {
    let objects = sender.workspace().app().store.objects();
    for object in changes.iter().filter_map(|change| change.object.as_ref()) {
        match object {
            Object::Bytes(bytes) => {
                objects.put(bytes).await?;
            }
            Object::File(path, digest) => {
                if objects.put_file(path).await?.digest != *digest {
                    let what = format!("`{}` changed while it was read; apply again", path.display());
                    return Err(AppError::Input(what));
                }
            }
        }
    }
    let mut made = 0;
    for change in changes {
        let recorded = sender.send(change.command.clone()).await?;
        made += recorded.events.map_or(0, |(first, last)| last - first + 1);
    }
    Ok(made)
}

#[cfg(test)]
mod tests;
