//! The report on credit of a region, as of a day.

use crate::catalogue::Catalogue;
use crate::conduct::entries::known_at_end_of;
use crate::conduct::settings::ConductSettings;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::{Language, Problem, as_of};
use crate::credit::settings::{CreditMethod, CreditSettings};
use crate::credit_figures::counts::{self, CreditBy, CreditRow, Transition};
use crate::credit_figures::days::{self, GradeDays};
use crate::credit_figures::decisions;
use crate::credit_figures::recidivism::{self, Recidivism};
use crate::reports::scope;
use crate::sampling_figures::indicators::Indicator;
use crate::settings::Settings;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::PgConnection;
use serde::Serialize;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What the lines are; the parts of the region where nothing is named.
    pub by: Option<CreditBy>,
    /// Code of the region; the caller's own where none is named.
    pub region: Option<String>,
    /// As of the end of which day; today where none is named.
    pub as_of: Option<NaiveDate>,
}

/// The credit of the operators of a region.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CreditReport {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// What the lines are.
    #[schema(inline)]
    pub by: CreditBy,
    /// Whether grades are on trial on that day.
    pub trial: bool,
    /// The lines.
    pub rows: Vec<CreditRow>,
    /// All together, each operator once.
    pub total: CreditRow,
    /// How grades moved in the twelve months up to the day.
    pub transitions: Vec<Transition>,
    /// How long grades C and D last.
    pub days: Vec<GradeDays>,
    /// The shares of repairs granted and of objections found right.
    pub indicators: Vec<Indicator>,
    /// How operators did at the next sampling after they came to a grade.
    pub recidivism: Vec<Recidivism>,
    /// By which method the last of these is counted.
    pub method: CreditMethod,
}

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region or day that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    (catalogue, settings): (&Catalogue, &Settings),
    question: &Question,
    now: DateTime<Utc>,
    language: Language,
) -> Result<CreditReport, Problem> {
    let region = scope::region(actor, catalogue, question.region.as_deref())?;
    let mut fields = Fields::new();
    fields.query_day("as_of", question.as_of);
    fields.done()?;
    let day = as_of::day(question.as_of, now)?;
    let by = question.by.unwrap_or(CreditBy::Region);
    let method = settings.section::<CreditSettings>().method_on(day).cloned();
    let method = method.ok_or_else(|| Problem::internal("there is no method of credit"))?;
    let moment = known_at_end_of(day);
    let own = (region.code.as_str(), day);
    let (rows, total, trial) = counts::rows(conn, catalogue, (region, day), by, language)?;
    let provisional =
        || settings.section::<ConductSettings>().rules_on(day).is_none_or(|rules| rules.provisional);
    Ok(CreditReport {
        rows,
        total,
        transitions: counts::transitions(conn, own)?,
        days: days::of(conn, own)?,
        indicators: decisions::of(conn, (own.0, moment + Duration::microseconds(1)), language)?,
        recidivism: recidivism::of(conn, &method, (own.0, day, moment))?,
        method,
        trial: trial.unwrap_or_else(provisional),
        region: region.code.clone(),
        region_name: region.name.clone(),
        as_of: day,
        by,
    })
}
