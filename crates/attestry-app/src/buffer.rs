//! Small writes: checked, durable in the database at once, and sealed into segments soon after.
//!
//! One task of a server takes what waits and puts it into the buffer in one transaction; that commit is the
//! acknowledgement of all of it. Another seals what is in the buffer: the records, as they came, become a raw object
//! and a segment, named by an event. A crash between the two loses nothing: the buffer is sealed when the workspace is
//! opened again, and what was sealed already is recognised by its keys.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use attestry_domain::event::Actor;
use attestry_domain::id::{Digest, StreamId};
use attestry_store::{Answered, Submission, Submitted};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::{AppError, Workspace};

pub use check::MOST_BYTES;

mod check;
mod seal;

#[cfg(test)]
mod tests;

/// Most submissions that share a transaction.
const BATCH: usize = 512;
/// How long records wait in the buffer at most before they are sealed.
const SEAL_AFTER: Duration = Duration::from_millis(300);
/// Records that are sealed at once when so many wait.
const SEAL_AT: u64 = 10_000;
/// How long sealing waits before it is tried again after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// Records that a program sends.
#[derive(Debug, Clone)]
pub struct Submit {
    /// The stream.
    pub stream: StreamId,
    /// Where they come from.
    pub source: String,
    /// What brings them.
    pub collector: String,
    /// In whose name.
    pub actor: Actor,
    /// One JSON object a line.
    pub records: Vec<u8>,
    /// The sender's key of this request; the same request again gets the same answer.
    pub request: Option<String>,
}

/// The acknowledgement: these records are durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Records that are new.
    pub accepted: u64,
    /// Records that the stream already had.
    pub repeated: u64,
    /// When they came, in RFC 3339.
    pub received_at: String,
}

/// The buffer of a workspace in this process. Cheap to clone.
#[derive(Clone)]
pub struct Buffer {
    waiting: mpsc::Sender<Waiting>,
    filled: Arc<Filled>,
}

/// Keys with what they stand for.
type Keys = HashMap<[u8; 16], [u8; 16]>;

/// What is in the buffer and not sealed yet, as far as this process put it there.
#[derive(Default)]
struct Filled {
    /// Keys that wait, with what they stand for.
    keys: Mutex<HashMap<StreamId, Keys>>,
    /// Of these, the ones that are durable.
    stored: Mutex<Vec<(StreamId, Vec<[u8; 16]>)>>,
    changed: Notify,
}

struct Waiting {
    submit: Submit,
    answer: oneshot::Sender<Result<Accepted, AppError>>,
}

impl Buffer {
    /// Begins to take submissions, after what an earlier process left in the buffer was sealed.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn start(workspace: &Workspace) -> Result<Self, AppError> {
        seal::all(workspace).await?;
        let (waiting, submissions) = mpsc::channel(4 * BATCH);
        let filled = Arc::new(Filled::default());
        tokio::spawn(take(workspace.clone(), submissions, filled.clone()));
        tokio::spawn(seal::run(workspace.clone(), filled.clone()));
        Ok(Self { waiting, filled })
    }

    /// Takes records; when this returns, they are durable.
    ///
    /// # Errors
    /// When the sender may not, a record breaks a rule or contradicts one that the stream has, or the store fails:
    /// then none of them was taken.
    pub async fn submit(&self, submit: Submit) -> Result<Accepted, AppError> {
        let (answer, answered) = oneshot::channel();
        self.waiting.send(Waiting { submit, answer }).await.map_err(|_| AppError::Stopping)?;
        answered.await.map_err(|_| AppError::Stopping)?
    }

    /// Records that this process put into the buffer and that are not sealed yet.
    pub fn waiting_rows(&self) -> u64 {
        self.filled.rows()
    }
}

