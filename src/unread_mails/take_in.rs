//! Taking in what was written: whoever takes part and has not read it is noted.

use crate::core::Problem;
use crate::core::ids::ConsultationId;
use crate::db::{Command, Tx};
use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// What was written longer ago is no news.
pub const NEWS_HOURS: i64 = 24;
/// The last messages of a stream that are looked at, however many were written at once.
const LOOKED_AT: i64 = 1_000;

/// Takes in what was written in some consultations. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeInMessages {
    /// The consultations.
    pub consultations: Vec<ConsultationId>,
}

/// Makes the rows that say how far each is taken in.
const BEGIN: &str = "
    INSERT INTO unread_watch (consultation_id) SELECT u.id FROM unnest($1) AS u(id) ORDER BY u.id
    ON CONFLICT DO NOTHING";

/// Locks them, in one order, against another server.
const LOCK: &str = "
    SELECT FROM unread_watch WHERE consultation_id = ANY ($1) ORDER BY consultation_id FOR UPDATE";

/// Notes of each reader the first message of somebody else that is new and unread, and how far was looked.
const TAKE_IN: &str = "
    WITH grown AS MATERIALIZED (
        SELECT w.consultation_id, w.talk_seq, w.notes_seq, t.last_seq AS talk_to, n.last_seq AS notes_to
        FROM unread_watch w
        JOIN published.chat_stream t ON t.consultation_id = w.consultation_id AND t.stream = 'talk'
        JOIN published.chat_stream n ON n.consultation_id = w.consultation_id AND n.stream = 'notes'
        WHERE w.consultation_id = ANY ($1)
    ), noted AS (
        INSERT INTO unread_waiting (account_id, consultation_id, since, talk_after, talk_to, notes_after, notes_to)
        SELECT r.account_id, g.consultation_id, min(first.sent_at), g.talk_seq, g.talk_to, g.notes_seq, g.notes_to
        FROM grown g
        JOIN published.consultation_reader r ON r.consultation_id = g.consultation_id
        CROSS JOIN LATERAL (VALUES ('talk', g.talk_seq, g.talk_to), ('notes', g.notes_seq, g.notes_to))
            AS s(stream, after, upto)
        CROSS JOIN LATERAL (
            SELECT m.sent_at FROM published.chat_message m
            WHERE m.consultation_id = g.consultation_id AND m.stream = s.stream AND m.seq <= s.upto
              AND m.seq > greatest(s.after, s.upto - $2, (
                  SELECT k.seq FROM published.chat_read k
                  WHERE k.consultation_id = g.consultation_id AND k.stream = s.stream
                    AND k.account_id = r.account_id))
              AND m.sender_id <> r.account_id AND m.sent_at >= r.joined_at AND m.sent_at > $3
            ORDER BY m.seq LIMIT 1) AS first
        WHERE s.stream = 'talk' OR r.reads_notes
        GROUP BY r.account_id, g.consultation_id, g.talk_seq, g.talk_to, g.notes_seq, g.notes_to
        ORDER BY r.account_id, g.consultation_id
        ON CONFLICT (account_id, consultation_id)
        DO UPDATE SET talk_to = excluded.talk_to, notes_to = excluded.notes_to
    )
    UPDATE unread_watch w SET talk_seq = g.talk_to, notes_seq = g.notes_to
    FROM grown g
    WHERE w.consultation_id = g.consultation_id AND (w.talk_seq, w.notes_seq) <> (g.talk_to, g.notes_to)";

impl Command for TakeInMessages {
    type Output = ();
    const NAME: &'static str = "take_in_messages";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let ids: Vec<uuid::Uuid> = self.consultations.iter().map(|id| id.0).collect();
        for statement in [BEGIN, LOCK] {
            diesel::sql_query(statement).bind::<Array<SqlUuid>, _>(&ids).execute(&mut *tx.conn)?;
        }
        diesel::sql_query(TAKE_IN)
            .bind::<Array<SqlUuid>, _>(&ids)
            .bind::<BigInt, _>(LOOKED_AT)
            .bind::<Timestamptz, _>(tx.now - Duration::hours(NEWS_HOURS))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}
