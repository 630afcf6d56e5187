//! The settings of engagements: the rules of visits, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::engagements::state::DangerGround;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Engagements: `[engagements]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct EngagementSettings {
    /// Versions of the rules of visits, in any order.
    pub rules: Vec<VisitRules>,
}

/// One version of the rules of visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// How many working days after the day of a proposal the first day is that it may name.
    pub notice_working_days: u32,
    /// The most times that one proposal may name.
    pub most_slots: usize,
    /// The most days ahead that a proposal may name.
    pub most_days_ahead: u64,
    /// The longest visit, in hours.
    pub longest_hours: i64,
    /// The most visits of one expert on one day.
    pub visits_per_day: i64,
    /// Days after the agreed day from which a visit that was not held is overdue.
    pub overdue_days: u64,
    /// By how many minutes the clock of a device may be ahead of the server's.
    pub device_minutes_ahead: i64,
    /// The article on which a report of imminent danger in a product rests.
    pub product_quality: Text,
    /// The article on which a report of imminent danger at work rests.
    pub work_safety: Text,
}

impl VisitRules {
    /// The article on which a report of imminent danger rests.
    pub fn article(&self, ground: DangerGround) -> &Text {
        match ground {
            DangerGround::ProductQuality => &self.product_quality,
            DangerGround::WorkSafety => &self.work_safety,
        }
    }
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    engagements: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<VisitRules>,
}

impl Default for EngagementSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.engagements).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for EngagementSettings {
    const NAME: &'static str = "engagements";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<VisitRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<EngagementSettings> = LazyLock::new(EngagementSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "engagements.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = rules.notice_working_days <= 30
                && (1..=20).contains(&rules.most_slots)
                && (7..=365).contains(&rules.most_days_ahead)
                && (1..=24).contains(&rules.longest_hours)
                && (1..=50).contains(&rules.visits_per_day)
                && (1..=90).contains(&rules.overdue_days)
                && (0..=120).contains(&rules.device_minutes_ahead);
            let name = &rules.version;
            let wanted = "notice_working_days must be 0 to 30, most_slots 1 to 20, most_days_ahead 7 to 365, longest_hours 1 to 24, \
                visits_per_day 1 to 50, overdue_days 1 to 90, device_minutes_ahead 0 to 120";
            checks.check(fits, key, format!("{name}: {wanted}"));
        }
    }
}

crate::versions!(VisitRules);

impl EngagementSettings {
    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&VisitRules> {
        versions::in_force_on(&self.rules, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = EngagementSettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.notice_working_days, rules.most_slots, rules.visits_per_day), (2, 5, 8));
        assert!(rules.article(DangerGround::ProductQuality).zh.contains("产品质量法"));
    }
}
