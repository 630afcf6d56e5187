//! How well samplings were recorded: the figures, by HTTP.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::programmes::settings::ProgrammeSettings;
use crate::recordings::queries::{self, RecordingFigures, RequiredRecordings};
use crate::recordings::settings::rules_on;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Query};
use chrono::{Datelike, NaiveDate};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Period and region of the figures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FigureQuery {
    /// The first day on which samples were taken; the first of the year where none is named.
    from: Option<NaiveDate>,
    /// The last one; today where none is named.
    until: Option<NaiveDate>,
    /// Only those taken in the region of this code or one under it.
    region: Option<String>,
}

/// The figures with what they were counted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingReport {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The figures as they stand now.
    pub figures: RecordingFigures,
    /// How many of the samplings that must be recorded, by the regime of their product kind, have a recording.
    pub required: RequiredRecordings,
    /// Minutes without a recording from which a gap counts, by the rules in force.
    pub gap_minutes: u32,
    /// Hours from which a segment is late, likewise.
    pub late_hours: u32,
}

/// The report over a period: that which is named, else the year so far.
///
/// # Errors
/// 403 for all but officers, 422 for a period that ends before it begins.
pub fn report(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    region: Option<&str>,
    (from, until): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<RecordingReport, Problem> {
    let today = shanghai_date(app.clock().now());
    let until = until.unwrap_or(today);
    let from = from.or_else(|| NaiveDate::from_ymd_opt(until.year(), 1, 1)).unwrap_or(until);
    let mut fields = Fields::new();
    fields.query_day("from", Some(from));
    fields.done()?;
    if until < from {
        let text = Text::new("不能早于开始日期", "must not be before from");
        return Err(Problem::invalid(vec![FieldError::query("until", text)]));
    }
    let rules = rules_on(app.settings(), today)?;
    let (gap_minutes, late_hours) = (rules.gap_minutes, rules.late_hours);
    let regimes = app.settings().section::<ProgrammeSettings>();
    Ok(RecordingReport {
        from,
        until,
        figures: queries::figures(conn, actor, region, (from, until))?,
        required: queries::required(conn, actor, regimes, region, (from, until))?,
        gap_minutes,
        late_hours,
    })
}

/// How well the samplings of a period were recorded: those that must be by the regime of their product kind, with all required shots, with unbroken chains, with gaps, with late uploads; each with its
/// denominator, by what has come until now.
#[utoipa::path(get, path = "/api/v1/reports/recordings", tag = "recordings", params(FigureQuery),
    responses((status = 200, body = RecordingReport)))]
pub async fn figures(state: State, auth: Auth, query: Query<FigureQuery>) -> Answer {
    let FigureQuery { from, until, region } = query.0;
    let actor = auth.actor();
    ok(read(&state, move |app| report(app, &mut *app.snapshot()?, &actor, region.as_deref(), (from, until)))
        .await?)
}
