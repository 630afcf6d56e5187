//! The experts of consultations: who is asked or holds one, and who has advised an enterprise.

use crate::consultations::policy::visible_to;
use crate::consultations::status::Status;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::published::expert;
use crate::db::schema::consultation;
use diesel::prelude::*;

/// The experts who are asked or hold a consultation that the actor may see, with their names; so many at most.
///
/// # Errors
/// When the database can't be asked.
pub fn busy_experts(
    conn: &mut PgConnection,
    actor: &Actor,
    most: i64,
) -> Result<Vec<(ExpertId, String)>, Problem> {
    let ids: Vec<Option<ExpertId>> = visible_to(actor)
        .filter(consultation::status.eq_any([Status::Offered, Status::Active]))
        .select(consultation::expert_id)
        .distinct()
        .load(conn)?;
    Ok(expert::table
        .filter(expert::id.eq_any(ids.into_iter().flatten()))
        .order((expert::name, expert::id))
        .limit(most)
        .select((expert::id, expert::name))
        .load(conn)?)
}

/// Whether an expert holds a consultation that the actor may know of.
///
/// # Errors
/// When the database can't be asked.
pub fn is_held_by(conn: &mut PgConnection, actor: &Actor, expert: ExpertId) -> Result<bool, Problem> {
    let held = visible_to(actor)
        .filter(consultation::expert_id.eq(expert))
        .filter(consultation::status.eq(Status::Active))
        .count();
    Ok(held.get_result::<i64>(conn)? > 0)
}

/// The experts who hold or held consultations of an enterprise, with name and title; so many at most.
///
/// # Errors
/// When the database can't be asked.
pub fn advisers(
    conn: &mut PgConnection,
    enterprise: EnterpriseId,
    most: i64,
) -> Result<Vec<(ExpertId, String, String)>, Problem> {
    let theirs = consultation::table
        .filter(consultation::enterprise_id.eq(enterprise))
        .filter(consultation::status.eq_any(Status::ALL.iter().filter(|s| s.shows_expert())))
        .filter(consultation::expert_id.is_not_null())
        .select(consultation::expert_id.assume_not_null());
    Ok(expert::table
        .filter(expert::id.eq_any(theirs))
        .order((expert::name, expert::id))
        .limit(most)
        .select((expert::id, expert::name, expert::title))
        .load(conn)?)
}
