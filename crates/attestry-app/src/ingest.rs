//! Records in: a file, or tables a collector made, become segments of a stream.
//!
//! All or nothing: everything is read and checked once before anything is written, and what is written is what was
//! checked. What was taken before is recognised, by the digest of each chunk and by the key of each record, so the
//! same input twice is nothing. Every segment is based on the state of the stream that its keys were checked
//! against; when somebody else was quicker, the keys are checked again.

use std::path::PathBuf;

use attestry_domain::catalog::Stream;
use attestry_domain::command::Command;
use attestry_domain::event::{Coverage, CoverageBasis, ObjectRef, SegmentSealed};
use attestry_domain::id::{Digest, SegmentId, StreamId};
use attestry_domain::time::Period;
use attestry_stats::Table;
use serde::Serialize;
use ulid::Ulid;

use crate::evidence::rehearse;
use crate::import::{Chunk, Format, ImportError, Map};
use crate::{AppError, Sender, Workspace, import};

mod check;
mod index;
mod input;
mod write;

#[cfg(test)]
pub(crate) mod tests;

/// Records on their way in.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The stream.
    pub stream: StreamId,
    /// Where the records come from.
    pub source: String,
    /// What brought them, with its version.
    pub collector: String,
    /// Days for which the source is held to be complete with them.
    pub covers: Option<Coverage>,
}

/// What was taken.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct Ingested {
    /// Records read.
    pub read: u64,
    /// Records that are new.
    pub added: u64,
    /// Records that the stream already had.
    pub repeated: u64,
    /// Segments made.
    pub segments: Vec<SegmentId>,
}

/// Hears how far the work is.
pub trait Progress: Sync {
    /// So many records were read and checked.
    fn checked(&self, records: u64);
    /// So many records are durable.
    fn stored(&self, records: u64);
}

/// For work that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn checked(&self, _: u64) {}
    fn stored(&self, _: u64) {}
}

/// A file of records.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its format; sniffed when absent.
    pub format: Option<Format>,
    /// How its columns become the stream's.
    pub map: Option<Map>,
}

type Chunks<'a> = Box<dyn Iterator<Item = Result<Chunk, AppError>> + 'a>;

/// Takes a file of records into a stream.
///
/// # Errors
/// When the sender may not, the days to be covered are not over, the file cannot be read or changes meanwhile, a row
/// breaks a rule, or a key comes again with other contents: nothing is taken.
pub async fn file(
    sender: &Sender,
    ingest: &Ingest,
    input: &InputFile,
    progress: &dyn Progress,
) -> Result<Ingested, AppError> {
    let workspace = sender.workspace();
    let stream = stream(workspace, &ingest.stream)?;
    rehearse(sender, rehearsal(ingest)).await?;
    let format = input::sniff(input)?;
    let before = input::digest(&input.path).await?;
    let chunks = input::open(workspace, &stream, input, format, &input.path)?;
    let checked = check::check(workspace, &stream, chunks, progress).await?;
    let raw = workspace.app().store.objects().put_file(&input.path).await?;
    if raw.digest != before {
        return Err(changed(&input.path.display().to_string()));
    }
    // From here on the copy is read, which nobody changes.
    let copy = workspace.app().store.objects().path(raw.digest);
    let chunks = input::open(workspace, &stream, input, format, &copy)?;
    let name = input.path.display().to_string();
    write::Writing::new(sender, ingest, &stream, &name, Some(raw)).all(chunks, checked, progress).await
}

/// Takes tables that a collector made into a stream; each becomes a segment.
///
/// # Errors
/// As [`fn@file`].
pub async fn tables(sender: &Sender, ingest: &Ingest, tables: &[Table]) -> Result<Ingested, AppError> {
    let workspace = sender.workspace();
    let stream = stream(workspace, &ingest.stream)?;
    rehearse(sender, rehearsal(ingest)).await?;
    let open = || -> Chunks<'_> {
        let given = tables.iter().cloned().map(Ok::<_, std::convert::Infallible>);
        Box::new(import::tables(&stream, None, &ingest.source, given).map(|chunk| chunk.map_err(refused)))
    };
    let checked = check::check(workspace, &stream, open(), &Unwatched).await?;
    let writing = write::Writing::new(sender, ingest, &stream, &ingest.source, None);
    writing.all(open(), checked, &Unwatched).await
}

/// Days that a named person claims to be complete.
pub fn claimed(period: Period) -> Coverage {
    Coverage { period, basis: CoverageBasis::Claimed }
}

/// The command that every segment will be named by, as far as it is known before anything is read.
fn rehearsal(ingest: &Ingest) -> Command {
    let nothing = Digest::new([0; 32]);
    Command::SealSegment(SegmentSealed {
        segment: SegmentId::new(Ulid::nil()),
        stream: ingest.stream.clone(),
        source: ingest.source.clone(),
        collector: ingest.collector.clone(),
        main: ObjectRef { digest: nothing, bytes: 0 },
        personal: None,
        rows: 0,
        repeated: 0,
        occurred: None,
        chunk: nothing,
        raw: None,
        covers: ingest.covers.clone(),
    })
}

fn stream(workspace: &Workspace, id: &StreamId) -> Result<Stream, AppError> {
    let catalog = workspace.newest().catalog;
    catalog.streams.get(id).cloned().ok_or_else(|| AppError::NotFound {
        kind: "stream",
        id: id.to_string(),
        near: catalog.streams.keys().map(ToString::to_string).collect(),
    })
}

fn refused(error: ImportError) -> AppError {
    AppError::Input(error.to_string())
}

fn changed(name: &str) -> AppError {
    AppError::Input(format!(
        "`{name}`: the file changed while it was read; wait until nobody writes to it, then ingest it again"
    ))
}
