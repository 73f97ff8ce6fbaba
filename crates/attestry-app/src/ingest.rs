//! Records in: a file, or tables a collector made, become segments of a stream.
//!
//! All or nothing: everything is read and checked once before anything is written. What was taken before is
//! recognised, by the digest of each chunk and by the key of each record, so the same input twice is nothing.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;

use attestry_domain::catalog::{Keeping, Stream};
use attestry_domain::command::Command;
use attestry_domain::event::evidence::CoverageRecorded;
use attestry_domain::event::{Coverage, CoverageBasis, ObjectRef, SegmentSealed};
use attestry_domain::id::{SegmentId, StreamId};
use attestry_domain::time::Period;
use attestry_stats::Table;
use serde::Serialize;

use crate::import::{Chunk, Format, ImportError, Map, event_times, key_digests};
use crate::port::FileFormat;
use crate::{AppError, Sender, Workspace, import};

mod index;

/// Records on their way in.
#[derive(Debug)]
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
/// When the file cannot be read, a row breaks a rule, or a key comes again with other contents: nothing is taken.
pub async fn file(
    sender: &Sender,
    ingest: &Ingest,
    input: &InputFile,
    progress: &dyn Progress,
) -> Result<Ingested, AppError> {
    let workspace = sender.workspace();
    let stream = stream(workspace, &ingest.stream)?;
    let format = sniff(input)?;
    let open = || open(workspace, &stream, input, format);
    let checked = check(workspace, &stream, open()?, progress).await?;
    let raw = workspace.app().store.objects().put_file(&input.path).await?;
    write(sender, ingest, &stream, open()?, checked, Some(raw), progress).await
}

/// Takes tables that a collector made into a stream; each becomes a segment.
///
/// # Errors
/// As [`file`].
pub async fn tables(sender: &Sender, ingest: &Ingest, tables: &[Table]) -> Result<Ingested, AppError> {
    let workspace = sender.workspace();
    let stream = stream(workspace, &ingest.stream)?;
    let open = || -> Chunks<'_> {
        let given = tables.iter().cloned().map(Ok::<_, std::convert::Infallible>);
        Box::new(import::tables(&stream, None, &ingest.source, given).map(|chunk| chunk.map_err(refused)))
    };
    let checked = check(workspace, &stream, open(), &Unwatched).await?;
    write(sender, ingest, &stream, open(), checked, None, &Unwatched).await
}

/// Days that a named person claims to be complete.
pub fn claimed(period: Period) -> Coverage {
    Coverage { period, basis: CoverageBasis::Claimed }
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

fn sniff(input: &InputFile) -> Result<Format, AppError> {
    if let Some(format) = input.format {
        return Ok(format);
    }
    let mut head = Vec::new();
    let file = File::open(&input.path).map_err(AppError::file(&input.path))?;
    file.take(16_384).read_to_end(&mut head).map_err(AppError::file(&input.path))?;
    Format::sniff(&input.path.to_string_lossy(), &head).ok_or_else(|| {
        let name = input.path.display();
        AppError::Input(format!("`{name}`: the format cannot be told; give one with `--format`"))
    })
}

fn open<'a>(
    workspace: &Workspace,
    stream: &'a Stream,
    input: &'a InputFile,
    format: Format,
) -> Result<Chunks<'a>, AppError> {
    let name = input.path.display().to_string();
    let map = input.map.as_ref();
    if format == Format::Parquet {
        let tables = workspace.app().engine.read_columns(&input.path, FileFormat::Parquet)?;
        return Ok(Box::new(import::tables(stream, map, &name, tables).map(|chunk| chunk.map_err(refused))));
    }
    let mut file = File::open(&input.path).map_err(AppError::file(&input.path))?;
    file.rewind().map_err(AppError::file(&input.path))?;
    let chunks =
        import::records(stream, format, map, &name, std::io::BufReader::with_capacity(1 << 18, file));
    Ok(Box::new(chunks.map(|chunk| chunk.map_err(refused))))
}

/// Which records of the input are new, by chunk.
struct Checked {
    fresh: Vec<Vec<bool>>,
}

/// Reads everything once: every row keeps the rules, and no key comes with two contents.
async fn check(
    workspace: &Workspace,
    stream: &Stream,
    chunks: Chunks<'_>,
    progress: &dyn Progress,
) -> Result<Checked, AppError> {
    let keyed = stream.keeping == Keeping::Append && !stream.key.is_empty();
    if keyed {
        index::catch_up(workspace, stream).await?;
    }
    let (mut seen, mut fresh) = (HashMap::new(), Vec::new());
    let mut read = 0;
    for chunk in chunks {
        let chunk = chunk?;
        read += chunk.table.len() as u64;
        progress.checked(read);
        let taken = taken_before(workspace, stream, &chunk);
        let mut new = vec![!taken; chunk.table.len()];
        if keyed && !taken {
            let digests = key_digests(stream, &chunk.table);
            let keys: Vec<[u8; 16]> = digests.iter().map(|(key, _)| *key).collect();
            let known = workspace.app().store.known(workspace.id(), &stream.id, &keys).await?;
            for (row, ((key, content), known)) in digests.into_iter().zip(known).enumerate() {
                let earlier = known.or_else(|| seen.insert(key, content));
                if earlier.is_some_and(|earlier| earlier != content) {
                    return Err(conflict(stream, &chunk, row));
                }
                if let Some(flag) = new.get_mut(row) {
                    *flag = earlier.is_none();
                }
            }
        }
        fresh.push(new);
    }
    Ok(Checked { fresh })
}

