//! The index of a cell and its parts. Pure. The interval is that of E. B. Wilson (Journal of the American Statistical Association 22, 1927).
//!
//! With x failures of n results, m of the rules, p₀ the rate of the class in the province and p_ref = reference · p₀:
//! - the shrunk rate p̂ = (x + m·p₀) ÷ (n + m)
//! - index = 100 · (w₁·p̂÷p_ref + w₂·severity÷4 + w₃·(p̂ − p̂ of the window before)÷p_ref + w₄·weighted signals÷full), each part held to 0 … 1.

use crate::risk::settings::RiskRules;
use crate::signals::source::{Reliability, SignalSource};
use std::collections::BTreeMap;

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_985;
/// A rate of 1.
const MILLION: f64 = 1_000_000.0;

/// How many signals of each source and reliability.
pub type SignalCounts = BTreeMap<(SignalSource, Reliability), i32>;

/// What is counted of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellSums {
    /// Final results within the window.
    pub tested: i32,
    /// Of them failures.
    pub failed: i32,
    /// Final results of the window before.
    pub tested_before: i32,
    /// Of them failures.
    pub failed_before: i32,
    /// The worst severity of a validated assessment or a signal that is no rumour; 0 where none is known.
    pub severity: i32,
    /// The signals within the window.
    pub signals: SignalCounts,
}

impl CellSums {
    /// Whether there is nothing to rank.
    pub fn is_empty(&self) -> bool {
        self.tested == 0 && self.tested_before == 0 && self.severity == 0 && self.signals.is_empty()
    }

