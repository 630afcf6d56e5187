//! What was entered for a support programme: measures, amounts, evaluations.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::schema::{support_amount, support_evaluation, support_measure};
use crate::programmes::ids::ProgrammeId;
use crate::sampling_figures::intervals::{Change, Count, Rate, Verdict, change, difference_in_differences};
use crate::support_programmes::effects::{Frozen, per};
use crate::support_programmes::ids::{AmountId, MeasureId};
use crate::support_programmes::queries::percent_of;
use crate::support_programmes::state::{
    AmountKind, MeasureKind, MeasureState, MeasureStep, PaidBy, transition,
};
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
