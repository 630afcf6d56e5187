//! Who may know of a case, who may take which step, and who may know of an enterprise. [`visible_to`] and [`sees`] are the same
//! decision, for lists and for a loaded row.

use crate::catalogue::{Catalogue, RegionLevel, Regions, within as in_region};
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::core::text::Text;
use crate::core::{Code, Language, Problem};
use crate::db::published::{consultation, consultation_participant, enterprise};
use crate::db::schema::{case_elsewhere, region_scope, remediation_case};
use crate::enterprises::queries::region_of;
use crate::remediation::course::Course;
use crate::remediation::state::CaseStep;
use crate::remediation::store::Row;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text as SqlText};
use uuid::Uuid;

/// What the decision of [`sees`] needs besides the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessContext {
    /// Code of the enterprise's region.
    pub region: String,
    /// Accounts of the experts who take part now in a consultation about the nonconformity.
    pub experts: Vec<AccountId>,
}

/// Loads what [`sees`] needs.
///
/// # Errors
/// When the database can't be asked.
pub fn access_context(conn: &mut PgConnection, row: &Row) -> Result<AccessContext, Problem> {
    let region = region_of(conn, row.enterprise_id)?;
    let experts = consultation_participant::table
        .inner_join(consultation::table)
        .filter(consultation::nonconformity_id.eq(row.nonconformity_id))
        .filter(consultation_participant::role.eq("expert"))
        .filter(consultation_participant::removed_at.is_null())
        .select(consultation_participant::account_id)
        .load(conn)?;
    Ok(AccessContext { region, experts })
}

/// The region whose authority handles the case.
pub fn authority<'a>(row: &'a Row, home: &'a str) -> &'a str {
    row.handled_in.as_deref().unwrap_or(home)
}

/// Whether the actor may know of the case. An authority that has handed it over still does.
pub fn sees(actor: &Actor, row: &Row, context: &AccessContext, catalogue: &Catalogue) -> bool {
    match actor {
        Actor::System => true,
        Actor::Anonymous => false,
        Actor::Person(person) => match &person.scope {
            Scope::Enterprise(id) => row.enterprise_id == *id,
            Scope::Expert(_) => context.experts.contains(&person.account),
            Scope::Admin(scope) => std::iter::once(&context.region)
                .chain(&row.handled_in)
                .chain(&row.handed_over_by)
                .any(|region| catalogue.regions.contains(scope, region)),
            Scope::Operator | Scope::Sampler(_) | Scope::Laboratory(_) => false,
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
            Scope::Admin(scope) => query.filter(
                exists(
                    enterprise::table
                        .inner_join(region_scope::table.on(region_scope::region.eq(enterprise::region)))
                        .filter(region_scope::scope.eq(scope.clone()))
                        .filter(enterprise::id.eq(remediation_case::enterprise_id)),
                )
                .or(handed_to(scope)),
            ),
            Scope::Operator | Scope::Sampler(_) | Scope::Laboratory(_) => query.filter(sql::<Bool>("FALSE")),
        },
    }
}

/// Whether the actor may know of the case of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(exists(visible_to(actor).filter(remediation_case::id.eq(id)))).get_result(conn)?)
}

/// [`visible_to`] as subqueries, each of which an index serves in the order of a list. They may overlap. An enterprise that moves
/// is found in its new region only after a moment, so what they find is checked against [`visible_to`].
pub fn indexed_subqueries(actor: &Actor) -> Vec<remediation_case::BoxedQuery<'static, Pg>> {
    let Some(Scope::Admin(scope)) = actor.scope() else { return vec![visible_to(actor)] };
    let elsewhere = case_elsewhere::table
        .inner_join(region_scope::table.on(region_scope::region.eq(case_elsewhere::region)))
        .filter(region_scope::scope.eq(scope.clone()))
        .select(case_elsewhere::case_id);
    vec![
        remediation_case::table.into_boxed().filter(of_region(scope)),
        remediation_case::table.into_boxed().filter(remediation_case::id.eq_any(elsewhere)),
    ]
}

/// Cases of enterprises of a region and all under it.
pub fn of_region(region: &str) -> CaseCondition {
    let (within, value) = in_region("remediation_case.region", region);
    Box::new(sql::<Bool>(&within).bind::<SqlText, _>(value.to_owned()))
}

/// A condition on cases.
pub type CaseCondition = Box<dyn BoxableExpression<remediation_case::table, Pg, SqlType = Bool>>;

/// Handed to, or by, an authority of the scope.
fn handed_to(scope: &str) -> CaseCondition {
    Box::new(
        sql::<Bool>(
            "(remediation_case.handled_in IS NOT NULL AND EXISTS (SELECT 1 FROM region_scope handed \
             WHERE handed.region = ANY(remediation_case.handed_over_by || remediation_case.handled_in) \
             AND handed.scope = ",
        )
        .bind::<SqlText, _>(scope.to_owned())
        .sql("))"),
    )
}

/// A condition on enterprises.
pub type EnterpriseCondition = Box<dyn BoxableExpression<enterprise::table, Pg, SqlType = Bool>>;

