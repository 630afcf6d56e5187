//! Which rules weigh an entry, and which thresholds hold on a day.

use crate::conduct::rules::{Behaviour, CreditRules, Thresholds, rules_on};
use crate::conduct::score::entry::Entry;
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use std::collections::HashMap;

/// All versions of the rules, ready to be asked a million times.
#[derive(Debug, Clone)]
pub struct RuleBook<'a> {
    versions: &'a [CreditRules],
    behaviours: HashMap<&'a str, HashMap<&'a str, &'a Behaviour>>,
    by_name: HashMap<&'a str, &'a CreditRules>,
    only: bool,
}

impl<'a> RuleBook<'a> {
    /// The versions of the settings: an entry is weighed by its own one.
    pub fn new(versions: &'a [CreditRules]) -> Self {
        let of = |rules: &'a CreditRules| {
            let by_code = rules.behaviours.iter().map(|b| (b.code.as_str(), b)).collect();
            (rules.version.as_str(), by_code)
        };
        Self {
            versions,
            behaviours: versions.iter().map(of).collect(),
            by_name: versions.iter().map(|rules| (rules.version.as_str(), rules)).collect(),
            only: false,
        }
    }

    /// One version for all entries and days: how it would have been had it always been in force.
    pub fn only(rules: &'a CreditRules) -> Self {
        Self { only: true, ..Self::new(std::slice::from_ref(rules)) }
    }

    /// The rules that weigh an entry: of the version that it names; where the settings no longer have it, those of the day of its decision.
    pub fn rules_of(&self, entry: &Entry) -> Option<&'a CreditRules> {
        let own = self.by_name.get(entry.rules_version.as_str()).copied().filter(|_| !self.only);
        own.or_else(|| rules_on(self.versions, entry.decided_on))
    }

    /// The rules that weigh an entry, and its behaviour in them; none where they do not know it.
    pub fn weighing(&self, entry: &Entry) -> Option<(&'a CreditRules, &'a Behaviour)> {
        let rules = self.rules_of(entry)?;
        let behaviour =
            self.behaviours.get(rules.version.as_str())?.get(entry.behaviour.as_str()).copied()?;
        Some((rules, behaviour))
    }

    /// The rules in force on a day.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&'a CreditRules> {
        rules_on(self.versions, day)
    }

    /// The thresholds of a role on a day.
    pub fn thresholds(&self, role: InspectedRole, day: NaiveDate) -> Option<Thresholds> {
        self.rules_on(day)?.thresholds_of(role)
    }

    /// The days on which versions come into force.
    pub fn begins(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.versions.iter().map(|rules| rules.in_force_from)
    }
}
