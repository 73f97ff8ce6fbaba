//! The one writer of a workspace: takes what waits, decides it in order, appends it in one transaction.
//!
//! Nobody is answered before the state that the answer rests on is durable: a refusal may rest on a command of
//! the same batch, so it waits for the append as well.

use std::sync::{PoisonError, Weak};
use std::time::Duration;

use attestry_domain::event::Payload;
use attestry_domain::programme::Programme;
use attestry_store::{Append, AppendError, Appended, StoreError};
use tokio::sync::mpsc;

use crate::AppError;
use crate::workspace::{Inner, Recorded, Snapshot, Waiting, Workspace};
use batch::{Judged, Verdict, judge};

mod batch;

/// How many commands share a transaction at most.
const BATCH: usize = 512;
/// How often a lost race is run again before the caller hears of it.
const RACES: usize = 16;
/// How long a batch waits before it is tried again when the database was busy or out of reach.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_millis(1_000)];

/// Why a batch is to be run again.
enum Again {
    /// Others appended in the meantime, or some of it was carried out before.
    Raced(Vec<Waiting>),
    /// The store failed; `sent` when the batch was on its way into the ledger.
    Failed { batch: Vec<Waiting>, error: AppError, sent: bool },
}

/// Runs until the workspace is closed.
pub(super) async fn run(workspace: Weak<Inner>, mut commands: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::new();
    while commands.recv_many(&mut batch, BATCH).await > 0 {
        let Some(inner) = workspace.upgrade() else { return };
        let batch = std::mem::take(&mut batch);
        let halted = inner.halted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match halted {
            Some(why) => answer_all(batch, || AppError::NotStored(why.clone())),
            None => write(&Workspace { inner }, batch).await,
        }
    }
}

async fn write(workspace: &Workspace, batch: Vec<Waiting>) {
    let (mut left, mut races, mut unsure) = (batch, 0, false);
    let mut pauses = PAUSES.iter();
    loop {
        match attempt(workspace, left).await {
            Ok(()) => return,
            Err(Again::Raced(batch)) => {
                (left, unsure) = (batch, false);
                races += 1;
                if races == RACES {
                    return answer_all(left, || AppError::Busy);
                }
            }
            Err(Again::Failed { batch, error, sent }) => {
                unsure |= sent && may_be_recorded(&error);
                let pause = pauses.next().filter(|_| is_transient(&error));
                let Some(pause) = pause else { return give_up(workspace, batch, &error, unsure).await };
                tokio::time::sleep(*pause).await;
                left = batch;
            }
        }
    }
}

/// One try. A batch that was not settled comes back in its order.
async fn attempt(workspace: &Workspace, batch: Vec<Waiting>) -> Result<(), Again> {
    let snapshot = match workspace.follow().await {
        Ok(snapshot) => snapshot,
        Err(error) => return Err(Again::Failed { batch, error, sent: false }),
    };
    let judged = judge(workspace, &snapshot, batch).await;
    if judged.takes_nothing() {
        judged.answer(snapshot.programme.sequence);
        return Ok(());
    }
    match append(workspace, &snapshot, &judged).await {
        Ok(_) => {}
        Err(AppendError::Repeated { .. }) => return answer_repeated(workspace, judged.into_batch()).await,
        Err(AppendError::Store(error)) => {
            return Err(Again::Failed { batch: judged.into_batch(), error: error.into(), sent: true });
        }
        Err(AppendError::Conflict { .. } | AppendError::TwiceInBatch { .. }) => {
            return Err(Again::Raced(judged.into_batch()));
        }
    }
    match workspace.with_catalog(Programme::clone(&judged.programme)).await {
        Ok(snapshot) => workspace.publish_snapshot(snapshot),
        Err(error) => tracing::error!(%error, "workspace.snapshot_failed"),
    }
    workspace.inner.appended.notify_one();
    judged.answer(snapshot.programme.sequence);
    Ok(())
}

async fn append(
    workspace: &Workspace,
    snapshot: &Snapshot,
    judged: &Judged,
) -> Result<Vec<Appended>, AppendError> {
    let app = workspace.app();
    let mut salt = || {
        let mut bytes = [0; 32];
        app.world.randomise(&mut bytes);
        bytes
    };
    let appends: Vec<Append<'_>> = judged
        .verdicts
        .iter()
        .filter_map(|(one, verdict)| match verdict {
            Verdict::Taken(payloads) => Some(one.append(payloads)),
            Verdict::Twin | Verdict::Refused(_) => None,
        })
        .collect();
    app.store.append_many(workspace.id(), snapshot.programme.sequence, &appends, &mut salt).await
}

/// Answers those that were carried out before with their first answer, and gives the others back.
async fn answer_repeated(workspace: &Workspace, batch: Vec<Waiting>) -> Result<(), Again> {
    let mut left = Vec::new();
    let mut batch = batch.into_iter();
    while let Some(one) = batch.next() {
        match first_answer(workspace, &one).await {
            Ok(Some(recorded)) => one.answer(Ok(recorded)),
            Ok(None) => left.push(one),
            Err(error) => {
                left.push(one);
                left.extend(batch);
                return Err(Again::Failed { batch: left, error: error.into(), sent: false });
            }
        }
    }
    if left.is_empty() { Ok(()) } else { Err(Again::Raced(left)) }
}

/// What was answered when the same command came first.
async fn first_answer(workspace: &Workspace, one: &Waiting) -> Result<Option<Recorded>, StoreError> {
    let made = workspace.app().store.lookup_command(workspace.id(), one.envelope.id).await?;
    Ok(made.map(|made| Recorded { events: (made.first <= made.last).then_some((made.first, made.last)) }))
}

/// Answers what could not be settled; what the ledger has after all gets its answer.
async fn give_up(workspace: &Workspace, batch: Vec<Waiting>, error: &AppError, unsure: bool) {
    let mut readable = unsure;
    for one in batch {
        let known = if readable { first_answer(workspace, &one).await } else { Ok(None) };
        readable &= known.is_ok();
        one.answer(match known {
            Ok(Some(recorded)) => Ok(recorded),
            _ if unsure => Err(AppError::Unsure(error.to_string())),
            _ => Err(AppError::NotStored(error.to_string())),
        });
    }
}

fn is_transient(error: &AppError) -> bool {
    matches!(error, AppError::Store(error) if error.is_transient())
}

/// Whether a failed append may have been committed all the same.
fn may_be_recorded(error: &AppError) -> bool {
    matches!(error, AppError::Store(StoreError::Busy(_) | StoreError::Database(_)))
}

fn answer_all(batch: Vec<Waiting>, why: impl Fn() -> AppError) {
    for one in batch {
        one.answer(Err(why()));
    }
}

impl Waiting {
    fn append<'a>(&self, payloads: &'a [Payload]) -> Append<'a> {
        Append { command: Some(self.envelope.id), recorded_at: self.now, actor: self.actor, payloads }
    }

    /// Answers; nobody may be waiting any more.
    fn answer(self, answer: Result<Recorded, AppError>) {
        let _gone = self.answer.send(answer);
    }
}
