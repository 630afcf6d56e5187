//! An assessment as it is read, and what a judgement comes to.

use crate::catalogue::Catalogue;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::problem::Problem;
use crate::db::schema::assessment;
use crate::risk::assessments::draft::{NewAssessment, check, courses};
use crate::risk::assessments::evidence::EvidenceView;
use crate::risk::assessments::state::{AssessmentState, AssessmentStep};
use crate::risk::ids::AssessmentId;
use crate::risk::method::probability::Probability;
use crate::risk::method::scenario::{
    Combination, Course, Outcome, RiskContext, Scenario, Sensitivity, outcome, sensitivity,
};
use crate::risk::method::table::{Level, SocialImpact, Urgency};
use crate::risk::settings::RiskRules;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row of `assessment`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = assessment, check_for_backend(Pg))]
pub struct AssessmentRow {
    /// Its id.
    pub id: AssessmentId,
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region.
    pub region: String,
    /// What the danger is.
    pub hazard: String,
    /// The state.
    pub state: AssessmentState,
    /// The scenarios, as they were written.
    pub scenarios: Value,
    /// How those of equal severity come together.
    pub method: Combination,
    /// The units in use.
    pub units: Option<i64>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// How far it moves the public.
    pub social_impact: SocialImpact,
    /// Further words.
    pub summary: String,
    /// The version of the rules.
    pub rules_version: String,
    /// The severity that decides.
    pub severity: i32,
    /// Its probability.
    pub probability: String,
    /// The level by the table.
    pub table_level: Level,
    /// With the units in use.
    pub units_level: Level,
    /// In the end.
    pub level: Level,
    /// The officer who wrote it.
    pub author_id: AccountId,
    /// Who validated it.
    pub validator_id: Option<AccountId>,
    /// Why it was returned last.
    pub reason: Option<String>,
    /// The one whose place it took.
    pub supersedes_id: Option<AssessmentId>,
    /// Counts the changes.
    pub version: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was handed in last.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was validated.
    pub validated_at: Option<DateTime<Utc>>,
    /// When a newer one took its place.
    pub superseded_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// An assessment in a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AssessmentView {
    /// Id of the assessment.
    pub id: AssessmentId,
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region.
    pub region: String,
    /// What the danger is.
    pub hazard: String,
    /// The state.
    #[schema(inline)]
    pub state: AssessmentState,
    /// The level.
    #[schema(inline)]
    pub level: Level,
    /// The severity that decides, 1 to 4.
    pub severity: i32,
    /// Its probability, exactly: a fraction.
    pub probability: String,
    /// Name of the officer who wrote it.
    pub author: Option<String>,
    /// Who validated it.
    pub validator: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was validated.
    pub validated_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a judgement comes to: the cell of the table, the levels, and how far they hang on each step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskLevelView)]
pub struct LevelView {
    /// The severity that decides, 1 to 4.
    pub severity: i32,
    /// Its probability, exactly: a fraction.
    pub probability: String,
    /// The same as a decimal, to be read.
    pub probability_about: f64,
    /// The row of the table from 0, the most probable, to 7.
    pub row: usize,
    /// The level by the table.
    #[schema(inline)]
    pub table_level: Level,
    /// With the units in use.
    #[schema(inline)]
    pub units_level: Level,
    /// With urgency and social impact.
    #[schema(inline)]
    pub level: Level,
    /// The levels if a step were half, twice and ten times as probable, by scenario and step.
    pub sensitivity: Vec<Sensitivity>,
}

impl LevelView {
    fn of(found: &Outcome, courses: &[Course], around: &RiskContext) -> Self {
        Self {
            severity: found.severity,
            probability: found.probability.to_string(),
            probability_about: found.probability.about(),
            row: found.row,
            table_level: found.table,
            units_level: found.units,
            level: found.level,
            sensitivity: sensitivity(courses, around),
        }
    }
}

/// Judges what was written and stores nothing.
///
/// # Errors
/// 422 that names every field that is wrong.
pub fn judge(new: &NewAssessment, catalogue: &Catalogue, rules: &RiskRules) -> Result<LevelView, Problem> {
    let checked = check(new, catalogue, rules, Fields::new())?;
    Ok(LevelView::of(&checked.outcome, &checked.courses, &checked.around))
}

