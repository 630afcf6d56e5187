//! What a person is writing in a consultation and has not sent: kept for another device of the same person.
//!
//! A draft is its writer's alone. It goes when it is sent or emptied, and after the days of the setting.

use crate::app::App;
use crate::chat::kernel::Stream;
use crate::chat::settings::ChatSettings;
use crate::chat::streams::last_numbers;
use crate::consultations::policy::sees_notes;
use crate::consultations::queries::row;
use crate::consultations::settings::ConsultationSettings;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::db::schema::consultation_draft;
use crate::db::{Command, Tx};
use crate::web::room::Job;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Keeps what the actor is writing in a stream; an empty text ends the draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveDraft {
    /// The consultation.
    pub id: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The text so far.
    pub body: String,
    /// The number of the message that it quotes.
    #[serde(default)]
    pub reply_to: Option<i64>,
}

/// A draft.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DraftView {
    /// The text so far.
    pub body: String,
    /// The number of the message that it quotes, if it quotes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// When it was last kept.
    pub updated_at: DateTime<Utc>,
}

/// The caller's own drafts in a consultation.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DraftsView {
    /// Of a message of the talk.
    pub talk: Option<DraftView>,
    /// Of an internal note.
    pub notes: Option<DraftView>,
}

impl DraftsView {
    /// The streams in which there is one.
    pub fn streams(&self) -> Vec<Stream> {
        let talk = self.talk.as_ref().map(|_| Stream::Talk);
        talk.into_iter().chain(self.notes.as_ref().map(|_| Stream::Notes)).collect()
    }
}

/// 404 where the actor may not know of the stream.
fn permit(conn: &mut PgConnection, actor: &Actor, id: ConsultationId, stream: Stream) -> Result<(), Problem> {
    let row = row(conn, actor, id)?;
    if stream == Stream::Notes && !sees_notes(actor, &row) {
        return Err(Problem::not_found());
    }
    Ok(())
}

impl Command for SaveDraft {
    type Output = ();
    const NAME: &'static str = "save_draft";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use consultation_draft as d;
        let own = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let actor = tx.actor.clone();
        permit(&mut tx.conn, &actor, self.id, self.stream)?;
        let most = tx.settings.section::<ChatSettings>().max_body_chars;
        let mut fields = Fields::new();
        if self.body.chars().count() > most {
            fields.fault(
                "/body",
                format!("不能超过 {most} 个字符"),
                format!("must have at most {most} characters"),
            );
        }
        if self.body.contains('\0') {
            fields.fault("/body", "不能含有空字符", "must not contain NUL");
        }
        if let Some(seq) = self.reply_to {
            let last = last_numbers(&mut tx.conn, &[self.id])?.remove(&self.id).unwrap_or_default();
            let last = last.get(self.stream.as_str()).copied().unwrap_or(0);
            fields.require(
                (1..=last).contains(&seq),
                "/reply_to",
                "须为同一消息流中已有消息的序号",
                "must be the number of an earlier message of the same stream",
            );
        }
        fields.done()?;
        let key = (self.id, own, self.stream.as_str());
        if self.body.trim().is_empty() {
            diesel::delete(d::table.find(key)).execute(&mut *tx.conn)?;
            return Ok(());
        }
        diesel::insert_into(d::table)
            .values((
                d::consultation_id.eq(self.id),
                d::account_id.eq(own),
                d::stream.eq(self.stream.as_str()),
                d::body.eq(&self.body),
                d::reply_to.eq(self.reply_to),
                d::updated_at.eq(tx.now),
            ))
            .on_conflict((d::consultation_id, d::account_id, d::stream))
            .do_update()
            .set((d::body.eq(&self.body), d::reply_to.eq(self.reply_to), d::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// The actor's own drafts in a consultation.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn drafts(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<DraftsView, Problem> {
    use consultation_draft as d;
    let own = actor.account().ok_or_else(Problem::unauthenticated)?;
    let id = row(conn, actor, id)?.id;
    let rows: Vec<(String, String, Option<i64>, DateTime<Utc>)> = d::table
        .filter(d::consultation_id.eq(id))
        .filter(d::account_id.eq(own))
        .select((d::stream, d::body, d::reply_to, d::updated_at))
        .load(conn)?;
    let mut found = DraftsView::default();
    for (stream, body, reply_to, updated_at) in rows {
        let draft = Some(DraftView { body, reply_to, updated_at });
        if stream == Stream::Talk.as_str() {
            found.talk = draft;
        } else {
            found.notes = draft;
        }
    }
    Ok(found)
}

/// Deletes drafts whose days are over. Says that nothing is left to do.
///
/// # Errors
/// When the database can't be asked.
pub fn delete_old(app: &App) -> Result<bool, Problem> {
    let days = i64::from(app.settings().section::<ConsultationSettings>().draft_days);
    let oldest = app.clock().now() - Duration::days(days);
    diesel::delete(consultation_draft::table.filter(consultation_draft::updated_at.lt(oldest)))
        .execute(&mut *app.conn()?)?;
    Ok(false)
}

/// How often is looked for what is over.
const POLL: std::time::Duration = std::time::Duration::from_secs(3_600);

/// Deletes old drafts.
pub const JOB: Job =
    Job { name: "old-drafts", wake: None, poll: POLL, start: |_, _| Ok(Box::new(delete_old)) };
