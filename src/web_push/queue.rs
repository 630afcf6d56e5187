//! The messages that are due: taken by a server with a lease, sent, and written down. The three are transactions of their own, so no
//! connection to the database waits for a push service.

use crate::accounts::topics::Topic;
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Language, Problem, Wake};
use crate::db::schema::{push_message, push_subscription};
use crate::outgoing::client::Outcome;
use crate::outgoing::retry::Pauses;
use crate::settings::YesNo;
use crate::web_push::ids::{PushMessageId, PushSubscriptionId};
use crate::web_push::payload::{Payload, Written};
use crate::web_push::settings::WebPushSettings;
use crate::web_push::state::{MessageState, MessageStep, transition};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

/// Wakes the sender: a message is to be sent at once.
pub const WAKE: Wake = Wake::new("web_push");
/// As many messages are counted; beyond them are "at least" so many.
const COUNTED: i64 = 100;
/// Messages that one statement deletes.
const DELETED: i64 = 5_000;

/// Takes messages that are due, the longest due first, with what is unread by now and whether it is wanted. Rows that another server is
/// taking are passed over.
const CLAIM: &str = "
    WITH picked AS MATERIALIZED (
        SELECT m.id FROM push_message m
        WHERE m.state = 'pending' AND m.next_attempt_at <= $1
        ORDER BY m.next_attempt_at, m.id LIMIT $3 FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE push_message m SET attempts = m.attempts + 1, next_attempt_at = $2
        FROM picked p WHERE m.id = p.id
        RETURNING m.*
    )
    SELECT t.id, t.subscription_id, t.account_id, t.consultation_id, t.talk_to, t.notes_to, t.attempts, t.since,
           s.endpoint, s.public_key, s.auth, a.language, coalesce(u.unread, 0) AS unread,
           c.subject, w.name AS sender, u.last_body AS body,
           account_session_open(s.session_id, $1) AND (
               t.consultation_id IS NULL OR (
                   u.unread > 0 AND NOT a.mails_off @> ARRAY[CASE a.role WHEN 'admin' THEN $5 ELSE $4 END]
                   AND NOT EXISTS (SELECT FROM published.account_connection k WHERE k.account_id = t.account_id))) AS wanted
    FROM taken t
    JOIN push_subscription s ON s.id = t.subscription_id
    JOIN published.account a ON a.id = t.account_id
    LEFT JOIN published.consultation c ON c.id = t.consultation_id
    LEFT JOIN LATERAL push_unread(t.account_id, t.consultation_id, t.talk_after, t.talk_to, t.notes_after, t.notes_to) u ON true
    LEFT JOIN published.account w ON w.id = u.last_sender";

/// A message that one server has taken. It is that server's until the lease ends.
#[derive(Clone, QueryableByName)]
pub struct Claimed {
    /// The message.
    #[diesel(sql_type = SqlUuid)]
    pub id: PushMessageId,
    /// The browser.
    #[diesel(sql_type = SqlUuid)]
    pub subscription_id: PushSubscriptionId,
    /// Whose browser it is.
    #[diesel(sql_type = SqlUuid)]
    pub account_id: AccountId,
    /// The consultation; none: a trial.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub consultation_id: Option<ConsultationId>,
    #[diesel(sql_type = BigInt)]
    talk_to: i64,
    #[diesel(sql_type = BigInt)]
    notes_to: i64,
    /// Which attempt this is, from 1. Who finds another number in the row has lost the lease.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    since: DateTime<Utc>,
    /// The address at the push service.
    #[diesel(sql_type = Text)]
    pub endpoint: String,
    /// The browser's public key.
    #[diesel(sql_type = Binary)]
    pub public_key: Vec<u8>,
    /// The browser's secret.
    #[diesel(sql_type = Binary)]
    pub auth: Vec<u8>,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = Nullable<Text>)]
    subject: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    sender: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = Bool)]
    wanted: bool,
}

/// Not derived: keys and messages are not for logs.
impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claimed({}, attempt {})", self.id, self.attempts)
    }
}

