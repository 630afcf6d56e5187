//! Mentions of colleagues in internal notes: `@` and the name of somebody who sees the notes.
//!
//! A trigger notes them when a note is stored (`consultation_note_mentions` in functions.sql), so that no client has to say whom it means. The
//! job tells the sockets of those mentioned, and mails those who have not read the note after some minutes.

use crate::accounts::store::{find, recipient_for};
use crate::accounts::topics::Topic;
use crate::app::App;
use crate::chat::events::Mentioned;
use crate::consultations::contacts::link;
use crate::consultations::mails::Mail;
use crate::consultations::policy::{Action, permit, visible_to};
use crate::consultations::queries::row;
use crate::consultations::settings::ConsultationSettings;
use crate::core::actor::{Actor, Role};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Caller, Problem};
use crate::db::schema::{consultation, consultation_mention as m};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::web::room::Job;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

/// Mentions that one round takes.
const ROUND: i64 = 200;
/// Mentions that are listed.
const MOST: i64 = 200;

/// Somebody who sees the notes of a consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
pub struct NoteReader {
    /// The account.
    #[diesel(sql_type = SqlUuid)]
    pub id: AccountId,
    /// The name, as it is written behind `@`.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The role.
    #[diesel(sql_type = Text)]
    pub role: Role,
}

/// A mention of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
pub struct MentionView {
    /// The consultation.
    #[diesel(sql_type = SqlUuid)]
    pub consultation: ConsultationId,
    /// Its subject.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// The number of the note.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    /// The name of who wrote it.
    #[diesel(sql_type = Nullable<Text>)]
    pub by: Option<String>,
    /// When it was written.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    /// Whether the caller has not read it yet.
    #[diesel(sql_type = Bool)]
    pub unread: bool,
}