/// What an assessment that is kept comes to, by the rules of its version.
///
/// # Errors
/// Where its scenarios can't be read, which nothing writes.
pub fn level_of(row: &AssessmentRow, rules: &RiskRules) -> Result<LevelView, Problem> {
    let scenarios = scenarios_of(row)?;
    let courses = courses(&scenarios)?;
    let around = RiskContext {
        combination: row.method,
        units: row.units,
        urgency: row.urgency,
        social_impact: row.social_impact,
        raise: rules.raise,
    };
    let found =
        outcome(&courses, &around).ok_or_else(|| Problem::internal("an assessment without scenarios"))?;
    let view = LevelView::of(&found, &courses, &around);
    // What was decided stays, were the rules of that version changed meanwhile.
    Ok(LevelView { table_level: row.table_level, units_level: row.units_level, level: row.level, ..view })
}

/// The scenarios of an assessment.
///
/// # Errors
/// When the stored text is damaged.
pub fn scenarios_of(row: &AssessmentRow) -> Result<Vec<Scenario>, Problem> {
    serde_json::from_value(row.scenarios.clone()).map_err(Problem::internal)
}

/// A step of the history of an assessment.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AssessmentEventView)]
pub struct EventView {
    /// The step that was taken.
    #[schema(inline)]
    pub step: AssessmentStep,
    /// The state from then on.
    #[schema(inline)]
    pub to_state: AssessmentState,
    /// When the step was taken.
    pub at: DateTime<Utc>,
    /// The officer who did it.
    pub by: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
}

/// An assessment with all that belongs to it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AssessmentDetail {
    /// The assessment.
    #[serde(flatten)]
    pub assessment: AssessmentView,
    /// Further words.
    pub summary: String,
    /// The harm scenarios.
    pub scenarios: Vec<Scenario>,
    /// How those of equal severity come together.
    #[schema(inline)]
    pub combination: Combination,
    /// The units in use.
    pub units: Option<i64>,
    /// How urgent it is.
    #[schema(inline)]
    pub urgency: Urgency,
    /// How far it moves the public.
    #[schema(inline)]
    pub social_impact: SocialImpact,
    /// The level of the risk, with how it was found.
    pub judgement: LevelView,
    /// The records on which the assessment rests.
    pub evidence: Vec<EvidenceView>,
    /// Its history.
    pub history: Vec<EventView>,
    /// Why it was returned last, or withdrawn.
    pub reason: Option<String>,
    /// The one whose place it took.
    pub supersedes_id: Option<AssessmentId>,
    /// The one that took its place.
    pub superseded_by: Option<AssessmentId>,
    /// The version of the rules.
    pub rules: String,
    /// Counts the changes; named when it is changed.
    pub version: i32,
    /// Whether the caller wrote it.
    pub own: bool,
}

/// A probability as a decimal that people read, with enough digits.
pub fn about_text(probability: &str) -> String {
    match Probability::parse(probability) {
        Ok(probability) => decimal(probability.about()),
        // One of many steps has more digits than are read from people.
        Err(_) => probability.split_once('/').map_or_else(String::new, |(above, below)| {
            let value = above.parse::<f64>().unwrap_or(0.0) / below.parse::<f64>().unwrap_or(f64::INFINITY);
            decimal(value)
        }),
    }
}

/// A share as a decimal with three significant digits.
pub fn decimal(value: f64) -> String {
    if value <= 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let mut places = 2_usize;
    let mut scaled = value;
    while scaled < 1.0 && places < 18 {
        scaled *= 10.0;
        places += 1;
    }
    let text = format!("{value:.places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_shown_with_three_digits() {
        assert_eq!(about_text("1/250"), "0.004");
        assert_eq!(about_text("1003/100000"), "0.01");
        assert_eq!(about_text("1/3"), "0.333");
        assert_eq!(about_text("1"), "1");
        assert_eq!(about_text("1/1000000000000000000000"), "0");
        assert_eq!(decimal(0.000_001_23), "0.00000123");
    }
}
