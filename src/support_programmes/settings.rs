//! The settings of support programmes: their rules, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Problem;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Support programmes: `[support_programmes]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct SupportSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<SupportRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which programmes are written under it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// How many months before the approval the baseline counts.
    pub baseline_months: i32,
    /// The fewest results by which a target may be judged.
    pub least_samples: i32,
    /// How many failed items the diagnosis shows.
    pub top_items: usize,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    support_programmes: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<SupportRules>,
}

impl Default for SupportSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.support_programmes).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for SupportSettings {
    const NAME: &'static str = "support_programmes";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<SupportRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<SupportSettings> = LazyLock::new(SupportSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "support_programmes.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = (1..=60).contains(&rules.baseline_months)
                && (1..=10_000).contains(&rules.least_samples)
                && (1..=50).contains(&rules.top_items);
            let name = &rules.version;
            let wanted = "baseline_months must be 1 to 60, least_samples 1 to 10000, top_items 1 to 50";
            checks.check(fits, key, format!("{name}: {wanted}"));
        }
    }
}

crate::versions!(SupportRules);

impl SupportSettings {
    /// The rules of a version; those in force on a day where that is not listed any more.
    ///
    /// # Errors
    /// Where there are none, which the check of the settings excludes.
    pub fn version(&self, name: &str, day: NaiveDate) -> Result<&SupportRules, Problem> {
        let found = versions::named(&self.rules, name).or_else(|| versions::in_force_on(&self.rules, day));
        found.ok_or_else(|| Problem::internal("no rules of support programmes"))
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    ///
    /// # Errors
    /// As [`Self::version`].
    pub fn rules_on(&self, day: NaiveDate) -> Result<&SupportRules, Problem> {
        versions::in_force_on(&self.rules, day)
            .ok_or_else(|| Problem::internal("no rules of support programmes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = SupportSettings::default();
        let day = "2026-11-29".parse().unwrap();
        let rules = built_in.rules_on(day).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.baseline_months, rules.least_samples, rules.top_items), (12, 30, 10));
        assert_eq!(built_in.version(&rules.version, day).unwrap(), rules);
    }
}
