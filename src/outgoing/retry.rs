//! The pauses between attempts. Pure.

use chrono::Duration;

/// How long the pauses are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pauses {
    /// Seconds until the second attempt.
    pub first_seconds: u64,
    /// Seconds of the longest pause.
    pub longest_seconds: u64,
}

impl Pauses {
    /// The pause after an attempt, from 1: doubled each time up to the limit, and cut by up to a half at random, so that what failed together
    /// does not come back together.
    pub fn after(self, tries: i32, random: u32) -> Duration {
        let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(0);
        let whole =
            self.first_seconds.saturating_mul(2_u64.saturating_pow(doublings)).min(self.longest_seconds);
        let milliseconds = whole.saturating_mul(1000);
        let cut = u64::from(random).saturating_mul(milliseconds / 2) / u64::from(u32::MAX);
        Duration::milliseconds(i64::try_from(milliseconds.saturating_sub(cut)).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAUSES: Pauses = Pauses { first_seconds: 10, longest_seconds: 21_600 };

    proptest! {
        #[test]
        fn pauses_double_up_to_the_limit_and_are_cut_by_half_at_most(tries in any::<i32>(), random in any::<u32>()) {
            let (whole, cut) = (PAUSES.after(tries, 0), PAUSES.after(tries, random));
            prop_assert!(cut <= whole && cut * 2 >= whole);
            prop_assert!(whole >= Duration::seconds(10) && whole <= Duration::minutes(360));
            prop_assert!(PAUSES.after(tries.saturating_add(1), 0) >= whole);
        }
    }

    #[test]
    fn the_first_pauses() {
        let seconds: Vec<i64> = (1..=5).map(|tries| PAUSES.after(tries, 0).num_seconds()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160]);
    }
}
