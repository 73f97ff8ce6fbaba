//! What of the evidence a person has to look at, because it will not mend itself.

use attestry_domain::programme::{Programme, Trouble};
use attestry_domain::time::Instant;
use serde::Serialize;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attention {
    /// What it is about: a source, or a stream.
    pub about: String,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do.
    pub to_do: String,
    /// Since when.
    pub since: Instant,
    /// The event that tells it.
    pub event: u64,
}

/// Everything of the evidence that waits for a person as of an instant, the oldest first.
pub fn attention(programme: &Programme, now: Instant) -> Vec<Attention> {
    let mut found: Vec<Attention> = collections(programme, now).chain(set_aside(programme)).collect();
    found.sort_by_key(|one| (one.since, one.event));
    found
}

fn collections(programme: &Programme, now: Instant) -> impl Iterator<Item = Attention> {
    programme.trouble(now).into_iter().map(|(ran, trouble)| Attention {
        about: ran.value.source.clone(),
        what: what(&trouble),
        to_do: to_do(&trouble).to_owned(),
        since: match trouble {
            Trouble::Overdue { due_at } => due_at,
            _ => ran.value.finished_at,
        },
        event: ran.at,
    })
}

fn what(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Failed { why } => format!("The newest collection failed: {why}."),
        Trouble::Gaps { gaps } => format!("The newest collection left something out: {}.", gaps.join("; ")),
        Trouble::Fewer { stream, before, now } => {
            format!("The source gave {now} records of {stream}, after {before} the time before.")
        }
        Trouble::Overdue { due_at } => format!("No collection has run since one was due on {due_at}."),
    }
}

const fn to_do(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Failed { .. } => "Mend the cause and collect again, before the source forgets those days.",
        Trouble::Gaps { .. } => {
            "Look at the source, then collect the missing range again or say why it is missing."
        }
        Trouble::Fewer { .. } => {
            "Find out what is gone: an object that was deleted, or a right that the collector lost."
        }
        Trouble::Overdue { .. } => "Start the collector again; the days since are not complete without it.",
    }
}

fn set_aside(programme: &Programme) -> impl Iterator<Item = Attention> {
    let open = programme.set_aside.values().filter(|one| one.resolved.is_none());
    open.map(|one| {
        let records = &one.records.value;
        let noun = if records.rows == 1 { "record was" } else { "records were" };
        Attention {
            about: records.stream.to_string(),
            what: format!("{} {noun} kept aside, from {}.", records.rows, records.source),
            to_do: format!(
                "Read why with `attestry aside show {id}`, correct and take them again or leave them out, then \
                 `attestry aside resolve {id} --because TEXT`.",
                id = records.set_aside
            ),
            since: one.records.recorded_at,
            event: one.records.at,
        }
    })
}
