//! The rules of risk as programs and pages read them, and those by which a day was counted.

use crate::core::Problem;
use crate::risk::index::keep::rules;
use crate::risk::index::queries::counted;
use crate::risk::method::table::{BOUNDS, Level, ROWS};
use crate::risk::settings::{RiskRules, RiskSettings};
use crate::settings::Settings;
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Serialize;

/// The rules of risk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = RiskRulesView)]
pub struct RulesView {
    /// Today, in Asia/Shanghai.
    pub today: NaiveDate,
    /// The version that holds today.
    pub in_force: String,
    /// All versions, the latest first. A changed one can be handed to the trial.
    #[schema(value_type = Vec<Object>)]
    pub versions: Vec<RiskRules>,
    /// The table of probability by severity: rows from the most probable to the least, columns of severity 1 to 4.
    #[schema(value_type = Vec<Vec<String>>)]
    pub table: Vec<Vec<Level>>,
    /// The bounds of the rows but for the last one: a row holds what is more than one in so many.
    pub more_than_one_in: Vec<u64>,
}

/// The rules on a day.
pub fn view(settings: &Settings, today: NaiveDate) -> RulesView {
    let risk = settings.section::<RiskSettings>();
    let mut versions = risk.rules.clone();
    versions.sort_by_key(|rules| std::cmp::Reverse(rules.in_force_from));
    RulesView {
        today,
        in_force: risk.rules_on(today).map(|rules| rules.version.clone()).unwrap_or_default(),
        versions,
        table: ROWS.iter().map(|row| row.to_vec()).collect(),
        more_than_one_in: BOUNDS.to_vec(),
    }
}

/// The rules by which a day that is kept was counted; those in force on it where they are not in the settings any more.
///
/// # Errors
/// When the database can't be asked.
pub fn of_day(
    settings: &Settings,
    conn: &mut PgConnection,
    of: (NaiveDate, i32),
) -> Result<RiskRules, Problem> {
    let version = counted(conn, of)?.map(|(version, ..)| version);
    let known = version.and_then(|version| settings.section::<RiskSettings>().version(&version).cloned());
    match known {
        Some(known) => Ok(known),
        None => rules(settings, of.0).cloned(),
    }
}
