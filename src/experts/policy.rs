//! Who may know of an expert ([`visible_to`], for lists and single rows), and who may do what with one whose facts a command has
//! loaded ([`permit`], [`may_vet`]). A test holds them together: what is refused with 404 is in no list.

use crate::catalogue::{Catalogue, RegionLevel};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ExpertId;
use crate::db::schema::{expert, expert_region, region_scope};
use crate::experts::vocabulary::Vetting;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Uuid as SqlUuid};
use std::collections::HashSet;
use uuid::Uuid;

/// What the decisions need of an expert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpertFacts {
    /// Id of the expert.
    pub id: ExpertId,
    /// Where the vetting stands.
    pub vetting: Vetting,
    /// Codes of the regions that the expert serves, in order.
    pub regions: Vec<String>,
}

/// What can be done with an expert besides vetting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Set the duty rota.
    SetDuty,
    /// Record or withdraw a conflict of interest.
    JudgeConflicts,
    /// Set how many consultations the expert takes at once, which the expert can't.
    SetCapacity,
    /// Set the regions that the expert serves.
    SetRegions,
    /// Suspend the expert, and lift the suspension.
    Suspend,
}

/// Loads what the decisions need.
///
/// # Errors
/// 404 where there is no such expert.
pub fn facts(conn: &mut PgConnection, id: ExpertId) -> Result<ExpertFacts, Problem> {
    let vetting = expert::table.find(id).select(expert::vetting).first(conn)?;
    with_regions(conn, id, vetting)
}

/// The same, with the expert's row locked until the transaction ends.
///
/// # Errors
/// 404 where there is no such expert.
pub fn locked_facts(conn: &mut PgConnection, id: ExpertId) -> Result<ExpertFacts, Problem> {
    let vetting = expert::table.find(id).select(expert::vetting).for_update().first(conn)?;
    with_regions(conn, id, vetting)
}

fn with_regions(conn: &mut PgConnection, id: ExpertId, vetting: Vetting) -> Result<ExpertFacts, Problem> {
    let regions = expert_region::table
        .filter(expert_region::expert_id.eq(id))
        .order(expert_region::region)
        .select(expert_region::region)
        .load(conn)?;
    Ok(ExpertFacts { id, vetting, regions })
}

/// The experts that the actor may know of: approved ones are known to everyone who is logged in, applicants and rejected ones to the
/// regulators of a region that they want to serve, to the operator and to themselves.
pub fn visible_to(actor: &Actor) -> expert::BoxedQuery<'static, Pg> {
    let approved = expert::vetting.eq(Vetting::Approved);
    let query = expert::table.into_boxed();
    match actor {
        Actor::System => query,
        Actor::Anonymous => query.filter(sql::<Bool>("FALSE")),
        Actor::Person(person) => match &person.scope {
            Scope::Operator => query,
            Scope::Enterprise(_) => query.filter(approved),
            Scope::Sampler(_) | Scope::Laboratory(_) => query.filter(sql::<Bool>("FALSE")),
            Scope::Expert(me) => query.filter(approved.or(expert::id.eq(*me))),
            Scope::Admin(scope) => query.filter(
                approved.or(exists(
                    expert_region::table
                        .inner_join(region_scope::table.on(region_scope::region.eq(expert_region::region)))
                        .filter(region_scope::scope.eq(scope.clone()))
                        .filter(expert_region::expert_id.eq(expert::id)),
                )),
            ),
        },
    }
}

/// Whether the actor may know of the expert of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(exists(visible_to(actor).filter(expert::id.eq(id)))).get_result(conn)?)
}

/// The ids of the experts that the actor may know of, for accounts of experts.
pub fn visible_ids(actor: &Actor) -> expert::BoxedQuery<'static, Pg, Nullable<SqlUuid>> {
    visible_to(actor).select(expert::id.nullable())
}

/// Whether the actor sees the private part of an expert that it may know of.
pub fn sees_private(actor: &Actor, id: ExpertId) -> bool {
    match actor {
        Actor::System => true,
        Actor::Anonymous => false,
        Actor::Person(person) => match &person.scope {
            Scope::Admin(_) | Scope::Operator => true,
            Scope::Expert(me) => *me == id,
            Scope::Enterprise(_) | Scope::Sampler(_) | Scope::Laboratory(_) => false,
        },
    }
}

/// Who sees how to reach an expert whose private part they see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactSeen {
    /// The actor sees it in any case.
    Always,
    /// The actor never sees it.
    Never,
    /// Shown where the expert works with an enterprise of this region or under it.
    WhereWorking(String),
}

