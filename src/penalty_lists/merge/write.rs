//! Writing what a list brings: penalties with their histories, what is to be decided of them, and the conduct that comes of them.

use super::parties::Party;
use super::work::{Fresh, Merge, Told, Work};
use crate::conduct::words::AnnulGround;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::{penalty, penalty_event, penalty_list_row, penalty_question};
use crate::inspections::ids::InspectionId;
use crate::list_files::imports::Outcome;
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId, QuestionId};
use crate::penalty_lists::list::row::{AnnulledBy, Fault};
use crate::penalty_lists::rows::{Changed, PenaltyRow, take};
use crate::penalty_lists::settle::{Annulled, annul_conduct, settle};
use crate::penalty_lists::state::{
    LISTED, PenaltyState, PenaltyStep, QuestionKind, QuestionReason, QuestionState,
};
use crate::sampling_lists::proposal_state::Likeness;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};

/// Rows that are inserted at a time.
const BATCH: usize = 500;

/// What came of writing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    /// Penalties that were entered as conduct.
    pub(super) entered: u64,
    /// Penalties that the rules of conduct did not take: an officer decides.
    pub(super) refused: u64,
}

#[derive(Insertable)]
#[diesel(table_name = penalty, treat_none_as_default_value = false)]
struct NewPenalty {
    id: PenaltyId,
    import_id: PenaltyListId,
    scope: String,
    document_no: String,
    document_key: String,
    party_name: String,
    party_key: String,
    party_uscc: Option<String>,
    party_region: Option<String>,
    act: String,
    act_key: String,
    facts: Option<String>,
    product: Option<String>,
    law: Option<String>,
    penalty_kind: Option<String>,
    content: Option<String>,
    fine_fen: Option<i64>,
    authority: String,
    authority_region: Option<String>,
    decided_on: NaiveDate,
    happened_on: Option<NaiveDate>,
    fault: Option<Fault>,
    inspection_id: Option<InspectionId>,
    enterprise_id: Option<EnterpriseId>,
    behaviour: Option<String>,
    state: PenaltyState,
    version: i32,
    created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = penalty_event, treat_none_as_default_value = false)]
struct FirstEvent {
    penalty_id: PenaltyId,
    ordinal: i32,
    step: PenaltyStep,
    from_state: Option<PenaltyState>,
    to_state: PenaltyState,
    recorded_at: DateTime<Utc>,
    actor_role: &'static str,
    details: Value,
}

/// What is to be decided of a penalty.
#[derive(Insertable)]
#[diesel(table_name = penalty_question, treat_none_as_default_value = false)]
pub(crate) struct NewQuestion {
    pub(crate) id: QuestionId,
    pub(crate) penalty_id: PenaltyId,
    pub(crate) scope: String,
    pub(crate) kind: QuestionKind,
    pub(crate) reason: QuestionReason,
    pub(crate) enterprise_id: Option<EnterpriseId>,
    pub(crate) likeness: Option<Likeness>,
    pub(crate) state: QuestionState,
    pub(crate) note: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = penalty_list_row, treat_none_as_default_value = false)]
struct TakenRow {
    import_id: PenaltyListId,
    row_no: i32,
    penalty_id: PenaltyId,
    outcome: Outcome,
    version: i32,
}

/// Writes all of it.
pub(super) fn write(tx: &mut Tx, merge: Merge<'_>, work: Work) -> Result<Written, Problem> {
    let Work { fresh, annulled, same } = work;
    let (mut written, mut rows) = (Written::default(), Vec::new());
    let ids = insert(tx, merge, &fresh)?;
    for (id, fresh) in ids.iter().zip(&fresh) {
        let version = follow(tx, merge, *id, fresh, &mut written)?;
        rows.extend(taken(merge.list, *id, version, &fresh.told, Outcome::Inserted));
    }
    for (id, told) in &annulled {
        let mut row: PenaltyRow =
            penalty::table.find(id).select(PenaltyRow::as_select()).for_update().first(&mut *tx.conn)?;
        let by = told.penalty.annulled.clone().unwrap_or(AnnulledBy { on: None, document_no: None });
        annul(tx, &mut row, &by, Some(merge.list))?;
        rows.extend(taken(merge.list, *id, row.version, told, Outcome::Updated));
    }
    for (id, version, told) in &same {
        rows.extend(taken(merge.list, *id, *version, told, Outcome::Unchanged));
    }
    for part in rows.chunks(BATCH) {
        diesel::insert_into(penalty_list_row::table).values(part).execute(&mut *tx.conn)?;
    }
    Ok(written)
}

