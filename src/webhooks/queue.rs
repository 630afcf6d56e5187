//! The deliveries that are due: taken by a server with a lease, sent, and written down. The three are transactions of their own, so no
//! connection to the database waits for a receiver, and a server that ends in between leaves a delivery that is sent again under its id.

use crate::core::{Problem, Wake};
use crate::db::schema::{webhook, webhook_attempt, webhook_delivery};
use crate::outgoing::retry::Pauses;
use crate::settings::Settings;
use crate::webhooks::client::{Call, Outcome};
use crate::webhooks::event;
use crate::webhooks::ids::{DeliveryId, WebhookId};
use crate::webhooks::secret::{Sealed, opened, signatures};
use crate::webhooks::settings::WebhookSettings;
use crate::webhooks::state::{DeliveryState, DeliveryStep, DisabledReason, transition};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use serde_json::Value;

/// Wakes the sender: a delivery is to be sent at once.
pub const WAKE: Wake = Wake::new("webhooks");
/// Deliveries of one webhook that a server sends at one time.
pub const OF_ONE: i64 = 2;

/// Takes due deliveries of webhooks that work, the longest due first: at most [`OF_ONE`] of each, with those that the server has in hand
/// already (`$4` names their webhooks). Rows that another server is taking are passed over.
const CLAIM: &str = "
    WITH picked AS MATERIALIZED (
        SELECT d.id FROM webhook_delivery d
        WHERE d.state = 'pending' AND d.next_attempt_at <= $1 AND d.id IN (
            SELECT due.id
            FROM webhook w
            CROSS JOIN LATERAL (
                SELECT x.id, x.next_attempt_at FROM webhook_delivery x
                WHERE x.webhook_id = w.id AND x.state = 'pending' AND x.next_attempt_at <= $1
                ORDER BY x.next_attempt_at, x.id LIMIT $5 - cardinality(array_positions($4, w.id))) AS due
            WHERE w.state = 'active' AND officer_acts(w.account_id, w.region)
            ORDER BY due.next_attempt_at, due.id LIMIT $3)
        FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE webhook_delivery d
    SET attempts = d.attempts + 1, tries = d.tries + 1, next_attempt_at = $2, claimed_until = $2
    FROM picked p, webhook w
    WHERE d.id = p.id AND w.id = d.webhook_id
    RETURNING d.id, d.webhook_id, d.event, d.at, d.data, d.attempts, d.tries, d.since, w.url, w.secret, w.secret_kid,
        w.old_secret, w.old_secret_kid, w.old_secret_until,
        webhook_sees(w.region, d.subject, d.subject_id, d.data) AS seen";

/// A delivery that one server has taken. It is that server's until the lease ends.
#[derive(Clone, QueryableByName)]
pub struct Claimed {
    /// The delivery.
    #[diesel(sql_type = SqlUuid)]
    pub id: DeliveryId,
    /// Its webhook.
    #[diesel(sql_type = SqlUuid)]
    pub webhook_id: WebhookId,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Jsonb)]
    data: Value,
    /// Which attempt this is, from 1. Who finds another number in the row has lost the lease.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// Which attempt it is since the delivery was written or replayed.
    #[diesel(sql_type = Integer)]
    tries: i32,
    #[diesel(sql_type = Timestamptz)]
    since: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Binary)]
    secret: Vec<u8>,
    #[diesel(sql_type = Text)]
    secret_kid: String,
    #[diesel(sql_type = Nullable<Binary>)]
    old_secret: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    old_secret_kid: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    old_secret_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    seen: bool,
}

/// Not derived: a secret is not for logs, not even an encrypted one.
impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claimed({}, attempt {})", self.id, self.attempts)
    }
}

/// Takes up to `limit` deliveries that are due, until `now` and the lease. `in_hand` names the webhook of each call that the server is making.
/// What may not be sent any more is withheld and not among them.
///
/// # Errors
/// When the database can't be asked.
pub fn claim(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    lease: Duration,
    limit: usize,
    in_hand: &[WebhookId],
) -> Result<Vec<Claimed>, Problem> {
    let in_hand: Vec<uuid::Uuid> = in_hand.iter().map(|id| id.0).collect();
    conn.transaction(|conn| {
        let taken: Vec<Claimed> = diesel::sql_query(CLAIM)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(now + lease)
            .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind::<Array<SqlUuid>, _>(in_hand)
            .bind::<BigInt, _>(OF_ONE)
            .load(conn)?;
        let (seen, hidden): (Vec<Claimed>, Vec<Claimed>) = taken.into_iter().partition(|one| one.seen);
        if !hidden.is_empty() {
            let ids: Vec<DeliveryId> = hidden.iter().map(|one| one.id).collect();
            tracing::info!(
                count = ids.len(),
                "withheld deliveries of what has left the region of the webhook"
            );
            diesel::update(webhook_delivery::table.filter(webhook_delivery::id.eq_any(ids)))
                .set((
                    webhook_delivery::state.eq(transition(DeliveryState::Pending, DeliveryStep::Withhold)?),
                    webhook_delivery::ended_at.eq(now),
                    webhook_delivery::claimed_until.eq(None::<DateTime<Utc>>),
                    // No attempt was made.
                    webhook_delivery::attempts.eq(webhook_delivery::attempts - 1),
                ))
                .execute(conn)?;
        }
        Ok(seen)
    })
}