/// Takes submissions, many in one transaction, until nobody can send any more.
async fn take(workspace: Workspace, mut submissions: mpsc::Receiver<Waiting>, filled: Arc<Filled>) {
    let mut batch = Vec::new();
    while submissions.recv_many(&mut batch, BATCH).await > 0 {
        let mut ready = Vec::new();
        for waiting in batch.drain(..) {
            match check::check(&workspace, &waiting.submit, &filled).await {
                Ok(checked) => ready.push((waiting, checked)),
                Err(error) => drop(waiting.answer.send(Err(error))),
            }
        }
        store(&workspace, ready, &filled).await;
    }
}

/// Stores what was checked and answers each.
async fn store(workspace: &Workspace, ready: Vec<(Waiting, check::Checked)>, filled: &Filled) {
    let now = workspace.app().world.now();
    let (mut stored, mut submissions) = (Vec::new(), Vec::new());
    for (waiting, checked) in ready {
        let accepted =
            Accepted { accepted: checked.new, repeated: checked.repeated, received_at: now.to_string() };
        match submission(&waiting.submit, &checked, &accepted) {
            // What is there already needs no place in the buffer.
            Ok(_) if checked.new == 0 && waiting.submit.request.is_none() => {
                drop(waiting.answer.send(Ok(accepted)));
            }
            Ok(submission) => {
                submissions.push(submission);
                stored.push((waiting, checked, accepted));
            }
            Err(error) => drop(waiting.answer.send(Err(error))),
        }
    }
    if submissions.is_empty() {
        return;
    }
    match workspace.app().store.submit(workspace.id(), &submissions, now).await {
        Ok(done) => {
            for ((waiting, checked, accepted), submitted) in stored.into_iter().zip(done) {
                let answer = match submitted {
                    Submitted::Stored => {
                        filled.add(&waiting.submit.stream, checked.keys);
                        Ok(accepted)
                    }
                    Submitted::Repeated(answered) => {
                        filled.forget(&waiting.submit.stream, &checked.keys);
                        again(&waiting.submit, &answered)
                    }
                };
                drop(waiting.answer.send(answer));
            }
            filled.changed.notify_one();
        }
        Err(error) => {
            for (waiting, checked, _) in stored {
                filled.forget(&waiting.submit.stream, &checked.keys);
                drop(waiting.answer.send(Err(AppError::NotStored(error.to_string()))));
            }
        }
    }
}

fn submission(
    submit: &Submit,
    checked: &check::Checked,
    accepted: &Accepted,
) -> Result<Submission, AppError> {
    let answer = serde_json::to_string(accepted).map_err(|error| AppError::Input(error.to_string()))?;
    let request = submit.request.clone();
    let request = request.map(|request| Answered { request, digest: asked(submit), answer });
    Ok(Submission {
        stream: submit.stream.clone(),
        source: submit.source.clone(),
        collector: submit.collector.clone(),
        actor: submit.actor,
        records: submit.records.clone(),
        rows: checked.new,
        request,
    })
}

/// What a request asks, in one digest.
fn asked(submit: &Submit) -> Digest {
    let head = format!("{}\n{}\n", submit.stream, submit.source);
    Digest::of(&[head.as_bytes(), submit.records.as_slice()].concat())
}

/// The answer to a request that comes again.
fn again(submit: &Submit, answered: &Answered) -> Result<Accepted, AppError> {
    if answered.digest != asked(submit) {
        return Err(AppError::Input(format!(
            "the request `{}` was used before with other contents; give each request a key of its own",
            answered.request
        )));
    }
    serde_json::from_str(&answered.answer).map_err(|error| AppError::NotStored(error.to_string()))
}

impl Filled {
    /// Records that are durable and not sealed.
    fn rows(&self) -> u64 {
        let stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        stored.iter().map(|(_, keys)| keys.len() as u64).sum()
    }

    /// Notes that records are durable.
    fn add(&self, stream: &StreamId, keys: Vec<[u8; 16]>) {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).push((stream.clone(), keys));
    }

    /// Takes back keys of records that were not stored, or that the key index knows by now.
    fn forget(&self, stream: &StreamId, gone: &[[u8; 16]]) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = keys.get_mut(stream) {
            for key in gone {
                keys.remove(key);
            }
        }
    }
}
