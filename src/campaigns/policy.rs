//! Who may know of campaigns and hazards.
//!
//! - A campaign is known to whoever knows of its programme: the officers who keep it, and, once it is approved, those of the regions under it.
//! - A file with entries of a register is known to the officers of the region that sent it in, and of those above it.
//! - The register, the schools and the checks of a region are known to the officers of the region and of those above it.
//! - A hazard is known to the officers of its region and of those above it, and to its enterprise.

use crate::campaigns::ids::{CampaignImportId, HazardId, SchoolId, SubjectId};
use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::db::published::programme;
use crate::db::regional;
pub use crate::db::regional::permit as permit_officers;
use crate::db::schema::{campaign, campaign_import, campaign_school, campaign_subject, hazard, region_scope};
use crate::programmes::state::ProgrammeState;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// The campaigns that the actor may know of: those of whose programme it may.
pub fn visible_campaigns(actor: &Actor) -> campaign::BoxedQuery<'static, Pg> {
    let query = campaign::table.into_boxed();
    if *actor == Actor::System {
        return query;
    }
    let own = actor.officer_region().unwrap_or_default().to_owned();
    let around = region_scope::table.filter(region_scope::region.eq(own)).select(region_scope::scope);
    let public: Vec<&'static str> =
        ProgrammeState::ALL.iter().filter(|state| state.is_public()).map(|state| state.as_str()).collect();
    let known = programme::table
        .filter(
            programme::organiser_region
                .eq_any(regional::seen_regions(actor))
                .or(programme::state.eq_any(public).and(programme::organiser_region.eq_any(around))),
        )
        .select(programme::id);
    query.filter(campaign::programme_id.eq_any(known))
}

/// Whether the actor may know of the campaign of this id, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_campaign(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_campaigns(actor).filter(campaign::programme_id.eq(id));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}

/// The entries of registers that the actor may know of.
pub fn visible_subjects(actor: &Actor) -> campaign_subject::BoxedQuery<'static, Pg> {
    campaign_subject::table
        .filter(campaign_subject::region.eq_any(regional::seen_regions(actor)))
        .into_boxed()
}

/// Whether the actor may know of the entry of this id, by [`visible_subjects`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_subject(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_subjects(actor).filter(campaign_subject::id.eq(SubjectId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The schools that the actor may know of.
pub fn visible_schools(actor: &Actor) -> campaign_school::BoxedQuery<'static, Pg> {
    campaign_school::table.filter(campaign_school::region.eq_any(regional::seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the school of this id, by [`visible_schools`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_school(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_schools(actor).filter(campaign_school::id.eq(SchoolId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The files with entries of registers that the actor may know of: those that officers of the own region and of those under it have sent in.
pub fn imports_visible_to(actor: &Actor) -> campaign_import::BoxedQuery<'static, Pg> {
    campaign_import::table.filter(campaign_import::region.eq_any(regional::seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the file of this id, by [`imports_visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_import(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = imports_visible_to(actor).filter(campaign_import::id.eq(CampaignImportId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor has any part in hazards.
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

/// The hazards that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> hazard::BoxedQuery<'static, Pg> {
    let query = hazard::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(hazard::region.eq_any(regional::seen_regions(actor))),
        (_, Some(Scope::Enterprise(id))) => query.filter(hazard::enterprise_id.eq(*id)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of a hazard of this region and enterprise.
pub fn sees(actor: &Actor, region: &str, enterprise: EnterpriseId, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(_))) => regional::sees(actor, region, catalogue),
        (_, Some(Scope::Enterprise(id))) => *id == enterprise,
        _ => false,
    }
}

/// Whether the actor may know of the hazard of this id, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let own = visible_to(actor).filter(hazard::id.eq(HazardId(id)));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}
