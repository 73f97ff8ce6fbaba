//! What a witness knows: the keys of the logs it watches, and the last checkpoint it cosigned of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::note::KeyError;
use crate::{CheckpointError, SignedCheckpoint, VerifierKey};

/// What a witness knows. Kept as the JSON of [`State::to_json`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    logs: BTreeMap<String, Log>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Log {
    keys: Vec<VerifierKey>,
    latest: Option<SignedCheckpoint>,
    /// When the last cosignature was made, in seconds since 1970 UTC.
    cosigned_at: u64,
}

/// Why a kept state cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It is not the JSON that was written.
    #[error("the state of the witness cannot be read")]
    Json(#[from] serde_json::Error),
    /// A key in it is none.
    #[error("a log key in the state of the witness is none")]
    Key(#[from] KeyError),
    /// A checkpoint in it is none.
    #[error("a checkpoint in the state of the witness cannot be read")]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint in it is not signed by a key beside it.
    #[error("the checkpoint of `{origin}` in the state of the witness is not signed by that log")]
    Unsigned {
        /// The origin of the checkpoint.
        origin: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    log_keys: Vec<String>,
    checkpoint: Option<String>,
    cosigned_at: u64,
}

impl State {
    /// A witness that knows no log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Watches the log whose key this is; its name is the origin. A log may have several keys.
    pub fn trust(&mut self, log: VerifierKey) {
        let keys = &mut self.logs.entry(log.name().to_owned()).or_default().keys;
        if !keys.contains(&log) {
            keys.push(log);
        }
    }

    /// The origins of the logs that are watched.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.logs.keys().map(String::as_str)
    }

    /// The last checkpoint that was cosigned of a log, as the log signed it.
    pub fn latest(&self, origin: &str) -> Option<&SignedCheckpoint> {
        self.logs.get(origin)?.latest.as_ref()
    }

    pub(super) fn keys(&self, origin: &str) -> &[VerifierKey] {
        self.logs.get(origin).map_or(&[], |log| &log.keys)
    }

    pub(super) fn cosigned_at(&self, origin: &str) -> u64 {
        self.logs.get(origin).map_or(0, |log| log.cosigned_at)
    }

    pub(super) fn advanced(&self, signed: &SignedCheckpoint, now: u64) -> Self {
        let mut next = self.clone();
        if let Some(log) = next.logs.get_mut(signed.checkpoint().origin()) {
            log.latest = Some(signed.clone());
            log.cosigned_at = now;
        }
        next
    }

    /// The state as JSON text, to be kept durably.
    pub fn to_json(&self) -> String {
        let kept: Vec<Kept> = self.logs.values().map(Kept::of).collect();
        // Strings and numbers only: writing them cannot fail.
        serde_json::to_string_pretty(&kept).unwrap_or_default()
    }

    /// Reads what [`State::to_json`] wrote. Each checkpoint must verify against a key beside it.
    ///
    /// # Errors
    /// [`StateError`], if the text was changed.
    pub fn from_json(text: &[u8]) -> Result<Self, StateError> {
        let mut state = Self::new();
        for kept in serde_json::from_slice::<Vec<Kept>>(text)? {
            let keys =
                kept.log_keys.iter().map(|key| key.parse()).collect::<Result<Vec<VerifierKey>, _>>()?;
            let latest = kept.checkpoint.map(|note| SignedCheckpoint::parse(note.as_bytes())).transpose()?;
            let Some(origin) = keys.first().map(|key| key.name().to_owned()) else { continue };
            let signed = |latest: &SignedCheckpoint| keys.iter().any(|key| latest.verify(key).is_ok());
            if !latest.as_ref().is_none_or(signed) {
                return Err(StateError::Unsigned { origin });
            }
            state.logs.insert(origin, Log { keys, latest, cosigned_at: kept.cosigned_at });
        }
        Ok(state)
    }
}

impl Kept {
    fn of(log: &Log) -> Self {
        Self {
            log_keys: log.keys.iter().map(ToString::to_string).collect(),
            checkpoint: log.latest.as_ref().map(ToString::to_string),
            cosigned_at: log.cosigned_at,
        }
    }
}
