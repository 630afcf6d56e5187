//! What a clearance can come to. Pure; `recovery_items` in `functions.sql` has the same words.

use chrono::{Months, NaiveDate};

crate::word_enum! {
    /// What happened with a failed item after its case was cleared.
    pub enum RecoveryState {
        /// Cleared; no check-up is planned yet.
        Cleared = "cleared",
        /// A check-up is planned or was held, and the window is not over.
        UnderCare = "under_care",
        /// The window has passed without a new failure of the item.
        Recovered = "recovered",
        /// The item failed again within the window.
        Relapsed = "relapsed",
    }
}

impl RecoveryState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Cleared => ("已清零", "cleared"),
            Self::UnderCare => ("康复观察中", "under care"),
            Self::Recovered => ("已康复", "recovered"),
            Self::Relapsed => ("复发", "relapsed"),
        }
    }

    /// Its colour.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Cleared => "none",
            Self::UnderCare => "warn",
            Self::Recovered => "good",
            Self::Relapsed => "bad",
        }
    }
}

/// What is known of an item after its clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The day of the clearance.
    pub cleared_on: NaiveDate,
    /// The day of the first sample after it that failed the same item, if there is one.
    pub failed_on: Option<NaiveDate>,
    /// Whether a check-up is planned or was held.
    pub in_care: bool,
}

/// What an item came to by a day, where the window has so many months. The query of the lists says the same; a test holds the two together.
pub fn state(known: Known, day: NaiveDate, months: u32) -> RecoveryState {
    let until = known.cleared_on.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
    match known.failed_on {
        Some(failed) if failed > known.cleared_on && failed < until && failed <= day => {
            RecoveryState::Relapsed
        }
        _ if day >= until => RecoveryState::Recovered,
        _ if known.in_care => RecoveryState::UnderCare,
        _ => RecoveryState::Cleared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn cleared_under_care_then_recovered_or_relapsed() {
        let cleared = Known { cleared_on: day("2025-03-31"), failed_on: None, in_care: false };
        let cared = Known { in_care: true, ..cleared };
        let failed = |on| Known { failed_on: Some(day(on)), ..cared };
        for (known, on, expected) in [
            (cleared, "2025-03-31", RecoveryState::Cleared),
            (cared, "2025-04-01", RecoveryState::UnderCare),
            (cared, "2026-03-30", RecoveryState::UnderCare),
            (cared, "2026-03-31", RecoveryState::Recovered),
            (cleared, "2026-03-31", RecoveryState::Recovered),
            (failed("2025-09-01"), "2025-08-31", RecoveryState::UnderCare),
            (failed("2025-09-01"), "2025-09-01", RecoveryState::Relapsed),
            (failed("2025-09-01"), "2027-01-01", RecoveryState::Relapsed),
            (failed("2025-03-31"), "2025-09-01", RecoveryState::UnderCare),
            (failed("2026-03-31"), "2026-04-01", RecoveryState::Recovered),
        ] {
            assert_eq!(state(known, day(on), 12), expected, "{known:?} on {on}");
        }
        // The end of a short month, as PostgreSQL adds months.
        let leap = Known { cleared_on: day("2024-02-29"), failed_on: None, in_care: false };
        assert_eq!(state(leap, day("2025-02-28"), 12), RecoveryState::Recovered);
    }
}
