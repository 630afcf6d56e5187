//! The settings of cross-inspection: its rules, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Cross-inspection: `[cross_inspections]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct CrossInspectionSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<CrossRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The fewest enterprises of a round.
    pub least_participants: usize,
    /// Per cent of the products that a laboratory tests as well.
    pub check_percent: i32,
    /// Days from the assignment within which results are reported.
    pub result_days: u32,
    /// Days before the end of that term from which those who have not reported all are reminded.
    pub remind_days: u32,
    /// The fewest enterprises whose results are in a figure.
    pub least_in_figures: i64,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    cross_inspections: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<CrossRules>,
}

impl Default for CrossInspectionSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.cross_inspections).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for CrossInspectionSettings {
    const NAME: &'static str = "cross_inspections";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<CrossRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CrossInspectionSettings> = LazyLock::new(CrossInspectionSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "cross_inspections.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = (3..=100).contains(&rules.least_participants)
                && (1..=100).contains(&rules.check_percent)
                && (1..=365).contains(&rules.result_days)
                && rules.remind_days <= 365
                && (3..=1000).contains(&rules.least_in_figures);
            let name = &rules.version;
            let wanted = "least_participants must be 3 to 100, check_percent 1 to 100, result_days 1 to 365, \
                remind_days 0 to 365, least_in_figures 3 to 1000";
            checks.check(fits, key, format!("{name}: {wanted}"));
        }
    }
}

crate::versions!(CrossRules);

impl CrossInspectionSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&CrossRules> {
        versions::named(&self.rules, name)
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&CrossRules> {
        versions::in_force_on(&self.rules, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = CrossInspectionSettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.least_participants, rules.check_percent), (4, 20));
        assert_eq!((rules.result_days, rules.remind_days), (30, 3));
        assert_eq!(built_in.version(&rules.version), Some(rules));
    }
}
