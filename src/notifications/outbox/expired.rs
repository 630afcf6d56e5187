//! Mails whose period has passed: they are deleted. What is to go is decided by `retention`, above.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};

/// Mails that have ended, as they are counted before they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct EndedMails {
    /// Those that would go.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// The bytes of their texts.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// Those that are kept, to the addresses that were named.
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
    /// When the oldest of those that would go was written.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub oldest: Option<DateTime<Utc>>,
}

/// A mail that is not queued any more and was written before `$1`; `$2` are the addresses whose mails are kept, in lower case.
const ENDED: &str = "FROM outbox_mail WHERE state <> 'queued' AND created_at < $1";

/// Counts the mails that have ended and were written before a moment, apart from those to some addresses, which are given in lower case.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, before: DateTime<Utc>, kept: &[String]) -> QueryResult<EndedMails> {
    diesel::sql_query(format!(
        "SELECT count(*) FILTER (WHERE goes) AS rows, coalesce(sum(bytes) FILTER (WHERE goes), 0)::bigint AS bytes,
                count(*) FILTER (WHERE NOT goes) AS kept, min(created_at) FILTER (WHERE goes) AS oldest
         FROM (SELECT lower(recipient) <> ALL ($2) AS goes, octet_length(subject) + octet_length(body) AS bytes, created_at {ENDED}) AS m"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Array<Text>, _>(kept)
    .get_result(conn)
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct DeletedMails {
    /// Number of mails that were deleted.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// The bytes of their texts.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

/// Deletes some of these mails.
///
/// # Errors
/// When the database refuses.
pub fn delete(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    kept: &[String],
    most: i64,
) -> QueryResult<DeletedMails> {
    diesel::sql_query(format!(
        "WITH gone AS (
             DELETE FROM outbox_mail WHERE id IN (
                 SELECT id {ENDED} AND lower(recipient) <> ALL ($2) ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING octet_length(subject) + octet_length(body) AS bytes)
         SELECT count(*) AS rows, coalesce(sum(bytes), 0)::bigint AS bytes FROM gone"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Array<Text>, _>(kept)
    .bind::<BigInt, _>(most)
    .get_result(conn)
}
