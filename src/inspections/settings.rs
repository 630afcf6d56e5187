//! The settings of inspections: their rules and terms, and what a result may cause, version by version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::inspections::effects::EffectTable;
use crate::inspections::words::{InspectedRole, Method, Purpose, Term};
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Inspections: `[inspections]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct InspectionSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<Rules>,
    /// Versions of what results may cause, in any order.
    pub effects: Vec<EffectTable>,
}

/// One version of the rules of inspections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether numbers of it are assumed.
    pub provisional: bool,
    /// The first day on which inspections are drawn under it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// How many take a sample at least.
    pub least_samplers: u32,
    /// The article that asks for so many samplers.
    pub samplers_article: Text,
    /// Where it stands that no more is taken than the test needs.
    pub quantity_article: Text,
    /// Where it stands that who takes samples does not test them.
    pub separation_article: Text,
    /// Where it stands who tests again.
    pub retest_article: Text,
    /// Where the order of the steps stands.
    pub steps_article: Text,
    /// Where it stands that the nominal producer is asked.
    pub confirmation_article: Text,
    /// Where it stands that final results are made public.
    pub publication_article: Text,
    /// Days after which an entry is late.
    pub entry_days: u32,
    /// Whose failure joins the zero-out list.
    pub listed_roles: Vec<InspectedRole>,
    /// The terms.
    pub terms: Terms,
    /// Why an operator refused.
    pub refusals: Vec<Reason>,
    /// Why there was nothing to be sampled.
    pub not_found: Vec<Reason>,
    /// Why the product may not be sampled.
    pub bars: Vec<Reason>,
}

/// The terms of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// From a suspect quick test to its formal sample.
    pub formal_sample: TermRule,
    /// From the receipt of the sample to the report.
    pub report: TermRule,
    /// From the report to the notification of the parties.
    pub notify: TermRule,
    /// From the question to the producer's answer.
    pub confirm: TermRule,
    /// From the receipt of the result to a challenge.
    pub challenge: TermRule,
    /// From the challenge to the re-test.
    pub retest: TermRule,
    /// From the end of the challenge to the return of the sample.
    pub return_sample: TermRule,
}

impl Terms {
    /// The rule of a term.
    pub fn of(&self, term: Term) -> &TermRule {
        match term {
            Term::FormalSample => &self.formal_sample,
            Term::Report => &self.report,
            Term::Notify => &self.notify,
            Term::Confirm => &self.confirm,
            Term::Challenge => &self.challenge,
            Term::Retest => &self.retest,
            Term::ReturnSample => &self.return_sample,
        }
    }
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermRule {
    /// How many days; the first day is not counted.
    pub days: u32,
    /// Whether working days only are counted; else the term ends on a working day.
    pub working: bool,
    /// Whether the number is assumed.
    pub provisional: bool,
    /// The article that sets the term.
    pub article: Text,
}

/// A reason that the rules know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// By which the API names it.
    pub key: String,
    /// Wording of the reason.
    pub text: Text,
    /// The article that names the reason.
    pub article: Text,
}

/// The built-in lists with their words, as they are in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in lists.
#[derive(Deserialize)]
struct BuiltIn {
    inspections: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<Rules>,
    effects: Vec<EffectTable>,
}

impl Default for InspectionSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.inspections).unwrap_or_default();
        Self { rules: lists.rules, effects: lists.effects }
    }
}

impl Section for InspectionSettings {
    const NAME: &'static str = "inspections";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[
        Key { name: "rules", words: &[], kind: Kind::Tables { of: "rules", check: check_tables::<Rules> } },
        Key {
            name: "effects",
            words: &[],
            kind: Kind::Tables { of: "effects", check: check_tables::<EffectTable> },
        },
    ];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<InspectionSettings> = LazyLock::new(InspectionSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "inspections.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            check_rules(rules, key, checks);
        }
        let key = "inspections.effects";
        versions::check(&self.effects, key, checks);
        for table in &self.effects {
            for (&method, &purpose) in
                Method::ALL.iter().flat_map(|m| Purpose::ALL.iter().map(move |p| (m, p)))
            {
                let rows = table.rows.iter().filter(|row| row.is_for(method, purpose)).count();
                checks.check(
                    rows == 1,
                    key,
                    format!("{}: {method} × {purpose} must stand in exactly one row", table.version),
                );
            }
        }
    }
}

fn check_rules(rules: &Rules, key: &str, checks: &mut Checks<'_>) {
    let name = &rules.version;
    checks.check(
        (1..=10).contains(&rules.least_samplers) && rules.entry_days <= 365,
        key,
        format!("{name}: least_samplers must be 1 to 10, entry_days 0 to 365"),
    );
    let fits = |term: &Term| (1..=3650).contains(&rules.terms.of(*term).days);
    checks.check(Term::ALL.iter().all(fits), key, format!("{name}: the days of a term must be 1 to 3650"));
    for reasons in [&rules.refusals, &rules.not_found, &rules.bars] {
        let keys: BTreeSet<&str> = reasons.iter().map(|reason| reason.key.as_str()).collect();
        let words = reasons.iter().all(|r| {
            !r.key.is_empty()
                && r.key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        });
        checks.check(
            !reasons.is_empty() && keys.len() == reasons.len() && words,
            key,
            format!("{name}: reasons need keys of a-z, 0-9 and _, each once"),
        );
    }
}

crate::versions!(Rules, EffectTable);

impl InspectionSettings {
    /// The rules for an inspection that was drawn on a day.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&Rules> {
        versions::in_force_on(&self.rules, day)
    }

    /// What results of inspections drawn on a day may cause.
    pub fn effects_on(&self, day: NaiveDate) -> Option<&EffectTable> {
        versions::in_force_on(&self.effects, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspections::effects::{Effects, Signal};

    #[test]
    fn the_built_in_table_cell_by_cell() {
        let settings = InspectionSettings::default();
        let table = settings.effects_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(table.provisional && !table.source.is_empty());
        for &method in Method::ALL {
            for &purpose in Purpose::ALL {
                let watched = purpose == Purpose::RiskMonitoring;
                let wanted = match method {
                    Method::Sampling => (!watched, !watched, !watched, Signal::Single),
                    Method::Label => (false, !watched, !watched, Signal::Single),
                    Method::Quick => (false, false, false, Signal::Single),
                    Method::Cross => (false, false, false, Signal::Sum),
                    Method::Visit => (false, false, false, Signal::Consent),
                };
                let found = table.of(method, purpose);
                let found = (found.nonconformity, found.conduct, found.publication, found.signal);
                assert_eq!(found, wanted, "{method} × {purpose}");
            }
        }
    }

    #[test]
    fn what_stands_in_no_row_causes_nothing() {
        let mut table = InspectionSettings::default().effects[0].clone();
        table.rows.clear();
        assert_eq!(table.of(Method::Sampling, Purpose::Routine), Effects::NONE);
    }
}
