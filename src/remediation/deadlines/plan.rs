//! Which notice a deadline calls for on a day. Pure.

use chrono::NaiveDate;

/// A notice of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// It was missed.
    Missed,
    /// Its last day is within so many days.
    Near(u32),
}

impl Notice {
    /// The word in the database.
    pub fn word(self) -> String {
        match self {
            Notice::Missed => "missed".to_owned(),
            Notice::Near(days) => format!("near_{days}"),
        }
    }
}

/// The most urgent notice that a deadline calls for: `missed` once its last day is over, else the least
/// of the thresholds within which it lies. A notice stays called for until the next threshold, so a day on
/// which nobody looked leaves nothing out but what has become less urgent.
pub fn notice(due_on: NaiveDate, today: NaiveDate, thresholds: &[u32]) -> Option<Notice> {
    let left = due_on.signed_duration_since(today).num_days();
    if left < 0 {
        return Some(Notice::Missed);
    }
    thresholds.iter().copied().filter(|days| left <= i64::from(*days)).min().map(Notice::Near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const USUAL: [u32; 4] = [15, 7, 3, 1];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_most_urgent_threshold_counts() {
        let due = day("2026-03-17");
        for (today, wanted) in [
            ("2026-03-01", None),
            ("2026-03-02", Some(Notice::Near(15))),
            ("2026-03-09", Some(Notice::Near(15))),
            ("2026-03-10", Some(Notice::Near(7))),
            ("2026-03-14", Some(Notice::Near(3))),
            ("2026-03-16", Some(Notice::Near(1))),
            ("2026-03-17", Some(Notice::Near(1))),
            ("2026-03-18", Some(Notice::Missed)),
            ("2027-03-18", Some(Notice::Missed)),
        ] {
            assert_eq!(notice(due, day(today), &USUAL), wanted, "{today}");
        }
        assert_eq!(notice(due, due, &[]), None);
    }

    proptest! {
        #[test]
        fn looking_every_day_gives_each_notice_once_and_days_off_give_fewer(
            gaps in proptest::collection::vec(1..20u64, 1..30)
        ) {
            let due = day("2026-03-17");
            let begin = due - Days::new(40);
            let daily: Vec<_> = (0..60).filter_map(|n| notice(due, begin + Days::new(n), &USUAL)).collect();
            let mut each = daily.clone();
            each.dedup();
            prop_assert_eq!(&each, &[Notice::Near(15), Notice::Near(7), Notice::Near(3), Notice::Near(1), Notice::Missed]);
            // With days off, what is found is some of the same, in the same order, and never two at once.
            let mut at = begin;
            let mut found = Vec::new();
            for gap in gaps {
                at = at + Days::new(gap);
                found.extend(notice(due, at, &USUAL));
            }
            found.dedup();
            prop_assert!(found.is_sorted_by(|a, b| a > b), "{found:?}");
            prop_assert!(found.iter().collect::<BTreeSet<_>>().len() == found.len());
        }
    }
}
