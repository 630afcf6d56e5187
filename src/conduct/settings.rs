//! The settings of credit: the rules, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::conduct::rules::{CreditRules, rules_on};
use crate::conduct::rules_check::check_rules;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section};

/// Credit: `[conduct]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct ConductSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<CreditRules>,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    conduct: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<CreditRules>,
}

impl Default for ConductSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.conduct).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for ConductSettings {
    const NAME: &'static str = "conduct";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<CreditRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<ConductSettings> = LazyLock::new(ConductSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        check_rules(&self.rules, checks);
    }
}

impl ConductSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&CreditRules> {
        self.rules.iter().find(|rules| rules.version == name)
    }

    /// The rules for a decision of a day: the latest version that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&CreditRules> {
        rules_on(&self.rules, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conduct::words::Grade;

    #[test]
    fn the_built_in_rules_are_read() {
        let settings = ConductSettings::default();
        let rules = settings.rules_on("2026-11-30".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert!(rules.behaviours.iter().all(|behaviour| !behaviour.article.zh.is_empty()));
        assert_eq!(rules.behaviour("severe_list").unwrap().floor, Some(Grade::D));
        assert!(rules.behaviour("challenge").is_none(), "to challenge a result is no conduct");
    }
}
