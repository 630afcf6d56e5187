//! Messages that their senders take back: the log stays as it was written, and nobody is shown their text or their files any more.

use crate::chat::events::MessageRetracted;
use crate::chat::kernel::Stream;
use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::Tx;
use crate::db::schema::{chat_message, chat_retraction};
use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A message may have been delivered before a retraction that is a little older was: so many seconds.
const OVERLAP: f64 = 600.0;
/// The most retractions that are repeated to who resumes.
const MOST_REPEATED: i64 = 500;

/// What decides whether a message may be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Written {
    /// Who sent it.
    pub sender: AccountId,
    /// `text` or `advice`.
    pub kind: String,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
}

/// A message of a stream by its number.
///
/// # Errors
/// 404 where there is none.
pub fn written(
    conn: &mut PgConnection,
    id: ConsultationId,
    stream: Stream,
    seq: i64,
) -> Result<Written, Problem> {
    Ok(chat_message::table
        .filter(chat_message::consultation_id.eq(id.0))
        .filter(chat_message::stream.eq(stream.as_str()))
        .filter(chat_message::seq.eq(seq))
        .select((chat_message::sender_id, chat_message::kind, chat_message::sent_at))
        .first(conn)?)
}

/// Takes a message back, and informs those who see its stream. `false` where it was taken back before; then nothing is done.
///
/// # Errors
/// When the database refuses.
pub fn retract(tx: &mut Tx, id: ConsultationId, stream: Stream, seq: i64) -> Result<bool, Problem> {
    let stored = diesel::insert_into(chat_retraction::table)
        .values((
            chat_retraction::consultation_id.eq(id.0),
            chat_retraction::stream.eq(stream.as_str()),
            chat_retraction::seq.eq(seq),
            chat_retraction::retracted_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if stored > 0 {
        tx.emit(MessageRetracted { consultation: id, stream, seq, at: tx.now });
    }
    Ok(stored > 0)
}

#[derive(QueryableByName)]
struct Retracted {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Timestamptz)]
    retracted_at: DateTime<Utc>,
}

/// The messages up to a number that were taken back since the one of that number was sent, in order: whoever has the stream up to there
/// may have been away meanwhile.
///
/// # Errors
/// When the database can't be asked.
pub fn retracted_since(
    conn: &mut PgConnection,
    id: ConsultationId,
    stream: Stream,
    after: i64,
) -> QueryResult<Vec<MessageRetracted>> {
    if after < 1 {
        return Ok(Vec::new());
    }
    let found: Vec<Retracted> = diesel::sql_query(
        "SELECT r.seq, r.retracted_at FROM chat_retraction r
         WHERE r.consultation_id = $1 AND r.stream = $2 AND r.seq <= $3 AND r.retracted_at >= (
             SELECT m.sent_at - make_interval(secs => $4) FROM chat_message m
             WHERE m.consultation_id = $1 AND m.stream = $2 AND m.seq = $3)
         ORDER BY r.seq DESC LIMIT $5",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(stream.as_str())
    .bind::<BigInt, _>(after)
    .bind::<Double, _>(OVERLAP)
    .bind::<BigInt, _>(MOST_REPEATED)
    .load(conn)?;
    let one = |r: Retracted| MessageRetracted { consultation: id, stream, seq: r.seq, at: r.retracted_at };
    Ok(found.into_iter().rev().map(one).collect())
}

/// Whether a file of a stream was taken back with its message, and stands in no other one.
///
/// # Errors
/// When the database can't be asked.
pub fn is_file_retracted(
    conn: &mut PgConnection,
    id: ConsultationId,
    stream: &str,
    file: Uuid,
) -> QueryResult<bool> {
    use chat_message as m;
    let taken_back: Vec<i64> = chat_retraction::table
        .filter(chat_retraction::consultation_id.eq(id.0))
        .filter(chat_retraction::stream.eq(stream))
        .select(chat_retraction::seq)
        .load(conn)?;
    if taken_back.is_empty() {
        return Ok(false);
    }
    let with_file = || {
        m::table
            .filter(m::consultation_id.eq(id.0))
            .filter(m::stream.eq(stream))
            .filter(m::attachments.contains(vec![file]))
    };
    let gone: bool =
        diesel::select(exists(with_file().filter(m::seq.eq_any(&taken_back)))).get_result(conn)?;
    if !gone {
        return Ok(false);
    }
    let stays: bool =
        diesel::select(exists(with_file().filter(m::seq.ne_all(&taken_back)))).get_result(conn)?;
    Ok(!stays)
}
