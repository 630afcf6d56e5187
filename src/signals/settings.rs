//! The settings of signals: how they are read, version by version, and how feeds are asked for.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::core::cells::compact;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Networks, Section, YesNo, versions};

/// Most rows of what is left out, and most words of a row.
const MOST: usize = 200;

/// Signals: `[signals]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct SignalSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<SignalRules>,
}

/// One version of how signals are read, matched and merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether numbers among them are assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// From which confidence on, of 100, a match by rule is taken.
    pub least_confidence: i32,
    /// How much two texts share, per cent, that tell the same.
    pub near_double_percent: u32,
    /// So many days may lie between the two.
    pub near_double_days: u32,
    /// Working days within which a producer reports a recall.
    pub recall_report_working_days: u32,
    /// Days after which the text of a dismissed rumour is erased.
    pub rumour_text_days: u32,
    /// What is no matter of industrial products.
    pub leaves_out: Vec<LeftOut>,
}

/// What is no matter of industrial products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Its name for programs.
    pub key: String,
    /// The words by which it is known.
    pub words: Vec<String>,
    /// Longer words that hold one of these and are something else.
    pub except: Vec<String>,
    /// The article that excludes it.
    pub article: Text,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    signals: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<SignalRules>,
}

impl Default for SignalSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.signals).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for SignalSettings {
    const NAME: &'static str = "signals";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<SignalRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<SignalSettings> = LazyLock::new(SignalSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "signals.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = (1..=100).contains(&rules.least_confidence)
                && (50..=100).contains(&rules.near_double_percent)
                && (1..=3650).contains(&rules.near_double_days)
                && (1..=60).contains(&rules.recall_report_working_days)
                && (1..=3650).contains(&rules.rumour_text_days);
            let name = &rules.version;
            let wanted = "least_confidence must be 1 to 100, near_double_percent 50 to 100, near_double_days and rumour_text_days 1 to 3650, \
                recall_report_working_days 1 to 60";
            checks.check(fits, key, format!("{name}: {wanted}"));
            let words = |row: &LeftOut| {
                !row.key.is_empty()
                    && (1..=MOST).contains(&row.words.len())
                    && row.words.iter().all(|word| !word.trim().is_empty())
            };
            let fits = rules.leaves_out.len() <= MOST && rules.leaves_out.iter().all(words);
            checks.check(
                fits,
                key,
                format!("{name}: each row of leaves_out must have a key and 1 to 200 words"),
            );
        }
    }
}

crate::versions!(SignalRules);

impl SignalSettings {
    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&SignalRules> {
        versions::in_force_on(&self.rules, day)
    }
}

impl SignalRules {
    /// Why these texts are about no industrial product, where they are not.
    #[must_use]
    pub fn left_out(&self, texts: &[Option<&str>]) -> Option<&LeftOut> {
        let texts: Vec<String> = texts.iter().flatten().map(|text| compact(text)).collect();
        self.leaves_out.iter().find(|row| {
            texts.iter().any(|text| {
                let mut rest = text.clone();
                for except in &row.except {
                    rest = rest.replace(&compact(except), "\u{0}");
                }
                row.words.iter().any(|word| rest.contains(&compact(word)))
            })
        })
    }
}

crate::settings_section! {
    /// Feeds of news and opinion that are asked for by their addresses.
    pub FeedSettings in "signal_feeds" {
        /// Whether feeds may be `http://`: "yes" for closed networks and tests. Else they are `https://` alone.
        plain_http: YesNo = YesNo::No;
        /// Networks or addresses that may be called although they are not public, as `["10.20.0.0/16"]`, by environment with commas
        /// between. All other private, local and special addresses are refused, whatever name leads to them.
        allowed_networks: Networks = Networks::default();
        /// Feeds that one province may have.
        per_province: u32 = 100, 1..=1_000;
        /// Minutes between two calls of a feed.
        every_minutes: u32 = 30, 1..=1_440;
        /// Minutes that lie between two calls at most where calls fail.
        longest_retry_minutes: u64 = 720, 1..=10_080;
        /// Seconds that making a connection may take, the look-up of the name included.
        connect_seconds: u64 = 5, 1..=60;
        /// Seconds that a whole call may take.
        total_seconds: u64 = 20, 1..=120;
        /// KiB of a feed that are read; a longer one is refused.
        most_kib: u32 = 2_048, 16..=16_384;
        /// Entries of a feed that are read, from its beginning.
        most_entries: u32 = 200, 1..=2_000;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read_and_say_what_is_left_out() {
        let settings = SignalSettings::default();
        let rules = settings.on("2026-11-30".parse().unwrap()).unwrap();
        assert!(rules.provisional && rules.recall_report_working_days == 2);
        let key = |text: &str| rules.left_out(&[Some(text)]).map(|row| row.key.clone());
        assert_eq!(key("经营超过保质期的食品").as_deref(), Some("food"));
        assert_eq!(key("食品接触用塑料制品不合格"), None);
        assert_eq!(key("使用未经检验的电梯").as_deref(), Some("special_equipment"));
        assert_eq!(key("电线电缆"), None);
    }
}
