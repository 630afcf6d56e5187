//! Reading cases. Each query starts from what the actor may know of.

use crate::app::App;
use crate::attachments::{Attachment, AttachmentRow};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{ActionId, CaseId, ConsultationId, EnterpriseId, EvidenceId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::db::planned::for_its_values;
use crate::db::schema::{
    account, attachment, case_action, case_event, case_event_file, case_evidence, case_evidence_file,
    enterprise, nonconformity, remediation_case,
};
use crate::db::search::LOOK_THROUGH;
use crate::remediation::actions::ActionState;
use crate::remediation::advice::ActionKind;
use crate::remediation::clearance::{self, CriterionView};
use crate::remediation::course::Course;
use crate::remediation::narrow::{Meant, Turn, Window, narrowed};
use crate::remediation::policy::{of_region, parts, visible_to};
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::store::{self, EventRow, Row, law_of};
use crate::remediation::view::{AllowedEvent, Clocks, Hold, allowed_events, clocks, hold};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// A case in a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseView {
    /// The id.
    pub id: CaseId,
    /// Where it stands.
    pub state: CaseState,
    /// Number of its last event; sent back with an event, it refuses one on a case that has changed since.
    pub version: i32,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Code of its region.
    pub region: String,
    /// Code of the region whose authority handles the case: the enterprise's, or that of a transfer.
    pub authority: String,
    /// Codes of the regions whose authorities handed it over, the first first.
    pub handed_over_by: Vec<String>,
    /// Code of the region with which a failed re-inspection stands on its way up to the province.
    pub held_by: Option<String>,
    /// The nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Number of the failed report.
    pub report_no: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The version of the rules under which the case was opened.
    pub rule_version: String,
    /// The day of the stop order, where one was entered.
    pub stopped_on: Option<NaiveDate>,
    /// The day of the rectification order, once there is one.
    pub ordered_on: Option<NaiveDate>,
    /// The day of the public announcement.
    pub announced_on: Option<NaiveDate>,
    /// The statutory clocks that run or ran.
    pub clocks: Clocks,
    /// Whether the product may not be produced or sold: no re-inspection has been passed (SAMR Order No. 18, art. 49).
    pub on_hold: bool,
    /// What the hold says, while there is one.
    pub hold: Option<Hold>,
    /// The day of the last re-inspection.
    pub reinspected_on: Option<NaiveDate>,
    /// When the case was cleared.
    pub cleared_at: Option<DateTime<Utc>>,
    /// The steps that the caller may take today.
    pub allowed_steps: Vec<CaseStep>,
}

/// A whole case.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseDetail {
    /// The case.
    #[serde(flatten)]
    pub case: CaseView,
    /// The events that are the caller's to enter, now or from a day that is named, each with its article.
    pub allowed_events: Vec<AllowedEvent>,
    /// What failed.
    pub failed_items: Vec<String>,
    /// The actions in the order of 8D: problem, containment, cause, correction, prevention, verification, effectiveness; of a
    /// kind, the oldest first.
    pub actions: Vec<ActionView>,
    /// The evidence, oldest first.
    pub evidence: Vec<EvidenceView>,
    /// The recovery criteria, which the clearance waits for.
    pub criteria: Vec<CriterionView>,
    /// Every event, oldest first.
    pub history: Vec<CaseHistoryView>,
}

/// A corrective action.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct ActionView {
    /// The id.
    pub id: ActionId,
    /// What it does about the problem.
    pub kind: ActionKind,
    /// Where it stands.
    pub state: ActionState,
    /// What is to be done.
    pub description: String,
    /// Who sees to it.
    pub owner: Option<String>,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// On which day it was done.
    pub done_on: Option<NaiveDate>,
    /// Why it was declined or reopened, or what was said with the last answer.
    pub reason: Option<String>,
    /// When the enterprise answered last, or the regulator reopened it.
    pub decided_at: Option<DateTime<Utc>>,
    /// The consultation in which it was advised.
    pub consultation_id: Option<ConsultationId>,
    /// The number of the message with the advice.
    pub message_seq: Option<i64>,
    /// The evidence of it, oldest first.
    pub evidence: Vec<EvidenceId>,
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
    /// Who handed it in.
    pub submitted_by: String,
    /// The files, in order.
    pub attachments: Vec<Attachment>,
}

