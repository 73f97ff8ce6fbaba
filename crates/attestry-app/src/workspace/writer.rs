//! The one writer of a workspace: takes what waits, decides it in order, appends it in one transaction.

use std::sync::{PoisonError, Weak};

use attestry_domain::decide::{Context, decide};
use attestry_domain::event::{Event, Payload};
use attestry_domain::programme::Programme;
use attestry_store::{Append, AppendError};
use tokio::sync::mpsc;

use crate::AppError;
use crate::workspace::{Inner, Recorded, Waiting, Workspace};

/// How many commands share a transaction at most.
const BATCH: usize = 512;
/// How often a lost race is run again before the caller hears of it.
const RETRIES: usize = 16;

/// Runs until the workspace is closed.
pub(super) async fn run(workspace: Weak<Inner>, mut commands: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::new();
    while commands.recv_many(&mut batch, BATCH).await > 0 {
        let Some(inner) = workspace.upgrade() else { return };
        let halted = inner.halted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(why) = halted {
            answer_all(std::mem::take(&mut batch), &why);
            continue;
        }
        write(&Workspace { inner }, std::mem::take(&mut batch)).await;
    }
}

async fn write(workspace: &Workspace, batch: Vec<Waiting>) {
    let mut left = batch;
    for _ in 0..RETRIES {
        left = match attempt(workspace, left).await {
            Ok(()) => return,
            Err(again) => again,
        };
    }
    for waiting in left {
        let busy = "other servers write to this workspace all the time; send it again".to_owned();
        let _gone = waiting.answer.send(Err(AppError::Input(busy)));
    }
}

/// One try. A lost race gives the batch back.
async fn attempt(workspace: &Workspace, batch: Vec<Waiting>) -> Result<(), Vec<Waiting>> {
    let snapshot = match workspace.follow().await {
        Ok(snapshot) => snapshot,
        Err(error) => {
            answer_all(batch, &error.to_string());
            return Ok(());
        }
    };
    let known = repeats(workspace, &batch).await;
    let mut programme = Programme::clone(&snapshot.programme);
    let (mut decided, mut waiting, mut twice) = (Vec::new(), Vec::<Waiting>::new(), Vec::new());
    for one in batch {
        if waiting.iter().any(|other| other.envelope.id == one.envelope.id) {
            twice.push(one);
            continue;
        }
        if let Some(recorded) =
            known.iter().find(|(id, _)| *id == one.envelope.id).map(|(_, recorded)| *recorded)
        {
            let _gone = one.answer.send(Ok(recorded));
            continue;
        }
        let context = Context { actor: one.actor, now: one.now };
        let taken = decide(&programme, &snapshot.catalog, &one.envelope, &context)
            .map_err(AppError::from)
            .and_then(|payloads| take(&programme, &one, payloads));
        match taken {
            Err(error) => {
                let _gone = one.answer.send(Err(error));
            }
            Ok((after, payloads)) => {
                programme = after;
                decided.push(payloads);
                waiting.push(one);
            }
        }
    }
    if decided.is_empty() {
        return Ok(());
    }
    let app = workspace.app();
    let mut salt = || {
        let mut bytes = [0; 32];
        app.world.randomise(&mut bytes);
        bytes
    };
    let appends: Vec<Append<'_>> =
        waiting.iter().zip(&decided).map(|(one, payloads)| append(one, payloads)).collect();
    let before = snapshot.programme.sequence;
    match app.store.append_many(workspace.id(), before, &appends, &mut salt).await {
        Ok(_) => {}
        Err(AppendError::Store(error)) => {
            answer_all(waiting, &error.to_string());
            return Ok(());
        }
        Err(_lost_race) => {
            waiting.extend(twice);
            return Err(waiting);
        }
    }
    match workspace.with_catalog(programme).await {
        Ok(snapshot) => workspace.publish_snapshot(snapshot),
        Err(error) => tracing::error!(%error, "workspace.snapshot_failed"),
    }
    workspace.inner.appended.notify_one();
    let mut last = before;
    for (one, payloads) in waiting.into_iter().zip(decided) {
        let count = u64::try_from(payloads.len()).unwrap_or(0);
        let recorded = Recorded { events: (count > 0).then_some((last + 1, last + count)) };
        last += count;
        let _gone = one.answer.send(Ok(recorded));
    }
    if twice.is_empty() { Ok(()) } else { Err(twice) }
}

fn append<'a>(one: &Waiting, payloads: &'a [Payload]) -> Append<'a> {
    Append { command: Some(one.envelope.id), recorded_at: one.now, actor: one.actor, payloads }
}

/// Applies what was decided to a copy, so that a fault shows before anything is stored.
fn take(
    programme: &Programme,
    waiting: &Waiting,
    payloads: Vec<Payload>,
) -> Result<(Programme, Vec<Payload>), AppError> {
    let mut after = programme.clone();
    for payload in &payloads {
        let event = Event {
            sequence: after.sequence + 1,
            recorded_at: waiting.now,
            actor: waiting.actor,
            payload: Some(payload.clone()),
        };
        after.apply(&event)?;
    }
    Ok((after, payloads))
}

async fn repeats(
    workspace: &Workspace,
    batch: &[Waiting],
) -> Vec<(attestry_domain::id::CommandId, Recorded)> {
    let mut known = Vec::new();
    for one in batch {
        let id = one.envelope.id;
        if let Ok(Some(made)) = workspace.app().store.lookup_command(workspace.id(), id).await {
            let events = (made.first <= made.last).then_some((made.first, made.last));
            known.push((id, Recorded { events }));
        }
    }
    known
}

fn answer_all(batch: Vec<Waiting>, why: &str) {
    for waiting in batch {
        let _gone = waiting.answer.send(Err(AppError::NotStored(why.to_owned())));
    }
}
