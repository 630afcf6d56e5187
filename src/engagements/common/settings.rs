//! The settings of the kinds of engagements: their rules and the texts of the commitment, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Commitments, trainings, follow-ups: `[engagement_kinds]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct EngagementKindSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<KindRules>,
    /// Versions of the text of the commitment, in any order.
    pub commitment_texts: Vec<CommitmentText>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// How many months after its clearance an enterprise is looked at again.
    pub follow_up_months: Vec<u32>,
    /// How many days before the day of a check-up the enterprise is told that it comes.
    pub follow_up_notice_days: u32,
    /// How many days before the day of a promise the enterprise is reminded of it.
    pub promise_remind_days: u32,
    /// How many months ahead a promise may be due.
    pub promise_months: u32,
    /// The most promises of one commitment.
    pub most_promises: usize,
    /// The most enterprises that a training can invite.
    pub most_invited: u32,
}

/// One version of the text of the commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentText {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether the text is assumed.
    pub provisional: bool,
    /// The first day on which it is signed, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The text.
    pub text: String,
}

/// The built-in lists with their words, as they are in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in lists.
#[derive(Deserialize)]
struct BuiltIn {
    engagement_kinds: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<KindRules>,
    commitment_texts: Vec<CommitmentText>,
}

impl Default for EngagementKindSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.engagement_kinds).unwrap_or_default();
        Self { rules: lists.rules, commitment_texts: lists.commitment_texts }
    }
}

impl Section for EngagementKindSettings {
    const NAME: &'static str = "engagement_kinds";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[
        Key {
            name: "rules",
            words: &[],
            kind: Kind::Tables { of: "rules", check: check_tables::<KindRules> },
        },
        Key {
            name: "commitment_texts",
            words: &[],
            kind: Kind::Tables { of: "texts", check: check_tables::<CommitmentText> },
        },
    ];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<EngagementKindSettings> = LazyLock::new(EngagementKindSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "engagement_kinds.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let name = &rules.version;
            let months = &rules.follow_up_months;
            let fits = (1..=10).contains(&months.len()) && months.iter().all(|m| (1..=60).contains(m));
            checks.check(fits, key, format!("{name}: follow_up_months must be 1 to 10 numbers from 1 to 60"));
            let fits = (1..=90).contains(&rules.follow_up_notice_days);
            checks.check(fits, key, format!("{name}: follow_up_notice_days must be 1 to 90"));
            let fits = (1..=90).contains(&rules.promise_remind_days)
                && (1..=120).contains(&rules.promise_months)
                && (1..=50).contains(&rules.most_promises)
                && (1..=5_000).contains(&rules.most_invited);
            let wanted = "promise_remind_days must be 1 to 90, promise_months 1 to 120, most_promises 1 to 50, most_invited 1 to 5000";
            checks.check(fits, key, format!("{name}: {wanted}"));
        }
        let key = "engagement_kinds.commitment_texts";
        versions::check(&self.commitment_texts, key, checks);
        for text in &self.commitment_texts {
            let fits = (1..=MOST_TEXT).contains(&text.text.trim().chars().count());
            checks.check(fits, key, format!("{}: the text must have 1 to 5000 characters", text.version));
        }
    }
}

/// The most characters of a text of the commitment.
pub const MOST_TEXT: usize = 5_000;

crate::versions!(KindRules, CommitmentText);

impl EngagementKindSettings {
    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&KindRules> {
        versions::in_force_on(&self.rules, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_and_text_are_read() {
        let settings = EngagementKindSettings::default();
        let rules = settings.rules_on("2026-11-30".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.follow_up_months.as_slice(), rules.most_invited), ([3, 6, 12].as_slice(), 5_000));
        let text = &settings.commitment_texts[0];
        assert!(text.provisional && text.text.contains("依法公开") && text.text.contains("信用记录"));
    }
}
