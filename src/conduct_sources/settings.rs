//! The settings of conduct that comes by itself, version by version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section};

/// Conduct by itself: `[conduct_sources]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct ConductSourceSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<SourceRules>,
}

/// One version of which conduct comes of inspections and cases. A behaviour that is empty enters nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether it is assumed in part.
    pub provisional: bool,
    /// The first day of decision from which it holds, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Of a sample whose final result is nonconforming.
    pub sample_failed: String,
    /// Of such a sample that failed an item of safety.
    pub safety_failed: String,
    /// Of a label whose final result is nonconforming.
    pub label_failed: String,
    /// Of a sampling that was refused without a lawful ground.
    pub sampling_refused: String,
    /// The grounds of refusal that are unlawful.
    pub unlawful_refusals: Vec<String>,
    /// Of a re-inspection that was not passed.
    pub reinspection_failed: String,
    /// Of a correction that was not handed in by the statutory day.
    pub correction_late: String,
    /// Where it stands that what no longer follows is taken off the file.
    pub taken_back_article: Text,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    conduct_sources: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<SourceRules>,
}

impl Default for ConductSourceSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.conduct_sources).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl ConductSourceSettings {
    /// The rules in force on a day of decision: the latest that had begun by then, or the earliest for a day before all of them.
    #[must_use]
    pub fn rules_on(&self, day: NaiveDate) -> Option<&SourceRules> {
        let begun = self.rules.iter().filter(|rules| rules.in_force_from <= day);
        begun
            .max_by_key(|rules| rules.in_force_from)
            .or_else(|| self.rules.iter().min_by_key(|rules| rules.in_force_from))
    }
}

impl Section for ConductSourceSettings {
    const NAME: &'static str = "conduct_sources";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<SourceRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<ConductSourceSettings> = LazyLock::new(ConductSourceSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "conduct_sources.rules";
        let names: BTreeSet<&str> = self.rules.iter().map(|rules| rules.version.as_str()).collect();
        let days: BTreeSet<NaiveDate> = self.rules.iter().map(|rules| rules.in_force_from).collect();
        checks.check(!self.rules.is_empty(), key, "at least one version is needed");
        checks.check(names.len() == self.rules.len(), key, "two versions have the same name");
        checks.check(days.len() == self.rules.len(), key, "two versions come into force on the same day");
        for rules in &self.rules {
            checks.check(
                !rules.version.trim().is_empty() && !rules.source.trim().is_empty(),
                key,
                "version and source must not be empty",
            );
        }
    }
}
