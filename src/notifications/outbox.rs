//! The table of mails to send: written by commands, emptied by the workers.
//!
//! All times are UTC and come from the caller's clock, never from the database.

use crate::core::{Language, Problem, Wake};
use crate::db::Tx;
use crate::db::schema::outbox_mail;
use crate::notifications::pauses;
use crate::notifications::settings::MailSettings;
use crate::notifications::state::{MailReason, MailState, MailStep, transition};
use crate::notifications::templates::{MailText, one_line};
use chrono::{DateTime, Duration, Utc};
use diesel::PgConnection;
use diesel::dsl::count_star;
use diesel::prelude::*;
use lettre::Address;
use lettre::message::Mailbox;

pub mod expired;

pub use crate::notifications::ids::MailId;
pub use crate::notifications::pauses::{reason as pause_reason, resume};

/// Wakes the mail worker: mails are in the outbox.
pub const WAKE: Wake = Wake::new("mail");

/// The longest `last_error` in characters.
const LONGEST_ERROR: usize = 500;
/// Mails written by one statement: PostgreSQL takes 65,535 values, a mail has thirteen.
const MOST_ROWS: usize = 2_000;

/// To whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The mail address alone.
    pub address: String,
    /// The name for the greeting; may be empty.
    pub name: String,
    /// The language of the mail.
    pub language: Language,
}

/// A row to be written.
#[derive(Insertable)]
#[diesel(table_name = outbox_mail)]
struct NewMail {
    id: MailId,
    message_id: String,
    template: &'static str,
    language: &'static str,
    recipient: String,
    recipient_name: String,
    subject: String,
    body: String,
    state: MailState,
    reason: Option<MailReason>,
    last_error: Option<String>,
    next_attempt_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl NewMail {
    /// A mail of now that falls due at a moment; where its address is paused, one that is refused from the start and has no text.
    fn new(
        tx: &Tx,
        from: &Mailbox,
        (to, mail): (&Recipient, &dyn MailText),
        due: DateTime<Utc>,
        paused: Option<&str>,
    ) -> Result<Self, Problem> {
        // A parsed address holds no line break and no second address.
        let address: Address = to
            .address
            .trim()
            .parse()
            .map_err(|e| Problem::internal(format!("the address of a mail: {e}")))?;
        let rendered = mail.render(&to.name, to.language)?;
        let id = MailId::new();
        let (state, reason, body) = match paused {
            None => (MailState::Queued, None, rendered.body),
            Some(_) => {
                (transition(MailState::Queued, MailStep::Refuse)?, Some(MailReason::Paused), String::new())
            }
        };
        Ok(Self {
            id,
            message_id: format!("<{id}@{}>", from.email.domain()),
            template: mail.template(),
            language: to.language.tag(),
            recipient: address.to_string(),
            recipient_name: one_line(&to.name),
            subject: rendered.subject,
            body,
            state,
            reason,
            last_error: paused.map(short),
            next_attempt_at: due,
            created_at: tx.now,
        })
    }
}

/// Writes a mail into the outbox. It is sent once the transaction is committed, and not at all if
/// it is not. To a paused address nothing is sent: the mail is written as refused.
///
/// # Errors
/// 500 when the address is none (callers check what people type), `mail.from` is none, or the
/// database refuses.
pub fn enqueue(tx: &mut Tx, to: &Recipient, mail: &dyn MailText) -> Result<MailId, Problem> {
    let from = sender(&tx.settings.section::<MailSettings>().from)?;
    let paused = pauses::reason(&mut tx.conn, &to.address)?;
    let row = NewMail::new(tx, &from, (to, mail), tx.now, paused.as_deref())?;
    let id = row.id;
    diesel::insert_into(outbox_mail::table).values(row).execute(&mut *tx.conn)?;
    tx.wake(WAKE);
    Ok(id)
}

/// Writes many mails into the outbox by few statements. They fall due one after another, `apart` from
/// each other, so that a thousand of them do not keep the one waiting that someone waits for.
///
/// # Errors
/// As [`enqueue`].
pub fn enqueue_all<M: MailText>(
    tx: &mut Tx,
    mails: &[(Recipient, M)],
    apart: Duration,
) -> Result<(), Problem> {
    let from = sender(&tx.settings.section::<MailSettings>().from)?;
    let mut due = tx.now;
    for part in mails.chunks(MOST_ROWS) {
        let paused = pauses::among(&mut tx.conn, part.iter().map(|(to, _)| to.address.as_str()))?;
        let mut rows = Vec::with_capacity(part.len());
        for (to, mail) in part {
            let paused = paused.get(&to.address.trim().to_lowercase()).map(String::as_str);
            rows.push(NewMail::new(tx, &from, (to, mail), due, paused)?);
            due += apart;
        }
        diesel::insert_into(outbox_mail::table).values(rows).execute(&mut *tx.conn)?;
    }
    if !mails.is_empty() {
        tx.wake(WAKE);
    }
    Ok(())
}

/// The setting `mail.from` as an address.
///
/// # Errors
/// 500 when it is none.
pub(super) fn sender(from: &str) -> Result<Mailbox, Problem> {
    from.parse().map_err(|e| Problem::internal(format!("mail.from: {e}")))
}

/// A mail that one worker has claimed. It is that worker's until the lease ends.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outbox_mail, check_for_backend(diesel::pg::Pg))]
pub struct ClaimedMail {
    /// The mail.
    pub id: MailId,
    /// With its angle brackets; the same for all attempts.
    pub message_id: String,
    /// The tag of its language.
    pub language: String,
    /// The address.
    pub recipient: String,
    /// The name; may be empty.
    pub recipient_name: String,
    /// One line.
    pub subject: String,
    /// Plain text. May hold a one-time link.
    pub body: String,
    /// Which attempt this is, from 1. Who finds another number in the row has lost the lease.
    pub attempts: i32,
    /// How often the mail server may have taken it before.
    pub maybe_taken: i32,
    /// When it was written, UTC.
    pub created_at: DateTime<Utc>,
}

/// Not derived: a body is not for logs.
impl std::fmt::Debug for ClaimedMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClaimedMail({}, attempt {})", self.id, self.attempts)
    }
}

