//! A plan's rows: the plan itself under its lock, its lines, its pairs.

use crate::core::Problem;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::schema::{matching_plan as plans, matching_plan_line as line, matching_plan_pairs as stored};
use crate::db::tx::{Subject, Tx};
use crate::plans::figures::Figures;
use crate::plans::ids::PlanId;
use crate::plans::pairs::{Micros, Pairs};
use crate::plans::policy::{permit, sees};
use crate::plans::snapshot::{Scope, Snapshot};
use crate::plans::state::PlanState;
use crate::plans::vocabulary::{CapacityBasis, Change, PresentBy, Unserved};
use crate::zero_out::ids::ImportId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid};
use serde_json::Value;

/// Enterprises whose pairs are in one row.
pub const PART: usize = 256;

/// A plan as commands need it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = plans, check_for_backend(diesel::pg::Pg))]
pub struct PlanRow {
    pub id: PlanId,
    pub region: String,
    pub product_class: Option<String>,
    pub import_id: Option<ImportId>,
    pub rounds: i32,
    pub capacity_basis: CapacityBasis,
    pub least_score: Option<Micros>,
    pub state: PlanState,
    pub attempts: i32,
    pub computed_at: Option<DateTime<Utc>>,
}

impl PlanRow {
    pub fn scope(&self) -> Scope {
        Scope {
            region: self.region.clone(),
            class: self.product_class.clone(),
            import: self.import_id,
            rounds: u32::try_from(self.rounds).unwrap_or(1),
            capacity_basis: self.capacity_basis,
            least_score: self.least_score,
        }
    }

    pub fn subject(&self) -> Subject<'_> {
        Subject::new("matching_plan", self.id.0).in_region(&self.region)
    }
}

/// The plan as it is now.
///
/// # Errors
/// 404 where there is none.
pub fn row(conn: &mut PgConnection, id: PlanId) -> Result<PlanRow, Problem> {
    Ok(plans::table.find(id).select(PlanRow::as_select()).first(conn)?)
}

/// The plan, locked until the transaction ends.
pub fn lock(conn: &mut PgConnection, id: PlanId) -> Result<PlanRow, Problem> {
    Ok(plans::table.find(id).for_update().select(PlanRow::as_select()).first(conn)?)
}

/// The same for an admin, who must be one of its region or of one above.
pub fn lock_for(tx: &mut Tx, id: PlanId) -> Result<PlanRow, Problem> {
    permit(&tx.actor)?;
    let row = lock(&mut tx.conn, id)?;
    if sees(&tx.actor, &row.region, &tx.catalogue) { Ok(row) } else { Err(Problem::not_found()) }
}

/// Takes an advisory lock for the rest of the transaction, waiting for it.
pub fn wait_lock(conn: &mut PgConnection, key: i64) -> Result<(), Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(key).execute(conn)?;
    Ok(())
}

/// The stored snapshot of a plan.
pub fn snapshot(conn: &mut PgConnection, id: PlanId) -> Result<Snapshot, Problem> {
    let bytes: Option<Vec<u8>> = plans::table.find(id).select(plans::snapshot).first(conn)?;
    Ok(serde_json::from_slice(&bytes.ok_or_else(|| Problem::internal("a plan without its snapshot"))?)?)
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub enterprise: EnterpriseId,
    pub expert: Option<(ExpertId, Micros)>,
    pub nobody: Option<(Unserved, Option<Value>)>,
    pub present: Option<(ExpertId, PresentBy)>,
    pub change: Change,
}