/// Who sees the mail address and the telephone of an expert: the expert, those who vet while it is not decided, and officers where
/// the expert works with an enterprise of their region, or helps there.
pub fn contact_seen(actor: &Actor, id: ExpertId, vetting: Vetting) -> ContactSeen {
    match (actor, actor.scope()) {
        (Actor::System, _) => ContactSeen::Always,
        (_, Some(Scope::Expert(me))) if *me == id => ContactSeen::Always,
        (_, Some(Scope::Admin(_) | Scope::Operator)) if vetting != Vetting::Approved => ContactSeen::Always,
        (_, Some(Scope::Admin(scope))) => ContactSeen::WhereWorking(scope.clone()),
        _ => ContactSeen::Never,
    }
}

/// Whether the actor could see the enterprise of a conflict of interest, as enterprises are seen. `region` is that of the enterprise;
/// none where the code is on no list, which the officers of the whole province know.
pub fn sees_enterprise_of(actor: &Actor, region: Option<&str>, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => match region {
            Some(region) => catalogue.regions.contains(scope, region),
            None => catalogue.regions.get(scope).is_some_and(|region| region.level == RegionLevel::Province),
        },
        _ => false,
    }
}

/// Whether the actor has any part in vetting.
///
/// # Errors
/// 403 for whoever is neither admin nor operator.
pub fn permit_vetting(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Operator)) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor may vet this expert: a regulator must hold one of the regions that the expert serves.
pub fn may_vet(actor: &Actor, facts: &ExpertFacts, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => true,
        (_, Some(Scope::Admin(scope))) => serves_within(facts, scope, catalogue),
        _ => false,
    }
}

/// Those among some experts on whom the actor decides, as [`may_vet`].
///
/// # Errors
/// When the database can't be asked.
pub fn vettable(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[ExpertId],
) -> Result<HashSet<ExpertId>, Problem> {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => {
            let known = expert::table.filter(expert::id.eq_any(ids)).select(expert::id);
            Ok(known.load::<ExpertId>(conn)?.into_iter().collect())
        }
        (_, Some(Scope::Admin(scope))) => Ok(expert_region::table
            .inner_join(region_scope::table.on(region_scope::region.eq(expert_region::region)))
            .filter(region_scope::scope.eq(scope))
            .filter(expert_region::expert_id.eq_any(ids))
            .select(expert_region::expert_id)
            .load::<ExpertId>(conn)?
            .into_iter()
            .collect()),
        _ => Ok(HashSet::new()),
    }
}

/// Refuses who may not do this with the expert.
///
/// # Errors
/// 401 without a log-in; 403 where the expert is approved, and so known to everyone; else 404.
pub fn permit(
    actor: &Actor,
    action: Action,
    facts: &ExpertFacts,
    catalogue: &Catalogue,
) -> Result<(), Problem> {
    if *actor == Actor::Anonymous {
        return Err(Problem::unauthenticated());
    }
    let own = matches!(actor.scope(), Some(Scope::Expert(me)) if *me == facts.id);
    let allowed = match action {
        Action::SetDuty => own || may_vet(actor, facts, catalogue),
        Action::JudgeConflicts => own || may_judge_conflicts(actor, facts, catalogue),
        Action::SetCapacity | Action::SetRegions | Action::Suspend => may_vet(actor, facts, catalogue),
    };
    match (allowed, facts.vetting) {
        (true, _) => Ok(()),
        (false, Vetting::Approved) => Err(Problem::forbidden()),
        (false, Vetting::Applied | Vetting::Rejected) => Err(Problem::not_found()),
    }
}

/// An expert of the whole province is every officer's matter: a conflict of interest is safer known.
fn may_judge_conflicts(actor: &Actor, facts: &ExpertFacts, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => {
            serves_within(facts, scope, catalogue)
                || facts.regions.iter().any(|served| catalogue.regions.contains(served, scope))
        }
        _ => false,
    }
}

fn serves_within(facts: &ExpertFacts, scope: &str, catalogue: &Catalogue) -> bool {
    facts.regions.iter().any(|served| catalogue.regions.contains(scope, served))
}

/// The acting expert.
///
/// # Errors
/// 401 without a log-in, 403 for anyone who is no expert.
pub fn acting_expert(actor: &Actor) -> Result<ExpertId, Problem> {
    match actor.scope() {
        Some(Scope::Expert(me)) => Ok(*me),
        Some(_) => Err(Problem::forbidden()),
        None => Err(Problem::unauthenticated()),
    }
}
