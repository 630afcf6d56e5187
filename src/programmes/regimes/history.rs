//! In which regime a product kind is on a day, and until when its risk is to be reviewed. Pure. What the catalogue says holds until the first
//! change; each change holds from its day, so that no figure of a day before it moves.

use crate::catalogue::{ProductKind, SupervisionClass};
use chrono::{Months, NaiveDate};

/// From which day a kind is in which regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The first day.
    pub from: NaiveDate,
    /// The regime.
    pub regime: SupervisionClass,
}

/// The regime of a kind on a day: that of the last change that had begun by then, or the catalogue's.
pub fn regime_on(kind: &ProductKind, changes: &[Change], day: NaiveDate) -> SupervisionClass {
    let begun = changes.iter().filter(|change| change.from <= day);
    begun.max_by_key(|change| change.from).map_or(kind.supervision, |change| change.regime)
}

/// The last day on which the next review is in time: so many months after the last one, or after the day since which regimes are kept.
pub fn review_due(last: Option<NaiveDate>, kept_since: NaiveDate, months: u32) -> Option<NaiveDate> {
    last.unwrap_or(kept_since).checked_add_months(Months::new(months))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_change_moves_no_day_before_it() {
        let catalogue = Catalogue::builtin().unwrap();
        let kind = catalogue.products.kind("K0101").unwrap();
        let changes = [
            Change { from: day("2026-07-01"), regime: SupervisionClass::General },
            Change { from: day("2026-03-01"), regime: SupervisionClass::Special },
        ];
        for (on, wanted) in [
            ("2026-02-28", kind.supervision),
            ("2026-03-01", SupervisionClass::Special),
            ("2026-06-30", SupervisionClass::Special),
            ("2026-07-01", SupervisionClass::General),
        ] {
            assert_eq!(regime_on(kind, &changes, day(on)), wanted, "{on}");
        }
    }

    #[test]
    fn a_review_is_due_some_months_after_the_last_one() {
        let since = day("2026-01-01");
        assert_eq!(review_due(None, since, 1), Some(day("2026-02-01")));
        assert_eq!(review_due(Some(day("2026-08-31")), since, 6), Some(day("2027-02-28")));
    }
}
