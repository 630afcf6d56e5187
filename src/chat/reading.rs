//! What a reader has read and what not: for lists, and for the page of a conversation.

use crate::chat::kernel::Stream;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::schema::chat_read;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid};
use std::collections::HashMap;

/// The greatest number of unread messages of a stream that is counted.
pub const MOST_UNREAD: i64 = 100;

/// The last message of a consultation's talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Its sender.
    pub name: String,
    /// Its beginning.
    pub excerpt: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// What of a consultation one reader has not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnreadSummary {
    /// Messages of others that the reader has not read, of talk and of notes; none of notes where the reader may not see
    /// them. At most [`MOST_UNREAD`] of each.
    pub unread: [i64; 2],
    /// The last message of the talk.
    pub latest: Option<Latest>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
    #[diesel(sql_type = Text)]
    stream: String,
    #[diesel(sql_type = BigInt)]
    unread: i64,
}

#[derive(QueryableByName)]
struct LatestRow {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    excerpt: String,
    #[diesel(sql_type = Timestamptz)]
    sent_at: DateTime<Utc>,
}

/// The unread summaries of consultations that the actor sees. Each costs a few look-ups by key, however long it is.
///
/// # Errors
/// When the database can't be asked.
pub fn unread_summaries(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, UnreadSummary>, Problem> {
    let Some(me) = actor.account() else { return Err(Problem::unauthenticated()) };
    let all: Vec<_> = ids.iter().map(|id| id.0).collect();
    let mut found: HashMap<ConsultationId, UnreadSummary> = HashMap::new();
    let counted: Vec<Row> = diesel::sql_query(
        "SELECT s.consultation_id AS id, s.stream, n.unread
         FROM chat_stream s
         LEFT JOIN chat_read r ON r.consultation_id = s.consultation_id AND r.stream = s.stream AND r.account_id = $2
         CROSS JOIN LATERAL (
             SELECT count(*) AS unread FROM (
                 SELECT 1 FROM chat_message m
                 WHERE m.consultation_id = s.consultation_id AND m.stream = s.stream
                   AND m.seq > coalesce(r.seq, 0) AND m.sender_id <> $2
                 ORDER BY m.seq DESC LIMIT $4) AS few) AS n
         WHERE s.consultation_id = ANY($1) AND s.last_seq > coalesce(r.seq, 0) AND ($3 OR s.stream = 'talk')",
    )
    .bind::<Array<SqlUuid>, _>(&all)
    .bind::<SqlUuid, _>(me)
    .bind::<Bool, _>(sees_notes(actor))
    .bind::<BigInt, _>(MOST_UNREAD)
    .load(conn)?;
    for row in counted {
        let [talk, notes] = &mut found.entry(row.id).or_default().unread;
        *(if row.stream == Stream::Talk.as_str() { talk } else { notes }) = row.unread;
    }
    let latest: Vec<LatestRow> = diesel::sql_query(
        "SELECT m.consultation_id AS id, a.name, m.sent_at,
                CASE WHEN EXISTS (
                    SELECT FROM chat_retraction r WHERE r.consultation_id = m.consultation_id AND r.stream = m.stream AND r.seq = m.seq
                ) THEN '' ELSE left(m.body, 60) END AS excerpt
         FROM chat_stream s
         JOIN chat_message m ON m.consultation_id = s.consultation_id AND m.stream = s.stream AND m.seq = s.last_seq
         JOIN published.account a ON a.id = m.sender_id
         WHERE s.consultation_id = ANY($1) AND s.stream = 'talk'",
    )
    .bind::<Array<SqlUuid>, _>(&all)
    .load(conn)?;
    for LatestRow { id, name, excerpt, sent_at } in latest {
        found.entry(id).or_default().latest = Some(Latest { name, excerpt, sent_at });
    }
    Ok(found)
}

impl UnreadSummary {
    /// Unread messages of both streams.
    pub fn all_unread(&self) -> i64 {
        self.unread.iter().sum()
    }
}

/// Whether the actor sees the notes of the consultations that it sees.
fn sees_notes(actor: &Actor) -> bool {
    !matches!(actor.scope(), Some(Scope::Enterprise(_)))
}

/// How far each account has read the talk of a consultation.
///
/// # Errors
/// When the database can't be asked.
pub fn talk_marks(conn: &mut PgConnection, id: ConsultationId) -> QueryResult<HashMap<AccountId, i64>> {
    let marks = chat_read::table
        .filter(chat_read::consultation_id.eq(id.0))
        .filter(chat_read::stream.eq(Stream::Talk.as_str()))
        .select((chat_read::account_id, chat_read::seq));
    Ok(marks.load::<(AccountId, i64)>(conn)?.into_iter().collect())
}

/// The number up to which the actor has read a stream; 0 for nothing.
///
/// # Errors
/// When the database can't be asked.
pub fn read_up_to(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
) -> Result<i64, Problem> {
    let Some(me) = actor.account() else { return Err(Problem::unauthenticated()) };
    let key = (id.0, stream.as_str(), me);
    Ok(chat_read::table.find(key).select(chat_read::seq).first(conn).optional()?.unwrap_or(0))
}
