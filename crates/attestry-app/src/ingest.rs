//! Records in: a file, or tables a collector made, become segments of a stream.
//!
//! All or nothing: everything is read and checked once before anything is written, and what is written is what was
//! checked. What was taken before is recognised, by the digest of each chunk and by the key of each record, so the
//! same input twice is nothing. Every segment is based on the state of the stream that its keys were checked
//! against; when somebody else was quicker, the keys are checked again.

use std::path::{Path, PathBuf};

use attestry_domain::catalog::{Catalog, Stream};
use attestry_domain::command::Command;
use attestry_domain::event::{Asked, Coverage, CoverageBasis, ObjectRef, SegmentSealed};
use attestry_domain::id::{Digest, SegmentId, StreamId};
use attestry_domain::time::Period;
use attestry_stats::Table;
use serde::Serialize;
use ulid::Ulid;

use crate::evidence::rehearse;
use crate::import::Chunks as _;
use crate::import::foreign::Found;
use crate::import::{Aside, Chunk, Format, ImportError, Map};
use crate::{AppError, Sender, Workspace, import};

pub use product::{Taken, product};
pub use shape::Shape;

mod aside;
pub(crate) mod check;
pub(crate) mod index;
mod input;
mod product;
mod shape;
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
    /// What was asked of the source, when somebody asked.
    pub asked: Option<Asked>,
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
    /// Records that could not be taken and were kept aside.
    pub set_aside: u64,
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
    /// Whether records that cannot be taken are kept aside with their reasons, so that the others are taken.
    pub quarantine: bool,
    /// What a person states where a file of another product does not: columns with values.
    pub stated: Vec<(String, String)>,
}

type Chunks<'a> = Box<dyn Iterator<Item = Result<Chunk, AppError>> + Send + 'a>;

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
    let open =
        |path: &Path, aside: Option<Aside>| input::open(workspace, &stream, input, format, path, aside);
    let aside = input.quarantine.then(Aside::default);
    let chunks = open(&input.path, aside.clone())?;
    let checked = check::check(workspace, &stream, chunks, aside.as_ref(), progress).await?;
    let raw = kept(workspace, input, before).await?;
    // From here on the copy is read, which nobody changes.
    let copy = workspace.app().store.objects().path(raw.digest);
    let chunks = open(&copy, input.quarantine.then(Aside::default))?;
    let name = input.path.display().to_string();
    let writing = write::Writing::new(sender, ingest, &stream, &name, Some(raw.clone()));
    let mut done = writing.all(chunks, checked, progress).await?;
    done.set_aside = aside::record(sender, ingest, aside.as_ref(), &raw).await?;
    Ok(done)
}

/// Keeps the input as it came; what was checked must be what is kept.
async fn kept(workspace: &Workspace, input: &InputFile, before: Digest) -> Result<ObjectRef, AppError> {
    let raw = workspace.app().store.objects().put_file(&input.path).await?;
    if raw.digest == before {
        return Ok(raw);
    }
    Err(changed(&input.path.display().to_string()))
}

/// Takes records that wait in the buffer: they were checked when they came, and what cannot be taken any more,
/// because another program was quicker with the same key, is kept aside.
pub(crate) async fn buffered(sender: &Sender, ingest: &Ingest, records: &[u8]) -> Result<Ingested, AppError> {
    lines(sender, ingest, records, records).await
}

/// Takes records that a collector made; what cannot be taken is kept aside. `raw` is what the source answered, as it
/// came; without it the records themselves are kept.
pub(crate) async fn collected(
    sender: &Sender,
    ingest: &Ingest,
    rows: &[Found],
    raw: Option<&[u8]>,
) -> Result<Ingested, AppError> {
    let mut records = Vec::new();
    for row in rows {
        records.extend_from_slice(row.fields.to_json().as_bytes());
        records.push(b'\n');
    }
    lines(sender, ingest, &records, raw.unwrap_or(&records)).await
}

/// Takes the bytes of a file that a collector fetched; what cannot be taken is kept aside.
///
/// # Errors
/// As [`fn@file`].
pub async fn fetched(
    sender: &Sender,
    ingest: &Ingest,
    format: Format,
    bytes: &[u8],
) -> Result<Ingested, AppError> {
    of_bytes(sender, ingest, format, bytes, bytes).await
}

async fn lines(sender: &Sender, ingest: &Ingest, records: &[u8], raw: &[u8]) -> Result<Ingested, AppError> {
    of_bytes(sender, ingest, Format::Ndjson, records, raw).await
}

async fn of_bytes(
    sender: &Sender,
    ingest: &Ingest,
    format: Format,
    records: &[u8],
    raw: &[u8],
) -> Result<Ingested, AppError> {
    let workspace = sender.workspace();
    let stream = stream(workspace, &ingest.stream)?;
    rehearse(sender, rehearsal(ingest)).await?;
    let open = |aside: &Aside| -> Chunks<'_> {
        let chunks = import::records(&stream, format, None, &ingest.source, records);
        Box::new(chunks.keeping_aside(Some(aside.clone())).map(|chunk| chunk.map_err(refused)))
    };
    let aside = Aside::default();
    let checked = check::check(workspace, &stream, open(&aside), Some(&aside), &Unwatched).await?;
    let raw = workspace.app().store.objects().put(raw).await?;
    let writing = write::Writing::new(sender, ingest, &stream, &ingest.source, Some(raw.clone()));
    let mut done = writing.all(open(&Aside::default()), checked, &Unwatched).await?;
    done.set_aside = aside::record(sender, ingest, Some(&aside), &raw).await?;
    Ok(done)
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
    let checked = check::check(workspace, &stream, open(), None, &Unwatched).await?;
    let writing = write::Writing::new(sender, ingest, &stream, &ingest.source, None);
    writing.all(open(), checked, &Unwatched).await
}

/// Days that a named person claims to be complete.
pub fn claimed(period: Period) -> Coverage {
    Coverage { period, basis: CoverageBasis::Claimed }
}

/// The command that every segment will be named by, as far as it is known before anything is read.
pub(crate) fn rehearsal(ingest: &Ingest) -> Command {
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
        asked: ingest.asked.clone(),
        covers: ingest.covers.clone(),
    })
}

pub(crate) fn stream(workspace: &Workspace, id: &StreamId) -> Result<Stream, AppError> {
    let catalog = workspace.newest().catalog;
    catalog.streams.get(id).cloned().ok_or_else(|| no_stream(&catalog, id.as_str()))
}

/// The error that there is no stream of a name, with those whose names come nearest.
pub fn no_stream(catalog: &Catalog, name: &str) -> AppError {
    let known = catalog.streams.keys().map(StreamId::as_str);
    let mut near: Vec<(f64, &str)> =
        known.map(|known| (strsim::jaro_winkler(&name.to_ascii_lowercase(), known), known)).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    let near = near.into_iter().filter(|(likeness, _)| *likeness > 0.7).take(3);
    AppError::NotFound {
        kind: "stream",
        id: name.chars().take(80).collect(),
        near: near.map(|(_, known)| known.to_owned()).collect(),
    }
}

fn refused(error: ImportError) -> AppError {
    AppError::Input(error.to_string())
}

fn changed(name: &str) -> AppError {
    AppError::Input(format!(
        "`{name}`: the file changed while it was read; wait until nobody writes to it, then ingest it again"
    ))
}
