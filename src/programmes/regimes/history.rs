//! In which regime a product kind is on a day, and until when its risk is to be reviewed. Pure. What the catalogue says holds until the first
//! change; each change holds from its day, so that no figure of a day before it moves.

use crate::catalogue::{Catalogue, ProductKind, SupervisionClass};
use crate::programmes::settings::ProgrammeSettings;
use chrono::{Months, NaiveDate};
use std::collections::HashMap;

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

/// The same by the changes of all kinds.
pub fn regime_in(
    changes: &HashMap<String, Vec<Change>>,
    kind: &ProductKind,
    day: NaiveDate,
) -> SupervisionClass {
    regime_on(kind, changes.get(&kind.code).map(Vec::as_slice).unwrap_or_default(), day)
}

/// Whether the sampling of a product of this kind on a day must be recorded, by the regime of the kind. Not where the kind is not known.
pub fn must_record(
    catalogue: &Catalogue,
    settings: &ProgrammeSettings,
    changes: &HashMap<String, Vec<Change>>,
    (kind, day): (Option<&str>, NaiveDate),
) -> bool {
    let kind = kind.and_then(|code| catalogue.products.coded(code));
    let both = kind.zip(settings.regimes_on(day));
    both.is_some_and(|(kind, table)| table.of(regime_in(changes, kind, day)).recording)
}

/// The last day on which the next review, or the next frame, is in time: so many months after the last one, or after the day since which that is asked for.
pub fn next_due(last: Option<NaiveDate>, kept_since: NaiveDate, months: u32) -> Option<NaiveDate> {
    last.unwrap_or(kept_since).checked_add_months(Months::new(months))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_regime_of_the_day_says_whether_a_sampling_must_be_recorded() {
        let (catalogue, settings) = (Catalogue::builtin().unwrap(), ProgrammeSettings::default());
        let change = Change { from: day("2026-07-01"), regime: SupervisionClass::General };
        let changes = HashMap::from([("K0101".to_owned(), vec![change])]);
        for (kind, on, wanted) in [
            (Some("K0101"), "2026-06-30", true),
            (Some("K0101"), "2026-07-01", false),
            (
                Some("K0102"),
                "2026-07-01",
                catalogue.products.coded("K0102").unwrap().supervision == SupervisionClass::Strict,
            ),
            (Some("K9999"), "2026-06-30", false),
            (None, "2026-06-30", false),
        ] {
            assert_eq!(
                must_record(&catalogue, &settings, &changes, (kind, day(on))),
                wanted,
                "{kind:?} {on}"
            );
        }
    }

    #[test]
    fn a_review_is_due_some_months_after_the_last_one() {
        let since = day("2026-01-01");
        assert_eq!(next_due(None, since, 1), Some(day("2026-02-01")));
        assert_eq!(next_due(Some(day("2026-08-31")), since, 6), Some(day("2027-02-28")));
    }
}
