//! The log of a consultation, and how far each account has read it.

use crate::chat::events::{ReadMark, Sender, StoredMessage};
use crate::chat::kernel::Stream;
use crate::chat::port::ConsultationPort;
use crate::core::Problem;
use crate::core::actor::{Actor, Role};
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::published::account;
use crate::db::schema::{chat_message, chat_read, chat_stream};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use diesel::upsert::excluded;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The state of a consultation for a reader who subscribes.
#[derive(Debug, Clone)]
pub struct StreamPositions {
    /// The status.
    pub status: String,
    /// Whether it is offered to an expert who has not answered yet.
    pub is_offered: bool,
    /// The last number of each stream that the reader may see.
    pub last_seq: BTreeMap<String, i64>,
    /// The audience now; see [`crate::chat::kernel::Stored::audience`].
    pub audience: i64,
}

/// A part of one stream, as it was when the reader had the right to see it.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// The messages, in order.
    pub messages: Vec<StoredMessage>,
    /// The audience for which the right to read was confirmed; see [`crate::chat::kernel::Stored::audience`].
    pub audience: i64,
}

type MessageRow = (
    i64,
    Uuid,
    AccountId,
    String,
    Role,
    String,
    String,
    Vec<Uuid>,
    Option<i64>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

/// When a message was taken back, if it was.
pub(super) const RETRACTED: &str = "(SELECT r.retracted_at FROM chat_retraction r WHERE r.consultation_id = chat_message.consultation_id \
    AND r.stream = chat_message.stream AND r.seq = chat_message.seq)";

/// The part of a stream that is read.
#[derive(Clone, Copy)]
struct Part {
    after: i64,
    /// From the end, newest first.
    newest: bool,
    limit: i64,
    max_bytes: i64,
}

/// The log as one reader may see it. Rights are asked of the port.
pub struct ChatLog<'a> {
    port: &'a dyn ConsultationPort,
    reader: &'a Actor,
}

impl<'a> ChatLog<'a> {
    /// The log for a reader.
    pub fn new(port: &'a dyn ConsultationPort, reader: &'a Actor) -> Self {
        Self { port, reader }
    }

    /// The state of a consultation.
    ///
    /// # Errors
    /// 404 where the reader may not know of it.
    pub fn positions(&self, conn: &mut PgConnection, id: ConsultationId) -> Result<StreamPositions, Problem> {
        // The right is asked for last: a reader who has it then had it when the rest was read.
        let found = chat_stream::table
            .filter(chat_stream::consultation_id.eq(id))
            .select((chat_stream::stream, chat_stream::last_seq, chat_stream::audience))
            .load::<(String, i64, i64)>(conn)?;
        let info = self.port.find(conn, self.reader, id)?;
        let audience = found.iter().map(|(.., audience)| *audience).min().unwrap_or_default();
        let last_seq = found.into_iter().map(|(stream, last, _)| (stream, last));
        let last_seq =
            last_seq.filter(|(stream, _)| info.sees_notes || stream == Stream::Talk.as_str()).collect();
        Ok(StreamPositions { status: info.status, is_offered: info.is_offered, last_seq, audience })
    }

    /// The messages of one stream after a number, in order: at most `limit`, and no more than come to about `max_bytes`
    /// of text, but at least one if there is one. Asks again whether the reader may see the stream; the messages that are
    /// given were stored while the reader had the right.
    ///
    /// # Errors
    /// 404 where the reader may not know of the consultation or the stream.
    pub fn read_after(
        &self,
        conn: &mut PgConnection,
        id: ConsultationId,
        stream: Stream,
        after: i64,
        limit: i64,
        max_bytes: i64,
    ) -> Result<LogPage, Problem> {
        self.read_part(conn, id, stream, Part { after, newest: false, limit, max_bytes })
    }

    /// The newest messages of one stream, in order; limits and rights as for [`ChatLog::read_after`].
    ///
    /// # Errors
    /// 404 where the reader may not know of the consultation or the stream.
    pub fn read_newest(
        &self,
        conn: &mut PgConnection,
        id: ConsultationId,
        stream: Stream,
        limit: i64,
        max_bytes: i64,
    ) -> Result<LogPage, Problem> {
        let mut page = self.read_part(conn, id, stream, Part { after: 0, newest: true, limit, max_bytes })?;
        page.messages.reverse();
        Ok(page)
    }

    fn check_right(
        &self,
        conn: &mut PgConnection,
        id: ConsultationId,
        stream: Stream,
    ) -> Result<(), Problem> {
        let info = self.port.find(conn, self.reader, id)?;
        if stream == Stream::Talk || info.sees_notes { Ok(()) } else { Err(Problem::not_found()) }
    }

