//! Who may know of an entry, and who may take which step of it.
//!
//! - Officers: where the authority's region or the enterprise's lies in theirs.
//! - An enterprise: its own entries, in every state.
//!
//! [`visible_to`] and [`sees`] are the same decision, for lists and for a loaded row; a test holds them together.

use crate::catalogue::Catalogue;
use crate::conduct::ids::ConductId;
use crate::conduct::rows::ConductRow;
use crate::conduct::state::ConductStep;
use crate::conduct::words::ConductState;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::regional::seen_regions;
use crate::db::schema::conduct;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// The entries that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> conduct::BoxedQuery<'static, Pg> {
    let query = conduct::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => {
            let there = enterprise::table
                .filter(enterprise::id.eq(conduct::enterprise_id))
                .filter(enterprise::region.eq_any(seen_regions(actor)));
            query.filter(conduct::authority_region.eq_any(seen_regions(actor)).or(exists(there)))
        }
        (_, Some(Scope::Enterprise(id))) => query.filter(conduct::enterprise_id.eq(*id)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of the entry of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(exists(visible_to(actor).filter(conduct::id.eq(ConductId(id))))).get_result(conn)?)
}

/// Whether the actor may know of the entry about an enterprise of this region.
pub fn sees(actor: &Actor, row: &ConductRow, region: &str, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => [row.authority_region.as_str(), region]
            .iter()
            .any(|place| catalogue.regions.contains(scope, place)),
        (_, Some(Scope::Enterprise(id))) => row.enterprise_id == *id,
        _ => false,
    }
}

/// Whether the actor, who sees the entry, may take a step of this kind. The state is judged elsewhere.
pub fn may_take(actor: &Actor, row: &ConductRow, step: ConductStep, catalogue: &Catalogue) -> bool {
    use ConductStep as S;
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => {
            step != S::Enter && catalogue.regions.contains(scope, &row.authority_region)
        }
        (_, Some(Scope::Enterprise(id))) => {
            row.enterprise_id == *id && matches!(step, S::Object | S::ApplyRepair)
        }
        _ => false,
    }
}

/// Whether a step decides an objection that waits, which is for another officer than who made the entry.
pub fn decides_objection(state: ConductState, step: ConductStep) -> bool {
    use ConductStep as S;
    state == ConductState::Contested && matches!(step, S::Uphold | S::Correct | S::Annul)
}

/// Refuses who may not take a step of this kind.
///
/// # Errors
/// 401 without a log-in; 403 where it is another's step; 409 where one of its authors (`crate::conduct::store::authors`) would decide the objection
/// to it.
pub fn permit_step(
    actor: &Actor,
    row: &ConductRow,
    authors: &[AccountId],
    step: ConductStep,
    catalogue: &Catalogue,
) -> Result<(), Problem> {
    if *actor == Actor::Anonymous {
        return Err(Problem::unauthenticated());
    }
    if !may_take(actor, row, step, catalogue) {
        return Err(Problem::forbidden());
    }
    let author = actor.account().is_some_and(|account| authors.contains(&account));
    if author && decides_objection(row.state, step) {
        return Err(Problem::new(
            Code::SecondOfficerNeeded,
            Text::new(
                "登记、更正该记录的人员不能处理对它的异议，请由另一名监管人员处理",
                "who made or corrected the entry may not decide the objection to it; another officer does",
            ),
        ));
    }
    Ok(())
}
