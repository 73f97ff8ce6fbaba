//! Confidence intervals of proportions, of their differences and of their ratios.
//!
//! | interval | of | source |
//! |---|---|---|
//! | [`Proportion::wilson`] | a proportion | E. B. Wilson, JASA 22 (1927) |
//! | [`newcombe_difference`] | a difference | R. G. Newcombe, Statistics in Medicine 17 (1998), method 10 |
//! | [`katz_ratio`] | a ratio | D. Katz et al., Biometrics 34 (1978), method C |
//! | [`mover_ratio`] | a ratio, also at the edges | A. Donner, G. Y. Zou, Stat. Methods Med. Res. 21 (2012) |
//!
//! `z` is everywhere the standard normal quantile of the confidence wanted, finite and positive; [`Z95`]
//! for 95 %.

use serde::{Deserialize, Serialize};

/// Standard normal quantile of two-sided 95 % confidence.
pub const Z95: f64 = 1.959_963_984_540_054;

/// A closed interval; serialised as `[low, high]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct Interval {
    /// Lower end, in the unit of the estimate.
    pub low: f64,
    /// Upper end, in the unit of the estimate.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies inside, ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl From<(f64, f64)> for Interval {
    fn from((low, high): (f64, f64)) -> Self {
        Self { low, high }
    }
}

impl From<Interval> for (f64, f64) {
    fn from(interval: Interval) -> Self {
        (interval.low, interval.high)
    }
}

/// Successes among trials: at least one trial, never more successes than trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Proportion {
    successes: u64,
    trials: u64,
}

impl Proportion {
    /// A proportion; `None` when there is nothing to estimate it from (no trials) or when the counts
    /// contradict each other (more successes than trials).
    pub fn new(successes: u64, trials: u64) -> Option<Self> {
        (trials > 0 && successes <= trials).then_some(Self { successes, trials })
    }

    /// Number of successes.
    pub fn successes(self) -> u64 {
        self.successes
    }

    /// Number of trials.
    pub fn trials(self) -> u64 {
        self.trials
    }

    /// Number of trials that were no success.
    pub fn failures(self) -> u64 {
        self.trials - self.successes
    }

    /// Successes over trials, 0 to 1.
    pub fn rate(self) -> f64 {
        self.successes as f64 / self.trials as f64
    }

    /// Orders two proportions exactly, by cross multiplication.
    pub fn compare(self, other: Self) -> std::cmp::Ordering {
        let here = u128::from(self.successes) * u128::from(other.trials);
        let there = u128::from(other.successes) * u128::from(self.trials);
        here.cmp(&there)
    }

    /// This rate over another; `None` when the other is 0.
    pub fn ratio_to(self, other: Self) -> Option<f64> {
        let over = u128::from(self.successes) * u128::from(other.trials);
        let under = u128::from(other.successes) * u128::from(self.trials);
        (under > 0).then(|| over as f64 / under as f64)
    }

    /// Wilson's score interval, `(x + z²/2 ± z √(x(n−x)/n + z²/4)) / (n + z²)`.
    ///
    /// Exactly 0 below when there are no successes, exactly 1 above when there are only successes.
    pub fn wilson(self, z: f64) -> Interval {
        let (x, n) = (self.successes as f64, self.trials as f64);
        let z2 = z * z;
        let centre = x + z2 / 2.0;
        let half = z * (x * (self.failures() as f64 / n) + z2 / 4.0).sqrt();
        let (low, high) = ((centre - half) / (n + z2), (centre + half) / (n + z2));
        // Rounding must not push an end past the rate it surrounds, nor out of 0 to 1; this also makes the edges exact.
        Interval { low: low.clamp(0.0, self.rate()), high: high.clamp(self.rate(), 1.0) }
    }

    /// Variance of the logarithm of the rate, `1/x − 1/n`, without the cancellation.
    fn log_variance(self) -> f64 {
        self.failures() as f64 / (self.successes as f64 * self.trials as f64)
    }
}

/// [`Proportion::wilson`] from bare counts; `None` when there are no trials or more successes than trials.
pub fn wilson(successes: u64, trials: u64, z: f64) -> Option<Interval> {
    Proportion::new(successes, trials).map(|proportion| proportion.wilson(z))
}

/// Newcombe's interval of the difference `a − b`, built from the two Wilson intervals; within −1 to 1.
pub fn newcombe_difference(a: Proportion, b: Proportion, z: f64) -> Interval {
    let (in_a, in_b) = (a.wilson(z), b.wilson(z));
    let difference = a.rate() - b.rate();
    let below = (a.rate() - in_a.low).hypot(in_b.high - b.rate());
    let above = (in_a.high - a.rate()).hypot(b.rate() - in_b.low);
    Interval { low: (difference - below).max(-1.0), high: (difference + above).min(1.0) }
}

/// Standard error of the logarithm of the ratio `a / b`, `√(1/x₁ − 1/n₁ + 1/x₂ − 1/n₂)`; `None` when either
/// has no successes.
pub fn katz_log_ratio_error(a: Proportion, b: Proportion) -> Option<f64> {
    let estimable = a.successes > 0 && b.successes > 0;
    estimable.then(|| (a.log_variance() + b.log_variance()).sqrt())
}

