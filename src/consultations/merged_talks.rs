//! Consultations that were merged into others: which into which, and that whoever holds one reads the talks of those that were merged
//! into it, for they are a part of the same question.
//!
//! Locks: the consultation itself is locked by the caller; of those that were merged into it the participants and streams, by their ids.

use crate::chat::events::MemberRemoved;
use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::{
    consultation, consultation_merge as m, consultation_panel, consultation_participant as p,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid};

/// Those that were merged into one, be it by way of others.
const BELOW: &str = "
    WITH RECURSIVE merged (id) AS (
        SELECT m.consultation_id FROM consultation_merge m WHERE m.into_id = $1
        UNION SELECT m.consultation_id FROM consultation_merge m JOIN merged ON m.into_id = merged.id
    ) SELECT id FROM merged ORDER BY id";

/// Ends the part of experts who neither held a consultation nor had a place on its panel.
const END_READING: &str = "
    UPDATE consultation_participant p SET removed_at = $2
    FROM consultation c, published.account a
    WHERE p.consultation_id = ANY ($1) AND p.role = 'expert' AND p.removed_at IS NULL
      AND c.id = p.consultation_id AND a.id = p.account_id AND a.expert_id IS DISTINCT FROM c.expert_id
      AND NOT EXISTS (SELECT FROM consultation_panel s WHERE s.consultation_id = c.id AND s.expert_id = a.expert_id)
    RETURNING p.consultation_id AS consultation, p.account_id AS account";

#[derive(QueryableByName)]
struct Merged {
    #[diesel(sql_type = Uuid)]
    id: ConsultationId,
}

#[derive(QueryableByName)]
struct Removed {
    #[diesel(sql_type = Uuid)]
    consultation: ConsultationId,
    #[diesel(sql_type = Uuid)]
    account: AccountId,
}

fn below(tx: &mut Tx, id: ConsultationId) -> Result<Vec<ConsultationId>, Problem> {
    let found: Vec<Merged> = diesel::sql_query(BELOW).bind::<Uuid, _>(id).load(&mut *tx.conn)?;
    Ok(found.into_iter().map(|merged| merged.id).collect())
}

/// Notes that one was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &mut Tx, id: ConsultationId, into: ConsultationId) -> Result<(), Problem> {
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    diesel::insert_into(m::table)
        .values((
            m::consultation_id.eq(id),
            m::into_id.eq(into),
            m::merged_by.eq(by),
            m::merged_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Notes that one is not merged any more, and ends the part of those who read it, and what was merged into it, for the sake of the other.
/// Gives the one into which it was merged. Its expert must still be noted in its row.
///
/// # Errors
/// When the database refuses.
pub fn undo(tx: &mut Tx, id: ConsultationId) -> Result<Option<ConsultationId>, Problem> {
    let into: Option<ConsultationId> =
        diesel::delete(m::table.find(id)).returning(m::into_id).get_result(&mut *tx.conn).optional()?;
    let mut all = below(tx, id)?;
    all.push(id);
    let removed: Vec<Removed> = diesel::sql_query(END_READING)
        .bind::<Array<Uuid>, _>(&all)
        .bind::<Timestamptz, _>(tx.now)
        .load(&mut *tx.conn)?;
    for Removed { consultation, account } in removed {
        tx.emit(MemberRemoved { consultation, account });
    }
    Ok(into)
}

/// Lets whoever holds a consultation read those that were merged into it.
///
/// # Errors
/// When the database refuses.
pub fn join(tx: &mut Tx, id: ConsultationId, account: AccountId) -> Result<(), Problem> {
    for merged in below(tx, id)? {
        diesel::insert_into(p::table)
            .values((
                p::consultation_id.eq(merged),
                p::account_id.eq(account),
                p::role.eq("expert"),
                p::lead.eq(false),
                p::joined_at.eq(tx.now),
            ))
            .on_conflict((p::consultation_id, p::account_id))
            .do_update()
            .set(p::removed_at.eq(None::<DateTime<Utc>>))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Ends that for whoever holds it no longer, but for those that were the expert's own.
///
/// # Errors
/// When the database refuses.
pub fn leave(tx: &mut Tx, id: ConsultationId, expert: ExpertId, account: AccountId) -> Result<(), Problem> {
    let all = below(tx, id)?;
    if all.is_empty() {
        return Ok(());
    }
    let mut own: Vec<ConsultationId> = consultation::table
        .filter(consultation::id.eq_any(&all))
        .filter(consultation::expert_id.eq(expert))
        .select(consultation::id)
        .load(&mut *tx.conn)?;
    let seats = consultation_panel::table
        .filter(consultation_panel::consultation_id.eq_any(&all))
        .filter(consultation_panel::expert_id.eq(expert))
        .select(consultation_panel::consultation_id);
    own.extend(seats.load::<ConsultationId>(&mut *tx.conn)?);
    for merged in all.into_iter().filter(|merged| !own.contains(merged)) {
        let part = p::table.find((merged, account)).filter(p::removed_at.is_null());
        if diesel::update(part).set(p::removed_at.eq(tx.now)).execute(&mut *tx.conn)? > 0 {
            tx.emit(MemberRemoved { consultation: merged, account });
        }
    }
    Ok(())
}
