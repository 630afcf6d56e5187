//! Which expert is assigned to which enterprise for the rounds, by the plans that were applied: the assigned expert is asked first when the
//! enterprise opens a consultation.

use crate::core::Problem;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::Tx;
use crate::db::schema::matching_assignment as assignments;
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid};

/// The expert whom the latest applied plan assigned to an enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn assigned_expert(
    conn: &mut PgConnection,
    enterprise: EnterpriseId,
) -> Result<Option<ExpertId>, Problem> {
    Ok(assignments::table.find(enterprise).select(assignments::expert_id).first(conn).optional()?)
}

/// Assigns to each of these enterprises the expert beside it, instead of the one whom it had. Returns how many were assigned.
/// Locks the rows in the order given.
///
/// # Errors
/// When the database refuses.
pub fn assign(tx: &mut Tx, plan: uuid::Uuid, pairs: &[(EnterpriseId, ExpertId)]) -> Result<usize, Problem> {
    let (enterprises, experts): (Vec<EnterpriseId>, Vec<ExpertId>) = pairs.iter().copied().unzip();
    let assigned = diesel::sql_query(
        "INSERT INTO matching_assignment (enterprise_id, expert_id, plan_id, assigned_at)
         SELECT p.enterprise_id, p.expert_id, $3, $4 FROM unnest($1, $2) AS p (enterprise_id, expert_id)
         ON CONFLICT (enterprise_id) DO UPDATE
         SET expert_id = excluded.expert_id, plan_id = excluded.plan_id, assigned_at = excluded.assigned_at",
    )
    .bind::<Array<Uuid>, _>(enterprises)
    .bind::<Array<Uuid>, _>(experts)
    .bind::<Uuid, _>(plan)
    .bind::<Timestamptz, _>(tx.now)
    .execute(&mut *tx.conn)?;
    Ok(assigned)
}

/// Ends the assignments of these enterprises. Returns how many had one.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &mut Tx, enterprises: &[EnterpriseId]) -> Result<usize, Problem> {
    let ended = diesel::delete(assignments::table.filter(assignments::enterprise_id.eq_any(enterprises)));
    Ok(ended.execute(&mut *tx.conn)?)
}

/// How many enterprises are assigned to an expert.
///
/// # Errors
/// When the database can't be asked.
pub fn count_of(conn: &mut PgConnection, expert: ExpertId) -> Result<i64, Problem> {
    Ok(assignments::table.filter(assignments::expert_id.eq(expert)).count().get_result(conn)?)
}

/// Assigns the enterprises of one expert to another, or ends their assignments. Returns how many there were.
///
/// # Errors
/// When the database refuses.
pub fn hand_over(tx: &mut Tx, from: ExpertId, to: Option<ExpertId>) -> Result<usize, Problem> {
    let of = assignments::table.filter(assignments::expert_id.eq(from));
    Ok(match to {
        Some(to) => diesel::update(of)
            .set((assignments::expert_id.eq(to), assignments::assigned_at.eq(tx.now)))
            .execute(&mut *tx.conn)?,
        None => diesel::delete(of).execute(&mut *tx.conn)?,
    })
}