/// The rows of a penalty: what became of it was done by the first of them.
fn taken(
    list: PenaltyListId,
    id: PenaltyId,
    version: i32,
    told: &Told,
    first: Outcome,
) -> impl Iterator<Item = TakenRow> {
    told.rows.iter().enumerate().map(move |(at, row_no)| TakenRow {
        import_id: list,
        row_no: *row_no,
        penalty_id: id,
        outcome: if at == 0 { first } else { Outcome::Unchanged },
        version,
    })
}

/// Inserts new penalties with their first events and what is to be decided of them.
fn insert(tx: &mut Tx, merge: Merge<'_>, fresh: &[Fresh]) -> Result<Vec<PenaltyId>, Problem> {
    let now = tx.now;
    let ids: Vec<PenaltyId> = fresh.iter().map(|_| PenaltyId::new()).collect();
    let (mut rows, mut events, mut questions) = (Vec::new(), Vec::new(), Vec::new());
    for (id, one) in ids.iter().zip(fresh) {
        rows.push(row(*id, merge, one, now));
        events.push(FirstEvent {
            penalty_id: *id,
            ordinal: 1,
            step: PenaltyStep::List,
            from_state: None,
            to_state: LISTED,
            recorded_at: now,
            actor_role: tx.actor.role_word(),
            details: json!({ "list": merge.list }),
        });
        if one.told.penalty.annulled.is_some() {
            continue;
        }
        let question = |kind, reason| NewQuestion {
            id: QuestionId::new(),
            penalty_id: *id,
            scope: merge.scope.to_owned(),
            kind,
            reason,
            enterprise_id: None,
            likeness: None,
            state: QuestionState::Open,
            note: None,
            created_at: now,
        };
        if let Party::Asked { reason, proposed } = &one.party {
            questions.push(NewQuestion {
                enterprise_id: proposed.map(|(enterprise, _)| enterprise),
                likeness: proposed.and_then(|(_, likeness)| likeness),
                ..question(QuestionKind::Party, *reason)
            });
        }
        if one.behaviour.is_none() {
            questions.push(question(QuestionKind::Behaviour, QuestionReason::UnknownAct));
        }
    }
    for part in rows.chunks(BATCH) {
        diesel::insert_into(penalty::table).values(part).execute(&mut *tx.conn)?;
    }
    for part in events.chunks(BATCH) {
        diesel::insert_into(penalty_event::table).values(part).execute(&mut *tx.conn)?;
    }
    for part in questions.chunks(BATCH) {
        diesel::insert_into(penalty_question::table).values(part).execute(&mut *tx.conn)?;
    }
    Ok(ids)
}

fn row(id: PenaltyId, merge: Merge<'_>, fresh: &Fresh, now: DateTime<Utc>) -> NewPenalty {
    let (one, key) = (&fresh.told.penalty, &fresh.told.key);
    NewPenalty {
        id,
        import_id: merge.list,
        scope: merge.scope.to_owned(),
        document_no: one.document_no.clone(),
        document_key: key.document.clone(),
        party_name: one.party.clone(),
        party_key: key.party.clone(),
        party_uscc: one.uscc.as_ref().map(ToString::to_string),
        party_region: one.party_region.clone(),
        act: one.act.clone(),
        act_key: key.act.clone(),
        facts: one.facts.clone(),
        product: one.product.clone(),
        law: one.law.clone(),
        penalty_kind: one.kind.clone(),
        content: one.content.clone(),
        fine_fen: one.fine_fen,
        authority: one.authority.clone(),
        authority_region: one.authority_region.clone(),
        decided_on: one.decided_on,
        happened_on: one.happened_on,
        fault: one.fault,
        inspection_id: fresh.inspection,
        enterprise_id: match fresh.party {
            Party::Known(enterprise) => Some(enterprise),
            Party::Asked { .. } => None,
        },
        behaviour: fresh.behaviour.clone(),
        state: LISTED,
        version: 1,
        created_at: now,
    }
}

