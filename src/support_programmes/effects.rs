//! Whether a programme helped: the rate month by month beside the rest of the province, against the frozen baseline and the target; who recovered, and at what cost.

use crate::core::Problem;
use crate::core::clock::shanghai_day_end;
use crate::db::schema::support_baseline;
use crate::programmes::ids::{LaboratoryId, ProgrammeId};
use crate::recovery::settings::RecoverySettings;
use crate::sampling_figures::effect::{Beside, Effect, Results, results};
use crate::sampling_figures::intervals::{Change, Count, Rate, change, difference_in_differences};
use crate::settings::Settings;
use crate::support_programmes::store::{ScopeRows, own_laboratories};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use serde_json::Value;

/// The most months of a curve.
const MOST_MONTHS: u32 = 48;

/// What was frozen with the approval.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = support_baseline, check_for_backend(Pg))]
pub struct Frozen {
    /// The day of the approval.
    pub day: NaiveDate,
    /// The first day that counts.
    pub from_day: NaiveDate,
    /// Nonconforming results.
    pub nonconforming: i64,
    /// Results.
    pub tested: i64,
    /// Those of the rest of the province.
    pub rest_nonconforming: i64,
    /// Those of the rest of the province.
    pub rest_tested: i64,
    /// The results with which those of the scope are compared.
    pub beside: Beside,
    /// Codes of the regions.
    pub regions: Vec<String>,
    /// Codes of the product kinds.
    pub kinds: Vec<String>,
    /// Code of the province.
    pub province: String,
    /// The laboratories of the lead hospital, whose results do not count.
    pub own_laboratories: Vec<LaboratoryId>,
    /// How many results of them were left out.
    pub left_out: i64,
    /// The diagnosis.
    pub diagnosis: Value,
    /// The programmes that claimed the same enterprises.
    pub claimed_by: Value,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
}

impl Frozen {
    /// The results before.
    pub fn count(&self) -> Count {
        Count { failed: self.nonconforming, tested: self.tested }
    }

    /// Those of the rest of the province.
    pub fn rest(&self) -> Count {
        Count { failed: self.rest_nonconforming, tested: self.rest_tested }
    }

    /// The scope as it was.
    pub fn scope(&self) -> ScopeRows {
        ScopeRows {
            regions: self.regions.clone(),
            kinds: self.kinds.clone(),
            province: self.province.clone(),
            own_laboratories: self.own_laboratories.clone(),
        }
    }

    /// The scope by which days after the approval are counted: also without laboratories that belong to the lead hospital since, as far as that was
    /// known by the end of a day.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn scope_on(
        &self,
        conn: &mut PgConnection,
        id: ProgrammeId,
        day: NaiveDate,
    ) -> Result<ScopeRows, Problem> {
        let mut scope = self.scope();
        scope.own_laboratories.extend(own_laboratories(conn, id, shanghai_day_end(day))?);
        scope.own_laboratories.sort_unstable();
        scope.own_laboratories.dedup();
        Ok(scope)
    }
}

/// How many results of a scope are left out because a laboratory of the lead hospital tested them, from a day to before another one.
///
/// # Errors
/// When the database can't be asked.
pub fn left_out(
    conn: &mut PgConnection,
    scope: &ScopeRows,
    (from, before): (NaiveDate, NaiveDate),
    (as_of, now): (NaiveDate, DateTime<Utc>),
) -> Result<i64, Problem> {
    if scope.own_laboratories.is_empty() {
        return Ok(0);
    }
    let counted = scope.with(|scope| results(conn, scope, (from, before), as_of, now))?;
    let all = scope.with_own().with(|scope| results(conn, scope, (from, before), as_of, now))?;
    Ok(all.count(true, from, before).tested - counted.count(true, from, before).tested)
}

