//! Failed sign-ins by address: after ten within a quarter of an hour that address waits.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use attestry_domain::id::Digest;
use attestry_domain::time::Instant;

const AT_MOST: usize = 10;
const WITHIN_MICROS: i64 = 15 * 60 * 1_000_000;
/// How many addresses are remembered; the one whose last failure is oldest is forgotten first.
const REMEMBERED: usize = 10_000;

/// Failed sign-ins of the last quarter of an hour.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    failed: Mutex<BTreeMap<Digest, Vec<i64>>>,
}

impl Attempts {
    /// Whether this address may try now.
    pub(crate) fn may_try(&self, email: &str, now: Instant) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |times: &Vec<i64>| times.iter().filter(|at| now.micros() - **at < WITHIN_MICROS).count();
        failed.get(&key(email)).map_or(0, recent) < AT_MOST
    }

    /// Remembers a failure.
    pub(crate) fn record_failure(&self, email: &str, now: Instant) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= REMEMBERED && !failed.contains_key(&key(email)) {
            failed.retain(|_, times| times.last().is_some_and(|at| now.micros() - at < WITHIN_MICROS));
            if failed.len() >= REMEMBERED {
                forget_oldest(&mut failed);
            }
        }
        let times = failed.entry(key(email)).or_default();
        times.retain(|at| now.micros() - at < WITHIN_MICROS);
        times.push(now.micros());
    }

    /// Forgets the failures of an address that signed in.
    pub(crate) fn forget(&self, email: &str) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(email));
    }
}

fn forget_oldest(failed: &mut BTreeMap<Digest, Vec<i64>>) {
    let oldest = failed.iter().min_by_key(|(_, times)| times.last().copied()).map(|(key, _)| *key);
    if let Some(oldest) = oldest {
        failed.remove(&oldest);
    }
}

fn key(email: &str) -> Digest {
    Digest::of(email.trim().to_lowercase().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_failures_an_address_waits_a_quarter_of_an_hour_and_others_do_not() {
        let attempts = Attempts::default();
        let now = Instant::from_micros(1_000_000_000);
        for _ in 0..AT_MOST {
            assert!(attempts.may_try("a@b.example", now));
            attempts.record_failure("A@b.example ", now);
        }
        assert!(!attempts.may_try("a@b.example", now));
        assert!(attempts.may_try("c@b.example", now));
        assert!(attempts.may_try("a@b.example", Instant::from_micros(now.micros() + WITHIN_MICROS)));
        attempts.forget("a@b.example");
        assert!(attempts.may_try("a@b.example", now));
    }

    #[test]
    fn when_too_many_addresses_failed_the_oldest_failure_is_forgotten() {
        let attempts = Attempts::default();
        let at = |number: usize| Instant::from_micros(1_000_000_000 + i64::try_from(number).unwrap());
        let email = |number: usize| format!("{number}@b.example");
        for number in 0..REMEMBERED {
            attempts.record_failure(&email(number), at(number));
        }
        for _ in 0..AT_MOST {
            attempts.record_failure(&email(0), at(REMEMBERED));
        }
        assert!(!attempts.may_try(&email(0), at(REMEMBERED)), "its newest failure is the newest of all");
        attempts.record_failure("new@b.example", at(REMEMBERED));
        let failed = attempts.failed.lock().unwrap();
        assert_eq!(failed.len(), REMEMBERED);
        assert!(failed.contains_key(&key(&email(0))) && !failed.contains_key(&key(&email(1))));
    }
}
