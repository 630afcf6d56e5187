//! The parts of a whole case: actions, evidence and history, each with its files.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::core::Problem;
use crate::db::published::account;
use crate::db::schema::{case_action, case_event, case_event_file, case_evidence, case_evidence_file};
use crate::remediation::action::ActionKind;
use crate::remediation::case_view::{ActionView, CaseHistoryView, EvidenceView};
use crate::remediation::history::EventRow;
use crate::remediation::ids::{ActionId, CaseId, EvidenceId};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use std::collections::HashMap;

/// The actions of a case, in the order of 8D.
///
/// # Errors
/// When the database can't be asked.
pub fn actions(conn: &mut PgConnection, id: CaseId) -> Result<Vec<ActionView>, Problem> {
    let mut found: Vec<ActionView> = case_action::table
        .filter(case_action::case_id.eq(id))
        .order(case_action::id)
        .select((
            case_action::id,
            case_action::kind,
            case_action::state,
            case_action::description,
            case_action::standard,
            case_action::clause,
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
    found.sort_by_key(|action| ActionKind::ALL.iter().position(|kind| *kind == action.kind));
    Ok(found)
}

/// The events of a case, each with the event that corrects it and whether it was late by the present history.
pub fn history(
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

/// The names of those who entered the events of a case.
///
/// # Errors
/// When the database can't be asked.
pub fn names(conn: &mut PgConnection, id: CaseId) -> Result<HashMap<i32, String>, Problem> {
    let rows: Vec<(i32, String)> = case_event::table
        .inner_join(account::table.on(account::id.nullable().eq(case_event::actor_id)))
        .filter(case_event::case_id.eq(id))
        .select((case_event::seq, account::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The files of the events of a case.
///
/// # Errors
/// When the database can't be asked.
pub fn event_files(conn: &mut PgConnection, id: CaseId) -> Result<HashMap<i32, Vec<Attachment>>, Problem> {
    use case_event_file as f;
    let rows: Vec<(i32, AttachmentId)> = f::table
        .filter(f::case_id.eq(id))
        .order((f::seq, f::ordinal))
        .select((f::seq, f::attachment_id))
        .load(conn)?;
    let known = attachments(conn, rows.iter().map(|row| row.1))?;
    let mut files: HashMap<i32, Vec<Attachment>> = HashMap::new();
    for (seq, file) in rows {
        files.entry(seq).or_default().extend(known.get(&file).cloned());
    }
    Ok(files)
}

type EvidenceRow = (EvidenceId, Option<ActionId>, Option<String>, String, DateTime<Utc>, String);

/// The evidence of a case, oldest first.
///
/// # Errors
/// When the database can't be asked.
pub fn evidence(conn: &mut PgConnection, id: CaseId) -> Result<Vec<EvidenceView>, Problem> {
    use case_evidence as e;
    let rows: Vec<EvidenceRow> = e::table
        .inner_join(account::table.on(account::id.eq(e::submitted_by)))
        .filter(e::case_id.eq(id))
        .order(e::id)
        .select((e::id, e::action_id, e::criterion, e::description, e::submitted_at, account::name))
        .load(conn)?;
    let mut files: HashMap<EvidenceId, Vec<Attachment>> = HashMap::new();
    let found: Vec<(EvidenceId, AttachmentId)> = case_evidence_file::table
        .filter(case_evidence_file::evidence_id.eq_any(rows.iter().map(|row| row.0)))
        .order((case_evidence_file::evidence_id, case_evidence_file::ordinal))
        .select((case_evidence_file::evidence_id, case_evidence_file::attachment_id))
        .load(conn)?;
    let known = attachments(conn, found.iter().map(|row| row.1))?;
    for (evidence, file) in found {
        files.entry(evidence).or_default().extend(known.get(&file).cloned());
    }
    Ok(rows
        .into_iter()
        .map(|(id, action_id, criterion, description, submitted_at, submitted_by)| {
            let attachments = files.remove(&id).unwrap_or_default();
            EvidenceView { id, action_id, criterion, description, submitted_at, submitted_by, attachments }
        })
        .collect())
}

/// Files by their ids.
fn attachments(
    conn: &mut PgConnection,
    ids: impl Iterator<Item = AttachmentId>,
) -> Result<HashMap<AttachmentId, Attachment>, Problem> {
    let rows = find_all(conn, &ids.collect::<Vec<_>>())?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}
