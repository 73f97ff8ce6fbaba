//! Tests for a difference between two proportions.
//!
//! A p-value says how surprising the counts would be if both groups had one rate; it is no measure of how
//! large the difference is. Where the size matters, look at the intervals of [`crate::interval`].

use std::cmp::Ordering;

use serde::Serialize;

use crate::interval::Proportion;

/// Relative slack under which two tables count as equally probable, as R's `fisher.test` has it.
const EQUALLY_PROBABLE: f64 = 1.0 + 1e-7;

/// A z statistic and its two-sided p-value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ZTest {
    /// Standard normal deviate; positive when the first rate is the higher one.
    pub z: f64,
    /// Two-sided p-value, 0 to 1; 0 when it is below the smallest double.
    pub p: f64,
}

/// The pooled two-proportion z test, `z = (p₁ − p₂) / √(p(1−p)(1/n₁ + 1/n₂))` with `p` over both groups.
///
/// `None` when both groups have only successes or none: no variance to compare with.
pub fn pooled_z(a: Proportion, b: Proportion) -> Option<ZTest> {
    let (successes, failures) =
        ((a.successes() as f64 + b.successes() as f64), (a.failures() as f64 + b.failures() as f64));
    let trials = a.trials() as f64 + b.trials() as f64;
    if successes == 0.0 || failures == 0.0 {
        return None;
    }
    let pooled = (successes / trials) * (failures / trials);
    let error = (pooled * (1.0 / a.trials() as f64 + 1.0 / b.trials() as f64)).sqrt();
    let z = match a.compare(b) {
        Ordering::Equal => 0.0,
        _ => (a.rate() - b.rate()) / error,
    };
    Some(ZTest { z, p: libm::erfc(z.abs() / std::f64::consts::SQRT_2).min(1.0) })
}

/// Fisher's exact test, two-sided: the probability, with all margins held, of every 2×2 table no more
/// probable than the one seen (R. A. Fisher, JRSS 98, 1935); 0 when it is below the smallest double.
///
/// Weights are taken outwards from the most probable table by exact neighbour ratios, so no logarithm of a
/// factorial is needed. Work grows with the square root of the number of trials.
pub fn fisher_exact(a: Proportion, b: Proportion) -> f64 {
    let tables = Tables::with_margins_of(a, b);
    let limit = tables.weight(u128::from(a.successes())) * EQUALLY_PROBABLE;
    let (mut all, mut extreme) = (0.0, 0.0);
    for (_, weight) in tables.upwards().chain(tables.downwards().skip(1)) {
        all += weight;
        if weight <= limit {
            extreme += weight;
        }
    }
    (extreme / all).min(1.0)
}

/// All 2×2 tables with the same margins, told apart by the successes `k` in the first group.
struct Tables {
    first: u128,
    second: u128,
    successes: u128,
    mode: u128,
}

impl Tables {
    fn with_margins_of(a: Proportion, b: Proportion) -> Self {
        let (first, second) = (u128::from(a.trials()), u128::from(b.trials()));
        let successes = u128::from(a.successes()) + u128::from(b.successes());
        let mode = (first + 1).saturating_mul(successes + 1) / (first + second + 2);
        let (fewest, most) = (successes.saturating_sub(second), successes.min(first));
        Self { first, second, successes, mode: mode.clamp(fewest, most) }
    }

    /// From the most probable table up; weights are relative to it and end where they vanish.
    fn upwards(&self) -> impl Iterator<Item = (u128, f64)> {
        std::iter::successors(Some((self.mode, 1.0)), |&(k, weight)| {
            let over = (self.first - k) as f64 * (self.successes - k) as f64;
            let under = (k + 1) as f64 * (self.second + k + 1 - self.successes) as f64;
            Some((k + 1, weight * over / under)).filter(not_vanished)
        })
    }

    /// From the most probable table down, likewise.
    fn downwards(&self) -> impl Iterator<Item = (u128, f64)> {
        std::iter::successors(Some((self.mode, 1.0)), |&(k, weight)| {
            let over = k as f64 * (self.second + k - self.successes) as f64;
            let under = (self.first + 1 - k) as f64 * (self.successes + 1 - k) as f64;
            Some((k.wrapping_sub(1), weight * over / under)).filter(not_vanished)
        })
    }

    fn weight(&self, at: u128) -> f64 {
        let found = |(k, weight)| (k == at).then_some(weight);
        let side =
            if at >= self.mode { self.upwards().find_map(found) } else { self.downwards().find_map(found) };
        side.unwrap_or(0.0)
    }
}

/// Below the smallest normal double a product no longer shrinks to 0, and the walk would not end there.
fn not_vanished(&(_, weight): &(u128, f64)) -> bool {
    weight >= f64::MIN_POSITIVE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(successes: u64, trials: u64) -> Proportion {
        Proportion::new(successes, trials).unwrap()
    }

    #[test]
    fn the_lady_tasting_tea_has_her_textbook_p_value() {
        let p = fisher_exact(of(3, 4), of(1, 4));
        assert!((p - 34.0 / 70.0).abs() < 1e-15, "{p}");
        let all_right = fisher_exact(of(4, 4), of(0, 4));
        assert!((all_right - 2.0 / 70.0).abs() < 1e-15, "{all_right}");
    }

    #[test]
    fn a_table_that_its_margins_force_has_p_one() {
        assert_eq!(fisher_exact(of(0, 5), of(0, 9)), 1.0);
        assert_eq!(fisher_exact(of(5, 5), of(9, 9)), 1.0);
    }

    #[test]
    fn a_p_value_below_the_smallest_double_is_zero_and_found_in_few_steps() {
        let (half, nobody) = (of(500_000_000, 1_000_000_000), of(0, 1_000_000_000));
        assert_eq!(fisher_exact(half, nobody), 0.0);
        let steps = Tables::with_margins_of(half, nobody).upwards().count();
        assert!(steps < 1_000_000, "{steps} steps for two thousand million records");
    }

    #[test]
    fn equal_rates_have_z_zero_and_p_one_and_no_variance_has_neither() {
        assert_eq!(pooled_z(of(1, 3), of(2, 6)), Some(ZTest { z: 0.0, p: 1.0 }));
        assert_eq!(pooled_z(of(0, 3), of(0, 6)), None);
        assert_eq!(pooled_z(of(3, 3), of(6, 6)), None);
    }
}