impl Claimed {
    /// The call that sends it at a moment, signed by the present secret and, after a rotation, by the one before.
    ///
    /// # Errors
    /// When the key that encrypted the secret is not in the settings any more.
    pub fn call(&self, settings: &Settings, now: DateTime<Utc>) -> Result<Call, Problem> {
        let present = Sealed { bytes: self.secret.clone(), kid: self.secret_kid.clone() };
        let mut secrets = vec![opened(settings, self.webhook_id, &present)?];
        let old = self.old_secret.as_ref().zip(self.old_secret_kid.as_ref());
        if let Some((bytes, kid)) = old.filter(|_| self.old_secret_until.is_some_and(|until| until > now)) {
            let old = Sealed { bytes: bytes.clone(), kid: kid.clone() };
            secrets.push(opened(settings, self.webhook_id, &old)?);
        }
        let (id, body) = (self.id.to_string(), event::body(&self.event, self.at, &self.data)?);
        let signatures = signatures(&secrets, &id, now, &body)?;
        Ok(Call { url: self.url.clone(), id, at: now, signatures, body })
    }
}

/// What is to be done with a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Delivered,
    /// Nobody is there any more.
    Gone,
    /// Another attempt at a moment.
    Again(DateTime<Utc>),
    GivenUp,
}

fn verdict(
    settings: &WebhookSettings,
    one: &Claimed,
    outcome: &Outcome,
    now: DateTime<Utc>,
    random: u32,
) -> Verdict {
    match outcome.answered {
        Ok(status) if (200..300).contains(&status) => return Verdict::Delivered,
        Ok(410) => return Verdict::Gone,
        _ => {}
    }
    let end = one.since + Duration::hours(settings.give_up_hours.into());
    if now >= end {
        return Verdict::GivenUp;
    }
    let longest =
        Duration::minutes(i64::try_from(settings.longest_retry_minutes).unwrap_or(i64::MAX / 60_000));
    let asked = outcome.retry_after.and_then(|asked| Duration::from_std(asked).ok()).unwrap_or_default();
    let rule = Pauses {
        first_seconds: settings.first_retry_seconds,
        longest_seconds: settings.longest_retry_minutes.saturating_mul(60),
    };
    let pause = rule.after(one.tries, random).max(asked).min(longest);
    Verdict::Again((now + pause).min(end))
}