impl Claimed {
    /// What the browser shows.
    pub fn payload(&self, settings: &WebPushSettings) -> Payload {
        let language = Language::from_tag(&self.language);
        let Some(consultation) = self.consultation_id else { return Payload::trial(language) };
        let written = match (&self.subject, &self.sender, &self.body) {
            (Some(subject), Some(sender), Some(body)) if settings.message_text == YesNo::Yes => {
                Some(Written { subject: subject.clone(), sender: sender.clone(), body: body.clone() })
            }
            _ => None,
        };
        let count = (self.unread.min(COUNTED), self.unread >= COUNTED);
        Payload::unread(consultation, count, written.as_ref(), language)
    }
}

/// Takes up to `limit` messages that are due, until `now` and the lease. What is not wanted any more is withheld and not among them.
///
/// # Errors
/// When the database can't be asked.
pub fn claim(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    lease: Duration,
    limit: usize,
) -> Result<Vec<Claimed>, Problem> {
    conn.transaction(|conn| {
        let taken: Vec<Claimed> = diesel::sql_query(CLAIM)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(now + lease)
            .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind::<Text, _>(Topic::Unread.as_str())
            .bind::<Text, _>(Topic::Mentions.as_str())
            .load(conn)?;
        let (wanted, unwanted): (Vec<_>, Vec<_>) = taken.into_iter().partition(|one| one.wanted);
        let ids: Vec<PushMessageId> = unwanted.iter().map(|one| one.id).collect();
        if !ids.is_empty() {
            diesel::update(push_message::table.filter(push_message::id.eq_any(ids)))
                .set((
                    push_message::state.eq(transition(MessageState::Pending, MessageStep::Withhold)?),
                    push_message::ended_at.eq(now),
                    // No attempt was made.
                    push_message::attempts.eq(push_message::attempts - 1),
                ))
                .execute(conn)?;
        }
        Ok(wanted)
    })
}

/// What is to be done after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Delivered,
    /// The push service does not know the browser any more.
    Gone,
    /// Another attempt at a moment.
    Again(DateTime<Utc>),
    GivenUp,
}

fn verdict(
    settings: &WebPushSettings,
    (since, attempts): (DateTime<Utc>, i32),
    outcome: &Outcome,
    now: DateTime<Utc>,
    random: u32,
) -> Verdict {
    match outcome.answered {
        Ok(status) if (200..300).contains(&status) => return Verdict::Delivered,
        Ok(404 | 410) => return Verdict::Gone,
        // The message itself is refused, and would be again.
        Ok(400 | 413) => return Verdict::GivenUp,
        _ => {}
    }
    let end = since + Duration::hours(settings.give_up_hours.into());
    if now >= end {
        return Verdict::GivenUp;
    }
    let longest_seconds = settings.longest_retry_minutes.saturating_mul(60);
    let rule = Pauses { first_seconds: settings.first_retry_seconds, longest_seconds };
    let longest = Duration::seconds(i64::try_from(longest_seconds).unwrap_or(i64::MAX / 1_000));
    let asked = outcome.retry_after.and_then(|asked| Duration::from_std(asked).ok()).unwrap_or_default();
    Verdict::Again((now + rule.after(attempts, random).max(asked).min(longest)).min(end))
}

