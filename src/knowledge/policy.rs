//! Who may know of an article. One that is published is read by every enterprise, expert and officer who is logged in. Until then, and once
//! it is withdrawn, it is known to the expert of the consultation and to the officers of the region and of those above it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ExpertId;
use crate::db::regional::{self, seen_regions};
use crate::db::schema::knowledge_article;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::state::ArticleState;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// Articles, as a query that is not complete yet.
pub type Articles = knowledge_article::BoxedQuery<'static, Pg>;

/// Whether the actor reads what is published.
pub fn reads(actor: &Actor) -> bool {
    matches!(actor, Actor::System)
        || matches!(actor.scope(), Some(Scope::Enterprise(_) | Scope::Expert(_) | Scope::Admin(_)))
}

/// The published articles that the actor may read.
pub fn published_to(actor: &Actor) -> Articles {
    let query = knowledge_article::table.into_boxed();
    match reads(actor) {
        true => query.filter(knowledge_article::state.eq(ArticleState::Published)),
        false => query.filter(sql::<Bool>("FALSE")),
    }
}

/// The articles that the actor may work on, in every state. [`sees`] says the same of one.
pub fn visible_to(actor: &Actor) -> Articles {
    let query = knowledge_article::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(knowledge_article::region.eq_any(seen_regions(actor))),
        (_, Some(Scope::Expert(me))) => query.filter(knowledge_article::expert_id.eq(*me)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of the article of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(knowledge_article::id.eq(ArticleId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may work on an article of this region and expert.
pub fn sees(actor: &Actor, region: &str, expert: ExpertId, catalogue: &Catalogue) -> bool {
    match actor.scope() {
        Some(Scope::Expert(me)) => *me == expert,
        _ => regional::sees(actor, region, catalogue),
    }
}

/// Whether the actor has any part in making articles.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an expert or an officer.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Expert(_) | Scope::Admin(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}
