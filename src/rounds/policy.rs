//! Who may know of members, rounds and their stops.
//!
//! - A member is known to the officers of the enterprise's region and of those above it, to the expert to whom it is given, and to the enterprise
//!   itself. Who was taken out is known to officers alone.
//! - A round is known to the officers of its region, of those above it and of those under it, whose enterprises it visits; to the experts to whom
//!   members of it are given, and to the enterprises that are in it.
//! - Officers plan the rounds of their region and of those under it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::published::enterprise;
use crate::db::regional::{self, Regions, seen_regions};
use crate::db::schema::{circuit_member, circuit_round, region_scope};
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::member_state::MemberState;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// Whether the actor has any part in rounds.
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

/// The members that the actor may know of. [`sees_member`] decides the same for one.
pub fn visible_members(actor: &Actor) -> circuit_member::BoxedQuery<'static, Pg> {
    use circuit_member as m;
    match actor.scope() {
        Some(Scope::Expert(id)) => m::table
            .filter(m::expert_id.assume_not_null().eq(*id))
            .filter(m::state.ne(MemberState::Removed))
            .into_boxed(),
        Some(Scope::Enterprise(id)) => {
            m::table.filter(m::enterprise_id.eq(*id)).filter(m::state.ne(MemberState::Removed)).into_boxed()
        }
        _ => m::table.filter(m::region.eq_any(seen_regions(actor))).into_boxed(),
    }
}

/// Whether the actor may know of the member of this id, by [`visible_members`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_member(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_members(actor).filter(circuit_member::id.eq(MemberId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whose a member is.
#[derive(Debug, Clone, Copy)]
pub struct MemberOf<'a> {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Code of its region.
    pub region: &'a str,
    /// To whom it is given.
    pub expert: Option<ExpertId>,
    /// What was decided of it.
    pub state: MemberState,
}

/// Whether the actor may know of a member.
pub fn sees_member(actor: &Actor, member: MemberOf<'_>, catalogue: &Catalogue) -> bool {
    let in_it = member.state != MemberState::Removed;
    match actor.scope() {
        Some(Scope::Expert(id)) => in_it && member.expert == Some(*id),
        Some(Scope::Enterprise(id)) => in_it && member.enterprise == *id,
        _ => regional::sees(actor, member.region, catalogue),
    }
}

/// The officer's own region and those around it.
fn regions_around(actor: &Actor) -> Regions {
    region_scope::table
        .filter(region_scope::region.eq(actor.officer_region().unwrap_or_default().to_owned()))
        .select(region_scope::scope)
        .into_boxed()
}

/// The rounds that the actor may know of. [`sees_round`] decides the same for the region of one, for officers.
pub fn visible_rounds(actor: &Actor) -> circuit_round::BoxedQuery<'static, Pg> {
    use circuit_round as r;
    match actor.scope() {
        Some(Scope::Expert(_) | Scope::Enterprise(_)) => {
            let own = visible_members(actor)
                .filter(circuit_member::round_id.is_not_null())
                .select(circuit_member::round_id.assume_not_null());
            r::table.filter(r::id.eq_any(own)).into_boxed()
        }
        _ => r::table
            .filter(r::region.eq_any(seen_regions(actor)).or(r::region.eq_any(regions_around(actor))))
            .into_boxed(),
    }
}

/// Whether the actor may know of the round of this id, by [`visible_rounds`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_round(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_rounds(actor).filter(circuit_round::id.eq(CircuitRoundId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether an officer may know of the rounds of a region.
pub fn sees_round(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    let own = actor.officer_region();
    plans_in(actor, region, catalogue) || own.is_some_and(|own| catalogue.regions.contains(region, own))
}

/// Whether an officer plans the rounds of a region.
pub fn plans_in(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    regional::sees(actor, region, catalogue)
}

/// Whether an officer enters where the enterprise of this id is: one in the officer's region; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_place(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = enterprise::table
        .filter(enterprise::id.eq(EnterpriseId(id)))
        .filter(enterprise::region.eq_any(seen_regions(actor)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
