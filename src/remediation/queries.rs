//! Reading cases. Each query starts from what the actor may know of.

use crate::attachments::{Attachment, AttachmentRow};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{ActionId, CaseId, ConsultationId, EnterpriseId, EvidenceId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::db::schema::{
    attachment, case_action, case_event, case_evidence, case_evidence_file, enterprise, nonconformity,
    remediation_case,
};
use crate::remediation::advice::ActionKind;
use crate::remediation::clocks::{days_left, ends_at};
use crate::remediation::policy::{may, visible_to};
use crate::remediation::state::{CaseState, CaseStep, allowed};
use crate::remediation::store::Row;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A case in a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseView {
    /// The id.
    pub id: CaseId,
    /// Where it stands.
    pub state: CaseState,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Code of its region.
    pub region: String,
    /// The nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Number of the failed report.
    pub report_no: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The version of the rules under which the case was opened.
    pub rule_version: String,
    /// The day of the rectification order.
    pub ordered_on: NaiveDate,
    /// The statutory clocks.
    pub clocks: Clocks,
    /// Whether the product may not be produced or sold: no re-inspection has been passed (SAMR Order No. 18, art. 49).
    pub on_hold: bool,
    /// The day of the re-inspection.
    pub reinspected_on: Option<NaiveDate>,
    /// When the case was cleared.
    pub cleared_at: Option<DateTime<Utc>>,
    /// The steps that the caller may take now.
    pub allowed_steps: Vec<CaseStep>,
}

/// The statutory clocks of a case.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clocks {
    /// Rectification within 60 days of the order (art. 46).
    pub rectification: ClockView,
    /// Re-inspection within 75 days of the order (art. 47).
    pub reinspection: ClockView,
}

/// One statutory deadline.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClockView {
    /// The last day, in Asia/Shanghai.
    pub due_on: NaiveDate,
    /// The instant at which the last day ends.
    pub ends_at: DateTime<Utc>,
    /// Days from today to the last day; negative once it is missed.
    pub days_left: i64,
    /// Whether what it waits for was done in time, late, or is still to be done: `met`, `late`, `running`, `missed`.
    pub standing: String,
}

/// A whole case.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseDetail {
    /// The case.
    #[serde(flatten)]
    pub case: CaseView,
    /// What failed.
    pub failed_items: Vec<String>,
    /// The actions, oldest first.
    pub actions: Vec<ActionView>,
    /// The evidence, oldest first.
    pub evidence: Vec<EvidenceView>,
    /// Every step, oldest first.
    pub history: Vec<CaseHistoryView>,
}

/// A corrective action.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct ActionView {
    /// The id.
    pub id: ActionId,
    /// What it does about the problem.
    pub kind: ActionKind,
    /// What is to be done.
    pub description: String,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// The consultation in which it was advised.
    pub consultation_id: Option<ConsultationId>,
    /// The number of the message with the advice.
    pub message_seq: Option<i64>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// A piece of evidence.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidenceView {
    /// The id.
    pub id: EvidenceId,
    /// The action that it proves.
    pub action_id: Option<ActionId>,
    /// The recovery criterion that it proves.
    pub criterion: Option<String>,
    /// What it shows.
    pub description: String,
    /// When it was handed in.
    pub submitted_at: DateTime<Utc>,
    /// The files, in order.
    pub attachments: Vec<Attachment>,
}

/// A line of a case's history.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct CaseHistoryView {
    /// Its place, from 1.
    pub seq: i32,
    /// What happened.
    pub event: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// In what role the actor did it.
    pub actor_role: String,
    /// On which day it happened.
    pub occurred_on: NaiveDate,
    /// In the actor's words.
    pub note: Option<String>,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}

/// What a list can be narrowed to.
#[derive(Debug, Default, Clone)]
pub struct CaseFilter {
    /// Only those of this state.
    pub state: Option<CaseState>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of this nonconformity.
    pub nonconformity: Option<NonconformityId>,
    /// Only those of a region and all under it.
    pub region: Option<String>,
    /// Only those that are not cleared and whose re-inspection is due on or before this day.
    pub due_before: Option<NaiveDate>,
}

/// A page of cases, newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CaseFilter,
    slice: Slice,
    now: DateTime<Utc>,
) -> Result<Page<CaseView>, Problem> {
    use crate::db::schema::region_scope;
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(remediation_case::state.eq(state));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(remediation_case::enterprise_id.eq(id));
    }
    if let Some(id) = filter.nonconformity {
        query = query.filter(remediation_case::nonconformity_id.eq(id));
    }
    if let Some(region) = &filter.region {
        query = query.filter(diesel::dsl::exists(
            enterprise::table
                .inner_join(region_scope::table.on(region_scope::region.eq(enterprise::region)))
                .filter(region_scope::scope.eq(region.clone()))
                .filter(enterprise::id.eq(remediation_case::enterprise_id)),
        ));
    }
    if let Some(day) = filter.due_before {
        query = query
            .filter(remediation_case::state.ne(CaseState::Cleared))
            .filter(remediation_case::reinspect_by.le(day));
    }
    if let Some(after) = slice.after {
        query = query.filter(remediation_case::id.lt(CaseId(after)));
    }
    let rows = query
        .order(remediation_case::id.desc())
        .limit(slice.limit + 1)
        .select(Row::as_select())
        .load(conn)?;
    let page = Page::cut(rows, slice, |row| row.id.0);
    let next_cursor = page.next_cursor;
    let items = views(conn, actor, page.items, now)?.into_iter().map(|(view, _)| view).collect();
    Ok(Page { items, next_cursor })
}

