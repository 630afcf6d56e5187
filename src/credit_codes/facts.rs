//! Reading the facts of a maker. What they come to is decided in [`crate::credit_codes::conditions`].

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::credit_codes::conditions::{Facts, Law, Sampled, months_before};
use crate::credit_codes::settings::{CodeRules, CreditCodeSettings};
use crate::inspections::settings::InspectionSettings;
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

/// A row of `credit_code_facts`.
#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct FactsRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = Text)]
    present_region: String,
    #[diesel(sql_type = Bool)]
    operating: bool,
    #[diesel(sql_type = Timestamptz)]
    changed_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    open_cases: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    case_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Date>)]
    listed_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    listed_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = Jsonb)]
    passed: Value,
    #[diesel(sql_type = Jsonb)]
    failed: Value,
    #[diesel(sql_type = Nullable<Text>)]
    grade: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    trial: Option<bool>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    grade_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Date>)]
    recalled_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    recall_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Date>)]
    under_listing_since: Option<NaiveDate>,
}

impl FactsRow {
    /// The facts.
    ///
    /// # Errors
    /// 500 where the database holds samplings of another form, which is a fault of ours.
    pub fn facts(self) -> Result<Facts, Problem> {
        let samplings =
            |value: Value| serde_json::from_value::<Vec<Sampled>>(value).map_err(Problem::internal);
        Ok(Facts {
            name: self.name,
            uscc: self.uscc,
            region: self.present_region,
            operating: self.operating,
            changed_at: self.changed_at,
            open_cases: self.open_cases,
            case_since: self.case_since,
            listed_on: self.listed_on,
            listed_since: self.listed_since,
            passed: samplings(self.passed)?,
            failed: samplings(self.failed)?,
            grade: self.grade,
            trial: self.trial.unwrap_or(false),
            grade_since: self.grade_since,
            recalled_on: self.recalled_on,
            recall_since: self.recall_since,
            under_listing_since: self.under_listing_since,
        })
    }
}

/// The facts of an enterprise and its products of a kind.
///
/// # Errors
/// 404 where there is no such enterprise.
pub fn of_enterprise(
    conn: &mut PgConnection,
    id: EnterpriseId,
    kind: &str,
    since: NaiveDate,
) -> Result<Facts, Problem> {
    let row: FactsRow = diesel::sql_query("SELECT * FROM credit_code_facts($1, $2, $3)")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Text, _>(kind)
        .bind::<Date, _>(since)
        .get_result(conn)?;
    row.facts()
}

/// The first day of which facts are read: the earliest that any version of the rules looks at.
pub fn since(settings: &Settings, today: NaiveDate) -> NaiveDate {
    months_before(today, settings.section::<CreditCodeSettings>().widest_months())
}

/// What conditions are judged by: these rules, and what results may cause.
///
/// # Errors
/// 500 where the settings have no table of effects, which their check excludes.
pub fn law<'a>(settings: &'a Settings, rules: &'a CodeRules, today: NaiveDate) -> Result<Law<'a>, Problem> {
    let effects = settings.section::<InspectionSettings>().effects_on(today);
    let effects = effects.ok_or_else(|| Problem::internal("the settings say not what results cause"))?;
    Ok(Law { rules, effects, today })
}

/// The rules by which a code of a version is judged.
///
/// # Errors
/// 500 where the settings have no rules, which their check excludes.
pub fn rules_of<'a>(
    settings: &'a Settings,
    version: &str,
    today: NaiveDate,
) -> Result<&'a CodeRules, Problem> {
    let rules = settings.section::<CreditCodeSettings>().of(version, today);
    rules.ok_or_else(|| Problem::internal("the settings have no rules of quality credit codes"))
}

/// The rules under which a code is applied for today.
///
/// # Errors
/// 500 where the settings have none, which their check excludes.
pub fn rules_today(settings: &Settings, today: NaiveDate) -> Result<&CodeRules, Problem> {
    let rules = settings.section::<CreditCodeSettings>().rules_on(today);
    rules.ok_or_else(|| Problem::internal("the settings have no rules of quality credit codes"))
}
