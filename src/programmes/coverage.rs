//! The coverage rate of sampling (监督抽查覆盖率) in its three readings. Pure: what is counted is handed in. No source found says which reading
//! the plan of 2021 meant, so the setting chooses one and calls it provisional.

use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What the coverage rate compares.
    pub enum CoverageReading {
        /// Operators that were sampled, of the operators in the register of that day.
        Operators = "operators",
        /// Product kinds that were sampled, of the kinds in the catalogue.
        Kinds = "kinds",
        /// Licensed producers that were sampled, of the licensed producers.
        Licensed = "licensed",
    }
}

/// Two counts: how many were sampled, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Share {
    /// How many were sampled.
    pub sampled: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// The rate, 0 to 1; none where there is nothing to sample. What was sampled beyond the register of the day counts as all of it.
    pub fn rate(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "numbers of operators stay far below 2^53")]
        let ratio = |sampled: u64| sampled as f64 / self.of as f64;
        (self.of > 0).then(|| ratio(self.sampled.min(self.of)))
    }
}

/// The counts of all three readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Coverage {
    /// Operators.
    pub operators: Share,
    /// Product kinds.
    pub kinds: Share,
    /// Licensed producers.
    pub licensed: Share,
}

impl Coverage {
    /// The counts of one reading.
    pub fn of(self, reading: CoverageReading) -> Share {
        match reading {
            CoverageReading::Operators => self.operators,
            CoverageReading::Kinds => self.kinds,
            CoverageReading::Licensed => self.licensed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_readings_differ() {
        let coverage = Coverage {
            operators: Share { sampled: 13_505, of: 27_010 },
            kinds: Share { sampled: 202, of: 256 },
            licensed: Share { sampled: 3, of: 0 },
        };
        let rates: Vec<Option<String>> = CoverageReading::ALL
            .iter()
            .map(|reading| coverage.of(*reading).rate().map(|rate| format!("{:.1}", rate * 100.0)))
            .collect();
        assert_eq!(rates, [Some("50.0".to_owned()), Some("78.9".to_owned()), None]);
    }

    #[test]
    fn no_rate_is_above_one() {
        assert_eq!(Share { sampled: 9, of: 4 }.rate(), Some(1.0));
    }
}
