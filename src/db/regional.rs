//! What officers keep for a region (alerts, plans, API keys, webhooks): the officers of its region and of those above it may know of it, and
//! nobody else. [`sees`] and [`seen_regions`] are the same decision, for a loaded row and for lists; a domain's `policy.rs` names its table.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::region_scope;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;

/// Codes of regions, to be looked up within another query.
pub type Regions = region_scope::BoxedQuery<'static, Pg, Text>;

/// Whether the actor has any part in what officers keep.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an officer.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor may know of what is kept for this region.
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    *actor == Actor::System
        || actor.officer_region().is_some_and(|scope| catalogue.regions.contains(scope, region))
}

/// The regions of which the actor may know what is kept for them: the officer's own and all under it.
pub fn seen_regions(actor: &Actor) -> Regions {
    let regions = region_scope::table.select(region_scope::region).into_boxed();
    match actor {
        Actor::System => regions,
        // Nothing is under the empty code.
        _ => regions.filter(region_scope::scope.eq(actor.officer_region().unwrap_or_default().to_owned())),
    }
}

/// The officer who sets something up, and the region for which: the one asked for, which is the officer's own or under it, or the own one
/// where none is. Faults go to `/region`.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an officer.
pub fn set_up(tx: &Tx, fields: &mut Fields, region: Option<&str>) -> Result<(AccountId, String), Problem> {
    permit(&tx.actor)?;
    let (Some(account), Some(own)) = (tx.actor.account(), tx.actor.officer_region()) else {
        return Err(Problem::forbidden());
    };
    let region = region.unwrap_or(own);
    fields.require(
        tx.catalogue.regions.contains(own, region),
        "/region",
        "须为本人辖区或其下级地区",
        "must be your region or one below it",
    );
    Ok((account, region.to_owned()))
}