/// Claims up to `limit` due mails, the longest due first, by moving their next attempt to
/// `now + lease`. Locks the rows for this short transaction; rows that another server holds are
/// passed over.
///
/// # Errors
/// When the database can't be asked.
pub fn claim(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    lease: Duration,
    limit: u32,
) -> Result<Vec<ClaimedMail>, Problem> {
    let mut mails = conn.transaction(|conn| {
        let due: Vec<MailId> = outbox_mail::table
            .filter(outbox_mail::state.eq(MailState::Queued))
            .filter(outbox_mail::next_attempt_at.le(now))
            .order((outbox_mail::next_attempt_at, outbox_mail::id))
            .limit(i64::from(limit))
            .for_update()
            .skip_locked()
            .select(outbox_mail::id)
            .load(conn)?;
        diesel::update(outbox_mail::table.filter(outbox_mail::id.eq_any(due)))
            .set((
                outbox_mail::attempts.eq(outbox_mail::attempts + 1),
                outbox_mail::next_attempt_at.eq(now + lease),
                outbox_mail::claimed_until.eq(now + lease),
            ))
            .returning(ClaimedMail::as_returning())
            .get_results(conn)
    })?;
    mails.sort_by_key(|mail| mail.id);
    Ok(mails)
}

/// Whether the claim still holds, and makes it last until `until`.
///
/// # Errors
/// When the database can't be asked.
pub fn renew(conn: &mut PgConnection, mail: &ClaimedMail, until: DateTime<Utc>) -> Result<bool, Problem> {
    let held = diesel::update(held(mail))
        .set((outbox_mail::next_attempt_at.eq(until), outbox_mail::claimed_until.eq(until)))
        .execute(conn)?;
    Ok(held == 1)
}

