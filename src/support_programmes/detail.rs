//! One support programme: what it is, the diagnosis beside the measures, its baseline, what the rate does, what it costs.

use crate::accounts::store::names;
use crate::app::App;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::shanghai_date;
use crate::core::ids::AccountId;
use crate::core::{Language, Problem};
use crate::db::regional::sees;
use crate::db::schema::{support_amount, support_evaluation, support_measure, support_programme};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::queries::{self as base, ProgrammeEvent};
use crate::programmes::state::{ProgrammeState, ProgrammeStep};
use crate::sampling_figures::effect::Effect;
use crate::sampling_figures::intervals::{Change, Count, Rate, Verdict, change, difference_in_differences};
use crate::support_programmes::diagnosis::{Diagnosis, diagnose};
use crate::support_programmes::effects::{
    Baseline, Frozen, Month, Outcome, counted, effect, frozen, left_out, months, not_frozen, outcome, per,
};
use crate::support_programmes::ids::{AmountId, MeasureId};
use crate::support_programmes::overlap::{Overlap, overlaps};
use crate::support_programmes::policy::{permit, visible};
use crate::support_programmes::queries::{SupportView, percent_of, views};
use crate::support_programmes::settings::SupportSettings;
use crate::support_programmes::state::{
    AmountKind, MeasureKind, MeasureState, MeasureStep, PaidBy, transition,
};
use crate::support_programmes::steps::blockers;
use crate::support_programmes::store::{Row, ScopeRows, scope};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

/// A measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SupportMeasure {
    /// Id of the measure.
    pub id: MeasureId,
    /// The kind of measure.
    #[schema(inline)]
    pub kind: MeasureKind,
    /// In words.
    pub description: String,
    /// Code of the product hospital that carries it out.
    pub hospital: Option<String>,
    /// Who else carries it out.
    pub carried_by: Option<String>,
    /// Its first day, as it is planned.
    pub starts_on: NaiveDate,
    /// Its last day, as it is planned.
    pub ends_on: NaiveDate,
    /// Its state.
    #[schema(inline)]
    pub state: MeasureState,
    /// The day on which it began.
    pub begun_on: Option<NaiveDate>,
    /// The day on which it was done.
    pub done_on: Option<NaiveDate>,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<MeasureStep>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = support_measure, check_for_backend(Pg))]
struct MeasureRow {
    id: MeasureId,
    kind: MeasureKind,
    description: String,
    hospital: Option<String>,
    carried_by: Option<String>,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    state: MeasureState,
    begun_on: Option<NaiveDate>,
    done_on: Option<NaiveDate>,
    reason: Option<String>,
}

/// The measures of a programme, by their first day.
///
/// # Errors
/// When the database can't be asked.
pub fn measures(conn: &mut PgConnection, id: ProgrammeId) -> Result<Vec<SupportMeasure>, Problem> {
    use support_measure as m;
    let rows: Vec<MeasureRow> = m::table
        .filter(m::programme_id.eq(id))
        .order((m::starts_on, m::id))
        .select(MeasureRow::as_select())
        .load(conn)?;
    let measure = |row: MeasureRow| SupportMeasure {
        allowed: MeasureStep::ALL
            .iter()
            .copied()
            .filter(|step| transition(row.state, *step).is_ok())
            .collect(),
        id: row.id,
        kind: row.kind,
        description: row.description,
        hospital: row.hospital,
        carried_by: row.carried_by,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        state: row.state,
        begun_on: row.begun_on,
        done_on: row.done_on,
        reason: row.reason,
    };
    Ok(rows.into_iter().map(measure).collect())
}

/// A cost, or a fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = support_amount, check_for_backend(Pg))]
pub struct SupportAmount {
    /// Id of the amount.
    pub id: AmountId,
    /// Whether it is a cost or a fee.
    #[schema(inline)]
    pub kind: AmountKind,
    /// What the money is for.
    pub description: String,
    /// In fen.
    pub amount_fen: i64,
    /// The day on which it was spent or is taken from.
    pub on_day: NaiveDate,
    /// Of a fee: code of the product hospital that takes it.
    pub hospital: Option<String>,
    /// Of a fee: who pays.
    #[schema(inline)]
    pub paid_by: Option<PaidBy>,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
    /// When it was reversed; absent where it stands.
    pub reversed_at: Option<DateTime<Utc>>,
    /// Why it was reversed.
    pub reverse_reason: Option<String>,
}

