//! Who may know of a code, and who may take which step.
//!
//! - The officers of its region and of those above it; the enterprise itself. Nobody else has any part in it: what everybody may read of a code in force is
//!   the public page ([`crate::credit_codes::public`]).
//!
//! [`visible_to`] and [`sees`] are the same decision, for lists and for a loaded row; a test holds them together.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::state::CodeStep;
use crate::db::regional;
use crate::db::schema::credit_code;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// Whether the actor has any part in codes.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but officers and enterprises.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Enterprise(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The codes that the actor may know of. [`sees`] says the same of one.
pub fn visible_to(actor: &Actor) -> credit_code::BoxedQuery<'static, Pg> {
    let query = credit_code::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(credit_code::region.eq_any(regional::seen_regions(actor))),
        (_, Some(Scope::Enterprise(id))) => query.filter(credit_code::enterprise_id.eq(*id)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of a code of this region and enterprise.
pub fn sees(actor: &Actor, region: &str, enterprise: EnterpriseId, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(_))) => regional::sees(actor, region, catalogue),
        (_, Some(Scope::Enterprise(id))) => *id == enterprise,
        _ => false,
    }
}

/// Whether the actor may know of the code of this id, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_to(actor).filter(credit_code::id.eq(CreditCodeId(id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}

/// Whether officers take steps of this kind.
pub fn is_of_officers(step: CodeStep) -> bool {
    use CodeStep as S;
    matches!(step, S::Refuse | S::Grant | S::Renew | S::RefuseRenewal | S::Revoke)
}

/// Whether somebody of this role takes steps of this kind.
pub fn may_take(actor: &Actor, step: CodeStep) -> bool {
    use CodeStep as S;
    match (actor, actor.scope()) {
        (Actor::System, _) => matches!(step, S::Suspend | S::Resume | S::Lapse),
        (_, Some(Scope::Admin(_))) => is_of_officers(step),
        (_, Some(Scope::Enterprise(_))) => matches!(
            step,
            S::Apply | S::Withdraw | S::ApplyRenewal | S::GiveUp | S::AddVersion | S::EndVersion
        ),
        _ => false,
    }
}