    /// How many signals there are.
    pub fn signal_count(&self) -> i32 {
        self.signals.values().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// The index of a cell: rates in millionths, parts in ten-thousandths, the index in hundredths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CellIndex {
    /// The rate of the class in the province.
    pub class_rate: i32,
    /// The shrunk rate.
    pub rate: i32,
    /// That of the window before.
    pub rate_before: i32,
    /// The lower end of the interval of the rate as counted.
    pub rate_low: i32,
    /// The upper end.
    pub rate_high: i32,
    /// The part of the rate.
    pub part_rate: i32,
    /// The part of the severity.
    pub part_severity: i32,
    /// The part of the trend.
    pub part_trend: i32,
    /// The part of the signals.
    pub part_signals: i32,
    /// The index.
    pub index_value: i32,
}

/// The nearest whole number; floats of the index are far within its range.
#[expect(clippy::cast_possible_truncation, reason = "held to the range of i32 before")]
fn whole(value: f64) -> i32 {
    let held = value.round().clamp(f64::from(i32::MIN), f64::from(i32::MAX));
    if held.is_nan() { 0 } else { held as i32 }
}

/// The rate of failures in millionths; 0 of nothing.
pub fn rate(failed: i64, tested: i64) -> i32 {
    if tested <= 0 {
        return 0;
    }
    let rate = (i128::from(failed) * 2_000_000 + i128::from(tested)) / (i128::from(tested) * 2);
    i32::try_from(rate).unwrap_or(i32::MAX)
}

/// The interval of a rate in millionths; of nothing everything is possible.
pub fn interval(failed: i32, tested: i32) -> (i32, i32) {
    if tested <= 0 {
        return (0, 1_000_000);
    }
    let (n, share) = (f64::from(tested), f64::from(failed) / f64::from(tested));
    let middle = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let end = |value: f64| whole((value / scale).clamp(0.0, 1.0) * MILLION);
    (end(middle - spread), end(middle + spread))
}

/// A part, held to 0 … 1.
fn part(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

/// The index of a cell, given the rate of its class in millionths.
pub fn index(sums: &CellSums, class_rate: i32, rules: &RiskRules) -> CellIndex {
    let (m, base) = (f64::from(rules.shrink), f64::from(class_rate) / MILLION);
    let shrunk = |failed: i32, tested: i32| {
        let of = f64::from(tested) + m;
        if of > 0.0 { (f64::from(failed) + m * base) / of } else { base }
    };
    let (now, before) = (shrunk(sums.failed, sums.tested), shrunk(sums.failed_before, sums.tested_before));
    let reference = base * f64::from(rules.reference) / 1_000.0;
    let of_reference = |value: f64| if reference > 0.0 { part(value / reference) } else { 0.0 };
    let weighted: f64 = sums
        .signals
        .iter()
        .map(|((source, reliability), count)| {
            let weights = (rules.source_weights.of(*source), rules.reliability_weights.of(*reliability));
            f64::from(*count) * f64::from(weights.0) / 1_000.0 * f64::from(weights.1) / 1_000.0
        })
        .sum();
    let parts = [
        (rules.weight_rate, of_reference(now)),
        (rules.weight_severity, part(f64::from(sums.severity) / 4.0)),
        (rules.weight_trend, of_reference(now - before)),
        (rules.weight_signals, part(weighted * 1_000.0 / f64::from(rules.signals_full.max(1)))),
    ];
    let total: f64 = parts.iter().map(|(weight, part)| f64::from(*weight) / 1_000.0 * part).sum();
    let [of_rate, of_severity, of_trend, of_signals] = parts.map(|(_, part)| whole(part * 10_000.0));
    let (rate_low, rate_high) = interval(sums.failed, sums.tested);
    CellIndex {
        class_rate,
        rate: whole(now * MILLION),
        rate_before: whole(before * MILLION),
        rate_low,
        rate_high,
        part_rate: of_rate,
        part_severity: of_severity,
        part_trend: of_trend,
        part_signals: of_signals,
        index_value: whole(total * 10_000.0),
    }
}

/// Whether an alert is raised: the lower end of the interval is above the bound, with enough results.
pub fn opens(tested: i32, rate_low: i32, class_rate: i32, rules: &RiskRules) -> bool {
    tested >= rules.open_results && above(rate_low, class_rate, rules.open_at)
}

/// Whether an open alert subsides: the lower end is below the lower bound. Between the two bounds all stays as it is.
pub fn subsides(rate_low: i32, class_rate: i32, rules: &RiskRules) -> bool {
    i64::from(rate_low) * 1_000 < i64::from(class_rate) * i64::from(rules.close_at) || rate_low == 0
}

fn above(rate_low: i32, class_rate: i32, thousandths: i32) -> bool {
    i64::from(rate_low) * 1_000 > i64::from(class_rate) * i64::from(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::settings::RiskSettings;
    use proptest::prelude::*;

    fn rules() -> RiskRules {
        RiskSettings::default().rules[0].clone()
    }

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // Values of the literature: 0 of 10, 5 of 10, 81 of 263 (Newcombe, Statistics in Medicine 17, 1998).
        for (failed, tested, low, high) in [
            (0, 10, 0, 277_500),
            (5, 10, 236_600, 763_400),
            (81, 263, 255_300, 366_200),
            (10, 10, 722_500, 1_000_000),
        ] {
            let found = interval(failed, tested);
            assert!(
                (found.0 - low).abs() < 60 && (found.1 - high).abs() < 60,
                "{failed} of {tested}: {found:?}"
            );
        }
        assert_eq!(interval(0, 0), (0, 1_000_000));
    }

    #[test]
    fn a_cell_by_hand() {
        let sums = CellSums {
            tested: 30,
            failed: 9,
            tested_before: 20,
            failed_before: 2,
            severity: 3,
            signals: [
                ((SignalSource::Media, Reliability::Attributed), 5),
                ((SignalSource::Opinion, Reliability::Rumour), 4),
            ]
            .into(),
        };
        let found = index(&sums, 100_000, &rules());
        // (9 + 20·0.1) ÷ 50 = 0.22; before (2 + 2) ÷ 40 = 0.1; p_ref = 0.3; signals 5·0.7·0.6 + 4·0.5·0.1 = 2.3 of 10.
        assert_eq!((found.rate, found.rate_before), (220_000, 100_000));
        assert_eq!(
            (found.part_rate, found.part_severity, found.part_trend, found.part_signals),
            (7_333, 7_500, 4_000, 2_300)
        );
        // 100·(0.4·0.7333 + 0.25·0.75 + 0.15·0.4 + 0.2·0.23)
        assert_eq!(found.index_value, 5_868);
    }

    #[test]
    fn nothing_is_nothing_and_few_results_say_little() {
        assert!(CellSums::default().is_empty());
        let none = index(&CellSums::default(), 0, &rules());
        assert_eq!((none.index_value, none.rate_high), (0, 1_000_000));
        let one = index(&CellSums { tested: 1, failed: 1, ..CellSums::default() }, 50_000, &rules());
        // 1 of 1 is shrunk to (1 + 1) ÷ 21.
        assert_eq!(one.rate, 95_238);
        assert!(!opens(1, one.rate_low, one.class_rate, &rules()));
    }

    #[test]
    fn the_bounds_have_a_space_between_them() {
        let rules = rules();
        assert!(opens(10, 100_001, 100_000, &rules) && !opens(10, 100_000, 100_000, &rules));
        assert!(!opens(9, 900_000, 100_000, &rules));
        assert!(!subsides(90_000, 100_000, &rules) && !subsides(80_000, 100_000, &rules));
        assert!(subsides(79_999, 100_000, &rules) && subsides(0, 0, &rules));
    }

    proptest! {
        #[test]
        fn every_part_is_held_and_the_index_follows_the_failures(
            tested in 0_i32..500, failed in 0_i32..500, before in 0_i32..500, class_rate in 0_i32..=1_000_000, severity in 0_i32..=4,
            media in 0_i32..1_000,
        ) {
            let failed = failed.min(tested);
            let sums = CellSums {
                tested, failed, tested_before: before, failed_before: before / 2, severity,
                signals: [((SignalSource::Media, Reliability::Official), media)].into(),
            };
            let found = index(&sums, class_rate, &rules());
            for part in [found.part_rate, found.part_severity, found.part_trend, found.part_signals, found.index_value] {
                prop_assert!((0..=10_000).contains(&part));
            }
            prop_assert!(found.rate_low <= found.rate_high);
            if failed < tested {
                let more = index(&CellSums { failed: failed + 1, ..sums }, class_rate, &rules());
                prop_assert!(more.index_value >= found.index_value && more.rate_low >= found.rate_low);
            }
        }
    }
}
