//! A batch of commands, each judged on the state that those before it leave.

use std::collections::{HashMap, HashSet};

use attestry_domain::decide::{Context, decide};
use attestry_domain::event::{Event, Payload};
use attestry_domain::programme::Programme;

use super::first_answer;
use crate::AppError;
use crate::workspace::{Recorded, Snapshot, Waiting, Workspace};

/// What a command comes to.
pub(super) enum Verdict {
    /// It makes these events.
    Taken(Vec<Payload>),
    /// A command of the same id comes before it in the batch and is taken.
    Twin,
    /// It is refused.
    Refused(AppError),
}

/// A batch with its verdicts, in its order, and the programme that it leaves.
pub(super) struct Judged {
    /// The commands.
    pub(super) verdicts: Vec<(Waiting, Verdict)>,
    /// The programme once they are in the ledger.
    pub(super) programme: Programme,
}

/// Judges a batch. A command that is refused and was carried out before is answered at once, as it was then.
pub(super) async fn judge(workspace: &Workspace, snapshot: &Snapshot, batch: Vec<Waiting>) -> Judged {
    let mut programme = Programme::clone(&snapshot.programme);
    let (mut verdicts, mut taken) = (Vec::new(), HashSet::new());
    for one in batch {
        if taken.contains(&one.envelope.id) {
            verdicts.push((one, Verdict::Twin));
            continue;
        }
        let context = Context { actor: one.actor, now: one.now };
        let decided = decide(&programme, &snapshot.catalog, &one.envelope, &context);
        let verdict = match decided.map_err(AppError::from).and_then(|made| take(&programme, &one, made)) {
            Ok((after, payloads)) => {
                programme = after;
                taken.insert(one.envelope.id);
                Verdict::Taken(payloads)
            }
            Err(refusal) => match first_answer(workspace, &one).await {
                Ok(Some(recorded)) => {
                    one.answer(Ok(recorded));
                    continue;
                }
                Ok(None) => Verdict::Refused(refusal),
                Err(error) => Verdict::Refused(error.into()),
            },
        };
        verdicts.push((one, verdict));
    }
    Judged { verdicts, programme }
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

impl Judged {
    /// Whether there is nothing to append.
    pub(super) fn takes_nothing(&self) -> bool {
        !self.verdicts.iter().any(|(_, verdict)| matches!(verdict, Verdict::Taken(_)))
    }

    /// The commands, in the order in which they came.
    pub(super) fn into_batch(self) -> Vec<Waiting> {
        self.verdicts.into_iter().map(|(one, _)| one).collect()
    }

    /// Answers everybody, once what they are told is durable after `before` events.
    pub(super) fn answer(self, before: u64) {
        let (mut last, mut recorded) = (before, HashMap::new());
        for (one, verdict) in self.verdicts {
            let answer = match verdict {
                Verdict::Taken(payloads) => {
                    let first = last + 1;
                    last += u64::try_from(payloads.len()).unwrap_or(0);
                    let made = Recorded { events: (first <= last).then_some((first, last)) };
                    recorded.insert(one.envelope.id, made);
                    Ok(made)
                }
                Verdict::Twin => recorded.get(&one.envelope.id).copied().ok_or(AppError::Stopping),
                Verdict::Refused(error) => Err(error),
            };
            one.answer(answer);
        }
    }
}
