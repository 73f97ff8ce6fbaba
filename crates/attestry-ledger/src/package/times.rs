//! Times that others vouch for, and what they say of the times of events.
//!
//! A checkpoint that a witness cosigned, or an authority stamped, at some time divides the log: the events it covers
//! were recorded before, those after it later. An event whose own time says otherwise was back-dated or post-dated.

const MICROS: i64 = 1_000_000;

/// Sizes of checkpoints with the times at which they were seen.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Size and time in microseconds since 1970 UTC, by size; times never fall: the latest so far.
    not_before: Vec<(u64, i64)>,
    /// The same; the earliest from there on.
    not_after: Vec<(u64, i64)>,
    tolerance: i64,
}

impl Times {
    /// A checkpoint of `size` events was seen at this time, in seconds since 1970 UTC.
    pub(super) fn add(&mut self, size: u64, at: Option<i64>) {
        if let Some(at) = at.and_then(|at| at.checked_mul(MICROS)) {
            self.not_before.push((size, at));
        }
    }

    /// No more are added.
    pub(super) fn close(&mut self, tolerance_seconds: u32) {
        self.tolerance = i64::from(tolerance_seconds) * MICROS;
        self.not_before.sort_unstable();
        self.not_after = self.not_before.clone();
        let mut latest = i64::MIN;
        for (_, at) in &mut self.not_before {
            latest = latest.max(*at);
            *at = latest;
        }
        let mut earliest = i64::MAX;
        for (_, at) in self.not_after.iter_mut().rev() {
            earliest = earliest.min(*at);
            *at = earliest;
        }
    }

    pub(super) fn known(&self) -> bool {
        !self.not_before.is_empty()
    }

    /// How far apart clocks may be, in microseconds.
    pub(super) fn tolerance(&self) -> i64 {
        self.tolerance
    }

    /// The time before which the event cannot have been recorded, if it says it was.
    pub(super) fn before(&self, sequence: u64, recorded_at: i64) -> Option<i64> {
        let smaller = self.not_before.partition_point(|(size, _)| *size < sequence);
        let at = self.not_before.get(smaller.checked_sub(1)?)?.1;
        (recorded_at < at.saturating_sub(self.tolerance)).then_some(at / MICROS)
    }

    /// The time after which the event cannot have been recorded, if it says it was.
    pub(super) fn after(&self, sequence: u64, recorded_at: i64) -> Option<i64> {
        let smaller = self.not_after.partition_point(|(size, _)| *size < sequence);
        let at = self.not_after.get(smaller)?.1;
        (recorded_at > at.saturating_add(self.tolerance)).then_some(at / MICROS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_lies_between_the_checkpoints_before_and_after_it() {
        let mut times = Times::default();
        times.add(20, Some(2000));
        times.add(10, Some(1000));
        times.close(5);
        let micros = |seconds: i64| seconds * MICROS;
        assert_eq!(times.before(5, micros(0)), None);
        assert_eq!(times.after(5, micros(1005)), None);
        assert_eq!(times.after(5, micros(1006)), Some(1000));
        assert_eq!(times.before(11, micros(995)), None);
        assert_eq!(times.before(11, micros(994)), Some(1000));
        assert_eq!(times.after(20, micros(2006)), Some(2000));
        assert_eq!(times.before(21, micros(1000)), Some(2000));
        assert_eq!(times.after(21, micros(9000)), None);
    }
}
