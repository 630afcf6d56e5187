//! `[remediation]`: the law in numbers, version by version, and the recovery criteria.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;

/// `[remediation]`: the statutory course of a case.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RemediationSettings {
    /// Versions of the statutory periods, in any order. Read them by [`RemediationSettings::version`] and
    /// [`RemediationSettings::in_force_on`].
    pub rules: Vec<Rules>,
    /// What must hold before a case is cleared, in the order in which it is shown.
    pub criteria: Vec<Criterion>,
}

impl RemediationSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&Rules> {
        self.rules.iter().find(|rules| rules.version == name)
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn in_force_on(&self, day: NaiveDate) -> Option<&Rules> {
        let begun = self.rules.iter().filter(|rules| rules.in_force_from <= day);
        begun
            .max_by_key(|rules| rules.in_force_from)
            .or_else(|| self.rules.iter().min_by_key(|rules| rules.in_force_from))
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
    /// What proves it.
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
