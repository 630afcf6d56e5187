//! The log of a consultation, in SQL.

use crate::chat::protocol::Stream;
use crate::consultations::policy::streams;
use crate::consultations::queries::row;
use crate::core::Problem;
use crate::core::actor::{Actor, Role};
use crate::core::event::{ReadMark, Sender, StoredMessage};
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::schema::{account, chat_message, chat_read, chat_stream};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where a consultation stands, for one who subscribes.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The status.
    pub status: String,
    /// The last number of each stream that the actor may see.
    pub last_seq: BTreeMap<String, i64>,
    /// How often it changed who may see the consultation. What is stored for a later audience must not
    /// be shown before the right is asked for again.
    pub audience: i64,
}

/// Where a consultation stands.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn standing(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<Standing, Problem> {
    // The right is asked for last: whoever has it then had it when the rest was read.
    let found = chat_stream::table
        .filter(chat_stream::consultation_id.eq(id))
        .select((chat_stream::stream, chat_stream::last_seq, chat_stream::audience))
        .load::<(String, i64, i64)>(conn)?;
    let row = row(conn, actor, id)?;
    let audience = found.iter().map(|(.., audience)| *audience).min().unwrap_or_default();
    let seen = streams(actor, &row);
    let last_seq = found.into_iter().map(|(stream, last, _)| (stream, last));
    let last_seq = last_seq.filter(|(stream, _)| seen.contains(&stream.as_str())).collect();
    Ok(Standing { status: row.status.as_str().to_owned(), last_seq, audience })
}

/// A part of one stream, as it was when the reader had the right to see it.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// The messages, in order.
    pub messages: Vec<StoredMessage>,
    /// The audience; see [`Standing::audience`].
    pub audience: i64,
}

type MessageRow = (i64, Uuid, AccountId, String, Role, String, String, Vec<Uuid>, DateTime<Utc>);

/// The messages of one stream after a number, in order: at most `limit`, and no more than come to
/// about `max_bytes` of text, but one at least where there is one. Asks again whether the actor may
/// see the stream; what is given was stored while it might.
///
/// # Errors
/// 404 where the actor may not know of the consultation or the stream.
pub fn read_after(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
    after: i64,
    limit: i64,
    max_bytes: i64,
) -> Result<LogPage, Problem> {
    let part = Part { after, newest: false, limit, max_bytes };
    read_part(conn, actor, id, stream, part)
}

/// The newest messages of one stream, in order; else as [`read_after`].
///
/// # Errors
/// 404 where the actor may not know of the consultation or the stream.
pub fn read_newest(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
    limit: i64,
    max_bytes: i64,
) -> Result<LogPage, Problem> {
    let part = Part { after: 0, newest: true, limit, max_bytes };
    let mut page = read_part(conn, actor, id, stream, part)?;
    page.messages.reverse();
    Ok(page)
}

/// Which part of a stream is read.
#[derive(Clone, Copy)]
struct Part {
    after: i64,
    /// From the end, newest first.
    newest: bool,
    limit: i64,
    max_bytes: i64,
}

fn read_part(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
    part: Part,
) -> Result<LogPage, Problem> {
    let audience_now = |conn: &mut PgConnection| {
        chat_stream::table.find((id, stream.as_str())).select(chat_stream::audience).first::<i64>(conn)
    };
    let may_see = |conn: &mut PgConnection| {
        let row = row(conn, actor, id)?;
        if streams(actor, &row).contains(&stream.as_str()) { Ok(()) } else { Err(Problem::not_found()) }
    };
    let audience = audience_now(conn)?;
    may_see(conn)?;
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
            chat_message::sent_at,
        ));
    let rows: Vec<MessageRow> = if part.newest {
        query.order(chat_message::seq.desc()).load(conn)?
    } else {
        query.order(chat_message::seq).load(conn)?
    };
    if audience_now(conn)? != audience {
        may_see(conn)?;
    }
    let mut bytes = 0;
    let messages = rows
        .into_iter()
        .map(|(seq, client_id, sender, name, role, kind, body, attachments, sent_at)| StoredMessage {
            consultation: id,
            stream: stream.as_str().to_owned(),
            seq,
            client_id,
            sender: Sender { id: sender, name, role },
            kind,
            body,
            attachments,
            sent_at,
        })
        .take_while(|message| {
            let fits = bytes == 0 || bytes < part.max_bytes;
            bytes += i64::try_from(message.body.len()).unwrap_or(i64::MAX / 2) + 1;
            fits
        })
        .collect();
    Ok(LogPage { messages, audience })
}

/// Notes how far an account has read; never back. Gives the mark, or nothing where it was there
/// already.
///
/// # Errors
/// 404 where the actor may not know of the consultation or the stream.
pub fn mark_read(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
    seq: i64,
    now: DateTime<Utc>,
) -> Result<Option<ReadMark>, Problem> {
    let Some(account) = actor.account() else { return Err(Problem::unauthenticated()) };
    let standing = standing(conn, actor, id)?;
    let Some(&last) = standing.last_seq.get(stream.as_str()) else { return Err(Problem::not_found()) };
    let seq = seq.min(last);
    if seq < 1 {
        return Ok(None);
    }
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
    // A mark never goes back. (`filter` of an upsert has a trait of its own.)
    let moved =
        diesel::query_dsl::methods::FilterDsl::filter(upsert, chat_read::seq.lt(excluded(chat_read::seq)))
            .execute(conn)?;
    Ok((moved > 0).then(|| ReadMark { consultation: id, stream: stream.as_str().to_owned(), account, seq }))
}
