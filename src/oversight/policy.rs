//! Who may know of a letter, an interview or a listing, and who may take which step of it.
//!
//! - The officers of the region that issues it, and of those above, know of it from the first draft on: the issuing side.
//! - Once it has gone out, who was addressed knows of it: the officers of the region that is addressed, the enterprise, the laboratory. So do the officers of
//!   the regions around the recipient, who take no step.
//! - Who was addressed answers; the issuing side accepts and closes. What the issuing side enters in place of who was addressed needs a file that shows it.
//!
//! [`visible_to`] and [`sees`] are the same decision, for lists and for a loaded row; a test holds them together.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::db::regional::seen_regions;
use crate::db::schema::oversight;
use crate::oversight::ids::OversightId;
use crate::oversight::state::OversightStep;
use crate::oversight::words::RecipientKind;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

crate::word_enum! {
    /// What an actor is to a letter, an interview or a listing.
    pub enum Standing {
        /// Of the issuing side.
        Issuer = "issuer",
        /// Of who was addressed.
        Recipient = "recipient",
        /// An officer around the recipient, who reads.
        Observer = "observer",
    }
}

/// Refuses who has no part in any of it.
///
/// # Errors
/// 401 without a log-in; 403 for experts, samplers and the operator.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Enterprise(_) | Scope::Laboratory(_))) => {
            Ok(())
        }
        _ => Err(Problem::forbidden()),
    }
}

/// Those that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> oversight::BoxedQuery<'static, Pg> {
    use oversight as o;
    let query = o::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(
            o::from_region
                .eq_any(seen_regions(actor))
                .or(o::issued_on.is_not_null().and(o::to_region.eq_any(seen_regions(actor)))),
        ),
        (_, Some(Scope::Enterprise(id))) => {
            query.filter(o::issued_on.is_not_null()).filter(o::enterprise_id.assume_not_null().eq(*id))
        }
        (_, Some(Scope::Laboratory(id))) => {
            query.filter(o::issued_on.is_not_null()).filter(o::laboratory_id.assume_not_null().eq(*id))
        }
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of the one of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(oversight::id.eq(OversightId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The authorities, enterprise and laboratory that take part in one.
#[derive(Debug, Clone, Copy)]
pub struct Holders<'a> {
    /// Code of the region that issues it.
    pub from_region: &'a str,
    /// To whom it goes.
    pub to_kind: RecipientKind,
    /// Code of the recipient's region.
    pub to_region: &'a str,
    /// The enterprise that is addressed.
    pub enterprise: Option<EnterpriseId>,
    /// The laboratory that is addressed.
    pub laboratory: Option<LaboratoryId>,
    /// Whether it has gone out.
    pub issued: bool,
}

/// What the actor is to it; nothing where the actor may not know of it.
pub fn sees(actor: &Actor, of: Holders<'_>, catalogue: &Catalogue) -> Option<Standing> {
    match (actor, actor.scope()) {
        (Actor::System, _) => Some(Standing::Issuer),
        (_, Some(Scope::Admin(own))) => {
            if catalogue.regions.contains(own, of.from_region) {
                Some(Standing::Issuer)
            } else if !of.issued || !catalogue.regions.contains(own, of.to_region) {
                None
            } else if of.to_kind.is_regional() && own == of.to_region {
                Some(Standing::Recipient)
            } else {
                Some(Standing::Observer)
            }
        }
        (_, Some(Scope::Enterprise(id))) => {
            (of.issued && of.enterprise == Some(*id)).then_some(Standing::Recipient)
        }
        (_, Some(Scope::Laboratory(id))) => {
            (of.issued && of.laboratory == Some(*id)).then_some(Standing::Recipient)
        }
        _ => None,
    }
}

/// Whether a step is the issuing side's own, before it goes out: who was addressed is not told of it.
pub fn is_internal(step: OversightStep) -> bool {
    matches!(step, OversightStep::Change | OversightStep::Approve | OversightStep::Decline)
}

/// Whether a step is one of who was addressed.
pub fn is_of_recipient(step: OversightStep) -> bool {
    use OversightStep as S;
    matches!(
        step,
        S::Receive | S::Reply | S::CorrectMinutes | S::SignInterviewed | S::Report | S::TaskDone | S::Apply
    )
}

/// Whether the issuing side enters a step in place of who was addressed only with a file that shows it.
pub fn needs_proof_on_behalf(step: OversightStep) -> bool {
    is_of_recipient(step) && step != OversightStep::Receive
}

/// Whether somebody of this standing takes a step of this kind. The state is judged elsewhere.
pub fn may_take(standing: Standing, step: OversightStep) -> bool {
    use OversightStep as S;
    match (standing, step) {
        (_, S::Create | S::Change | S::MarkOverdue) | (Standing::Observer, _) => false,
        (Standing::Issuer, _) => true,
        (Standing::Recipient, step) => is_of_recipient(step) || step == S::ReplaceHolder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_to_answer_does_not_close() {
        use OversightStep as S;
        for step in [
            S::Accept,
            S::Close,
            S::Verify,
            S::Extend,
            S::Return,
            S::Sign,
            S::Withdraw,
            S::Escalate,
            S::Approve,
        ] {
            assert!(!may_take(Standing::Recipient, step), "{step}");
            assert!(may_take(Standing::Issuer, step), "{step}");
        }
        for &step in S::ALL {
            assert!(!may_take(Standing::Observer, step), "{step}");
        }
    }
}