/// Writes down what came of an attempt. Gives the reason for which the webhook is to be stopped, where there is one.
///
/// # Errors
/// When the database refuses; the delivery is then sent again once its lease has ended, under its id.
pub fn record(
    conn: &mut PgConnection,
    settings: &WebhookSettings,
    one: &Claimed,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<Option<DisabledReason>, Problem> {
    let verdict = verdict(settings, one, outcome, now, getrandom::u32()?);
    let (step, next) = match verdict {
        Verdict::Delivered => (DeliveryStep::Deliver, None),
        Verdict::Gone | Verdict::GivenUp => (DeliveryStep::Fail, None),
        Verdict::Again(at) => (DeliveryStep::Postpone, Some(at)),
    };
    let state = transition(DeliveryState::Pending, step)?;
    conn.transaction(|conn| {
        use webhook_attempt as a;
        use webhook_delivery as d;
        // The webhook, and with it the delivery, may have been deleted meanwhile. It is locked before its delivery, as by whoever deletes it.
        let webhook = webhook::table.find(one.webhook_id).select(webhook::id).for_no_key_update();
        let kept: Option<WebhookId> = webhook.first(conn).optional()?;
        let kept: Option<DeliveryId> = match kept {
            Some(_) => d::table.find(one.id).select(d::id).for_update().first(conn).optional()?,
            None => None,
        };
        if kept.is_none() {
            return Ok(None);
        }
        diesel::insert_into(a::table)
            .values((
                a::delivery_id.eq(one.id),
                a::ordinal.eq(one.attempts),
                a::at.eq(now),
                a::status.eq(outcome.answered.as_ref().ok().map(|status| i32::from(*status))),
                a::error.eq(outcome.answered.as_ref().err()),
                a::answer.eq(&outcome.answer),
                a::took_ms.eq(i32::try_from(outcome.took.as_millis()).unwrap_or(i32::MAX)),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
        // Delivered is delivered, whoever holds the lease by now; all else is decided by who holds it.
        let held = d::attempts.eq(one.attempts).and(d::state.eq(DeliveryState::Pending));
        let decides = held.or((state == DeliveryState::Delivered).into_sql::<Bool>());
        diesel::update(d::table.filter(d::id.eq(one.id)).filter(decides))
            .set((
                d::state.eq(state),
                d::ended_at.eq(next.is_none().then_some(now)),
                next.map(|at| d::next_attempt_at.eq(at)),
                d::claimed_until.eq(None::<DateTime<Utc>>),
            ))
            .execute(conn)?;
        note_health(conn, settings, one.webhook_id, verdict, now)
    })
}

/// Notes on the webhook whether its calls succeed, and says whether it is to be stopped.
fn note_health(
    conn: &mut PgConnection,
    settings: &WebhookSettings,
    id: WebhookId,
    verdict: Verdict,
    now: DateTime<Utc>,
) -> Result<Option<DisabledReason>, Problem> {
    let this = webhook::table.find(id);
    if verdict == Verdict::Delivered {
        diesel::update(this.filter(webhook::failing_since.is_not_null()))
            .set(webhook::failing_since.eq(None::<DateTime<Utc>>))
            .execute(conn)?;
        return Ok(None);
    }
    diesel::update(this.filter(webhook::failing_since.is_null()))
        .set(webhook::failing_since.eq(now))
        .execute(conn)?;
    if verdict == Verdict::Gone {
        return Ok(Some(DisabledReason::Gone));
    }
    let since: Option<DateTime<Utc>> = this.select(webhook::failing_since).first(conn)?;
    let most = Duration::hours(settings.disable_after_hours.into());
    Ok(since.is_some_and(|since| now - since >= most).then_some(DisabledReason::Failing))
}

/// Deliveries that one statement deletes.
const DELETED: i64 = 5_000;

/// Gives up what rests beyond its time, and deletes deliveries that were written before a moment. Says whether more may be.
///
/// # Errors
/// When the database is unavailable.
pub fn sweep(
    conn: &mut PgConnection,
    settings: &WebhookSettings,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    use webhook_delivery as d;
    // One that is tried has its last attempt at the end of its time; after another hour none is in hand.
    let over = now - Duration::hours(i64::from(settings.give_up_hours) + 1);
    let resting = d::table.filter(d::state.eq(DeliveryState::Pending)).filter(d::since.lt(over));
    let resting = resting.filter(d::claimed_until.is_null().or(d::claimed_until.lt(now)));
    diesel::update(resting)
        .set((
            d::state.eq(transition(DeliveryState::Pending, DeliveryStep::Fail)?),
            d::ended_at.eq(now),
            d::claimed_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)?;
    let before = now - Duration::days(settings.keep_days.into());
    let old: Vec<DeliveryId> = d::table
        .filter(d::created_at.lt(before))
        .filter(d::state.ne(DeliveryState::Pending))
        .order(d::created_at)
        .limit(DELETED)
        .select(d::id)
        .load(conn)?;
    let whole = i64::try_from(old.len()).is_ok_and(|count| count >= DELETED);
    diesel::delete(d::table.filter(d::id.eq_any(old))).execute(conn)?;
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(tries: i32) -> Claimed {
        let at = DateTime::UNIX_EPOCH;
        Claimed {
            id: DeliveryId::new(),
            webhook_id: WebhookId::new(),
            event: "case.opened".to_owned(),
            at,
            data: Value::Null,
            attempts: tries,
            tries,
            since: at,
            url: String::new(),
            secret: Vec::new(),
            secret_kid: String::new(),
            old_secret: None,
            old_secret_kid: None,
            old_secret_until: None,
            seen: true,
        }
    }

    fn outcome(answered: Result<u16, String>, retry_after: Option<u64>) -> Outcome {
        let retry_after = retry_after.map(std::time::Duration::from_secs);
        Outcome { answered, answer: None, retry_after, took: std::time::Duration::ZERO }
    }

    #[test]
    fn what_an_answer_comes_to() {
        let settings = WebhookSettings::default();
        let now = DateTime::UNIX_EPOCH + Duration::hours(1);
        let judged =
            |answered, retry_after| verdict(&settings, &claimed(1), &outcome(answered, retry_after), now, 0);
        for status in [200, 202, 204, 299] {
            assert_eq!(judged(Ok(status), None), Verdict::Delivered);
        }
        assert_eq!(judged(Ok(410), None), Verdict::Gone);
        let next = Verdict::Again(now + Duration::seconds(10));
        for status in [100, 301, 307, 400, 401, 404, 429, 500, 503] {
            assert_eq!(judged(Ok(status), None), next, "{status}");
        }
        assert_eq!(judged(Err("away".to_owned()), None), next);
        assert_eq!(judged(Ok(503), Some(120)), Verdict::Again(now + Duration::seconds(120)));
        assert_eq!(judged(Ok(429), Some(1)), next, "never sooner than the pause");
        let longest = Duration::minutes(360);
        assert_eq!(judged(Ok(429), Some(u64::from(u32::MAX))), Verdict::Again(now + longest));
        // The last attempt is at the end of its time.
        let late = DateTime::UNIX_EPOCH + Duration::hours(72) - Duration::seconds(3);
        let end = DateTime::UNIX_EPOCH + Duration::hours(72);
        assert_eq!(verdict(&settings, &claimed(20), &outcome(Ok(500), None), late, 0), Verdict::Again(end));
        assert_eq!(verdict(&settings, &claimed(21), &outcome(Ok(500), None), end, 0), Verdict::GivenUp);
    }
}