    fn read_part(
        &self,
        conn: &mut PgConnection,
        id: ConsultationId,
        stream: Stream,
        part: Part,
    ) -> Result<LogPage, Problem> {
        let audience_now = |conn: &mut PgConnection| {
            chat_stream::table.find((id, stream.as_str())).select(chat_stream::audience).first::<i64>(conn)
        };
        let audience = audience_now(conn)?;
        self.check_right(conn, id, stream)?;
        let rows = load(conn, id, stream, part)?;
        if audience_now(conn)? != audience {
            self.check_right(conn, id, stream)?;
        }
        let mut bytes = 0;
        let messages = rows
            .into_iter()
            .map(|row| message(id, stream, row))
            .take_while(|message| {
                let fits = bytes == 0 || bytes < part.max_bytes;
                bytes += i64::try_from(message.body.len()).unwrap_or(i64::MAX / 2) + 1;
                fits
            })
            .collect();
        Ok(LogPage { messages, audience })
    }

    /// Notes how far the reader has read a stream; the mark never goes back. Gives the mark if it moved.
    ///
    /// # Errors
    /// 404 where the reader may not know of the consultation or the stream.
    pub fn mark_read(
        &self,
        conn: &mut PgConnection,
        id: ConsultationId,
        stream: Stream,
        seq: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<ReadMark>, Problem> {
        let Some(account) = self.reader.account() else { return Err(Problem::unauthenticated()) };
        let positions = self.positions(conn, id)?;
        let Some(&last) = positions.last_seq.get(stream.as_str()) else { return Err(Problem::not_found()) };
        let seq = seq.min(last);
        if seq < 1 {
            return Ok(None);
        }
        if !upsert_mark(conn, id, stream, account, (seq, now))? {
            return Ok(None);
        }
        let inside = !self.port.is_shown(conn, self.reader, id)?;
        Ok(Some(ReadMark { consultation: id, stream, account, seq, inside }))
    }
}

fn load(
    conn: &mut PgConnection,
    id: ConsultationId,
    stream: Stream,
    part: Part,
) -> QueryResult<Vec<MessageRow>> {
    let query = chat_message::table
        .inner_join(account::table.on(account::id.eq(chat_message::sender_id)))
        .filter(chat_message::consultation_id.eq(id.0))
        .filter(chat_message::stream.eq(stream.as_str()))
        .filter(chat_message::seq.gt(part.after))
        .limit(part.limit)
        .select((
            chat_message::seq,
            chat_message::client_id,
            account::id,
            account::name,
            account::role,
            chat_message::kind,
            chat_message::body,
            chat_message::attachments,
            chat_message::reply_to,
            chat_message::sent_at,
            sql::<Nullable<Timestamptz>>(RETRACTED),
        ));
    if part.newest {
        query.order(chat_message::seq.desc()).load(conn)
    } else {
        query.order(chat_message::seq).load(conn)
    }
}

fn message(consultation: ConsultationId, stream: Stream, row: MessageRow) -> StoredMessage {
    let (
        seq,
        client_id,
        id,
        name,
        role,
        kind,
        mut body,
        mut attachments,
        mut reply_to,
        sent_at,
        retracted_at,
    ) = row;
    if retracted_at.is_some() {
        (body, attachments, reply_to) = (String::new(), Vec::new(), None);
    }
    StoredMessage {
        consultation,
        stream: stream.as_str().to_owned(),
        seq,
        client_id,
        sender: Sender { id, name, role },
        kind,
        body,
        attachments,
        reply_to,
        sent_at,
        retracted_at,
    }
}

/// Moves a mark forward; gives whether it moved.
fn upsert_mark(
    conn: &mut PgConnection,
    id: ConsultationId,
    stream: Stream,
    account: AccountId,
    (seq, now): (i64, DateTime<Utc>),
) -> QueryResult<bool> {
    let upsert = diesel::insert_into(chat_read::table)
        .values((
            chat_read::consultation_id.eq(id.0),
            chat_read::stream.eq(stream.as_str()),
            chat_read::account_id.eq(account),
            chat_read::seq.eq(seq),
            chat_read::read_at.eq(now),
        ))
        .on_conflict((chat_read::consultation_id, chat_read::stream, chat_read::account_id))
        .do_update()
        .set((chat_read::seq.eq(seq), chat_read::read_at.eq(now)));
    // `filter` of an upsert has a trait of its own.
    let moved =
        diesel::query_dsl::methods::FilterDsl::filter(upsert, chat_read::seq.lt(excluded(chat_read::seq)))
            .execute(conn)?;
    Ok(moved > 0)
}
