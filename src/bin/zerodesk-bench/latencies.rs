//! How long messages took, and their quantiles.

use std::collections::BTreeMap;
use std::time::Duration;

/// How long messages took, from when they were due to their ack.
pub(crate) struct Latencies {
    /// When each was due, from the start, and its time; by time once all are there.
    times: Vec<(Duration, Duration)>,
    /// How late each was sent; by length.
    late: Vec<Duration>,
}

/// The value at this part of a list that is in order, milliseconds.
pub(crate) fn quantile_ms(sorted: &[Duration], part: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the length"
    )]
    let at = (sorted.len() as f64 * part) as usize;
    let found = sorted.get(at.min(sorted.len().saturating_sub(1)));
    found.map_or(f64::NAN, |d| d.as_secs_f64() * 1e3)
}

impl Latencies {
    pub(crate) fn of(mut times: Vec<(Duration, Duration)>, mut late: Vec<Duration>) -> Self {
        times.sort_unstable_by_key(|(_, time)| *time);
        late.sort_unstable();
        Self { times, late }
    }

    /// The time within which this part of them was acknowledged, milliseconds.
    pub(crate) fn quantile_ms(&self, part: f64) -> f64 {
        let times: Vec<_> = self.times.iter().map(|(_, time)| *time).collect();
        quantile_ms(&times, part)
    }

    /// How late this part of them was sent at most, milliseconds: what the load itself took.
    pub(crate) fn late_ms(&self, part: f64) -> f64 {
        quantile_ms(&self.late, part)
    }

    /// The 99th percentile of each slice of the time, for a look at when it was slow.
    pub(crate) fn p99_by_slice(&self, slice: Duration) -> String {
        let mut slices: BTreeMap<u128, Vec<Duration>> = BTreeMap::new();
        for (due, time) in &self.times {
            slices.entry(due.as_micros() / slice.as_micros().max(1)).or_default().push(*time);
        }
        let tails = slices.into_values().map(|times| format!("{:.1}", quantile_ms(&times, 0.99)));
        tails.collect::<Vec<_>>().join(" ")
    }

    /// The number of measured latencies.
    pub(crate) fn count(&self) -> usize {
        self.times.len()
    }
}
