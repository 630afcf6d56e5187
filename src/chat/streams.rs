//! The streams of a consultation, for the domain that opens it: their creation, and what is in them.

use crate::core::Problem;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::Tx;
use crate::db::published::account;
use crate::db::schema::{chat_message, chat_stream};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid};
use std::collections::{BTreeMap, HashMap};

/// Creates the streams of a new consultation, the talk first.
///
/// # Errors
/// When the database refuses.
pub fn create(tx: &mut Tx, id: ConsultationId) -> Result<(), Problem> {
    for stream in ["talk", "notes"] {
        diesel::insert_into(chat_stream::table)
            .values((chat_stream::consultation_id.eq(id), chat_stream::stream.eq(stream)))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// The number of the last message in each stream of some consultations, whoever may see it.
///
/// # Errors
/// When the database can't be asked.
pub fn last_numbers(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, BTreeMap<String, i64>>, Problem> {
    let found: Vec<(ConsultationId, String, i64)> = chat_stream::table
        .filter(chat_stream::consultation_id.eq_any(ids))
        .select((chat_stream::consultation_id, chat_stream::stream, chat_stream::last_seq))
        .load(conn)?;
    let mut last: HashMap<ConsultationId, BTreeMap<String, i64>> = HashMap::new();
    for (id, stream, seq) in found {
        last.entry(id).or_default().insert(stream, seq);
    }
    Ok(last)
}

/// Whether an account has written in the talk since a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn has_written(
    conn: &mut PgConnection,
    id: ConsultationId,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<bool, Problem> {
    let written = chat_message::table
        .filter(chat_message::consultation_id.eq(id))
        .filter(chat_message::stream.eq("talk"))
        .filter(chat_message::sender_id.eq(account.0))
        .filter(chat_message::sent_at.ge(since));
    Ok(diesel::select(exists(written)).get_result(conn)?)
}

/// Whether somebody of a role has written in the talk after a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn has_role_written(
    conn: &mut PgConnection,
    id: ConsultationId,
    role: Role,
    after: DateTime<Utc>,
) -> Result<bool, Problem> {
    let written = chat_message::table
        .inner_join(account::table.on(account::id.eq(chat_message::sender_id)))
        .filter(chat_message::consultation_id.eq(id))
        .filter(chat_message::stream.eq("talk"))
        .filter(chat_message::sent_at.gt(after))
        .filter(account::role.eq(role));
    Ok(diesel::select(exists(written)).get_result(conn)?)
}

/// A message of a talk, by its number, the role of who wrote it, and when it was stored.
pub type Spoken = (i64, Role, DateTime<Utc>);

/// Who wrote when in the talk after a number, in order, so many at most.
///
/// # Errors
/// When the database can't be asked.
pub fn spoken_after(
    conn: &mut PgConnection,
    id: ConsultationId,
    after: i64,
    most: i64,
) -> Result<Vec<Spoken>, Problem> {
    Ok(chat_message::table
        .inner_join(account::table.on(account::id.eq(chat_message::sender_id)))
        .filter(chat_message::consultation_id.eq(id))
        .filter(chat_message::stream.eq("talk"))
        .filter(chat_message::seq.gt(after))
        .order(chat_message::seq)
        .limit(most)
        .select((chat_message::seq, account::role, chat_message::sent_at))
        .load(conn)?)
}

/// Who wrote when in the talks of some consultations, by consultation and in order, so many at most.
///
/// # Errors
/// When the database can't be asked.
pub fn spoken_of(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
    most: i64,
) -> Result<Vec<(ConsultationId, Role, DateTime<Utc>)>, Problem> {
    Ok(chat_message::table
        .inner_join(account::table.on(account::id.eq(chat_message::sender_id)))
        .filter(chat_message::consultation_id.eq_any(ids))
        .filter(chat_message::stream.eq("talk"))
        .order((chat_message::consultation_id, chat_message::seq))
        .limit(most)
        .select((chat_message::consultation_id, account::role, chat_message::sent_at))
        .load(conn)?)
}

/// The condition that others wrote what an account has not read, in the talk or, with `notes`, in the internal notes as well.
/// `consultation` is the SQL of the column that holds the consultation's id.
pub fn has_unread<QS: 'static>(
    consultation: &str,
    account: AccountId,
    notes: bool,
) -> Box<dyn BoxableExpression<QS, Pg, SqlType = Bool>> {
    let condition = sql::<Bool>(&format!(
        "EXISTS (SELECT 1 FROM chat_stream s JOIN chat_message m \
         ON m.consultation_id = s.consultation_id AND m.stream = s.stream \
         WHERE s.consultation_id = {consultation} AND (s.stream = 'talk' OR "
    ))
    .bind::<Bool, _>(notes)
    .sql(") AND m.sender_id <> ")
    .bind::<Uuid, _>(account)
    .sql(
        " AND m.seq > coalesce((SELECT r.seq FROM chat_read r WHERE r.consultation_id = s.consultation_id \
         AND r.stream = s.stream AND r.account_id = ",
    )
    .bind::<Uuid, _>(account)
    .sql("), 0))");
    Box::new(condition)
}
