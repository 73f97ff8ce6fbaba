//! What is known about collections, about records that were not taken, and about holds.

use std::sync::Arc;

use crate::event::{CollectionOutcome, CollectionRan, RecordsSetAside};
use crate::id::{ArtifactId, StreamId};
use crate::programme::{Programme, Recorded};
use crate::time::{Day, Instant};

/// Records that were not taken.
#[derive(Debug, Clone)]
pub struct SetAside {
    /// What was set aside.
    pub records: Recorded<RecordsSetAside>,
    /// What became of them; `None` while nobody has looked.
    pub resolved: Option<Recorded<String>>,
}

/// Something about a collection that a person has to look at, because history cannot be fetched later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The newest one stopped.
    Failed {
        /// Why.
        why: String,
    },
    /// The newest one left something out.
    Gaps {
        /// Each in a sentence.
        gaps: Vec<String>,
    },
    /// The newest one gave fewer records of the source's state than the one before.
    Fewer {
        /// The stream.
        stream: StreamId,
        /// Records before.
        before: u64,
        /// Records now.
        now: u64,
    },
    /// None ran when one was due.
    Overdue {
        /// When it was due.
        due_at: Instant,
    },
}

/// The name of a collector without its version: `attestry collect git` of `attestry 0.3.0 collect git`.
pub fn collector_name(collector: &str) -> String {
    let is_version = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    collector.split_whitespace().filter(|word| !is_version(word)).collect::<Vec<_>>().join(" ")
}

impl Programme {
    /// What is wrong with the newest collection of each source, as of an instant.
    pub fn trouble(&self, now: Instant) -> Vec<(Arc<Recorded<CollectionRan>>, Trouble)> {
        let newest = self.collections.values().filter_map(|all| Some((all, all.last()?)));
        let found = newest.flat_map(|(all, last)| {
            let before = all.iter().rev().nth(1).map(|one| &one.value);
            troubles(&last.value, before, now).into_iter().map(|trouble| (last.clone(), trouble))
        });
        found.collect()
    }

    /// Whether a file is under a legal hold on a day.
    pub fn is_held(&self, artifact: ArtifactId, day: Day) -> bool {
        self.holds.get(&artifact).is_some_and(|hold| hold.value.until.is_none_or(|until| day < until))
    }
}

fn troubles(last: &CollectionRan, before: Option<&CollectionRan>, now: Instant) -> Vec<Trouble> {
    let mut found = Vec::new();
    match &last.outcome {
        CollectionOutcome::Complete => {}
        CollectionOutcome::Gaps { gaps } => found.push(Trouble::Gaps { gaps: gaps.clone() }),
        CollectionOutcome::Failed { why } => found.push(Trouble::Failed { why: why.clone() }),
    }
    // A range that was asked for may hold fewer than the one before; a present state hardly shrinks unseen.
    let states = last.streams.iter().filter(|stream| stream.from.is_none());
    for stream in states.filter(|_| last.outcome == CollectionOutcome::Complete) {
        let earlier = before.and_then(|one| one.streams.iter().find(|other| other.stream == stream.stream));
        if let Some(earlier) = earlier.filter(|earlier| stream.read < earlier.read) {
            let (stream, before, now) = (stream.stream.clone(), earlier.read, stream.read);
            found.push(Trouble::Fewer { stream, before, now });
        }
    }
    if let Some(every) = last.every_seconds {
        // Half an interval of patience: a machine that sleeps at night is no gap by itself.
        let patience = i64::try_from(every.saturating_mul(1_500_000)).unwrap_or(i64::MAX);
        let due_at = Instant::from_micros(last.started_at.micros().saturating_add(patience));
        if due_at < now {
            found.push(Trouble::Overdue { due_at });
        }
    }
    found
}
