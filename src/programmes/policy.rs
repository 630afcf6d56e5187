//! Who may know of programmes and laboratories, and who may change them: officers.
//!
//! - A programme is kept by the officers of its organiser's region and of those above it. Once it is approved the officers of the regions that
//!   are charged with its tasks, of those above these and of those under them know of it as well; one of another kind than sampling, which has no
//!   such tasks, is known to the officers of all regions under its organiser's, who carry it out.
//! - A laboratory's record is kept by the officers of its region and of those above it. Those of the regions under it know of it, since it
//!   can be charged with their samples.
//! - The officers of a region and of those above it know of its production licences and keep them.
//! - The regimes hold for the whole province: all officers know of them, those of a province change them.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::{Regions, seen_regions};
pub use crate::db::regional::{permit, sees as keeps};
use crate::db::schema::{
    laboratory, production_licence, programme, programme_draw, programme_target, region_scope,
};
use crate::programmes::ids::{DrawId, LaboratoryId, LicenceId, LicenceListId, ProgrammeId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::ProgrammeState;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// The states in which the regions that are charged know of a programme.
fn public_states() -> Vec<ProgrammeState> {
    ProgrammeState::ALL.iter().copied().filter(|state| state.is_public()).collect()
}

/// The regions around the officer's own, and it.
fn regions_around(actor: &Actor) -> Regions {
    region_scope::table
        .filter(region_scope::region.eq(actor.officer_region().unwrap_or_default().to_owned()))
        .select(region_scope::scope)
        .into_boxed()
}

/// The programmes that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> programme::BoxedQuery<'static, Pg> {
    let charged = programme_target::table.filter(programme_target::programme_id.eq(programme::id)).filter(
        programme_target::region
            .eq_any(seen_regions(actor))
            .or(programme_target::region.eq_any(regions_around(actor))),
    );
    let organised_above = programme::kind
        .ne(ProgrammeKind::Sampling)
        .and(programme::organiser_region.eq_any(regions_around(actor)));
    programme::table
        .filter(
            programme::organiser_region
                .eq_any(seen_regions(actor))
                .or(programme::state.eq_any(public_states()).and(exists(charged).or(organised_above))),
        )
        .into_boxed()
}

/// Whether the actor may know of the programme of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(programme::id.eq(ProgrammeId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may know of the programme of the draw of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_draw(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = programme_draw::table
        .find(DrawId(id))
        .filter(programme_draw::programme_id.eq_any(visible_to(actor).select(programme::id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The ids of the programmes of a kind that the actor may know of.
///
/// # Errors
/// When the database can't be asked.
pub fn known(conn: &mut PgConnection, actor: &Actor, kind: ProgrammeKind) -> QueryResult<Vec<ProgrammeId>> {
    visible_to(actor).filter(programme::kind.eq(kind)).select(programme::id).load(conn)
}

/// Whether the actor may know of a programme of this kind and organiser, in this state, with tasks in these regions.
pub fn sees(
    actor: &Actor,
    (kind, organiser, state): (ProgrammeKind, &str, ProgrammeState),
    charged: &[String],
    catalogue: &Catalogue,
) -> bool {
    keeps(actor, organiser, catalogue)
        || (state.is_public()
            && (charged.iter().any(|region| is_charged(actor, region, catalogue))
                || (kind != ProgrammeKind::Sampling && is_charged(actor, organiser, catalogue))))
}

/// Whether the actor has a part in the tasks of a region.
pub fn is_charged(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    let own = actor.officer_region();
    keeps(actor, region, catalogue) || own.is_some_and(|own| catalogue.regions.contains(region, own))
}

/// The laboratories that the actor may know of. [`is_charged`] decides the same for the region of one.
pub fn visible_laboratories(actor: &Actor) -> laboratory::BoxedQuery<'static, Pg> {
    laboratory::table
        .filter(
            laboratory::region
                .eq_any(seen_regions(actor))
                .or(laboratory::region.eq_any(regions_around(actor))),
        )
        .into_boxed()
}

/// Whether the actor may know of the laboratory of this id, by [`visible_laboratories`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_laboratory(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_laboratories(actor).filter(laboratory::id.eq(LaboratoryId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The production licences that the actor may know of. [`keeps`] decides the same for the region of one.
pub fn visible_licences(actor: &Actor) -> production_licence::BoxedQuery<'static, Pg> {
    production_licence::table.filter(production_licence::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the production licence of this id, by [`visible_licences`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_licence(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_licences(actor).filter(production_licence::id.eq(LicenceId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may know of the production licences of the file of this id, by [`visible_licences`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_licence_list(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_licences(actor).filter(production_licence::list_id.eq(LicenceListId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may change the regimes: an officer of a province.
///
/// # Errors
/// 401 without a log-in; 403 for anyone else.
pub fn permit_regimes(actor: &Actor, catalogue: &Catalogue) -> Result<(), Problem> {
    permit(actor)?;
    let province = |code: &str| catalogue.regions.get(code).is_some_and(|region| region.parent.is_none());
    if *actor == Actor::System || actor.officer_region().is_some_and(province) {
        return Ok(());
    }
    Err(Problem::forbidden())
}
