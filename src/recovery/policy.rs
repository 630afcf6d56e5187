//! Who may know of recoveries: the officers of the enterprise's region, as it was on the day, and of those above it; each enterprise of its own.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;

/// Whose recoveries an actor may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Code of the region, with all under it; none where all of them are.
    pub region: Option<String>,
    /// The one enterprise; none where all of the region are.
    pub enterprise: Option<EnterpriseId>,
}

/// Whose recoveries the actor may know of.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but officers and enterprises.
pub fn reach(actor: &Actor) -> Result<Reach, Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) => Ok(Reach { region: None, enterprise: None }),
        (_, Some(Scope::Admin(region))) => Ok(Reach { region: Some(region.clone()), enterprise: None }),
        (_, Some(Scope::Enterprise(id))) => Ok(Reach { region: None, enterprise: Some(*id) }),
        _ => Err(Problem::forbidden()),
    }
}
