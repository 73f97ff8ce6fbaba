//! Clock and randomness of the demo: the clock is set before each act, randomness comes from the seed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use attestry_domain::time::Instant;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::port::World;

/// A clock that somebody sets, and randomness that anybody with the seed can foretell.
///
/// Each length asked for is a stream of its own, so that the salts that the writer draws on its task never shift
/// the identifiers that the sender draws on another.
#[derive(Debug)]
pub(super) struct DemoWorld {
    seed: Seed,
    micros: AtomicI64,
    streams: Mutex<BTreeMap<usize, ChaCha20Rng>>,
}

/// What everything in the demo is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seed([u8; 32]);

/// Throws of a stream of randomness that has a name.
#[derive(Debug)]
pub(super) struct Dice(ChaCha20Rng);

impl DemoWorld {
    pub(super) fn new(seed: Seed, now: Instant) -> Self {
        Self { seed, micros: AtomicI64::new(now.micros()), streams: Mutex::default() }
    }

    /// Sets the clock. It never goes back: what is recorded later has a later time.
    pub(super) fn set(&self, now: Instant) {
        self.micros.fetch_max(now.micros(), Ordering::SeqCst);
    }
}

impl World for DemoWorld {
    fn now(&self) -> Instant {
        Instant::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn randomise(&self, bytes: &mut [u8]) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let length = bytes.len();
        let fresh = || self.seed.rng(&format!("world/{length}"));
        streams.entry(length).or_insert_with(fresh).fill_bytes(bytes);
    }
}

impl Seed {
    /// The seed of a demo: its number and the first day after its year.
    pub(super) fn new(number: u64, until: attestry_domain::time::Day) -> Self {
        Self(Sha256::digest(format!("attestry demo/{number}/{until}")).into())
    }

    fn derive(self, label: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.0).chain_update(label).finalize().into()
    }

    fn rng(self, label: &str) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(self.derive(label))
    }

    /// The dice of that name.
    pub(super) fn dice(self, label: &str) -> Dice {
        Dice(self.rng(label))
    }

    /// The identifier of that name, made at an instant.
    pub(super) fn ulid(self, at: Instant, label: &str) -> Ulid {
        let mut random = [0; 16];
        random.iter_mut().zip(self.derive(&format!("ulid/{label}"))).for_each(|(to, from)| *to = from);
        let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
        Ulid::from_parts(millis, u128::from_le_bytes(random))
    }

    /// A short opaque key, such as `p-5c1d90ab42`.
    pub(super) fn key(self, prefix: &str, label: &str) -> String {
        let text = hex::encode(self.derive(&format!("key/{prefix}/{label}")));
        format!("{prefix}-{}", text.get(..10).unwrap_or_default())
    }
}

impl Dice {
    /// A number from 0 up to and not including `sides`, each as likely; 0 for no sides.
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        if sides == 0 {
            return 0;
        }
        let fair = u64::MAX - u64::MAX % sides;
        loop {
            let thrown = self.0.next_u64();
            if thrown < fair {
                return thrown % sides;
            }
        }
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let sides = high.saturating_sub(low).saturating_add(1);
        low.saturating_add(i64::try_from(self.below(u64::try_from(sides).unwrap_or(0))).unwrap_or(0))
    }

    /// True in so many of a hundred throws.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of some.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(from.len()).unwrap_or(0));
        from.get(usize::try_from(at).unwrap_or(0))
    }
}