/// The enterprises that an actor may know of, for lists and single rows: an enterprise itself, an expert those of its
/// consultations, an admin those of its region and all under it, the operator all, these two without those that nothing keeps on the
/// list since an import was withdrawn; the system all.
pub fn enterprises_visible_to(actor: &Actor) -> EnterpriseCondition {
    match (actor, actor.scope()) {
        (Actor::System, _) => Box::new(true.into_sql::<Bool>()),
        (_, Some(Scope::Operator)) => Box::new(enterprise::withdrawn_at.is_null()),
        (_, Some(Scope::Enterprise(id))) => Box::new(enterprise::id.eq(*id)),
        (_, Some(Scope::Expert(id))) => Box::new(
            enterprise::id.eq_any(
                consultation::table
                    .filter(consultation::expert_id.assume_not_null().eq(*id))
                    .select(consultation::enterprise_id),
            ),
        ),
        (_, Some(Scope::Admin(region))) => {
            Box::new(enterprise::withdrawn_at.is_null().and(enterprises_within(region.clone())))
        }
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

/// The enterprises of an officer's region, and all for the operator, that nothing keeps on the list since an import was withdrawn.
pub fn departed_visible_to(actor: &Actor) -> EnterpriseCondition {
    let gone = enterprise::withdrawn_at.is_not_null();
    match actor.scope() {
        Some(Scope::Operator) => Box::new(gone),
        Some(Scope::Admin(region)) => Box::new(gone.and(enterprises_within(region.clone()))),
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

/// The enterprises in a region and all under it.
pub fn enterprises_within(scope: String) -> EnterpriseCondition {
    let under = region_scope::table.filter(region_scope::scope.eq(scope)).select(region_scope::region);
    Box::new(enterprise::region.eq_any(under))
}

/// Who takes a step according to the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// The enterprise itself.
    Enterprise,
    /// The authority that handles the case, or one above it.
    Authority,
    /// The level of region that has to report the failure to the next level.
    InTurn,
    /// The province alone.
    Province,
}

/// Who takes a step according to the law.
pub fn office(step: CaseStep) -> Office {
    match step {
        CaseStep::RequestRetest | CaseStep::StartCorrection | CaseStep::SubmitEvidence => Office::Enterprise,
        CaseStep::ReportToCity | CaseStep::ReportToProvince => Office::InTurn,
        CaseStep::Announce => Office::Province,
        _ => Office::Authority,
    }
}

/// Refuses who may see the case but not take the step.
///
/// # Errors
/// 403 with who may: `forbidden` for another role, `wrong_authority` for an officer of another region.
pub fn permit(actor: &Actor, step: CaseStep, course: &Course, regions: &Regions) -> Result<(), Problem> {
    let office = office(step);
    let scope = match (actor.scope(), office) {
        (Some(Scope::Enterprise(_)), Office::Enterprise) => return Ok(()),
        (_, Office::Enterprise) => {
            return Err(forbidden("该步骤只能由企业本身进行", "this step belongs to the enterprise itself"));
        }
        (Some(Scope::Admin(scope)), _) => scope,
        _ => {
            return Err(forbidden(
                "该步骤只能由监管人员进行",
                "this step belongs to the regulator's officers",
            ));
        }
    };
    let name = |code: &str, language| {
        regions.get(code).map_or(code.to_owned(), |region| region.name_in(language).to_owned())
    };
    let level = regions.get(scope).map(|region| region.level);
    let held_by = course.held_by.as_deref().unwrap_or(&course.authority);
    match office {
        Office::InTurn if scope != held_by => Err(wrong_authority(
            format!("应由{}逐级上报", name(held_by, Language::Zh)),
            format!("it is the turn of {} to report", name(held_by, Language::En)),
        )),
        Office::Province if level != Some(RegionLevel::Province) => Err(wrong_authority(
            "只有省级主管部门可以公告".to_owned(),
            "the province alone announces".to_owned(),
        )),
        _ if !regions.contains(scope, &course.authority) => Err(wrong_authority(
            format!("案件由{}办理", name(&course.authority, Language::Zh)),
            format!("the case is handled by {}", name(&course.authority, Language::En)),
        )),
        _ => Ok(()),
    }
}

/// The officer's region that handles the case, for what is no step of the course.
///
/// # Errors
/// 403 for anyone but an officer of that region or of one above.
pub fn permit_authority(actor: &Actor, row: &Row, home: &str, regions: &Regions) -> Result<(), Problem> {
    match actor.officer_region() {
        Some(scope) if regions.contains(scope, authority(row, home)) => Ok(()),
        Some(_) => Err(wrong_authority(
            "案件由其他主管部门办理".to_owned(),
            format!("the case is handled by {}", authority(row, home)),
        )),
        None => Err(Problem::forbidden()),
    }
}

fn forbidden(zh: &'static str, en: &'static str) -> Problem {
    let mut problem = Problem::forbidden();
    problem.detail = Text::new(zh, en);
    problem
}

fn wrong_authority(zh: String, en: String) -> Problem {
    Problem::new(Code::WrongAuthority, Text::new(zh, en))
}