/// The amounts of a programme, in the order in which they were entered.
///
/// # Errors
/// When the database can't be asked.
pub fn amounts(conn: &mut PgConnection, id: ProgrammeId) -> Result<Vec<SupportAmount>, Problem> {
    use support_amount as a;
    Ok(a::table.filter(a::programme_id.eq(id)).order(a::id).select(SupportAmount::as_select()).load(conn)?)
}

/// An evaluation, as it was made.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SupportEvaluation {
    /// Its number, from 1.
    pub ordinal: i32,
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last one, as of whose end it was evaluated.
    pub day: NaiveDate,
    /// The verdict on the target.
    #[schema(inline)]
    pub verdict: Verdict,
    /// The target that it was held against, in percent.
    pub target_percent: f64,
    /// By how many results it is judged at least.
    pub target_samples: i32,
    /// The frozen baseline.
    pub before: Rate,
    /// The rate after.
    pub after: Rate,
    /// That of the rest of the province before.
    pub rest_before: Rate,
    /// That of the rest of the province after.
    pub rest_after: Rate,
    /// `after` − `before`.
    pub change: Option<Change>,
    /// The same of the rest.
    pub rest_change: Option<Change>,
    /// `change` − `rest_change` (difference in differences).
    pub did: Option<Change>,
    /// Enterprises that had recovered since the approval.
    pub recovered: i64,
    /// Public costs until then, in fen.
    pub cost_fen: i64,
    /// `cost_fen` ÷ `recovered`; absent where nobody had recovered.
    pub cost_per_recovered_fen: Option<i64>,
    /// A remark.
    pub note: Option<String>,
    /// Who evaluated.
    pub by: String,
    /// When it was evaluated.
    pub at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = support_evaluation, check_for_backend(Pg))]
struct EvaluationRow {
    ordinal: i32,
    from_day: NaiveDate,
    day: NaiveDate,
    nonconforming: i64,
    tested: i64,
    rest_nonconforming: i64,
    rest_tested: i64,
    target_hundredths: i32,
    target_samples: i32,
    verdict: Verdict,
    recovered: i64,
    cost_fen: i64,
    note: Option<String>,
    evaluated_by: AccountId,
    evaluated_at: DateTime<Utc>,
}

/// The evaluations of a programme, the last one first.
///
/// # Errors
/// When the database can't be asked.
pub fn evaluations(
    conn: &mut PgConnection,
    id: ProgrammeId,
    frozen: Option<&Frozen>,
) -> Result<Vec<SupportEvaluation>, Problem> {
    use support_evaluation as e;
    let Some(frozen) = frozen else { return Ok(Vec::new()) };
    let rows: Vec<EvaluationRow> = e::table
        .filter(e::programme_id.eq(id))
        .order(e::ordinal.desc())
        .limit(100)
        .select(EvaluationRow::as_select())
        .load(conn)?;
    let people: Vec<AccountId> = rows.iter().map(|row| row.evaluated_by).collect();
    let people = names(conn, &people)?;
    let (before, rest_before) = (frozen.count(), frozen.rest());
    let evaluation = |row: EvaluationRow| {
        let after = Count { failed: row.nonconforming, tested: row.tested };
        let rest_after = Count { failed: row.rest_nonconforming, tested: row.rest_tested };
        SupportEvaluation {
            ordinal: row.ordinal,
            from: row.from_day,
            day: row.day,
            verdict: row.verdict,
            target_percent: percent_of(row.target_hundredths),
            target_samples: row.target_samples,
            before: before.into(),
            after: after.into(),
            rest_before: rest_before.into(),
            rest_after: rest_after.into(),
            change: change(before, after).map(Change::from),
            rest_change: change(rest_before, rest_after).map(Change::from),
            did: difference_in_differences((before, after), (rest_before, rest_after)).map(Change::from),
            recovered: row.recovered,
            cost_fen: row.cost_fen,
            cost_per_recovered_fen: per(row.cost_fen, row.recovered),
            note: row.note,
            by: people.get(&row.evaluated_by).cloned().unwrap_or_default(),
            at: row.evaluated_at,
        }
    };
    Ok(rows.into_iter().map(evaluation).collect())
}

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
