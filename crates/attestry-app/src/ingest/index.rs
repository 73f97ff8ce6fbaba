//! The index of record keys: a cache over the segments, written after the event that names a segment.
//!
//! It is complete up to its high-water mark, because whoever adds keys had caught up with the state of the stream
//! that the segment is based on.

use attestry_domain::catalog::{Keeping, Stream};
use attestry_stats::Table;
use attestry_store::StreamKey;

use crate::evidence::segment;
use crate::import::{KeyDigest, key_digests};
use crate::{AppError, Workspace};

/// Whether a record of the stream can be told from others, so that the index counts.
pub(crate) fn keeps(stream: &Stream) -> bool {
    !stream.key.is_empty()
}

/// Of every row, what the index keeps. In a stream of newest states a key comes again with other contents, so each
/// state is a key of its own there: the same state again is a repeat, another one is never a conflict.
pub(crate) fn keys(stream: &Stream, table: &Table) -> Vec<KeyDigest> {
    let digests = key_digests(stream, table);
    match stream.keeping {
        Keeping::Append => digests,
        Keeping::Upsert => digests.into_iter().map(|(_, content)| (content, content)).collect(),
    }
}

/// The stream as an entity that commands are based on.
pub(crate) fn entity(stream: &Stream) -> String {
    format!("stream/{}", stream.id)
}

/// Adds the keys of a segment that an event named.
pub(crate) async fn add(
    workspace: &Workspace,
    stream: &Stream,
    table: &Table,
    at: u64,
) -> Result<(), AppError> {
    if keeps(stream) {
        let keys = keys(stream, table).into_iter().map(|(key, content)| StreamKey { key, content });
        let keys: Vec<StreamKey> = keys.collect();
        workspace.app().store.add_stream_keys(workspace.id(), &stream.id, &keys, at).await?;
    }
    Ok(())
}

/// Adds what others sealed, and what a process that died between event and index left out. Gives the newest event
/// of the stream that the index is complete for.
pub(crate) async fn catch_up(workspace: &Workspace, stream: &Stream) -> Result<u64, AppError> {
    let reached = workspace.app().store.stream_keys_at(workspace.id(), &stream.id).await?;
    let programme = workspace.follow().await?.programme;
    let segments = programme.streams.get(&stream.id).map(|state| state.segments.clone()).unwrap_or_default();
    for sealed in segments.iter().filter_map(|id| programme.segments.get(id)).filter(|one| one.at > reached) {
        let table = segment::read(workspace, stream, &sealed.value)?;
        add(workspace, stream, &table, sealed.at).await?;
    }
    Ok(programme.version_of(&entity(stream)))
}
