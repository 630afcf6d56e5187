//! The settings of letters, interviews and listings: their terms, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Letters, interviews and listings: `[oversight]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct OversightSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<OversightRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OversightRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Working days to answer a letter.
    pub reply_days: u32,
    /// Working days between the notice and an interview.
    pub notice_days: u32,
    /// Working days to correct one's words in the minutes and to sign.
    pub minutes_days: u32,
    /// Calendar days to put things right after an interview.
    pub rectify_days: u32,
    /// Calendar days of a listing.
    pub listing_days: u32,
    /// How often a listing is extended at most.
    pub most_extensions: i32,
    /// Calendar days by which it is extended at most.
    pub extension_days: u32,
    /// Days for which a listing stays public after its end.
    pub public_days: u32,
    /// Days before a day is due on which those who are to act are reminded.
    pub remind_days: u32,
    /// Months for which what was tried before counts.
    pub ladder_months: u32,
    /// Months before and after that are compared.
    pub effect_months: u32,
    /// The first words of document numbers: `code=word`.
    pub prefixes: Vec<String>,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    oversight: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<OversightRules>,
}

impl Default for OversightSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.oversight).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for OversightSettings {
    const NAME: &'static str = "oversight";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<OversightRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<OversightSettings> = LazyLock::new(OversightSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "oversight.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let name = &rules.version;
            let terms = (1..=120).contains(&rules.reply_days)
                && rules.notice_days <= 60
                && (1..=60).contains(&rules.minutes_days)
                && (1..=365).contains(&rules.rectify_days)
                && (1..=730).contains(&rules.listing_days)
                && (1..=365).contains(&rules.extension_days);
            let others = (0..=5).contains(&rules.most_extensions)
                && rules.public_days <= 3650
                && rules.remind_days <= 30
                && (1..=120).contains(&rules.ladder_months)
                && (1..=36).contains(&rules.effect_months);
            let wanted = "reply_days must be 1 to 120, notice_days 0 to 60, minutes_days 1 to 60, rectify_days 1 to 365, \
                listing_days 1 to 730, extension_days 1 to 365, most_extensions 0 to 5, public_days 0 to 3650, \
                remind_days 0 to 30, ladder_months 1 to 120, effect_months 1 to 36";
            checks.check(terms && others, key, format!("{name}: {wanted}"));
            let words = rules.prefixes.iter().all(|prefix| {
                prefix
                    .split_once('=')
                    .is_some_and(|(code, word)| code.len() == 6 && (1..=20).contains(&word.chars().count()))
            });
            checks.check(words, key, format!("{name}: each of prefixes must be “code=word”"));
        }
    }
}

crate::versions!(OversightRules);

impl OversightSettings {
    /// The rules of a version; where the settings no longer have it, those of a day.
    pub fn rules_of(&self, version: &str, day: NaiveDate) -> Option<&OversightRules> {
        versions::named(&self.rules, version).or_else(|| self.rules_on(day))
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&OversightRules> {
        versions::in_force_on(&self.rules, day)
    }
}

impl OversightRules {
    /// The first word of document numbers that a region has of its own.
    pub fn prefix(&self, region: &str) -> Option<&str> {
        self.prefixes
            .iter()
            .filter_map(|prefix| prefix.split_once('='))
            .find(|(code, _)| *code == region)
            .map(|found| found.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let settings = OversightSettings::default();
        let rules = settings.rules_on("2026-11-30".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.reply_days, rules.most_extensions, rules.prefix("440100")), (15, 1, Some("穗")));
        assert_eq!(settings.rules_of(&rules.version, NaiveDate::MIN), Some(rules));
    }
}
