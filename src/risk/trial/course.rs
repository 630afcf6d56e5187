//! What a version of the rules does day by day, and what came of its alerts. Pure.

use crate::catalogue::Catalogue;
use crate::risk::index::formula::{CellIndex, CellSums, index, opens, subsides};
use crate::risk::quality::precision;
use crate::risk::settings::RiskRules;
use crate::risk::trial::view::{TrialAlert, TrialSide};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeSet, HashMap};

/// The first places of a ranking that are looked at.
const TOP: usize = 20;
/// The days within which a first place is to fail.
const TOP_DAYS: u64 = 90;

/// A kind and a region.
pub(super) type Place = (String, String);

/// What a version does, day by day.
pub(super) struct Course<'a> {
    rules: &'a RiskRules,
    open: BTreeSet<Place>,
    pub(super) alerts: Vec<TrialAlert>,
    top: Vec<TrialAlert>,
}

impl<'a> Course<'a> {
    pub(super) fn new(rules: &'a RiskRules) -> Self {
        Self { rules, open: BTreeSet::new(), alerts: Vec::new(), top: Vec::new() }
    }

    /// Adds a day.
    pub(super) fn see(&mut self, catalogue: &Catalogue, day: NaiveDate, cells: &[PastCell]) {
        let mut ranked: Vec<(i32, &PastCell)> = Vec::new();
        let mut still: BTreeSet<Place> = BTreeSet::new();
        for cell in cells {
            let place = (cell.product_kind.clone(), cell.region.clone());
            let CellIndex { index_value, rate_low, .. } = index(&cell.sums, cell.class_rate, self.rules);
            ranked.push((index_value, cell));
            let level = catalogue.regions.get(&cell.region).map(|region| region.level.as_str());
            if !level.is_some_and(|level| self.rules.alert_levels.iter().any(|wanted| wanted == level)) {
                continue;
            }
            if self.open.contains(&place) {
                if !subsides(rate_low, cell.class_rate, self.rules) {
                    still.insert(place);
                }
            } else if opens(cell.sums.tested, rate_low, cell.class_rate, self.rules) {
                self.alerts.push(TrialAlert { day, product_kind: place.0.clone(), region: place.1.clone() });
                still.insert(place);
            }
        }
        self.open = still;
        ranked.sort_by(|a, b| {
            (b.0, &a.1.product_kind, &a.1.region).cmp(&(a.0, &b.1.product_kind, &b.1.region))
        });
        let first = ranked.into_iter().take(TOP).map(|(_, cell)| TrialAlert {
            day,
            product_kind: cell.product_kind.clone(),
            region: cell.region.clone(),
        });
        self.top.extend(first);
    }

    pub(super) fn side(&self, past: &Past) -> TrialSide {
        let (mut decided, mut led) = (0, 0);
        let mut leads: Vec<i64> = Vec::new();
        for alert in &self.alerts {
            if let Some(was_led) = past.decided(alert, self.rules.lead_days) {
                decided += 1;
                led += i64::from(was_led);
            }
            let until = u64::try_from(self.rules.lead_days).unwrap_or(0);
            leads.extend(past.failed_after(alert, until));
        }
        leads.sort_unstable();
        let old_enough = |one: &&TrialAlert| {
            one.day.checked_add_days(Days::new(TOP_DAYS)).is_some_and(|end| end <= past.today)
        };
        let top: Vec<&TrialAlert> = self.top.iter().filter(old_enough).collect();
        let failed = top.iter().filter(|one| past.failed_after(one, TOP_DAYS).is_some()).count();
        let precision = precision(led, decided);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        TrialSide {
            version: self.rules.version.clone(),
            alerts: number(self.alerts.len()),
            decided,
            led,
            precision: precision.map(|(precision, ..)| precision),
            precision_low: precision.map(|(_, low, _)| low),
            precision_high: precision.map(|(.., high)| high),
            followed: number(leads.len()),
            lead_days_median: leads.get(leads.len().saturating_sub(1) / 2).copied(),
            top: number(top.len()),
            top_failed: number(failed),
        }
    }
}

