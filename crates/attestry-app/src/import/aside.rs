//! Records that break a rule, kept aside so that the others can be taken.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::error::{Place, RowError};

/// Most records that are kept aside of one file; more are a wrong file, not wrong records.
pub const MOST_ASIDE: usize = 100_000;

/// A record that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// Where in the file.
    pub place: String,
    /// The record as the file has it; absent where the file has no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Every rule that it breaks.
    pub reasons: Vec<String>,
}

/// Collects records that were not taken, in the order of the file. Clones share one list.
#[derive(Debug, Clone, Default)]
pub struct Aside(Arc<Mutex<Vec<Unfit>>>);

impl Aside {
    /// Adds a record; false when there are too many.
    pub(super) fn add(&self, place: Place, record: Option<String>, errors: &[RowError]) -> bool {
        let reasons = errors.iter().map(RowError::without_place).collect();
        self.push(Unfit { place: place.to_string(), record, reasons })
    }

    /// Adds a record; false when there are too many.
    pub fn push(&self, unfit: Unfit) -> bool {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if list.len() >= MOST_ASIDE {
            return false;
        }
        list.push(unfit);
        true
    }

    /// How many are in the list.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was collected so far; the list is empty afterwards.
    pub fn take(&self) -> Vec<Unfit> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
