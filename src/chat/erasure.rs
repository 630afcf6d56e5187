//! Messages whose period has passed: their texts are erased, their numbers stay, so that nothing that counts messages or resumes from a
//! number finds a gap. What is to be erased is decided by `retention`, above.

use crate::core::ids::ConsultationId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};

/// The kind of a message that was erased.
pub const ERASED: &str = "erased";

/// A message that is erased, with what it said.
#[derive(Debug, QueryableByName)]
pub struct Said {
    /// `talk` or `notes`.
    #[diesel(sql_type = Text)]
    pub stream: String,
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    /// Text of the message.
    #[diesel(sql_type = Text)]
    pub body: String,
}

/// Erases the first messages of a consultation that are not erased yet, at most so many, and gives them. Locks its streams.
///
/// # Errors
/// When the database refuses.
pub fn erase(
    conn: &mut PgConnection,
    id: ConsultationId,
    most: i64,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Said>> {
    diesel::sql_query("SELECT stream, seq, body FROM chat_erase($1, $2, $3)")
        .bind::<SqlUuid, _>(id)
        .bind::<BigInt, _>(most)
        .bind::<Timestamptz, _>(now)
        .load(conn)
}
