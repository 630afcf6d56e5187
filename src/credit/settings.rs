//! The settings of credit: how figures, honour lists and tasks are made of grades, version by version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section};

/// Credit: `[credit]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct CreditSettings {
    /// Versions of the method, in any order.
    pub methods: Vec<CreditMethod>,
}

/// One version of what is made of grades.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditMethod {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The years without a failed sampling of the honour lists.
    pub honour_years: Vec<i32>,
    /// Samplings within those years that an operator needs.
    pub honour_samplings: i32,
    /// Whether the first sampling must be as old as the list is long.
    pub honour_record_as_long: bool,
    /// Months after a grade began within which the next sampling counts.
    pub recidivism_months: i32,
    /// Days before a task is due on which its officers are reminded.
    pub remind_days: i32,
    /// Whether grades on trial weigh draws.
    pub trial_grades_weigh_draws: bool,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    credit: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    methods: Vec<CreditMethod>,
}

impl Default for CreditSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no method, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.credit).unwrap_or_default();
        Self { methods: lists.methods }
    }
}

impl Section for CreditSettings {
    const NAME: &'static str = "credit";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "methods",
        words: &[],
        kind: Kind::Tables { of: "methods", check: check_tables::<CreditMethod> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CreditSettings> = LazyLock::new(CreditSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "credit.methods";
        let names: BTreeSet<&str> = self.methods.iter().map(|method| method.version.as_str()).collect();
        let days: BTreeSet<NaiveDate> = self.methods.iter().map(|method| method.in_force_from).collect();
        checks.check(!self.methods.is_empty(), key, "at least one version is needed");
        checks.check(!names.contains(""), key, "a version has no name");
        checks.check(names.len() == self.methods.len(), key, "two versions have the same name");
        checks.check(days.len() == self.methods.len(), key, "two versions come into force on the same day");
        for method in &self.methods {
            check_method(method, key, checks);
        }
    }
}

fn check_method(method: &CreditMethod, key: &str, checks: &mut Checks<'_>) {
    let name = &method.version;
    let years: BTreeSet<i32> = method.honour_years.iter().copied().collect();
    checks.check(
        !years.is_empty()
            && years.len() == method.honour_years.len()
            && years.iter().all(|years| (1..=50).contains(years)),
        key,
        format!("{name}: honour_years must be whole numbers from 1 to 50, each once"),
    );
    checks.check(
        (1..=100).contains(&method.honour_samplings),
        key,
        format!("{name}: honour_samplings must be a whole number from 1 to 100"),
    );
    checks.check(
        (1..=120).contains(&method.recidivism_months),
        key,
        format!("{name}: recidivism_months must be a whole number from 1 to 120"),
    );
    checks.check(
        (0..=60).contains(&method.remind_days),
        key,
        format!("{name}: remind_days must be a whole number from 0 to 60"),
    );
}

impl CreditSettings {
    /// The method in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn method_on(&self, day: NaiveDate) -> Option<&CreditMethod> {
        let begun = self.methods.iter().filter(|method| method.in_force_from <= day);
        begun
            .max_by_key(|method| method.in_force_from)
            .or_else(|| self.methods.iter().min_by_key(|method| method.in_force_from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_method_is_read() {
        let settings = CreditSettings::default();
        let method = settings.method_on("2026-11-30".parse().unwrap()).unwrap();
        assert_eq!(method.honour_years, [10, 5, 3]);
        assert!(method.provisional && !method.source.is_empty() && !method.trial_grades_weigh_draws);
    }
}
