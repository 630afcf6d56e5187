//! A plan's rows: the plan itself under its lock, its lines, its pairs.

use crate::core::Problem;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::schema::{matching_plan as plans, matching_plan_line as line, matching_plan_pairs as stored};
use crate::db::tx::{Subject, Tx};
use crate::plans::ids::PlanId;
use crate::plans::pairs::{Micros, Pairs};
use crate::plans::policy::{permit, sees};
use crate::plans::snapshot::{Scope, Snapshot};
use crate::plans::state::PlanState;
use crate::plans::vocabulary::{CapacityBasis, Change, PresentBy, Unserved};
use crate::zero_out::ids::ImportId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Uuid};
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
        }
    }

    pub fn subject(&self) -> Subject<'_> {
        Subject::new("matching_plan", self.id.0).in_region(&self.region)
    }
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
