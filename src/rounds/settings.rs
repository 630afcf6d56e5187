//! The settings of circuit consultation: its rules, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Circuit consultation in rounds: `[rounds]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct CircuitSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<CircuitRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Visits that one expert makes on a day at most.
    pub visits_per_day: i32,
    /// Days after a visit within which a clearance counts for the days of its expert.
    pub clearance_days: u32,
    /// The most days of a round.
    pub most_days: i64,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    rounds: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<CircuitRules>,
}

impl Default for CircuitSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.rounds).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for CircuitSettings {
    const NAME: &'static str = "rounds";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<CircuitRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CircuitSettings> = LazyLock::new(CircuitSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "rounds.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = (1..=20).contains(&rules.visits_per_day)
                && (1..=365).contains(&rules.clearance_days)
                && (1..=92).contains(&rules.most_days);
            let name = &rules.version;
            let wanted = "visits_per_day must be 1 to 20, clearance_days 1 to 365, most_days 1 to 92";
            checks.check(fits, key, format!("{name}: {wanted}"));
        }
    }
}

crate::versions!(CircuitRules);

impl CircuitSettings {
    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&CircuitRules> {
        versions::in_force_on(&self.rules, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = CircuitSettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.visits_per_day, rules.clearance_days, rules.most_days), (4, 90, 31));
    }
}
