//! What one has read and what not: for lists, and for the page of a conversation.

use crate::chat::protocol::Stream;
use crate::core::Problem;
use crate::core::actor::{Actor, Role, Scope};
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::schema::{account, chat_read, consultation_participant};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use std::collections::HashMap;

/// More than so many unread messages of a stream are not counted.
pub const MOST_UNREAD: i64 = 100;

/// The last thing said in a consultation's talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Who said it.
    pub name: String,
    /// Its beginning.
    pub excerpt: String,
    /// When.
    pub sent_at: DateTime<Utc>,
}

/// How a consultation stands for one reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Messages of others that the reader has not read, of talk and of notes; none of notes where the reader may not see
    /// them. At most [`MOST_UNREAD`] of each.
    pub unread: [i64; 2],
    /// The last thing said.
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

/// How consultations that the actor sees stand for the actor. Each costs a few look-ups by key, however long it is.
///
/// # Errors
/// When the database can't be asked.
pub fn standings(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, Standing>, Problem> {
    let Some(me) = actor.account() else { return Err(Problem::unauthenticated()) };
    let all: Vec<_> = ids.iter().map(|id| id.0).collect();
    let mut found: HashMap<ConsultationId, Standing> = HashMap::new();
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
    let said: Vec<LatestRow> = diesel::sql_query(
        "SELECT m.consultation_id AS id, a.name, left(m.body, 60) AS excerpt, m.sent_at
         FROM chat_stream s
         JOIN chat_message m ON m.consultation_id = s.consultation_id AND m.stream = s.stream AND m.seq = s.last_seq
         JOIN account a ON a.id = m.sender_id
         WHERE s.consultation_id = ANY($1) AND s.stream = 'talk'",
    )
    .bind::<Array<SqlUuid>, _>(&all)
    .load(conn)?;
    for LatestRow { id, name, excerpt, sent_at } in said {
        found.entry(id).or_default().latest = Some(Latest { name, excerpt, sent_at });
    }
    Ok(found)
}

impl Standing {
    /// Unread messages of both streams.
    pub fn all_unread(&self) -> i64 {
        self.unread.iter().sum()
    }
}

/// Whether the actor sees the notes of what it sees at all.
fn sees_notes(actor: &Actor) -> bool {
    !matches!(actor.scope(), Some(Scope::Enterprise(_)))
}

/// One who takes part, and how far they have read the talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable)]
pub struct Reader {
    /// The account.
    pub id: AccountId,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Up to which number; 0 for nothing.
    pub seq: i64,
}

/// Those who take part in a consultation that the caller sees, with what they have read of its talk.
///
/// # Errors
/// When the database can't be asked.
pub fn readers(conn: &mut PgConnection, id: ConsultationId) -> Result<Vec<Reader>, Problem> {
    use consultation_participant as p;
    let read = chat_read::consultation_id
        .eq(id.0)
        .and(chat_read::stream.eq(Stream::Talk.as_str()))
        .and(chat_read::account_id.eq(account::id));
    let rows: Vec<(AccountId, String, Role, Option<i64>)> = p::table
        .inner_join(account::table.on(account::id.eq(p::account_id)))
        .left_join(chat_read::table.on(read))
        .filter(p::consultation_id.eq(id))
        .filter(p::removed_at.is_null())
        .order(p::joined_at)
        .select((account::id, account::name, account::role, chat_read::seq.nullable()))
        .load(conn)?;
    let reader =
        |(id, name, role, seq): (_, _, _, Option<i64>)| Reader { id, name, role, seq: seq.unwrap_or(0) };
    Ok(rows.into_iter().map(reader).collect())
}

/// Up to which number the actor has read a stream; 0 for nothing.
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