/// Failures and decided alerts of the days that are tried and after them.
pub(super) struct Past {
    /// The day of the trial, in Asia/Shanghai.
    pub(super) today: NaiveDate,
    /// The days of failures, in order.
    pub(super) failures: HashMap<Place, Vec<NaiveDate>>,
    /// Alerts by the index that were decided: the day on which each was raised, and whether it led to a meeting or a measure.
    pub(super) alerts: HashMap<Place, Vec<(NaiveDate, bool)>>,
}

impl Past {
    /// The days from an alert to the first failure sampled after it, within so many days.
    fn failed_after(&self, alert: &TrialAlert, within: u64) -> Option<i64> {
        let place = (alert.product_kind.clone(), alert.region.clone());
        let until = alert.day.checked_add_days(Days::new(within))?;
        let first = self.failures.get(&place)?.iter().find(|day| **day > alert.day)?;
        (*first <= until).then(|| (*first - alert.day).num_days())
    }

    /// Whether the real alert that is nearest in time led to anything, where one is near.
    fn decided(&self, alert: &TrialAlert, within: i32) -> Option<bool> {
        let place = (alert.product_kind.clone(), alert.region.clone());
        let distance = |day: &NaiveDate| (*day - alert.day).num_days().abs();
        self.alerts
            .get(&place)?
            .iter()
            .filter(|(day, _)| distance(day) <= i64::from(within))
            .min_by_key(|(day, _)| distance(day))
            .map(|(_, led)| *led)
    }
}

/// A cell of a past day.
pub(super) struct PastCell {
    pub(super) product_kind: String,
    pub(super) region: String,
    pub(super) class_rate: i32,
    pub(super) sums: CellSums,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::settings::RiskSettings;

    fn sound() -> RiskRules {
        RiskSettings::default().rules[0].clone()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn cell(tested: i32, failed: i32) -> PastCell {
        PastCell {
            product_kind: "K0101".to_owned(),
            region: "440100".to_owned(),
            class_rate: 100_000,
            sums: CellSums { tested, failed, ..CellSums::default() },
        }
    }

    #[test]
    fn an_alert_stays_open_between_the_bounds_and_is_raised_again_above() {
        let (rules, catalogue) = (sound(), Catalogue::builtin().unwrap());
        let mut course = Course::new(&rules);
        // The lower ends: 8 of 20 is 0.219, 5 of 20 is 0.112, 4 of 20 is 0.081, 3 of 20 is 0.052; the class is at 0.1.
        for (at, failed) in [(1, 8), (2, 4), (3, 5), (4, 3), (5, 4), (6, 5)] {
            course.see(&catalogue, day(&format!("2026-01-0{at}")), &[cell(20, failed)]);
        }
        let days: Vec<String> = course.alerts.iter().map(|alert| alert.day.to_string()).collect();
        assert_eq!(days, ["2026-01-01", "2026-01-06"]);
    }

    #[test]
    fn what_came_afterwards_is_counted() {
        let place = ("K0101".to_owned(), "440100".to_owned());
        let past = Past {
            today: day("2026-11-30"),
            failures: [(place.clone(), vec![day("2026-01-01"), day("2026-02-10")])].into(),
            alerts: [(place.clone(), vec![(day("2026-01-20"), true)])].into(),
        };
        let alert = TrialAlert { day: day("2026-01-01"), product_kind: place.0, region: place.1 };
        assert_eq!(past.failed_after(&alert, 365), Some(40));
        assert_eq!(past.failed_after(&alert, 39), None);
        assert_eq!((past.decided(&alert, 30), past.decided(&alert, 10)), (Some(true), None));
        let rules = sound();
        let mut course = Course::new(&rules);
        course.alerts.push(alert);
        let side = course.side(&past);
        assert_eq!((side.alerts, side.decided, side.led, side.followed), (1, 1, 1, 1));
        assert_eq!((side.lead_days_median, side.precision), (Some(40), Some(1.0)));
    }
}