/// The baseline of a programme, with the filter by which it was counted.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = SupportBaseline)]
pub struct Baseline {
    /// Whether it is frozen; else it is what it would be if the programme were approved today.
    pub frozen: bool,
    /// The day of the approval. Counted is what was sampled before it, as it was known then.
    pub day: NaiveDate,
    /// The first day that counts.
    pub from: NaiveDate,
    /// The rate of the scope.
    pub rate: Rate,
    /// That of the rest of the province.
    pub rest: Rate,
    /// The results with which those of the scope are compared.
    #[schema(inline)]
    pub beside: Beside,
    /// The method of the inspections that count: `sampling`. Follow-ups, re-inspections and risk monitoring do not.
    pub method: &'static str,
    /// Which results count: `final`.
    pub results: &'static str,
    /// How many laboratories belong to the lead hospital; their results do not count for its own programme.
    pub own_laboratories: usize,
    /// How many results of theirs in the scope are left out.
    pub left_out: i64,
    /// Codes of the regions.
    pub regions: Vec<String>,
    /// Codes of the product kinds; none where all of them count.
    pub kinds: Vec<String>,
}

fn baseline(frozen: bool, of: &Frozen) -> Baseline {
    Baseline {
        frozen,
        day: of.day,
        from: of.from_day,
        rate: of.count().into(),
        rest: of.rest().into(),
        beside: of.beside,
        method: "sampling",
        results: "final",
        own_laboratories: of.own_laboratories.len(),
        left_out: of.left_out,
        regions: of.regions.clone(),
        kinds: of.kinds.clone(),
    }
}

impl From<&Frozen> for Baseline {
    fn from(of: &Frozen) -> Self {
        baseline(true, of)
    }
}

/// What was frozen with the approval of a programme.
///
/// # Errors
/// When the database can't be asked.
pub fn frozen(conn: &mut PgConnection, id: ProgrammeId) -> Result<Option<Frozen>, Problem> {
    Ok(support_baseline::table.find(id).select(Frozen::as_select()).first(conn).optional()?)
}

/// What would be frozen on a day: what was sampled in so many months before it, as it is known now. Without diagnosis.
///
/// # Errors
/// When the database can't be asked.
pub fn counted(
    conn: &mut PgConnection,
    scope: &ScopeRows,
    (day, months): (NaiveDate, i32),
    now: DateTime<Utc>,
) -> Result<Frozen, Problem> {
    let months = u32::try_from(months).unwrap_or(1).max(1);
    let from_day = day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let found = scope.with(|scope| results(conn, scope, (from_day, day), day, now))?;
    let (own, rest) = (found.count(true, from_day, day), found.count(false, from_day, day));
    let left_out = left_out(conn, scope, (from_day, day), (day, now))?;
    Ok(Frozen {
        day,
        from_day,
        nonconforming: own.failed,
        tested: own.tested,
        rest_nonconforming: rest.failed,
        rest_tested: rest.tested,
        beside: found.beside,
        regions: scope.regions.clone(),
        kinds: scope.kinds.clone(),
        province: scope.province.clone(),
        own_laboratories: scope.own_laboratories.clone(),
        left_out,
        diagnosis: Value::Null,
        claimed_by: Value::Null,
        frozen_at: now,
    })
}

/// The same as a baseline that is not frozen.
pub fn not_frozen(of: &Frozen) -> Baseline {
    baseline(false, of)
}

