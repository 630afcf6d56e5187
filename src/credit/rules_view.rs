//! The rules of credit as programs and pages read them: all versions, which of them holds today, and what is made of grades.

use crate::conduct::rules::CreditRules;
use crate::conduct::settings::ConductSettings;
use crate::credit::settings::{CreditMethod, CreditSettings};
use crate::settings::Settings;
use chrono::NaiveDate;
use serde::Serialize;

/// The rules of credit.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CreditRulesView)]
pub struct RulesView {
    /// Today, in Asia/Shanghai.
    pub today: NaiveDate,
    /// The version that holds today.
    pub in_force: String,
    /// Whether it is provisional: then grades are on trial.
    pub trial: bool,
    /// All versions, the latest first, with behaviours, points, thresholds, factors, terms and measures. A changed one can be handed to the trial.
    #[schema(value_type = Vec<Object>)]
    pub versions: Vec<CreditRules>,
    /// How figures, honour lists and tasks are made of grades today.
    pub method: Option<CreditMethod>,
}

/// The rules on a day.
pub fn rules(settings: &Settings, today: NaiveDate) -> RulesView {
    let conduct = settings.section::<ConductSettings>();
    let now = conduct.rules_on(today);
    let mut versions = conduct.rules.clone();
    versions.sort_by_key(|rules| std::cmp::Reverse(rules.in_force_from));
    RulesView {
        today,
        in_force: now.map(|rules| rules.version.clone()).unwrap_or_default(),
        trial: now.is_none_or(|rules| rules.provisional),
        versions,
        method: settings.section::<CreditSettings>().method_on(today).cloned(),
    }
}