/// Writes the lines, in one statement.
pub fn insert_lines(conn: &mut PgConnection, id: PlanId, lines: &[Line]) -> Result<(), Problem> {
    let each = |f: fn(&Line) -> Option<ExpertId>| lines.iter().map(f).collect::<Vec<_>>();
    let words = |f: fn(&Line) -> Option<&'static str>| lines.iter().map(f).collect::<Vec<_>>();
    let excluded: Vec<Option<&Value>> =
        lines.iter().map(|l| l.nobody.as_ref().and_then(|(_, rules)| rules.as_ref())).collect();
    diesel::sql_query(
        "INSERT INTO matching_plan_line (plan_id, enterprise_id, expert_id, score, reason, excluded,
                                         present_expert, present_by, change)
         SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind::<Uuid, _>(id)
    .bind::<Array<Uuid>, _>(lines.iter().map(|l| l.enterprise).collect::<Vec<_>>())
    .bind::<Array<Nullable<Uuid>>, _>(each(|l| l.expert.map(|(expert, _)| expert)))
    .bind::<Array<Nullable<Integer>>, _>(lines.iter().map(|l| l.expert.map(|(_, s)| s)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(words(|l| l.nobody.as_ref().map(|(reason, _)| reason.as_str())))
    .bind::<Array<Nullable<Jsonb>>, _>(excluded)
    .bind::<Array<Nullable<Uuid>>, _>(each(|l| l.present.map(|(expert, _)| expert)))
    .bind::<Array<Nullable<Text>>, _>(words(|l| l.present.map(|(_, by)| by.as_str())))
    .bind::<Array<Text>, _>(lines.iter().map(|l| l.change.as_str()).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(())
}

/// Changes the line of an enterprise by hand, and keeps beside it what had been computed, by whom it was changed and why. A line that is
/// as it was computed is marked no more. The plan is locked by then.
pub fn change_line(
    tx: &mut Tx,
    plan: PlanId,
    enterprise: EnterpriseId,
    pair: Option<(ExpertId, Micros)>,
    change: Change,
    reason: &str,
) -> Result<(), Problem> {
    diesel::sql_query(
        "INSERT INTO matching_plan_by_hand (plan_id, enterprise_id, computed_expert, computed_score, computed_reason,
                                            computed_excluded, reason, changed_by, changed_at)
         SELECT plan_id, enterprise_id, expert_id, score, reason, excluded, $3, $4, $5
         FROM matching_plan_line WHERE plan_id = $1 AND enterprise_id = $2
         ON CONFLICT (plan_id, enterprise_id) DO UPDATE
         SET reason = excluded.reason, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
    )
    .bind::<Uuid, _>(plan)
    .bind::<Uuid, _>(enterprise)
    .bind::<Text, _>(reason)
    .bind::<Nullable<Uuid>, _>(tx.actor.account())
    .bind::<Timestamptz, _>(tx.now)
    .execute(&mut *tx.conn)?;
    diesel::sql_query(
        "UPDATE matching_plan_line SET expert_id = $3, score = $4, change = $5, excluded = NULL,
                reason = CASE WHEN $3 IS NULL THEN 'by_hand' END
         WHERE plan_id = $1 AND enterprise_id = $2",
    )
    .bind::<Uuid, _>(plan)
    .bind::<Uuid, _>(enterprise)
    .bind::<Nullable<Uuid>, _>(pair.map(|(expert, _)| expert))
    .bind::<Nullable<Integer>, _>(pair.map(|(_, score)| score))
    .bind::<Text, _>(change.as_str())
    .execute(&mut *tx.conn)?;
    // What is as it was computed has the reason that was computed as well.
    diesel::sql_query(
        "WITH back AS (
            DELETE FROM matching_plan_by_hand h USING matching_plan_line l
            WHERE h.plan_id = $1 AND h.enterprise_id = $2 AND l.plan_id = h.plan_id AND l.enterprise_id = h.enterprise_id
              AND l.expert_id IS NOT DISTINCT FROM h.computed_expert
            RETURNING h.computed_reason, h.computed_excluded
         )
         UPDATE matching_plan_line SET reason = back.computed_reason, excluded = back.computed_excluded FROM back
         WHERE plan_id = $1 AND enterprise_id = $2",
    )
    .bind::<Uuid, _>(plan)
    .bind::<Uuid, _>(enterprise)
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// The figures of a plan that is computed.
///
/// # Errors
/// When the database can't be asked, or the plan has none.
pub fn figures(conn: &mut PgConnection, id: PlanId) -> Result<Figures, Problem> {
    let stored: Option<Value> = plans::table.find(id).select(plans::figures).first(conn)?;
    let stored = stored.ok_or_else(|| Problem::internal("a computed plan without figures"))?;
    Ok(serde_json::from_value(stored)?)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct LineCounts {
    #[diesel(sql_type = BigInt)]
    assigned: i64,
    #[diesel(sql_type = BigInt)]
    unserved: i64,
    #[diesel(sql_type = BigInt)]
    below_least: i64,
    #[diesel(sql_type = BigInt)]
    added: i64,
    #[diesel(sql_type = BigInt)]
    changed: i64,
    #[diesel(sql_type = BigInt)]
    unchanged: i64,
    #[diesel(sql_type = BigInt)]
    removed: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    by_hand: i64,
    #[diesel(sql_type = BigInt)]
    by_hand_micros: i64,
}

/// The figures of a plan that is computed, with its lines counted as they are now.
///
/// # Errors
/// As [`figures`].
pub fn recount(conn: &mut PgConnection, id: PlanId) -> Result<Figures, Problem> {
    let mut figures = figures(conn, id)?;
    count_lines(conn, id, &mut figures)?;
    Ok(figures)
}

/// Counts the lines of a plan as they are now into its figures.
///
/// # Errors
/// When the database can't be asked.
pub fn count_lines(conn: &mut PgConnection, plan: PlanId, figures: &mut Figures) -> Result<(), Problem> {
    let now: LineCounts = diesel::sql_query(
        "SELECT count(l.expert_id) AS assigned, count(*) FILTER (WHERE l.expert_id IS NULL) AS unserved,
                count(*) FILTER (WHERE l.reason = 'least_score') AS below_least,
                count(*) FILTER (WHERE l.change = 'added') AS added,
                count(*) FILTER (WHERE l.change = 'changed') AS changed,
                count(*) FILTER (WHERE l.change = 'unchanged') AS unchanged,
                count(*) FILTER (WHERE l.change = 'removed') AS removed,
                coalesce(sum(l.score), 0)::bigint AS total,
                count(h.plan_id) AS by_hand,
                coalesce(sum(coalesce(l.score, 0) - coalesce(h.computed_score, 0))
                         FILTER (WHERE h.plan_id IS NOT NULL), 0)::bigint AS by_hand_micros
         FROM matching_plan_line l
         LEFT JOIN matching_plan_by_hand h ON h.plan_id = l.plan_id AND h.enterprise_id = l.enterprise_id
         WHERE l.plan_id = $1",
    )
    .bind::<Uuid, _>(plan)
    .get_result(conn)?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    figures.assigned = count(now.assigned);
    figures.unserved = count(now.unserved);
    figures.below_least = count(now.below_least);
    figures.added = count(now.added);
    figures.changed = count(now.changed);
    figures.unchanged = count(now.unchanged);
    figures.removed = count(now.removed);
    figures.total_micros = now.total;
    figures.by_hand = count(now.by_hand);
    figures.by_hand_micros = now.by_hand_micros;
    Ok(())
}

/// The enterprises of a plan that get an expert, each with it, and those that get nobody.
pub type SplitLines = (Vec<(EnterpriseId, ExpertId)>, Vec<EnterpriseId>);

/// Splits the lines of a plan by whether the enterprise gets an expert; both in the order of the enterprises.
pub fn split_lines(conn: &mut PgConnection, id: PlanId) -> Result<SplitLines, Problem> {
    let rows: Vec<(EnterpriseId, Option<ExpertId>)> = line::table
        .filter(line::plan_id.eq(id))
        .order(line::enterprise_id)
        .select((line::enterprise_id, line::expert_id))
        .load(conn)?;
    let (mut served, mut unserved) = (Vec::new(), Vec::new());
    for (enterprise, expert) in rows {
        match expert {
            Some(expert) => served.push((enterprise, expert)),
            None => unserved.push(enterprise),
        }
    }
    Ok((served, unserved))
}

/// Writes the pairs.
pub fn insert_pairs(conn: &mut PgConnection, id: PlanId, pairs: &Pairs) -> Result<(), Problem> {
    for (part, first) in (0..).zip((0..pairs.enterprises()).step_by(PART)) {
        let mut data = Vec::new();
        for enterprise in first..(first + PART).min(pairs.enterprises()) {
            pack(pairs, enterprise, &mut data);
        }
        diesel::insert_into(stored::table)
            .values((stored::plan_id.eq(id), stored::part.eq::<i32>(part), stored::data.eq(data)))
            .execute(conn)?;
    }
    Ok(())
}

/// The experts of one enterprise, rising, with the scores.
pub type Unpacked = Vec<(u32, Micros)>;

/// The pairs of the enterprises of one part, in their order; none where there is no such part.
pub fn read_part(conn: &mut PgConnection, id: PlanId, part: i32) -> Result<Option<Vec<Unpacked>>, Problem> {
    let data: Option<Vec<u8>> = stored::table.find((id, part)).select(stored::data).first(conn).optional()?;
    data.map(|data| unpack(&data).ok_or_else(|| Problem::internal("a plan's pairs can't be read")))
        .transpose()
}

/// The pairs of the enterprise of this number.
///
/// # Errors
/// When the database can't be asked.
pub fn read_row(conn: &mut PgConnection, id: PlanId, number: usize) -> Result<Unpacked, Problem> {
    let part = i32::try_from(number / PART).unwrap_or(i32::MAX);
    let rows = read_part(conn, id, part)?.unwrap_or_default();
    Ok(rows.into_iter().nth(number % PART).unwrap_or_default())
}

/// How many pairs, then each as the step from the expert before and the score: LEB128 numbers.
fn pack(pairs: &Pairs, enterprise: usize, data: &mut Vec<u8>) {
    let row = pairs.of(enterprise).iter();
    put(data, u32::try_from(row.len()).unwrap_or(u32::MAX));
    let mut last = 0;
    for (expert, score) in row {
        put(data, expert - last);
        put(data, u32::try_from(score).unwrap_or(0));
        last = expert;
    }
}

fn unpack(mut data: &[u8]) -> Option<Vec<Unpacked>> {
    let mut rows = Vec::with_capacity(PART);
    while !data.is_empty() {
        let count = take(&mut data)?;
        let (mut row, mut last) = (Vec::new(), 0_u32);
        for _ in 0..count {
            last = last.checked_add(take(&mut data)?)?;
            row.push((last, Micros::try_from(take(&mut data)?).ok()?));
        }
        rows.push(row);
    }
    Some(rows)
}

fn put(data: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        data.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    data.push((number & 0x7f) as u8);
}

fn take(data: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = data.split_first()?;
        *data = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packing_round_trips(rows in proptest::collection::vec(
            proptest::collection::btree_map(0u32..50_000, 0i32..(1 << 28), 0..20), 0..6)
        ) {
            let mut pairs = Pairs::new(vec![1; 50_000]);
            let rows: Vec<Vec<_>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            let mut data = Vec::new();
            for (number, row) in rows.iter().enumerate() {
                pairs.push(row.iter().copied());
                pack(&pairs, number, &mut data);
            }
            prop_assert_eq!(unpack(&data), Some(rows));
        }

        #[test]
        fn no_bytes_panic(data in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = unpack(&data);
        }
    }
}