/// One case with all that belongs to it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<CaseDetail, Problem> {
    let row = visible_to(actor).filter(remediation_case::id.eq(id)).select(Row::as_select()).first(conn)?;
    let (case, failed_items) =
        views(conn, actor, vec![row], now)?.into_iter().next().ok_or_else(Problem::not_found)?;
    let actions = case_action::table
        .filter(case_action::case_id.eq(id))
        .order(case_action::id)
        .select((
            case_action::id,
            case_action::kind,
            case_action::description,
            case_action::due_on,
            case_action::consultation_id,
            case_action::message_seq,
            case_action::created_at,
        ))
        .load(conn)?;
    let evidence = evidence(conn, id)?;
    use case_event as e;
    let history = e::table
        .filter(e::case_id.eq(id))
        .order(e::seq)
        .select((
            e::seq,
            e::event,
            e::from_state,
            e::to_state,
            e::actor_role,
            e::occurred_on,
            e::note,
            e::recorded_at,
        ))
        .load(conn)?;
    Ok(CaseDetail { case, failed_items, actions, evidence, history })
}

type EvidenceRow = (EvidenceId, Option<ActionId>, Option<String>, String, DateTime<Utc>);

fn evidence(conn: &mut PgConnection, id: CaseId) -> Result<Vec<EvidenceView>, Problem> {
    use case_evidence as e;
    let rows: Vec<EvidenceRow> = e::table
        .filter(e::case_id.eq(id))
        .order(e::id)
        .select((e::id, e::action_id, e::criterion, e::description, e::submitted_at))
        .load(conn)?;
    let mut files: HashMap<EvidenceId, Vec<Attachment>> = HashMap::new();
    let found: Vec<(EvidenceId, AttachmentRow)> = case_evidence_file::table
        .inner_join(attachment::table)
        .filter(case_evidence_file::evidence_id.eq_any(rows.iter().map(|row| row.0)))
        .order((case_evidence_file::evidence_id, case_evidence_file::ordinal))
        .select((case_evidence_file::evidence_id, AttachmentRow::as_select()))
        .load(conn)?;
    for (evidence, file) in found {
        files.entry(evidence).or_default().push(file.into());
    }
    Ok(rows
        .into_iter()
        .map(|(id, action_id, criterion, description, submitted_at)| {
            let attachments = files.remove(&id).unwrap_or_default();
            EvidenceView { id, action_id, criterion, description, submitted_at, attachments }
        })
        .collect())
}

type Named = (String, String, String, String, Vec<String>);

fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    rows: Vec<Row>,
    now: DateTime<Utc>,
) -> Result<Vec<(CaseView, Vec<String>)>, Problem> {
    let mut named: HashMap<NonconformityId, Named> = nonconformity::table
        .inner_join(enterprise::table.on(enterprise::id.eq(nonconformity::enterprise_id)))
        .filter(nonconformity::id.eq_any(rows.iter().map(|r| r.nonconformity_id)))
        .select((
            nonconformity::id,
            (
                enterprise::name,
                enterprise::region,
                nonconformity::report_no,
                nonconformity::product_kind,
                nonconformity::failed_items,
            ),
        ))
        .load::<(NonconformityId, Named)>(conn)?
        .into_iter()
        .collect();
    let corrected: HashMap<CaseId, NaiveDate> = case_event::table
        .filter(case_event::case_id.eq_any(rows.iter().map(|r| r.id)))
        .filter(case_event::event.eq(CaseStep::SubmitEvidence.as_str()))
        .select((case_event::case_id, case_event::occurred_on))
        .load::<(CaseId, NaiveDate)>(conn)?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let (enterprise_name, region, report_no, product_kind, failed_items) =
                named.remove(&row.nonconformity_id).unwrap_or_default();
            let passed = matches!(row.state, CaseState::ReinspectionPassed | CaseState::Cleared);
            let steps = allowed(row.state).into_iter().filter(|step| may(actor, *step)).collect();
            let view = CaseView {
                clocks: Clocks {
                    rectification: clock(row.rectify_by, corrected.get(&row.id).copied(), now),
                    reinspection: clock(row.reinspect_by, row.reinspected_on, now),
                },
                id: row.id,
                state: row.state,
                enterprise_id: row.enterprise_id,
                enterprise_name,
                region,
                nonconformity_id: row.nonconformity_id,
                report_no,
                product_kind,
                rule_version: row.rule_version,
                ordered_on: row.ordered_on,
                on_hold: !passed,
                reinspected_on: row.reinspected_on,
                cleared_at: row.cleared_at,
                allowed_steps: steps,
            };
            (view, failed_items)
        })
        .collect())
}

fn clock(due_on: NaiveDate, done_on: Option<NaiveDate>, now: DateTime<Utc>) -> ClockView {
    let ends_at = ends_at(due_on);
    let standing = match done_on {
        Some(day) if day <= due_on => "met",
        Some(_) => "late",
        None if now < ends_at => "running",
        None => "missed",
    };
    ClockView { due_on, ends_at, days_left: days_left(due_on, now), standing: standing.to_owned() }
}
