//! Who may know of signals, their files and feeds: officers of the region that works on them, and of those above it. Nobody else: neither whom a
//! signal names nor experts, laboratories or the operator.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::{self, Regions};
use crate::db::schema::{signal, signal_feed, signal_import};
use crate::signals::ids::{SignalFeedId, SignalId, SignalImportId};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// Whether the actor has any part in signals.
///
/// # Errors
/// 401 without a log-in; 403 for whoever is no officer.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    regional::permit(actor)
}

/// The region of the officer who acts.
///
/// # Errors
/// 401 without a log-in; 403 for whoever is no officer.
pub fn own_region(actor: &Actor) -> Result<String, Problem> {
    permit(actor)?;
    actor.officer_region().map(str::to_owned).ok_or_else(Problem::forbidden)
}

/// The province of the officer who keeps feeds: officers of cities and districts keep none.
///
/// # Errors
/// 401 without a log-in; 403 for whoever is no officer of a province.
pub fn province(actor: &Actor, catalogue: &Catalogue) -> Result<String, Problem> {
    let region = own_region(actor)?;
    let top = catalogue.regions.get(&region).is_some_and(|region| region.parent.is_none());
    if top { Ok(region) } else { Err(Problem::forbidden()) }
}

/// The signals that the actor may know of. [`sees`] decides the same for one.
#[must_use]
pub fn visible_to(actor: &Actor) -> signal::BoxedQuery<'static, Pg> {
    let query = signal::table.into_boxed();
    match actor {
        Actor::System => query,
        _ => query.filter(signal::scope.eq_any(regional::seen_regions(actor))),
    }
}

/// Whether the actor may know of the signal of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(signal::id.eq(SignalId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The files that the actor may know of: those sent in by officers of the own region and those under it.
#[must_use]
pub fn imports_visible_to(actor: &Actor) -> signal_import::BoxedQuery<'static, Pg> {
    signal_import::table.filter(signal_import::region.eq_any(regional::seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the file of this id, by [`imports_visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_import(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = imports_visible_to(actor).filter(signal_import::id.eq(SignalImportId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The feeds that the actor may know of: those of the province that the actor is an officer of.
#[must_use]
pub fn feeds_visible_to(actor: &Actor) -> signal_feed::BoxedQuery<'static, Pg> {
    signal_feed::table.filter(signal_feed::region.eq_any(seen(actor))).into_boxed()
}

/// Whether the actor may know of the feed of this id, by [`feeds_visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_feed(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = feeds_visible_to(actor).filter(signal_feed::id.eq(SignalFeedId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

fn seen(actor: &Actor) -> Regions {
    regional::seen_regions(actor)
}

/// Whether the actor may know of what officers of a region work on.
#[must_use]
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    regional::sees(actor, region, catalogue)
}
