//! Who may import penalty lists, and know of them, their penalties and what is to be decided of them: officers of the region under which a list
//! was imported, or of one above it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::schema::{
    penalty as penalties, penalty_list as lists, penalty_question as questions, region_scope,
};
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId, QuestionId};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// A condition on lists.
pub type VisibleList = Box<dyn BoxableExpression<lists::table, Pg, SqlType = Bool>>;
/// A condition on penalties.
pub type VisiblePenalty = Box<dyn BoxableExpression<penalties::table, Pg, SqlType = Bool>>;
/// A condition on what is to be decided.
pub type VisibleQuestion = Box<dyn BoxableExpression<questions::table, Pg, SqlType = Bool>>;

/// Whether the actor has any part in penalty lists.
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

/// The region of the officer who imports.
///
/// # Errors
/// 401 without a log-in; 403 for whoever is no officer.
pub fn importer_region(actor: &Actor) -> Result<String, Problem> {
    permit(actor)?;
    actor.officer_region().map(str::to_owned).ok_or_else(Problem::forbidden)
}

/// The regions whose rows the actor may know of; none for all of them.
fn regions(actor: &Actor) -> Result<Option<String>, ()> {
    match (actor, actor.scope()) {
        (Actor::System, _) => Ok(None),
        (_, Some(Scope::Admin(region))) => Ok(Some(region.clone())),
        _ => Err(()),
    }
}

/// The lists that the actor may know of.
pub fn visible_to(actor: &Actor) -> VisibleList {
    match regions(actor) {
        Ok(None) => Box::new(sql::<Bool>("true")),
        Ok(Some(own)) => Box::new(
            lists::region
                .eq_any(region_scope::table.filter(region_scope::scope.eq(own)).select(region_scope::region)),
        ),
        Err(()) => Box::new(sql::<Bool>("false")),
    }
}

/// Whether the actor may know of the list of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found =
        lists::table.filter(visible_to(actor)).filter(lists::id.eq(PenaltyListId(id))).into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The penalties that the actor may know of.
pub fn penalties_visible_to(actor: &Actor) -> VisiblePenalty {
    match regions(actor) {
        Ok(None) => Box::new(sql::<Bool>("true")),
        Ok(Some(own)) => Box::new(
            penalties::scope
                .eq_any(region_scope::table.filter(region_scope::scope.eq(own)).select(region_scope::region)),
        ),
        Err(()) => Box::new(sql::<Bool>("false")),
    }
}

/// Whether the actor may know of the penalty of this id, by [`penalties_visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_penalty(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = penalties::table
        .filter(penalties_visible_to(actor))
        .filter(penalties::id.eq(PenaltyId(id)))
        .into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// What is to be decided of which the actor may know.
pub fn questions_visible_to(actor: &Actor) -> VisibleQuestion {
    match regions(actor) {
        Ok(None) => Box::new(sql::<Bool>("true")),
        Ok(Some(own)) => Box::new(
            questions::scope
                .eq_any(region_scope::table.filter(region_scope::scope.eq(own)).select(region_scope::region)),
        ),
        Err(()) => Box::new(sql::<Bool>("false")),
    }
}

/// Whether the actor may know of the question of this id, by [`questions_visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_question(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = questions::table
        .filter(questions_visible_to(actor))
        .filter(questions::id.eq(QuestionId(id)))
        .into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may know of a list, a penalty or a question of a region.
#[must_use]
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    match regions(actor) {
        Ok(None) => true,
        Ok(Some(own)) => catalogue.regions.contains(&own, region),
        Err(()) => false,
    }
}