/// A line of a case's history.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseHistoryView {
    /// Its place, from 1.
    pub seq: i32,
    /// What happened: a step, or `correct`.
    pub event: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// In what role the actor did it.
    pub actor_role: String,
    /// The actor's name; none where the platform did it.
    pub actor_name: Option<String>,
    /// Code of the region of the officer who entered it.
    pub actor_region: Option<String>,
    /// On which day it happened; of a correction, when it was made.
    pub occurred_on: NaiveDate,
    /// In the actor's words; of a correction, its reason.
    pub note: Option<String>,
    /// Number or reference of the document.
    pub document: Option<String>,
    /// The files that it stands on, in order.
    pub attachments: Vec<Attachment>,
    /// What it says besides: `received_on`, `until`, `region`, `reason`; of a correction, what takes the place of what was
    /// said.
    #[schema(value_type = Object)]
    pub details: Value,
    /// Whether it came after its deadline, as the history stands now.
    pub late: bool,
    /// The event that this one corrects.
    pub corrects: Option<i32>,
    /// The event that corrects this one.
    pub corrected_by: Option<i32>,
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
    /// Only those whose next step is this side's.
    pub turn: Option<Turn>,
    /// Only those of products of this class.
    pub class: Option<String>,
    /// Only those with a statutory deadline that runs and ends on one of these days.
    pub deadline: Option<Window>,
    /// Part of the enterprise's name, or the beginning of its code or of the report's number.
    pub q: Option<String>,
}

/// A page of cases, newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CaseFilter,
    slice: Slice,
) -> Result<Page<CaseView>, Problem> {
    let mut found: Vec<CaseId> = Vec::new();
    for_its_values(conn, |conn| {
        for at in 0..parts(actor).len() {
            let part = || {
                let query = narrow(parts(actor).swap_remove(at), filter);
                match slice.after {
                    Some(after) => query.filter(remediation_case::id.lt(CaseId(after))),
                    None => query,
                }
            };
            found.extend(newest(conn, part, Meant::of(filter), slice.limit + 1)?);
        }
        Ok(())
    })?;
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    let page = Page::cut(found, slice, |id| id.0);
    let rows = visible_to(actor)
        .filter(remediation_case::id.eq_any(&page.items))
        .order(remediation_case::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    let items = views(app, conn, actor, rows)?.into_iter().map(|whole| whole.case).collect();
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// The newest of a part of the list, and of them those that are meant; in no order, perhaps more than wanted, but none that is
/// left out is newer than as many as are wanted.
fn newest(
    conn: &mut PgConnection,
    part: impl Fn() -> remediation_case::BoxedQuery<'static, Pg>,
    meant: Option<Meant>,
    wanted: i64,
) -> QueryResult<Vec<CaseId>> {
    let ordered = || part().order(remediation_case::id.desc()).select(remediation_case::id);
    let Some(meant) = meant else { return ordered().limit(wanted).load(conn) };
    let floor: Option<CaseId> = ordered().offset(LOOK_THROUGH).first(conn).optional()?;
    let mut near = ordered().filter(meant.each()).limit(wanted);
    if let Some(floor) = floor {
        near = near.filter(remediation_case::id.ge(floor));
    }
    let mut found: Vec<CaseId> = near.load(conn)?;
    if floor.is_some() && i64::try_from(found.len()).is_ok_and(|found| found < wanted) {
        for way in meant.from_their_side() {
            found.extend(ordered().filter(way).limit(wanted).load::<CaseId>(conn)?);
        }
    }
    Ok(found)
}

/// What has not ended, as its index has it; a test holds it against [`CaseState::is_final`].
pub const NOT_ENDED: &str =
    "remediation_case.state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed')";

fn narrow(
    mut query: remediation_case::BoxedQuery<'static, Pg>,
    filter: &CaseFilter,
) -> remediation_case::BoxedQuery<'static, Pg> {
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
        query = query.filter(of_region(region));
    }
    if let Some(day) = filter.due_before {
        query = query.filter(sql::<Bool>(NOT_ENDED)).filter(remediation_case::reinspect_by.le(day));
    }
    narrowed(query, filter)
}

