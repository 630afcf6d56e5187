//! Enterprises that refuse an expert: the expert is excluded from their consultations.

use crate::core::Problem;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::db::Tx;
use crate::db::published::account;
use crate::db::schema::{expert, expert_refusal};
use crate::experts::vocabulary::Vetting;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// An expert whom an enterprise refuses.
#[derive(Debug, Clone, Queryable)]
pub struct RefusedExpert {
    /// The expert.
    pub id: ExpertId,
    /// The name.
    pub name: String,
    /// The professional title.
    pub title: String,
    /// The reason that the enterprise gave.
    pub reason: String,
    /// Who of the enterprise said so.
    pub by: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The experts whom an enterprise refuses, the latest first.
///
/// # Errors
/// When the database can't be asked.
pub fn of_enterprise(
    conn: &mut PgConnection,
    enterprise: EnterpriseId,
    most: i64,
) -> Result<Vec<RefusedExpert>, Problem> {
    use expert_refusal as r;
    Ok(r::table
        .inner_join(expert::table.on(expert::id.eq(r::expert_id)))
        .inner_join(account::table.on(account::id.eq(r::created_by)))
        .filter(r::enterprise_id.eq(enterprise))
        .order((r::created_at.desc(), r::expert_id))
        .limit(most)
        .select((r::expert_id, expert::name, expert::title, r::reason, account::name, r::created_at))
        .load(conn)?)
}

/// Whether there is an approved expert of this id.
///
/// # Errors
/// When the database can't be asked.
pub fn is_approved(tx: &mut Tx, id: ExpertId) -> Result<bool, Problem> {
    let known = expert::table.find(id).filter(expert::vetting.eq(Vetting::Approved)).count();
    Ok(known.get_result::<i64>(&mut *tx.conn)? > 0)
}

/// An enterprise refuses an expert; a repeated refusal replaces the reason.
///
/// # Errors
/// When the database refuses.
pub fn add(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    expert: ExpertId,
    account: AccountId,
    reason: &str,
) -> Result<(), Problem> {
    use expert_refusal as r;
    diesel::insert_into(r::table)
        .values((
            r::enterprise_id.eq(enterprise),
            r::expert_id.eq(expert),
            r::reason.eq(reason),
            r::created_by.eq(account),
            r::created_at.eq(tx.now),
        ))
        .on_conflict((r::enterprise_id, r::expert_id))
        .do_update()
        .set(r::reason.eq(reason))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Takes a refusal back. Says whether there was one.
///
/// # Errors
/// When the database refuses.
pub fn withdraw(tx: &mut Tx, enterprise: EnterpriseId, expert: ExpertId) -> Result<bool, Problem> {
    Ok(diesel::delete(expert_refusal::table.find((enterprise, expert))).execute(&mut *tx.conn)? > 0)
}
