//! Who may know of a round of cross-inspection, and of what in it.
//!
//! - That a round is held, in which state it is and how far it has come is known to the officers of its region and of those above it.
//! - What was declared, who tests whose product and what was found is known to the person who leads the round alone.
//! - A participant knows its own products with what was found in them, the codes that it tests, and, once the round is closed, all results by
//!   their codes. It learns of no other participant.
//! - The laboratory that tests a share knows the codes of its share from the assignment on, with what it found itself.
//! - Nobody else knows of any of it: neither other experts of the product hospital nor the operator.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::cross_inspections::ids::RoundId;
use crate::db::regional;
use crate::db::schema::{cross_participant, cross_round};
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// What an actor is in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The office that leads the round.
    Leader,
    /// Takes part in it.
    Participant,
    /// Tests a share of its products.
    Laboratory,
    /// An officer of its region, who knows that it is held.
    Officer,
}

/// Whether the actor has any part in cross-inspections.
///
/// # Errors
/// 401 without a log-in; 403 for the operator and for whoever else has none.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _)
        | (_, Some(Scope::Admin(_) | Scope::Expert(_) | Scope::Enterprise(_) | Scope::Laboratory(_))) => {
            Ok(())
        }
        _ => Err(Problem::forbidden()),
    }
}

/// The rounds that the actor may know of. [`sees`] says the same of one.
pub fn visible_to(actor: &Actor) -> cross_round::BoxedQuery<'static, Pg> {
    use cross_round as r;
    let own = actor.account().unwrap_or(AccountId(Uuid::nil()));
    match actor.scope() {
        Some(Scope::Enterprise(id)) => {
            let joined = cross_participant::table
                .filter(cross_participant::enterprise_id.eq(*id))
                .select(cross_participant::round_id);
            r::table.filter(r::id.eq_any(joined)).into_boxed()
        }
        Some(Scope::Laboratory(id)) => r::table
            .filter(r::laboratory_id.assume_not_null().eq(*id))
            .filter(r::assigned_at.is_not_null())
            .into_boxed(),
        Some(Scope::Expert(_)) => r::table.filter(r::led_by.eq(own)).into_boxed(),
        _ => r::table
            .filter(r::region.eq_any(regional::seen_regions(actor)).or(r::led_by.eq(own)))
            .into_boxed(),
    }
}

/// Whose a round is, beside its participants.
#[derive(Debug, Clone, Copy)]
pub struct Holders<'a> {
    /// Code of its region.
    pub region: &'a str,
    /// Who leads it.
    pub led_by: AccountId,
    /// The laboratory that tests a share, once that was given to it.
    pub laboratory: Option<LaboratoryId>,
}

/// What the actor is in a round of these, with these participants; nothing where the actor may not know of it.
pub fn sees(
    actor: &Actor,
    Holders { region, led_by, laboratory }: Holders<'_>,
    participants: &[EnterpriseId],
    catalogue: &Catalogue,
) -> Option<Standing> {
    match actor.scope() {
        Some(Scope::Enterprise(id)) => participants.contains(id).then_some(Standing::Participant),
        Some(Scope::Laboratory(id)) => (laboratory == Some(*id)).then_some(Standing::Laboratory),
        _ if actor.account() == Some(led_by) => Some(Standing::Leader),
        Some(Scope::Expert(_)) => None,
        _ => regional::sees(actor, region, catalogue).then_some(Standing::Officer),
    }
}

/// Whether the actor may know of a round, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found: i64 = visible_to(actor).filter(cross_round::id.eq(RoundId(id))).count().get_result(conn)?;
    Ok(found > 0)
}
