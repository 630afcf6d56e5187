//! Who may see the outbox and the paused addresses: operators, who see all of them. Officers see of their claims and invitations how
//! the last mail stands, where those are listed.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};

/// Whether the actor may see the outbox.
///
/// # Errors
/// 403 for all but operators.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match actor.scope() {
        Some(Scope::Operator) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}