/// Katz's log interval of the ratio `a / b`, `r · exp(± z · se)`; `None` when either has no successes.
///
/// A proportion without failures counts as known for certain in it, however few its trials: there
/// [`mover_ratio`] is the honest one.
pub fn katz_ratio(a: Proportion, b: Proportion, z: f64) -> Option<Interval> {
    let ratio = a.ratio_to(b)?;
    let spread = libm::exp(z * katz_log_ratio_error(a, b)?);
    Some(Interval { low: ratio / spread, high: ratio * spread })
}

/// Donner and Zou's interval of the ratio `a / b`, recovered from the two Wilson intervals; `None` when `b`
/// has no successes.
///
/// It holds where [`katz_ratio`] does not: with no successes in `a`, and with no failures in either.
pub fn mover_ratio(a: Proportion, b: Proportion, z: f64) -> Option<Interval> {
    let ratio = a.ratio_to(b)?;
    let (in_a, in_b) = (a.wilson(z), b.wilson(z));
    let product = a.rate() * b.rate();
    // `end · (2 · rate − end)`: positive for a lower end; may be negative for an upper one.
    let bend = |end: f64, rate: f64| end * (2.0 * rate - end);
    let root = |over: f64, under: f64| (product * product - over * under).max(0.0).sqrt();

    let (over, under) = (bend(in_a.low, a.rate()), bend(in_b.high, b.rate()));
    let divisor = product + root(over, under);
    // The textbook quotient multiplied out, for its divisor can be 0 where the limit is finite.
    let low = if divisor > 0.0 { over / divisor } else { 0.0 };

    let (over, under) = (bend(in_a.high, a.rate()), bend(in_b.low, b.rate()));
    let high = (product + root(over, under)) / under;
    Some(Interval { low: low.clamp(0.0, ratio), high: high.max(ratio) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(successes: u64, trials: u64) -> Proportion {
        Proportion::new(successes, trials).unwrap()
    }

    #[test]
    fn no_trials_is_not_estimable_and_more_successes_than_trials_is_refused() {
        assert_eq!(wilson(0, 0, Z95), None);
        assert_eq!(wilson(3, 2, Z95), None);
        assert_eq!(Proportion::new(0, 0), None);
    }

    #[test]
    fn wilson_is_exact_at_the_edges() {
        for trials in (1..2000).chain([1_000_000_007, u64::MAX]) {
            for z in (5..40).map(|tenths| f64::from(tenths) / 10.0).chain([Z95]) {
                assert_eq!(wilson(0, trials, z).unwrap().low, 0.0);
                assert_eq!(wilson(trials, trials, z).unwrap().high, 1.0);
            }
        }
    }

    #[test]
    fn newcombe_reproduces_the_examples_of_the_1998_paper() {
        let printed = [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 10), 0.6075, 1.0),
            ((0, 10), (0, 20), -0.1611, 0.2775),
        ];
        for ((x1, n1), (x2, n2), low, high) in printed {
            let found = newcombe_difference(of(x1, n1), of(x2, n2), Z95);
            assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{found:?}");
        }
    }

    #[test]
    fn katz_needs_successes_on_both_sides_and_mover_only_below_the_line() {
        assert_eq!(katz_ratio(of(0, 10), of(5, 10), Z95), None);
        assert_eq!(katz_ratio(of(5, 10), of(0, 10), Z95), None);
        assert_eq!(mover_ratio(of(5, 10), of(0, 10), Z95), None);
        let none_of_many = mover_ratio(of(0, 5000), of(2000, 5000), Z95).unwrap();
        assert!(none_of_many.low == 0.0 && none_of_many.high < 0.01, "{none_of_many:?}");
    }

    #[test]
    fn one_of_one_against_one_of_one_says_nothing_under_mover_and_everything_under_katz() {
        assert_eq!(katz_ratio(of(1, 1), of(1, 1), Z95).unwrap(), Interval { low: 1.0, high: 1.0 });
        let honest = mover_ratio(of(1, 1), of(1, 1), Z95).unwrap();
        assert!(honest.low < 0.25 && honest.high > 4.0, "{honest:?}");
    }

    #[test]
    fn mover_and_katz_agree_on_large_samples() {
        let (a, b) = (of(30_000, 100_000), of(50_000, 100_000));
        let (katz, mover) = (katz_ratio(a, b, Z95).unwrap(), mover_ratio(a, b, Z95).unwrap());
        assert!((katz.low - mover.low).abs() < 1e-4 && (katz.high - mover.high).abs() < 1e-4);
    }

    #[test]
    fn an_interval_serialises_as_a_pair() {
        let interval = Interval { low: 0.25, high: 0.5 };
        assert_eq!(serde_json::to_string(&interval).unwrap(), "[0.25,0.5]");
        assert_eq!(serde_json::from_str::<Interval>("[0.25,0.5]").unwrap(), interval);
    }
}
