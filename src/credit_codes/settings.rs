//! The settings of quality credit codes: their rules, version by version, and what protects the public page.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::credit_codes::wording::promotional_words_in;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section};

/// Quality credit codes: `[credit_codes]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct CreditCodeSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<CodeRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which codes are applied for under it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The credit grades whose operators may have a code.
    pub grades: Vec<String>,
    /// Whether an operator without any entry of conduct counts as graded well.
    pub accept_unscored: bool,
    /// Whether grades count while the rules of credit are provisional.
    pub trial_grades: bool,
    /// How many samplings of the product kind must have been passed.
    pub passed_samplings: u32,
    /// Within how many months back from today.
    pub passed_months: u32,
    /// For how many months back from today no sampling may have failed.
    pub clean_months: u32,
    /// Whether an operator under a listing (挂牌督办) may have none.
    #[serde(default = "not_under_a_listing")]
    pub no_listing: bool,
    /// For how many months back from today no product of the operator may have been recalled; 0: a recall is no condition.
    #[serde(default = "three_years")]
    pub recall_months: u32,
    /// For how many months a code is granted.
    pub valid_months: u32,
    /// In how many days before its end a renewal can be applied for.
    pub renewal_days: u32,
    /// The years without a failed sampling that the page states.
    pub honour_years: Vec<u32>,
    /// How many print runs a code may have.
    pub most_versions: u32,
    /// From how many times its usual scans on a day there is a hint to the officers.
    pub unusual_factor: u32,
    /// Fewest scans on a day for which there is one.
    pub unusual_least: u32,
    /// Name of the version of the two texts below.
    pub text_version: String,
    /// What the record means.
    pub notice: Text,
    /// How to report a problem.
    pub report: Text,
}

fn not_under_a_listing() -> bool {
    true
}

fn three_years() -> u32 {
    36
}

impl CodeRules {
    /// How many months back the facts of a maker are read for it.
    pub fn widest_months(&self) -> u32 {
        let years = self.honour_years.iter().max().copied().unwrap_or_default();
        self.passed_months.max(self.clean_months).max(self.recall_months).max(years.saturating_mul(12))
    }
}

crate::settings_section! {
    /// The public page of quality credit codes, and how many of them an enterprise may apply for.
    pub CodePageSettings in "credit_code_pages" {
        /// How often a network may open pages of codes within a minute. Many phones share one address, so it is generous.
        calls_per_minute: u32 = 600, 1..=10_000_000;
        /// Name of the header in which a trusted proxy (server.trusted_proxies) says from which region, as a code of six digits, a page is opened; it is counted by
        /// city, and no address is kept. Empty: regions are not counted.
        region_header: String = String::new();
        /// Applications of an enterprise that may wait for a decision at one time.
        waiting_per_enterprise: u32 = 100, 1..=100_000;
        /// Applications of an enterprise within 24 hours, also those that it took back.
        applications_per_day: u32 = 200, 1..=1_000_000;
    }
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    credit_codes: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<CodeRules>,
}

impl Default for CreditCodeSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.credit_codes).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for CreditCodeSettings {
    const NAME: &'static str = "credit_codes";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<CodeRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CreditCodeSettings> = LazyLock::new(CreditCodeSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "credit_codes.rules";
        let (mut names, mut days) = (BTreeSet::new(), BTreeSet::new());
        for rules in &self.rules {
            checks.check(!rules.version.trim().is_empty(), key, "a version has no name");
            names.insert(rules.version.as_str());
            days.insert(rules.in_force_from);
            check_rules(rules, key, checks);
        }
        checks.check(!self.rules.is_empty(), key, "at least one version is needed");
        checks.check(names.len() == self.rules.len(), key, "two versions have the same name");
        checks.check(days.len() == self.rules.len(), key, "two versions come into force on the same day");
    }
}

fn check_rules(rules: &CodeRules, key: &str, checks: &mut Checks<'_>) {
    let name = &rules.version;
    let fits = (1..=20).contains(&rules.passed_samplings)
        && (1..=120).contains(&rules.passed_months)
        && (1..=120).contains(&rules.clean_months)
        && rules.recall_months <= 120
        && (1..=60).contains(&rules.valid_months)
        && (1..=365).contains(&rules.renewal_days);
    let wanted = "passed_samplings must be 1 to 20, passed_months and clean_months 1 to 120, recall_months 0 to 120, valid_months 1 to 60, renewal_days 1 to 365";
    checks.check(fits, key, format!("{name}: {wanted}"));
    let fits = (1..=500).contains(&rules.most_versions)
        && (2..=1_000).contains(&rules.unusual_factor)
        && (1..=1_000_000).contains(&rules.unusual_least);
    let wanted = "most_versions must be 1 to 500, unusual_factor 2 to 1000, unusual_least 1 to 1000000";
    checks.check(fits, key, format!("{name}: {wanted}"));
    let years = rules.honour_years.len() <= 5 && rules.honour_years.iter().all(|y| (1..=10).contains(y));
    checks.check(years, key, format!("{name}: honour_years must be at most 5 numbers from 1 to 10"));
    let known = |grade: &String| ["a", "b", "c", "d"].contains(&grade.as_str());
    let grades = !rules.grades.is_empty() && rules.grades.iter().all(known);
    checks.check(grades, key, format!("{name}: grades must be some of a, b, c and d"));
    checks.check(!rules.text_version.trim().is_empty(), key, format!("{name}: text_version has no name"));
    for text in [&rules.notice, &rules.report] {
        let short = [&text.zh, &text.en].iter().all(|t| !t.trim().is_empty() && t.chars().count() <= 500);
        checks.check(short, key, format!("{name}: a text of the page must have 1 to 500 characters"));
    }
    // The law forbids to recommend (art. 25): the page states records.
    let words: Vec<&str> = [&rules.notice.zh, &rules.notice.en, &rules.report.zh, &rules.report.en]
        .iter()
        .flat_map(|text| promotional_words_in(text))
        .collect();
    checks.check(
        words.is_empty(),
        key,
        format!("{name}: a text of the page praises or recommends: {}", words.join(", ")),
    );
}

impl CreditCodeSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&CodeRules> {
        self.rules.iter().find(|rules| rules.version == name)
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&CodeRules> {
        let begun = self.rules.iter().filter(|rules| rules.in_force_from <= day);
        begun
            .max_by_key(|rules| rules.in_force_from)
            .or_else(|| self.rules.iter().min_by_key(|rules| rules.in_force_from))
    }

    /// The rules by which a code is judged: those of its version; those in force where the settings have that version no more.
    pub fn of(&self, version: &str, day: NaiveDate) -> Option<&CodeRules> {
        self.version(version).or_else(|| self.rules_on(day))
    }

    /// How many months back the facts of a maker are read, by whichever version.
    pub fn widest_months(&self) -> u32 {
        self.rules.iter().map(CodeRules::widest_months).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = CreditCodeSettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty() && !rules.trial_grades);
        assert_eq!((rules.passed_samplings, rules.clean_months, rules.widest_months()), (1, 36, 120));
        assert_eq!(built_in.version(&rules.version), Some(rules));
        assert_eq!(built_in.of("gone", "2026-11-29".parse().unwrap()), Some(rules));
    }
}
