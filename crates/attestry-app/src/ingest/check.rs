//! Which records are new: every row keeps the rules, and no key comes with two contents.

use std::collections::HashMap;

use attestry_domain::catalog::Stream;
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;

use super::{Chunks, Progress, index};
use crate::evidence::record_fields;
use crate::import::{self, Aside, Chunk, KeyDigest, event_times, instant};
use crate::{AppError, Workspace};

/// How far an event may lie ahead of this machine's clock, in microseconds: a day, since a day without an hour and a
/// clock in another zone are no mistakes.
pub(crate) const AHEAD: i64 = 24 * 60 * 60 * 1_000_000;

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
    /// Records of it that were kept aside: neither new nor repeats.
    pub(super) aside: u64,
}

/// Reads everything once.
pub(super) async fn check(
    workspace: &Workspace,
    stream: &Stream,
    chunks: Chunks<'_>,
    aside: Option<&Aside>,
    progress: &dyn Progress,
) -> Result<Checked, AppError> {
    let version = if index::keeps(stream) { Some(index::catch_up(workspace, stream).await?) } else { None };
    let (mut seen, mut fresh) = (HashMap::new(), Vec::new());
    let mut read = 0;
    let latest = workspace.app().world.now().micros().saturating_add(AHEAD);
    for chunk in chunks {
        let chunk = chunk?;
        read += chunk.table.len() as u64;
        progress.checked(read);
        let before = aside.map_or(0, Aside::len);
        let mut new = vec![true; chunk.table.len()];
        let unfit = Unfit { stream, chunk: &chunk, aside };
        unfit.to_come(Instant::from_micros(latest), &mut new)?;
        let digests = leave_out(workspace, stream, &chunk, &mut new, aside).await?;
        for (row, ((key, content), new)) in digests.into_iter().zip(&mut new).enumerate() {
            if *new && let Some(earlier) = seen.insert(key, content) {
                unfit.agree(row, earlier, content)?;
                *new = false;
            }
        }
        let kept = aside.map_or(0, Aside::len).saturating_sub(before) as u64;
        fresh.push(Fresh { chunk: chunk.digest, new, aside: kept });
    }
    Ok(Checked { version, fresh })
}

/// Unsets the flag of every record that the stream has; gives the keys of the records where they count.
pub(super) async fn leave_out(
    workspace: &Workspace,
    stream: &Stream,
    chunk: &Chunk,
    new: &mut [bool],
    aside: Option<&Aside>,
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
            if *new {
                Unfit { stream, chunk, aside }.agree(row, earlier, *content)?;
            }
            *new = false;
        }
    }
    Ok(digests)
}

fn taken_before(workspace: &Workspace, stream: &Stream, chunk: &Chunk) -> bool {
    let programme = workspace.newest().programme;
    programme.streams.get(&stream.id).is_some_and(|state| state.chunks.contains(&chunk.digest))
}

/// Records that keep the stream's form and still cannot be taken.
pub(crate) struct Unfit<'a> {
    /// The stream.
    pub(crate) stream: &'a Stream,
    /// Where the records stand.
    pub(crate) chunk: &'a Chunk,
    /// Where they are kept; without it the input is refused.
    pub(crate) aside: Option<&'a Aside>,
}

impl Unfit<'_> {
    /// Finds records of something that is yet to happen.
    pub(crate) fn to_come(&self, latest: Instant, new: &mut [bool]) -> Result<(), AppError> {
        if event_times(self.stream, &self.chunk.table).is_none_or(|(_, last)| last <= latest) {
            return Ok(());
        }
        let column = self.stream.event_time.as_str();
        for (row, new) in new.iter_mut().enumerate() {
            let Some(at) = instant(&self.chunk.table.value(row, column)).filter(|at| *at > latest) else {
                continue;
            };
            self.refuse(
                row,
                format!(
                    "column `{column}`: `{at}` is still to come; evidence is of what has happened, so correct the \
                     time, its zone or its unit"
                ),
            )?;
            *new = false;
        }
        Ok(())
    }

    /// Makes sure that a key that comes again has the same contents.
    pub(crate) fn agree(&self, row: usize, earlier: [u8; 16], content: [u8; 16]) -> Result<(), AppError> {
        if earlier == content {
            return Ok(());
        }
        let cells = self.stream.key.iter().map(|column| match self.chunk.table.value(row, column) {
            attestry_stats::Value::Text(text) => format!("{column} `{text}`"),
            other => format!("{column} {other:?}"),
        });
        self.refuse(
            row,
            format!(
                "{} is already in stream `{}` with other contents; a record of this stream never changes, so find \
                 out which is right and leave the other out",
                cells.collect::<Vec<_>>().join(", "),
                self.stream.id
            ),
        )
    }

    /// Keeps a record aside, or refuses the input.
    fn refuse(&self, row: usize, rule: String) -> Result<(), AppError> {
        let place = format!("record {}", self.chunk.first_row + row as u64 + 1);
        let Some(aside) = self.aside else {
            let joint = if rule.starts_with("column") { ", " } else { ": " };
            return Err(AppError::Input(format!("{place}{joint}{rule}")));
        };
        let record = Some(record_fields(&self.chunk.table, row).to_json());
        if aside.push(import::Unfit { place, record, reasons: vec![rule] }) {
            return Ok(());
        }
        Err(AppError::Input(
            "too many records cannot be taken to be kept aside; correct the input".to_owned(),
        ))
    }
}
