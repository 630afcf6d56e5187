//! The mails: to whom one is due, what it says, and who is connected and gets none.

use crate::accounts::store::{find, recipient_for};
use crate::accounts::topics::Topic;
use crate::app::App;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Caller, Language, Problem};
use crate::db::schema::{unread_mail, unread_waiting};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::presence;
use crate::unread_mails::mails::Mail;
use crate::unread_mails::settings::UnreadMailSettings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// People who are looked at in one round.
const ROUND: i64 = 200;
/// Consultations that one mail names; it counts all.
const NAMED: usize = 20;
/// People whom one line names; it counts all.
const SENDERS: usize = 3;
/// Messages of a stream that are counted.
const COUNTED: i64 = 100;
/// Who was found connected so long ago at most is not noted again.
const NOTED_SECONDS: i64 = 60;

/// Those for whom something has waited long enough, who were not connected meanwhile, and whose last mail is long enough ago.
const DUE: &str = "
    SELECT DISTINCT w.account_id AS id
    FROM unread_waiting w LEFT JOIN unread_mail m ON m.account_id = w.account_id
    WHERE w.since <= $1 AND (m.seen_at IS NULL OR m.seen_at <= $1) AND (m.sent_at IS NULL OR m.sent_at <= $2)
    ORDER BY 1 LIMIT $3";

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// Writes the mails that are due; says whether more may be.
///
/// # Errors
/// When the database is unavailable.
pub fn send(app: &App) -> Result<bool, Problem> {
    let settings = app.settings().section::<UnreadMailSettings>();
    let now = app.clock().now();
    let due: Vec<Due> = diesel::sql_query(DUE)
        .bind::<Timestamptz, _>(now - Duration::minutes(settings.delay_minutes.into()))
        .bind::<Timestamptz, _>(now - Duration::minutes(settings.gap_minutes.into()))
        .bind::<BigInt, _>(ROUND)
        .load(&mut *app.conn()?)?;
    for Due { id } in &due {
        app.execute(&Caller::system(), &SendUnread { account: *id })?;
    }
    Ok(i64::try_from(due.len()).is_ok_and(|count| count >= ROUND))
}

/// Notes who is connected, of those for whom something waits: no mail goes to them until they have been away for as long as a message
/// waits. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NotePresence {}

impl Command for NotePresence {
    type Output = ();
    const NAME: &'static str = "note_presence";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        diesel::sql_query(
            "INSERT INTO unread_mail (account_id, seen_at)
             SELECT DISTINCT w.account_id, $1
             FROM published.account_connection c JOIN unread_waiting w ON w.account_id = c.account_id
             ORDER BY w.account_id
             ON CONFLICT (account_id) DO UPDATE SET seen_at = excluded.seen_at
             WHERE unread_mail.seen_at IS NULL OR unread_mail.seen_at <= $2",
        )
        .bind::<Timestamptz, _>(tx.now)
        .bind::<Timestamptz, _>(tx.now - Duration::seconds(NOTED_SECONDS))
        .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Writes to one person about all that is unread. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendUnread {
    /// To whom.
    pub account: AccountId,
}

/// What is unread of a consultation.
#[derive(Debug, QueryableByName)]
struct Unread {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    enterprise: String,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = Timestamptz)]
    first_at: DateTime<Utc>,
    #[diesel(sql_type = Array<Text>)]
    senders: Vec<String>,
}

/// Of the consultations that wait and that the person still sees, what is unread, the one that waits longest first.
const UNREAD: &str = "
    SELECT c.id, c.subject, e.name AS enterprise, u.unread, u.first_at, u.senders
    FROM unread_waiting w
    JOIN published.consultation_reader r ON r.consultation_id = w.consultation_id AND r.account_id = w.account_id
    JOIN published.consultation c ON c.id = w.consultation_id
    JOIN published.enterprise e ON e.id = c.enterprise_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS unread, min(f.sent_at) AS first_at, array_agg(DISTINCT a.name) AS senders
        FROM (VALUES ('talk', w.talk_after, w.talk_to), ('notes', w.notes_after, w.notes_to)) AS s(stream, after, upto)
        CROSS JOIN LATERAL (
            SELECT m.sender_id, m.sent_at FROM published.chat_message m
            WHERE m.consultation_id = w.consultation_id AND m.stream = s.stream AND m.seq <= s.upto
              AND m.seq > greatest(s.after, (
                  SELECT k.seq FROM published.chat_read k
                  WHERE k.consultation_id = w.consultation_id AND k.stream = s.stream
                    AND k.account_id = w.account_id))
              AND m.sender_id <> w.account_id AND m.sent_at >= greatest(r.joined_at, w.since) AND NOT m.taken_back
            ORDER BY m.seq LIMIT $3) AS f
        JOIN published.account a ON a.id = f.sender_id
        WHERE s.stream = 'talk' OR r.reads_notes) AS u
    WHERE w.account_id = $1 AND w.consultation_id = ANY ($2) AND u.unread > 0
    ORDER BY u.first_at, c.id";

