//! What waits in the buffer becomes segments.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use attestry_domain::event::Actor;
use attestry_domain::id::StreamId;
use attestry_store::Buffered;
use tokio::time::{sleep, timeout};

use super::{Filled, PAUSE, SEAL_AFTER, SEAL_AT};
use crate::ingest::{self, Ingest};
use crate::{AppError, Workspace};

/// Submissions that are read from the buffer at once.
const READ: u32 = 20_000;

/// What goes into one segment together: records of one stream, from one source, by one collector, in one name.
type Together = (StreamId, String, String, String);

/// Seals soon after something was put into the buffer, for as long as the process runs.
pub(super) async fn run(workspace: Workspace, filled: Arc<Filled>) {
    loop {
        filled.changed.notified().await;
        // Wait for company, unless enough is there.
        let enough = async {
            while filled.rows() < SEAL_AT {
                filled.changed.notified().await;
            }
        };
        let _in_time = timeout(SEAL_AFTER, enough).await;
        while let Err(error) = sealed(&workspace, &filled).await {
            tracing::error!(%error, "the buffer could not be sealed; it is tried again");
            sleep(PAUSE).await;
        }
    }
}

async fn sealed(workspace: &Workspace, filled: &Filled) -> Result<(), AppError> {
    // What is durable now is in the buffer when it is read, so its keys are in the index afterwards.
    let stored = std::mem::take(&mut *filled.stored.lock().unwrap_or_else(PoisonError::into_inner));
    match all(workspace).await {
        Ok(_) => {
            for (stream, keys) in &stored {
                filled.forget(stream, keys);
            }
            Ok(())
        }
        Err(error) => {
            filled.stored.lock().unwrap_or_else(PoisonError::into_inner).extend(stored);
            Err(error)
        }
    }
}

/// Seals everything that is in the buffer; how many records that were.
pub(super) async fn all(workspace: &Workspace) -> Result<u64, AppError> {
    let mut rows = 0;
    loop {
        let waiting = workspace.app().store.buffered(workspace.id(), READ).await?;
        if waiting.is_empty() {
            return Ok(rows);
        }
        rows += waiting.iter().map(|one| one.submission.rows).sum::<u64>();
        let mut groups: BTreeMap<Together, (Actor, Vec<Buffered>)> = BTreeMap::new();
        for one in waiting {
            let of = &one.submission;
            let actor = String::from(of.actor);
            let key = (of.stream.clone(), of.source.clone(), of.collector.clone(), actor);
            groups.entry(key).or_insert_with(|| (one.submission.actor, Vec::new())).1.push(one);
        }
        for ((stream, source, collector, _), (actor, group)) in groups {
            let ingest = Ingest { stream, source, collector, asked: None, covers: None };
            group_into_segment(workspace, actor, &ingest, group).await?;
        }
    }
}

async fn group_into_segment(
    workspace: &Workspace,
    actor: Actor,
    ingest: &Ingest,
    group: Vec<Buffered>,
) -> Result<(), AppError> {
    let mut records = Vec::new();
    for one in &group {
        records.extend_from_slice(&one.submission.records);
        if records.last().is_some_and(|last| *last != b'\n') {
            records.push(b'\n');
        }
    }
    // The person may have lost the role since; what was acknowledged is sealed by the program itself then.
    let sender = workspace.sender(actor);
    let done = match ingest::buffered(&sender, ingest, &records).await {
        Err(AppError::Refused(_)) => {
            ingest::buffered(&workspace.sender(Actor::System), ingest, &records).await
        }
        done => done,
    };
    done?;
    let ids: Vec<i64> = group.iter().map(|one| one.id).collect();
    Ok(workspace.app().store.remove_buffered(workspace.id(), &ids).await?)
}