/// Cases by their ids, as far as the actor may know of them, in no order.
///
/// # Errors
/// When the database can't be asked.
pub fn of_ids(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[CaseId],
) -> Result<Vec<CaseView>, Problem> {
    let rows =
        visible_to(actor).filter(remediation_case::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    Ok(views(app, conn, actor, rows)?.into_iter().map(|whole| whole.case).collect())
}

/// What an enterprise has to do with the actions of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenActions {
    /// Actions that wait for its answer.
    pub to_answer: i64,
    /// Actions it took on and has not carried out.
    pub to_do: i64,
}

/// The open actions of cases that the actor sees.
///
/// # Errors
/// When the database can't be asked.
pub fn open_actions(
    conn: &mut PgConnection,
    ids: &[CaseId],
) -> Result<HashMap<CaseId, OpenActions>, Problem> {
    let counted: Vec<(Option<CaseId>, ActionState, i64)> = case_action::table
        .filter(case_action::case_id.eq_any(ids))
        .filter(case_action::state.eq_any([ActionState::Proposed, ActionState::Accepted]))
        .group_by((case_action::case_id, case_action::state))
        .select((case_action::case_id, case_action::state, diesel::dsl::count_star()))
        .load(conn)?;
    let mut found: HashMap<CaseId, OpenActions> = HashMap::new();
    for (case, state, n) in counted {
        let Some(case) = case else { continue };
        let open = found.entry(case).or_default();
        *(if state == ActionState::Proposed { &mut open.to_answer } else { &mut open.to_do }) = n;
    }
    Ok(found)
}

/// One case with all that belongs to it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(app: &App, conn: &mut PgConnection, actor: &Actor, id: CaseId) -> Result<CaseDetail, Problem> {
    let row = visible_to(actor).filter(remediation_case::id.eq(id)).select(Row::as_select()).first(conn)?;
    let criteria = clearance::criteria(conn, app.settings(), &row, row.state)?;
    let names = names(conn, id)?;
    let files = event_files(conn, id)?;
    let whole = views(app, conn, actor, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)?;
    let mut actions: Vec<ActionView> = case_action::table
        .filter(case_action::case_id.eq(id))
        .order(case_action::id)
        .select((
            case_action::id,
            case_action::kind,
            case_action::state,
            case_action::description,
            case_action::owner,
            case_action::due_on,
            case_action::done_on,
            case_action::reason,
            case_action::decided_at,
            case_action::consultation_id,
            case_action::message_seq,
            sql::<Array<SqlUuid>>(
                "ARRAY(SELECT e.id FROM case_evidence e WHERE e.action_id = case_action.id ORDER BY e.id)",
            ),
            case_action::created_at,
        ))
        .load(conn)?;
    actions.sort_by_key(|action| ActionKind::ALL.iter().position(|kind| *kind == action.kind));
    let evidence = evidence(conn, id)?;
    Ok(CaseDetail {
        case: whole.case,
        allowed_events: whole.allowed,
        failed_items: whole.failed_items,
        actions,
        evidence,
        criteria,
        history: history(whole.events, &whole.late, &names, files),
    })
}

/// The lines of a history, each with what corrects it and whether it was late as the history stands now.
fn history(
    events: Vec<EventRow>,
    late: &HashMap<i32, bool>,
    names: &HashMap<i32, String>,
    mut files: HashMap<i32, Vec<Attachment>>,
) -> Vec<CaseHistoryView> {
    let corrected: HashMap<i32, i32> = events.iter().filter_map(|e| Some((e.corrects?, e.seq))).collect();
    let mut line = |e: EventRow| CaseHistoryView {
        corrected_by: corrected.get(&e.seq).copied(),
        late: late.get(&e.seq).copied().unwrap_or(false),
        actor_name: names.get(&e.seq).cloned(),
        attachments: files.remove(&e.seq).unwrap_or_default(),
        seq: e.seq,
        event: e.event,
        from_state: e.from_state,
        to_state: e.to_state,
        actor_role: e.actor_role,
        actor_region: e.actor_region,
        occurred_on: e.occurred_on,
        note: e.note,
        document: e.document,
        details: e.details,
        corrects: e.corrects,
        recorded_at: e.recorded_at,
    };
    events.into_iter().map(&mut line).collect()
}

