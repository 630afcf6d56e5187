//! Who may know of a consultation, and who may do what with it.
//!
//! [`visible_to`] is the same decision as [`sees`], once for lists and once for a loaded row; a
//! test proves that they agree over role, region and status.

use crate::catalogue::within as in_region;
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::status::Status;
use crate::consultations::store::load;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::db::schema::{consultation, consultation_participant, region_scope};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text as SqlText, Uuid as SqlUuid};
use uuid::Uuid;

/// What can be done with a consultation that one may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Accept or decline the offer.
    Answer,
    /// Give advice, hand it on, conclude.
    Lead,
    /// Rate.
    Rate,
    /// See the internal notes, and that there are any.
    ReadNotes,
    /// See every candidate and offer.
    Explain,
    /// Give it to an expert, take it from one, pin it.
    Assign,
    /// Invite experts to its panel.
    Invite,
    /// Give an opinion on it. Whether the expert is a member of the panel is checked by the command.
    Opine,
    /// Take it up again.
    Reopen,
    /// Take it back or close it without a conclusion.
    Close,
    /// Merge it into another one, or another one into it.
    Merge,
    /// Put tags on it, link it to others.
    Annotate,
}

/// What [`sees`] needs besides the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessContext {
    /// Code of the enterprise's region.
    pub region: String,
    /// Accounts that take part now.
    pub participants: Vec<AccountId>,
}

/// Whether the actor may know that the consultation exists.
pub fn sees(
    actor: &Actor,
    row: &Row,
    context: &AccessContext,
    catalogue: &crate::catalogue::Catalogue,
) -> bool {
    match actor {
        Actor::System => true,
        Actor::Anonymous => false,
        Actor::Person(person) => match &person.scope {
            Scope::Enterprise(id) => row.enterprise_id == *id,
            Scope::Expert(id) => {
                context.participants.contains(&person.account)
                    || (row.status == Status::Offered && row.expert_id == Some(*id))
            }
            Scope::Admin(scope) => catalogue.regions.contains(scope, &context.region),
            Scope::Operator | Scope::Sampler(_) | Scope::Laboratory(_) => false,
        },
    }
}

/// The consultations that the actor may know of.
pub fn visible_to(actor: &Actor) -> consultation::BoxedQuery<'static, Pg> {
    let query = consultation::table.into_boxed();
    match actor {
        Actor::System => query,
        Actor::Anonymous => query.filter(sql::<Bool>("FALSE")),
        Actor::Person(person) => match &person.scope {
            Scope::Enterprise(id) => query.filter(consultation::enterprise_id.eq(*id)),
            Scope::Expert(id) => query.filter(
                consultation::status
                    .eq(Status::Offered)
                    .and(consultation::expert_id.eq(*id).assume_not_null())
                    .or(exists(
                        consultation_participant::table
                            .filter(consultation_participant::consultation_id.eq(consultation::id))
                            .filter(consultation_participant::account_id.eq(person.account))
                            .filter(consultation_participant::removed_at.is_null()),
                    )),
            ),
            Scope::Admin(scope) => query.filter(exists(
                enterprise::table
                    .inner_join(region_scope::table.on(region_scope::region.eq(enterprise::region)))
                    .filter(region_scope::scope.eq(scope.clone()))
                    .filter(enterprise::id.eq(consultation::enterprise_id)),
            )),
            Scope::Operator | Scope::Sampler(_) | Scope::Laboratory(_) => query.filter(sql::<Bool>("FALSE")),
        },
    }
}

/// The same as [`visible_to`] by queries that may overlap, each of which an index serves in the order of a list. An enterprise
/// that moves takes a moment to be found in its new region, so what is found must be checked by [`visible_to`].
pub fn indexed_subqueries(actor: &Actor) -> Vec<consultation::BoxedQuery<'static, Pg>> {
    let all = || consultation::table.into_boxed();
    match (actor, actor.scope()) {
        (_, Some(Scope::Admin(scope))) => {
            let (within, value) = in_region("consultation.region", scope);
            vec![all().filter(sql::<Bool>(&within).bind::<SqlText, _>(value.to_owned()))]
        }
        (Actor::Person(person), Some(Scope::Expert(id))) => {
            let taken_part = consultation_participant::table
                .filter(consultation_participant::account_id.eq(person.account))
                .filter(consultation_participant::removed_at.is_null())
                .select(consultation_participant::consultation_id);
            vec![
                all()
                    .filter(consultation::status.eq(Status::Offered))
                    .filter(consultation::expert_id.eq(*id)),
                all().filter(consultation::id.eq_any(taken_part)),
            ]
        }
        _ => vec![visible_to(actor)],
    }
}

/// The ids of the consultations that the actor may know of, to be looked up within another query.
pub fn visible_ids(actor: &Actor) -> consultation::BoxedQuery<'static, Pg, SqlUuid> {
    visible_to(actor).select(consultation::id)
}

/// Whether the actor may know of the consultation of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// 404 where the actor may not know of it; an expert who took part is told why.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let known = diesel::select(exists(visible_to(actor).filter(consultation::id.eq(id)))).get_result(conn)?;
    if known { Ok(true) } else { Err(unseen(conn, actor, id)?) }
}

