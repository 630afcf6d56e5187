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
use uuid::Uuid;

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
