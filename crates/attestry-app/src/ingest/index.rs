//! The index of record keys: a cache over the segments, written after the event that names a segment.

use attestry_domain::catalog::{Keeping, Stream};
use attestry_stats::Table;
use attestry_store::StreamKey;

use crate::evidence::segment;
use crate::import::key_digests;
use crate::{AppError, Workspace};

/// Adds the keys of a segment that an event named.
pub(super) async fn add(
    workspace: &Workspace,
    stream: &Stream,
    table: &Table,
    at: u64,
) -> Result<(), AppError> {
    if stream.keeping == Keeping::Append && !stream.key.is_empty() {
        let keys = key_digests(stream, table).into_iter().map(|(key, content)| StreamKey { key, content });
        let keys: Vec<StreamKey> = keys.collect();
        workspace.app().store.add_stream_keys(workspace.id(), &stream.id, &keys, at).await?;
    }
    Ok(())
}

/// Adds what a process that died between event and index left out.
pub(super) async fn catch_up(workspace: &Workspace, stream: &Stream) -> Result<(), AppError> {
    let reached = workspace.app().store.stream_keys_at(workspace.id(), &stream.id).await?;
    let programme = workspace.follow().await?.programme;
    let segments = programme.streams.get(&stream.id).map(|state| state.segments.clone()).unwrap_or_default();
    for sealed in segments.iter().filter_map(|id| programme.segments.get(id)).filter(|one| one.at > reached) {
        let table = segment::read(workspace, stream, &sealed.value)?;
        add(workspace, stream, &table, sealed.at).await?;
    }
    Ok(())
}
