//! What the verifier found.

use serde::{Deserialize, Serialize};

use super::Fault;

/// The most faults that a report lists.
const MAX_FAULTS: usize = 1000;

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Events in the store.
    pub events: u64,
    /// Events that are newer than the checkpoint: not a fault, the next checkpoint will cover them.
    pub not_yet_under_checkpoint: u64,
    /// What was looked at.
    pub checked: Vec<Check>,
    /// What is wrong, at most the first 1,000.
    pub faults: Vec<Fault>,
    /// How many more faults there are.
    pub further_faults: u64,
    /// What could not be checked, and why.
    pub unchecked: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

/// One kind of check, and how many things it looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was compared with what.
    pub what: &'static str,
    /// How many were looked at, right or wrong.
    pub count: u64,
}

/// A report in the making.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Findings {
    pub(super) payloads: u64,
    pub(super) entries: u64,
    pub(super) hashes: u64,
    pub(super) tiles: u64,
    pub(super) further_tiles: u64,
    pub(super) roots: u64,
    pub(super) checkpoints: u64,
    pub(super) cosignatures: u64,
    pub(super) earlier: u64,
    pub(super) objects: u64,
    pub(super) erasures: u64,
    #[serde(with = "super::fault::kept")]
    faults: Vec<Fault>,
    further: u64,
    unchecked: Vec<String>,
    unchecked_further: u64,
}

impl Findings {
    pub(super) fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else {
            self.further += 1;
        }
    }

    pub(super) fn unchecked(&mut self, what: String) {
        if self.unchecked.len() < MAX_FAULTS {
            self.unchecked.push(what);
        } else {
            self.unchecked_further += 1;
        }
    }

    pub(super) fn report(mut self, events: u64, uncovered: u64) -> Report {
        if uncovered > 0 {
            let first = events - uncovered + 1;
            self.unchecked
                .push(format!("events {first} to {events}: not yet under a checkpoint ({uncovered})"));
        }
        if self.unchecked_further > 0 {
            self.unchecked.push(format!("{} more things of the same kinds", self.unchecked_further));
        }
        let checked = [
            ("events numbered from 1 without gaps", events),
            ("payloads against their commitments", self.payloads),
            ("envelopes against the entry bundles", self.entries),
            ("hashes of the tree against the tiles", self.hashes),
            ("tiles that the checkpoint requires", self.tiles),
            ("further tiles that lie beside them", self.further_tiles),
            ("signature of the log on the checkpoint", self.checkpoints),
            ("root of the checkpoint against the events", self.roots),
            ("cosignatures of witnesses", self.cosignatures),
            ("checkpoints seen earlier against the events", self.earlier),
            ("objects against their digests", self.objects),
            ("erasures against the events that record them", self.erasures),
        ];
        Report {
            events,
            not_yet_under_checkpoint: uncovered,
            checked: checked.map(|(what, count)| Check { what, count }).to_vec(),
            faults: self.faults,
            further_faults: self.further,
            unchecked: self.unchecked,
        }
    }
}
