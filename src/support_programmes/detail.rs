//! One support programme: what it is, the diagnosis beside the measures, its baseline, what the rate does, what it costs.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::shanghai_date;
use crate::core::{Language, Problem};
use crate::db::regional::sees;
use crate::db::schema::support_programme;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::queries::{self as base, ProgrammeEvent};
use crate::programmes::state::{ProgrammeState, ProgrammeStep};
use crate::sampling_figures::effect::Effect;
use crate::support_programmes::diagnosis::{Diagnosis, diagnose};
use crate::support_programmes::effects::{
    Baseline, Frozen, Month, Outcome, counted, effect, frozen, left_out, months, not_frozen, outcome,
};
use crate::support_programmes::entries::{
    SupportAmount, SupportEvaluation, SupportMeasure, amounts, evaluations, measures,
};
use crate::support_programmes::overlap::{Overlap, overlaps};
use crate::support_programmes::policy::{permit, visible};
use crate::support_programmes::queries::{SupportView, views};
use crate::support_programmes::settings::SupportSettings;
use crate::support_programmes::steps::blockers;
use crate::support_programmes::store::{Row, ScopeRows, scope};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

/// What stands in the way of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SupportBlocker {
    /// The word for programs, as the refusal has it.
    pub code: String,
    /// In words.
    pub detail: String,
}

/// What the rate does since the approval, as of a day.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SupportCourse {
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The rates month by month, from the first month of the baseline on.
    pub months: Vec<Month>,
    /// From the frozen baseline to the time since the approval; absent before it.
    pub effect: Option<Effect>,
    /// Who recovered since the approval, and at what cost; absent before it.
    pub outcome: Option<Outcome>,
    /// Results in the scope since the approval that do not count, since a laboratory of the lead hospital tested them.
    pub left_out: i64,
}

/// One support programme.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SupportDetail {
    /// The programme.
    #[serde(flatten)]
    pub view: SupportView,
    /// Who takes part beside the lead hospital.
    pub partners: Vec<String>,
    /// How many months before the approval the baseline counts.
    pub baseline_months: i32,
    /// Why it goes on though another programme claims the same enterprises.
    pub overlap_reason: Option<String>,
    /// How the lead hospital recuses itself.
    pub recusal: Option<String>,
    /// Who verifies in its place.
    pub verified_by: Option<String>,
    /// Name of the officer who wrote the programme.
    pub created_by: String,
    /// Who handed it in.
    pub submitted_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// What is wrong in the scope; frozen with the approval.
    pub diagnosis: Diagnosis,
    /// The baseline; frozen with the approval.
    pub baseline_detail: Baseline,
    /// The measures.
    pub measures: Vec<SupportMeasure>,
    /// Costs and fees.
    pub amounts: Vec<SupportAmount>,
    /// The other programmes that claim the same enterprises; frozen with the approval.
    pub overlaps: Vec<Overlap>,
    /// What the rate does.
    pub course: SupportCourse,
    /// Its evaluations, the last one first.
    pub evaluations: Vec<SupportEvaluation>,
    /// What stands in the way of an approval today; empty once it is approved.
    pub blockers: Vec<SupportBlocker>,
    /// Whether the caller manages it.
    pub keeps: bool,
    /// The base steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<ProgrammeStep>,
    /// Its steps, the first one first; the last 200.
    pub history: Vec<ProgrammeEvent>,
}

/// The row of a programme that the actor may know of.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn row(conn: &mut PgConnection, actor: &Actor, id: ProgrammeId) -> Result<Row, Problem> {
    permit(actor)?;
    if !visible(conn, actor)?.contains(&id) {
        return Err(Problem::not_found());
    }
    Ok(support_programme::table.find(id).select(Row::as_select()).first(conn)?)
}