/// Gives back a claimed mail on which nothing was tried.
///
/// # Errors
/// When the database refuses; the mail then comes back when the lease ends.
pub fn release(conn: &mut PgConnection, mail: &ClaimedMail, now: DateTime<Utc>) -> Result<(), Problem> {
    diesel::update(held(mail))
        .set((
            outbox_mail::next_attempt_at.eq(now),
            outbox_mail::claimed_until.eq(None::<DateTime<Utc>>),
            outbox_mail::attempts.eq(outbox_mail::attempts - 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that the mail server took it, and wipes the body.
///
/// # Errors
/// When the database refuses; the mail is then sent again, under the same Message-ID.
pub fn mark_sent(conn: &mut PgConnection, mail: &ClaimedMail, now: DateTime<Utc>) -> Result<(), Problem> {
    // By its id alone: sent is sent, whoever holds the lease by now. All states but one allow it and lead to the same.
    let sent = transition(MailState::Queued, MailStep::Send)?;
    let row = outbox_mail::table.filter(outbox_mail::id.eq(mail.id));
    diesel::update(row.filter(outbox_mail::state.ne(MailState::Bounced)))
        .set((
            outbox_mail::state.eq(sent),
            outbox_mail::sent_at.eq(now),
            outbox_mail::claimed_until.eq(None::<DateTime<Utc>>),
            outbox_mail::body.eq(""),
            outbox_mail::reason.eq(None::<MailReason>),
            outbox_mail::last_error.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that it is refused for good, and wipes the body.
///
/// # Errors
/// When the database refuses.
pub fn mark_refused(
    conn: &mut PgConnection,
    mail: &ClaimedMail,
    reason: MailReason,
    error: &str,
) -> Result<(), Problem> {
    end(conn, mail, transition(MailState::Queued, MailStep::Refuse)?, (reason, mail.maybe_taken), error)
}

/// Notes that no further attempt is made, and wipes the body. `maybe_taken` says how often the mail server may have taken it by now.
///
/// # Errors
/// When the database refuses; the mail then comes back when the lease ends.
pub fn mark_gave_up(
    conn: &mut PgConnection,
    mail: &ClaimedMail,
    reason: MailReason,
    maybe_taken: i32,
    error: &str,
) -> Result<(), Problem> {
    end(conn, mail, transition(MailState::Queued, MailStep::GiveUp)?, (reason, maybe_taken), error)
}

fn end(
    conn: &mut PgConnection,
    mail: &ClaimedMail,
    state: MailState,
    (reason, maybe_taken): (MailReason, i32),
    error: &str,
) -> Result<(), Problem> {
    diesel::update(held(mail))
        .set((
            outbox_mail::state.eq(state),
            outbox_mail::reason.eq(reason),
            outbox_mail::maybe_taken.eq(maybe_taken),
            outbox_mail::claimed_until.eq(None::<DateTime<Utc>>),
            outbox_mail::body.eq(""),
            outbox_mail::last_error.eq(short(error)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes a failed attempt; the next one comes at `at`, UTC. `maybe_taken` says how often the mail server may have taken it by now.
///
/// # Errors
/// When the database refuses; the mail then comes back when the lease ends.
pub fn mark_failed(
    conn: &mut PgConnection,
    mail: &ClaimedMail,
    at: DateTime<Utc>,
    maybe_taken: i32,
    error: &str,
) -> Result<(), Problem> {
    let queued = transition(MailState::Queued, MailStep::Postpone)?;
    diesel::update(held(mail))
        .set((
            outbox_mail::state.eq(queued),
            outbox_mail::next_attempt_at.eq(at),
            outbox_mail::maybe_taken.eq(maybe_taken),
            outbox_mail::claimed_until.eq(None::<DateTime<Utc>>),
            outbox_mail::last_error.eq(short(error)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The row, as long as nobody else has claimed it since.
#[diesel::dsl::auto_type]
fn held(mail: &ClaimedMail) -> _ {
    let (id, attempts): (MailId, i32) = (mail.id, mail.attempts);
    let queued: MailState = MailState::Queued;
    outbox_mail::table
        .filter(outbox_mail::id.eq(id))
        .filter(outbox_mail::attempts.eq(attempts))
        .filter(outbox_mail::state.eq(queued))
}

/// A text of a mail server, or of whoever reports a bounce, on one line and not too long.
pub(super) fn short(error: &str) -> String {
    one_line(error).chars().take(LONGEST_ERROR).collect()
}

/// By how many seconds the workers are behind: how long the mail that waits longest for its next
/// attempt has been due; 0 when none is. A mail that pauses after a failure is not due, so a mail
/// server that is away does not count, but workers that make no progress do.
///
/// # Errors
/// When the database can't be asked.
pub fn lag_seconds(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i64, Problem> {
    let oldest: Option<DateTime<Utc>> = outbox_mail::table
        .filter(outbox_mail::state.eq(MailState::Queued))
        .filter(outbox_mail::next_attempt_at.le(now))
        .select(diesel::dsl::min(outbox_mail::next_attempt_at))
        .first(conn)?;
    Ok(oldest.map_or(0, |due| (now - due).num_seconds().max(0)))
}

/// How many mails of these kinds were written to an address since a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn count_to(
    conn: &mut PgConnection,
    address: &str,
    templates: &[&str],
    since: DateTime<Utc>,
) -> Result<i64, Problem> {
    Ok(outbox_mail::table
        .filter(outbox_mail::recipient.eq(address))
        .filter(outbox_mail::template.eq_any(templates))
        .filter(outbox_mail::created_at.gt(since))
        .count()
        .get_result(conn)?)
}

/// How many mails are in each state; every state is listed.
///
/// # Errors
/// When the database can't be asked.
pub fn counts(conn: &mut PgConnection) -> Result<Vec<(MailState, i64)>, Problem> {
    let found: Vec<(MailState, i64)> = outbox_mail::table
        .group_by(outbox_mail::state)
        .select((outbox_mail::state, count_star()))
        .load(conn)?;
    let count = |state| found.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    Ok(MailState::ALL.iter().map(|state| (*state, count(*state))).collect())
}