/// Writes down what came of an attempt; a browser that is gone is forgotten.
///
/// # Errors
/// When the database refuses; the message is then sent again once its lease has ended.
pub fn record(
    conn: &mut PgConnection,
    settings: &WebPushSettings,
    one: &Claimed,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let verdict = verdict(settings, (one.since, one.attempts), outcome, now, getrandom::u32()?);
    conn.transaction(|conn| {
        use push_message as m;
        // The browser is locked before its message, as by whoever ends it.
        let browser = push_subscription::table.find(one.subscription_id);
        let kept: Option<PushSubscriptionId> =
            browser.select(push_subscription::id).for_no_key_update().first(conn).optional()?;
        if kept.is_none() {
            return Ok(());
        }
        let (step, next) = match verdict {
            Verdict::Gone => {
                tracing::info!(subscription = %one.subscription_id, "the push service does not know a browser any more");
                diesel::delete(browser).execute(conn)?;
                return Ok(());
            }
            Verdict::Delivered => {
                diesel::update(browser).set(push_subscription::delivered_at.eq(now)).execute(conn)?;
                (MessageStep::Deliver, None)
            }
            Verdict::Again(at) => (MessageStep::Postpone, Some(at)),
            Verdict::GivenUp => (MessageStep::Fail, None),
        };
        let state = transition(MessageState::Pending, step)?;
        let held = m::table
            .find(one.id)
            .filter(m::state.eq(MessageState::Pending))
            .filter(m::attempts.eq(one.attempts));
        // What was written meanwhile is told of by another message in the same row.
        let grown = held.filter(m::talk_to.gt(one.talk_to).or(m::notes_to.gt(one.notes_to)));
        if state == MessageState::Delivered
            && diesel::update(grown)
                .set((
                    m::talk_after.eq(one.talk_to),
                    m::notes_after.eq(one.notes_to),
                    m::attempts.eq(0),
                    m::since.eq(now),
                    m::next_attempt_at.eq(now),
                ))
                .execute(conn)?
                > 0
        {
            return Ok(());
        }
        diesel::update(held)
            .set((
                m::state.eq(state),
                m::status.eq(outcome.answered.as_ref().ok().map(|status| i32::from(*status))),
                m::error.eq(outcome.answered.as_ref().err()),
                m::ended_at.eq(next.is_none().then_some(now)),
                next.map(|at| m::next_attempt_at.eq(at)),
            ))
            .execute(conn)?;
        Ok(())
    })
}

/// Deletes what was sent before a moment, and the browsers whose log-in has ended by its time. Says whether more may be.
///
/// # Errors
/// When the database is unavailable.
pub fn sweep(
    conn: &mut PgConnection,
    settings: &WebPushSettings,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let before = now - Duration::days(settings.keep_days.into());
    let old = diesel::sql_query(
        "DELETE FROM push_message WHERE id IN (SELECT id FROM push_message WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(DELETED)
    .execute(conn)?;
    let ended = diesel::sql_query(
        "DELETE FROM push_subscription WHERE id IN (
             SELECT id FROM push_subscription WHERE NOT account_session_open(session_id, $1) ORDER BY id LIMIT $2)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(DELETED)
    .execute(conn)?;
    let most = usize::try_from(DELETED).unwrap_or(usize::MAX);
    Ok(old >= most || ended >= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(answered: Result<u16, String>, retry_after: Option<u64>) -> Outcome {
        let retry_after = retry_after.map(std::time::Duration::from_secs);
        Outcome { answered, answer: None, retry_after, took: std::time::Duration::ZERO }
    }

    #[test]
    fn what_an_answer_comes_to() {
        let settings = WebPushSettings::default();
        let since = DateTime::UNIX_EPOCH;
        let now = since + Duration::hours(1);
        let judged =
            |answered, retry_after| verdict(&settings, (since, 1), &outcome(answered, retry_after), now, 0);
        for status in [200, 201, 202] {
            assert_eq!(judged(Ok(status), None), Verdict::Delivered);
        }
        for status in [404, 410] {
            assert_eq!(judged(Ok(status), None), Verdict::Gone);
        }
        for status in [400, 413] {
            assert_eq!(judged(Ok(status), None), Verdict::GivenUp);
        }
        for status in [301, 401, 403, 429, 500, 503] {
            assert_eq!(judged(Ok(status), None), Verdict::Again(now + Duration::seconds(10)), "{status}");
        }
        assert_eq!(judged(Err("away".to_owned()), Some(120)), Verdict::Again(now + Duration::seconds(120)));
        assert_eq!(judged(Ok(429), Some(1_000_000)), Verdict::Again(now + Duration::minutes(60)));
        let end = since + Duration::hours(12);
        assert_eq!(verdict(&settings, (since, 20), &outcome(Ok(500), None), end, 0), Verdict::GivenUp);
    }
}
