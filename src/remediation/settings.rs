//! The settings of cases: the law in numbers, version by version, the recovery criteria, and reminders of deadlines.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

crate::settings_section! {
    /// Reminders of the deadlines of the law, sent at the start of each day in Asia/Shanghai.
    pub DeadlineSettings in "deadlines" checked by check_deadlines {
        /// Days before a deadline on which enterprise, experts and officers are told, 1 to 365 each, separated by commas. Of what was
        /// missed they are told once more, and the officers of the level above, too.
        remind_days: String = "15, 7, 3, 1".to_owned();
        /// An officer who is to be told of more cases than this at once gets one digest instead of a mail for each.
        digest_over: u32 = 10, 1..=100_000;
    }
}

impl DeadlineSettings {
    /// Days before a deadline on which people are told.
    pub fn remind_days(&self) -> Vec<u32> {
        self.remind_days.split(',').filter_map(|day| day.trim().parse().ok()).collect()
    }
}

/// The statutory course of a case: `[remediation]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct RemediationSettings {
    /// Versions of the statutory periods, in any order. Read them by [`RemediationSettings::version`] and
    /// [`RemediationSettings::in_force_on`].
    pub rules: Vec<Rules>,
    /// What must hold before a case is cleared, in the order in which it is shown.
    pub criteria: Vec<Criterion>,
}

/// The built-in lists with their words, as they are in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in lists.
#[derive(Deserialize)]
struct BuiltIn {
    remediation: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<Rules>,
    criteria: Vec<Criterion>,
}

impl Default for RemediationSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.remediation).unwrap_or_default();
        Self { rules: lists.rules, criteria: lists.criteria }
    }
}

impl Section for RemediationSettings {
    const NAME: &'static str = "remediation";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[
        Key { name: "rules", words: &[], kind: Kind::Tables { of: "rules", check: check_tables::<Rules> } },
        Key {
            name: "criteria",
            words: &[],
            kind: Kind::Tables { of: "criteria", check: check_tables::<Criterion> },
        },
    ];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<RemediationSettings> = LazyLock::new(RemediationSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        check_rules(&self.rules, checks);
        check_criteria(&self.criteria, checks);
    }
}

crate::versions!(Rules);

impl RemediationSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&Rules> {
        versions::named(&self.rules, name)
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn in_force_on(&self, day: NaiveDate) -> Option<&Rules> {
        versions::in_force_on(&self.rules, day)
    }

    /// The criteria for a product class: those for all, then its own.
    pub fn criteria_for<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Criterion> {
        let own = move |c: &&Criterion| c.classes.is_empty() || c.classes.iter().any(|code| code == class);
        self.criteria.iter().filter(own)
    }
}

/// One version of the statutory periods, in calendar days. A case keeps the version that was in force on the day it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Name of this version, kept by each case opened under it.
    pub version: String,
    /// The law the periods are taken from.
    pub source: String,
    /// The first day on which cases begin under it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// To rectify, from the order.
    pub rectify_days: u32,
    /// For the authority to re-inspect, from the order.
    pub reinspect_days: u32,
    /// To ask for a re-test, from receipt of the result.
    pub retest_request_days: u32,
    /// The second re-inspection comes after this day from the public announcement.
    pub second_reinspection_earliest_days: u32,
    /// The second re-inspection comes before this day from the public announcement.
    pub second_reinspection_latest_days: u32,
    /// The periods that are suspended from the request of a re-test to its outcome.
    pub retest_suspends: Vec<Period>,
    /// Where each step is in the law.
    pub articles: Articles,
}

/// A period that a re-test can suspend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// That of the rectification.
    #[serde(rename = "rectification")]
    Rectification,
    /// That of the re-inspection.
    #[serde(rename = "reinspection")]
    Reinspection,
}

/// The articles on which the steps of a case rest, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Articles {
    /// Hand-over to the authority of the producer's region.
    pub transfer: Text,
    /// Stop of production and sale.
    pub stop: Text,
    /// The re-test: its request and its outcome.
    pub retest: Text,
    /// The order to rectify, and the rectification.
    pub rectification: Text,
    /// The re-inspection.
    pub reinspection: Text,
    /// The report up to the province and the public announcement.
    pub announcement: Text,
    /// The second re-inspection.
    pub second_reinspection: Text,
    /// Suspension of the business, the check after it, revocation of the licence.
    pub suspension: Text,
    /// The hold on production and sale until a re-inspection is passed, and so the clearance.
    pub hold: Text,
    /// The end of a case whose enterprise no longer operates.
    pub closing: Text,
}

/// One recovery criterion (康复标准).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// By which the API names it.
    pub key: String,
    /// Codes of the product classes that it is for; empty: all.
    pub classes: Vec<String>,
    /// The kind of evidence that proves it.
    pub proof: Proof,
    /// What must hold.
    pub text: Text,
}

crate::word_enum! {
    /// What proves a recovery criterion where no officer has decided on it.
    pub enum Proof {
        /// Evidence that was handed in.
        Evidence = "evidence",
        /// A passed re-inspection.
        Reinspection = "reinspection",
        /// Every accepted action is done.
        Actions = "actions",
        /// Nothing else than an officer's decision, with evidence.
        Officer = "officer",
    }
}

fn check_deadlines(deadlines: &DeadlineSettings, checks: &mut Checks<'_>) {
    let mut days = deadlines.remind_days.split(',').map(str::trim);
    checks.check(
        days.all(|day| day.parse::<u32>().is_ok_and(|n| (1..=365).contains(&n))),
        "deadlines.remind_days",
        "whole numbers from 1 to 365 wanted, separated by commas",
    );
}

fn check_rules(rules: &[Rules], checks: &mut Checks<'_>) {
    let key = "remediation.rules";
    versions::check(rules, key, checks);
    for r in rules {
        let name = &r.version;
        let (from, to) = (r.second_reinspection_earliest_days, r.second_reinspection_latest_days);
        let all = [r.rectify_days, r.reinspect_days, r.retest_request_days, from, to];
        let inside = all.iter().all(|days| (1..=3650).contains(days));
        checks.check(inside, key, format!("{name}: a number of days from 1 to 3650 wanted"));
        checks.check(
            r.reinspect_days >= r.rectify_days,
            key,
            format!("{name}: reinspect_days must not be below rectify_days"),
        );
        checks.check(
            to >= from.saturating_add(2),
            key,
            format!("{name}: there is no day for the second re-inspection"),
        );
    }
}

fn check_criteria(criteria: &[Criterion], checks: &mut Checks<'_>) {
    let key = "remediation.criteria";
    let names: BTreeSet<&str> = criteria.iter().map(|c| c.key.as_str()).collect();
    checks.check(names.len() == criteria.len(), key, "two criteria have the same key");
    for c in criteria {
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let fits = !c.key.is_empty() && c.key.len() <= 64 && c.key.bytes().all(word);
        checks.check(fits, key, format!("\"{}\" is no key: [a-z0-9_], at most 64", c.key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lists_are_read() {
        let built_in = RemediationSettings::default();
        assert!(!built_in.rules.is_empty() && !built_in.criteria.is_empty());
    }
}
