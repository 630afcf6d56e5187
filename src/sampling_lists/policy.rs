//! Who may import sampling lists, and know of them and their proposals: officers of the region under which a list was imported, or of one
//! above it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::schema::{region_scope, sampling_list as lists, sampling_list_proposal as proposals};
use crate::sampling_lists::ids::{ProposalId, SamplingListId};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// A condition on lists.
pub type Visible = Box<dyn BoxableExpression<lists::table, Pg, SqlType = Bool>>;
/// A condition on proposals.
pub type VisibleProposal = Box<dyn BoxableExpression<proposals::table, Pg, SqlType = Bool>>;

/// Whether the actor has any part in sampling lists.
///
/// # Errors
/// 401 without a log-in; 403 for whoever is no officer.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The region of the officer who imports: inspections of the list are organised there.
///
/// # Errors
/// 401 without a log-in; 403 for whoever is no officer.
pub fn importer_region(actor: &Actor) -> Result<String, Problem> {
    permit(actor)?;
    actor.officer_region().map(str::to_owned).ok_or_else(Problem::forbidden)
}

/// The lists that the actor may know of.
pub fn visible_to(actor: &Actor) -> Visible {
    match (actor, actor.scope()) {
        (Actor::System, _) => Box::new(sql::<Bool>("true")),
        (_, Some(Scope::Admin(region))) => {
            let under = region_scope::table
                .filter(region_scope::scope.eq(region.clone()))
                .select(region_scope::region);
            Box::new(lists::region.eq_any(under))
        }
        _ => Box::new(sql::<Bool>("false")),
    }
}

/// Whether the actor may know of the list of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found =
        lists::table.filter(visible_to(actor)).filter(lists::id.eq(SamplingListId(id))).into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The proposals that the actor may know of.
pub fn proposals_visible_to(actor: &Actor) -> VisibleProposal {
    match (actor, actor.scope()) {
        (Actor::System, _) => Box::new(sql::<Bool>("true")),
        (_, Some(Scope::Admin(region))) => {
            let under = region_scope::table
                .filter(region_scope::scope.eq(region.clone()))
                .select(region_scope::region);
            Box::new(proposals::scope.eq_any(under))
        }
        _ => Box::new(sql::<Bool>("false")),
    }
}

/// Whether the actor may know of the proposal of this id, by [`proposals_visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_proposal(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = proposals::table
        .filter(proposals_visible_to(actor))
        .filter(proposals::id.eq(ProposalId(id)))
        .into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may know of a list or proposal of a region.
#[must_use]
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(own))) => catalogue.regions.contains(own, region),
        _ => false,
    }
}