/// What follows from a new penalty: it is annulled already, or becomes conduct where nothing is to be decided. Gives the number of its last event.
fn follow(
    tx: &mut Tx,
    merge: Merge<'_>,
    id: PenaltyId,
    fresh: &Fresh,
    written: &mut Written,
) -> Result<i32, Problem> {
    let known = matches!(fresh.party, Party::Known(_)) && fresh.behaviour.is_some();
    if fresh.told.penalty.annulled.is_none() && !known {
        return Ok(1);
    }
    let mut row: PenaltyRow = penalty::table.find(id).select(PenaltyRow::as_select()).first(&mut *tx.conn)?;
    if let Some(by) = &fresh.told.penalty.annulled {
        annul(tx, &mut row, by, Some(merge.list))?;
        return Ok(row.version);
    }
    tx.conn.batch_execute("SAVEPOINT penalty")?;
    match settle(tx, &mut row) {
        Ok(_) => {
            tx.conn.batch_execute("RELEASE SAVEPOINT penalty")?;
            written.entered += 1;
        }
        Err(problem) if problem.status < 500 => {
            tx.conn.batch_execute("ROLLBACK TO SAVEPOINT penalty; RELEASE SAVEPOINT penalty")?;
            written.refused += 1;
            ask_again(tx, &row, &problem)?;
        }
        Err(problem) => return Err(problem),
    }
    Ok(row.version)
}

/// What the rules of conduct do not take is decided by an officer, who is told why.
fn ask_again(tx: &mut Tx, row: &PenaltyRow, problem: &Problem) -> Result<(), Problem> {
    let why = problem
        .errors
        .first()
        .map_or_else(|| problem.detail.zh.to_string(), |error| error.detail.zh.to_string());
    let question = NewQuestion {
        id: QuestionId::new(),
        penalty_id: row.id,
        scope: row.scope.clone(),
        kind: QuestionKind::Behaviour,
        reason: QuestionReason::UnknownAct,
        enterprise_id: None,
        likeness: None,
        state: QuestionState::Open,
        note: Some(why.chars().take(500).collect()),
        created_at: tx.now,
    };
    diesel::insert_into(penalty_question::table).values(&question).execute(&mut *tx.conn)?;
    diesel::update(penalty::table.find(row.id))
        .set(penalty::behaviour.eq(None::<String>))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Annuls a penalty and its conduct, by what a list or an officer says.
pub(crate) fn annul(
    tx: &mut Tx,
    row: &mut PenaltyRow,
    by: &AnnulledBy,
    list: Option<PenaltyListId>,
) -> Result<(), Problem> {
    let reason = by
        .document_no
        .as_ref()
        .map_or_else(|| "处罚决定已撤销".to_owned(), |document| format!("处罚决定已由 {document} 撤销"));
    let document = by.document_no.clone().unwrap_or_else(|| row.document_no.clone());
    let why =
        Annulled { ground: AnnulGround::Superior, on: None, reason: &reason, document: Some(&document) };
    annul_conduct(tx, row, why)?;
    let annulment = json!({ "on": by.on, "document_no": by.document_no, "list": list });
    let changed = Changed { annulment: Some(annulment.clone()), ..Changed::default() };
    take(tx, row, PenaltyStep::Annul, changed, annulment)?;
    void_questions(tx, row.id)
}

/// Nothing is left to decide of a penalty.
pub(crate) fn void_questions(tx: &mut Tx, id: PenaltyId) -> Result<(), Problem> {
    diesel::update(
        penalty_question::table
            .filter(penalty_question::penalty_id.eq(id))
            .filter(penalty_question::state.eq(QuestionState::Open)),
    )
    .set((
        penalty_question::state.eq(QuestionState::Void),
        penalty_question::decided_at.eq(tx.now),
        penalty_question::decided_by.eq(tx.actor.account()),
    ))
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// Whom a penalty is against needs no decision any more.
pub(crate) fn void_party_question(tx: &mut Tx, id: PenaltyId) -> Result<(), Problem> {
    diesel::update(
        penalty_question::table
            .filter(penalty_question::penalty_id.eq(id))
            .filter(penalty_question::kind.eq(QuestionKind::Party))
            .filter(penalty_question::state.eq(QuestionState::Open)),
    )
    .set((penalty_question::state.eq(QuestionState::Void), penalty_question::decided_at.eq(tx.now)))
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// What was left to decide of a penalty when it was annulled is to be decided again.
pub(crate) fn reopen_questions(tx: &mut Tx, id: PenaltyId) -> Result<(), Problem> {
    diesel::update(
        penalty_question::table
            .filter(penalty_question::penalty_id.eq(id))
            .filter(penalty_question::state.eq(QuestionState::Void)),
    )
    .set((
        penalty_question::state.eq(QuestionState::Open),
        penalty_question::decided_at.eq(None::<DateTime<Utc>>),
        penalty_question::decided_by.eq(None::<crate::core::ids::AccountId>),
    ))
    .execute(&mut *tx.conn)?;
    Ok(())
}