/// Whether the actor, who sees the consultation, may do this. The status is checked elsewhere.
///
/// # Errors
/// 403 with the reason.
pub fn permit(actor: &Actor, action: Action, row: &Row) -> Result<(), Problem> {
    let scope = match actor {
        Actor::System => return Ok(()),
        Actor::Anonymous => return Err(Problem::unauthenticated()),
        Actor::Person(person) => &person.scope,
    };
    let allowed = match (action, scope) {
        (Action::Answer | Action::Lead, Scope::Expert(id)) => row.expert_id == Some(*id),
        (Action::Rate | Action::Close, Scope::Enterprise(id)) => row.enterprise_id == *id,
        (Action::ReadNotes, _) => reads_notes(actor),
        (
            Action::Explain
            | Action::Assign
            | Action::Invite
            | Action::Reopen
            | Action::Merge
            | Action::Annotate,
            Scope::Admin(_),
        ) => true,
        (Action::Merge, Scope::Expert(id)) => row.expert_id == Some(*id) && row.status != Status::Offered,
        // Who is only asked does not take part yet.
        (Action::Annotate, Scope::Expert(id)) => row.expert_id != Some(*id) || row.status != Status::Offered,
        (Action::Invite, Scope::Expert(id)) => row.expert_id == Some(*id),
        (Action::Opine, Scope::Expert(_)) => true,
        (Action::Reopen, Scope::Enterprise(id)) => row.enterprise_id == *id,
        _ => false,
    };
    if allowed {
        return Ok(());
    }
    let mut problem = Problem::forbidden();
    problem.detail = match action {
        Action::Answer => {
            Text::new("只有被派单的专家可以答复", "only the expert it is offered to may answer")
        }
        Action::Lead => Text::new("只有主诊专家可以进行此操作", "only the expert who holds it may do this"),
        Action::Rate => Text::new("只有提问企业可以评价", "only the enterprise that asked may rate"),
        Action::Invite => Text::new(
            "只有主诊专家和监管人员可以邀请会诊",
            "only the expert who holds it and officers may invite to the panel",
        ),
        Action::Opine => Text::new("只有会诊专家可以发表意见", "only experts of the panel give opinions"),
        Action::Reopen => Text::new(
            "只有提问企业和监管人员可以重新打开",
            "only the enterprise that asked and officers may reopen it",
        ),
        Action::Close => Text::new(
            "只有提问企业可以撤回或结束问诊",
            "only the enterprise that asked may take it back or close it",
        ),
        Action::Assign => Text::new("只有监管人员可以指派", "only officers assign"),
        Action::Merge => Text::new(
            "只有监管人员和同时承接两件问诊的专家可以合并",
            "only officers and the expert who holds both may merge them",
        ),
        Action::Annotate => Text::new(
            "只有参与问诊的专家和监管人员可以设置标签和关联",
            "only its experts and officers put tags on it or link it",
        ),
        Action::ReadNotes | Action::Explain => return Err(problem),
    };
    Err(problem)
}

/// Whether the actor reads the notes of the consultations that it sees.
pub fn reads_notes(actor: &Actor) -> bool {
    matches!(actor, Actor::System) || matches!(actor.scope(), Some(Scope::Expert(_) | Scope::Admin(_)))
}

/// Whether the actor, who sees a consultation, may see its notes, too.
pub fn sees_notes(actor: &Actor, row: &Row) -> bool {
    permit(actor, Action::ReadNotes, row).is_ok()
}

/// Loads what [`sees`] needs.
///
/// # Errors
/// When the database can't be asked.
pub fn access_context(conn: &mut PgConnection, row: &Row) -> Result<AccessContext, Problem> {
    let region = enterprise::table.find(row.enterprise_id).select(enterprise::region).first(conn)?;
    let participants = consultation_participant::table
        .filter(consultation_participant::consultation_id.eq(row.id))
        .filter(consultation_participant::removed_at.is_null())
        .select(consultation_participant::account_id)
        .load(conn)?;
    Ok(AccessContext { region, participants })
}

/// Whether the actor may know of a consultation that is loaded.
///
/// # Errors
/// When the database can't be asked.
pub fn sees_loaded(tx: &mut Tx, row: &Row) -> Result<bool, Problem> {
    let context = access_context(&mut tx.conn, row)?;
    Ok(sees(&tx.actor, row, &context, &tx.catalogue))
}

/// 404 for a consultation of which the actor may not know. An expert who took part until it went to another one is told that: nothing of what
/// was just filled in has been done.
fn unseen(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Problem, Problem> {
    use consultation_participant as p;
    let mut problem = Problem::not_found();
    let (Some(account), Some(Scope::Expert(_))) = (actor.account(), actor.scope()) else {
        return Ok(problem);
    };
    let left: i64 = p::table
        .filter(p::consultation_id.eq(id))
        .filter(p::account_id.eq(account))
        .filter(p::removed_at.is_not_null())
        .count()
        .get_result(conn)?;
    if left > 0 {
        problem.detail = Text::new(
            "本问诊已转由其他专家承接或您已退出会诊，不能继续办理；刚才提交的内容未保存",
            "this consultation went to another expert, or you left its panel; if you just sent something, it was not stored",
        );
    }
    Ok(problem)
}

/// Loads and locks a consultation that the actor may see and do this with.
///
/// # Errors
/// 404 where the actor may not know of it, 403 where it may not do this.
pub fn load_for(tx: &mut Tx, id: ConsultationId, action: Action) -> Result<Consultation, Problem> {
    let c = load(tx, id)?;
    if !sees_loaded(tx, &c)? {
        return Err(unseen(&mut tx.conn, &tx.actor, id.0)?);
    }
    permit(&tx.actor, action, &c)?;
    Ok(c)
}
