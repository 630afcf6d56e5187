//! What is sent: decided for one person and consultation some seconds after a message was written.

use crate::accounts::store::find;
use crate::accounts::topics::Topic;
use crate::app::App;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Caller, Problem};
use crate::db::schema::push_waiting;
use crate::db::{Command, Tx};
use crate::presence;
use crate::settings::YesNo;
use crate::web_push::ids::{PushMessageId, PushSubscriptionId};
use crate::web_push::settings::WebPushSettings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// What is looked at in one round.
const ROUND: i64 = 200;

type Waiting = (AccountId, ConsultationId);

/// Decides what is due; says whether more may be.
///
/// # Errors
/// When the database is unavailable.
pub fn due(app: &App) -> Result<bool, Problem> {
    use push_waiting as w;
    let now = app.clock().now();
    let due: Vec<Waiting> = w::table
        .filter(w::look_at.is_null().or(w::look_at.le(now)))
        .order((w::look_at.asc().nulls_first(), w::account_id, w::consultation_id))
        .limit(ROUND)
        .select((w::account_id, w::consultation_id))
        .load(&mut *app.conn()?)?;
    for (account, consultation) in &due {
        app.execute(&Caller::system(), &DecidePush { account: *account, consultation: *consultation })?;
    }
    Ok(i64::try_from(due.len()).is_ok_and(|count| count >= ROUND))
}

/// Decides whether the browsers of somebody are told that a consultation has unread messages. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecidePush {
    /// The account that may be told.
    pub account: AccountId,
    /// The consultation.
    pub consultation: ConsultationId,
}

#[derive(Debug, Clone, Copy, Queryable)]
struct Range {
    talk_after: i64,
    talk_to: i64,
    notes_after: i64,
    notes_to: i64,
}

#[derive(QueryableByName)]
struct First {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    first_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Browser {
    #[diesel(sql_type = SqlUuid)]
    id: PushSubscriptionId,
}

impl Command for DecidePush {
    type Output = ();
    const NAME: &'static str = "decide_push";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use push_waiting as w;
        let settings = tx.settings.section::<WebPushSettings>().clone();
        let this = w::table.find((self.account, self.consultation));
        // Locked, so that two servers do not send the same.
        let range: Option<Range> = this
            .for_update()
            .select((w::talk_after, w::talk_to, w::notes_after, w::notes_to))
            .first(&mut *tx.conn)
            .optional()?;
        let Some(range) = range else { return Ok(()) };
        let row = find(&mut tx.conn, self.account)?;
        let wanted =
            settings.enabled == YesNo::Yes && row.active && !row.mails_off.contains(&topic(row.role));
        let first = if wanted { self.first_unread(tx, range)? } else { None };
        let Some(first) = first else {
            diesel::delete(this).execute(&mut *tx.conn)?;
            return Ok(());
        };
        let delay = Duration::seconds(settings.delay_seconds.into());
        // Who is connected is looked at again later: what they have not read when they leave is told of then.
        let later = if presence::is_present(tx, self.account)? {
            Some(tx.now + delay.max(Duration::seconds(1)))
        } else {
            Some(first + delay).filter(|at| *at > tx.now)
        };
        if later.is_some() {
            diesel::update(this).set(w::look_at.eq(later)).execute(&mut *tx.conn)?;
            return Ok(());
        }
        for Browser { id } in self.browsers(tx)? {
            self.write(tx, id, range)?;
        }
        diesel::delete(this).execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// The kind of mails whose choice is that of notices in browsers, too: officers are told of mentions, others of unread messages.
fn topic(role: Role) -> Topic {
    if role == Role::Admin { Topic::Mentions } else { Topic::Unread }
}

impl DecidePush {
    fn first_unread(&self, tx: &mut Tx, range: Range) -> QueryResult<Option<DateTime<Utc>>> {
        let found: First = diesel::sql_query("SELECT first_at FROM push_unread($1, $2, $3, $4, $5, $6)")
            .bind::<SqlUuid, _>(self.account)
            .bind::<SqlUuid, _>(self.consultation)
            .bind::<BigInt, _>(range.talk_after)
            .bind::<BigInt, _>(range.talk_to)
            .bind::<BigInt, _>(range.notes_after)
            .bind::<BigInt, _>(range.notes_to)
            .get_result(&mut *tx.conn)?;
        Ok(found.first_at)
    }

    /// The browsers whose log-in is open.
    fn browsers(&self, tx: &mut Tx) -> QueryResult<Vec<Browser>> {
        diesel::sql_query(
            "SELECT s.id FROM push_subscription s
             WHERE s.account_id = $1 AND account_session_open(s.session_id, $2) ORDER BY s.id FOR KEY SHARE",
        )
        .bind::<SqlUuid, _>(self.account)
        .bind::<Timestamptz, _>(tx.now)
        .load(&mut *tx.conn)
    }

    /// Writes the message for a browser; one of the consultation that waits there grows.
    fn write(&self, tx: &mut Tx, browser: PushSubscriptionId, range: Range) -> QueryResult<usize> {
        diesel::sql_query(
            "INSERT INTO push_message (id, subscription_id, account_id, consultation_id, talk_after, talk_to, notes_after, notes_to,
                 since, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
             ON CONFLICT (subscription_id, consultation_id) WHERE state = 'pending'
             DO UPDATE SET talk_to = excluded.talk_to, notes_to = excluded.notes_to",
        )
        .bind::<SqlUuid, _>(PushMessageId::new())
        .bind::<SqlUuid, _>(browser)
        .bind::<SqlUuid, _>(self.account)
        .bind::<SqlUuid, _>(self.consultation)
        .bind::<BigInt, _>(range.talk_after)
        .bind::<BigInt, _>(range.talk_to)
        .bind::<BigInt, _>(range.notes_after)
        .bind::<BigInt, _>(range.notes_to)
        .bind::<Timestamptz, _>(tx.now)
        .execute(&mut *tx.conn)
    }
}