/// The rates from the frozen baseline to a time after it, counted by a scope, beside the rest of the province.
///
/// # Errors
/// When the database can't be asked.
pub fn effect(
    conn: &mut PgConnection,
    (frozen, scope): (&Frozen, &ScopeRows),
    (from, day): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<(Effect, Count, Count), Problem> {
    let end = day.succ_opt().unwrap_or(day);
    let found = scope.with(|scope| results(conn, scope, (from, end.max(from)), day, now))?;
    let (after, rest_after) = (found.count(true, from, end), found.count(false, from, end));
    let (before, rest_before) = (frozen.count(), frozen.rest());
    let effect = Effect {
        from: frozen.from_day,
        day: from,
        until: day,
        as_of: day,
        beside: frozen.beside,
        before: before.into(),
        after: after.into(),
        rest_before: rest_before.into(),
        rest_after: rest_after.into(),
        change: change(before, after).map(Change::from),
        rest_change: change(rest_before, rest_after).map(Change::from),
        did: difference_in_differences((before, after), (rest_before, rest_after)).map(Change::from),
    };
    Ok((effect, after, rest_after))
}

/// The rates of a month.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = SupportMonth)]
pub struct Month {
    /// As `2026-05`.
    pub month: String,
    /// The rate of the scope.
    pub rate: Rate,
    /// That of the rest of the province.
    pub rest: Rate,
}

/// The first day of a month.
fn first(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The rates month by month, from the month of a day to that of another one; the last 48 months of it.
///
/// # Errors
/// When the database can't be asked.
pub fn months(
    conn: &mut PgConnection,
    scope: &ScopeRows,
    (from, day): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Vec<Month>, Problem> {
    let last = first(day);
    let earliest = last.checked_sub_months(Months::new(MOST_MONTHS - 1)).unwrap_or(last);
    let begin = first(from).max(earliest);
    let end = day.succ_opt().unwrap_or(day);
    let found: Results = scope.with(|scope| results(conn, scope, (begin, end), day, now))?;
    let mut all = Vec::new();
    let mut month = begin;
    while month <= last {
        let Some(next) = month.checked_add_months(Months::new(1)) else { break };
        all.push(Month {
            month: month.format("%Y-%m").to_string(),
            rate: found.count(true, month, next).into(),
            rest: found.count(false, month, next).into(),
        });
        month = next;
    }
    Ok(all)
}

/// Who recovered since the approval, and what had been spent, by the end of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = SupportOutcome)]
pub struct Outcome {
    /// Enterprises of the scope that recovered since the approval.
    pub recovered: i64,
    /// Enterprises of the scope that relapsed since the approval.
    pub relapsed: i64,
    /// What it cost the public, in fen.
    pub cost_fen: i64,
    /// `cost_fen` ÷ `recovered`, rounded half up; null where nobody recovered.
    pub cost_per_recovered_fen: Option<i64>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Recovered {
    #[diesel(sql_type = BigInt)]
    recovered: i64,
    #[diesel(sql_type = BigInt)]
    relapsed: i64,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Spent {
    #[diesel(sql_type = BigInt)]
    fen: i64,
}

const SPENT: &str = "
    SELECT coalesce(sum(a.amount_fen), 0)::bigint AS fen FROM support_amount a
    WHERE a.programme_id = $1 AND a.kind = 'cost' AND a.on_day <= $2 AND a.entered_at < $3 AND (a.reversed_at IS NULL OR a.reversed_at >= $3)";

/// An amount shared out, rounded half up; none among nobody.
pub fn per(fen: i64, among: i64) -> Option<i64> {
    if among <= 0 {
        return None;
    }
    let share = (i128::from(fen) * 2 + i128::from(among)).div_euclid(i128::from(among) * 2);
    i64::try_from(share).ok()
}

/// Who recovered since a day, and what had been spent by the end of another one.
///
/// # Errors
/// When the database can't be asked.
pub fn outcome(
    conn: &mut PgConnection,
    settings: &Settings,
    (id, scope): (ProgrammeId, &ScopeRows),
    (since, day): (NaiveDate, NaiveDate),
) -> Result<Outcome, Problem> {
    let (moment, rules) = (shanghai_day_end(day), settings.section::<RecoverySettings>().rules_on(day)?);
    let found: Recovered = diesel::sql_query("SELECT * FROM support_recovered($1, $2, $3, $4, $5, $6)")
        .bind::<Array<Text>, _>(&scope.regions)
        .bind::<Array<Text>, _>(&scope.kinds)
        .bind::<Date, _>(since)
        .bind::<Date, _>(day)
        .bind::<Timestamptz, _>(moment)
        .bind::<Integer, _>(rules.window_months)
        .get_result(conn)?;
    let spent: Spent = diesel::sql_query(SPENT)
        .bind::<SqlUuid, _>(id)
        .bind::<Date, _>(day)
        .bind::<Timestamptz, _>(moment)
        .get_result(conn)?;
    Ok(Outcome {
        recovered: found.recovered,
        relapsed: found.relapsed,
        cost_fen: spent.fen,
        cost_per_recovered_fen: per(spent.fen, found.recovered),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_shared_out_to_the_fen() {
        for (fen, among, each) in
            [(1_000, 3, Some(333)), (1_001, 2, Some(501)), (5, 2, Some(3)), (0, 4, Some(0)), (100, 0, None)]
        {
            assert_eq!(per(fen, among), each, "{fen} among {among}");
        }
    }
}
