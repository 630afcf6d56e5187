//! Who may know of a case, and who may take which step. [`visible_to`] and [`sees`] are the same
//! decision, for lists and for a loaded row.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::core::text::Text;
use crate::db::schema::{consultation, consultation_participant, enterprise, region_scope, remediation_case};
use crate::remediation::state::CaseStep;
use crate::remediation::store::Row;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// What the decision needs besides the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ties {
    /// Code of the enterprise's region.
    pub region: String,
    /// Experts' accounts that take part now in a consultation about the nonconformity.
    pub experts: Vec<AccountId>,
}

/// Loads what [`sees`] needs.
///
/// # Errors
/// When the database can't be asked.
pub fn ties(conn: &mut PgConnection, row: &Row) -> Result<Ties, Problem> {
    let region = crate::remediation::store::region(conn, row.enterprise_id)?;
    let experts = consultation_participant::table
        .inner_join(consultation::table)
        .filter(consultation::nonconformity_id.eq(row.nonconformity_id))
        .filter(consultation_participant::role.eq("expert"))
        .filter(consultation_participant::removed_at.is_null())
        .select(consultation_participant::account_id)
        .load(conn)?;
    Ok(Ties { region, experts })
}

/// Whether the actor may know of the case.
pub fn sees(actor: &Actor, row: &Row, ties: &Ties, catalogue: &crate::catalogue::Catalogue) -> bool {
    match actor {
        Actor::System => true,
        Actor::Anonymous => false,
        Actor::Person(person) => match &person.scope {
            Scope::Enterprise(id) => row.enterprise_id == *id,
            Scope::Expert(_) => ties.experts.contains(&person.account),
            Scope::Admin(scope) => catalogue.regions.contains(scope, &ties.region),
            Scope::Operator => false,
        },
    }
}

/// The cases that the actor may know of.
pub fn visible_to(actor: &Actor) -> remediation_case::BoxedQuery<'static, Pg> {
    let query = remediation_case::table.into_boxed();
    match actor {
        Actor::System => query,
        Actor::Anonymous => query.filter(sql::<Bool>("FALSE")),
        Actor::Person(person) => match &person.scope {
            Scope::Enterprise(id) => query.filter(remediation_case::enterprise_id.eq(*id)),
            Scope::Expert(_) => query.filter(exists(
                consultation_participant::table
                    .inner_join(consultation::table)
                    .filter(
                        consultation::nonconformity_id
                            .assume_not_null()
                            .eq(remediation_case::nonconformity_id),
                    )
                    .filter(consultation_participant::account_id.eq(person.account))
                    .filter(consultation_participant::role.eq("expert"))
                    .filter(consultation_participant::removed_at.is_null()),
            )),
            Scope::Admin(scope) => query.filter(exists(
                enterprise::table
                    .inner_join(region_scope::table.on(region_scope::region.eq(enterprise::region)))
                    .filter(region_scope::scope.eq(scope.clone()))
                    .filter(enterprise::id.eq(remediation_case::enterprise_id)),
            )),
            Scope::Operator => query.filter(sql::<Bool>("FALSE")),
        },
    }
}

/// Whether the actor, who sees the case, has the role that the law gives this step to.
pub fn may(actor: &Actor, step: CaseStep) -> bool {
    match step {
        CaseStep::StartCorrection | CaseStep::SubmitEvidence => {
            matches!(actor.scope(), Some(Scope::Enterprise(_)))
        }
        CaseStep::PassReinspection | CaseStep::FailReinspection | CaseStep::Clear => {
            matches!(actor.scope(), Some(Scope::Admin(_)))
        }
    }
}

/// Refuses who may see the case but not take the step.
///
/// # Errors
/// 403 with who may.
pub fn permit(actor: &Actor, step: CaseStep) -> Result<(), Problem> {
    if may(actor, step) {
        return Ok(());
    }
    let mut problem = Problem::forbidden();
    problem.detail = match step {
        CaseStep::StartCorrection | CaseStep::SubmitEvidence => {
            Text::new("该步骤只能由企业本身进行", "this step belongs to the enterprise itself")
        }
        _ => Text::new("该步骤只能由监管人员进行", "this step belongs to the regulator's officers"),
    };
    Err(problem)
}