/// What the rate does, as of a day.
///
/// # Errors
/// 422 for a day ahead.
pub fn course(
    app: &App,
    conn: &mut PgConnection,
    (id, scope): (ProgrammeId, &ScopeRows),
    (frozen, from): (Option<&Frozen>, NaiveDate),
    asked: Option<NaiveDate>,
) -> Result<SupportCourse, Problem> {
    let now = app.clock().now();
    let day = as_of::day(asked, now)?;
    let scope = match frozen {
        Some(frozen) => frozen.scope_on(conn, id, day)?,
        None => scope.clone(),
    };
    let months = months(conn, &scope, (from.min(day), day), now)?;
    let since = frozen.filter(|frozen| frozen.day <= day);
    let end = day.succ_opt().unwrap_or(day);
    let (effect, outcome, left_out) = match since {
        Some(frozen) => (
            Some(effect(conn, (frozen, &scope), (frozen.day, day), now)?.0),
            Some(outcome(conn, app.settings(), (id, &scope), (frozen.day, day))?),
            left_out(conn, &scope, (frozen.day, end), (day, now))?,
        ),
        None => (None, None, 0),
    };
    Ok(SupportCourse { as_of: day, months, effect, outcome, left_out })
}

/// What is frozen of a programme, or what would be if it were approved today.
struct Known {
    frozen: Option<Frozen>,
    counted: Frozen,
    diagnosis: Diagnosis,
    overlaps: Vec<Overlap>,
    scope: ScopeRows,
}

fn known(app: &App, conn: &mut PgConnection, row: &Row) -> Result<Known, Problem> {
    let (now, id) = (app.clock().now(), row.programme_id);
    if let Some(frozen) = frozen(conn, id)? {
        return Ok(Known {
            diagnosis: serde_json::from_value(frozen.diagnosis.clone()).map_err(Problem::internal)?,
            overlaps: serde_json::from_value(frozen.claimed_by.clone()).map_err(Problem::internal)?,
            scope: frozen.scope(),
            counted: frozen.clone(),
            frozen: Some(frozen),
        });
    }
    let (today, scope) = (shanghai_date(now), scope(conn, app.catalogue(), id, now)?);
    let counted = counted(conn, &scope, (today, row.baseline_months), now)?;
    let most = app.settings().section::<SupportSettings>().version(&row.rules_version, today)?.top_items;
    let diagnosis = diagnose(conn, &scope, (counted.from_day, today), most)?;
    Ok(Known { frozen: None, counted, diagnosis, overlaps: overlaps(conn, id)?, scope })
}

/// One support programme, with what the rate does as of a day; today where none is named.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it, 422 for a day ahead.
pub fn detail(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    (id, asked): (ProgrammeId, Option<NaiveDate>),
    language: Language,
) -> Result<SupportDetail, Problem> {
    let row = row(conn, actor, id)?;
    let today = shanghai_date(app.clock().now());
    let base = base::detail(conn, actor, id, today)?;
    let known = known(app, conn, &row)?;
    let open = matches!(
        base.view.programme.state,
        ProgrammeState::Draft | ProgrammeState::Returned | ProgrammeState::Submitted
    );
    let blockers = match open {
        true => blockers(conn, &row, (&known.counted, &known.overlaps), app.catalogue())?,
        false => Vec::new(),
    };
    let blocker = |problem: Problem| SupportBlocker {
        code: problem.code.as_str().to_owned(),
        detail: problem.detail.get(language).to_owned(),
    };
    let from = known.counted.from_day;
    let course = course(app, conn, (id, &known.scope), (known.frozen.as_ref(), from), asked)?;
    Ok(SupportDetail {
        partners: row.partners.clone(),
        baseline_months: row.baseline_months,
        overlap_reason: row.overlap_reason.clone(),
        recusal: row.recusal.clone(),
        verified_by: row.verified_by.clone(),
        created_by: base.view.created_by,
        submitted_by: base.view.submitted_by,
        approved_by: base.view.approved_by,
        diagnosis: known.diagnosis.seen_by(actor, app.catalogue()),
        baseline_detail: known.frozen.as_ref().map_or_else(|| not_frozen(&known.counted), Baseline::from),
        measures: measures(conn, id)?,
        amounts: amounts(conn, id)?,
        overlaps: known.overlaps,
        course,
        evaluations: evaluations(conn, id, known.frozen.as_ref())?,
        blockers: blockers.into_iter().map(blocker).collect(),
        keeps: sees(actor, &base.view.programme.organiser_region, app.catalogue()),
        allowed: base.allowed,
        history: base.history,
        view: views(app, conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)?,
    })
}