impl Command for SendUnread {
    type Output = ();
    const NAME: &'static str = "send_unread_mail";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use unread_mail as m;
        let settings = tx.settings.section::<UnreadMailSettings>();
        let waited = tx.now - Duration::minutes(settings.delay_minutes.into());
        let apart = tx.now - Duration::minutes(settings.gap_minutes.into());
        // The row is locked, so that two servers do not send the same.
        diesel::insert_into(m::table)
            .values(m::account_id.eq(self.account))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        let (sent, seen): (Option<DateTime<Utc>>, Option<DateTime<Utc>>) =
            m::table.find(self.account).for_update().select((m::sent_at, m::seen_at)).first(&mut *tx.conn)?;
        if sent.is_some_and(|at| at > apart) || seen.is_some_and(|at| at > waited) {
            return Ok(());
        }
        if presence::is_present(tx, self.account)? {
            diesel::update(m::table.find(self.account)).set(m::seen_at.eq(tx.now)).execute(&mut *tx.conn)?;
            return Ok(());
        }
        // Locked as well: what is written from here on waits for the next mail.
        let waiting = self.waiting(tx)?;
        let unread = self.unread(tx, &waiting)?;
        let row = find(&mut tx.conn, self.account)?;
        let to = recipient_for(&row, Topic::Unread).filter(|_| row.active);
        let due = unread.first().is_some_and(|one| one.first_at <= waited);
        if !due && to.is_some() {
            return self.put_off(tx, &waiting, &unread);
        }
        self.forget(tx, &waiting)?;
        let Some(to) = to else { return Ok(()) };
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let for_enterprise = row.role == Role::Enterprise;
        let line = |one: &Unread| {
            let link = tx.link(&format!("/consultations/{}", one.id));
            format!("{}\n  {link}", line_of(one, for_enterprise, to.language))
        };
        let lines: Vec<String> = unread.iter().take(NAMED).map(line).collect();
        let mail = Mail::UnreadMessages {
            count: number(unread.len()),
            unnamed: number(unread.len().saturating_sub(NAMED)),
            lines: lines.join("\n").into(),
            link: tx.link("/consultations"),
            account: tx.link("/account"),
        };
        outbox::enqueue(tx, &to, &mail)?;
        diesel::update(m::table.find(self.account)).set(m::sent_at.eq(tx.now)).execute(&mut *tx.conn)?;
        Ok(())
    }
}

impl SendUnread {
    /// The consultations that wait for the person, locked.
    fn waiting(&self, tx: &mut Tx) -> QueryResult<Vec<ConsultationId>> {
        unread_waiting::table
            .filter(unread_waiting::account_id.eq(self.account))
            .order(unread_waiting::consultation_id)
            .select(unread_waiting::consultation_id)
            .for_update()
            .load(&mut *tx.conn)
    }

    fn unread(&self, tx: &mut Tx, waiting: &[ConsultationId]) -> QueryResult<Vec<Unread>> {
        diesel::sql_query(UNREAD)
            .bind::<SqlUuid, _>(self.account)
            .bind::<Array<SqlUuid>, _>(waiting)
            .bind::<BigInt, _>(COUNTED)
            .load(&mut *tx.conn)
    }

    fn forget(&self, tx: &mut Tx, consultations: &[ConsultationId]) -> Result<(), Problem> {
        let told = unread_waiting::table
            .filter(unread_waiting::account_id.eq(self.account))
            .filter(unread_waiting::consultation_id.eq_any(consultations));
        diesel::delete(told).execute(&mut *tx.conn)?;
        Ok(())
    }

    /// What has waited longest was read meanwhile: the rest waits until its own time is over.
    fn put_off(&self, tx: &mut Tx, waiting: &[ConsultationId], unread: &[Unread]) -> Result<(), Problem> {
        let is_unread = |id: &ConsultationId| unread.iter().any(|one| one.id == *id);
        let read: Vec<ConsultationId> = waiting.iter().copied().filter(|id| !is_unread(id)).collect();
        self.forget(tx, &read)?;
        for one in unread {
            diesel::update(unread_waiting::table.find((self.account, one.id)))
                .set(unread_waiting::since.eq(one.first_at))
                .execute(&mut *tx.conn)?;
        }
        Ok(())
    }
}

/// A name as a part of a line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a mail says of one consultation.
fn line_of(one: &Unread, for_enterprise: bool, language: Language) -> String {
    let (subject, enterprise) = (one_line(&one.subject), one_line(&one.enterprise));
    let senders: Vec<String> = one.senders.iter().take(SENDERS).map(|name| one_line(name)).collect();
    let others = one.senders.len().saturating_sub(SENDERS);
    let (many, count) = (one.unread >= COUNTED, one.unread.min(COUNTED));
    match language {
        Language::Zh => {
            let whose = if for_enterprise { String::new() } else { format!("（{enterprise}）") };
            let from = senders.join("、");
            let from = if others > 0 { format!("{from}等 {} 人", one.senders.len()) } else { from };
            let at_least = if many { "至少" } else { "" };
            format!("- {subject}{whose}：{from}发来{at_least} {count} 条新消息")
        }
        Language::En => {
            let whose = if for_enterprise { String::new() } else { format!(" ({enterprise})") };
            let from = senders.join(", ");
            let from = if others > 0 { format!("{from} and {others} more") } else { from };
            let at_least = if many { "at least " } else { "" };
            let messages = if count == 1 { "message" } else { "messages" };
            format!("- {subject}{whose}: {at_least}{count} new {messages} from {from}")
        }
    }
}