fn taken_before(workspace: &Workspace, stream: &Stream, chunk: &Chunk) -> bool {
    let programme = workspace.newest().programme;
    programme.streams.get(&stream.id).is_some_and(|state| state.chunks.contains(&chunk.digest))
}

fn conflict(stream: &Stream, chunk: &Chunk, row: usize) -> AppError {
    let cells = stream.key.iter().map(|column| match chunk.table.value(row, column) {
        attestry_stats::Value::Text(text) => format!("{column} `{text}`"),
        other => format!("{column} {other:?}"),
    });
    let at = chunk.first_row + row as u64 + 1;
    AppError::Input(format!(
        "record {at}: {} is already in stream `{}` with other contents; a record of this stream never changes, \
         so find out which is right and leave the other out",
        cells.collect::<Vec<_>>().join(", "),
        stream.id
    ))
}

async fn write(
    sender: &Sender,
    ingest: &Ingest,
    stream: &Stream,
    chunks: Chunks<'_>,
    checked: Checked,
    raw: Option<ObjectRef>,
    progress: &dyn Progress,
) -> Result<Ingested, AppError> {
    let mut done = Ingested::default();
    let mut fresh = checked.fresh.into_iter();
    let mut covers = ingest.covers.clone();
    let mut chunks = chunks.peekable();
    while let Some(chunk) = chunks.next() {
        let chunk = chunk?;
        let new = fresh.next().unwrap_or_default();
        let rows = chunk.table.len() as u64;
        done.read += rows;
        let table = if new.iter().all(|new| *new) { chunk.table } else { kept(&chunk.table, &new)? };
        let added = table.len() as u64;
        done.added += added;
        done.repeated += rows - added;
        if added > 0 {
            let last = chunks.peek().is_none();
            let covers = if last { covers.take() } else { None };
            let sealed = Sealed { chunk: chunk.digest, repeated: rows - added, covers, raw: raw.clone() };
            done.segments.push(seal(sender, ingest, stream, &table, sealed).await?);
        }
        progress.stored(done.read);
    }
    if let Some(covers) = covers {
        let (stream, source) = (ingest.stream.clone(), ingest.source.clone());
        sender.send(Command::RecordCoverage(CoverageRecorded { stream, source, covers })).await?;
    }
    Ok(done)
}

/// The rows whose flag is set.
fn kept(table: &Table, new: &[bool]) -> Result<Table, AppError> {
    let mut some = Table::empty(table.fields().to_vec());
    for (row, _) in new.iter().enumerate().filter(|(_, new)| **new) {
        some.push_row(table.row(row)).map_err(|error| AppError::Catalog(error.to_string()))?;
    }
    Ok(some)
}

/// What a segment's event says besides its records.
struct Sealed {
    chunk: attestry_domain::id::Digest,
    repeated: u64,
    covers: Option<Coverage>,
    raw: Option<ObjectRef>,
}

async fn seal(
    sender: &Sender,
    ingest: &Ingest,
    stream: &Stream,
    table: &Table,
    sealed: Sealed,
) -> Result<SegmentId, AppError> {
    let workspace = sender.workspace();
    let app = workspace.app();
    let segment = SegmentId::new(app.ulid());
    let personal: Vec<String> =
        stream.columns.iter().filter(|column| column.personal).map(|column| column.name.clone()).collect();
    let encoded = app.engine.encode_segment(&segment.to_string(), app.world.now(), table, &personal)?;
    let objects = app.store.objects();
    let main = objects.put(&encoded.main).await?;
    let personal = match &encoded.personal {
        Some(bytes) => Some(objects.put(bytes).await?),
        None => None,
    };
    let command = Command::SealSegment(SegmentSealed {
        segment,
        stream: stream.id.clone(),
        source: ingest.source.clone(),
        collector: ingest.collector.clone(),
        main,
        personal,
        rows: table.len() as u64,
        repeated: sealed.repeated,
        occurred: event_times(stream, table),
        chunk: sealed.chunk,
        raw: sealed.raw,
        covers: sealed.covers,
    });
    let recorded = sender.send(command).await?;
    if let Some((_, last)) = recorded.events {
        index::add(workspace, stream, table, last).await?;
    }
    Ok(segment)
}
