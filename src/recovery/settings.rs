//! The settings of recovery: its terms, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Problem;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Recovery: `[recovery]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct RecoverySettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<RecoveryRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Months after a clearance within which a new failure of the same item is a relapse.
    pub window_months: i32,
    /// Months back whose clearances the relapse rate counts.
    pub rate_months: u32,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    recovery: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<RecoveryRules>,
}

impl Default for RecoverySettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.recovery).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for RecoverySettings {
    const NAME: &'static str = "recovery";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<RecoveryRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<RecoverySettings> = LazyLock::new(RecoverySettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "recovery.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = (1..=60).contains(&rules.window_months) && (1..=60).contains(&rules.rate_months);
            let name = &rules.version;
            checks.check(fits, key, format!("{name}: window_months and rate_months must be 1 to 60"));
        }
    }
}

crate::versions!(RecoveryRules);

impl RecoverySettings {
    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    ///
    /// # Errors
    /// Where there are none, which the check of the settings excludes.
    pub fn rules_on(&self, day: NaiveDate) -> Result<&RecoveryRules, Problem> {
        versions::in_force_on(&self.rules, day).ok_or_else(|| Problem::internal("no rules of recovery"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = RecoverySettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.window_months, rules.rate_months), (12, 12));
    }
}
