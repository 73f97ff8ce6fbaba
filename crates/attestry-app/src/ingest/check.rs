//! Which records are new: every row keeps the rules, and no key comes with two contents.

use std::collections::HashMap;

use attestry_domain::catalog::Stream;
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;

use super::{Chunks, Progress, index};
use crate::import::{Chunk, KeyDigest, event_times, instant};
use crate::{AppError, Workspace};

/// How far an event may lie ahead of this machine's clock, in microseconds: a day, since a day without an hour and a
/// clock in another zone are no mistakes.
const AHEAD: i64 = 24 * 60 * 60 * 1_000_000;

/// An input that was read once and may be taken.
pub(super) struct Checked {
    /// The newest event of the stream that the keys were checked against; `None` for a stream without a key.
    pub(super) version: Option<u64>,
    /// Its chunks in their order.
    pub(super) fresh: Vec<Fresh>,
}

/// A chunk that was checked.
pub(super) struct Fresh {
    /// The chunk's digest.
    pub(super) chunk: Digest,
    /// Of each record, whether it is new.
    pub(super) new: Vec<bool>,
}

/// Reads everything once.
pub(super) async fn check(
    workspace: &Workspace,
    stream: &Stream,
    chunks: Chunks<'_>,
    progress: &dyn Progress,
) -> Result<Checked, AppError> {
    let version = if index::keeps(stream) { Some(index::catch_up(workspace, stream).await?) } else { None };
    let (mut seen, mut fresh) = (HashMap::new(), Vec::new());
    let mut read = 0;
    let latest = workspace.app().world.now().micros().saturating_add(AHEAD);
    for chunk in chunks {
        let chunk = chunk?;
        has_occurred(stream, &chunk, Instant::from_micros(latest))?;
        read += chunk.table.len() as u64;
        progress.checked(read);
        let mut new = vec![true; chunk.table.len()];
        let digests = leave_out(workspace, stream, &chunk, &mut new).await?;
        for (row, ((key, content), new)) in digests.into_iter().zip(&mut new).enumerate() {
            if *new && let Some(earlier) = seen.insert(key, content) {
                agree(stream, &chunk, row, earlier, content)?;
                *new = false;
            }
        }
        fresh.push(Fresh { chunk: chunk.digest, new });
    }
    Ok(Checked { version, fresh })
}

/// Refuses a record of something that is yet to happen.
fn has_occurred(stream: &Stream, chunk: &Chunk, latest: Instant) -> Result<(), AppError> {
    if event_times(stream, &chunk.table).is_none_or(|(_, last)| last <= latest) {
        return Ok(());
    }
    let column = stream.event_time.as_str();
    let rows = 0..chunk.table.len();
    let late = rows.filter_map(|row| Some((row, instant(&chunk.table.value(row, column))?)));
    let Some((row, at)) = late.into_iter().find(|(_, at)| *at > latest) else { return Ok(()) };
    Err(AppError::Input(format!(
        "record {}, column `{column}`: `{at}` is still to come; evidence is of what has happened, so correct the \
         time, its zone or its unit",
        chunk.first_row + row as u64 + 1
    )))
}

/// Unsets the flag of every record that the stream has; gives the keys of the records where they count.
pub(super) async fn leave_out(
    workspace: &Workspace,
    stream: &Stream,
    chunk: &Chunk,
    new: &mut [bool],
) -> Result<Vec<KeyDigest>, AppError> {
    if taken_before(workspace, stream, chunk) {
        new.fill(false);
        return Ok(Vec::new());
    }
    if !index::keeps(stream) {
        return Ok(Vec::new());
    }
    let digests = index::keys(stream, &chunk.table);
    let keys: Vec<[u8; 16]> = digests.iter().map(|(key, _)| *key).collect();
    let known = workspace.app().store.known(workspace.id(), &stream.id, &keys).await?;
    for (row, (((_, content), known), new)) in digests.iter().zip(known).zip(new).enumerate() {
        if let Some(earlier) = known {
            agree(stream, chunk, row, earlier, *content)?;
            *new = false;
        }
    }
    Ok(digests)
}

fn taken_before(workspace: &Workspace, stream: &Stream, chunk: &Chunk) -> bool {
    let programme = workspace.newest().programme;
    programme.streams.get(&stream.id).is_some_and(|state| state.chunks.contains(&chunk.digest))
}

fn agree(
    stream: &Stream,
    chunk: &Chunk,
    row: usize,
    earlier: [u8; 16],
    content: [u8; 16],
) -> Result<(), AppError> {
    if earlier == content {
        return Ok(());
    }
    let cells = stream.key.iter().map(|column| match chunk.table.value(row, column) {
        attestry_stats::Value::Text(text) => format!("{column} `{text}`"),
        other => format!("{column} {other:?}"),
    });
    let at = chunk.first_row + row as u64 + 1;
    Err(AppError::Input(format!(
        "record {at}: {} is already in stream `{}` with other contents; a record of this stream never changes, \
         so find out which is right and leave the other out",
        cells.collect::<Vec<_>>().join(", "),
        stream.id
    )))
}
