//! Whether submitted records keep every rule, and which of them are new.

use std::sync::PoisonError;

use attestry_domain::catalog::Stream;
use attestry_domain::time::Instant;
use attestry_stats::Table;

use super::{Filled, Submit};
use crate::evidence::rehearse;
use crate::import::{self, Chunks as _, Format};
use crate::ingest::{self, Ingest, check::AHEAD, check::Unfit, index};
use crate::{AppError, Workspace};

/// Most bytes of one submission: 8 MiB.
pub const MOST_BYTES: usize = 8 << 20;

/// Records that may be taken.
pub(super) struct Checked {
    /// How many are new.
    pub(super) new: u64,
    /// How many the stream or the buffer already has.
    pub(super) repeated: u64,
    /// Keys that are new.
    pub(super) keys: Vec<[u8; 16]>,
}

/// Checks a submission; its new keys count as taken from here on.
pub(super) async fn check(
    workspace: &Workspace,
    submit: &Submit,
    filled: &Filled,
) -> Result<Checked, AppError> {
    if submit.records.len() > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(AppError::Input(format!("the request has more than {most} MiB; send it in parts")));
    }
    let stream = ingest::stream(workspace, &submit.stream)?;
    let ingest = like(submit);
    rehearse(&workspace.sender(submit.actor), ingest::rehearsal(&ingest)).await?;
    let mut checked = Checked { new: 0, repeated: 0, keys: Vec::new() };
    index::catch_up(workspace, &stream).await?;
    let read = import::records(&stream, Format::Ndjson, None, "request", submit.records.as_slice());
    let chunks: Result<Vec<_>, _> = read.keeping_aside(None).collect();
    let chunks = chunks.map_err(|error| AppError::Input(error.to_string()))?;
    let latest = workspace.app().world.now().micros().saturating_add(AHEAD);
    for chunk in &chunks {
        let mut new = vec![true; chunk.table.len()];
        let unfit = Unfit { stream: &stream, chunk, aside: None };
        unfit.to_come(Instant::from_micros(latest), &mut new)?;
        let found = compare(workspace, &stream, &chunk.table, &unfit, filled, &mut checked.keys).await;
        if let Err(error) = found {
            filled.forget(&stream.id, &checked.keys);
            return Err(error);
        }
    }
    let rows: u64 = chunks.iter().map(|chunk| chunk.table.len() as u64).sum();
    checked.new = checked.keys.len() as u64;
    checked.repeated = rows.saturating_sub(checked.new);
    Ok(checked)
}

/// Compares the keys of records with those of the stream and of the buffer, and enters the new ones.
async fn compare(
    workspace: &Workspace,
    stream: &Stream,
    table: &Table,
    unfit: &Unfit<'_>,
    filled: &Filled,
    new: &mut Vec<[u8; 16]>,
) -> Result<(), AppError> {
    let digests = index::keys(stream, table);
    let keys: Vec<[u8; 16]> = digests.iter().map(|(key, _)| *key).collect();
    let known = workspace.app().store.known(workspace.id(), &stream.id, &keys).await?;
    let mut waiting = filled.keys.lock().unwrap_or_else(PoisonError::into_inner);
    let waiting = waiting.entry(stream.id.clone()).or_default();
    for (row, ((key, content), known)) in digests.iter().zip(known).enumerate() {
        match known.or_else(|| waiting.get(key).copied()) {
            Some(earlier) => unfit.agree(row, earlier, *content)?,
            None => {
                waiting.insert(*key, *content);
                new.push(*key);
            }
        }
    }
    Ok(())
}

/// The ingest that a submission amounts to.
pub(super) fn like(submit: &Submit) -> Ingest {
    Ingest {
        stream: submit.stream.clone(),
        source: submit.source.clone(),
        collector: submit.collector.clone(),
        asked: None,
        covers: None,
    }
}
