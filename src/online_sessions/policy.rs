//! Who may know of a session.
//!
//! - The officers of its region and of those above it, and the experts who hold it, keep it: they see who was invited and what was asked.
//! - An enterprise that was invited knows of it. Once it has signed up it knows the address, what it asked itself, and what was answered before all.
//! - Nobody else has any part in it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::regional;
use crate::db::schema::{online_session, online_session_expert, online_session_member};
use crate::online_sessions::ids::OnlineSessionId;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// What an actor is in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Keeps it: an officer of its region, or an expert who holds it.
    Keeper,
    /// Was invited.
    Member,
}

/// Whether the actor has any part in sessions.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but officers, experts and enterprises.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Expert(_) | Scope::Enterprise(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The sessions that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> online_session::BoxedQuery<'static, Pg> {
    use online_session as s;
    let query = s::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(s::region.eq_any(regional::seen_regions(actor))),
        (_, Some(Scope::Expert(id))) => {
            let held = online_session_expert::table
                .filter(online_session_expert::expert_id.eq(*id))
                .select(online_session_expert::session_id);
            query.filter(s::id.eq_any(held))
        }
        (_, Some(Scope::Enterprise(id))) => {
            let invited = online_session_member::table
                .filter(online_session_member::enterprise_id.eq(*id))
                .select(online_session_member::session_id);
            query.filter(s::id.eq_any(invited))
        }
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// What the actor is in a session of this region, held by these experts, to which this enterprise, its own one, was invited or not; nothing where the
/// actor may not know of it.
pub fn sees(
    actor: &Actor,
    region: &str,
    experts: &[ExpertId],
    invited: &[EnterpriseId],
    catalogue: &Catalogue,
) -> Option<Standing> {
    match (actor, actor.scope()) {
        (Actor::System, _) => Some(Standing::Keeper),
        (_, Some(Scope::Admin(_))) => regional::sees(actor, region, catalogue).then_some(Standing::Keeper),
        (_, Some(Scope::Expert(id))) => experts.contains(id).then_some(Standing::Keeper),
        (_, Some(Scope::Enterprise(id))) => invited.contains(id).then_some(Standing::Member),
        _ => None,
    }
}

/// Whether the actor may know of the session of this id, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_to(actor).filter(online_session::id.eq(OnlineSessionId(id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}
