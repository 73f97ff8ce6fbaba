//! What people say they did, in the order in which it serves windows.

use crate::event::AttestationRecorded;
use crate::id::AttestationId;
use crate::programme::{AdoptedControl, Attested};
use crate::time::{Day, Period};

/// What of a statement decides what becomes of a window. Statements lie far apart in memory, so each is read once.
pub(super) struct Act {
    /// The window that it names.
    pub(super) window: Option<Period>,
    /// The day it was done.
    pub(super) performed_on: Day,
    /// The day it was recorded.
    pub(super) recorded_on: Day,
    /// The statement.
    pub(super) attestation: AttestationId,
    /// Whether a file shows it.
    pub(super) has_file: bool,
    turn: Turn,
    at: u64,
}

/// When acts get their window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// First, as it names the window and shows a file.
    Shown,
    /// Then, as it names the window.
    Named,
    /// Last, and any.
    Free,
}

/// What was done up to a day.
pub(super) struct Acts(Vec<Act>);

impl Acts {
    /// What was done of a control up to a day.
    pub(super) fn of(control: &AdoptedControl, as_of: Day) -> Self {
        let mut acts = Vec::with_capacity(control.attestations.len());
        let said = control.attestations.iter().map(|said| Act::of(said));
        acts.extend(said.filter(|act| act.performed_on <= as_of));
        acts.sort_by_key(|act| (act.performed_on, act.at));
        Self(acts)
    }

    /// Those that name a window first, with a file before others; each kind from the oldest on.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = &Act> {
        let of = |turn: Turn| self.0.iter().filter(move |act| act.turn == turn);
        [Turn::Shown, Turn::Named, Turn::Free].into_iter().flat_map(of)
    }
}

impl Act {
    fn of(said: &Attested) -> Self {
        let AttestationRecorded { attestation, window, performed_on, artifact, .. } = said.value;
        let has_file = artifact.is_some();
        let turn = match window {
            Some(_) if has_file => Turn::Shown,
            Some(_) => Turn::Named,
            None => Turn::Free,
        };
        let (recorded_on, at) = (said.recorded_on, said.at);
        Self { turn, window, performed_on, recorded_on, attestation, has_file, at }
    }
}
