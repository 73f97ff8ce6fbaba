//! A cache of immutable things, bounded by how many cells it holds.

use std::sync::{Arc, Mutex, PoisonError};

/// What one entry weighs besides its cells, in cells.
const ENTRY: usize = 500;

/// Values by key, those asked for last, of at most `CELLS` cells together.
pub(crate) struct Bounded<K, V, const CELLS: usize>(Mutex<Held<K, V>>);

struct Held<K, V> {
    /// The longest unused first: key, weight, value.
    entries: Vec<(K, usize, Arc<V>)>,
    weight: usize,
}

impl<K, V, const CELLS: usize> Default for Bounded<K, V, CELLS> {
    fn default() -> Self {
        Self(Mutex::new(Held { entries: Vec::new(), weight: 0 }))
    }
}

impl<K: PartialEq, V, const CELLS: usize> Bounded<K, V, CELLS> {
    pub(crate) fn lookup(&self, key: &K) -> Option<Arc<V>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = held.entries.iter().rposition(|(known, _, _)| known == key)?;
        let entry = held.entries.remove(at);
        let value = entry.2.clone();
        held.entries.push(entry);
        Some(value)
    }

    /// Keeps a value of so many cells, unless it alone is too much.
    pub(crate) fn keep(&self, key: K, cells: usize, value: Arc<V>) {
        let weight = cells.saturating_add(ENTRY);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if weight > CELLS || held.entries.iter().any(|(known, _, _)| *known == key) {
            return;
        }
        while held.weight > CELLS - weight && !held.entries.is_empty() {
            let (_, freed, _) = held.entries.remove(0);
            held.weight = held.weight.saturating_sub(freed);
        }
        held.entries.push((key, weight, value));
        held.weight += weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_goes_when_there_are_too_many_cells() {
        let cache = Bounded::<u8, &str, 3_000>::default();
        cache.keep(1, 500, Arc::new("one"));
        cache.keep(2, 500, Arc::new("two"));
        cache.keep(3, 500, Arc::new("three"));
        assert!(cache.lookup(&1).is_some());
        cache.keep(4, 600, Arc::new("four"));
        let held: Vec<bool> = [1, 2, 3, 4].iter().map(|key| cache.lookup(key).is_some()).collect();
        assert_eq!(held, [true, false, false, true], "1000 + 1100 fit, another 1000 do not");
        cache.keep(5, 2_501, Arc::new("five"));
        assert!(cache.lookup(&5).is_none(), "too large to be kept at all");
        assert!(cache.lookup(&1).is_some() && cache.lookup(&4).is_some());
        cache.keep(6, 2_500, Arc::new("six"));
        assert!(cache.lookup(&6).is_some() && cache.lookup(&1).is_none());
    }
}
