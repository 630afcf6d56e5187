//! Who may know of an engagement.
//!
//! - Officers of its region and of those above it. They know when it is, who takes part and how far it is; what was found, the minutes and the
//!   photos of a visit are for its experts and its enterprise alone: help and enforcement are apart. Imminent danger reaches officers by a
//!   report of its own.
//! - The experts who help in it.
//! - The enterprises that are invited to it.
//! - Nobody else.
//!
//! [`visible_to`] and [`sees`] are the same decision, for lists and for a loaded row; a test holds them together.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::regional;
use crate::db::schema::{engagement, engagement_enterprise, engagement_expert};
use crate::engagements::ids::EngagementId;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// What an actor is in an engagement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Helps in it.
    Expert,
    /// Is invited to it.
    Enterprise,
    /// An officer of its region.
    Officer,
}

impl Standing {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expert => "expert",
            Self::Enterprise => "enterprise",
            Self::Officer => "officer",
        }
    }

    /// Whether what was found, the minutes and the photos are for this reader.
    pub fn reads_findings(self) -> bool {
        self != Self::Officer
    }
}

/// Whether the actor has any part in engagements.
///
/// # Errors
/// 401 without a log-in; 403 for the operator and for whoever else has none.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Expert(_) | Scope::Enterprise(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The engagements that the actor may know of. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> engagement::BoxedQuery<'static, Pg> {
    use engagement as e;
    let query = e::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(e::region.eq_any(regional::seen_regions(actor))),
        (_, Some(Scope::Expert(id))) => {
            let own = engagement_expert::table
                .filter(engagement_expert::expert_id.eq(*id))
                .select(engagement_expert::engagement_id);
            query.filter(e::id.eq_any(own))
        }
        (_, Some(Scope::Enterprise(id))) => {
            let own = engagement_enterprise::table
                .filter(engagement_enterprise::enterprise_id.eq(*id))
                .select(engagement_enterprise::engagement_id);
            query.filter(e::id.eq_any(own))
        }
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Who takes part in an engagement.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// Code of its region.
    pub region: &'a str,
    /// The experts who help.
    pub experts: &'a [ExpertId],
    /// The enterprises that are invited.
    pub enterprises: &'a [EnterpriseId],
}

/// What the actor is in an engagement of these; nothing where the actor may not know of it.
pub fn sees(actor: &Actor, parties: Parties<'_>, catalogue: &Catalogue) -> Option<Standing> {
    match (actor, actor.scope()) {
        (_, Some(Scope::Expert(id))) => parties.experts.contains(id).then_some(Standing::Expert),
        (_, Some(Scope::Enterprise(id))) => parties.enterprises.contains(id).then_some(Standing::Enterprise),
        (Actor::System, _) | (_, Some(Scope::Admin(_))) => {
            regional::sees(actor, parties.region, catalogue).then_some(Standing::Officer)
        }
        _ => None,
    }
}

/// What the actor, who may know of an engagement, is in it.
pub fn standing(actor: &Actor) -> Standing {
    match actor.scope() {
        Some(Scope::Expert(_)) => Standing::Expert,
        Some(Scope::Enterprise(_)) => Standing::Enterprise,
        _ => Standing::Officer,
    }
}

/// Whether the actor may know of an engagement, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(exists(visible_to(actor).filter(engagement::id.eq(EngagementId(id)))))
        .get_result(conn)?)
}