/// The colleagues who see the notes of a consultation, without the caller, by name.
///
/// # Errors
/// 404 where the actor may not know of the consultation, 403 where it does not see the notes.
pub fn note_readers(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
) -> Result<Vec<NoteReader>, Problem> {
    let found = row(conn, actor, id)?;
    permit(actor, Action::ReadNotes, &found)?;
    let readers: Vec<NoteReader> = diesel::sql_query(
        "SELECT account_id AS id, name, role FROM consultation_note_readers($1)
         WHERE account_id IS DISTINCT FROM $2 ORDER BY role DESC, name, account_id LIMIT $3",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Nullable<SqlUuid>, _>(actor.account())
    .bind::<BigInt, _>(MOST)
    .load(conn)?;
    Ok(readers)
}

const OWN: &str = "
    SELECT n.consultation_id AS consultation, c.subject, n.seq, a.name AS by, n.sent_at AS at,
           n.seq > coalesce(k.seq, 0) AS unread
    FROM consultation_mention n
    JOIN consultation c ON c.id = n.consultation_id
    JOIN published.chat_message s ON s.consultation_id = n.consultation_id AND s.stream = 'notes' AND s.seq = n.seq AND s.body <> ''
    LEFT JOIN published.account a ON a.id = n.sender_id
    LEFT JOIN published.chat_read k ON k.consultation_id = n.consultation_id AND k.stream = 'notes' AND k.account_id = n.account_id
    WHERE n.account_id = $1
    ORDER BY n.sent_at DESC, n.consultation_id, n.seq DESC
    LIMIT $2";

/// The latest mentions of the actor, in consultations that the actor still sees.
///
/// # Errors
/// 401 without a log-in.
pub fn own(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<MentionView>, Problem> {
    let Some(me) = actor.account() else { return Err(Problem::unauthenticated()) };
    let mut all: Vec<MentionView> =
        diesel::sql_query(OWN).bind::<SqlUuid, _>(me).bind::<BigInt, _>(MOST).load(conn)?;
    let ids: Vec<ConsultationId> = all.iter().map(|one| one.consultation).collect();
    let seen: Vec<ConsultationId> =
        visible_to(actor).filter(consultation::id.eq_any(ids)).select(consultation::id).load(conn)?;
    let seen: HashSet<ConsultationId> = seen.into_iter().collect();
    all.retain(|one| seen.contains(&one.consultation));
    Ok(all)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    consultation_id: ConsultationId,
}

/// Those among some consultations in which the account is mentioned in a note that it has not read.
///
/// # Errors
/// When the database can't be asked.
pub fn unread_in(
    conn: &mut PgConnection,
    account: AccountId,
    ids: &[ConsultationId],
) -> Result<HashSet<ConsultationId>, Problem> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Found> = diesel::sql_query(
        "SELECT DISTINCT n.consultation_id FROM consultation_mention n
         LEFT JOIN published.chat_read k
             ON k.consultation_id = n.consultation_id AND k.stream = 'notes' AND k.account_id = n.account_id
         WHERE n.account_id = $1 AND n.consultation_id = ANY ($2) AND n.seq > coalesce(k.seq, 0)",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<SqlUuid>, _>(&ids)
    .load(conn)?;
    Ok(rows.into_iter().map(|found| found.consultation_id).collect())
}

/// Tells those who were mentioned: their sockets at once, by mail who has not read the note after some minutes. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellMentions {}

type Row = (ConsultationId, i64, AccountId, AccountId);

impl Command for TellMentions {
    type Output = bool;
    const NAME: &'static str = "tell_mentions";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let columns = (m::consultation_id, m::seq, m::account_id, m::sender_id);
        let fresh: Vec<Row> = m::table
            .filter(m::done_at.is_null())
            .filter(m::told_at.is_null())
            .order(m::sent_at)
            .limit(ROUND)
            .for_update()
            .skip_locked()
            .select(columns)
            .load(&mut *tx.conn)?;
        for (id, seq, account, sender) in &fresh {
            let by = find(&mut tx.conn, *sender)?.name;
            let subject = consultation::table.find(id).select(consultation::subject).first(&mut *tx.conn)?;
            tx.emit(Mentioned { account: *account, consultation: *id, subject, seq: *seq, by });
            diesel::update(m::table.find((id, seq, account)))
                .set(m::told_at.eq(tx.now))
                .execute(&mut *tx.conn)?;
        }
        let minutes = tx.settings.section::<ConsultationSettings>().mention_mail_minutes;
        let due: Vec<Row> = m::table
            .filter(m::done_at.is_null())
            .filter(m::told_at.is_not_null())
            .filter(m::sent_at.le(tx.now - Duration::minutes(i64::from(minutes))))
            .order(m::sent_at)
            .limit(ROUND)
            .for_update()
            .skip_locked()
            .select(columns)
            .load(&mut *tx.conn)?;
        for row in &due {
            mail(tx, row)?;
        }
        let full = |count: usize| i64::try_from(count).is_ok_and(|n| n == ROUND);
        Ok(full(fresh.len()) || full(due.len()))
    }
}

#[derive(QueryableByName)]
struct Wanted {
    #[diesel(sql_type = Bool)]
    wanted: bool,
}

/// Whether a mention is still unread by somebody who still sees the note.
const WANTED: &str = "
    SELECT EXISTS (SELECT FROM consultation_note_readers($1) r WHERE r.account_id = $3)
       AND EXISTS (SELECT FROM published.chat_message s WHERE s.consultation_id = $1 AND s.stream = 'notes' AND s.seq = $2 AND s.body <> '')
       AND $2 > coalesce((SELECT k.seq FROM published.chat_read k
                          WHERE k.consultation_id = $1 AND k.stream = 'notes' AND k.account_id = $3), 0) AS wanted";

fn mail(tx: &mut Tx, (id, seq, account, sender): &Row) -> Result<(), Problem> {
    let wanted: Wanted = diesel::sql_query(WANTED)
        .bind::<SqlUuid, _>(id)
        .bind::<BigInt, _>(seq)
        .bind::<SqlUuid, _>(account)
        .get_result(&mut *tx.conn)?;
    let person = find(&mut tx.conn, *account)?;
    if let Some(to) = recipient_for(&person, Topic::Mentions).filter(|_| wanted.wanted) {
        let mail = Mail::NoteMention {
            by: find(&mut tx.conn, *sender)?.name,
            subject: consultation::table.find(id).select(consultation::subject).first(&mut *tx.conn)?,
            link: link(tx, *id),
            account: tx.link("/account"),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    diesel::update(m::table.find((id, seq, account))).set(m::done_at.eq(tx.now)).execute(&mut *tx.conn)?;
    Ok(())
}

/// One round.
///
/// # Errors
/// When the database is unavailable; the next round goes on.
pub fn tell(app: &App) -> Result<bool, Problem> {
    let waiting = m::table.filter(m::done_at.is_null());
    let some: bool = diesel::select(diesel::dsl::exists(waiting)).get_result(&mut *app.conn()?)?;
    if some { app.execute(&Caller::system(), &TellMentions {}) } else { Ok(false) }
}

/// Tells of mentions.
pub const JOB: Job = Job {
    name: "mentions",
    wake: None,
    poll: std::time::Duration::from_secs(1),
    start: |_, _| Ok(Box::new(tell)),
};
