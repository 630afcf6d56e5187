//! Shares of nonconforming results with the interval within which they lie with 95 percent confidence, and what two and four of them differ by. Pure.
//!
//! - A share: the score interval of E. B. Wilson, Journal of the American Statistical Association 22 (1927).
//! - A difference of two shares: the hybrid score interval, method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998), 873–890.
//! - A difference of two differences: the same construction once more (MOVER: G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008), 1693–1702),
//!   of independent shares.

use crate::sampling_figures::indicators::percent;
use serde::{Deserialize, Serialize};

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_985;

/// An estimate with its interval, as fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How many of the results of a group failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Nonconforming.
    pub failed: i64,
    /// With a result.
    pub tested: i64,
}

/// A share with its numerator, its denominator and its interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = NonconformingRate)]
pub struct Rate {
    /// Nonconforming final results.
    pub nonconforming: i64,
    /// Final results: n.
    pub tested: i64,
    /// `nonconforming` ÷ `tested` in percent, to two decimals; null where nothing was tested.
    pub percent: Option<f64>,
    /// The lower end of the 95 % interval (Wilson), in percent to two decimals.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// By how much shares differ, with its interval, in percentage points to two decimals. Below 0: fewer results fail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RateChange)]
pub struct Change {
    /// The difference.
    pub points: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts of inspections are far below 2^53")]
fn float(count: i64) -> f64 {
    count as f64
}

/// A fraction in percent, to two decimals.
fn hundredths(fraction: f64) -> f64 {
    let rounded = (fraction * 10_000.0).round() / 100.0;
    // No minus before a nought.
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// The share with its interval of Wilson; none of nothing.
pub fn wilson(count: Count) -> Option<Estimate> {
    if count.tested <= 0 || count.failed < 0 || count.failed > count.tested {
        return None;
    }
    let (n, value) = (float(count.tested), float(count.failed) / float(count.tested));
    let middle = value + Z * Z / (2.0 * n);
    let spread = Z * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let end = |end: f64| (end / scale).clamp(0.0, 1.0);
    Some(Estimate { value, low: end(middle - spread), high: end(middle + spread) })
}

/// `left` − `right` of two independent estimates, with the interval that follows from theirs.
pub fn difference(left: Estimate, right: Estimate) -> Estimate {
    let value = left.value - right.value;
    let down = ((left.value - left.low).powi(2) + (right.high - right.value).powi(2)).sqrt();
    let up = ((left.high - left.value).powi(2) + (right.value - right.low).powi(2)).sqrt();
    Estimate { value, low: value - down, high: value + up }
}

/// By how much the share after differs from the one before; none where one of them is of nothing.
pub fn change(before: Count, after: Count) -> Option<Estimate> {
    Some(difference(wilson(after)?, wilson(before)?))
}

/// By how much more the share of a group changed than that of the rest did; none where one of the four is of nothing.
pub fn difference_in_differences(group: (Count, Count), rest: (Count, Count)) -> Option<Estimate> {
    Some(difference(change(group.0, group.1)?, change(rest.0, rest.1)?))
}

impl From<Count> for Rate {
    fn from(count: Count) -> Self {
        let found = wilson(count);
        Self {
            nonconforming: count.failed,
            tested: count.tested,
            percent: percent(count.failed, count.tested),
            low: found.map(|found| hundredths(found.low)),
            high: found.map(|found| hundredths(found.high)),
        }
    }
}

impl From<Rate> for Count {
    fn from(rate: Rate) -> Self {
        Self { failed: rate.nonconforming, tested: rate.tested }
    }
}

impl From<Estimate> for Change {
    fn from(found: Estimate) -> Self {
        Self { points: hundredths(found.value), low: hundredths(found.low), high: hundredths(found.high) }
    }
}

crate::word_enum! {
    /// What a share says of a target that it was to come down to.
    pub enum Verdict {
        /// The whole interval is at the target or below it.
        Met = "met",
        /// The whole interval is above the target.
        Missed = "missed",
        /// Too few results: fewer than are needed, or the target lies within the interval.
        Undecided = "undecided",
    }
}

impl Verdict {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Met => ("达标", "met"),
            Self::Missed => ("未达标", "missed"),
            Self::Undecided => ("样本不足，尚不能判定", "undecided: too few samples"),
        }
    }
}

/// What a share says of a target in percent, of which at least `least` results are needed.
pub fn judge(count: Count, target_percent: f64, least: i64) -> Verdict {
    let target = target_percent / 100.0;
    match wilson(count) {
        Some(found) if count.tested >= least && found.high <= target => Verdict::Met,
        Some(found) if count.tested >= least && found.low > target => Verdict::Missed,
        _ => Verdict::Undecided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(failed: i64, tested: i64) -> Count {
        Count { failed, tested }
    }

    fn percents(found: Option<Estimate>) -> (f64, f64, f64) {
        let found = found.unwrap();
        (hundredths(found.value), hundredths(found.low), hundredths(found.high))
    }

    #[test]
    fn the_interval_of_a_share_is_that_of_wilson() {
        for (count, low, high) in [
            (of(81, 263), 25.53, 36.62),
            (of(0, 10), 0.0, 27.75),
            (of(10, 10), 72.25, 100.0),
            (of(30, 200), 10.71, 20.61),
            (of(24, 440), 3.69, 7.99),
            (of(5_613, 28_682), 19.11, 20.03),
        ] {
            let rate = Rate::from(count);
            assert_eq!((rate.low, rate.high), (Some(low), Some(high)), "{count:?}");
        }
        assert_eq!(Rate::from(of(5_613, 28_682)).percent, Some(19.57));
        assert_eq!(Rate::from(of(0, 0)), Rate::default());
        assert_eq!(wilson(of(3, 2)), None);
    }

    #[test]
    fn the_interval_of_a_difference_is_that_of_newcombe() {
        // Newcombe (1998), table II, method 10; `change` takes what is subtracted first.
        for (one, other, expected) in [
            (of(56, 70), of(48, 80), (20.0, 5.24, 33.39)),
            (of(9, 10), of(3, 10), (60.0, 17.05, 80.9)),
            (of(6, 7), of(2, 7), (57.14, 5.82, 80.62)),
            (of(5, 56), of(0, 29), (8.93, -3.81, 19.26)),
            (of(0, 10), of(0, 20), (0.0, -16.11, 27.75)),
            (of(10, 10), of(0, 10), (100.0, 60.75, 100.0)),
        ] {
            assert_eq!(percents(change(other, one)), expected);
        }
    }

    #[test]
    fn a_change_is_held_against_that_of_the_rest() {
        for (group, rest, expected) in [
            ((of(60, 200), of(30, 200)), (of(200, 1_000), of(180, 1_000)), (-13.0, -21.65, -4.15)),
            ((of(60, 200), of(58, 200)), (of(200, 1_000), of(100, 1_000)), (9.0, -0.4, 18.42)),
            ((of(5, 20), of(1, 20)), (of(10, 40), of(9, 40)), (-17.5, -46.43, 12.03)),
            ((of(0, 10), of(0, 10)), (of(0, 10), of(0, 10)), (0.0, -39.25, 39.25)),
        ] {
            assert_eq!(percents(difference_in_differences(group, rest)), expected);
        }
        assert_eq!(difference_in_differences((of(1, 2), of(0, 0)), (of(1, 2), of(1, 2))), None);
    }

    #[test]
    fn a_target_is_met_missed_or_undecided() {
        // 2 of 200: 0.27 to 3.57 percent; 30 of 200: 10.71 to 20.61; 8 of 100: 4.11 to 15.00.
        assert_eq!(judge(of(2, 200), 10.0, 30), Verdict::Met);
        assert_eq!(judge(of(2, 200), 3.58, 30), Verdict::Met);
        assert_eq!(judge(of(2, 200), 3.57, 30), Verdict::Undecided);
        assert_eq!(judge(of(30, 200), 10.0, 30), Verdict::Missed);
        assert_eq!(judge(of(30, 200), 10.72, 30), Verdict::Undecided);
        assert_eq!(judge(of(8, 100), 10.0, 30), Verdict::Undecided);
        assert_eq!(judge(of(0, 29), 50.0, 30), Verdict::Undecided, "29 results are fewer than 30");
        assert_eq!(judge(of(0, 0), 50.0, 0), Verdict::Undecided);
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval(failed in 0..5_000i64, more in 0..5_000i64) {
            let count = of(failed, failed + more);
            match wilson(count) {
                Some(found) => prop_assert!(0.0 <= found.low && found.low <= found.value + 1e-12
                    && found.value <= found.high + 1e-12 && found.high <= 1.0),
                None => prop_assert_eq!(count.tested, 0),
            }
        }

        #[test]
        fn a_difference_turns_with_its_sides(a in 0..50i64, b in 1..50i64, c in 0..50i64, d in 1..50i64) {
            let (one, other) = (of(a, a + b), of(c, c + d));
            let (there, back) = (change(one, other).unwrap(), change(other, one).unwrap());
            prop_assert!((there.value + back.value).abs() < 1e-9 && (there.low + back.high).abs() < 1e-9);
            prop_assert!(there.low <= there.value && there.value <= there.high);
        }
    }
}