/// Who entered each line of a history.
fn names(conn: &mut PgConnection, id: CaseId) -> Result<HashMap<i32, String>, Problem> {
    let rows: Vec<(i32, String)> = case_event::table
        .inner_join(account::table.on(account::id.nullable().eq(case_event::actor_id)))
        .filter(case_event::case_id.eq(id))
        .select((case_event::seq, account::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The files of each line of a history.
fn event_files(conn: &mut PgConnection, id: CaseId) -> Result<HashMap<i32, Vec<Attachment>>, Problem> {
    let rows: Vec<(i32, AttachmentRow)> = case_event_file::table
        .inner_join(attachment::table)
        .filter(case_event_file::case_id.eq(id))
        .order((case_event_file::seq, case_event_file::ordinal))
        .select((case_event_file::seq, AttachmentRow::as_select()))
        .load(conn)?;
    let mut files: HashMap<i32, Vec<Attachment>> = HashMap::new();
    for (seq, file) in rows {
        files.entry(seq).or_default().push(file.into());
    }
    Ok(files)
}

type EvidenceRow = (EvidenceId, Option<ActionId>, Option<String>, String, DateTime<Utc>, String);

fn evidence(conn: &mut PgConnection, id: CaseId) -> Result<Vec<EvidenceView>, Problem> {
    use case_evidence as e;
    let rows: Vec<EvidenceRow> = e::table
        .inner_join(account::table.on(account::id.eq(e::submitted_by)))
        .filter(e::case_id.eq(id))
        .order(e::id)
        .select((e::id, e::action_id, e::criterion, e::description, e::submitted_at, account::name))
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
        .map(|(id, action_id, criterion, description, submitted_at, submitted_by)| {
            let attachments = files.remove(&id).unwrap_or_default();
            EvidenceView { id, action_id, criterion, description, submitted_at, submitted_by, attachments }
        })
        .collect())
}

type Named = (String, String, String, String, Vec<String>);

/// A case with what its history comes to.
struct Whole {
    case: CaseView,
    allowed: Vec<AllowedEvent>,
    failed_items: Vec<String>,
    events: Vec<EventRow>,
    /// Of the effective events, whether they came late.
    late: HashMap<i32, bool>,
}

fn views(app: &App, conn: &mut PgConnection, actor: &Actor, rows: Vec<Row>) -> Result<Vec<Whole>, Problem> {
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
    let ids: Vec<CaseId> = rows.iter().map(|row| row.id).collect();
    let mut events = store::histories(conn, &ids)?;
    let now = app.clock().now();
    rows.into_iter()
        .map(|row| {
            let (enterprise_name, region, report_no, product_kind, failed_items) =
                named.remove(&row.nonconformity_id).unwrap_or_default();
            let events = events.remove(&row.id).unwrap_or_default();
            let law = law_of(&row, app.settings(), app.catalogue())?;
            let facts = store::facts(&events)?;
            let (course, late) = Course::replay(&region, &facts, law)
                .map_err(|broken| Problem::internal(format!("case {}: {broken}", row.id)))?;
            let allowed = allowed_events(actor, &course, law, now);
            let today =
                allowed.iter().filter(|event| event.open).flat_map(|event| event.steps.iter().copied());
            let case = CaseView {
                clocks: clocks(&course, law, now),
                on_hold: row.state.holds(),
                hold: hold(row.state, law.rules),
                allowed_steps: today.collect(),
                id: row.id,
                state: row.state,
                version: row.version,
                enterprise_id: row.enterprise_id,
                enterprise_name,
                region,
                authority: course.authority,
                handed_over_by: row.handed_over_by,
                held_by: row.held_by,
                nonconformity_id: row.nonconformity_id,
                report_no,
                product_kind,
                rule_version: row.rule_version,
                stopped_on: row.stopped_on,
                ordered_on: row.ordered_on,
                announced_on: row.announced_on,
                reinspected_on: row.reinspected_on,
                cleared_at: row.cleared_at,
            };
            let late = facts.iter().map(|fact| fact.seq).zip(late).collect();
            Ok(Whole { case, allowed, failed_items, events, late })
        })
        .collect()
}
