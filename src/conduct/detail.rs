//! One entry with its history, what ends it, and what the actor can do.

use crate::accounts::store::names;
use crate::catalogue::Catalogue;
use crate::conduct::event::Details;
use crate::conduct::ids::ConductId;
use crate::conduct::policy::{permit_step, visible_to};
use crate::conduct::queries::{rules_of, views};
use crate::conduct::repair::possible_from;
use crate::conduct::rows::{ConductRow, EventRow};
use crate::conduct::rules::{Behaviour, CreditRules};
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::{ConductStep, transition};
use crate::conduct::store;
use crate::conduct::view::{ConditionView, ConductDetail, EndKind, EndView, EventView, Words};
use crate::conduct::words::{ConductState, RepairCheck};
use crate::conduct::{course::Course, files};
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::core::{Problem, Text};
use crate::db::schema::conduct;
use chrono::NaiveDate;
use diesel::prelude::*;

/// What a reading needs besides the database.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The settings of credit.
    pub settings: &'a ConductSettings,
    /// Reference data.
    pub catalogue: &'a Catalogue,
    /// Today, in Asia/Shanghai.
    pub today: NaiveDate,
}

/// The most other entries about the same fact that are named.
const MOST_BESIDE: i64 = 100;

/// One entry.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConductId,
    context: &Context<'_>,
) -> Result<ConductDetail, Problem> {
    let row: ConductRow =
        visible_to(actor).filter(conduct::id.eq(id)).select(ConductRow::as_select()).first(conn)?;
    let history = store::events(conn, id)?;
    let (course, authors) = (store::fold(id, history.clone())?, store::authors(&row, &history));
    let same_fact: Vec<ConductId> = visible_to(actor)
        .filter(conduct::fact_id.eq(row.fact_id))
        .filter(conduct::enterprise_id.eq(row.enterprise_id))
        .filter(conduct::id.ne(id))
        .filter(conduct::state.ne(ConductState::Annulled))
        .order(conduct::id)
        .limit(MOST_BESIDE)
        .select(conduct::id)
        .load(conn)?;
    let view = views(conn, context.settings, context.today, vec![row.clone()])?.into_iter().next();
    let rules = rules_of(context.settings, &row);
    let behaviour = rules.and_then(|rules| rules.behaviour(&row.behaviour));
    let ends = rules.zip(behaviour).map(|(rules, of)| ends(&row, &course, (rules, of), context.today));
    Ok(ConductDetail {
        conduct: view.ok_or_else(Problem::not_found)?,
        inspection_id: row.inspection_id,
        case_id: row.case_id,
        description: row.description.clone(),
        rules_source: rules.map(|rules| rules.source.clone()).unwrap_or_default(),
        ends: ends.unwrap_or_default(),
        conditions: rules.map(conditions).unwrap_or_default(),
        same_fact,
        allowed: allowed(actor, (&row, &authors), &course, (behaviour, context)),
        events: events(conn, actor, id, history)?,
    })
}

/// The steps that the actor can take now.
fn allowed(
    actor: &Actor,
    (row, authors): (&ConductRow, &[AccountId]),
    course: &Course,
    (behaviour, context): (Option<&Behaviour>, &Context<'_>),
) -> Vec<ConductStep> {
    let possible = |step: ConductStep| match step {
        ConductStep::Object => !course.objection_decided,
        ConductStep::ApplyRepair => behaviour.is_some_and(|of| {
            of.repairable
                && possible_from(of, row.decided_on) <= context.today
                && context.today <= row.counts_until
        }),
        _ => true,
    };
    let may = |step: ConductStep| permit_step(actor, row, authors, step, context.catalogue).is_ok();
    ConductStep::ALL
        .iter()
        .copied()
        .filter(|step| transition(row.state, *step).is_ok() && possible(*step) && may(*step))
        .collect()
}

fn conditions(rules: &CreditRules) -> Vec<ConditionView> {
    let view = |condition: &crate::conduct::rules::RepairCondition| ConditionView {
        key: condition.key.clone(),
        declared: condition.check == RepairCheck::Declared,
        text: Words::from(&condition.text),
    };
    rules.repair.conditions.iter().map(view).collect()
}

fn because(zh: &'static str, en: &'static str) -> Option<Words> {
    Some(Words::from(&Text::new(zh, en)))
}

/// What ends an entry, as it stands on a day. Pure.
pub fn ends(
    row: &ConductRow,
    course: &Course,
    (rules, behaviour): (&CreditRules, &Behaviour),
    today: NaiveDate,
) -> Vec<EndView> {
    if matches!(row.state, ConductState::Annulled | ConductState::Repaired) {
        return Vec::new();
    }
    let waits = matches!(row.state, ConductState::Contested | ConductState::RepairPending);
    let expired = row.counts_until < today;
    let from = possible_from(behaviour, row.decided_on);
    let not_objected = match row.state {
        _ if course.objection_decided => because("异议已处理", "an objection was decided"),
        _ if waits => because("已有待办理的异议或者申请", "something waits for a decision"),
        _ => None,
    };
    let not_repaired = match row.state {
        _ if !behaviour.repairable => because("该行为依规定不予修复", "this behaviour can't be repaired"),
        _ if expired => because("记录已到期", "it has expired"),
        _ if waits => because("已有待办理的异议或者申请", "something waits for a decision"),
        ConductState::Entered => because("尚未告知", "the enterprise was not notified yet"),
        _ if today < from => because("未满最短等待期", "the waiting time has not passed"),
        _ => None,
    };
    vec![
        EndView {
            kind: EndKind::Expiry,
            on: row.counts_until.succ_opt(),
            possible: !expired,
            article: Words::from(&behaviour.article),
            reason: None,
        },
        EndView {
            kind: EndKind::Objection,
            on: None,
            possible: not_objected.is_none(),
            article: Words::from(&rules.objection.article),
            reason: not_objected,
        },
        EndView {
            kind: EndKind::Repair,
            on: behaviour.repairable.then_some(from),
            possible: not_repaired.is_none(),
            article: Words::from(&rules.repair.article),
            reason: not_repaired,
        },
    ]
}

fn events(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConductId,
    rows: Vec<EventRow>,
) -> Result<Vec<EventView>, Problem> {
    let authors: Vec<AccountId> = rows.iter().filter_map(|row| row.actor_id).collect();
    let names = names(conn, &authors)?;
    let mut attachments = files::of(conn, id)?;
    let enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let details: Details = serde_json::from_value(row.details)?;
        let named = !enterprise || row.actor_role == "enterprise";
        views.push(EventView {
            ordinal: row.ordinal,
            step: row.step.parse().map_err(Problem::internal)?,
            to: row.to_state.parse().map_err(Problem::internal)?,
            occurred_on: row.occurred_on,
            recorded_at: row.recorded_at,
            role: row.actor_role,
            by: row.actor_id.filter(|_| named).and_then(|id| names.get(&id).cloned()),
            reason: details.reason,
            article: details.article,
            ground: details.ground,
            document: details.document,
            legal_basis: details.legal_basis,
            declared: details.declared,
            correction: details.correction,
            attachments: attachments.remove(&row.ordinal).unwrap_or_default(),
        });
    }
    Ok(views)
}
